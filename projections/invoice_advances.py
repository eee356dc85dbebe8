"""Advances that are still to be deducted (acconti da stornare), by the quote or contract they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.invoice import Invoice
from aggregates.invoice_values import ADVANCE, DocumentType
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

ADVANCES = Table(
    "invoice_advance",
    {
        "invoice_id": "uuid", "number": "text", "issued_on": "date", "customer_id": "uuid", "customer": "text",
        "about_id": "uuid", "about_kind": "text", "about_number": "text", "amount": "numeric", "left_over": "numeric",
        "deductions": "jsonb",
    },
    ("invoice_id",),
    ("about_id",),
)  # fmt: skip


class InvoiceAdvances(ReadModel):
    """Issued advance invoices (TD02) with what is left of each; euro before VAT."""

    NAME = "invoice_advances"
    TABLES = (ADVANCES,)

    @on(Invoice.Issued)
    def issued(self, fact: Invoice.Issued, rows: Rows) -> None:
        """An advance was invoiced."""
        document = fact.document
        lines = [line for line in document.lines if line.source.kind == ADVANCE]
        if document.document_type is not DocumentType.TD02 or not lines:
            return
        about, amount = lines[0].source.about, sum((line.amount for line in lines), Decimal(0))
        rows.put(
            ADVANCES,
            {
                "invoice_id": fact.stream_id,
                "number": document.number,
                "issued_on": document.issued_on,
                "customer_id": document.customer.party_id,
                "customer": document.customer.name,
                "about_id": about.id if about else None,
                "about_kind": about.kind if about else None,
                "about_number": about.number if about else None,
                "amount": amount,
                "left_over": amount,
                "deductions": {},
            },
        )

    @on(Invoice.DeductionProposed)
    def deduction_proposed(self, fact: Invoice.DeductionProposed, rows: Rows) -> None:
        """A proposal takes some of it."""
        row = rows.get(ADVANCES, fact.stream_id)
        if row is not None:
            taken = {**row["deductions"], str(fact.invoice_id): str(fact.amount)}
            rows.put(ADVANCES, {**row, "deductions": taken, "left_over": row["left_over"] - fact.amount})

    @on(Invoice.DeductionReleased)
    def deduction_released(self, fact: Invoice.DeductionReleased, rows: Rows) -> None:
        """It is left again."""
        row = rows.get(ADVANCES, fact.stream_id)
        if row is not None:
            amount = Decimal(row["deductions"].get(str(fact.invoice_id), "0"))
            taken = {key: value for key, value in row["deductions"].items() if key != str(fact.invoice_id)}
            rows.put(ADVANCES, {**row, "deductions": taken, "left_over": row["left_over"] + amount})

    @on(Invoice.Credited)
    def credited(self, fact: Invoice.Credited, rows: Rows) -> None:
        """A credit note gave some of it back."""
        row = rows.get(ADVANCES, fact.stream_id)
        if row is not None:
            back = sum((line.amount for line in fact.lines), Decimal(0))
            rows.put(ADVANCES, {**row, "left_over": row["left_over"] - back})


class FindAdvances(Page):
    """Advances of a customer or of all, by default those with something left to deduct."""

    customer_id: UUID | None = None
    all: bool = False


def find_advances(reader: Reader, ask: FindAdvances) -> dict[str, Any]:
    """The advances with what they are on and what is left."""
    return page(
        reader,
        ask,
        """select * from {invoice_advance}
            where (%(customer_id)s::uuid is null or customer_id = %(customer_id)s) and (%(all)s or left_over > 0)""",
        order=("issued_on", "invoice_id"),
    )


def advances_about(reader: Reader, record_ids: Sequence[UUID]) -> Sequence[tuple[UUID, UUID]]:
    """The quotes and contracts with an advance left to deduct, each with it, the oldest first, for commands."""
    rows = reader.rows(
        """select about_id, invoice_id from {invoice_advance}
            where about_id = any(%(ids)s) and left_over > 0 order by issued_on, invoice_id""",
        {"ids": list(record_ids)},
    )
    return [(row["about_id"], row["invoice_id"]) for row in rows]
