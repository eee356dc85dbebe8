"""Priority of a call (priorità): impact by urgency, three levels each (R6.2)."""

from __future__ import annotations

from enum import StrEnum

from aggregates.values import Value


class Level(StrEnum):
    """High, medium or low: of impact, of urgency, and of the priority they make."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class PrioritySource(StrEnum):
    """Why a call has the priority it has."""

    TOLD = "told"
    """Somebody said so."""
    MATRIX = "matrix"
    """It follows from the impact and urgency that somebody told."""
    CONTRACT = "contract"
    """The terms of service say so where nobody tells anything."""
    USUAL = "usual"
    """Nobody told anything."""
    ESCALATION = "escalation"
    """A rule of escalation raised it."""


_H, _M, _L = Level.HIGH, Level.MEDIUM, Level.LOW


class PriorityMatrix(Value):
    """Priority by impact and urgency (R6.2); each row is an impact, its levels are for high, medium, low urgency."""

    high_impact: tuple[Level, Level, Level] = (_H, _H, _M)
    medium_impact: tuple[Level, Level, Level] = (_H, _M, _L)
    low_impact: tuple[Level, Level, Level] = (_M, _L, _L)

    def priority(self, impact: Level, urgency: Level) -> Level:
        """The priority of a call."""
        rows = {_H: self.high_impact, _M: self.medium_impact, _L: self.low_impact}
        return rows[impact][(_H, _M, _L).index(urgency)]


def decided(
    given: Level | None, impact: Level | None, urgency: Level | None, agreed: Level | None
) -> tuple[Level, PrioritySource]:
    """The priority of a new call: as given, by what is told of impact and urgency, as agreed in the contract (R6.2)."""
    if given is not None:
        return given, PrioritySource.TOLD
    by_matrix = PriorityMatrix().priority(impact or Level.MEDIUM, urgency or Level.MEDIUM)
    if impact is not None or urgency is not None:
        return by_matrix, PrioritySource.MATRIX
    return (agreed, PrioritySource.CONTRACT) if agreed is not None else (by_matrix, PrioritySource.USUAL)
