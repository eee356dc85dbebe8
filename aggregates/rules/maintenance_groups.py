"""Which due services are one visit (raggruppamento delle visite): of one place, due within some days of each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from aggregates.rules.maintenance_due import Due


class Visit(NamedTuple):
    """A service due of one machine."""

    serial_item_id: UUID
    due: Due
    plan_id: UUID


def visits(found: Iterable[Visit], place_of: Callable[[Visit], Hashable]) -> list[list[Visit]]:
    """The services as visits, the first due in front: each group holds what is due within its first's `group_days`.

    Services of terms that do not group stand alone. Between services of two plans the shorter of their windows counts.
    """
    groups: list[list[Visit]] = []
    open_at: dict[Hashable, list[list[Visit]]] = {}
    for visit in sorted(found, key=_in_time):
        if visit.due.terms.group_days is None:
            groups.append([visit])
            continue
        place = place_of(visit)
        # What its own first service has left behind takes no more; with several plans more than one may be open.
        still_open = [group for group in open_at.get(place, []) if _after(group[0], visit) <= _days(group[0])]
        group = next((each for each in still_open if _within(each[0], visit)), None)
        if group is None:
            group = []
            groups.append(group)
            still_open.append(group)
        group.append(visit)
        open_at[place] = still_open
    return groups


def place_of_visits(visit: Visit, place: Hashable) -> Hashable:
    """What services must have in common to be one visit: the place, and the plan unless plans may be served together.

    Those of several plans need the same kind of activity and skill, so that whoever goes can do them all.
    """
    terms = visit.due.terms
    return (place, terms.kind, terms.skill) if terms.with_other_plans else (place, visit.plan_id)


def _in_time(visit: Visit) -> tuple[date, str, str, str]:
    return visit.due.due_on, str(visit.serial_item_id), visit.due.key, str(visit.plan_id)


def _within(first: Visit, visit: Visit) -> bool:
    days = _days(first) if visit.plan_id == first.plan_id else min(_days(first), _days(visit))
    return _after(first, visit) <= days


def _after(first: Visit, visit: Visit) -> timedelta:
    return visit.due.due_on - first.due.due_on


def _days(visit: Visit) -> timedelta:
    return timedelta(days=visit.due.terms.group_days or 0)
