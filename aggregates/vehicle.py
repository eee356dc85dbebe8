"""Vehicle (automezzo): who drives it on which days, its odometer, what it costs, and which dates must not be missed.

Kilometres of the odometer are whole numbers; costs are euro. One vehicle has one driver a day: its assignments never
overlap. Its readings never go down; a wrong one is corrected by a fact of its own, between its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.odometer import OdometerReading, base_on, fits
from aggregates.values import Money, Rate, Value
from aggregates.vehicle_refusals import (
    AssignmentBackwards,
    AssignmentExists,
    AssignmentUnknown,
    DeadlineEmpty,
    DriverOverlap,
    OdometerBackwards,
    OdometerReadingUnknown,
    OdometerReadSince,
    ReadingExists,
    VehicleDisposedOf,
    VehicleReasonMissing,
)


def vehicle_id(plate: str, country: str = "IT") -> UUID:
    """The id of a vehicle registered without one, by its plate as `plate_of` writes it."""
    return natural_id(KeyKind.VEHICLE, country, plate)


class Fuel(StrEnum):
    """What a vehicle is driven by."""

    PETROL = "petrol"
    DIESEL = "diesel"
    LPG = "lpg"
    METHANE = "methane"
    HYBRID = "hybrid"
    ELECTRIC = "electric"


class DeadlineKind(StrEnum):
    """What falls due on a vehicle."""

    INSURANCE = "insurance"
    ROAD_TAX = "road_tax"
    INSPECTION = "inspection"
    SERVICE = "service"
    LEASE_END = "lease_end"


class VehicleCostKind(StrEnum):
    """What money is spent on a vehicle for."""

    FUEL = "fuel"
    REPAIR = "repair"
    SERVICE = "service"
    TYRES = "tyres"
    INSURANCE = "insurance"
    ROAD_TAX = "road_tax"
    LEASE = "lease"
    TOLL = "toll"
    FINE = "fine"
    OTHER = "other"


class VehicleDetails(Value):
    """What a vehicle is."""

    model: str = Field(min_length=1, max_length=120, examples=["Fiat Doblò Cargo"])
    fuel: Fuel = Field(examples=["diesel"])
    note: str | None = Field(default=None, max_length=500)


class Assignment(Value):
    """Days on which a technician drives the vehicle, both counted; without a last day until further notice."""

    assignment_id: UUID
    technician_id: UUID
    from_on: date
    to_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def overlaps(self, other: Assignment) -> bool:
        """Whether the two share a day."""
        return self.from_on <= (other.to_on or date.max) and other.from_on <= (self.to_on or date.max)


class Deadline(Value):
    """When something falls due: on a day, at a number of kilometres, or whichever comes first."""

    kind: DeadlineKind = Field(examples=["inspection"])
    due_on: date | None = None
    due_km: int | None = Field(default=None, ge=1)


class VehicleCost(Value):
    """Money spent on a vehicle, before VAT that we deduct."""

    cost_id: UUID
    kind: VehicleCostKind
    spent_on: date
    amount: Money
    description: str = Field(default="", max_length=500)
    technician_id: UUID | None = None
    litres: Rate | None = Field(default=None, gt=0, description="Of fuel; kWh where it is electric.")
    document: str | None = Field(default=None, max_length=60, description="Number of the supplier's document.")


class Vehicle(Aggregate):
    """A car or van of ours."""

    TOPIC = "vehicle"

    class Registered(FirstEvent):
        """The vehicle is known."""

        TOPIC = "vehicle.registered.v1"
        plate: str
        country: str
        details: VehicleDetails

    class DetailsChanged(Aggregate.Event):
        """Model, fuel or note are different from now on."""

        TOPIC = "vehicle.details-changed.v1"
        details: VehicleDetails

    class KilometreCostSet(Aggregate.Event):
        """What a kilometre costs from a day on (R12.3); the same day again corrects it."""

        TOPIC = "vehicle.kilometre-cost-set.v1"
        from_on: date
        per_km: Rate

    class DeadlineSet(Aggregate.Event):
        """When something falls due; the same kind again moves it."""

        TOPIC = "vehicle.deadline-set.v1"
        deadline: Deadline

    class DeadlineLifted(Aggregate.Event):
        """Nothing of this kind falls due any more."""

        TOPIC = "vehicle.deadline-lifted.v1"
        kind: DeadlineKind

    class Assigned(Aggregate.Event):
        """A technician drives it from a day on."""

        TOPIC = "vehicle.assigned.v1"
        assignment: Assignment

    class AssignmentEnded(Aggregate.Event):
        """A technician drives it up to a day, sooner or later than was said."""

        TOPIC = "vehicle.assignment-ended.v1"
        assignment_id: UUID
        last_on: date

    class OdometerRead(Aggregate.Event):
        """Somebody read the odometer."""

        TOPIC = "vehicle.odometer-read.v1"
        reading: OdometerReading

    class OdometerCorrected(Aggregate.Event):
        """A reading was wrong, for this reason; it showed something else."""

        TOPIC = "vehicle.odometer-corrected.v1"
        reading_id: UUID
        km: int
        reason: str

    class OdometerReplaced(Aggregate.Event):
        """Another odometer counts from a day on; kilometres go on from `final_km` of the old one."""

        TOPIC = "vehicle.odometer-replaced.v1"
        reading: OdometerReading
        final_km: int
        reason: str = ""

    class CostNoted(Aggregate.Event):
        """Money was spent on it; the same cost again changes it."""

        TOPIC = "vehicle.cost-noted.v1"
        cost: VehicleCost

    class DisposedOf(Aggregate.Event):
        """It was sold, scrapped or given back; its driver drives it no more."""

        TOPIC = "vehicle.disposed-of.v1"
        last_on: date
        reason: str

    # Decide

    @classmethod
    def register(cls, vehicle_id: UUID, plate: str, country: str, details: VehicleDetails, act: Act) -> Vehicle:
        """Make a vehicle known by its plate."""
        return cls.begin(cls.Registered, id=vehicle_id, act=act, plate=plate, country=country, details=details)

    def change_details(self, details: VehicleDetails, act: Act) -> None:
        """Change what it is; the same again records nothing."""
        if self.details != details:
            self.trigger_event(self.DetailsChanged, act=act, details=details)

    def set_kilometre_cost(self, from_on: date, per_km: Rate, act: Act) -> None:
        """Set what a kilometre costs from a day on, euro (R12.3)."""
        if self.rates.get(from_on) != per_km:
            self.trigger_event(self.KilometreCostSet, act=act, from_on=from_on, per_km=per_km)

    def set_deadline(self, deadline: Deadline, act: Act) -> None:
        """Say when something falls due, or move it. Raises `DeadlineEmpty`, `VehicleDisposedOf`."""
        require(deadline.due_on is not None or deadline.due_km is not None, DeadlineEmpty)
        if self.deadlines.get(deadline.kind) != deadline:
            self.require_ours(deadline.due_on)
            self.trigger_event(self.DeadlineSet, act=act, deadline=deadline)

    def lift_deadline(self, kind: DeadlineKind, act: Act) -> None:
        """Say that nothing of a kind falls due; where nothing does, nothing changes."""
        if kind in self.deadlines:
            self.trigger_event(self.DeadlineLifted, act=act, kind=kind)

    def assign(self, assignment: Assignment, act: Act) -> None:
        """Give it to a technician for some days.

        Raises `AssignmentExists`, `AssignmentBackwards`, `DriverOverlap`, `VehicleDisposedOf`.
        """
        known = self.assignments.get(assignment.assignment_id)
        if known == assignment:
            return
        require(known is None, AssignmentExists)
        from_on = assignment.from_on
        require(assignment.to_on is None or from_on <= assignment.to_on, AssignmentBackwards, from_on=from_on)
        self.require_ours(assignment.to_on or date.max)
        self._require_free(assignment)
        self.trigger_event(self.Assigned, act=act, assignment=assignment)

    def end_assignment(self, assignment_id: UUID, last_on: date, act: Act) -> None:
        """Change the last day of an assignment.

        Raises `AssignmentUnknown`, `AssignmentBackwards`, `DriverOverlap`, `VehicleDisposedOf`.
        """
        known = self.assignments.get(assignment_id)
        if known is None:
            raise AssignmentUnknown
        if known.to_on == last_on:
            return
        require(known.from_on <= last_on, AssignmentBackwards, from_on=known.from_on)
        self.require_ours(last_on)
        self._require_free(known.model_copy(update={"to_on": last_on}))
        self.trigger_event(self.AssignmentEnded, act=act, assignment_id=assignment_id, last_on=last_on)

    def read_odometer(self, reading: OdometerReading, act: Act) -> None:
        """Record what it showed on any day. Raises `ReadingExists`, `OdometerBackwards`, `VehicleDisposedOf`."""
        known = self.readings.get(reading.reading_id)
        if known is not None:
            is_same = (known.read_on, known.km) == (reading.read_on, reading.km)
            require(is_same and reading.reading_id not in self.replaced, ReadingExists, km=known.km)
            return
        self.require_ours(reading.read_on)
        based = reading.model_copy(update={"base_km": self._base_on(reading.read_on)})
        self._require_in_order(based)
        self.trigger_event(self.OdometerRead, act=act, reading=based)

    def replace_odometer(self, new: OdometerReading, final_km: int, reason: str, act: Act) -> None:
        """Say that another odometer, showing `new.km`, took the place of one that showed `final_km`.

        Readings of that day told before are of the old one, later ones of the new. As long as nothing was read since,
        the same id with other values corrects it; the same again records nothing.
        Raises `ReadingExists`, `OdometerReadSince`, `OdometerBackwards`, `VehicleDisposedOf`.
        """
        key, before = new.reading_id, self._base_on(new.read_on, but=new.reading_id)
        started = new.model_copy(update={"base_km": before + final_km - new.km})
        if key in self.replaced and (self.readings[key], self.replaced[key]) == (started, final_km):
            return
        require(key in self.replaced or key not in self.readings, ReadingExists, km=new.km)
        self.require_ours(new.read_on)
        others = list(self._others(new))
        since = [one.read_on for one in others if one.read_on > new.read_on or self._is_newer(one, started)]
        require(not since, OdometerReadSince, on=max(since, default=None))
        last = max(others, key=lambda one: one.driven, default=None)
        if last is not None:
            told = {"km": final_km, "other_km": last.km, "other_on": last.read_on}
            require(last.driven <= started.driven, OdometerBackwards, **told)
        self.trigger_event(self.OdometerReplaced, act=act, reading=started, final_km=final_km, reason=reason)

    def correct_odometer(self, reading_id: UUID, km: int, reason: str, act: Act) -> None:
        """Correct a reading. Raises `OdometerReadingUnknown`, `VehicleReasonMissing`, `OdometerBackwards`."""
        known = self.readings.get(reading_id)
        if known is None or reading_id in self.replaced:
            raise OdometerReadingUnknown
        if known.km == km:
            return
        require(bool(reason.strip()), VehicleReasonMissing)
        self._require_in_order(known.model_copy(update={"km": km}))
        fields = {"reading_id": reading_id, "km": km, "reason": reason.strip()}
        self.trigger_event(self.OdometerCorrected, act=act, **fields)

    def note_cost(self, cost: VehicleCost, act: Act) -> None:
        """Note money spent on it, or change what was noted; bills may come after it was given away."""
        if self.costs.get(cost.cost_id) != cost:
            self.trigger_event(self.CostNoted, act=act, cost=cost)

    def dispose(self, last_on: date, reason: str, act: Act) -> None:
        """Take it out of use after a day. Raises `DriverOverlap` when somebody is to drive it later."""
        if self.disposed_on == last_on:
            return
        self.require_ours(last_on)
        for one in self.assignments.values():
            require(one.from_on <= last_on, DriverOverlap, from_on=one.from_on, to_on=one.to_on or "…")
        self.trigger_event(self.DisposedOf, act=act, last_on=last_on, reason=reason)

    # Answers

    def driver_on(self, day: date) -> UUID | None:
        """The technician who has it on a day."""
        return next((one.technician_id for one in self.assignments.values() if one.holds(day)), None)

    def require_ours(self, day: date | None) -> None:
        """Refuse a day after it was given away; an open end ends with it. Raises `VehicleDisposedOf`."""
        gone_on = self.disposed_on
        if gone_on is not None and day is not None:
            require(day <= gone_on, VehicleDisposedOf, on=gone_on)

    def _require_free(self, assignment: Assignment) -> None:
        for one in self.assignments.values():
            is_other = one.assignment_id != assignment.assignment_id
            clash = is_other and one.overlaps(assignment)
            require(not clash, DriverOverlap, from_on=one.from_on, to_on=one.to_on or "…")

    def _base_on(self, day: date, but: UUID | None = None) -> int:
        return base_on((self.readings[one] for one in self.replaced if one != but), day)

    def _is_newer(self, one: OdometerReading, started: OdometerReading) -> bool:
        """Whether a reading of the day of a replacement that is told anew is of the odometer that came with it."""
        known = self.readings.get(started.reading_id)
        return known is not None and one.read_on == known.read_on and one.base_km == known.base_km

    def _require_in_order(self, reading: OdometerReading) -> None:
        for one in self._others(reading):
            is_right = fits(one, reading, self.replaced)
            told = {"km": reading.km, "other_km": one.km, "other_on": one.read_on}
            require(is_right, OdometerBackwards, **told)

    def _others(self, reading: OdometerReading) -> Iterator[OdometerReading]:
        return (one for one in self.readings.values() if one.reading_id != reading.reading_id)

    # Evolve

    @event(Registered)
    def __init__(self, plate: str, country: str, details: VehicleDetails) -> None:
        self.plate, self.country, self.details = plate, country, details
        self.rates: dict[date, Rate] = {}
        self.deadlines: dict[DeadlineKind, Deadline] = {}
        self.assignments: dict[UUID, Assignment] = {}
        self.readings: dict[UUID, OdometerReading] = {}
        self.replaced: dict[UUID, int] = {}
        self.costs: dict[UUID, VehicleCost] = {}
        self.disposed_on: date | None = None

    @event(DetailsChanged)
    def _details_changed(self, details: VehicleDetails) -> None:
        self.details = details

    @event(KilometreCostSet)
    def _kilometre_cost_set(self, from_on: date, per_km: Rate) -> None:
        self.rates[from_on] = per_km

    @event(DeadlineSet)
    def _deadline_set(self, deadline: Deadline) -> None:
        self.deadlines[deadline.kind] = deadline

    @event(DeadlineLifted)
    def _deadline_lifted(self, kind: DeadlineKind) -> None:
        del self.deadlines[kind]

    @event(Assigned)
    def _assigned(self, assignment: Assignment) -> None:
        self.assignments[assignment.assignment_id] = assignment

    @event(AssignmentEnded)
    def _assignment_ended(self, assignment_id: UUID, last_on: date) -> None:
        self.assignments[assignment_id] = self.assignments[assignment_id].model_copy(update={"to_on": last_on})

    @event(OdometerRead)
    def _odometer_read(self, reading: OdometerReading) -> None:
        self.readings[reading.reading_id] = reading

    @event(OdometerCorrected)
    def _odometer_corrected(self, reading_id: UUID, km: int) -> None:
        self.readings[reading_id] = self.readings[reading_id].model_copy(update={"km": km})

    @event(OdometerReplaced)
    def _odometer_replaced(self, reading: OdometerReading, final_km: int) -> None:
        self.readings[reading.reading_id], self.replaced[reading.reading_id] = reading, final_km

    @event(CostNoted)
    def _cost_noted(self, cost: VehicleCost) -> None:
        self.costs[cost.cost_id] = cost

    @event(DisposedOf)
    def _disposed_of(self, last_on: date) -> None:
        self.disposed_on = last_on
        self.assignments = {
            key: one if one.to_on is not None and one.to_on <= last_on else one.model_copy(update={"to_on": last_on})
            for key, one in self.assignments.items()
        }
