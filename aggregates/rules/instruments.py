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
    from_on: date | None = None
    to_on: date | None = None
    """Days on which they drive the vehicle that it stays in, both counted; None without end, or of their own."""

    def is_there(self, day: date) -> bool:
        """Whether they have it with them on a day."""
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)

    def serves(self, day: date) -> bool:
        """Whether it may be used on a day: it needs no calibration, or the one it has still holds."""
        return not self.needs_calibration or (self.valid_until_on is not None and day <= self.valid_until_on)


def why_not(held: Iterable[HeldInstrument], kind: str, day: date) -> Because | None:
    """Why somebody with these instruments cannot go where a kind is needed on a day; None when they can."""
    of_kind = [each for each in held if each.kind.casefold() == kind.casefold() and each.is_there(day)]
    if not of_kind:
        return because("out-instrument", instrument=kind)
    if any(each.serves(day) for each in of_kind):
        return None
    until = max((each.valid_until_on for each in of_kind if each.valid_until_on), default=None)
    if until is None:
        return because("out-never-calibrated", instrument=kind)
    return because("out-calibration", instrument=kind, until=until)
