"""Invoices and credit notes as lists, with their lines and what is still to be paid (fatture)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.because import reasons_of
from aggregates.invoice import Invoice
from aggregates.invoice_values import InvoiceLine
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

INVOICE = Table(
    "invoice",
    {
        "invoice_id": "uuid", "kind": "text", "state": "text", "customer_id": "uuid", "customer": "text",
        "number": "text", "issued_on": "date", "until_on": "date", "taxable": "numeric", "tax": "numeric",
        "total": "numeric", "payable": "numeric", "stamp_duty": "numeric", "paid": "numeric", "credited": "numeric",
        "open": "numeric", "corrects_id": "uuid", "held_reason": "text", "discarded_reason": "text",
        "terms": "jsonb", "document": "jsonb", "credit_notes": "jsonb", "payments": "jsonb", "planned_on": "date",
        "document_type": "text", "send_by": "date", "is_answered": "boolean", "voided_on": "date", "notice": "jsonb",
    },
    ("invoice_id",),
    ("customer_id, invoice_id", "issued_on", "state", "number"),
)  # fmt: skip
LINE = Table(
    "invoice_line",
    {
        "invoice_id": "uuid", "number": "integer", "description": "text", "amount": "numeric", "credited": "numeric",
        "is_excluded": "boolean", "starts_on": "date", "ends_on": "date", "contract_id": "uuid",
        "contract_number": "text", "kind": "text", "why": "text", "why_because": "jsonb", "line": "jsonb",
    },
    ("invoice_id", "number"),
    ("contract_id",),
)  # fmt: skip
NOTHING = Decimal("0.00")


class Invoices(ReadModel):
    """Every proposal and issued document."""

    NAME = "invoices"
    VERSION = 4
    TABLES = (INVOICE, LINE)

    @on(Invoice.Proposed)
    def proposed(self, fact: Invoice.Proposed, rows: Rows) -> None:
        """A proposal appears."""
        rows.put(
            INVOICE,
            {
                "invoice_id": fact.stream_id,
                "kind": fact.kind.value,
                "state": "proposed",
                "customer_id": fact.terms.customer_id,
                "until_on": fact.until_on,
                "taxable": sum((line.amount for line in fact.lines), NOTHING),
                "corrects_id": fact.corrects.invoice_id if fact.corrects else None,
                "terms": fact.terms.model_dump(mode="json"),
                "document_type": "TD04" if fact.kind == "credit_note" else fact.terms.document_type.value,
                "credit_notes": [],
                "payments": [],
            },
        )
        _put_lines(fact.stream_id, fact.lines, rows)

    @on(Invoice.LineExcluded)
    def line_excluded(self, fact: Invoice.LineExcluded, rows: Rows) -> None:
        """A line is left out."""
        invoice, line = rows.get(INVOICE, fact.stream_id), rows.get(LINE, fact.stream_id, fact.number)
        if invoice is not None and line is not None:
            rows.patch(LINE, fact.stream_id, fact.number, is_excluded=True)
            rows.patch(INVOICE, fact.stream_id, taxable=invoice["taxable"] - line["amount"])

    @on(Invoice.TermsChanged)
    def terms_changed(self, fact: Invoice.TermsChanged, rows: Rows) -> None:
        """It is to be dated or paid otherwise, and verified again."""
        terms = fact.terms.model_dump(mode="json")
        _verify_again(fact.stream_id, rows, terms=terms, planned_on=fact.dated_on)

    @on(Invoice.LinesMoved)
    def lines_moved(self, fact: Invoice.LinesMoved, rows: Rows) -> None:
        """Another proposal bills these lines."""
        for number in fact.numbers:
            rows.patch(LINE, fact.stream_id, number, is_excluded=True)
        _verify_again(fact.stream_id, rows)

    @on(Invoice.LinesAdded)
    def lines_added(self, fact: Invoice.LinesAdded, rows: Rows) -> None:
        """It bills more lines."""
        _put_lines(fact.stream_id, fact.lines, rows)
        _verify_again(fact.stream_id, rows)

    @on(Invoice.PaymentRequested)
    def payment_requested(self, fact: Invoice.PaymentRequested, rows: Rows) -> None:
        """The customer was asked to pay first."""
        rows.patch(INVOICE, fact.stream_id, state="requested", notice=fact.notice.model_dump(mode="json"))

    @on(Invoice.PaymentRequestWithdrawn)
    def payment_request_withdrawn(self, fact: Invoice.PaymentRequestWithdrawn, rows: Rows) -> None:
        """The notice holds no longer."""
        rows.patch(INVOICE, fact.stream_id, state="proposed", notice=None)

    @on(Invoice.ExchangeOutcomeRecorded)
    def answered(self, fact: Invoice.ExchangeOutcomeRecorded, rows: Rows) -> None:
        """The exchange system has had it."""
        rows.patch(INVOICE, fact.stream_id, is_answered=True)

    @on(Invoice.Voided)
    def voided(self, fact: Invoice.Voided, rows: Rows) -> None:
        """It was refused and given up; its internal reversal credited it."""
        rows.patch(INVOICE, fact.stream_id, voided_on=fact.voided_on)

    @on(Invoice.Held)
    def held(self, fact: Invoice.Held, rows: Rows) -> None:
        """It waits."""
        rows.patch(INVOICE, fact.stream_id, state="held", held_reason=fact.reason)

    @on(Invoice.HoldLifted)
    def hold_lifted(self, fact: Invoice.HoldLifted, rows: Rows) -> None:
        """It goes on."""
        rows.patch(INVOICE, fact.stream_id, state="proposed", held_reason=None)

    @on(Invoice.Confirmed)
    def confirmed(self, fact: Invoice.Confirmed, rows: Rows) -> None:
        """It was verified."""
        rows.patch(INVOICE, fact.stream_id, state="confirmed")

    @on(Invoice.Discarded)
    def discarded(self, fact: Invoice.Discarded, rows: Rows) -> None:
        """It was given up."""
        rows.patch(INVOICE, fact.stream_id, state="discarded", discarded_reason=fact.reason)

    @on(Invoice.Issued)
    def issued(self, fact: Invoice.Issued, rows: Rows) -> None:
        """The document with its number, and what is to be paid when; a credit note lowers its invoice's."""
        document = fact.document
        rows.patch(
            INVOICE,
            fact.stream_id,
            state="issued",
            customer=document.customer.name,
            **document.model_dump(include={"number", "issued_on", "taxable", "tax", "total", "payable", "stamp_duty"}),
            paid=NOTHING,
            credited=NOTHING,
            kind=document.kind.value,
            document_type=document.document_type.value,
            send_by=document.send_by,
            document=document.model_dump(mode="json"),
        )
        _settle(fact.stream_id, rows)
        for old in rows.select(LINE, invoice_id=fact.stream_id):
            rows.drop(LINE, *LINE.key_of(old))
        _put_lines(fact.stream_id, document.lines, rows)

    @on(Invoice.Credited)
    def credited(self, fact: Invoice.Credited, rows: Rows) -> None:
        """A credit note took something back."""
        row = rows.get(INVOICE, fact.stream_id)
        if row is None:
            return
        for each in fact.lines:
            line = rows.get(LINE, fact.stream_id, each.number)
            if line is not None:
                rows.patch(LINE, fact.stream_id, each.number, credited=line["credited"] + each.amount)
        note = fact.model_dump(mode="json", include={"credit_note_id", "number", "credited_on", "payable"})
        credited = row["credited"] + fact.payable
        rows.patch(INVOICE, fact.stream_id, credited=credited, credit_notes=[*row["credit_notes"], note])
        _settle(fact.stream_id, rows)

    @on(Invoice.PaymentRecorded)
    def payment_recorded(self, fact: Invoice.PaymentRecorded, rows: Rows) -> None:
        """Money came in."""
        row = rows.get(INVOICE, fact.stream_id)
        if row is None:
            return
        payment = fact.model_dump(mode="json", include={"payment_id", "paid_on", "amount", "reference"})
        paid = row["paid"] + fact.amount.amount
        rows.patch(INVOICE, fact.stream_id, paid=paid, payments=[*row["payments"], payment])
        _settle(fact.stream_id, rows)

    @on(Invoice.Resent)
    def resent(self, fact: Invoice.Resent, rows: Rows) -> None:
        """It went out again with corrected data of the customer."""
        document = fact.document
        told = document.model_dump(mode="json")
        rows.patch(INVOICE, fact.stream_id, customer=document.customer.name, document=told)

    @on(Invoice.PaymentReversed)
    def payment_reversed(self, fact: Invoice.PaymentReversed, rows: Rows) -> None:
        """A payment came back."""
        row = rows.get(INVOICE, fact.stream_id)
        if row is None:
            return
        told = fact.model_dump(mode="json", include={"reversed_on", "reason"})
        payments = [
            {**each, **told} if each["payment_id"] == str(fact.payment_id) else each for each in row["payments"]
        ]
        rows.patch(INVOICE, fact.stream_id, paid=row["paid"] - fact.amount.amount, payments=payments)
        _settle(fact.stream_id, rows)

    @on(Invoice.CreditUsed)
    def credit_used(self, fact: Invoice.CreditUsed, rows: Rows) -> None:
        """What was paid beyond the debt went elsewhere: so much less of it was paid for this document."""
        row = rows.get(INVOICE, fact.stream_id)
        if row is not None:
            use = {"payment_id": str(fact.use_id), "amount": fact.amount.model_dump(mode="json"), "is_use": True}
            paid = row["paid"] - fact.amount.amount
            rows.patch(INVOICE, fact.stream_id, paid=paid, payments=[*row["payments"], use])
            _settle(fact.stream_id, rows)

    @on(Invoice.CreditReturned)
    def credit_returned(self, fact: Invoice.CreditReturned, rows: Rows) -> None:
        """Such a use was undone."""
        row = rows.get(INVOICE, fact.stream_id)
        known = (
            next((each for each in row["payments"] if each["payment_id"] == str(fact.use_id)), None) if row else None
        )
        if row is not None and known is not None:
            paid = row["paid"] + Decimal(known["amount"]["amount"])
            left = [each for each in row["payments"] if each is not known]
            rows.patch(INVOICE, fact.stream_id, paid=paid, payments=left)
            _settle(fact.stream_id, rows)


def _put_lines(invoice_id: UUID, lines: Sequence[InvoiceLine], rows: Rows) -> None:
    for line in lines:
        rows.put(
            LINE,
            {
                "invoice_id": invoice_id,
                **line.model_dump(include={"number", "description", "amount"}),
                "credited": NOTHING,
                "is_excluded": False,
                "starts_on": line.period.starts_on if line.period else None,
                "ends_on": line.period.ends_on if line.period else None,
                **line.source.model_dump(include={"contract_id", "contract_number", "kind"}),
                "why": line.source.told,
                "why_because": reasons_of(line.source.because),
                "line": line.model_dump(mode="json"),
            },
        )


def _verify_again(invoice_id: UUID, rows: Rows, **columns: Any) -> None:
    """A proposal that changed is no longer confirmed; its sum follows its lines."""
    row = rows.get(INVOICE, invoice_id)
    if row is not None:
        state = "proposed" if row["state"] == "confirmed" else row["state"]
        lines = rows.select(LINE, invoice_id=invoice_id)
        taxable = sum((line["amount"] for line in lines if not line["is_excluded"]), NOTHING)
        rows.patch(INVOICE, invoice_id, state=state, taxable=taxable, **columns)


def _settle(invoice_id: UUID, rows: Rows) -> None:
    """What is open; a note that corrects an invoice lowers that one, any other is owed to the customer."""
    row = rows.get(INVOICE, invoice_id)
    if row is not None:
        asked = row["payable"] if row["kind"] == "invoice" else NOTHING if row["corrects_id"] else -row["payable"]
        rows.patch(INVOICE, invoice_id, open=asked - row["paid"] - row["credited"])


class FindInvoices(Page):
    """Invoices and credit notes by customer, contract, number, date or state, the newest first."""

    customer_id: UUID | None = None
    contract_id: UUID | None = None
    state: str | None = None
    kind: str | None = None
    number: str | None = None
    from_on: date | None = None
    to_on: date | None = None


def find_invoices(reader: Reader, ask: FindInvoices) -> dict[str, Any]:
    """The documents that match; proposals are dated by the day up to which they bill."""
    return page(
        reader,
        ask,
        """select i.invoice_id, i.kind, i.state, i.customer_id, coalesce(i.customer, p.name) as customer, i.number,
                  i.issued_on, i.until_on, coalesce(i.issued_on, i.until_on) as dated_on, i.taxable, i.tax, i.total,
                  i.payable, i.paid, i.credited, i.open, i.corrects_id, i.held_reason
             from {invoice} i left join {party} p on p.party_id = i.customer_id
            where (%(customer_id)s::uuid is null or i.customer_id = %(customer_id)s)
              and (%(state)s::text is null or i.state = %(state)s)
              and (%(kind)s::text is null or i.kind = %(kind)s)
              and (%(number)s::text is null or i.number = %(number)s)
              and (%(from_on)s::date is null or coalesce(i.issued_on, i.until_on) >= %(from_on)s)
              and (%(to_on)s::date is null or coalesce(i.issued_on, i.until_on) <= %(to_on)s)
              and (%(contract_id)s::uuid is null or i.invoice_id in
                   (select l.invoice_id from {invoice_line} l where l.contract_id = %(contract_id)s))""",
        order=("-dated_on", "-invoice_id"),
    )
