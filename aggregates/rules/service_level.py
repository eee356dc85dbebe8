"""Service-level clocks (livelli di servizio): deadlines, business time, pauses, and why a due time is what it is.

Instants are UTC and aware; durations are business minutes of the calendar (absolute minutes when it is always open).
A deadline is folded from the opening, the target and the pauses every time; nothing is added to an earlier deadline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from aggregates.rules.business_calendar import (
    ONE_DAY,
    CalendarTerms,
    WeekShifts,
    closed_because,
    local_day,
    local_instant,
    open_stretches,
)
from aggregates.rules.priority import Level, PriorityMatrix
from aggregates.values import Instant, Slot, Value

__all__ = [
    "CalendarTerms",
    "Clock",
    "Level",
    "PauseReason",
    "PriorityMatrix",
    "Step",
    "StepKind",
    "WeekShifts",
    "business_minutes",
    "clock_starts_at",
    "deadline",
    "explain",
    "is_breached",
    "may_pause",
    "overdue_minutes",
    "reached",
    "threshold",
]

MINUTE = timedelta(minutes=1)


class Clock(StrEnum):
    """What is measured on a call (R6.1): presa in carico, intervento, ripristino, risoluzione."""

    RESPONSE = "response"
    ON_SITE = "on-site"
    RESTORE = "restore"
    RESOLVE = "resolve"


class PauseReason(StrEnum):
    """The only reasons for which a clock may stand still (R6.6)."""

    WAITING_CUSTOMER = "waiting-customer"
    NO_ACCESS = "no-access"
    WAITING_QUOTE_APPROVAL = "waiting-quote-approval"
    WAITING_PART = "waiting-part"
    CUSTOMER_RESCHEDULED = "customer-rescheduled"
    BLOCKED_ARREARS = "blocked-arrears"
    FORCE_MAJEURE = "force-majeure"


class StepKind(StrEnum):
    """What a stretch of an explanation is: counted, paused, or a day closed that the shifts would have opened."""

    COUNTED = "counted"
    PAUSED = "paused"
    CLOSED = "closed"


class Step(Value):
    """One stretch between opening and due time; `minutes` of counted steps sum to the target."""

    kind: StepKind
    starts_at: Instant
    ends_at: Instant
    minutes: int
    reason: str | None = None


def may_pause(clock: Clock, reason: PauseReason, waiting_part_allowed: bool = False) -> bool:
    """Whether a running clock may stand still for the reason (R6.6): RESPONSE never, WAITING_PART by contract only."""
    if clock is Clock.RESPONSE:
        return False
    return reason is not PauseReason.WAITING_PART or waiting_part_allowed


def deadline(calendar: CalendarTerms, opened_at: datetime, minutes: int, pauses: Sequence[Slot] = ()) -> datetime:
    """When the target is used up: opening plus business minutes, moved by the business minutes paused (R6.3–R6.6).

    A due time exactly at a shift's end stays there. A pause still running is passed up to now: the answer is then the
    due time if the clock resumed now. Raises `ValueError` for a target below one minute, a naive instant, overlapping
    pauses, or a calendar that never opens.
    """
    return _reached(calendar, opened_at, _target(minutes), pauses)


def threshold(
    calendar: CalendarTerms, opened_at: datetime, minutes: int, percent: int, pauses: Sequence[Slot] = ()
) -> datetime:
    """When a percentage of the target is used up: warnings at 50, 75 and 100 % (R6.7). Raises as `deadline` does."""
    if percent < 1:
        raise ValueError("a warning needs a percentage of at least 1")
    return _reached(calendar, opened_at, _target(minutes) * percent / 100, pauses)


def reached(calendar: CalendarTerms, from_at: datetime, need: timedelta, pauses: Sequence[Slot] = ()) -> datetime:
    """When so much business time has passed; for none, the first open instant. Raises as `deadline` does."""
    if need < timedelta():
        raise ValueError("business time is counted forwards")
    return _reached(calendar, from_at, need, pauses)


def clock_starts_at(calendar: CalendarTerms, opened_at: datetime) -> datetime:
    """The first open instant from the opening on: a call outside hours starts at the next opening (R6.3)."""
    return next(open_stretches(calendar, _utc(opened_at)))[0]


def business_minutes(calendar: CalendarTerms, from_at: datetime, to_at: datetime, pauses: Sequence[Slot] = ()) -> int:
    """Whole business minutes between two instants, pauses taken out.

    Raises `ValueError` when the second instant is before the first.
    """
    until = _utc(to_at)
    if until < _utc(from_at):
        raise ValueError("business minutes are counted forwards")
    counted = timedelta()
    for starts_at, ends_at, paused in _pieces(calendar, _utc(from_at), pauses):
        if starts_at >= until:
            break
        if not paused:
            counted += min(ends_at, until) - starts_at
    return counted // MINUTE


def is_breached(due_at: datetime, done_at: datetime) -> bool:
    """Whether something was done, or is still undone, after its due time; at the due time it is in time (R6.7)."""
    return _utc(done_at) > _utc(due_at)


def overdue_minutes(calendar: CalendarTerms, due_at: datetime, done_at: datetime) -> int:
    """Business minutes from the due time to when it was done; 0 when in time, or late only outside opening hours."""
    return business_minutes(calendar, due_at, done_at) if is_breached(due_at, done_at) else 0


def explain(
    calendar: CalendarTerms, opened_at: datetime, minutes: int, pauses: Sequence[Slot] = ()
) -> tuple[Step, ...]:
    """Every stretch from the opening to the due time, in order: counted, paused, and days closed with their reason.

    The last counted step ends at the `deadline`; counted minutes sum to the target. Raises as `deadline` does.
    """
    opened, need = _utc(opened_at), _target(minutes)
    steps: list[Step] = []
    counted = stood = timedelta()
    seen = opened
    for starts_at, ends_at, paused in _pieces(calendar, opened, pauses):
        steps.extend(_closed_days(calendar, seen, starts_at))
        stops_at = ends_at if paused else min(ends_at, starts_at + need - counted)
        before = stood if paused else counted
        after = before + (stops_at - starts_at)
        # Whole minutes by difference of the running total, so that odd seconds never lose a minute.
        passed = after // MINUTE - before // MINUTE
        kind = StepKind.PAUSED if paused else StepKind.COUNTED
        steps.append(Step(kind=kind, starts_at=starts_at, ends_at=stops_at, minutes=passed))
        counted, stood = (counted, after) if paused else (after, stood)
        if counted == need:
            break
        seen = stops_at
    return tuple(steps)


def _reached(calendar: CalendarTerms, opened_at: datetime, need: timedelta, pauses: Sequence[Slot]) -> datetime:
    left = need
    for starts_at, ends_at, paused in _pieces(calendar, _utc(opened_at), pauses):
        if paused:
            continue
        length = ends_at - starts_at
        if length >= left:
            return starts_at + left
        left -= length
    raise AssertionError("open time has no end")


def _pieces(
    calendar: CalendarTerms, from_at: datetime, pauses: Sequence[Slot]
) -> Iterator[tuple[datetime, datetime, bool]]:
    """Open time cut at the pauses, in order: from, to, whether it is paused."""
    waiting = _in_order(pauses)
    for cursor, closes_at in open_stretches(calendar, from_at):
        while waiting and waiting[-1].ends_at <= cursor:
            waiting.pop()
        while waiting and waiting[-1].starts_at < closes_at:
            pause = waiting[-1]
            if pause.starts_at > cursor:
                yield cursor, pause.starts_at, False
                cursor = pause.starts_at
            ends_at = min(pause.ends_at, closes_at)
            yield cursor, ends_at, True
            cursor = ends_at
            if pause.ends_at > closes_at:
                break
            waiting.pop()
        if cursor < closes_at:
            yield cursor, closes_at, False


def _in_order(pauses: Sequence[Slot]) -> list[Slot]:
    """The pauses, the earliest last."""
    ordered = sorted(pauses, key=lambda pause: pause.starts_at, reverse=True)
    if any(later.overlaps(earlier) for later, earlier in pairwise(ordered)):
        raise ValueError("two pauses of a clock cannot overlap")
    return ordered


def _closed_days(calendar: CalendarTerms, seen: datetime, until: datetime) -> Iterator[Step]:
    if calendar.always_open:
        return
    day, last = local_day(calendar, seen), local_day(calendar, until)
    while day < last:
        reason = closed_because(calendar, day)
        if reason and calendar.shifts.of(day):
            starts_at = local_instant(day, time(0), calendar.zone)
            ends_at = local_instant(day + ONE_DAY, time(0), calendar.zone)
            yield Step(kind=StepKind.CLOSED, starts_at=starts_at, ends_at=ends_at, minutes=0, reason=reason)
        day += ONE_DAY


def _target(minutes: int) -> timedelta:
    if minutes < 1:
        raise ValueError("a target is at least one minute")
    return timedelta(minutes=minutes)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return instant.astimezone(UTC)
