"""What an item is part of and what took its place (gerarchia, discendenza): no circle, on any day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from aggregates.rules.dated import Stretch, stretches

Memberships = Sequence[tuple[date, UUID | None]]
"""From which day an item was part of what; in the order of the days."""
END: Final = date.max


def closes_circle(
    item_id: UUID, parent_id: UUID, days: Stretch[None], memberships: Callable[[UUID], Memberships]
) -> bool:
    """Whether an item that becomes part of another one on some days would on one of them be part of itself."""
    waiting = [(parent_id, days.from_on, days.to_on or END)]
    seen: set[tuple[UUID, date, date]] = set()
    while waiting:
        node = waiting.pop()
        whole_id, first, last = node
        if whole_id == item_id:
            return True
        if node in seen:
            continue
        seen.add(node)
        for stretch in always(memberships(whole_id)):
            begins, ends = max(first, stretch.from_on), min(last, stretch.to_on or END)
            if stretch.held is not None and begins <= ends:
                waiting.append((stretch.held, begins, ends))
    return False


def always(entries: Memberships) -> list[Stretch[UUID | None]]:
    """The stretches of memberships; what an item was part of first, it was part of before."""
    found = stretches(entries)
    return [found[0]._replace(from_on=date.min), *found[1:]] if found else []


def days_from(entries: Memberships, from_on: date) -> Stretch[None]:
    """The days on which a membership from a day on will hold: until the next one, and before when it is the first."""
    later = [day for day, _ in entries if day > from_on]
    is_first = all(day >= from_on for day, _ in entries)
    begins = date.min if is_first else from_on
    return Stretch(begins, date.fromordinal(min(later).toordinal() - 1) if later else None, None)


def succeeds(item_id: UUID, successor_id: UUID, successor_of: Callable[[UUID], UUID | None]) -> bool:
    """Whether an item stands, at first or second hand, behind another one in the line of replacements."""
    seen: set[UUID] = set()
    following: UUID | None = successor_id
    while following is not None and following not in seen:
        if following == item_id:
            return True
        seen.add(following)
        following = successor_of(following)
    return False
