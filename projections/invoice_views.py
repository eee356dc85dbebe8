"""The sheet of an invoice, and what is still to be paid (scheda fattura, scadenzario)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Ask, Page, Reader, page
from projections.contracts import TODAY


class InvoiceSheet(Ask):
    """One invoice, credit note or proposal."""

    invoice_id: UUID


def invoice_sheet(reader: Reader, ask: InvoiceSheet) -> dict[str, Any] | None:
    """The document with its lines, due dates, payments and credit notes."""
    params = ask.model_dump()
    row = reader.row("select * from {invoice} where invoice_id = %(invoice_id)s", params)
    if row is None:
        return None
    row["lines"] = reader.rows("select * from {invoice_line} where invoice_id = %(invoice_id)s order by number", params)
    row["open_items"] = reader.rows(
        "select part, due_on, amount, open from {due_part} where record_id = %(invoice_id)s order by part", params
    )
    return row


class OpenItems(Page):
    """What customers still owe, by due date; below zero is what we owe them."""

    customer_id: UUID | None = None
    on: date | None = None
    """The day that overdue days are counted to; left out, today."""
    overdue: bool = False


def open_items(reader: Reader, ask: OpenItems) -> dict[str, Any]:
    """The due dates not settled, the oldest first."""
    return page(
        reader,
        ask,
        f"""select o.record_id as invoice_id, o.part, o.customer_id, o.number, o.issued_on, o.due_on, o.amount, o.open,
                   p.name as customer, greatest({TODAY} - o.due_on, 0) as days_overdue
              from {{due_part}} o left join {{party}} p on p.party_id = o.customer_id
             where o.open <> 0 and (%(customer_id)s::uuid is null or o.customer_id = %(customer_id)s)
               and (not %(overdue)s or o.due_on < {TODAY})""",  # noqa: S608 - own constants only
        order=("due_on", "invoice_id", "part"),
    )
