"""Credits due (accrediti da emettere): what was billed of contracts above their terms, and is not credited (R1.12)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.because import Because, in_italian
from aggregates.contract_state import ContractState
from projections.base import Page, Reader, Row, page


class CreditsDue(Page):
    """Contracts with something to credit, of one customer or of all."""

    customer_id: UUID | None = None
    contract_id: UUID | None = None


def credits_due(reader: Reader, ask: CreditsDue) -> dict[str, Any]:
    """Each contract with the sum to credit and, fee by fee, on which invoice, how much and why."""
    found = page(
        reader,
        ask,
        """select c.contract_id, c.number, c.customer_id, p.name as customer, c.status, c.ends_on,
                  c.credit_due as amount, c.credits, c.state,
                  (select jsonb_agg(to_jsonb(f)) from (
                      select line_id, number, kind, attempt, invoice_id, invoice_number from {contract_fee}
                       where contract_id = c.contract_id) f) as fees
             from {contract} c left join {party} p on p.party_id = c.customer_id
            where c.credit_due > 0 and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)
              and (%(contract_id)s::uuid is null or c.contract_id = %(contract_id)s)""",
        order=("customer_id", "contract_id"),
    )
    return {"items": [_shown(row) for row in found["items"]], "next": found["next"]}


def _shown(row: Row) -> Row:
    invoices = {_place(fee): fee for fee in row.pop("fees") or ()}
    state = ContractState.model_validate(row.pop("state"))
    lines = {str(line.line_id): line.description for line in state.lines}
    return {
        **row,
        "credits": [
            {
                **each["key"],
                "description": lines.get(each["key"]["line_id"], state.header.title),
                "starts_on": date.fromisoformat(each["period"]["starts_on"]),
                "ends_on": date.fromisoformat(each["period"]["ends_on"]),
                "amount": each["amount"],
                "why": in_italian(Because.model_validate(one) for one in each["because"]),
                "why_because": each["because"],
                "invoice_id": invoices[_place(each["key"])]["invoice_id"],
                "invoice_number": invoices[_place(each["key"])]["invoice_number"],
            }
            for each in row["credits"]
        ],
    }


def _place(key: Row) -> tuple[Any, ...]:
    return key["line_id"], key["number"], key["kind"], key["attempt"]
