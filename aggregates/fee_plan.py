"""What a change of price would make of a contract (piano di adeguamento): the preview and the decision are the same.

Fees are annual, in euro; the day is the first on which the new ones hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from pydantic import Field

from aggregates.adjustment_terms import AdjustmentTerms, Chaining, ChangeWay, Month, PriceChange
from aggregates.base import Refusal, require
from aggregates.because import Because, Reasons, because, in_italian
from aggregates.contract_refusals import ContractHasEnded, ContractNotSigned, LineUnknown
from aggregates.contract_state import ContractState
from aggregates.rules.billing import FeeLine
from aggregates.rules.fee_adjustment import Adjustment, FeeNow, NewFee, by_amount, by_index, by_percent, by_total
from aggregates.rules.indexation import (
    IndexChange,
    IndexMissing,
    IndexRow,
    IndexTable,
    index_change,
    month_of,
    reference_month,
    shift,
)
from aggregates.rules.periods import last_notice_day
from aggregates.values import Rate, Value

ONE_DAY = timedelta(days=1)
IndexTables = Mapping[str, IndexTable]
"""The series by their codes, in capitals."""


class AlreadyAdjusted(Refusal):
    """The fees were already adjusted from {from_on}; say that this comes on top, or choose another day."""


class IndexNotKnown(Refusal):
    """The index {series} of {month} is not known; load it first, or adjust by percent."""


class AdjustmentTermsMissing(Refusal):
    """The contract has no index clause; say which index to apply, or adjust by percent."""

    status = 422


class NothingToAdjust(Refusal):
    """No line of the contract has a fee on {from_on}; choose another day or other lines."""

    status = 422


class FeesSumToNothing(Refusal):
    """The fees to adjust sum to nothing, so that a total cannot be spread over them; give each line its amount."""

    status = 422


class AdjustedBeforeStart(Refusal):
    """The contract starts on {starts_on}; choose that day or a later one."""

    status = 422


class FeePlan(Value):
    """What an adjustment would be; with the id it becomes one."""

    from_on: date
    change: PriceChange
    lines: tuple[NewFee, ...]
    formula: str = Field(default="", description="The sentence of changes from before reasons were codes.")
    because: Reasons = ()
    notice_on: date | None = None
    from_month: Month | None = None
    to_month: Month | None = None
    index_percent: Rate | None = None
    index_rows: tuple[IndexRow, ...] = ()
    is_provisional: bool = False

    @property
    def told(self) -> str:
        """The formula in Italian words."""
        return in_italian(self.because, self.formula) or ""

    @property
    def old(self) -> Decimal:
        """The annual total before."""
        return sum((line.old for line in self.lines), Decimal("0.00"))

    @property
    def new(self) -> Decimal:
        """The annual total after."""
        return sum((line.new for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True)
class _Line:
    """A line to adjust: its fee now, the clause it follows, and for ABSOLUTE where the change is counted from."""

    now: FeeNow
    terms: AdjustmentTerms | None
    base_month: Month | None


def fee_plan(state: ContractState, change: PriceChange, from_on: date, tables: IndexTables | None) -> FeePlan:
    """Old and new fee of every line that a change is about; without tables an index changes nothing.

    Raises `IndexMissing`, `NothingToAdjust`, `AdjustmentTermsMissing`, `FeesSumToNothing`, `AdjustedBeforeStart`,
    `ContractHasEnded`, `LineUnknown`.
    """
    lines = _chosen(state, change, from_on)
    notice = notice_on(state, from_on)
    made: dict[str, Any] = {}
    try:
        if change.way is ChangeWay.INDEX:
            made = _indexed(lines, change, from_on, notice, tables)
        else:
            adjustment = _plain([line.now for line in lines], change)
            made = {"lines": adjustment.lines, "because": adjustment.because}
    except ValueError as problem:
        raise FeesSumToNothing from problem
    return FeePlan(from_on=from_on, change=change, notice_on=notice, **made)


def is_made(state: ContractState, change: PriceChange, from_on: date, *, is_on_top: bool = False) -> bool:
    """Whether just this change was made from this day. Raises `AlreadyAdjusted` when another was."""
    made = [each for each in state.adjustments if each.from_on == from_on and not each.is_provisional]
    if any(each.change == change for each in made):
        return True
    require(is_on_top or not made, AlreadyAdjusted, from_on=str(from_on))
    return False


def unchanged(plan: FeePlan, why: Because) -> FeePlan:
    """The plan with every fee as it was, to be settled later (R1.21)."""
    lines = tuple(NewFee(line_id=line.line_id, old=line.old, new=line.old) for line in plan.lines)
    gone = {"index_rows": (), "from_month": None, "to_month": None, "index_percent": None, "is_provisional": True}
    return plan.model_copy(update={"lines": lines, "because": (why,), **gone})


def index_unknown(code: str, missing: IndexMissing) -> Because:
    """Which index is not known, as a reason."""
    return because(code, series=missing.series, month=missing.month)


def notice_on(state: ContractState, from_on: date) -> date:
    """The last notice day before a term; for another day, the day before it (R1.20)."""
    before = next((term for term in state.terms if term.ends_on + ONE_DAY == from_on), None)
    return last_notice_day(before.ends_on, state.header.notice) if before else from_on - ONE_DAY


def next_term_on(state: ContractState, today: date) -> date:
    """The first day of the next term, be it there already or still to come. Raises `ContractNotSigned`."""
    require(bool(state.terms), ContractNotSigned)
    coming = (term.starts_on for term in state.terms if term.starts_on > today)
    return next(coming, state.terms[-1].ends_on + ONE_DAY)


def series_of(state: ContractState, change: PriceChange | None = None) -> frozenset[str]:
    """The codes of the series that its clauses (and a change that is asked for) name, in capitals."""
    told = [state.header.index_terms, change.terms if change else None, *(line.adjustment for line in state.lines)]
    told += [part.adjustment for each in state.changes for part in (each.header, *each.lines) if part]
    pending = [each.change.terms for each in state.open_adjustments]
    return frozenset(terms.series.strip().upper() for terms in (*told, *pending) if terms is not None)


def _chosen(state: ContractState, change: PriceChange, from_on: date) -> list[_Line]:
    terms = state.fee_terms()
    if terms is None:
        raise NothingToAdjust(from_on=str(from_on))
    require(from_on >= terms.starts_on, AdjustedBeforeStart, starts_on=str(terms.starts_on))
    ends_for_good = state.ending is not None or state.notice is not None
    is_over = ends_for_good and terms.ends_on is not None and from_on > terms.ends_on
    require(not is_over, ContractHasEnded, status=state.status(from_on))
    for line_id in change.line_ids:
        require(any(line.line_id == line_id for line in terms.lines), LineUnknown, line_id=str(line_id))
    then = state.on(from_on)
    lines = [
        _line(then, line, change, from_on)
        for line in terms.lines
        if _is_served(line, from_on, terms.starts_on) and _is_meant(state, line, change)
    ]
    with_fee = [line for line in lines if line.now.fee or change.way is ChangeWay.AMOUNT]
    require(bool(with_fee), NothingToAdjust, from_on=str(from_on))
    return with_fee


def _is_served(line: FeeLine, from_on: date, contract_starts_on: date) -> bool:
    """A line that begins on that day or later has its price agreed anew; one that has ended has none."""
    has_begun = line.starts_on is None or line.starts_on < from_on or from_on == contract_starts_on
    return has_begun and (line.ends_on is None or line.ends_on >= from_on)


def _is_meant(state: ContractState, line: FeeLine, change: PriceChange) -> bool:
    if not change.is_partial:
        return True
    known = state.line(line.line_id)
    code = (known.article_code or "").upper() if known else ""
    by_code = any(code and fnmatchcase(code, pattern.strip().upper()) for pattern in change.article_codes)
    return line.line_id in change.line_ids or by_code


def _line(state: ContractState, line: FeeLine, change: PriceChange, from_on: date) -> _Line:
    known = state.line(line.line_id)
    terms = change.terms or (known.adjustment if known else None) or state.header.index_terms
    fee = line.annual_fee(from_on)
    if terms is None or terms.chaining is Chaining.RELATIVE:
        return _Line(FeeNow(line_id=line.line_id, fee=fee, original=fee), terms, None)
    original, base_month = _origin(state, line, from_on, terms)
    return _Line(FeeNow(line_id=line.line_id, fee=fee, original=original), terms, base_month)


def _origin(state: ContractState, line: FeeLine, from_on: date, terms: AdjustmentTerms) -> tuple[Decimal, Month | None]:
    """The fee agreed last, before the index changed it, and the month that it counts from (ABSOLUTE, R1.20)."""
    indexed = [
        (each.from_on, new)
        for each in sorted(state.adjustments, key=lambda each: each.from_on)
        if each.change.way is ChangeWay.INDEX and not each.is_provisional and each.from_on <= from_on
        for new in each.lines
        if new.line_id == line.line_id
    ]
    by_index = [(on, new.new) for on, new in indexed]
    agreed = [
        dated for dated in line.fees if dated.from_on <= from_on and (dated.from_on, dated.annual_fee) not in by_index
    ]
    last = agreed[-1] if agreed else line.fees[0]
    is_first = last == line.fees[0]
    since = next((new.base_month for on, new in indexed if is_first or on > last.from_on), None)
    return last.annual_fee, (terms.base_month if is_first and terms.base_month else since)


def _plain(lines: Sequence[FeeNow], change: PriceChange) -> Adjustment:
    match change:
        case PriceChange(way=ChangeWay.PERCENT, percent=percent) if percent is not None:
            return by_percent(lines, percent, each_line=change.each_line or change.is_partial)
        case PriceChange(way=ChangeWay.AMOUNT, amount=amount) if amount is not None:
            return by_amount(lines, amount)
        case PriceChange(total=total) if total is not None:
            return by_total(lines, total)
    raise AssertionError("a change has its figure")


def _indexed(
    lines: Sequence[_Line], change: PriceChange, from_on: date, notice: date, tables: IndexTables | None
) -> dict[str, Any]:
    """The lines by clause and base month, each group rounded as a whole and spread."""
    following = [line for line in lines if line.terms is not None]
    require(bool(following), AdjustmentTermsMissing)
    if tables is None:
        same = tuple(NewFee(line_id=e.now.line_id, old=e.now.fee, new=e.now.fee) for e in following)
        return {"lines": same, "because": ()}
    new: list[NewFee] = []
    told: list[Because] = []
    rows: list[IndexRow] = []
    moves: list[IndexChange] = []
    groups: dict[tuple[AdjustmentTerms | None, Month | None], list[_Line]] = {}
    for line in following:
        groups.setdefault((line.terms, line.base_month), []).append(line)
    for group in groups.values():
        terms = group[0].terms
        assert terms is not None
        moved = _change(terms, group[0].base_month, from_on, notice, tables)
        is_single = change.each_line or change.is_partial
        made = by_index([line.now for line in group], terms, moved, each_line=is_single)
        new += made.lines
        told += made.because
        rows += [row for row in moved.rows if row not in rows]
        moves.append(moved)
    place = {line.now.line_id: n for n, line in enumerate(following)}
    return {
        "lines": tuple(sorted(new, key=lambda line: place[line.line_id])),
        "because": tuple(told),
        "index_rows": tuple(rows),
        "from_month": moves[0].from_month,
        "to_month": moves[0].to_month,
        "index_percent": moves[0].percent,
    }


def _change(
    terms: AdjustmentTerms, base_month: Month | None, from_on: date, notice: date, tables: IndexTables
) -> IndexChange:
    code = terms.series.strip().upper()
    table = tables.get(code)
    if table is None:
        raise IndexMissing(code, shift(month_of(notice), -1))
    to_month = reference_month(terms, table, notice, from_on)
    return index_change(table, base_month or shift(to_month, -terms.span_months), to_month, terms.precision)
