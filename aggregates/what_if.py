"""What-if (simulazione, «e se»): the history of a contract billed again under other terms; nothing is recorded (BIL-8).

Both sides are reckoned by the functions that bill, from an empty ledger, so that terms that are the same give the same
cents. Amounts are euro before VAT; dates are days of billing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self, TypeVar
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.adjustment_terms import AdjustmentTerms, ChangeWay, PriceChange
from aggregates.because import Because, Reasons
from aggregates.contract_adjusted import FeeAdjustment
from aggregates.contract_adjustment import follows_index
from aggregates.contract_changes import HeaderChange, LineChange, TermsChange
from aggregates.contract_charge import charges_due
from aggregates.contract_ledger import FeeLedger
from aggregates.contract_meters import metered_dues
from aggregates.contract_state import ContractState, TermFees
from aggregates.contract_terms import ContractHeader, ContractLine, LineFee
from aggregates.fee_plan import (
    AdjustmentTermsMissing,
    FeesSumToNothing,
    IndexTables,
    NothingToAdjust,
    fee_plan,
    index_unknown,
)
from aggregates.meter_terms import CounterTerms, MeterTerms
from aggregates.rules.billing import Instalment, instalments_due
from aggregates.rules.copies import Tier, Tiering, are_complete
from aggregates.rules.fee_adjustment import FeeNow, by_percent
from aggregates.rules.indexation import IndexMissing
from aggregates.rules.meter_keys import METER, kind_of
from aggregates.serial_item import SerialItem
from aggregates.values import Money, Period, Rate, Value

NOTHING = Decimal("0.00")
M = TypeVar("M", ContractHeader, ContractLine, HeaderChange, LineChange)


class OtherCounter(Value):
    """Other prices or another volume for a counter, wherever it is counted; what is left out stays."""

    counter: str = Field(examples=["colour"])
    included: int | None = Field(default=None, ge=0)
    tiers: tuple[Tier, ...] | None = None
    tiering: Tiering | None = None

    @model_validator(mode="after")
    def _tiers_reach_everything(self) -> Self:
        if self.tiers is not None and not are_complete(self.tiers):
            raise ValueError("tiers need rising bounds, and a last one without")
        return self

    def instead_of(self, terms: CounterTerms) -> CounterTerms:
        """The counter's terms with what differs."""
        given = {name: getattr(self, name) for name in ("included", "tiers", "tiering")}
        return terms.model_copy(update={name: value for name, value in given.items() if value is not None})


class Scenario(Value):
    """Other terms to try; what is left out stays as it was agreed."""

    fee_percent: Rate | None = Field(default=None, gt=-100, description="All fees so much higher, from the beginning.")
    index: AdjustmentTerms | None = Field(
        default=None, description="Every renewal follows this index, in place of the contract's own clause."
    )
    counters: tuple[OtherCounter, ...] = ()
    minimum: Rate | None = Field(default=None, ge=0, description="Least variable sum of a meter period, euro.")

    @property
    def is_about_meters(self) -> bool:
        """Whether it changes what copies cost."""
        return bool(self.counters) or self.minimum is not None


@dataclass(frozen=True)
class Tried:
    """A contract under a scenario, and the renewals whose index is not known, with the reason."""

    state: ContractState
    unknown: tuple[tuple[date, Because], ...] = ()


@dataclass(frozen=True)
class Beside:
    """What a line bills of a period as things are and under the scenario, each with its reasons."""

    line_id: UUID
    number: int
    kind: str
    period: Period
    billing_on: date
    now: Decimal
    then: Decimal
    why_now: tuple[str, ...]
    why_then: tuple[str, ...]
    now_because: tuple[Reasons, ...]
    then_because: tuple[Reasons, ...]

    @property
    def difference(self) -> Decimal:
        """What the scenario would bring more."""
        return self.then - self.now


def under(state: ContractState, scenario: Scenario, tables: IndexTables) -> Tried:
    """The contract as it would stand had the scenario held since its first day; a draft stays as it is.

    With an index, what the contract's own clause made of the fees is left away and each term follows the index given;
    fees agreed or changed by hand stay, and so do the fees of a term whose index is not known (R1.20, R1.21).
    """
    if not state.terms:
        return Tried(state)
    if scenario.fee_percent is not None:
        state = _raised(state, scenario.fee_percent)
    if scenario.is_about_meters:
        state = _remetered(state, scenario)
    return _indexed(state, scenario.index, tables) if scenario.index is not None else Tried(state)


def billed(state: ContractState, machines: Mapping[UUID, SerialItem], from_on: date, to_on: date) -> list[Instalment]:
    """Everything that falls due for billing on days `from_on` to `to_on`, as if nothing had been billed yet.

    What another system billed is left away on either side.
    """
    elsewhere = frozenset(key for mark in state.elsewhere for key in mark.keys)
    terms = state.fee_terms()
    fees = instalments_due(terms, elsewhere, state.billed_through, to_on) if terms else []
    copies = metered_dues(state, FeeLedger(), machines, to_on).due
    charges = charges_due(state.charges, elsewhere, (), to_on)
    return [each for each in (*fees, *copies, *charges) if each.billing_on >= from_on]


def total(dues: Iterable[Instalment]) -> Decimal:
    """The sum of dues, euro."""
    return sum((each.amount for each in dues), NOTHING)


def side_by_side(now: Iterable[Instalment], then: Iterable[Instalment]) -> list[Beside]:
    """Both sides line by line and period by period, in the order of billing; the tiers of a counter are one row."""
    rows: dict[tuple[UUID, int, str], tuple[list[Instalment], list[Instalment]]] = {}
    for side, dues in enumerate((now, then)):
        for each in dues:
            rows.setdefault((each.key.line_id, each.key.number, _kind(each)), ([], []))[side].append(each)
    found = [_beside(*place, ours, theirs) for place, (ours, theirs) in rows.items()]
    return sorted(found, key=lambda row: (row.billing_on, row.number, row.kind, str(row.line_id)))


def _beside(line_id: UUID, number: int, kind: str, now: list[Instalment], then: list[Instalment]) -> Beside:
    first = (now or then)[0]
    return Beside(
        line_id=line_id,
        number=number,
        kind=kind,
        period=first.period,
        billing_on=first.billing_on,
        now=total(now),
        then=total(then),
        why_now=tuple(each.told for each in now),
        why_then=tuple(each.told for each in then),
        now_because=tuple(each.because for each in now),
        then_because=tuple(each.because for each in then),
    )


def _kind(due: Instalment) -> str:
    of = kind_of(due.key.kind)
    if of is None or not due.key.kind.startswith(METER):
        return due.key.kind
    return ":".join((METER, of.counter, *([str(of.machine_id)] if of.machine_id else ())))


# Fees


def _raised(state: ContractState, percent: Decimal) -> ContractState:
    """All annual fees changed by a percentage: the total of each day of prices once, then spread (R1.22)."""
    terms = state.fee_terms()
    first = {line.line_id: line.fees[0].annual_fee for line in terms.lines} if terms else {}
    new = _by_percent(first, percent)
    later = tuple(
        TermFees(
            from_on=each.from_on,
            fees=tuple(
                LineFee(line_id=key, annual_fee=fee)
                for key, fee in _by_percent({fee.line_id: fee.annual_fee for fee in each.fees}, percent).items()
            ),
        )
        for each in state.fees
    )
    header, own = state.header, new.get(state.contract_id)
    if own is not None and header.annual_fee is not None:
        header = header.model_copy(update={"annual_fee": Money(amount=own, currency=header.annual_fee.currency)})
    lines = tuple(_at_fee(line, new.get(line.line_id)) for line in state.lines)
    return state.model_copy(update={"header": header, "lines": lines, "fees": later})


def _by_percent(fees: Mapping[UUID, Decimal], percent: Decimal) -> dict[UUID, Decimal]:
    now = [FeeNow(line_id=key, fee=fee, original=fee) for key, fee in fees.items()]
    made = by_percent(now, percent, each_line=not sum(fees.values(), NOTHING))
    return {line.line_id: line.new for line in made.lines}


def _at_fee(line: ContractLine, fee: Decimal | None) -> ContractLine:
    """The line at a net annual fee."""
    if fee is None or fee == line.net_annual_fee:
        return line
    plain = {"annual_fee": Money(amount=fee), "quantity": Decimal(1), "discount_percent": Decimal(0)}
    return line.model_copy(update=plain)


def _indexed(state: ContractState, terms: AdjustmentTerms, tables: IndexTables) -> Tried:
    """Without what indices made of the fees, then each further term by this one, in its order."""
    change = PriceChange(way=ChangeWay.INDEX, terms=terms)
    now, unknown = _without_index(state), []
    for term in state.terms[1:]:
        if not follows_index(now, term.starts_on):
            continue
        try:
            plan = fee_plan(now, change, term.starts_on, tables)
        except IndexMissing as missing:
            unknown.append((term.starts_on, index_unknown("index-unknown", missing)))
            continue
        except (AdjustmentTermsMissing, NothingToAdjust, FeesSumToNothing):
            continue
        made = FeeAdjustment(adjustment_id=state.contract_id, **dict(plan))
        now = now.adjusted(made.from_on, made.fees).noting(made)
    return Tried(now, tuple(unknown))


def _without_index(state: ContractState) -> ContractState:
    """The fees as they were agreed, without those that an index clause made."""
    indexed = [each for each in state.adjustments if each.change.way is ChangeWay.INDEX]
    fees = list(state.fees)
    for each in indexed:
        made = TermFees(from_on=each.from_on, fees=each.fees)
        if each.fees and made in fees:
            fees.remove(made)
    kept = tuple(each for each in state.adjustments if each.change.way is not ChangeWay.INDEX)
    return state.model_copy(update={"fees": tuple(fees), "adjustments": kept})


# Copies


def _remetered(state: ContractState, scenario: Scenario) -> ContractState:
    """Other prices and volumes wherever copies are billed, changes of terms included."""
    changes = tuple(_changed(each, scenario) for each in state.changes)
    lines = tuple(_with_meters(line, scenario) for line in state.lines)
    header = _with_meters(state.header, scenario)
    return state.model_copy(update={"header": header, "lines": lines, "changes": changes})


def _changed(change: TermsChange, scenario: Scenario) -> TermsChange:
    header = _with_meters(change.header, scenario) if change.header else None
    lines = tuple(_with_meters(line, scenario) for line in change.lines)
    return change.model_copy(update={"header": header, "lines": lines})


def _with_meters(holder: M, scenario: Scenario) -> M:
    return holder.model_copy(update={"meters": _meters(holder.meters, scenario)}) if holder.meters else holder


def _meters(terms: MeterTerms, scenario: Scenario) -> MeterTerms:
    others = {each.counter.casefold(): each for each in scenario.counters}
    counters = tuple(
        other.instead_of(counter) if (other := others.get(counter.counter)) else counter for counter in terms.counters
    )
    minimum = terms.minimum if scenario.minimum is None else Money(amount=scenario.minimum)
    return terms.model_copy(update={"counters": counters, "minimum": minimum})
