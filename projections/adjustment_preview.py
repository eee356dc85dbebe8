"""What a change of price would bring, for all contracts at once (anteprima adeguamento); nothing is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field, ValidationError

from aggregates.adjustment_terms import AdjustmentTerms, Chaining, ChangeWay, Precision, PriceChange
from aggregates.base import Refusal
from aggregates.because import because, reasons_of, refused
from aggregates.contract_state import ContractState
from aggregates.fee_plan import IndexNotKnown, fee_plan, is_made, next_term_on, series_of
from aggregates.rules.indexation import IndexMissing, IndexTable
from aggregates.values import Rate
from projections.base import Ask, Page, Reader, Row, page
from projections.contracts import TODAY
from projections.index_series import index_tables

NOTHING = Decimal("0.00")
AT_ONCE = 500


class ChangeIncomplete(Refusal):
    """The change cannot be computed: {reason}. Give the way and its figure."""

    status = 422


class PreviewTerms(Ask):
    """The change to try, and the contracts to try it on; an index without terms of its own follows each contract's."""

    way: ChangeWay = ChangeWay.INDEX
    percent: Rate | None = None
    amount: Rate | None = None
    total: Rate | None = None
    each_line: bool = False
    article_code: str | None = Field(default=None, description="Only lines of this article; a class as in `STA-*`.")
    series: str | None = Field(default=None, description="An index for everybody, in place of the contracts' own.")
    share_percent: Rate | None = None
    precision: Precision = Precision.PUBLISHED_PCT
    chaining: Chaining = Chaining.RELATIVE
    floor_percent: Rate | None = Decimal(0)
    cap_percent: Rate | None = None
    from_on: date | None = Field(default=None, description="Left out, each contract's next term.")
    on: date | None = Field(default=None, description="Left out, today.")
    contract_id: UUID | None = None
    customer_id: UUID | None = None
    kind: str | None = None
    expires_by: date | None = None

    @property
    def change(self) -> PriceChange:
        """The change as `adjust-contracts` takes it. Raises `ChangeIncomplete`."""
        told = self.model_dump(include={"way", "percent", "amount", "total", "each_line"})
        codes = (self.article_code,) if self.article_code else ()
        try:
            return PriceChange(**told, terms=self._terms(), article_codes=codes)
        except ValidationError as problem:
            raise ChangeIncomplete(reason=str(problem.errors()[0]["msg"])) from problem

    def _terms(self) -> AdjustmentTerms | None:
        if self.way is not ChangeWay.INDEX or (self.series is None and self.share_percent is None):
            return None
        bounds = self.model_dump(include={"precision", "chaining", "floor_percent", "cap_percent"})
        share = Decimal(100) if self.share_percent is None else self.share_percent
        return AdjustmentTerms(series=self.series or "FOI", share_percent=share, **bounds)


class AdjustmentPreview(PreviewTerms, Page):
    """A change of price tried on contracts in force, page by page."""


class PreviewTotals(PreviewTerms):
    """A change of price tried on every contract in force, in sums."""


def adjustment_preview(reader: Reader, ask: AdjustmentPreview) -> dict[str, Any]:
    """Old, new and difference of every contract and line with the formula; what would be refused says why.

    `change` and `from_on` given to `adjust-contracts` make just this. `totals` are those of the page.
    """
    found = page(reader, ask, _in_force(), order=("customer_id", "contract_id"))
    items = _tried(reader, ask, found["items"])
    return {"items": items, "next": found["next"], "change": _plain(ask.change), "totals": _totals(items)}


def adjustment_preview_totals(reader: Reader, ask: PreviewTotals) -> dict[str, Any]:
    """How many contracts would change, from what to what, and how many could not, by reason."""
    totals: Row = _totals([])
    after = None
    while True:
        asked = AdjustmentPreview(**ask.model_dump(), limit=AT_ONCE, after=after)
        found = adjustment_preview(reader, asked)
        totals = _added(totals, found["totals"])
        after = found["next"]
        if after is None:
            return {**totals, "change": _plain(ask.change)}


def _in_force() -> str:
    return f"""select c.contract_id, c.number, c.customer_id, p.name as customer, c.kind, c.title, c.ends_on, c.state,
                      {TODAY} as today
                 from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
                where c.status in ('in_force', 'under_notice') and c.ends_on >= {TODAY}
                  and (%(contract_id)s::uuid is null or c.contract_id = %(contract_id)s)
                  and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)
                  and (%(kind)s::text is null or c.kind = %(kind)s)
                  and (%(expires_by)s::date is null or c.ends_on <= %(expires_by)s)"""  # noqa: S608 - own constants only


def _tried(reader: Reader, ask: PreviewTerms, rows: list[Row]) -> list[Row]:
    change = ask.change
    states = [ContractState.model_validate(row.pop("state")) for row in rows]
    tables = index_tables(reader, (code for state in states for code in series_of(state, change)))
    return [
        {**row, **_outcome(state, change, ask.from_on or next_term_on(state, row.pop("today")), tables)}
        for row, state in zip(rows, states, strict=True)
    ]


def _outcome(state: ContractState, change: PriceChange, from_on: date, tables: dict[str, IndexTable]) -> Row:
    told: Row = {"from_on": from_on, "old": None, "new": None, "difference": None, "lines": [], "code": None}
    try:
        if is_made(state, change, from_on):
            same = because("adjust-unchanged")
            return {**told, "code": "unchanged", "reason": same.italian, "because": same.model_dump()}
        plan = fee_plan(state, change, from_on, tables)
    except IndexMissing as missing:
        problem = IndexNotKnown(series=missing.series, month=missing.month)
        return {**told, "code": problem.code(), "reason": str(problem), "because": refused(problem).model_dump()}
    except Refusal as problem:
        return {**told, "code": problem.code(), "reason": str(problem), "because": refused(problem).model_dump()}
    return {
        **told,
        "reason": None,
        "old": plan.old,
        "new": plan.new,
        "difference": plan.new - plan.old,
        "formula": plan.told,
        "formula_because": reasons_of(plan.because),
        "from_month": plan.from_month,
        "to_month": plan.to_month,
        "lines": [{**_line(state, line.line_id), **line.model_dump()} for line in plan.lines],
    }


def _line(state: ContractState, line_id: UUID) -> Row:
    line = state.line(line_id)
    return {
        "description": line.description if line else state.header.title,
        "article_code": line.article_code if line else None,
    }


def _plain(change: PriceChange) -> Row:
    return change.model_dump(mode="json", exclude_defaults=True)


def _totals(items: list[Row]) -> Row:
    changed = [item for item in items if item["code"] is None]
    refused: dict[str, int] = {}
    for item in items:
        if item["code"] is not None:
            refused[item["code"]] = refused.get(item["code"], 0) + 1
    sums = {name: sum((item[name] for item in changed), NOTHING) for name in ("old", "new", "difference")}
    return {"contracts": len(changed), **sums, "refused": refused}


def _added(one: Row, other: Row) -> Row:
    codes = {**one["refused"], **other["refused"]}
    refused = {code: one["refused"].get(code, 0) + other["refused"].get(code, 0) for code in codes}
    sums = {name: one[name] + other[name] for name in ("contracts", "old", "new", "difference")}
    return {**sums, "refused": refused}
