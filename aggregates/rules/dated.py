"""What holds from a day on (intervalli): dated entries become stretches of days without gap or overlap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
ONE_DAY = timedelta(days=1)


class Stretch(NamedTuple, Generic[T]):
    """Days on which something held: both ends belong to it; no last day means until now."""

    from_on: date
    to_on: date | None
    held: T

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def stretches(entries: Sequence[tuple[date, T]]) -> list[Stretch[T]]:
    """The stretches of entries in the order of their days; each ends on the day before the next one begins."""
    ends = [next_on - ONE_DAY for next_on, _ in entries[1:]]
    return [Stretch(day, to_on, held) for (day, held), to_on in zip(entries, [*ends, None], strict=True)]


def held_on(entries: Sequence[tuple[date, T]], day: date) -> T:
    """What held on a day; before the first entry, the first. The entries are in the order of their days."""
    begun = [held for from_on, held in entries if from_on <= day]
    return begun[-1] if begun else entries[0][1]
