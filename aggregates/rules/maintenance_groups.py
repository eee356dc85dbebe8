"""Which due services are one visit (raggruppamento delle visite): of one place, due within some days of each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from aggregates.rules.maintenance_due import Due


class Visit(NamedTuple):
    """A service due of one machine."""

    serial_item_id: UUID
    due: Due


def visits(found: Iterable[Visit], place_of: Callable[[Visit], Hashable]) -> list[list[Visit]]:
    """The services as visits, the first due in front: each group holds what is due within its first's `group_days`.

    Services of terms that do not group stand alone.
    """
    groups: list[list[Visit]] = []
    open_at: dict[Hashable, list[Visit]] = {}
    for visit in sorted(found, key=lambda each: (each.due.due_on, str(each.serial_item_id), each.due.key)):
        days = visit.due.terms.group_days
        place = place_of(visit)
        group = open_at.get(place) if days is not None else None
        if group is not None and days is not None and _within(group[0], visit):
            group.append(visit)
            continue
        groups.append([visit])
        if days is not None:
            open_at[place] = groups[-1]
    return groups


def _within(first: Visit, visit: Visit) -> bool:
    return visit.due.due_on - first.due.due_on <= timedelta(days=first.due.terms.group_days or 0)
