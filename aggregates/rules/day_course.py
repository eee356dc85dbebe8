"""A technician's day (giornata): what was done one after the other, with the gaps and overlaps to be explained.

Minutes are whole; travel lies before the work it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import Field

from aggregates.values import Instant, Slot, Value

TOLERATED_MINUTES = 15
"""A shorter gap needs no explaining."""


class DayStretch(Value):
    """One piece of work with the journey to it."""

    activity_id: UUID
    time: Slot
    travel_minutes: int = Field(default=0, ge=0)


class DayFinding(Value):
    """Time that nothing is told of, or that is told twice; `activity_id` is the work that begins after or in it."""

    kind: Literal["gap", "overlap"]
    starts_at: Instant
    ends_at: Instant
    activity_id: UUID

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


def day_findings(stretches: Iterable[DayStretch], tolerated: int = TOLERATED_MINUTES) -> tuple[DayFinding, ...]:
    """Gaps between the end of one work and the setting out for the next, and work told of twice, in order.

    A journey may begin before the work before it ended (times are told in round numbers): only work overlaps.
    """
    return tuple(_findings(sorted(stretches, key=lambda one: (one.time.starts_at, one.activity_id)), tolerated))


def _findings(stretches: Sequence[DayStretch], tolerated: int) -> Iterator[DayFinding]:
    until: datetime | None = None
    for one in stretches:
        begins, ends = one.time.starts_at, one.time.ends_at
        if until is not None:
            sets_out = begins - timedelta(minutes=one.travel_minutes)
            if begins < until:
                both = min(until, ends)
                yield DayFinding(kind="overlap", starts_at=begins, ends_at=both, activity_id=one.activity_id)
            elif sets_out - until >= timedelta(minutes=tolerated):
                yield DayFinding(kind="gap", starts_at=until, ends_at=sets_out, activity_id=one.activity_id)
        until = max(until, ends) if until else ends
