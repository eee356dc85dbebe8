"""The sheet of an invoice, why a line is there, and what is still to be paid (scheda fattura, scadenzario)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.contract_state import ContractState
from aggregates.invoice_values import InvoiceLine
from projections.base import Ask, Page, Reader, Row, page
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


class WhyLine(Ask):
    """One line of an invoice."""

    invoice_id: UUID
    number: int


def why_line(reader: Reader, ask: WhyLine) -> dict[str, Any] | None:
    """From a line back to the contract, its terms, the period and the formula; or to the record it bills (BIL-7)."""
    row = reader.row(
        "select * from {invoice_line} where invoice_id = %(invoice_id)s and number = %(number)s", ask.model_dump()
    )
    if row is None:
        return None
    line = InvoiceLine.model_validate({k: v for k, v in row["line"].items() if k != "treatment"})
    source = line.source
    return {
        "invoice_id": row["invoice_id"],
        "number": row["number"],
        "description": line.description,
        "amount": line.amount,
        "kind": source.kind,
        "why": source.why,
        "billing_on": source.billing_on,
        "period": line.period.model_dump() if line.period else None,
        "key": source.key.model_dump() if source.key else None,
        "treatment": row["line"].get("treatment"),
        "record": source.record.model_dump() if source.record else None,
        "contract": _contract(reader, source.contract_id, source.key.line_id if source.key else None),
    }


def _contract(reader: Reader, contract_id: UUID | None, line_id: UUID | None) -> Row | None:
    row = reader.row("select state from {contract} where contract_id = %(id)s", {"id": contract_id})
    if row is None:
        return None
    state = ContractState.model_validate(row["state"])
    terms, line = state.fee_terms(), state.line(line_id) if line_id else None
    facts = reader.facts(state.contract_id)
    return {
        "contract_id": state.contract_id,
        "number": state.number,
        "fee_terms": terms.model_dump(mode="json", exclude={"lines"}) if terms else None,
        "line": line.model_dump(mode="json") if line else None,
        "facts": [
            {
                "topic": recorded.topic,
                "at": recorded.fact.act.at,
                "by": recorded.fact.act.by,
                "position": recorded.position,
            }
            for recorded in facts
        ],
    }


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
