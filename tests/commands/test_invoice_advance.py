"""Advances (TD02): invoiced on a quote or contract, deducted once from what is billed of it, named on that invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from aggregates.invoice import Invoice
from aggregates.invoice_refusals import (
    AdvanceDeducted,
    AdvanceOnNothing,
    AdvanceTooSmall,
    NotAnAdvance,
    ProposalsDiffer,
)
from aggregates.quote_refusals import QuoteNotAccepted
from tests.commands.test_invoice_documents import xml_of
from tests.commands.test_work_billing import QUOTE, firm, issue, proposed, quoted
from tests.contract_steps import C1, C4, IMMOBILIARE, K1, signed
from tests.dsl import Company, Do, do

__all__ = ["firm"]
AT = "2026-04-20T08:00"


def ask(amount: str, **about: Any) -> Do:
    return do("propose-advance", at=AT, amount={"amount": amount}, **(about or {"quote_id": QUOTE}))


def advance(company: Company, amount: str = "30.00", **about: Any) -> str:
    """An advance that was asked for and invoiced."""
    invoice_id = company.execute(ask(amount, **about)).result["invoice_id"]
    company.given(do("issue-invoice", at=AT, invoice_id=invoice_id))
    return str(invoice_id)


def left(company: Company) -> list[Decimal]:
    return [row["left_over"] for row in company.ask("invoice-advances", all=True)["items"]]


def test_an_advance_on_a_quote_is_deducted_from_its_invoice(firm: Company) -> None:
    """R9.1: TD02, then a negative line that names it; the two together are the quote."""
    firm.given(*quoted())
    advance_id = advance(firm)
    first = firm.record(advance_id).document
    assert (first.document_type, first.total, first.lines[0].source.about.number[:4]) == (
        "TD02",
        Decimal("36.60"),
        "OFF-",
    )
    assert b"<CondizioniPagamento>TP03</CondizioniPagamento>" in xml_of(first)
    (invoice,) = proposed(firm)
    assert (invoice["lines"], invoice["net"], left(firm)) == (2, "70.00", [Decimal(0)])
    issue(firm, invoice["invoice_id"])
    document = firm.record(invoice["invoice_id"]).document
    assert [str(line.amount) for line in document.lines] == ["100.00", "-30.00"]
    assert [(each.number, str(each.issued_on)) for each in document.related] == [("2026/1", "2026-04-20")]
    assert first.total + document.total == Decimal("122.00")
    assert b"<TipoDocumento>TD01</TipoDocumento>" in xml_of(document)
    before = firm.ask("invoice-advances", all=True)
    firm.fold()
    assert firm.ask("invoice-advances", all=True) == before


def test_a_contracts_advance_is_used_up_by_its_fees(firm: Company) -> None:
    signed(firm, K1, signing={"at": "2026-04-01T08:00"}, starts_on="2026-05-01", step_months=1, alignment="none")
    advance(firm, "150.00", contract_id=K1)
    taxable = []
    for day in ("2026-05-01", "2026-06-01", "2026-07-01"):
        answer = firm.do("propose-invoices", at=f"{day}T07:00", until=day)["invoices"]
        taxable += [each["net"] for each in answer]
        for each in answer:
            firm.given(do("issue-invoice", at=f"{day}T08:00", invoice_id=each["invoice_id"]))
    assert taxable == ["0.00", "50.00", "100.00"]
    assert left(firm) == [Decimal(0)]


def test_what_is_given_up_or_left_out_leaves_the_advance(firm: Company) -> None:
    firm.given(*quoted())
    advance(firm)
    (invoice,) = proposed(firm)
    firm.given(do("exclude-invoice-line", invoice_id=invoice["invoice_id"], number=2))
    assert left(firm) == [Decimal(30)]
    firm.given(do("discard-invoice", invoice_id=invoice["invoice_id"], reason="Prova"))
    (again,) = proposed(firm)
    firm.given(do("discard-invoice", invoice_id=again["invoice_id"], reason="Prova"))
    assert left(firm) == [Decimal(30)]


def test_an_advance_is_deducted_by_hand_and_never_twice(firm: Company) -> None:
    firm.given(*quoted(), IMMOBILIARE)
    advance_id = advance(firm)
    line = [{"description": "Altro", "unit_price": "20.00"}]
    other = firm.do("propose-invoice", at=AT, customer_id=C1, lines=line)["invoice_id"]
    by_hand = do("deduct-advance", at=AT, invoice_id=other, advance_id=advance_id)
    firm.given().when(by_hand).then(Invoice.LinesAdded, (Invoice.DeductionProposed, {"amount": Decimal("20.00")}))
    more = do("deduct-advance", at=AT, invoice_id=other, advance_id=advance_id, amount={"amount": "5.00"})
    firm.given().when(more).then_refused(AdvanceTooSmall, left="30.00")
    theirs = firm.do("propose-invoice", at=AT, customer_id=C4, lines=line)["invoice_id"]
    firm.given().when(do("deduct-advance", invoice_id=theirs, advance_id=advance_id)).then_refused(ProposalsDiffer)
    firm.given(do("issue-invoice", at=AT, invoice_id=other))
    firm.given().when(do("deduct-advance", invoice_id=theirs, advance_id=other)).then_refused(ProposalsDiffer)
    plain = firm.do("propose-invoice", at=AT, customer_id=C1, lines=line)["invoice_id"]
    firm.given().when(do("deduct-advance", invoice_id=plain, advance_id=other)).then_refused(NotAnAdvance)


def test_a_deducted_advance_is_credited_only_after_its_invoice(firm: Company) -> None:
    firm.given(*quoted())
    advance_id = advance(firm)
    (invoice,) = proposed(firm)
    issue(firm, invoice["invoice_id"])
    taken_back = {"at": "2026-05-02T10:00", "reason": "Recesso"}
    credit = do("credit-invoice", invoice_id=advance_id, **taken_back)
    firm.given().when(credit).then_refused(AdvanceDeducted)
    firm.given(do("credit-invoice", invoice_id=invoice["invoice_id"], reopen=True, **taken_back))
    assert left(firm) == [Decimal(30)]
    firm.given(credit)
    assert left(firm) == [Decimal(0)]


def test_an_advance_is_on_something_accepted(firm: Company) -> None:
    firm.given(*quoted()[:-1])
    firm.given().when(ask("30.00")).then_refused(QuoteNotAccepted)
    nothing = do("propose-advance", at=AT, amount={"amount": "30.00"})
    firm.given().when(nothing).then_refused(AdvanceOnNothing)
    firm.given(quoted()[-1]).when(ask("0.00")).then_refused(AdvanceOnNothing)
