"""Invoices that the exchange system refused: watched, sent again in time, or given up and billed anew (R9.11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.contract import Contract
from aggregates.invoice import Invoice
from aggregates.invoice_receipts import InvoiceVoided, NotRefusedByExchange, VoidedInvoiceMoves
from aggregates.publication import EDITION
from tests.agreement import they_agree, told
from tests.contract_steps import C1, ROSSI, amounts, documents, due, founded, run, signed, tick
from tests.dsl import Company, do

WHY: dict[str, Any] = {"reason": "Cliente cessato"}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def billed(company: Company) -> UUID:
    """A contract whose first invoice is issued on 16 September 2026."""
    signed(company)
    run(company, "2026-09-16")
    return UUID(str(documents(company)[-1]["invoice_id"]))


def answer(company: Company, invoice_id: UUID, kind: str = "NS", on: str = "2026-09-18") -> None:
    """What the exchange system says of it."""
    name: dict[str, Any] = {"file_name": f"IT12345670017_{on[-2:]}.xml", "exchange_id": "7712345", "received_on": on}
    company.do("record-exchange-receipt", at=f"{on}T12:00", invoice_id=invoice_id, kind=kind, **name)


def outcome(company: Company, on: str) -> dict[str, Any]:
    (row,) = company.ask("exchange-outcomes", on=on)["items"]
    return dict(row)


def test_given_up_it_frees_what_it_billed_and_its_number_stays_taken(firm: Company) -> None:
    firm.do("adopt-public-edition", edition=EDITION)
    invoice_id = billed(firm)
    number = firm.record(invoice_id).document.number
    before = amounts(documents(firm))
    void = do("void-refused-invoice", at="2026-09-25T09:00", invoice_id=invoice_id, **WHY)
    firm.given().when(void).then_refused(NotRefusedByExchange, number=number)
    answer(firm, invoice_id)
    assert due(firm, "2026-09-25") == []
    firm.given().when(void).then(
        Invoice.Proposed, Invoice.Confirmed, Invoice.Issued, Invoice.Credited,
        (Invoice.Voided, {"number": f"{number}-ST", "reason": "Cliente cessato"}), Contract.PeriodCredited,
    )  # fmt: skip
    position = firm.house.log.position()
    assert firm.execute(void).result["number"] == f"{number}-ST"
    assert firm.house.log.position() == position, "once is enough"
    firm.given().when(do("resend-invoice", at="2026-09-25T10:00", invoice_id=invoice_id)).then_refused(InvoiceVoided)

    assert [row["open"] for row in firm.ask("due-ledger")["items"] if row["open"]] == []
    row = outcome(firm, "2026-09-25")
    assert (row["alarm"], row["next_step"], str(row["voided_on"])) == (None, None, "2026-09-25")
    note_id = firm.record(invoice_id).reversal_id
    note = firm.record(note_id).document
    assert (note.is_internal, note.number, note.send_by) == (True, f"{number}-ST", None)
    waiting = firm.house.reader.rows("select record_id from {document_due}")
    assert note_id not in {each["record_id"] for each in waiting}, "it is neither printed nor sent"
    run(firm, "2026-09-25")
    (again,) = [each for each in documents(firm) if each["kind"] == "invoice" and each["number"] != number]
    assert amounts([again]) == before, "it is billed anew, to the cent"
    numbers = [each["number"] for each in documents(firm)]
    assert len(set(numbers)) == len(numbers)
    assert again["number"] not in (number, f"{number}-ST")
    they_agree(firm)
    (public,) = [each for each in told(firm) if each["type"] == "libretto.refused-invoice.voided.v1"]
    assert (public["data"]["invoice_number"], public["data"]["reversal_id"]) == (number, str(note_id))


def test_paid_or_credited_it_is_not_given_up(firm: Company) -> None:
    invoice_id = billed(firm)
    answer(firm, invoice_id)
    payment: dict[str, Any] = {"payment_id": UUID(int=7), "amount": {"amount": "10.00"}, "paid_on": "2026-09-20"}
    firm.do("record-payment", invoice_id=invoice_id, **payment)
    void = do("void-refused-invoice", at="2026-09-25T09:00", invoice_id=invoice_id, **WHY)
    firm.given().when(void).then_refused(VoidedInvoiceMoves)
    back: dict[str, Any] = {"payment_id": UUID(int=7), "reversed_on": "2026-09-21", "reason": "Insoluto"}
    firm.do("reverse-payment", invoice_id=invoice_id, **back)
    firm.execute(void)
    assert firm.record(invoice_id).is_voided


def test_the_duty_tells_before_the_term_ends_and_after_and_voids_nothing(firm: Company) -> None:
    invoice_id = billed(firm)
    assert tick(firm, "watch-refused-invoices", "2026-09-18T07:00") == 0
    answer(firm, invoice_id)
    assert tick(firm, "watch-refused-invoices", "2026-09-20T07:00") == 0, "there is time until the 23rd"
    assert tick(firm, "watch-refused-invoices", "2026-09-21T07:00") == 1
    assert tick(firm, "watch-refused-invoices", "2026-09-22T07:00") == 0, "told once"
    row = outcome(firm, "2026-09-23")
    assert (row["noted_stage"], row["next_step"], row["days_left"]) == ("term_near", "resend-invoice", 0)
    assert tick(firm, "watch-refused-invoices", "2026-09-24T07:00") == 1
    row = outcome(firm, "2026-09-24")
    assert (row["noted_stage"], row["next_step"]) == ("term_over", "void-refused-invoice")
    assert row["voided_on"] is None
    late = do("resend-invoice", at="2026-09-25T09:00", invoice_id=invoice_id, late=True, why="Dati corretti tardi")
    firm.given().when(late).then(Invoice.Resent)
    assert outcome(firm, "2026-09-25")["noted_stage"] is None
    answer(firm, invoice_id, on="2026-09-26")
    assert tick(firm, "watch-refused-invoices", "2026-10-05T07:00") == 1, "the new file has a term of its own"
    firm.do("void-refused-invoice", at="2026-10-05T09:00", invoice_id=invoice_id, **WHY)
    assert tick(firm, "watch-refused-invoices", "2026-10-06T07:00") == 0
    assert C1 in {each["customer_id"] for each in firm.ask("billing-due", on="2026-10-06")["items"]}
