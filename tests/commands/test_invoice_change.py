"""Proposals dated, paid, split and merged otherwise; contracts and works follow their lines, each billed once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.contract import Contract
from aggregates.invoice import Invoice, InvoiceEmpty, InvoiceIssued, InvoiceLineUnknown
from aggregates.invoice_refusals import ProposalsDiffer, WorkNotSplit
from aggregates.rules.billing import FEE
from tests.commands.deferred import firm as shop_firm
from tests.commands.deferred import note_id, propose, sold
from tests.commands.goods import CUSTOMER
from tests.contract_steps import C1, COMUNE, K1, K2, ROSSI, due, founded, signed
from tests.dsl import Company, Do, do

AT = "2026-09-16T08:00"


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def proposed(company: Company, **fields: Any) -> UUID:
    """Two contracts of one customer on one proposal."""
    signed(company, K1)
    signed(company, K2, fee="600.00")
    found = company.do("propose-invoices", at="2026-09-16T07:00", until="2026-09-16", **fields)["invoices"]
    assert [each["lines"] for each in found] == [2]
    return UUID(found[0]["invoice_id"])


def move(invoice_id: UUID, *numbers: int, **fields: Any) -> Do:
    return do("move-invoice-lines", at=AT, invoice_id=invoice_id, numbers=numbers, **fields)


def issue(invoice_id: UUID) -> Do:
    return do("issue-invoice", at="2026-09-16T09:00", invoice_id=invoice_id)


def by_hand(company: Company, *prices: str, customer: UUID = C1) -> UUID:
    lines = [{"description": f"Lavoro {price}", "unit_price": price} for price in prices]
    return UUID(company.do("propose-invoice", at=AT, customer_id=customer, lines=lines)["invoice_id"])


def test_a_proposal_is_dated_paid_and_explained_otherwise(firm: Company) -> None:
    invoice_id = by_hand(firm, "100.00")
    changes: dict[str, Any] = {"dated_on": "2026-09-30", "reasons": ["Saldo settembre"], "payment_method": "riba"}
    terms = {"parts": [{"days": 60}]}
    change = do("change-invoice", at=AT, invoice_id=invoice_id, payment_terms=terms, **changes)
    firm.given(do("confirm-invoice", at=AT, invoice_id=invoice_id)).when(change).then(Invoice.TermsChanged)
    firm.given().when(change).then_nothing()
    assert firm.ask("invoice", invoice_id=invoice_id)["state"] == "proposed", "what changed is verified again"
    firm.given(do("issue-invoice", at="2026-10-02T09:00", invoice_id=invoice_id))
    document = firm.record(invoice_id).document
    assert (str(document.issued_on), document.payment_method, document.reasons) == (
        "2026-09-30", "riba", ("Saldo settembre",),
    )  # fmt: skip
    assert [str(part.due_on) for part in document.due_dates] == ["2026-11-29"]
    firm.given().when(change).then_refused(InvoiceIssued)


def test_lines_move_to_a_new_proposal_with_what_their_contract_holds(firm: Company) -> None:
    invoice_id = proposed(firm)
    line = next(line for line in firm.record(invoice_id).lines if line.source.contract_id == K2)
    firm.given().when(move(invoice_id, line.number)).then(
        Invoice.LinesMoved, Invoice.Proposed, Contract.FeesReleased, Contract.FeesProposed
    )
    assert due(firm, "2026-09-16") == []
    rows = {row["invoice_id"]: row["taxable"] for row in firm.ask("invoices", state="proposed")["items"]}
    assert sorted(rows.values()) == [Decimal("175.89"), Decimal("351.78")]
    for each in rows:
        firm.given(issue(each))
    ledger = firm.record(K2).ledger.entries
    assert [(entry.fee.key.kind, entry.state.value, entry.invoice_id == invoice_id) for entry in ledger] == [
        (FEE, "billed", False)
    ]
    before = firm.ask("invoices")["items"]
    firm.fold()
    assert firm.ask("invoices")["items"] == before


def test_proposals_are_merged_and_the_first_given_up(firm: Company) -> None:
    invoice_id = proposed(firm)
    other = UUID(firm.execute(move(invoice_id, 1)).result["to_invoice_id"])
    merge = do("merge-invoices", at=AT, invoice_id=other, from_invoice_id=invoice_id)
    firm.given().when(merge).then(Invoice.LinesAdded, Invoice.Discarded, Contract.FeesReleased, Contract.FeesProposed)
    firm.given(issue(other))
    assert firm.record(other).document.taxable == Decimal("527.67")
    assert [firm.record(each).state for each in (invoice_id, other)] == ["discarded", "issued"]
    assert {entry.invoice_id for key in (K1, K2) for entry in firm.record(key).ledger.entries} == {other}
    assert due(firm, "2026-09-16") == []


def test_what_was_moved_and_given_up_is_due_again(firm: Company) -> None:
    invoice_id = proposed(firm)
    other = firm.execute(move(invoice_id, 1)).result["to_invoice_id"]
    firm.given(do("discard-invoice", at=AT, invoice_id=other, reason="Errata"))
    assert len(due(firm, "2026-09-16")) == 1
    firm.given(do("discard-invoice", at=AT, invoice_id=invoice_id, reason="Errata"))
    assert len(due(firm, "2026-09-16")) == 2


def test_the_last_line_and_unknown_ones_do_not_move(firm: Company) -> None:
    invoice_id = proposed(firm)
    firm.given().when(move(invoice_id, 1, 2)).then_refused(InvoiceEmpty)
    firm.given().when(move(invoice_id, 7)).then_refused(InvoiceLineUnknown, number=7)


def test_two_customers_never_share_an_invoice(firm: Company) -> None:
    firm.given(COMUNE)
    ours, theirs = (
        by_hand(firm, "10.00", "20.00"),
        by_hand(firm, "30.00", customer=UUID(str(COMUNE.fields["party_id"]))),
    )
    firm.given().when(move(ours, 1, to_invoice_id=theirs)).then_refused(ProposalsDiffer)
    firm.given().when(do("merge-invoices", at=AT, invoice_id=theirs, from_invoice_id=ours)).then_refused(
        ProposalsDiffer
    )


def test_a_works_lines_stay_together_and_its_hold_follows_them(company: Company) -> None:
    shop_firm(company)
    company.given(sold("one", "2026-03-05"), sold("two", "2026-03-06"))
    (invoice,) = company.execute(propose("2026-03-31")).result["invoices"]
    moved = do("move-invoice-lines", at="2026-03-31T18:30", invoice_id=invoice["invoice_id"], numbers=[1])
    other = company.execute(moved).result["to_invoice_id"]
    held = {name: str(company.record(note_id(name)).billed_by) for name in ("one", "two")}
    assert held == {"one": other, "two": invoice["invoice_id"]}
    late = do("propose-invoice", at=AT, customer_id=CUSTOMER, lines=[{"description": "A", "unit_price": "1.00"}])
    plain = company.execute(late).result["invoice_id"]
    mixed = do("merge-invoices", at=AT, invoice_id=plain, from_invoice_id=other)
    company.given().when(mixed).then_refused(ProposalsDiffer)


def test_the_lines_of_one_work_are_not_split(company: Company) -> None:
    shop_firm(company)
    company.given(sold("one", "2026-03-05"))
    price: dict[str, Any] = {"charges": [{"kind": "carriage", "description": "Trasporto", "unit_price": "9.00"}]}
    company.do("price-delivery-note", note_id=note_id("one"), **price)
    (invoice,) = company.execute(propose("2026-03-31")).result["invoices"]
    split = do("move-invoice-lines", at=AT, invoice_id=invoice["invoice_id"], numbers=[2])
    company.given().when(split).then_refused(WorkNotSplit, number="A/2026/0118")
