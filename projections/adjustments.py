"""Price changes of contracts (adeguamenti): what was made, by which formula, and what still waits for its index."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.base import Refusal
from aggregates.because import reasons_of
from aggregates.contract import Contract
from aggregates.contract_state import ContractState
from aggregates.fee_plan import fee_plan, series_of
from aggregates.rules.indexation import IndexMissing, IndexTable
from projections.base import Page, Reader, ReadModel, Row, Rows, Table, on, page
from projections.index_series import index_tables

FEE_ADJUSTMENT = Table(
    "fee_adjustment",
    {
        "adjustment_id": "uuid", "contract_id": "uuid", "from_on": "date", "way": "text", "old": "numeric",
        "new": "numeric", "difference": "numeric", "formula": "text", "formula_because": "jsonb",
        "notice_on": "date", "from_month": "text",
        "to_month": "text", "lines": "jsonb", "index_rows": "jsonb", "change": "jsonb", "is_provisional": "boolean",
        "is_open": "boolean", "settles": "uuid", "made_at": "timestamptz", "made_by": "text", "why": "text",
        "position": "bigint",
    },
    ("adjustment_id",),
    ("contract_id, from_on", "from_on, position", "is_open, from_on where is_open"),
)  # fmt: skip


class Adjustments(ReadModel):
    """Every change of price of every contract."""

    NAME = "adjustments"
    TABLES = (FEE_ADJUSTMENT,)

    @on(Contract.FeesAdjusted)
    def adjusted(self, fact: Contract.FeesAdjusted, rows: Rows) -> None:
        """Fees are others from a day on; one that waited may be settled."""
        made = fact.adjustment
        if made.settles is not None:
            rows.patch(FEE_ADJUSTMENT, made.settles, is_open=False)
        plain = made.model_dump(mode="json", include={"lines", "index_rows", "change"})
        told = {
            "adjustment_id",
            "from_on",
            "notice_on",
            "from_month",
            "to_month",
            "is_provisional",
            "settles",
        }
        rows.put(
            FEE_ADJUSTMENT,
            {
                **plain,
                **made.model_dump(include=told),
                "formula": made.told,
                "formula_because": reasons_of(made.because),
                "contract_id": fact.stream_id,
                "way": made.change.way.value,
                "old": made.old,
                "new": made.new,
                "difference": made.new - made.old,
                "is_open": made.is_provisional,
                "made_at": fact.act.at,
                "made_by": fact.act.by,
                "why": fact.act.why,
                "position": rows.now.position,
            },
        )


class FindAdjustments(Page):
    """Price changes of a contract, of a customer, from a day, or all."""

    contract_id: UUID | None = None
    customer_id: UUID | None = None
    from_on: date | None = None
    way: str | None = None


def find_adjustments(reader: Reader, ask: FindAdjustments) -> dict[str, Any]:
    """Each change with old and new fees, formula and index rows, by its first day."""
    return page(
        reader,
        ask,
        """select a.*, c.number, c.customer_id, p.name as customer
             from {fee_adjustment} a
             join {contract} c using (contract_id) left join {party} p on p.party_id = c.customer_id
            where (%(contract_id)s::uuid is null or a.contract_id = %(contract_id)s)
              and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)
              and (%(from_on)s::date is null or a.from_on = %(from_on)s)
              and (%(way)s::text is null or a.way = %(way)s)""",
        order=("from_on", "position", "adjustment_id"),
    )


class ProvisionalAdjustments(Page):
    """Renewals at the old fee whose index was not known (R1.21)."""

    customer_id: UUID | None = None


def provisional_adjustments(reader: Reader, ask: ProvisionalAdjustments) -> dict[str, Any]:
    """Each renewal that waits, and whether its index is known by now (`is_ready`)."""
    found = page(
        reader,
        ask,
        """select a.adjustment_id, a.contract_id, a.from_on, a.old, a.formula, a.formula_because, c.number,
                  c.customer_id,
                  p.name as customer, c.state
             from {fee_adjustment} a
             join {contract} c using (contract_id) left join {party} p on p.party_id = c.customer_id
            where a.is_open and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)""",
        order=("from_on", "adjustment_id"),
    )
    states = {row["adjustment_id"]: ContractState.model_validate(row.pop("state")) for row in found["items"]}
    tables = index_tables(reader, (code for state in states.values() for code in series_of(state)))
    items = [{**row, **_waiting(states[row["adjustment_id"]], row, tables)} for row in found["items"]]
    return {"items": items, "next": found["next"]}


def _waiting(state: ContractState, row: Row, tables: dict[str, IndexTable]) -> Row:
    pending = next((e for e in state.open_adjustments if e.adjustment_id == row["adjustment_id"]), None)
    is_ready = pending is not None
    if pending is not None:
        try:
            fee_plan(state, pending.change, pending.from_on, tables)
        except (IndexMissing, Refusal):
            is_ready = False
    return {"series": sorted(series_of(state)), "is_ready": is_ready}
