"""Accruals at any date and revenue month by month (ratei e risconti, competenza), computed when asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.closing import total
from aggregates.contract_accruals import accruals_of, earned_over
from aggregates.contract_ledger import FeeEntry, FeeState
from aggregates.contract_state import ContractState
from aggregates.rules.accruals import AccrualBasis, ClosingKind, monthly_of
from projections.base import Ask, Page, Reader, page
from projections.company import parameters_on
from projections.contract_tables import fee_entry


class Accruals(Page):
    """Deferred income, accrued income and invoices to issue at a date; `limit` counts contracts."""

    on: date
    """The closing date; it belongs to the time gone by."""
    basis: AccrualBasis | None = None
    """Left out, what the company has chosen."""
    contract_id: UUID | None = None
    customer_id: UUID | None = None


def accruals(reader: Reader, ask: Accruals) -> dict[str, Any]:
    """Every entry of the contracts on this page, with the page's sums by kind."""
    basis = ask.basis or parameters_on(reader, ask.on).accrual_basis
    found = page(
        reader,
        ask,
        """select contract_id, number, customer_id, state, starts_on from {contract}
            where starts_on <= %(on)s and number is not null
              and (%(contract_id)s::uuid is null or contract_id = %(contract_id)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)""",
        order=("contract_id",),
    )
    ledgers = _ledgers(reader, [row["contract_id"] for row in found["items"]])
    entries = [
        entry
        for row in found["items"]
        for entry in accruals_of(
            ContractState.model_validate(row["state"]), ledgers.get(row["contract_id"], ()), ask.on, basis
        )
    ]
    return {
        "on": ask.on,
        "basis": basis,
        "items": [entry.model_dump() for entry in entries],
        "totals": {kind.value: total(entries, kind) for kind in ClosingKind},
        "next": found["next"],
    }


class Revenue(Ask):
    """What of a contract's billed amounts is earned in each calendar month."""

    contract_id: UUID
    basis: AccrualBasis | None = None


def revenue(reader: Reader, ask: Revenue) -> dict[str, Any] | None:
    """Months with the revenue of each, straight line over the days paid for; they sum to what was billed (R1.18).

    What a credit note left of a fee is earned by the days that are still served (R1.12).
    """
    row = reader.row("select number, state from {contract} where contract_id = %(contract_id)s", ask.model_dump())
    if row is None:
        return None
    state = ContractState.model_validate(row["state"])
    ledger = _ledgers(reader, [ask.contract_id]).get(ask.contract_id, ())
    months: dict[date, Decimal] = {}
    for entry in ledger:
        if entry.state is not FeeState.PROPOSED:
            basis = ask.basis or parameters_on(reader, entry.fee.period.starts_on).accrual_basis
            for each in monthly_of(earned_over(state, entry), basis):
                months[each.month.starts_on] = months.get(each.month.starts_on, Decimal("0.00")) + each.amount
    return {
        "contract_id": ask.contract_id,
        "number": row["number"],
        "items": [{"month": month, "amount": months[month]} for month in sorted(months)],
        "total": sum(months.values(), Decimal("0.00")),
    }


def contracts_after(reader: Reader, after: UUID | None, limit: int) -> list[UUID]:
    """Signed contracts by their id, after one of them."""
    rows = reader.rows(
        """select contract_id from {contract}
            where number is not null and (%(after)s::uuid is null or contract_id > %(after)s)
            order by contract_id limit %(limit)s""",
        {"after": after, "limit": limit},
    )
    return [row["contract_id"] for row in rows]


def _ledgers(reader: Reader, contract_ids: Iterable[UUID]) -> dict[UUID, list[FeeEntry]]:
    rows = reader.rows(
        "select * from {contract_fee} where contract_id = any(%(ids)s) order by contract_id, starts_on, number",
        {"ids": list(contract_ids)},
    )
    found: dict[UUID, list[FeeEntry]] = {}
    for row in rows:
        found.setdefault(row["contract_id"], []).append(fee_entry(row))
    return found
