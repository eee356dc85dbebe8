"""Who goes to a planned service (assegnazione per zona): who can, in turn, or why nobody does (MNT-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from aggregates.because import Because, because

MOST_OTHERS = 9
"""So many are kept beside the first."""


@dataclass(frozen=True)
class Goer:
    """Somebody whom the rule considers: what they may do on the day, and whether their time is free then."""

    technician_id: UUID
    skills: tuple[str, ...] = ()
    is_free: bool = True


def in_turn(
    goers: Sequence[Goer], skill: str | None, area: str | None, on: date
) -> tuple[tuple[UUID, ...], Because | None]:
    """Who can go, in the order given and each once; nobody comes with the reason, of which the first one counts."""
    known: dict[UUID, Goer] = {}
    for goer in goers:
        known.setdefault(goer.technician_id, goer)
    once = list(known.values())
    if not once:
        return (), because("goes-no-area") if area is None else because("goes-nobody", area=area)
    able = [goer for goer in once if skill is None or skill in goer.skills]
    if not able:
        return (), because("goes-no-skill", skill=skill, on=on)
    free = tuple(goer.technician_id for goer in able if goer.is_free)
    return free[: MOST_OTHERS + 1], None if free else because("goes-nobody-free", on=on)
