"""Metered fees of a contract (canone a consumo): which machines, periods and prices, and when they are due next.

The header's terms are one scope over the machines of all lines; a line with terms of its own is a scope of its machines
alone. The grid of meter periods is fixed by the first terms; changed prices and volumes hold for the periods that begin
under them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from aggregates.base import Refusal, require
from aggregates.contract_changes import TermsChange
from aggregates.contract_ledger import Fee, FeeLedger, FeeState
from aggregates.contract_serials import machine_days
from aggregates.contract_state import ContractState
from aggregates.contract_terms import ContractLine
from aggregates.meter_terms import CounterTerms, MeterTerms, Pooling
from aggregates.rules.billing import DueKey, FeeTerms, contract_periods, next_billing_on
from aggregates.rules.copies import NOTHING, scaled
from aggregates.rules.meter_course import Course
from aggregates.rules.meter_dues import Held, MeterDues, Scope, meter_dues
from aggregates.rules.meter_keys import MINIMUM, Of, is_advance, kind_of
from aggregates.rules.meter_windows import CounterGroup, Machine, MeterPeriod
from aggregates.rules.periods import overlap
from aggregates.serial_item import SerialItem
from aggregates.values import Period

ONE_DAY = timedelta(days=1)


class MeterGridChanged(Refusal):
    """Only volumes, prices and the minimum of copies can change; for the rest end the line and add another one."""


@dataclass(frozen=True)
class Metered:
    """A scope as the contract alone knows it: no readings yet."""

    line_id: UUID
    terms: MeterTerms
    step_months: int
    periods: tuple[MeterPeriod, ...]
    agreed: Mapping[int, MeterTerms]
    """The terms by period."""
    served: tuple[tuple[UUID, Period], ...]
    """Machines with the days of their lines, in the order of the lines."""
    brought: tuple[tuple[ContractLine, Period], ...]
    """Lines that add to a pool, with their days."""
    is_opening_balance: bool

    @property
    def machine_ids(self) -> tuple[UUID, ...]:
        """The machines, each once."""
        return tuple(dict.fromkeys(machine_id for machine_id, _ in self.served))

    def counters(self) -> dict[str, dict[int, CounterTerms]]:
        """Each counter by the periods in which it is priced."""
        found: dict[str, dict[int, CounterTerms]] = {}
        for each in self.periods:
            for counter in self.agreed[each.number].counters:
                found.setdefault(counter.counter, {})[each.number] = counter
        return found

    def shares(self) -> Iterator[tuple[Of, tuple[MeterPeriod, ...], dict[int, CounterTerms]]]:
        """What is billed apart: a counter, or a counter of each machine, with its periods."""
        for name, by_period in self.counters().items():
            priced = tuple(each for each in self.periods if each.number in by_period)
            if self.terms.pooling is Pooling.CONTRACT:
                yield Of(name), priced, by_period
                continue
            for machine_id in self.machine_ids:
                spans = [span for key, span in self.served if key == machine_id]
                its = tuple(each for each in priced if any(overlap(each.period, span) for span in spans))
                if its:
                    yield Of(name, machine_id), its, by_period

    def minimums(self) -> dict[int, Decimal]:
        """The least variable sum of each period that has one."""
        agreed = {number: terms.minimum for number, terms in self.agreed.items()}
        return {number: minimum.amount for number, minimum in agreed.items() if minimum is not None}


def metered(state: ContractState) -> tuple[Metered, ...]:
    """The scopes of a signed contract; none for a draft, a cancelled contract or one without metered fees."""
    if not state.terms or state.ends_on is None or (state.ending and state.ending.last_on is None):
        return ()
    return tuple(each for each in _scopes(state) if each.periods)


def scope_of(each: Metered, items: Mapping[UUID, SerialItem]) -> Scope:
    """A scope with the readings of its machines; machines that are not there count nothing."""
    machines = [_machine(item, key, each.served) for key in each.machine_ids if (item := items.get(key)) is not None]
    groups = (
        CounterGroup(
            terms=each.terms,
            step_months=each.step_months,
            periods=periods,
            counters=by_period,
            machines=tuple(m for m in machines if of.machine_id in (None, m.serial_item_id)),
            machine_id=of.machine_id,
            from_opening_balance=each.is_opening_balance,
            extra_included=_brought(each, of.counter) if of.machine_id is None else {},
            ends_early=periods[-1] != each.periods[-1],
        )
        for of, periods, by_period in each.shares()
    )
    return Scope(line_id=each.line_id, periods=each.periods, groups=tuple(groups), minimums=each.minimums())


def held(ledger: FeeLedger) -> Iterator[Held]:
    """What the ledger says was billed or settled of metered fees."""
    yield from (Held(key=fee.key, amount=NOTHING, rated=_rated(fee)) for fee in ledger.settled)
    for entry in ledger.entries:
        is_live = entry.state is not FeeState.REOPENED
        amount = entry.fee.amount if is_live else entry.fee.amount - entry.credited
        yield Held(key=entry.fee.key, amount=amount, is_live=is_live, rated=_rated(entry.fee))


def _rated(fee: Fee) -> Decimal | None:
    return fee.measured.rated if fee.measured and len(fee.measured.periods) == 1 else None


def metered_dues(state: ContractState, ledger: FeeLedger, items: Mapping[UUID, SerialItem], until: date) -> MeterDues:
    """What a contract has to bill of its meters by a day, and what comes to nothing (R3.3–R3.8)."""
    scopes, book = metered(state), list(held(ledger))
    found = [scope_of(each, items) for each in scopes]
    # What was billed of lines that never began after all is taken back.
    known = {each.line_id for each in found}
    gone = dict.fromkeys(each.key.line_id for each in book if kind_of(each.key.kind) and each.key.line_id not in known)
    found += [Scope(line_id=line_id, periods=(), groups=()) for line_id in gone]
    if not found:
        return MeterDues()
    news_on = _next_invoice_on(state, ledger, scopes, until)
    parts = [meter_dues(each, book, until, news_on) for each in found]
    return MeterDues(
        due=tuple(due for part in parts for due in part.due),
        settled=tuple(each for part in parts for each in part.settled),
    )


def _next_invoice_on(state: ContractState, ledger: FeeLedger, scopes: Iterable[Metered], until: date) -> date:
    """The day of the contract's next invoice, of fees or meters; when none is left, the last one's, or `until`."""
    fees, keys, reopened = state.fee_terms(), ledger.held, ledger.reopened
    fee_on = next_billing_on(fees, keys, state.billed_through, reopened) if fees else None
    meter_on = next_meter_billing_on(scopes, keys, reopened)
    last_on = max((each.periods[-1].billing_on for each in scopes), default=until)
    return min(filter(None, (fee_on, meter_on)), default=last_on)


def check_meters_change(state: ContractState, change: TermsChange) -> None:
    """Volumes, prices and minimum may change; the grid stays. Raises `MeterGridChanged`."""
    pairs = [(state.header.meters, change.header.meters if change.header else None)]
    for each in change.lines:
        line = state.line(each.line_id)
        pairs.append((line.meters if line else None, each.meters))
    for first, then in pairs:
        if then is not None:
            require(first is not None and _grid(first) == _grid(then), MeterGridChanged)


def _grid(terms: MeterTerms) -> tuple[object, ...]:
    return (terms.pooling, terms.unused, terms.step_months, terms.offset_days, terms.billed_through)


def next_meter_billing_on(
    scopes: Iterable[Metered], keys: Iterable[DueKey], reopened: Iterable[DueKey] = ()
) -> date | None:
    """The day on which the first meter period that was neither billed nor settled falls due; None when none is left.

    It needs no readings. What late readings change goes on the next invoice and is not looked for here.
    """
    gone = set(reopened)
    live = [(key, of) for key in keys if key not in gone and (of := kind_of(key.kind)) is not None]
    done = {(key.line_id, of, key.number) for key, of in live if not is_advance(key.kind)}
    advanced = {(key.line_id, of, key.number) for key, of in live if is_advance(key.kind)}
    days = (
        period.period.starts_on if by_number.get(period.number) and place not in advanced else period.billing_on
        for scope in scopes
        for of, periods, by_number in _expected(scope)
        for period in periods
        if (place := (scope.line_id, of, period.number)) not in done
    )
    return min(days, default=None)


def _expected(scope: Metered) -> Iterator[tuple[Of, tuple[MeterPeriod, ...], Mapping[int, bool]]]:
    """What is to be billed, its periods, and which of them bill at their start."""
    for of, periods, by_number in scope.shares():
        yield of, periods, {number: counter.advance is not None for number, counter in by_number.items()}
    least = scope.minimums()
    yield MINIMUM, tuple(each for each in scope.periods if least.get(each.number)), {}


def _scopes(state: ContractState) -> Iterator[Metered]:
    common = [line for line in state.lines if line.meters is None]
    if state.header.meters is not None:
        yield _metered(state, state.contract_id, state.header.meters, common)
    for line in state.lines:
        if line.meters is not None:
            yield _metered(state, line.line_id, line.meters, [line])


def _metered(state: ContractState, line_id: UUID, terms: MeterTerms, lines: list[ContractLine]) -> Metered:
    step = terms.step_months or state.header.step_months
    days = [(line, span) for line in lines if (span := _served(state, line)) is not None]
    own = days[0][1] if line_id != state.contract_id and days else None
    through = terms.billed_through or state.billed_through
    periods = tuple(_periods(state, terms, step, own, through)) if days else ()
    return Metered(
        line_id=line_id,
        terms=terms,
        step_months=step,
        periods=periods,
        agreed={each.number: _agreed(state, line_id, each.period.starts_on, terms) for each in periods},
        served=tuple(_machines(state, days)),
        brought=tuple((line, span) for line, span in days if line.counter and line.included),
        is_opening_balance=through is not None,
    )


def _machines(state: ContractState, days: Iterable[tuple[ContractLine, Period]]) -> Iterator[tuple[UUID, Period]]:
    swapped = {swap.line_id for change in state.changes for swap in change.serials}
    for line, span in days:
        if line.line_id in swapped:
            yield from ((key, its) for key, spans in machine_days(state, line).items() for its in spans)
        else:
            yield from ((key, span) for key in dict.fromkeys(line.serial_item_ids))


def _periods(
    state: ContractState, terms: MeterTerms, step: int, own: Period | None, through: date | None
) -> Iterator[MeterPeriod]:
    """The grid from the contract's anchor; a line with its own days cuts it, and so does an opening balance."""
    assert state.ends_on is not None
    header = state.header
    grid = FeeTerms(
        starts_on=state.terms[0].starts_on,
        step_months=step,
        alignment=header.alignment,
        sticky_end_of_month=header.sticky_end_of_month,
        terms=state.terms,
        ends_on=state.ends_on,
    )
    first_on = max(grid.starts_on, own.starts_on if own else grid.starts_on)
    if through is not None:
        first_on = max(first_on, through + ONE_DAY)
    last_on = min(state.ends_on, own.ends_on) if own else state.ends_on
    if first_on > last_on:
        return
    billed = Period(starts_on=first_on, ends_on=last_on)
    is_final = state.ending is not None or state.notice is not None or last_on < state.ends_on
    is_over = is_final or not header.tacit_renewal
    for each in contract_periods(grid):
        inside = overlap(each.period, billed)
        if inside is not None:
            is_end = inside.ends_on == last_on
            yield MeterPeriod.of(each, inside, step, terms.offset_days, is_final and is_end, is_over and is_end)


def _served(state: ContractState, line: ContractLine) -> Period | None:
    assert state.ends_on is not None
    if state.ends_on < state.terms[0].starts_on:
        return None
    return state.served(line, Period(starts_on=state.terms[0].starts_on, ends_on=state.ends_on))


def _agreed(state: ContractState, line_id: UUID, day: date, first: MeterTerms) -> MeterTerms:
    then = state.on(day)
    if line_id == state.contract_id:
        return then.header.meters or first
    line = then.line(line_id)
    return (line.meters if line else None) or first


def _brought(each: Metered, counter: str) -> dict[int, int]:
    """What lines add to the pool of a counter in each period, in proportion to their days in it."""
    found: dict[int, int] = {}
    for line, span in each.brought:
        if line.counter is None or line.counter.casefold() != counter:
            continue
        for period in each.periods:
            inside = overlap(period.period, span)
            if inside is not None:
                part = period.part * inside.days / period.period.days
                found[period.number] = found.get(period.number, 0) + scaled(line.included, part)
    return found


def _machine(item: SerialItem, key: UUID, served: Iterable[tuple[UUID, Period]]) -> Machine:
    readings = tuple(item.readings.values())
    return Machine(
        serial_item_id=key,
        serial=item.number,
        spans=tuple(span for other, span in served if other == key),
        courses={kind: Course(meter=meter, readings=readings, swaps=item.swaps) for kind, meter in item.meters.items()},
    )
