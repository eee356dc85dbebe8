"""Windows of a meter (finestre di lettura): the periods that are rated together, and at what (R3.3–R3.8).

A window runs from one period's end that is known to the next one: usually a single period; when periods between were
not read, all of them, with what is included and the bounds of the tiers as many times. Periods after the last known end
are rated one by one with estimates. Nothing here knows what was billed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from aggregates.meter_terms import CounterTerms, LeftOver, MeterTerms, Unused
from aggregates.rules.copies import NOTHING, TierAmount, priced, scaled, total
from aggregates.rules.meter_course import Around, Course, Mark
from aggregates.rules.periods import FeePeriod, overlap
from aggregates.values import Period, Rate, Value

ONE_DAY = timedelta(days=1)
SHORTEST_MONTH = 28


class MeterUse(Value):
    """What a meter of a machine counted in a stretch of days; `weight` is what one click adds."""

    serial_item_id: UUID
    serial: str | None = None
    meter: str
    weight: Rate
    opening: Mark
    closing: Mark
    clicks: int
    swaps: tuple[tuple[int, int], ...] = ()
    """Final and initial value of each replacement between."""


class Measured(Value):
    """What a due was reckoned from; kept with what was billed, so that a later difference is exact. Euro."""

    counter: str
    periods: tuple[int, ...]
    is_estimated: bool = False
    consumption: Rate = Decimal(0)
    included: int = 0
    rated: Rate = NOTHING
    billed_before: Rate = NOTHING
    uses: tuple[MeterUse, ...] = ()


@dataclass(frozen=True)
class MeterPeriod:
    """One meter period: number, days, day of billing, how much of a whole one it is, which year of terms it is in."""

    number: int
    period: Period
    billing_on: date
    part: Fraction
    year: int
    ends_year: bool
    is_last: bool = False
    """Whether nothing can come after it: the contract, or its line, ends with it."""

    @staticmethod
    def of(
        fee_period: FeePeriod,
        period: Period,
        step_months: int,
        offset_days: int,
        ends_year: bool,
        is_last: bool = False,
    ) -> MeterPeriod:
        """A period of the grid, for the days given."""
        return MeterPeriod(
            number=fee_period.number,
            period=period,
            billing_on=period.ends_on + timedelta(days=offset_days),
            part=Fraction(period.days, fee_period.nominal.days),
            year=fee_period.index * step_months // 12,
            ends_year=ends_year or (fee_period.index + 1) * step_months % 12 == 0,
            is_last=is_last,
        )


@dataclass(frozen=True)
class Machine:
    """A machine with the days it is served and its meters, each with all its readings, by their kind."""

    serial_item_id: UUID
    serial: str | None
    spans: tuple[Period, ...]
    courses: Mapping[str, Course]


@dataclass(frozen=True)
class Window:
    """Periods rated together; `lines` are tiers of a counter, or the one line that completes a minimum."""

    periods: tuple[MeterPeriod, ...]
    closes: bool
    lines: tuple[TierAmount, ...]
    measured: Measured

    @property
    def last(self) -> MeterPeriod:
        """The period that ends it: it gives number and day of billing."""
        return self.periods[-1]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of its periods."""
        return tuple(each.number for each in self.periods)

    @property
    def days(self) -> Period:
        """All its days."""
        return Period(starts_on=self.periods[0].period.starts_on, ends_on=self.last.period.ends_on)

    @property
    def rated(self) -> Decimal:
        """What it costs, euro."""
        return total(self.lines)


@dataclass(frozen=True)
class _Stretch:
    """A meter of a machine within one period."""

    machine: Machine
    kind: str
    weight: Decimal
    opening: Mark
    closing: Mark


@dataclass(frozen=True)
class CounterGroup:
    """One counter over the machines that share its included volume; `machine_id` when it is a single machine's."""

    terms: MeterTerms
    step_months: int
    periods: tuple[MeterPeriod, ...]
    counters: Mapping[int, CounterTerms]
    """By period: what the counter costs; changed terms hold for the periods that begin under them."""
    machines: tuple[Machine, ...]
    machine_id: UUID | None = None
    from_opening_balance: bool = False
    extra_included: Mapping[int, int] = field(default_factory=dict)
    """By period: what the lines of the contract bring to the pool."""
    ends_early: bool = False
    """Whether the counter, or its machine, goes before the contract does."""

    @property
    def counter(self) -> CounterTerms:
        """The counter as it was last agreed."""
        return self.counters[self.periods[-1].number]

    def windows(self, until: date) -> list[Window]:
        """The windows of the periods to bill by a day, oldest first; unread ones are left out while one waits."""
        found: list[tuple[MeterPeriod, ...]] = []
        pending: list[MeterPeriod] = []
        for each in (each for each in self.periods if each.billing_on <= until):
            pending.append(each)
            if all(stretch.closing.closes for stretch in self._stretches.get(each.number, ())):
                found.append(tuple(pending))
                pending = []
        closed = [self._window(each, closes=True) for each in self._settled_by_year(found)]
        return closed + [self._window((each,), closes=False) for each in pending if self._waited(each, until)]

    def advance(self, period: MeterPeriod) -> tuple[TierAmount, ...]:
        """What a period bills at its start, tier by tier: of its volume the part that the period is of a whole one."""
        counter, part = self.counters[period.number], self._part(period)
        volume = scaled(counter.advance.volume, part) if counter.advance else 0
        return priced(Decimal(volume), counter.tiers, counter.tiering, part)

    def carries(self, window: Window) -> bool:
        """Whether money left over goes on to the next period: it is agreed so, and there is a next one."""
        agreed, end = self.counters[window.last.number].advance, self.periods[-1]
        is_end = window.last == end and (end.is_last or self.ends_early)
        return agreed is not None and agreed.left_over is LeftOver.CARRIED and not is_end

    def _least(self, rated: Sequence[MeterPeriod]) -> Decimal:
        """What periods cost at the least, because copies billed in advance are lost when they are not made."""
        agreed = ((each, self.counters[each.number].advance) for each in rated)
        lost = (each for each, advance in agreed if advance is not None and advance.left_over is LeftOver.LOST)
        return sum((total(self.advance(each)) for each in lost), NOTHING)

    def _waited(self, period: MeterPeriod, until: date) -> bool:
        wait = self.terms.estimate_after_days
        return wait is not None and period.billing_on + timedelta(days=wait) <= until

    def _settled_by_year(self, found: list[tuple[MeterPeriod, ...]]) -> list[tuple[MeterPeriod, ...]]:
        """With annual settlement, the windows of a year that is over are one (R3.4)."""
        if self.terms.unused is Unused.LOST:
            return found
        over = {period.year for window in found for period in window if period.ends_year}
        merged: list[tuple[MeterPeriod, ...]] = []
        for window in found:
            if merged and merged[-1][-1].year == window[0].year and window[0].year in over:
                merged[-1] = (*merged[-1], *window)
            else:
                merged.append(window)
        return merged

    def _window(self, rated: tuple[MeterPeriod, ...], *, closes: bool) -> Window:
        stretches = [one for each in rated for one in self._stretches.get(each.number, ())]
        uses = tuple(_uses(stretches))
        consumption = max(sum((use.clicks * use.weight for use in uses), Decimal(0)), Decimal(0))
        scale = sum((self._part(each) for each in rated), Fraction(0))
        counter = self.counters[rated[-1].number]
        parts = (self.counters[each.number].included * self._part(each) for each in rated)
        included = scaled(1, sum(parts, Fraction(0))) + sum(self.extra_included.get(e.number, 0) for e in rated)
        lines = priced(consumption - included, counter.tiers, counter.tiering, scale)
        missing = self._least(rated) - total(lines)
        if missing > 0:
            rest = TierAmount(tier=len(counter.tiers) + 1, quantity=Decimal(1), unit_price=missing, amount=missing)
            lines = (*lines, rest)
        measured = Measured(
            counter=counter.counter,
            periods=tuple(each.number for each in rated),
            is_estimated=not closes,
            consumption=consumption,
            included=included,
            rated=total(lines),
            uses=uses,
        )
        return Window(periods=rated, closes=closes, lines=lines, measured=measured)

    def _part(self, period: MeterPeriod) -> Fraction:
        """How many periods' volume is included: of a machine by itself, only for the days it is served (R1.13)."""
        if self.machine_id is None:
            return period.part
        served = (overlap(period.period, span) for machine in self.machines for span in machine.spans)
        days = sum(each.days for each in served if each is not None)
        return period.part * Fraction(days, period.period.days)

    @cached_property
    def _stretches(self) -> Mapping[int, Sequence[_Stretch]]:
        found: dict[int, list[_Stretch]] = {}
        for number, stretch in self._each_stretch():
            found.setdefault(number, []).append(stretch)
        return found

    def _each_stretch(self) -> Iterator[tuple[int, _Stretch]]:
        for machine in self.machines:
            for counted in self.counter.counted if self.periods else ():
                kind = next((kind for kind in machine.courses if kind.casefold() == counted.kind.casefold()), None)
                if kind is not None:
                    weight = counted.weighs(machine.courses[kind].meter.weight)
                    for span in machine.spans:
                        yield from self._in_span(machine, kind, weight, span)

    def _in_span(self, machine: Machine, kind: str, weight: Decimal, span: Period) -> Iterator[tuple[int, _Stretch]]:
        course, terms = machine.courses[kind], self.terms
        served = [(each, days) for each in self.periods if (days := overlap(each.period, span))]
        around = Around(days=terms.tolerance_days, grace=terms.offset_days)
        window_days = max(self.step_months * SHORTEST_MONTH - terms.tolerance_days, 1)
        before: Mark | None = None
        for n, (each, days) in enumerate(served):
            if before is None:
                is_balance = self.from_opening_balance and each.number == self.periods[0].number
                before = course.opening(days.starts_on - ONE_DAY, around, from_last=is_balance)
            following = served[n + 1][1].ends_on if n + 1 < len(served) else None
            mark = course.mark(days.ends_on, around, following, before, window_days)
            yield each.number, _Stretch(machine=machine, kind=kind, weight=weight, opening=before, closing=mark)
            before = mark


def _uses(stretches: Sequence[_Stretch]) -> Iterator[MeterUse]:
    """The stretches of a meter, put together where one goes on from the other."""
    open_ones: dict[tuple[UUID, str], tuple[_Stretch, Mark]] = {}
    for each in stretches:
        key = (each.machine.serial_item_id, each.kind)
        first, closing = open_ones.get(key, (each, each.opening))
        if closing != each.opening:
            yield _use(first, closing)
            first = each
        open_ones[key] = (first, each.closing)
    yield from (_use(first, closing) for first, closing in open_ones.values())


def _use(first: _Stretch, closing: Mark) -> MeterUse:
    swaps = first.machine.courses[first.kind].swaps_between(first.opening, closing)
    return MeterUse(
        serial_item_id=first.machine.serial_item_id,
        serial=first.machine.serial,
        meter=first.kind,
        weight=first.weight,
        opening=first.opening,
        closing=closing,
        clicks=closing.counted - first.opening.counted,
        swaps=tuple((each.final, each.initial) for each in swaps),
    )
