"""Credit notes: by amount, by quantity, several, never more than was billed; what is credited whole is due again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregates.call import Call
from aggregates.invoice import (
    CreditTooLarge,
    Invoice,
    InvoiceLineUnknown,
    NothingToCredit,
    ReopeningNeedsFullCredit,
)
from aggregates.invoice_refusals import CreditAmountWrong
from aggregates.invoice_values import LineToCredit, Terms
from aggregates.quote import Quote
from aggregates.rules.payment_terms import ON_RECEIPT
from aggregates.sales_order import SalesOrder
from tests.commands.calls import CALL
from tests.commands.test_work_billing import DONE, PROPOSE, QUOTE, due, firm, issue, proposed, quoted
from tests.contract_steps import C1
from tests.dsl import Company, Do, do
from tests.gateways.bills import ACT, DAY, document

TERMS = Terms(customer_id=C1, payment_terms=ON_RECEIPT)
__all__ = ["firm"]


def credit(invoice_id: object, *lines: dict[str, Any], **fields: Any) -> Do:
    wanted: dict[str, Any] = {"lines": lines} if lines else {}
    return do("credit-invoice", at="2026-05-02T10:00", invoice_id=invoice_id, reason="Rettifica", **wanted, **fields)


def issued_by_hand(company: Company, *lines: dict[str, Any]) -> str:
    invoice_id = company.do("propose-invoice", at="2026-04-30T18:00", customer_id=C1, lines=lines)["invoice_id"]
    issue(company, invoice_id)
    return str(invoice_id)


def test_pieces_are_credited_at_their_price(firm: Company) -> None:
    """S13's toners: 3 of 5 at 84.90 less 10 %."""
    line = {"description": "Toner", "quantity": "5", "unit_price": "84.90", "discounts": ["10"], "unit": "PZ"}
    invoice_id = issued_by_hand(firm, line)
    note = firm.execute(credit(invoice_id, {"number": 1, "quantity": "3"})).result
    made = firm.record(note["credit_note_id"]).document
    (credited,) = made.lines
    assert (credited.quantity, credited.unit_price, made.taxable) == (Decimal(3), Decimal("84.90"), Decimal("229.23"))
    assert [(each.number, str(each.issued_on)) for each in made.related] == [("2026/1", "2026-04-30")]
    too_many = credit(invoice_id, {"number": 1, "quantity": "3"})
    firm.given().when(too_many).then_refused(CreditAmountWrong, number=1)
    firm.given(credit(invoice_id, {"number": 1, "quantity": "2"}))
    assert firm.record(invoice_id).credited == {1: Decimal("382.05")}
    firm.given().when(credit(invoice_id)).then_refused(NothingToCredit)


def test_several_notes_take_back_what_is_left_and_no_more(firm: Company) -> None:
    invoice_id = issued_by_hand(firm, {"description": "Canone", "unit_price": "240.00"})
    firm.given(credit(invoice_id, {"number": 1, "amount": "100.00"}))
    firm.given().when(credit(invoice_id, {"number": 1, "amount": "140.01"})).then_refused(CreditTooLarge, left="140.00")
    firm.given().when(credit(invoice_id, {"number": 1, "amount": "-1.00"})).then_refused(CreditAmountWrong)
    firm.given().when(credit(invoice_id, {"number": 1}, {"number": 1})).then_refused(InvoiceLineUnknown)
    note = firm.execute(credit(invoice_id, {"number": 1})).result
    assert note["total"]["amount"] == "170.80"
    assert firm.ask("invoice", invoice_id=invoice_id)["open"] == Decimal("0.00")


def test_the_same_credit_note_again_is_one(firm: Company) -> None:
    invoice_id = issued_by_hand(firm, {"description": "Canone", "unit_price": "240.00"})
    again = credit(invoice_id, {"number": 1, "amount": "100.00"}, credit_note_id=UUID(int=77))
    first = firm.execute(again).result
    firm.given().when(again).then_nothing()
    assert firm.execute(again).result == first


def test_a_full_credit_takes_negative_lines_back_too(firm: Company) -> None:
    """An invoice of 1,000 less 300 is credited with 700."""
    lines = {"description": "Lavori", "unit_price": "1000.00"}, {"description": "Sconto", "unit_price": "-300.00"}
    invoice_id = issued_by_hand(firm, *lines)
    note = firm.execute(credit(invoice_id)).result
    assert (note["total"]["amount"], firm.ask("invoice", invoice_id=invoice_id)["open"]) == ("854.00", Decimal(0))


def test_a_call_credited_whole_is_due_again_and_billed_anew(firm: Company) -> None:
    firm.given(*DONE)
    (invoice,) = proposed(firm)
    issue(firm, invoice["invoice_id"])
    firm.given().when(credit(invoice["invoice_id"], {"number": 1}, reopen=True)).then_refused(ReopeningNeedsFullCredit)
    firm.given(credit(invoice["invoice_id"], reopen=True))
    assert [type(each.fact) for each in firm.facts(CALL)][-1] is Call.BillingReopened
    assert [row["amount"] for row in due(firm)] == [Decimal("508.70")]
    answer = firm.do("propose-invoices", at="2026-05-03T08:00", until="2026-05-03")["invoices"]
    firm.given(do("issue-invoice", at="2026-05-03T09:00", invoice_id=answer[0]["invoice_id"]))
    assert firm.record(CALL).invoice.number == "2026/3"
    assert due(firm) == []
    firm.given().when(PROPOSE).then_nothing()
    before = firm.ask("invoices")["items"]
    firm.fold()
    assert firm.ask("invoices")["items"] == before


def test_a_call_credited_without_reopening_stays_billed(firm: Company) -> None:
    firm.given(*DONE)
    (invoice,) = proposed(firm)
    issue(firm, invoice["invoice_id"])
    firm.given(credit(invoice["invoice_id"]))
    assert due(firm) == []


def test_a_quote_and_its_order_are_due_again(firm: Company) -> None:
    firm.given(*quoted(), do("order-quote", at="2026-04-16T16:05", quote_id=QUOTE, order_id=UUID(int=5)))
    (invoice,) = proposed(firm)
    issue(firm, invoice["invoice_id"])
    reopened = firm.given().when(credit(invoice["invoice_id"], reopen=True)).new
    kinds = {type(each.fact) for each in reopened}
    assert {Quote.BillingReopened, SalesOrder.BillingReopened, Invoice.Credited} <= kinds
    assert firm.ask("sales-orders")["items"][0]["invoice_number"] is None
    assert [row["amount"] for row in due(firm)] == [Decimal("100.00")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.decimals("0.01", "999", places=5),
    pieces=st.lists(st.integers(1, 9), min_size=1, max_size=6),
)
def test_pieces_credited_one_note_after_another_sum_to_the_line(price: Decimal, pieces: list[int]) -> None:
    """R0.3: by cumulative rounding no cent is lost or gained."""
    amount = (price * sum(pieces)).quantize(Decimal("0.01"))
    paper = document("2026/1", str(amount or "0.01"))
    line = paper.lines[0].model_copy(update={"quantity": Decimal(sum(pieces)), "unit_price": price})
    paper = paper.model_copy(update={"lines": (line,)})
    invoice = Invoice.propose(UUID(int=1), TERMS, paper.lines, DAY, ACT)
    invoice.issue(paper, ACT)
    for n, quantity in enumerate(pieces):
        try:
            (taken,) = invoice.check_credit([LineToCredit(number=1, quantity=Decimal(quantity))], DAY, False)
        except CreditAmountWrong:
            continue  # pieces worth less than half a cent have nothing to take back yet
        invoice.credit(paper, UUID(int=n + 2), [taken], False, ACT)
    left = invoice.check_credit(None, DAY, False) if invoice.credited.get(1) != line.amount else []
    assert invoice.credited.get(1, Decimal(0)) + sum(each.amount for each in left) == line.amount
