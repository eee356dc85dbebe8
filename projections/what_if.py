"""What other terms would have billed (simulazione di altre condizioni): one contract side by side, or all in sums.

Computed when asked, by the functions that bill, and nothing is recorded (BIL-8). Amounts are euro before VAT; a
period belongs to the day on which it falls due for billing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from aggregates.adjustment_terms import AdjustmentTerms, Chaining, Precision, Reference
from aggregates.base import Refusal, require
from aggregates.because import reasons_of, refused
from aggregates.contract import Contract
from aggregates.contract_state import ContractState
from aggregates.rules.billing import Instalment
from aggregates.rules.indexation import IndexTable
from aggregates.values import Rate
from aggregates.what_if import Beside, OtherCounter, Scenario, Tried, billed, side_by_side, total, under
from projections.base import (
    Ask,
    CursorWrong,
    Page,
    Reader,
    Row,
    SortUnknown,
    decode_cursor,
    encode_cursor,
    page,
)
from projections.contracts import TODAY
from projections.index_series import index_tables
from projections.meter_records import machines_of

NOTHING = Decimal("0.00")
AT_ONCE = 500
COUNTERS = TypeAdapter(tuple[OtherCounter, ...])
SUMS = ("now", "then", "difference")
BEGINNING = date(1, 1, 1)


class ScenarioUnusable(Refusal):
    """These terms cannot be tried: {reason}. Correct them and ask again."""

    status = 422


class WhatIfTerms(Ask):
    """The terms to try; what is left out stays as every contract has it."""

    fee_percent: Rate | None = Field(default=None, gt=-100, description="All fees so much higher, in percent.")
    series: str | None = Field(default=None, description="An index for every renewal, in place of the contracts' own.")
    share_percent: Rate | None = Field(default=None, ge=0, description="How much of it counts; left out, 100.")
    precision: Precision = Precision.PUBLISHED_PCT
    chaining: Chaining = Chaining.RELATIVE
    floor_percent: Rate | None = Decimal(0)
    cap_percent: Rate | None = None
    lag_months: int | None = Field(default=None, ge=0, description="Months before; left out, the last one published.")
    counters: str | None = Field(
        default=None,
        max_length=5000,
        description="Other prices of copies as JSON: counter with included, tiers, tiering; what is left out stays.",
        examples=['[{"counter": "colour", "tiering": "volume"}]'],
    )
    minimum: Rate | None = Field(default=None, ge=0, description="Least variable sum of a meter period, euro.")
    from_on: date | None = Field(default=None, description="First day of billing; left out, the beginning.")
    on: date | None = Field(default=None, description="Last day of billing; left out, today.")

    @property
    def scenario(self) -> Scenario:
        """The terms as a scenario. Raises `ScenarioUnusable`."""
        try:
            counters = COUNTERS.validate_json(self.counters) if self.counters else ()
            return Scenario(fee_percent=self.fee_percent, index=self._index(), counters=counters, minimum=self.minimum)
        except ValidationError as problem:
            first = problem.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ScenarioUnusable(reason=f"{place}: {first['msg']}" if place else first["msg"]) from problem

    def _index(self) -> AdjustmentTerms | None:
        if self.series is None and self.share_percent is None:
            return None
        bounds = self.model_dump(include={"precision", "chaining", "floor_percent", "cap_percent", "lag_months"})
        return AdjustmentTerms(
            series=self.series or "FOI",
            share_percent=Decimal(100) if self.share_percent is None else self.share_percent,
            reference=Reference.LAST_PUBLISHED if self.lag_months is None else Reference.LAG,
            **bounds,
        )


class _WhatIfAll(WhatIfTerms):
    contract_id: UUID | None = None
    customer_id: UUID | None = None
    kind: str | None = None


class WhatIf(_WhatIfAll, Page):
    """Other terms tried on every contract that was ever signed, page by page."""


class WhatIfTotals(_WhatIfAll):
    """Other terms tried on every contract that was ever signed, in sums."""


class ContractWhatIf(WhatIfTerms, Page):
    """Other terms tried on one contract, line by line and period by period."""

    contract_id: UUID


def what_if(reader: Reader, ask: WhatIf) -> dict[str, Any]:
    """What each contract billed or would have to bill by now, what it would under other terms, and the difference.

    `unknown` are renewals whose index is not known: they keep their fee. A contract that cannot be reckoned says why
    and is not in the sums. `totals` are those of the page.
    """
    scenario = ask.scenario
    tables = _tables(reader, scenario)
    found = page(
        reader,
        ask,
        f"""select c.contract_id, c.number, c.customer_id, p.name as customer, c.kind, c.title, c.state,
                   {TODAY} as until
              from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
             where c.status not in ('draft', 'cancelled')
               and (%(contract_id)s::uuid is null or c.contract_id = %(contract_id)s)
               and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)
               and (%(kind)s::text is null or c.kind = %(kind)s)""",  # noqa: S608 - own constants only
        order=("customer_id", "contract_id"),
    )
    items = [_tried(reader, ask, row, scenario, tables) for row in found["items"]]
    return {"items": items, "next": found["next"], "totals": _totals(items)}


def what_if_totals(reader: Reader, ask: WhatIfTotals) -> dict[str, Any]:
    """How many contracts would bill otherwise, from what to what, and how many could not be reckoned."""
    totals, after = _totals([]), None
    while True:
        asked = WhatIf(**ask.model_dump(), limit=AT_ONCE, after=after)
        found = what_if(reader, asked)
        totals = {name: value + found["totals"][name] for name, value in totals.items()}
        after = found["next"]
        if after is None:
            return totals


def contract_what_if(reader: Reader, ask: ContractWhatIf) -> dict[str, Any]:
    """Each line and period side by side, with the reasons of either amount, in the order of billing.

    A contract that is not there has none. `totals` are those of all its periods.
    """
    contract = reader.record(ask.contract_id)
    scenario = ask.scenario
    if not isinstance(contract, Contract):
        return {"items": [], "next": None, "totals": _sums([]), "unknown": []}
    tables = _tables(reader, scenario)
    until = reader.rows(f"select {TODAY} as day", {"on": ask.on})[0]["day"]
    now, then, tried = _sides(reader, ask, contract.state, until, scenario, tables)
    rows = [_shown(contract.state, each) for each in side_by_side(now, then)]
    return {**_page(ask, rows), "totals": _sums(rows), "unknown": _unknown(tried)}


def _tried(reader: Reader, ask: WhatIfTerms, row: Row, scenario: Scenario, tables: Mapping[str, IndexTable]) -> Row:
    state, until = ContractState.model_validate(row.pop("state")), row.pop("until")
    told: Row = {**row, "now": None, "then": None, "difference": None, "unknown": [], "reason": None}
    try:
        now, then, tried = _sides(reader, ask, state, until, scenario, tables)
    except (Refusal, ValueError) as problem:
        return {**told, "reason": str(problem), "because": refused(problem).model_dump()}
    sums = {"now": total(now), "then": total(then), "difference": total(then) - total(now)}
    return {**told, **sums, "unknown": _unknown(tried)}


def _sides(
    reader: Reader,
    ask: WhatIfTerms,
    state: ContractState,
    until: date,
    scenario: Scenario,
    tables: Mapping[str, IndexTable],
) -> tuple[list[Instalment], list[Instalment], Tried]:
    from_on, items = ask.from_on or BEGINNING, machines_of(reader, state)
    tried = under(state, scenario, tables)
    now = billed(state, items, from_on, until)
    return now, now if tried.state == state else billed(tried.state, items, from_on, until), tried


def _tables(reader: Reader, scenario: Scenario) -> dict[str, IndexTable]:
    return index_tables(reader, [scenario.index.series.strip().upper()]) if scenario.index else {}


def _unknown(tried: Tried) -> list[Row]:
    return [{"from_on": on, "reason": one.italian, "because": one.model_dump()} for on, one in tried.unknown]


def _shown(state: ContractState, each: Beside) -> Row:
    then = state.on(each.billing_on)
    of = then.line(each.line_id) or then.charge(each.line_id)
    return {
        "line_id": each.line_id,
        "description": of.description if of else state.header.title,
        "number": each.number,
        "kind": each.kind,
        "starts_on": each.period.starts_on,
        "ends_on": each.period.ends_on,
        "billing_on": each.billing_on,
        "now": each.now,
        "then": each.then,
        "difference": each.difference,
        "why_now": list(each.why_now),
        "why_now_because": [reasons_of(one) for one in each.now_because],
        "why_then": list(each.why_then),
        "why_then_because": [reasons_of(one) for one in each.then_because],
    }


def _page(ask: Page, rows: list[Row]) -> Row:
    """A page of rows that are reckoned together; they keep the order of billing. Raises `CursorWrong`."""
    require(ask.sort is None, SortUnknown, sort=ask.sort)
    told = decode_cursor(ask.after, 1)[0] if ask.after else "0"
    require(told is not None and told.isdecimal(), CursorWrong)
    first = int(told or 0)
    last = first + max(1, min(ask.limit, AT_ONCE))
    return {"items": rows[first:last], "next": encode_cursor([last]) if last < len(rows) else None}


def _totals(items: list[Row]) -> Row:
    reckoned = [item for item in items if item["reason"] is None]
    changed = sum(1 for item in reckoned if item["difference"])
    left = len(items) - len(reckoned)
    return {"contracts": len(reckoned), "changed": changed, "not_reckoned": left, **_sums(reckoned)}


def _sums(rows: list[Row]) -> Row:
    return {name: sum((row[name] for row in rows), NOTHING) for name in SUMS}
