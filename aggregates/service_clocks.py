"""The service-level clocks of one call (orologi del livello di servizio), folded from what happened to it.

Pure: the call uses it to decide, the SLA board to show. Nothing is added to an earlier due time: each is counted anew
from its start, the target of the present priority and the pauses (R6.2–R6.6). Minutes are business minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from aggregates.call_values import Pause
from aggregates.coverage import BREACH, Coverage, ServiceTerms
from aggregates.rules.priority import Level
from aggregates.rules.service_level import Clock, Step, deadline, explain, may_pause, reached
from aggregates.values import Instant, Slot, Value

__all__ = ["BREACH", "RunningClock", "corrected", "ended", "overlapping", "started"]


class RunningClock(Value):
    """One clock as its facts make it."""

    call_id: UUID
    clock: Clock
    terms: ServiceTerms
    priority: Level
    opened_at: Instant
    starts_at: Instant | None = None
    """When it started, where a block kept it from starting with the call (R1.10)."""
    pauses: tuple[Pause, ...] = ()
    stopped_at: Instant | None = None

    @property
    def from_at(self) -> datetime:
        """Where counting begins: the opening, or the end of the block under which the call was opened."""
        return self.starts_at or self.opened_at

    @property
    def target_minutes(self) -> int | None:
        """The target at the present priority; None when this clock is not measured."""
        return self.terms.minutes(self.priority, self.clock)

    def pauses_until(self, now: datetime) -> list[Slot]:
        """The pauses that count for this clock, one still running passed up to `now`."""
        until = self.stopped_at or now
        slots = []
        for pause in self.pauses:
            ends_at = pause.ends_at or until
            if ends_at > pause.starts_at and self._counts(pause):
                slots.append(Slot(starts_at=pause.starts_at, ends_at=ends_at))
        return slots

    def due_at(self, now: datetime) -> datetime | None:
        """The due time; while a pause runs, the due time if it ended `now`."""
        target = self.target_minutes
        if target is None:
            return None
        return deadline(self.terms.calendar, self.from_at, target, self.pauses_until(now))

    def reached_at(self, percent: int, now: datetime) -> datetime | None:
        """When a share of the target is used up, unless the clock stopped before or stands still before it."""
        target = self.target_minutes
        return None if target is None else self.used_up_at(timedelta(minutes=target) * percent / 100, now)

    def used_up_at(self, need: timedelta, now: datetime) -> datetime | None:
        """When so much business time has passed, unless the clock stopped before or stands still before it."""
        moment = reached(self.terms.calendar, self.from_at, need, self.pauses_until(now))
        open_pause = self.paused_since
        if self.stopped_at is not None and self.stopped_at <= moment:
            return None
        if open_pause is not None and self.stopped_at is None and open_pause <= moment:
            return None
        return moment

    def explained(self, now: datetime) -> tuple[Step, ...]:
        """The way from the opening to the due time, stretch by stretch."""
        target = self.target_minutes
        if target is None:
            return ()
        return explain(self.terms.calendar, self.from_at, target, self.pauses_until(now))

    @property
    def paused_since(self) -> datetime | None:
        """Since when this clock stands still, if it does."""
        if self.stopped_at is not None:
            return None
        return next((p.starts_at for p in self.pauses if p.ends_at is None and self._counts(p)), None)

    def _counts(self, pause: Pause) -> bool:
        return pause.reason is None or may_pause(self.clock, pause.reason, self.terms.waiting_part_pauses)


def ended(pauses: Sequence[Pause], ends_at: datetime) -> tuple[Pause, ...]:
    """The pauses with the one still running ended."""
    return tuple(p if p.ends_at else p.model_copy(update={"ends_at": max(ends_at, p.starts_at)}) for p in pauses)


def corrected(
    pauses: Sequence[Pause], paused_at: datetime, starts_at: datetime, ends_at: datetime | None
) -> tuple[Pause, ...]:
    """The pauses with the one that began at `paused_at` moved, in the order in which they then are."""
    moved = {"starts_at": starts_at, "ends_at": ends_at}
    found = [p.model_copy(update=moved) if p.reason is not None and p.starts_at == paused_at else p for p in pauses]
    return tuple(sorted(found, key=lambda p: p.starts_at))


def overlapping(one: Pause, other: Pause) -> bool:
    """Whether two pauses share any time; one without an end goes on."""
    return (other.ends_at is None or one.starts_at < other.ends_at) and (
        one.ends_at is None or other.starts_at < one.ends_at
    )


def started(
    starts_at: datetime | None, opened_at: datetime, coverage: Coverage, decided_at: datetime
) -> datetime | None:
    """When the clocks start once a coverage was decided again: those that run go on, others begin where no block is."""
    if starts_at is not None or not coverage.starts_clocks:
        return starts_at
    return max(decided_at, opened_at)
