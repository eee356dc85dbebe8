"""Deferred invoices: a customer's notes of a month on one TD24, each once, nothing that came back (R8.8-R8.10, S14)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.billable import BilledAlready, BillingChanged
from aggregates.call_pricing import PricesMissing
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_refusals import DeliveryNoteInvoiced, NoteLineUnknown, NotToInvoice
from aggregates.invoice import Invoice
from aggregates.invoice_refusals import DeferredDateOutside, ReopeningNeedsFullCredit
from tests.commands.calls import TECHNICIANS
from tests.commands.deferred import (
    TONER,
    claim,
    firm,
    issue,
    note_id,
    priced,
    propose,
    repaired,
    sold,
    swapped,
)
from tests.commands.goods import CUSTOMER, issue_note
from tests.dsl import Company, do


@pytest.fixture
def shop(company: Company) -> Company:
    return firm(company)


def proposals(company: Company, until: str, **fields: Any) -> list[dict[str, Any]]:
    answer = company.execute(propose(until, **fields)).result
    assert answer["parked"] == []
    found: list[dict[str, Any]] = answer["invoices"]
    return found


def due(company: Company, on: str) -> list[tuple[str, str]]:
    items = company.ask("billing-due", on=on)["items"]
    return [(item["record_number"], str(item["amount"])) for item in items]


def march(company: Company) -> None:
    """S14's notes: a board swapped, a repair returned, toners sold, the claim for the board failed."""
    repaired(company, "2026-03-18")
    swapped(company, "2026-03-10")
    company.given(priced(), sold("toner", "2026-03-25"), claim("2026-03-27", accepted=False))


def test_a_months_notes_are_one_deferred_invoice(shop: Company) -> None:
    """S14: 546.30 + 120.19 = 666.49, three DDT, dated at the month's end, the alarm for services on 12 April."""
    march(shop)
    (invoice,) = proposals(shop, "2026-03-31")
    issued = shop.execute(issue(invoice["invoice_id"], "2026-04-02")).result
    assert (issued["number"], issued["issued_on"], issued["total"]["amount"]) == ("2026/71", "2026-03-31", "666.49")
    document = shop.record(invoice["invoice_id"]).document
    assert (document.document_type, document.taxable, document.tax) == ("TD24", Decimal("546.30"), Decimal("120.19"))
    assert [(line.description, str(line.amount)) for line in document.lines] == [
        ("Articolo TON", "156.00"),
        ("Manodopera riparazione", "96.00"),
        ("Elettrovalvola", "64.30"),
        ("Articolo SCH", "230.00"),
    ]
    assert [(each.number, str(each.issued_on), each.lines) for each in document.deliveries] == [
        ("A/2026/0119", "2026-03-25", (1,)),
        ("R/2026/0031", "2026-03-18", (2, 3)),
        ("A/2026/0118", "2026-03-10", (4,)),
    ]
    assert document.send_by == date(2026, 4, 12)
    states = {one["number"]: one["invoice_number"] for one in shop.ask("delivery-notes")["items"]}
    assert set(states.values()) == {"2026/71"}


def test_goods_alone_have_until_the_fifteenth(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-25"))
    (invoice,) = proposals(shop, "2026-03-31")
    shop.given(issue(invoice["invoice_id"], "2026-03-31"))
    assert shop.record(invoice["invoice_id"]).document.send_by == date(2026, 4, 15)


def test_notes_are_due_when_their_month_is_over(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-05"))
    assert due(shop, "2026-03-30") == []
    assert due(shop, "2026-03-31") == [("A/2026/0118", "156.00")]


def test_each_month_order_and_customer_has_its_own_invoice(shop: Company) -> None:
    """R8.10: the customer's order with its CIG stands on the invoice of its notes alone."""
    order = {"number": "PO-9", "cig": "Z1234567AB"}
    shop.given(
        sold("one", "2026-03-05"),
        sold("two", "2026-03-06"),
        sold("ordered", "2026-03-07", order=order),
        sold("april", "2026-04-07"),
    )
    found = [shop.record(each["invoice_id"]).terms for each in proposals(shop, "2026-04-30")]
    by_month = sorted((str(terms.month_on), terms.order.number) for terms in found if terms.order.number)
    assert by_month == [("2026-03-01", "PO-9")]
    assert sorted(str(terms.month_on) for terms in found) == ["2026-03-01", "2026-03-01", "2026-04-01"]


def test_loans_claims_that_held_and_returned_goods_are_never_billed(shop: Company) -> None:
    """R8.3, peers 28: what came back gives neither an invoice nor a credit note without reference."""
    swapped(shop, "2026-03-10")
    loan = issue_note(at="2026-03-11T10:00", reason="loan", lines=[{"article_id": TONER, "quantity": "1"}])
    shop.given(loan, claim("2026-03-27", accepted=True))
    shop.given(sold("back", "2026-03-28"), do("take-back-goods", at="2026-03-29T10:00", note_id=note_id("back")))
    shop.given(sold("half", "2026-03-28"))
    line_id = shop.ask("delivery-note", note_id=note_id("half"))["lines"][0]["line_id"]
    shop.given(
        do(
            "take-back-goods",
            at="2026-03-29T10:00",
            note_id=note_id("half"),
            lines=[{"line_id": line_id, "quantity": "1"}],
        )
    )
    assert [amount for _, amount in due(shop, "2026-04-30")] == ["78.00"]
    shop.given(do("take-back-goods", at="2026-03-30T10:00", note_id=note_id("half")))
    assert due(shop, "2026-04-30") == []
    shop.given().when(propose("2026-04-30")).then_nothing()


def test_goods_that_come_back_while_proposed_are_proposed_again(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-25"))
    (invoice,) = proposals(shop, "2026-03-31")
    line_id = shop.ask("delivery-note", note_id=note_id("toner"))["lines"][0]["line_id"]
    back = do(
        "take-back-goods",
        at="2026-03-31T19:00",
        note_id=note_id("toner"),
        lines=[{"line_id": line_id, "quantity": "1"}],
    )
    shop.given(back).when(issue(invoice["invoice_id"], "2026-04-01")).then_refused(BillingChanged)
    shop.given(do("discard-invoice", invoice_id=invoice["invoice_id"], reason="Reso parziale"))
    (again,) = proposals(shop, "2026-04-01")
    assert again["net"] == "78.00"


def test_a_repair_that_nobody_priced_is_not_due(shop: Company) -> None:
    repaired(shop, "2026-03-18")
    assert due(shop, "2026-03-31") == []
    shop.given(priced())
    assert due(shop, "2026-03-31") == [("R/2026/0031", "160.30")]
    shop.given().when(priced()).then_nothing()


def test_goods_without_a_price_wait_with_their_reason(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-25", price=None))
    answer = shop.execute(propose("2026-03-31")).result
    assert [one["code"] for one in answer["parked"]] == [PricesMissing.code()]
    line_id = shop.ask("delivery-note", note_id=note_id("toner"))["lines"][0]["line_id"]
    price = do("price-delivery-note", note_id=note_id("toner"), lines=[{"line_id": line_id, "unit_price": "80.00"}])
    shop.given(price)
    assert [one["net"] for one in proposals(shop, "2026-03-31")] == ["160.00"]


def test_the_price_list_of_the_notes_day_holds_where_nothing_was_said(shop: Company) -> None:
    prices = [
        {"article_code": "TON", "from_on": day, "unit_price": price}
        for day, price in (("2026-01-01", "70.00"), ("2026-03-26", "75.00"))
    ]
    shop.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=prices)
    shop.do("set-party-terms", party_id=CUSTOMER, price_list_code="BASE")
    shop.given(sold("toner", "2026-03-25", price=None))
    assert due(shop, "2026-03-31") == [("A/2026/0118", "140.00")]


def test_a_deferred_invoice_is_dated_in_its_month(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-25"))
    (invoice,) = proposals(shop, "2026-03-31")
    bounds = {"first_on": "2026-03-25", "last_on": "2026-03-31"}
    for day in ("2026-03-24", "2026-04-01"):
        late = issue(invoice["invoice_id"], "2026-04-02", dated_on=day)
        shop.given().when(late).then_refused(DeferredDateOutside, **bounds)
    shop.given(issue(invoice["invoice_id"], "2026-04-02", dated_on="2026-03-25"))


def test_goods_on_approval_are_billed_when_kept_or_when_their_year_is_over(shop: Company) -> None:
    """R8.6: out since 04/03/2026, invoiced by 04/03/2027."""
    on_approval = {"reason": "on_approval", "lines": [{"article_id": TONER, "quantity": "1", "unit_price": "78.00"}]}
    shop.given(issue_note(at="2026-03-04T10:00", note_id=note_id("seen"), **on_approval))
    assert due(shop, "2027-03-03") == []
    assert due(shop, "2027-03-04") == [("A/2026/0118", "78.00")]
    (kept,) = proposals(shop, "2026-05-20", delivery_note_ids=[note_id("seen")])
    assert str(shop.record(kept["invoice_id"]).terms.month_on) == "2026-05-01"
    shop.given(issue(kept["invoice_id"], "2026-05-20"))
    assert shop.record(kept["invoice_id"]).document.issued_on == date(2026, 5, 20)
    assert due(shop, "2027-03-04") == []


def test_a_loan_is_not_billed_even_when_asked_for(shop: Company) -> None:
    shop.given(
        issue_note(
            at="2026-03-11T10:00",
            note_id=note_id("loan"),
            reason="loan",
            lines=[{"article_id": TONER, "quantity": "1"}],
        )
    )
    answer = shop.execute(propose("2026-03-31", delivery_note_ids=[note_id("loan")])).result
    assert [one["code"] for one in answer["parked"]] == [NotToInvoice.code()]


def test_an_invoiced_note_is_not_cancelled_and_a_cancelled_one_not_billed(shop: Company) -> None:
    """S14: A/2026/0124 cancelled stays cancelled and keeps its number."""
    shop.given(sold("gone", "2026-03-24"), do("cancel-delivery-note", note_id=note_id("gone"), reason="Non partita"))
    shop.given(sold("toner", "2026-03-25"))
    (invoice,) = proposals(shop, "2026-03-31")
    shop.given(issue(invoice["invoice_id"], "2026-03-31"))
    cancel = do("cancel-delivery-note", note_id=note_id("toner"), reason="Errore")
    shop.given().when(cancel).then_refused(DeliveryNoteInvoiced, invoice="2026/71")
    assert [each.number for each in shop.record(invoice["invoice_id"]).document.deliveries] == ["A/2026/0119"]


def test_a_credit_in_full_makes_the_note_due_again(shop: Company) -> None:
    march(shop)
    (invoice,) = proposals(shop, "2026-03-31")
    shop.given(issue(invoice["invoice_id"], "2026-03-31"))
    half = do(
        "credit-invoice",
        at="2026-04-02T10:00",
        invoice_id=invoice["invoice_id"],
        lines=[{"number": 2}],
        reopen=True,
        reason="Prezzo errato",
    )
    shop.given().when(half).then_refused(ReopeningNeedsFullCredit)
    whole = {**half.fields, "lines": [{"number": 2}, {"number": 3}]}
    shop.given(do("credit-invoice", at=half.at, **whole))
    assert due(shop, "2026-04-02") == [("R/2026/0031", "160.30")]
    assert shop.ask("delivery-note", note_id=note_id("repaired"))["state"] == "issued"
    assert shop.record(note_id("toner")).invoice.number == "2026/71"


def test_a_line_by_hand_bills_a_note_once(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-25"))
    line = {
        "description": "Toner",
        "unit_price": "150.00",
        "record": {"kind": "delivery-note", "id": str(note_id("toner"))},
    }
    by_hand = do("propose-invoice", customer_id=CUSTOMER, lines=[line])
    shop.given().when(by_hand).then(DeliveryNote.BillingProposed, Invoice.Proposed)
    assert due(shop, "2026-03-31") == []
    (proposal,) = shop.ask("invoices", state="proposed")["items"]
    shop.given(issue(proposal["invoice_id"], "2026-03-31"))
    shop.given().when(by_hand).then_refused(BilledAlready)


def test_a_price_names_a_line_of_the_note(shop: Company) -> None:
    shop.given(sold("toner", "2026-03-25"))
    wrong = do("price-delivery-note", note_id=note_id("toner"), lines=[{"line_id": UUID(int=1), "unit_price": "1.00"}])
    shop.given().when(wrong).then_refused(NoteLineUnknown)


CALL = UUID("cc000000-0000-0000-0000-000000000001")


def test_a_repairs_call_is_billed_with_the_note_it_went_back_with(shop: Company) -> None:
    """R8.3: the repair is billed as a service; its call is on the same invoice, and nowhere else."""
    for code, kind in (("MAN", "labour"), ("VALV", "part")):
        shop.do("register-article", code=code, description=f"Voce {code}", kind=kind)
    prices = [
        {"article_code": c, "from_on": "2026-01-01", "unit_price": p} for c, p in (("MAN", "48.00"), ("VALV", "64.30"))
    ]
    shop.do(
        "start-price-list",
        code="BASE",
        name="Base",
        from_on="2026-01-01",
        prices=prices,
        charges={"labour-hour": "MAN"},
    )
    shop.do("set-party-terms", party_id=CUSTOMER, price_list_code="BASE")
    shop.given(
        *TECHNICIANS,
        do(
            "open-call",
            at="2026-03-04T08:30",
            call_id=CALL,
            party_id=CUSTOMER,
            fault="Non scarica",
            number="CH-2026-0300",
        ),
    )
    worked = {
        "kind": "repair",
        "mode": "workshop",
        "starts_at": "2026-03-17T09:00:00+01:00",
        "ends_at": "2026-03-17T11:00:00+01:00",
    }
    shop.given(do("perform-activity", at="2026-03-17T11:00", call_id=CALL, text="Sostituita valvola", **worked))
    shop.given(do("use-part", at="2026-03-17T11:00", call_id=CALL, code="VALV", description="Valvola"))
    shop.given(
        do("report-work", at="2026-03-17T11:10", call_id=CALL, work_done="Riparata"),
        do("close-call", at="2026-03-17T11:20", call_id=CALL),
    )
    assert due(shop, "2026-03-17") == [("CH-2026-0300", "160.30")]
    repaired(shop, "2026-03-18", call={"kind": "call", "id": str(CALL), "number": "CH-2026-0300"})
    assert due(shop, "2026-03-30") == []
    assert due(shop, "2026-03-31") == [("R/2026/0031", "160.30")]
    (invoice,) = proposals(shop, "2026-03-31")
    assert due(shop, "2026-03-31") == []
    shop.given(issue(invoice["invoice_id"], "2026-03-31"))
    document = shop.record(invoice["invoice_id"]).document
    assert [(each.number, each.lines) for each in document.deliveries] == [("R/2026/0031", (1, 2))]
    assert {line.source.record.number for line in document.lines} == {"CH-2026-0300"}
    assert (shop.record(CALL).invoice.number, shop.record(note_id("repaired")).invoice.number) == ("2026/71", "2026/71")
    before = due(shop, "2026-12-31")
    shop.fold()
    assert (before, due(shop, "2026-12-31")) == ([], [])
