"""What a return is billed and credited: charges on the note, a credit note of the sale's line (RMA-2, peers 28)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.rma import Rma
from aggregates.rma_refusals import ItemCreditedAlready, ItemNotCredited
from aggregates.rules.send_deadline import month_end
from commands.rma_money import InvoiceLineOfOther, InvoiceOfAnother
from tests.commands.deferred import BOARD, ITEM, RETURN, TONER, WORK, firm, issue, note_id, propose
from tests.commands.goods import CUSTOMER, FORLI, issue_note
from tests.dsl import Company, Do, do

NEIGHBOUR = UUID("11111111-2222-1111-1111-111111111111")


@pytest.fixture
def shop(company: Company) -> Company:
    return firm(company)


def returned(company: Company, customer_id: UUID = CUSTOMER, **goods: Any) -> None:
    """A toner comes in on 2 April."""
    item = {"item_id": ITEM, "description": "Toner", "article_id": TONER, **goods}
    company.given(
        do("request-rma", at="2026-04-02T09:00", rma_id=RETURN, customer_id=customer_id, items=[item]),
        do("receive-rma", at="2026-04-02T10:00", rma_id=RETURN, items=[{"item_id": ITEM}]),
    )


def decide(outcome: str) -> Do:
    return do("decide-rma-outcome", at="2026-04-02T11:00", rma_id=RETURN, item_id=ITEM, outcome=outcome)


def credit(invoice_id: str, line: int = 1, **more: Any) -> Do:
    return do(
        "credit-rma-item",
        at="2026-04-03T09:00",
        rma_id=RETURN,
        item_id=ITEM,
        invoice_id=invoice_id,
        line_number=line,
        **more,
    )


def sold(company: Company) -> str:
    """Two toners of 78.00 and a board of 200.00, invoiced in March."""
    lines = [
        {"article_id": TONER, "quantity": "2", "unit_price": "78.00", "serials": ["T-1", "T-2"]},
        {"article_id": BOARD, "quantity": "1", "unit_price": "200.00", "serials": ["B-1"]},
    ]
    company.given(issue_note(at="2026-03-25T10:00", note_id=note_id("sale"), lines=lines))
    (proposed,) = company.execute(propose("2026-03-31")).result["invoices"]
    company.given(issue(proposed["invoice_id"], "2026-03-31"))
    return str(proposed["invoice_id"])


def test_a_returned_piece_is_credited_with_the_line_that_sold_it(shop: Company) -> None:
    """One of two toners: TD04 of 78.00, naming the invoice; nothing is credited twice or without an invoice."""
    invoice_id = sold(shop)
    returned(shop, serial="T-1")
    shop.given().when(credit(invoice_id)).then_refused(ItemNotCredited)
    shop.given(decide("credited"))
    (open_one,) = shop.ask("returns-to-settle", kind="credit")["items"]
    assert open_one["number"].startswith("RMA-")
    shop.given().when(credit(invoice_id, 2)).then_refused(InvoiceLineOfOther, line=2)
    answer = shop.execute(credit(invoice_id)).result
    note = shop.record(answer["credit_note_id"]).require_issued()
    assert (note.kind.value, note.lines[0].amount, note.lines[0].quantity) == ("credit_note", Decimal("78.00"), 1)
    assert shop.record(answer["credit_note_id"]).corrects.number == answer["corrects"]
    shop.given().when(credit(invoice_id)).then_refused(ItemCreditedAlready, credit_note=answer["number"])
    again = credit(invoice_id, credit_note_id=answer["credit_note_id"])
    shop.given().when(again).then_nothing()
    assert shop.ask("returns-to-settle", kind="credit")["items"] == []
    assert shop.ask("rma", rma_id=RETURN)["items"][0]["credit_note_number"] == answer["number"]
    assert shop.ask("delivery-notes", record_id=RETURN)["items"] == []


def test_an_invoice_of_another_customer_credits_nothing(shop: Company) -> None:
    invoice_id = sold(shop)
    shop.do(
        "register-party",
        party_id=NEIGHBOUR,
        code="C2",
        name="Bianchi",
        address=FORLI,
        tax={"vat_number": "IT12345670017"},
    )
    returned(shop, NEIGHBOUR)
    shop.given(decide("credited")).when(credit(invoice_id)).then_refused(InvoiceOfAnother)


def test_work_and_parts_are_priced_on_the_note_back(shop: Company) -> None:
    """Labour 2 x 48.00 and a part of 64.30; the last word counts, and unrepaired goods owe what was said."""
    returned(shop)
    say: dict[str, Any] = {"rma_id": RETURN, "item_id": ITEM}
    shop.given(do("charge-rma-item", **say, charges=WORK[:1]))
    step = do("charge-rma-item", **say, charges=WORK)
    shop.given().when(step).then(Rma.ItemCharged)
    shop.given().when(step).then_nothing()
    shop.given(decide("repaired"), do("return-rma", at="2026-04-18T10:00", rma_id=RETURN, note_id=note_id("back")))
    bill = shop.ask("billing-due", on="2026-04-30")["items"]
    assert [(one["record_number"], one["amount"]) for one in bill] == [("R/2026/0031", Decimal("160.30"))]


def test_a_diagnosis_fee_is_billed_with_goods_not_repaired(shop: Company) -> None:
    returned(shop)
    fee = {"kind": "diagnosis", "description": "Diagnosi", "unit_price": "35.00"}
    shop.given(do("charge-rma-item", rma_id=RETURN, item_id=ITEM, charges=[fee]), decide("not_repairable"))
    shop.given(do("return-rma", at="2026-04-18T10:00", rma_id=RETURN))
    assert [one["amount"] for one in shop.ask("billing-due", on="2026-04-30")["items"]] == [Decimal("35.00")]


def candidates(company: Company) -> list[tuple[str, str, int]]:
    """The lines suggested, in order."""
    found = company.ask("credit-candidates", rma_id=RETURN, item_id=ITEM)["items"]
    return [(one["found_by"], str(one["issued_on"]), one["line_number"]) for one in found]


def sold_on(company: Company, on: str, **line: Any) -> str:
    until = str(month_end(date.fromisoformat(on)))
    line = {"article_id": TONER, "quantity": "1", "unit_price": "78.00", **line}
    company.given(issue_note(at=f"{on}T10:00", note_id=note_id(on), lines=[line]))
    (proposed,) = company.execute(propose(until)).result["invoices"]
    company.given(issue(proposed["invoice_id"], until))
    return str(proposed["invoice_id"])


def test_the_line_that_sold_it_is_suggested_by_serial_then_by_article(shop: Company) -> None:
    """By its serial first, though older; then lines of the article without serials, newest first; others never."""
    first = sold_on(shop, "2026-03-10", serials=["T-1"])
    sold_on(shop, "2026-04-12")
    sold_on(shop, "2026-05-14")
    sold_on(shop, "2026-06-16", serials=["T-9"])
    sold_on(shop, "2026-07-18", article_id=BOARD)
    returned(shop, serial="T-1")
    suggested = [("serial", "2026-03-31", 1), ("article", "2026-05-31", 1), ("article", "2026-04-30", 1)]
    assert candidates(shop) == suggested
    chosen: dict[str, Any] = {"rma_id": RETURN, "item_id": ITEM, "invoice_id": first, "line_number": 1}
    shop.given(decide("credited"), do("credit-rma-item", at="2026-08-03T09:00", **chosen))
    assert candidates(shop) == suggested[1:]
