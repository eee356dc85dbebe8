"""Why something is not done to a vehicle (rifiuti degli automezzi)."""

from __future__ import annotations

from aggregates.base import Refusal


class PlateWrong(Refusal):
    """{plate} is not a plate of {country}; check its letters and digits, and the country."""

    status = 422


class VehicleDisposedOf(Refusal):
    """This vehicle was given away on {on}; choose another one."""


class DriverOverlap(Refusal):
    """The vehicle is assigned from {from_on} to {to_on} already; end that assignment first, or choose other days."""


class AssignmentBackwards(Refusal):
    """An assignment must end on or after its first day, {from_on}."""

    status = 422


class AssignmentExists(Refusal):
    """This assignment is recorded already with other days or another technician; end it and enter a new one."""


class AssignmentUnknown(Refusal):
    """The vehicle has no such assignment; look at its list again."""

    status = 404


class DeadlineEmpty(Refusal):
    """Say on which day or at how many kilometres it falls due."""

    status = 422


class OdometerBackwards(Refusal):
    """On {other_on} the odometer showed {other_km} km, so {km} km cannot be right; correct the one that is wrong."""

    status = 422


class ReadingExists(Refusal):
    """This reading is recorded already with {km} km; correct it, and say why."""


class OdometerReadingUnknown(Refusal):
    """The vehicle has no such reading; look at its list again."""

    status = 404


class VehicleReasonMissing(Refusal):
    """Say why the reading was wrong."""

    status = 422


class OdometerReadSince(Refusal):
    """The odometer was read on {on}, after it is said to have been replaced; check the day of the replacement."""
