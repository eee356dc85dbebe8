"""Why something is not done to a serial item (rifiuti delle matricole)."""

from __future__ import annotations

from aggregates.base import Refusal


class MeterUnknown(Refusal):
    """This item has no meter {kind}; add the meter first."""


class MeterDiffers(Refusal):
    """Meter {kind} is already there with other digits or weight; replace it instead."""


class ReadingTooLong(Refusal):
    """{value} does not fit a meter of {digits} digits; check the reading."""

    status = 422


class ReadingTooLow(Refusal):
    """{value} is lower than the real reading {before} before it; correct it, or declare a rollover or a new meter."""

    status = 422


class ReadingUnknown(Refusal):
    """There is no such reading of this item to correct."""

    status = 404


class OwnParent(Refusal):
    """An item cannot be part of itself; choose another one."""

    status = 422


class OwnSuccessor(Refusal):
    """An item cannot take its own place; choose the one that stands there now."""

    status = 422


class AlreadyReplaced(Refusal):
    """This item was already replaced on {on}; record the replacement on the newer item."""


class LineageCircle(Refusal):
    """This item itself took, at first or second hand, the place of the other one; record a move instead."""

    status = 422


class MoveUnknown(Refusal):
    """There is no move of this item from {from_on}; look at its moves and give the day of one of them."""

    status = 404


class FirstPlaceStays(Refusal):
    """An item is always somewhere; give the right place instead of taking its only one away."""

    status = 422


class WarrantyUnknown(Refusal):
    """This item has no such warranty; look at its warranties."""

    status = 404
