"""What people may ask while a call is worked on (lavoro): time spent, phone activities, charges."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_refusals import EndsBeforeStart
from aggregates.call_values import Charge, ChargeItem, CloseOutcome
from aggregates.technician import Technician
from aggregates.values import Instant, Money, Rate, Slot
from aggregates.work_report import ActivityMode, Performed
from commands.base import Answer, Command, NotFound, Service
from commands.call_parts import release_parts
from commands.call_planning import terms_of_type
from commands.hour_pool_draws import draw_for_call
from commands.words import Words

GIVEN_AWAY = "recorded-as-unplanned-work"


class PerformActivity(Command):
    """Record work done on a call, planned or not, in minutes and kilometres."""

    call_id: UUID
    activity_id: UUID | None = Field(
        default=None, description="The planned activity, or a further technician's booking; left out, an unplanned one."
    )
    kind: str | None = Field(default=None, max_length=60, description="Only for an unplanned one.", examples=["visit"])
    mode: ActivityMode | None = None
    technician_id: UUID | None = Field(default=None, description="Left out, the technician on whose agenda it is.")
    starts_at: Instant
    ends_at: Instant
    travel_minutes: int = Field(default=0, ge=0)
    pause_minutes: int = Field(default=0, ge=0)
    travel_km: Rate | None = Field(default=None, ge=0, examples=["42.5"])
    text: str = Field(default="", max_length=4000, examples=["Sostituita elettrovalvola, prova di carico"])
    serial_item_ids: tuple[UUID, ...] = ()
    set_out_at: Instant | None = Field(default=None, description="When the technician set out for the customer.")
    correction: Words | None = Field(
        default=None, min_length=1, max_length=1000, description="Why what was recorded of this activity was wrong."
    )
    as_technician_id: UUID | None = Field(
        default=None,
        description="Whose device sends it late: on a visit meanwhile given to somebody else it is unplanned work.",
    )


class LogPhoneActivity(Command):
    """Record help given on the phone, in one stroke; it may close the call."""

    call_id: UUID
    activity_id: UUID | None = None
    technician_id: UUID | None = None
    minutes: int = Field(default=10, ge=1, description="Length of the phone call, ended now.")
    text: Words = Field(min_length=1, max_length=4000)
    close: CloseOutcome | None = Field(default=None, description="Close the call with this outcome.")


class AddCharge(Command):
    """Add a line to charge on a call, or change it by giving its id; covered items stand at 0 with their reason."""

    call_id: UUID
    line_id: UUID | None = None
    item: ChargeItem
    description: Words = Field(min_length=1, examples=["Diritto di chiamata"])
    quantity: Rate = Decimal(1)
    unit: str = "pz"
    unit_price: Rate = Field(examples=["35.00"])
    discount_percent: Rate = Field(default=Decimal(0), ge=0, le=100)
    amount: Money
    reason: Words | None = None
    serial_item_id: UUID | None = Field(default=None, description="One of the call's machines; left out, all of it.")


def perform_activity(cmd: PerformActivity, act: Act, service: Service) -> Answer:
    """Handles `PerformActivity`."""
    require(cmd.ends_at > cmd.starts_at, EndsBeforeStart)
    call = service.load(Call, cmd.call_id)
    asked_id = cmd.activity_id or service.new_id("activity")
    activity_id = call.own_activity(asked_id, cmd.as_technician_id)
    planned, visit_id = call.to_perform(asked_id)
    technician_id = cmd.technician_id or cmd.as_technician_id or (planned.technician_id if planned else None)
    if technician_id is not None and (planned is None or planned.technician_id != technician_id):
        service.load(Technician, technician_id)
    kind = planned.kind if planned else cmd.kind or "visit"
    performed = Performed(
        activity_id=activity_id,
        kind=kind,
        is_chargeable=is_chargeable(service, call, activity_id, kind),
        mode=cmd.mode or (planned.mode if planned else ActivityMode.VISIT),
        technician_id=technician_id,
        time=Slot(starts_at=cmd.starts_at, ends_at=cmd.ends_at),
        visit_id=visit_id,
        **cmd.model_dump(
            include={"travel_minutes", "pause_minutes", "travel_km", "text", "serial_item_ids", "set_out_at"}
        ),
    )
    call.perform(performed, act, cmd.correction)
    service.save(call)
    return {"activity_id": activity_id, "warnings": [] if activity_id == asked_id else [GIVEN_AWAY]}


def log_phone_activity(cmd: LogPhoneActivity, act: Act, service: Service) -> Answer:
    """Handles `LogPhoneActivity`."""
    call = service.load(Call, cmd.call_id)
    if cmd.technician_id is not None:
        service.load(Technician, cmd.technician_id)
    activity_id = cmd.activity_id or service.new_id("activity")
    time = Slot(starts_at=act.at - timedelta(minutes=cmd.minutes), ends_at=act.at)
    performed = Performed(
        activity_id=activity_id,
        kind="phone",
        is_chargeable=is_chargeable(service, call, activity_id, "phone"),
        mode=ActivityMode.PHONE,
        technician_id=cmd.technician_id,
        time=time,
        text=cmd.text,
    )
    call.perform(performed, act)
    if cmd.close is not None:
        call.close(cmd.close, cmd.text, act)
        release_parts(call, act, service)
        draw_for_call(service, call, act)
    service.save(call)
    return {"activity_id": activity_id}


def is_chargeable(service: Service, call: Call, activity_id: UUID, kind: str) -> bool:
    """Whether work of a type is charged; told again, as it was the first time."""
    before = call.performed.get(activity_id)
    return before.is_chargeable if before else terms_of_type(service, kind).chargeable


def add_charge(cmd: AddCharge, act: Act, service: Service) -> Answer:
    """Handles `AddCharge`."""
    call = service.load(Call, cmd.call_id)
    machine = cmd.serial_item_id
    require(machine is None or machine in call.serial_item_ids, NotFound, kind="SerialItem", id=str(machine))
    line_id = cmd.line_id or service.new_id("charge")
    call.add_charge(Charge(line_id=line_id, **cmd.model_dump(exclude={"call_id", "line_id"})), act)
    service.save(call)
    return {"line_id": line_id}
