"""What is to be billed of metered fees (copie da fatturare): what periods cost, less what was billed of them (R3.8).

A period that nobody billed yet makes one due for each tier. Where something was billed already, the difference to what
the readings now say is one due, a true-up (conguaglio), of either sign. What costs nothing is noted as settled, so that
an estimate stays what it was until a reading comes. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from aggregates.because import because
from aggregates.meter_terms import NOT_A_COUNTER
from aggregates.rules.billing import DueKey, Instalment
from aggregates.rules.copies import NOTHING, TierAmount, total
from aggregates.rules.counter_names import counter_name
from aggregates.rules.meter_keys import MINIMUM, Of, advance_kind, is_advance, kind_of, tier_kind, true_up_kind
from aggregates.rules.meter_minimum import completed
from aggregates.rules.meter_windows import CounterGroup, Measured, MeterPeriod, Window
from aggregates.rules.meter_words import advance_described, advance_reasons, described, reasons, unit
from aggregates.values import Period


@dataclass(frozen=True)
class Held:
    """A key of the ledger with what it brought; `is_live` unless it was credited and opened again. Euro."""

    key: DueKey
    amount: Decimal
    is_live: bool = True
    rated: Decimal | None = None
    """What a single period was measured to cost when it was billed or settled."""


class Settled(NamedTuple):
    """A period that comes to nothing: the key that says so, its days, what was measured."""

    key: DueKey
    period: Period
    measured: Measured


class MeterDues(NamedTuple):
    """What is due by a day, and what is settled with nothing."""

    due: tuple[Instalment, ...] = ()
    settled: tuple[Settled, ...] = ()


@dataclass(frozen=True)
class Scope:
    """Metered fees of a contract or of one of its lines: groups of meters, periods, the least variable sum."""

    line_id: UUID
    periods: tuple[MeterPeriod, ...]
    groups: tuple[CounterGroup, ...]
    minimums: Mapping[int, Decimal] = field(default_factory=dict)
    """By period: the least variable sum."""


def meter_dues(scope: Scope, held: Iterable[Held], until: date, news_on: date) -> MeterDues:
    """What a scope has to bill by a day.

    `news_on` is the day of the contract's next invoice: what readings change of periods billed already goes there.
    """
    book = _Book(scope.line_id, held, {_of(group): group.counter.name for group in scope.groups})
    rated = [(group, group.windows(until)) for group in scope.groups]
    found = [book.settle(_of(group), windows, news_on, group) for group, windows in rated]
    found += [book.advances(_of(group), group, windows, until) for group, windows in rated]
    if any(scope.minimums.values()):
        minimum = _minimum_windows(scope, [(_of(group), windows) for group, windows in rated], book)
        found.append(book.settle(MINIMUM, minimum, news_on, None))
    expected = {(_of(group), each.number) for group in scope.groups for each in group.periods}
    expected |= {(MINIMUM, each.number) for each in scope.periods}
    found.append(book.strays(expected, news_on))
    due = [each for part in found for each in part.due if each.billing_on <= until]
    settled = [each for part in found for each in part.settled]
    return MeterDues(tuple(sorted(due, key=lambda each: (each.key.number, each.billing_on))), tuple(settled))


def _of(group: CounterGroup) -> Of:
    return Of(group.counter.counter, group.machine_id)


def _minimum_windows(scope: Scope, rated: Sequence[tuple[Of, list[Window]]], book: _Book) -> list[Window]:
    """Periods whose end is known for every counter, put together; each by itself after the last known end."""
    by_number: dict[int, list[Window]] = {}
    for of, windows in rated:
        for window in windows:
            by_number.setdefault(window.last.number, []).append(book.as_billed(of, window))
    ends = [{w.last.number for w in windows if w.closes} for _, windows in rated]
    due = {number for _, windows in rated for window in windows for number in window.numbers}
    known = set.intersection(*ends) if ends else set()
    found, pending = [], list[MeterPeriod]()
    for period in (each for each in scope.periods if each.number in due):
        pending.append(period)
        if period.number in known:
            found.append(_minimum(scope, pending, by_number, closes=True))
            pending = []
    complete = set.intersection(*({n for w in windows for n in w.numbers} for _, windows in rated))
    tail = [each for each in pending if each.number in complete]
    return found + [_minimum(scope, [each], by_number, closes=False) for each in tail]


def _minimum(
    scope: Scope, periods: Sequence[MeterPeriod], by_number: Mapping[int, list[Window]], *, closes: bool
) -> Window:
    windows = [window for each in periods for window in by_number.get(each.number, ())]
    return completed(periods, windows, scope.minimums, closes=closes, name=NOT_A_COUNTER)


class _Book:
    """What the ledger holds of a scope, by what it is of and by period."""

    def __init__(self, line_id: UUID, held: Iterable[Held], names: Mapping[Of, str]) -> None:
        self._line_id, self._names = line_id, names
        self._billed: dict[tuple[Of, int], Decimal] = {}
        self._live: set[tuple[Of, int]] = set()
        self._advanced: set[tuple[Of, int]] = set()
        self._rated: dict[tuple[Of, int], Decimal] = {}
        self._attempts: dict[tuple[int, str], int] = {}
        for each in held:
            key, of = each.key, kind_of(each.key.kind)
            if of is None or key.line_id != line_id:
                continue
            self._billed[of, key.number] = self._billed.get((of, key.number), NOTHING) + each.amount
            self._attempts[key.number, key.kind] = max(self._attempts.get((key.number, key.kind), 0), key.attempt)
            if each.is_live:
                (self._advanced if is_advance(key.kind) else self._live).add((of, key.number))
                if each.rated is not None:
                    self._rated[of, key.number] = each.rated

    def settle(self, of: Of, windows: Sequence[Window], news_on: date, group: CounterGroup | None) -> MeterDues:
        """The dues of windows, and the periods that come to nothing.

        Money left over of an advance that is to be carried is `left`: it goes from window to window.
        """
        due: list[Instalment] = []
        settled: list[Settled] = []
        left = NOTHING
        for window in windows:
            fresh = [each for each in window.periods if (of, each.number) not in self._live]
            billed = sum((self._billed.get((of, number), NOTHING) for number in window.numbers), NOTHING)
            carries = group is not None and group.carries(window)
            if not window.closes and not fresh:
                # An estimate that was billed stays what it was until a reading comes.
                rated = self._rated.get((of, window.last.number), billed + left)
                left = max(left + billed - rated, NOTHING) if carries else left
                continue
            if carries and window.rated < billed + left:
                left, made = left + billed - window.rated, list[Instalment]()
            elif billed or left or len(fresh) < len(window.periods):
                on = window.last.billing_on if window.last in fresh else news_on
                made, left = self._true_up(of, window, billed, on, group, left), NOTHING
            else:
                made = self._whole(of, window, group)
            due.extend(made)
            bills_last = bool(made)
            settled.extend(
                Settled(self._key(of, each, 0), each.period, window.measured)
                for each in fresh
                if each != window.last or not bills_last
            )
        return MeterDues(tuple(due), tuple(settled))

    def advances(self, of: Of, group: CounterGroup, windows: Sequence[Window], until: date) -> MeterDues:
        """What periods bill at their start; one that is measured already is billed as measured."""
        measured = {number for window in windows for number in window.numbers}
        due = []
        for each in group.periods:
            place = (of, each.number)
            if each.number in measured or place in self._live or place in self._advanced:
                continue
            lines = group.advance(each) if each.period.starts_on <= until else ()
            if not lines:
                continue
            is_one = len(lines) == 1
            due.append(
                Instalment(
                    key=self._numbered(each.number, advance_kind(of)),
                    period=each.period,
                    billing_on=each.period.starts_on,
                    amount=total(lines),
                    quantity=lines[0].quantity if is_one else Decimal(1),
                    unit=unit(not is_one),
                    unit_price=lines[0].unit_price if is_one else total(lines),
                    description=advance_described(each, group, lines),
                    because=advance_reasons(each, group, lines),
                )
            )
        return MeterDues(tuple(due))

    def as_billed(self, of: Of, window: Window) -> Window:
        """The window, or an estimate as it was billed."""
        if window.closes or (of, window.last.number) not in self._live:
            return window
        place = (of, window.last.number)
        billed = self._rated.get(place, self._billed.get(place, NOTHING))
        line = TierAmount(tier=1, quantity=Decimal(1), unit_price=billed, amount=billed)
        return Window(periods=window.periods, closes=False, lines=(line,), measured=window.measured)

    def strays(self, expected: Collection[tuple[Of, int]], on: date) -> MeterDues:
        """Billed periods that are served no more, because contract, line or machine ended: all of it is taken back."""
        gone = [(*place, amount) for place, amount in self._billed.items() if place not in expected and amount]
        due = []
        for of, number, amount in gone:
            key = self._numbered(number, true_up_kind(of))
            told = (because("meter-gone", number=number, counter=self._name(of), amount=amount),)
            text = f"Conguaglio {self._name(of)}: periodo non più servito"
            day = Period(starts_on=on, ends_on=on)
            due.append(Instalment(key=key, period=day, billing_on=on, amount=-amount, because=told, description=text))
        return MeterDues(tuple(due))

    def _name(self, of: Of) -> str:
        known = "minimo" if of == MINIMUM else counter_name(of.counter)
        return self._names.get(of, known)

    def _whole(self, of: Of, window: Window, group: CounterGroup | None) -> list[Instalment]:
        found = []
        for n, line in enumerate(window.lines):
            found.append(
                Instalment(
                    key=self._key(of, window.last, line.tier),
                    period=window.days,
                    billing_on=window.last.billing_on,
                    amount=line.amount,
                    quantity=line.quantity,
                    unit=unit(of == MINIMUM),
                    unit_price=line.unit_price,
                    description=described(window, group, line),
                    because=reasons(window, group, line),
                    measured=window.measured if n == 0 else None,
                )
            )
        return found

    def _true_up(
        self, of: Of, window: Window, billed: Decimal, on: date, group: CounterGroup | None, left: Decimal
    ) -> list[Instalment]:
        before = billed + left
        difference = window.rated - before
        if not difference:
            return []
        return [
            Instalment(
                key=self._numbered(window.last.number, true_up_kind(of)),
                period=window.days,
                billing_on=on,
                amount=difference,
                description=described(window, group, None, before),
                because=reasons(window, group, None, before, left),
                measured=window.measured.model_copy(update={"billed_before": before}),
            )
        ]

    def _key(self, of: Of, period: MeterPeriod, tier: int) -> DueKey:
        return self._numbered(period.number, tier_kind(of, tier))

    def _numbered(self, number: int, kind: str) -> DueKey:
        attempt = self._attempts.get((number, kind), 0) + 1
        return DueKey(line_id=self._line_id, number=number, kind=kind, attempt=attempt)
