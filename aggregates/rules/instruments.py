"""Which instrument serves for a visit (strumenti): of the kind that is needed, and calibrated on that day (AGE-2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from aggregates.because import Because, because
from aggregates.values import Value


class HeldInstrument(Value):
    """An instrument that somebody has with them."""

    kind: str
    needs_calibration: bool = True
    valid_until_on: date | None = None
    """Last day of its calibration; None before the first."""

    def serves(self, day: date) -> bool:
        """Whether it may be used on a day: it needs no calibration, or the one it has still holds."""
        return not self.needs_calibration or (self.valid_until_on is not None and day <= self.valid_until_on)


def why_not(held: Iterable[HeldInstrument], kind: str, day: date) -> Because | None:
    """Why somebody with these instruments cannot go where a kind is needed on a day; None when they can."""
    of_kind = [each for each in held if each.kind.casefold() == kind.casefold()]
    if not of_kind:
        return because("out-instrument", instrument=kind)
    if any(each.serves(day) for each in of_kind):
        return None
    until = max((each.valid_until_on for each in of_kind if each.valid_until_on), default=None)
    if until is None:
        return because("out-never-calibrated", instrument=kind)
    return because("out-calibration", instrument=kind, until=until)
