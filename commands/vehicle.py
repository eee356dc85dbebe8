"""What people may ask about vehicles (automezzi): who drives them, odometer, costs, dates that must not be missed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.natural_key import KeyKind
from aggregates.rules.odometer import OdometerReading
from aggregates.rules.plates import plate_of
from aggregates.technician import Technician
from aggregates.values import Money, Rate, rome_date
from aggregates.vehicle import (
    Assignment,
    Deadline,
    DeadlineKind,
    Vehicle,
    VehicleCost,
    VehicleCostKind,
    VehicleDetails,
)
from aggregates.vehicle_refusals import PlateWrong
from commands.base import Answer, Command, Service
from commands.natural_key import begin_id, part
from commands.words import Words


class RegisterVehicle(Command, VehicleDetails):
    """Make a vehicle known by its plate; Italian plates are checked, foreign ones only roughly."""

    vehicle_id: UUID | None = None
    plate: str = Field(min_length=2, max_length=20, examples=["FX 123 AB"])
    country: str = Field(default="IT", pattern=r"^[A-Z]{2}$", description="Where it is registered.")
    odometer_km: int | None = Field(default=None, ge=0, description="What the odometer shows today.")


class ChangeVehicle(Command, VehicleDetails):
    """Change a vehicle's model, fuel or note."""

    vehicle_id: UUID


class SetKilometreCost(Command):
    """Set what a kilometre with the vehicle costs us from a day on, euro."""

    vehicle_id: UUID
    from_on: date
    per_km: Rate = Field(ge=0, examples=["0.42"])


class SetVehicleDeadline(Command):
    """Say when insurance, road tax, inspection or service falls due: a day, kilometres, or whichever comes first."""

    vehicle_id: UUID
    kind: DeadlineKind = Field(examples=["inspection"])
    due_on: date | None = None
    due_km: int | None = Field(default=None, ge=1)


class LiftVehicleDeadline(Command):
    """Say that nothing of a kind falls due on a vehicle any more."""

    vehicle_id: UUID
    kind: DeadlineKind = Field(examples=["lease_end"])


class AssignVehicle(Command):
    """Give a vehicle to a technician, until a last day or until further notice; it has one driver a day."""

    vehicle_id: UUID
    assignment_id: UUID | None = None
    technician_id: UUID
    from_on: date
    to_on: date | None = None


class EndVehicleAssignment(Command):
    """Change the last day on which a technician has the vehicle."""

    vehicle_id: UUID
    assignment_id: UUID
    last_on: date


class ReadOdometer(Command):
    """Record what a vehicle's odometer shows, today or on an earlier day."""

    vehicle_id: UUID
    reading_id: UUID | None = None
    km: int = Field(ge=0, examples=[84210])
    read_on: date | None = Field(default=None, description="Left out, today.")


class CorrectOdometer(Command):
    """Correct a reading of the odometer; the reason stays on the vehicle."""

    vehicle_id: UUID
    reading_id: UUID
    km: int = Field(ge=0, examples=[84120])
    reason: str = Field(max_length=500, examples=["Cifre scambiate"])


class ReplaceOdometer(Command):
    """Say that a vehicle has another odometer: its kilometres go on from what the old one showed last.

    Given again with its id it is corrected, as long as the new one was not read.
    """

    vehicle_id: UUID
    replacement_id: UUID | None = None
    replaced_on: date | None = Field(default=None, description="Left out, today.")
    final_km: int = Field(ge=0, description="What the old one showed last.", examples=[84990])
    initial_km: int = Field(default=0, ge=0, description="What the new one showed first.", examples=[12])
    reason: str = Field(default="", max_length=500, examples=["Quadro strumenti sostituito"])


class NoteVehicleCost(Command):
    """Note money spent on a vehicle, before VAT that we deduct, or change it by giving its id."""

    vehicle_id: UUID
    cost_id: UUID | None = None
    kind: VehicleCostKind = Field(examples=["repair"])
    spent_on: date
    amount: Money
    description: str = Field(default="", max_length=500, examples=["Frizione"])
    technician_id: UUID | None = Field(default=None, description="Left out, who had the vehicle on that day.")
    litres: Rate | None = Field(default=None, gt=0)
    document: str | None = Field(default=None, max_length=60)


class DisposeOfVehicle(Command):
    """Take a vehicle out of use: sold, scrapped, given back; what it cost stays."""

    vehicle_id: UUID
    last_on: date
    reason: Words = Field(min_length=1, max_length=500, examples=["Venduto"])


class CostNegative(Refusal):
    """A cost cannot be less than nothing; enter a refund as a lower amount of the cost itself."""

    status = 422


def register_vehicle(cmd: RegisterVehicle, act: Act, service: Service) -> Answer:
    """Handles `RegisterVehicle`. Raises `PlateWrong`, `CodeTaken`, `IdTaken`."""
    plate = plate_of(cmd.country, cmd.plate)
    if plate is None:
        raise PlateWrong(plate=cmd.plate, country=cmd.country)
    vehicle_id = begin_id(service, KeyKind.VEHICLE, cmd.country, plate, given=cmd.vehicle_id, act=act)
    vehicle = Vehicle.register(vehicle_id, plate, cmd.country, part(VehicleDetails, cmd), act)
    if cmd.odometer_km is not None:
        reading_id, read_on = service.new_id("odometer"), rome_date(act.at)
        vehicle.read_odometer(OdometerReading(reading_id=reading_id, read_on=read_on, km=cmd.odometer_km), act)
    service.save(vehicle)
    return {"vehicle_id": vehicle_id, "plate": plate}


def change_vehicle(cmd: ChangeVehicle, act: Act, service: Service) -> None:
    """Handles `ChangeVehicle`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    vehicle.change_details(part(VehicleDetails, cmd), act)
    service.save(vehicle)


def set_kilometre_cost(cmd: SetKilometreCost, act: Act, service: Service) -> None:
    """Handles `SetKilometreCost`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    vehicle.set_kilometre_cost(cmd.from_on, cmd.per_km, act)
    service.save(vehicle)


def set_vehicle_deadline(cmd: SetVehicleDeadline, act: Act, service: Service) -> None:
    """Handles `SetVehicleDeadline`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    vehicle.set_deadline(part(Deadline, cmd), act)
    service.save(vehicle)


def lift_vehicle_deadline(cmd: LiftVehicleDeadline, act: Act, service: Service) -> None:
    """Handles `LiftVehicleDeadline`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    vehicle.lift_deadline(cmd.kind, act)
    service.save(vehicle)


def assign_vehicle(cmd: AssignVehicle, act: Act, service: Service) -> Answer:
    """Handles `AssignVehicle`. Raises `TechnicianInactive` too."""
    service.preload(cmd.vehicle_id, cmd.technician_id)
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    service.load(Technician, cmd.technician_id).profile(rome_date(act.at))
    assignment_id = cmd.assignment_id or service.new_id("assignment")
    days = cmd.model_dump(include={"technician_id", "from_on", "to_on"})
    vehicle.assign(Assignment(assignment_id=assignment_id, **days), act)
    service.save(vehicle)
    return {"assignment_id": assignment_id}


def end_vehicle_assignment(cmd: EndVehicleAssignment, act: Act, service: Service) -> None:
    """Handles `EndVehicleAssignment`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    vehicle.end_assignment(cmd.assignment_id, cmd.last_on, act)
    service.save(vehicle)


def read_odometer(cmd: ReadOdometer, act: Act, service: Service) -> Answer:
    """Handles `ReadOdometer`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    reading_id, read_on = cmd.reading_id or service.new_id("odometer"), cmd.read_on or rome_date(act.at)
    vehicle.read_odometer(OdometerReading(reading_id=reading_id, read_on=read_on, km=cmd.km), act)
    service.save(vehicle)
    return {"reading_id": reading_id}


def correct_odometer(cmd: CorrectOdometer, act: Act, service: Service) -> None:
    """Handles `CorrectOdometer`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    vehicle.correct_odometer(cmd.reading_id, cmd.km, cmd.reason, act)
    service.save(vehicle)


def replace_odometer(cmd: ReplaceOdometer, act: Act, service: Service) -> Answer:
    """Handles `ReplaceOdometer`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    key, day = cmd.replacement_id or service.new_id("odometer"), cmd.replaced_on or rome_date(act.at)
    new = OdometerReading(reading_id=key, read_on=day, km=cmd.initial_km)
    vehicle.replace_odometer(new, cmd.final_km, cmd.reason, act)
    service.save(vehicle)
    return {"replacement_id": key}


def note_vehicle_cost(cmd: NoteVehicleCost, act: Act, service: Service) -> Answer:
    """Handles `NoteVehicleCost`. Raises `CostNegative`."""
    if cmd.amount.amount < 0:
        raise CostNegative
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    cost_id = cmd.cost_id or service.new_id("cost")
    told = {name: getattr(cmd, name) for name in VehicleCost.model_fields if name not in ("cost_id", "technician_id")}
    driver = cmd.technician_id or vehicle.driver_on(cmd.spent_on)
    vehicle.note_cost(VehicleCost(cost_id=cost_id, technician_id=driver, **told), act)
    service.save(vehicle)
    return {"cost_id": cost_id}


def dispose_of_vehicle(cmd: DisposeOfVehicle, act: Act, service: Service) -> None:
    """Handles `DisposeOfVehicle`."""
    vehicle = service.load(Vehicle, cmd.vehicle_id)
    vehicle.dispose(cmd.last_on, cmd.reason, act)
    service.save(vehicle)
