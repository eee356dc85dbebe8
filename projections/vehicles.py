"""Vehicles (automezzi): drivers, odometers, costs, deadlines; kilometres of visits belong to who drove that day."""

from __future__ import annotations

from datetime import date
from typing import Any

from aggregates.call import Call
from aggregates.expense_claim import ExpenseClaim
from aggregates.values import rome_date
from aggregates.vehicle import Vehicle, VehicleCost
from projections.base import ReadModel, Rows, Table, on

VEHICLE = Table(
    "vehicle",
    {
        "vehicle_id": "uuid", "plate": "text", "country": "text", "model": "text", "fuel": "text", "note": "text",
        "rates": "jsonb", "disposed_on": "date", "disposed_because": "text",
    },
    ("vehicle_id",),
    ("plate",),
)  # fmt: skip
ASSIGNMENT = Table(
    "vehicle_assignment",
    {"assignment_id": "uuid", "vehicle_id": "uuid", "technician_id": "uuid", "from_on": "date", "to_on": "date"},
    ("assignment_id",),
    ("technician_id, from_on", "vehicle_id, from_on"),
)
READING = Table(
    "vehicle_reading",
    {
        "reading_id": "uuid", "vehicle_id": "uuid", "read_on": "date", "km": "integer", "base_km": "integer",
        "corrections": "jsonb", "final_km": "integer", "replaced_reason": "text",
    },
    ("reading_id",),
    ("vehicle_id, read_on",),
)  # fmt: skip
COST = Table(
    "vehicle_cost",
    {
        "cost_id": "uuid", "vehicle_id": "uuid", "kind": "text", "spent_on": "date", "amount": "numeric",
        "currency": "text", "description": "text", "technician_id": "uuid", "litres": "numeric", "document": "text",
        "claim_id": "uuid",
    },
    ("cost_id",),
    ("vehicle_id, spent_on",),
)  # fmt: skip
DEADLINE = Table(
    "vehicle_deadline",
    {"vehicle_id": "uuid", "kind": "text", "due_on": "date", "due_km": "integer"},
    ("vehicle_id", "kind"),
    ("due_on",),
)
TRIP = Table(
    "vehicle_trip",
    {"activity_id": "uuid", "call_id": "uuid", "technician_id": "uuid", "driven_on": "date", "km": "numeric"},
    ("activity_id",),
    ("technician_id, driven_on", "driven_on"),
)


class Vehicles(ReadModel):
    """What is known of every vehicle, and the kilometres of performed visits."""

    NAME = "vehicles"
    TABLES = (VEHICLE, ASSIGNMENT, READING, COST, DEADLINE, TRIP)

    @on(Vehicle.Registered)
    def registered(self, fact: Vehicle.Registered, rows: Rows) -> None:
        """A vehicle of ours."""
        told = {"plate": fact.plate, "country": fact.country, "rates": {}}
        rows.put(VEHICLE, {"vehicle_id": fact.stream_id, **told, **fact.details.model_dump(mode="json")})

    @on(Vehicle.DetailsChanged)
    def details_changed(self, fact: Vehicle.DetailsChanged, rows: Rows) -> None:
        """Another model, fuel or note."""
        rows.patch(VEHICLE, fact.stream_id, **fact.details.model_dump(mode="json"))

    @on(Vehicle.KilometreCostSet)
    def kilometre_cost_set(self, fact: Vehicle.KilometreCostSet, rows: Rows) -> None:
        """What a kilometre costs from a day on."""
        row = rows.get(VEHICLE, fact.stream_id)
        if row is not None:
            rates = {**row["rates"], fact.from_on.isoformat(): str(fact.per_km)}
            rows.put(VEHICLE, {**row, "rates": rates})

    @on(Vehicle.DeadlineSet)
    def deadline_set(self, fact: Vehicle.DeadlineSet, rows: Rows) -> None:
        """Something falls due."""
        due = fact.deadline
        days = {"due_on": due.due_on, "due_km": due.due_km}
        rows.put(DEADLINE, {"vehicle_id": fact.stream_id, "kind": due.kind.value, **days})

    @on(Vehicle.DeadlineLifted)
    def deadline_lifted(self, fact: Vehicle.DeadlineLifted, rows: Rows) -> None:
        """It falls due no more."""
        rows.drop(DEADLINE, fact.stream_id, fact.kind.value)

    @on(Vehicle.Assigned)
    def assigned(self, fact: Vehicle.Assigned, rows: Rows) -> None:
        """Somebody drives it."""
        rows.put(ASSIGNMENT, {"vehicle_id": fact.stream_id, **fact.assignment.model_dump()})

    @on(Vehicle.AssignmentEnded)
    def assignment_ended(self, fact: Vehicle.AssignmentEnded, rows: Rows) -> None:
        """Up to another day."""
        rows.patch(ASSIGNMENT, fact.assignment_id, to_on=fact.last_on)

    @on(Vehicle.DisposedOf)
    def disposed_of(self, fact: Vehicle.DisposedOf, rows: Rows) -> None:
        """Nobody drives it any more, and nothing falls due."""
        rows.patch(VEHICLE, fact.stream_id, disposed_on=fact.last_on, disposed_because=fact.reason)
        for row in rows.select(ASSIGNMENT, vehicle_id=fact.stream_id):
            if row["to_on"] is None or row["to_on"] > fact.last_on:
                rows.put(ASSIGNMENT, {**row, "to_on": fact.last_on})

    @on(Vehicle.OdometerRead)
    def odometer_read(self, fact: Vehicle.OdometerRead, rows: Rows) -> None:
        """What it showed."""
        rows.put(READING, {"vehicle_id": fact.stream_id, "corrections": [], **fact.reading.model_dump()})

    @on(Vehicle.OdometerCorrected)
    def odometer_corrected(self, fact: Vehicle.OdometerCorrected, rows: Rows) -> None:
        """What it really showed; what was written before stays beside it."""
        row = rows.get(READING, fact.reading_id)
        if row is not None:
            before = {"km": row["km"], "reason": fact.reason, "by": fact.act.by, "at": fact.act.at.isoformat()}
            rows.put(READING, {**row, "km": fact.km, "corrections": [*row["corrections"], before]})

    @on(Vehicle.OdometerReplaced)
    def odometer_replaced(self, fact: Vehicle.OdometerReplaced, rows: Rows) -> None:
        """Another odometer: its first reading, beside the last of the old one."""
        told = {"final_km": fact.final_km, "replaced_reason": fact.reason, "corrections": []}
        rows.put(READING, {"vehicle_id": fact.stream_id, **told, **fact.reading.model_dump()})

    @on(Vehicle.CostNoted)
    def cost_noted(self, fact: Vehicle.CostNoted, rows: Rows) -> None:
        """Money spent on it."""
        rows.put(COST, {"vehicle_id": fact.stream_id, **_cost(fact.cost)})

    @on(ExpenseClaim.Approved)
    def claim_approved(self, fact: ExpenseClaim.Approved, rows: Rows) -> None:
        """What a technician laid out for the vehicle, fuel for instance, is a cost of it too; refused lines are not."""
        for settled in fact.lines:
            line = settled.line
            if line.vehicle_id is not None and settled.refused is None:
                rows.put(
                    COST,
                    {
                        "cost_id": line.line_id,
                        "vehicle_id": line.vehicle_id,
                        "kind": line.kind.vehicle_cost,
                        "spent_on": line.spent_on,
                        "amount": line.net.amount,
                        "currency": line.net.currency,
                        "description": line.description,
                        "technician_id": fact.technician_id,
                        "claim_id": fact.stream_id,
                    },
                )

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """The kilometres of a visit; corrected work replaces them."""
        done = fact.performed
        driven_on: date = rome_date(done.set_out_at or done.time.starts_at)
        if done.technician_id is None or not done.travel_km:
            rows.drop(TRIP, done.activity_id)
            return
        told = {"call_id": fact.stream_id, "technician_id": done.technician_id, "km": done.travel_km}
        rows.put(TRIP, {"activity_id": done.activity_id, "driven_on": driven_on, **told})


def _cost(cost: VehicleCost) -> dict[str, Any]:
    told = cost.model_dump(exclude={"amount", "kind"})
    return {**told, "kind": cost.kind.value, "amount": cost.amount.amount, "currency": cost.amount.currency}
