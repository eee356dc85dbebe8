"""What services of one machine should exist under a plan (occorrenze di manutenzione): derived, never stored ahead.

A service is known by its key, so that it exists once however often and whenever anybody asks:
`interval/2026-03-31` is a date of the fixed grid before seasons, `service/3` the third of a row in which each waits for
the one before (from completion, meters: whichever comes first), `status/to-check/2026-05-02` one entry into a status.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from aggregates.because import Because
from aggregates.maintenance_terms import CatchUp, PlanTerms
from aggregates.rules.maintenance import IntervalCounting, Read, counted_at, projected, reached_on
from aggregates.rules.spans import Span, holding
from aggregates.values import Value

LATER = "a-later-one-is-due"
"""Why a missed date makes no call."""


class OccurrenceState(StrEnum):
    """How far one due service is; what is not recorded at all is due by itself."""

    DUE = "due"
    HELD = "held"
    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self in (OccurrenceState.DONE, OccurrenceState.SKIPPED)


class Occurrence(Value):
    """One service of one machine as its facts make it. `attempt` counts the calls made for it."""

    key: str
    rule: str
    nominal_on: date
    due_on: date
    state: OccurrenceState = OccurrenceState.DUE
    attempt: int = 0
    call_id: UUID | None = None
    ended_on: date | None = None
    reason: str | None = None
    because: Because | None = None


class Due(NamedTuple):
    """A service that should exist and has no call."""

    key: str
    rule: str
    nominal_on: date
    due_on: date
    terms: PlanTerms
    attempt: int


@dataclass(frozen=True)
class Stage:
    """Terms of a plan and the days on which they hold for one machine."""

    terms: PlanTerms
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Watched:
    """What is known of one machine under one plan: terms with their days, statuses, meters."""

    installed_on: date
    stages: tuple[Stage, ...]
    statuses: tuple[tuple[date, str], ...] = ()
    meters: Mapping[str, Sequence[Read]] = field(default_factory=dict)

    @property
    def begins_on(self) -> date | None:
        """The first day on which the plan is for the machine."""
        return min((span.first for stage in self.stages for span in stage.spans), default=None)


Course = Mapping[str, Occurrence]


def expected(watched: Watched, course: Course, until: date) -> list[Due]:
    """The services due by a day that have no call and are neither done nor skipped, in order."""
    found = [*_fixed(watched, course, until), *_next_service(watched, course), *_entries(watched)]
    known = [_as_recorded(due, course.get(due.key)) for due in found]
    known += _left_over(watched, course, {due.key for due in found})
    return sorted((due for due in known if due is not None and due.due_on <= until), key=_in_time)


def ready(watched: Watched, course: Course, today: date) -> tuple[list[Due], list[Due]]:
    """What is to be made today, and what was missed and is not made any more.

    Every service is made `horizon_days` ahead. Where several dates of a fixed grid have passed without one, the terms
    say whether all are made up for or only the newest (`CatchUp`).
    """
    farthest = max((stage.terms.horizon_days for stage in watched.stages), default=0)
    coming = expected(watched, course, today + timedelta(days=farthest))
    due = [each for each in coming if each.due_on - timedelta(days=each.terms.horizon_days) <= today]
    passed = [each for each in due if _may_be_missed(each, course, today)]
    missed = [each for each in passed[:-1] if each.terms.catch_up is CatchUp.NEWEST]
    return [each for each in due if each not in missed], missed


def forecast(watched: Watched, course: Course, until: date) -> list[Due]:
    """The services to come until a day, as if each were done on the day it is due; meters go on at their trend."""
    taken = {key: _assumed(one) if one.state is OccurrenceState.PLANNED else one for key, one in course.items()}
    found = expected(watched, taken, until)
    in_row = next((each for each in found if each.key.startswith("service/")), None)
    while in_row is not None:
        taken[in_row.key] = _done(in_row)
        watched = _counted_on(watched, in_row.due_on)
        in_row = next((each for each in expected(watched, taken, until) if each.key.startswith("service/")), None)
        found.extend([in_row] if in_row is not None else [])
    return sorted(found, key=_in_time)


def _counted_on(watched: Watched, day: date) -> Watched:
    """As if each meter were read on a day, at its trend."""
    trends = {trigger.meter: trigger.trend_readings for stage in watched.stages for trigger in stage.terms.meters}
    seen = {
        meter: (*readings, Read(day, projected(readings, day, trends.get(meter, 2))))
        for meter, readings in watched.meters.items()
        if readings and readings[-1].on < day
    }
    return replace(watched, meters={**watched.meters, **seen})


def _assumed(one: Occurrence) -> Occurrence:
    return one.model_copy(update={"state": OccurrenceState.DONE, "ended_on": one.due_on})


def _done(due: Due) -> Occurrence:
    return Occurrence(
        key=due.key,
        rule=due.rule,
        nominal_on=due.nominal_on,
        due_on=due.due_on,
        state=OccurrenceState.DONE,
        ended_on=due.due_on,
    )


def _fixed(watched: Watched, course: Course, until: date) -> Iterator[Due]:
    """The dates of fixed grids; of those that a season moves to one day, only the last."""
    for stage in watched.stages:
        last: Due | None = None
        for day in _grid(watched, stage, until):
            due_on = stage.terms.season.opens_on(day) if stage.terms.season else day
            if last is not None and last.due_on != due_on:
                yield last
            last = Due(f"interval/{day}", "interval", day, due_on, stage.terms, 0)
            if _stood_in_for(stage, day, course) or not holding(stage.spans, due_on):
                last = None
        if last is not None:
            yield last


def _grid(watched: Watched, stage: Stage, until: date) -> Iterator[date]:
    interval = stage.terms.interval
    if interval is not None and interval.counting is IntervalCounting.FIXED:
        anchor = interval.anchor_on or watched.installed_on
        for span in stage.spans:
            yield from (day for _, day in interval.grid(anchor, span.first, min(span.last, until)))


def _stood_in_for(stage: Stage, day: date, course: Course) -> bool:
    """Whether another trigger's service shortly before a grid date is done or on its way."""
    days = stage.terms.interval.stand_in_days if stage.terms.interval else 0
    if not days:
        return False
    others = (one for one in course.values() if one.rule != "interval" and one.state in _SERVING)
    return any(day - timedelta(days=days) <= (one.ended_on or one.due_on) < day for one in others)


_SERVING = (OccurrenceState.PLANNED, OccurrenceState.DONE)


def _next_service(watched: Watched, course: Course) -> Iterator[Due]:
    """The next service of the row in which each waits for the one before: whichever trigger comes first (R3.10)."""
    row = [one for one in course.values() if one.key.startswith("service/")]
    over = sum(one.state.is_over for one in row)
    if any(one.state is OccurrenceState.PLANNED for one in row):
        return
    key, served = f"service/{over + 1}", _served_on(course)
    for n, stage in enumerate(watched.stages):
        found = [(due_on, rule) for due_on, rule in _triggered(watched, stage, served) if due_on is not None]
        if not found:
            continue
        first_on, rule = min(found)
        following = next((each.spans[0].first for each in watched.stages[n + 1 :] if each.spans), None)
        if following is not None and first_on >= following:
            continue
        due_on = _inside(stage.spans, first_on)
        if due_on is not None:
            moved = stage.terms.season.opens_on(due_on) if stage.terms.season else due_on
            if holding(stage.spans, moved):
                yield Due(key, rule, due_on, moved, stage.terms, 0)
        return


def _inside(spans: Sequence[Span], day: date) -> date | None:
    """The day, or the first one after it on which the terms hold."""
    return next((max(day, span.first) for span in spans if span.last >= day), None)


def _served_on(course: Course) -> date | None:
    """The day of the last service that was done or given up."""
    return max((one.ended_on for one in course.values() if one.state.is_over and one.ended_on), default=None)


def _triggered(watched: Watched, stage: Stage, served: date | None) -> Iterator[tuple[date | None, str]]:
    interval, begins_on = stage.terms.interval, watched.begins_on
    if begins_on is None:
        return
    if interval is not None and interval.counting is IntervalCounting.FROM_COMPLETION:
        if served is not None:
            yield interval.start(served, 1), "interval"
        else:
            anchor = interval.anchor_on or watched.installed_on
            yield interval.start(anchor, interval.first_index(anchor, begins_on)), "interval"
    for trigger in stage.terms.meters:
        readings, since = watched.meters.get(trigger.meter, ()), served or begins_on
        base = counted_at(readings, since)
        if base is not None:
            yield reached_on(readings, since, base + trigger.every, trigger.trend_readings), f"meter/{trigger.meter}"


def _entries(watched: Watched) -> Iterator[Due]:
    """One service for each entry into a status."""
    for stage in watched.stages:
        for trigger in stage.terms.statuses:
            for n, (from_on, status) in enumerate(watched.statuses):
                stayed = n > 0 and watched.statuses[n - 1][1] == status
                if status == trigger.status and not stayed and holding(stage.spans, from_on):
                    day = from_on + timedelta(days=trigger.after_days)
                    due_on = stage.terms.season.opens_on(day) if stage.terms.season else day
                    if holding(stage.spans, due_on):
                        yield Due(f"status/{status}/{from_on}", f"status/{status}", day, due_on, stage.terms, 0)


def _as_recorded(due: Due, one: Occurrence | None) -> Due | None:
    """What is recorded of a service counts: its call, its end, the day it was put off to."""
    if one is None:
        return due
    if one.state is OccurrenceState.PLANNED or one.state.is_over:
        return None
    return due._replace(due_on=one.due_on, attempt=one.attempt)


def _left_over(watched: Watched, course: Course, found: Set[str]) -> Iterator[Due]:
    """Services that terms changed since would not make, but that are due again or were put off."""
    for one in course.values():
        if one.state is OccurrenceState.DUE and one.key not in found and not one.key.startswith("service/"):
            stage = next((each for each in watched.stages if holding(each.spans, one.due_on)), None)
            if stage is not None:
                yield Due(one.key, one.rule, one.nominal_on, one.due_on, stage.terms, one.attempt)


def _may_be_missed(due: Due, course: Course, today: date) -> bool:
    """A date of a grid that has passed without a call; one that somebody put off or cancelled is not forgotten."""
    known = course.get(due.key)
    is_open = known is None or known.state is OccurrenceState.HELD
    return due.key.startswith("interval/") and due.due_on <= today and is_open


def _in_time(due: Due) -> tuple[date, str]:
    return due.due_on, due.key
