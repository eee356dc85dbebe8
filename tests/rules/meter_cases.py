"""Meters, periods and ledgers for tests of copies: months of 2026, machines with readings, runs that bill them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aggregates.meter_terms import MeterTerms, Pooling
from aggregates.rules.billing import Instalment
from aggregates.rules.copies import NOTHING
from aggregates.rules.meter_course import Course
from aggregates.rules.meter_dues import Held, Scope, meter_dues
from aggregates.rules.meter_windows import CounterGroup, Machine, Measured, MeterPeriod
from aggregates.rules.meters import Meter, Reading, ReadingSource
from aggregates.rules.periods import FeePeriod, period
from aggregates.values import ROME, Period

LINE = UUID(int=900)
YEAR = Period(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
NEVER_LATER = date(2027, 3, 1)


def months(count: int = 12, terms: MeterTerms | None = None) -> tuple[MeterPeriod, ...]:
    """The first months of 2026 as meter periods, billed the day after."""
    offset = terms.offset_days if terms else 1
    whole = [period(YEAR.starts_on, 1, k) for k in range(count)]
    return tuple(
        MeterPeriod.of(FeePeriod(number=k + 1, index=k, period=each, nominal=each), each, 1, offset, False)
        for k, each in enumerate(whole)
    )


def terms(*counters: dict[str, Any], **fields: Any) -> MeterTerms:
    """Terms with these counters, or one that includes 3,000 and costs a cent."""
    usual = {"counter": "bw", "included": 3000, "tiers": [{"unit_price": "0.01"}]}
    return MeterTerms.model_validate({"counters": list(counters) or [usual], **fields})


def reading(kind: str, on: date, value: int, source: str = "technician", machine: int = 1) -> Reading:
    """A reading at noon; one of the same meter, day and source has the same id."""
    return Reading(
        reading_id=uuid5(LINE, f"{machine} {kind} {on} {source}"),
        kind=kind,
        value=value,
        read_at=datetime(on.year, on.month, on.day, 12, tzinfo=ROME),
        source=ReadingSource(source),
    )


@dataclass
class Fleet:
    """Machines with their readings, whose ends of months are the days that count, and what was billed of them."""

    terms: MeterTerms
    periods: tuple[MeterPeriod, ...] = field(default_factory=months)
    spans: Mapping[int, Period] = field(default_factory=lambda: {1: YEAR})
    readings: dict[int, dict[UUID, Reading]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)

    def read(self, kind: str, on: date, value: int, source: str = "technician", machine: int = 1) -> None:
        """Take a reading down, or correct the one of that day and source."""
        one = reading(kind, on, value, source, machine)
        self.readings.setdefault(machine, {})[one.reading_id] = one

    def scope(self) -> Scope:
        """The scope as it stands."""
        pooled = self.terms.pooling is Pooling.CONTRACT
        machines = [self._machine(n) for n in self.spans]
        return Scope(
            line_id=LINE,
            periods=self.periods,
            groups=tuple(
                CounterGroup(
                    terms=self.terms,
                    step_months=1,
                    periods=self.periods,
                    counters={each.number: counter for each in self.periods},
                    machines=tuple(some),
                    machine_id=None if pooled else some[0].serial_item_id,
                )
                for counter in self.terms.counters
                for some in ([machines] if pooled else [[one] for one in machines])
            ),
            minimums={each.number: self.terms.minimum.amount for each in self.periods} if self.terms.minimum else {},
        )

    def _machine(self, n: int) -> Machine:
        readings = tuple(self.readings.get(n, {}).values())
        kinds = dict.fromkeys(kind.kind for counter in self.terms.counters for kind in counter.counted)
        courses = {kind: Course(meter=Meter(kind=kind), readings=readings) for kind in kinds}
        return Machine(serial_item_id=UUID(int=n), serial=f"M{n}", spans=(self.spans[n],), courses=courses)

    def bill(self, until: date, news_on: date | None = None) -> list[Instalment]:
        """One run: what is due is held from now on, what comes to nothing is settled."""
        found = meter_dues(self.scope(), self.held, until, news_on or until)
        keys = [*(each.key for each in found.due), *(each.key for each in found.settled)]
        assert len(set(keys)) == len(keys), "a key twice in one run"
        assert not set(keys) & {each.key for each in self.held}, "a key that is held already"
        self.held += [Held(key=each.key, amount=each.amount, rated=_rated(each.measured)) for each in found.due]
        self.held += [Held(key=each.key, amount=NOTHING, rated=_rated(each.measured)) for each in found.settled]
        return list(found.due)

    def billed(self) -> Decimal:
        """Everything billed so far."""
        return sum((each.amount for each in self.held), Decimal("0.00"))

    def at_once(self, until: date) -> Decimal:
        """What it would cost had nothing been billed before."""
        return total(meter_dues(self.scope(), (), until, until).due)


def _rated(measured: Measured | None) -> Decimal | None:
    return measured.rated if measured and len(measured.periods) == 1 else None


def total(found: Sequence[Instalment]) -> Decimal:
    """The sum of dues."""
    return sum((each.amount for each in found), Decimal("0.00"))


def told(found: Sequence[Instalment]) -> list[tuple[int, str, str]]:
    """Number, kind and amount of dues."""
    return [(each.key.number, each.key.kind, str(each.amount)) for each in found]


def end(month: int) -> date:
    """The last day of a month of 2026."""
    return (date(2026, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def due_on(month: int) -> date:
    """The day a month is billed."""
    return end(month) + timedelta(days=1)
