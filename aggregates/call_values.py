"""What a call (chiamata) is made of: its states and how one follows another, its activities, pauses and charges."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from aggregates.call_booking_values import Booking
from aggregates.rules.service_level import PauseReason
from aggregates.values import Instant, Money, Rate, Slot, Value
from aggregates.work_report import ActivityMode


class CallStatus(StrEnum):
    """Where a call stands; a pause is laid over it and is no state of its own."""

    OPEN = "open"
    TAKEN_IN_CHARGE = "taken_in_charge"
    PLANNED = "planned"
    WORKING = "working"
    WORKED = "worked"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What moves a call from one state to another."""

    TAKE_CHARGE = "take_charge"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    ARRIVE = "arrive"
    PERFORM = "perform"
    REPORT = "report"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


_OPEN, _TAKEN, _PLANNED = CallStatus.OPEN, CallStatus.TAKEN_IN_CHARGE, CallStatus.PLANNED
_WORKING, _WORKED, _REPORTED = CallStatus.WORKING, CallStatus.WORKED, CallStatus.REPORTED
LIVE: Final = (_OPEN, _TAKEN, _PLANNED, _WORKING, _WORKED, _REPORTED)
"""The states in which something is still to be done."""

TRANSITIONS: Final[Mapping[Step, Mapping[CallStatus, CallStatus]]] = {
    Step.TAKE_CHARGE: {_OPEN: _TAKEN},
    Step.ASSIGN: {
        _OPEN: _PLANNED, _TAKEN: _PLANNED, _PLANNED: _PLANNED, _WORKING: _WORKING, _WORKED: _PLANNED,
        _REPORTED: _PLANNED,
    },
    Step.UNASSIGN: {_PLANNED: _TAKEN, _WORKING: _WORKING, _WORKED: _WORKED, _REPORTED: _REPORTED},
    Step.ARRIVE: dict.fromkeys(LIVE, _WORKING),
    Step.PERFORM: dict.fromkeys(LIVE, _WORKED),
    Step.REPORT: {**dict(zip(LIVE, LIVE, strict=True)), _WORKED: _REPORTED},
    Step.CLOSE: dict.fromkeys(LIVE, CallStatus.CLOSED),
    Step.REOPEN: {CallStatus.CLOSED: _TAKEN, CallStatus.CANCELLED: _TAKEN},
    Step.CANCEL: dict.fromkeys((_OPEN, _TAKEN, _PLANNED), CallStatus.CANCELLED),
}  # fmt: skip
"""By step: from which state to which; what is not here is refused."""


class Channel(StrEnum):
    """How the request reached us."""

    PHONE = "phone"
    EMAIL = "email"
    PORTAL = "portal"
    COUNTER = "counter"
    TECHNICIAN = "technician"
    MAINTENANCE = "maintenance"
    IMPORT = "import"


class CloseOutcome(StrEnum):
    """How a call ended; one without a fault that we answer for is charged whatever covers it (R4.1)."""

    SOLVED = "solved"
    WORKAROUND = "workaround"
    NOT_SOLVED = "not_solved"
    UNFOUNDED = "unfounded"
    NO_FAULT = "no_fault"
    ABUSE = "abuse"

    @property
    def overrides_coverage(self) -> bool:
        """Whether everything is charged, whatever covers the call (R4.1)."""
        return self in (CloseOutcome.UNFOUNDED, CloseOutcome.NO_FAULT, CloseOutcome.ABUSE)


class ChargeItem(StrEnum):
    """The items of a call's cost (R4.1)."""

    CALL_FEE = "call_fee"
    TRAVEL = "travel"
    LABOUR = "labour"
    OVERTIME = "overtime"
    PARTS = "parts"
    CONSUMABLES = "consumables"
    PER_DIEM = "per_diem"
    BOARD_AND_LODGING = "board_and_lodging"
    THIRD_PARTIES = "third_parties"


class Charge(Value):
    """A line to charge, at 0 with its reason when something covers it (R4.2)."""

    line_id: UUID
    item: ChargeItem
    description: str
    quantity: Rate
    unit: str
    unit_price: Rate
    discount_percent: Rate = Decimal(0)
    amount: Money
    reason: str | None = None
    serial_item_id: UUID | None = None
    """The machine it is charged for; None for the call as a whole."""


class Expense(Value):
    """What going to the customer or others' help cost us (spesa): priced when the call is billed (§4)."""

    line_id: UUID
    item: Literal[ChargeItem.BOARD_AND_LODGING, ChargeItem.THIRD_PARTIES]
    description: str
    quantity: Rate = Field(default=Decimal(1), gt=0)
    unit: str = "pz"
    unit_cost: Rate = Field(ge=0, description="Euro.")
    serial_item_id: UUID | None = None
    activity_id: UUID | None = None


class ActivityState(StrEnum):
    """Where one activity stands."""

    PLANNED = "planned"
    ASSIGNED = "assigned"
    ARRIVED = "arrived"
    PERFORMED = "performed"
    DROPPED = "dropped"


class Activity(Value):
    """Something to do or done on a call; `kind` is the company's own word (see `ActivityType`)."""

    activity_id: UUID
    kind: str
    mode: ActivityMode
    skill: str | None = None
    minutes: int | None = Field(default=None, ge=1)
    serial_item_ids: tuple[UUID, ...] = ()
    note: str | None = None
    state: ActivityState = ActivityState.PLANNED
    technician_id: UUID | None = None
    slot: Slot | None = None
    override: str | None = None
    travel_minutes: int = 0
    """The way there, before the slot."""
    bookings: tuple[Booking, ...] = ()
    """Further technicians and days, still to come."""
    reported: bool = False

    @property
    def on_agenda(self) -> bool:
        """Whether it takes a technician's time and is still to be finished."""
        return self.state in (ActivityState.ASSIGNED, ActivityState.ARRIVED)

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is on site and has not recorded the work."""
        return self.state is ActivityState.ARRIVED or any(booking.arrived for booking in self.bookings)


class Approver(StrEnum):
    """Who agreed that work begins although the service is blocked (R1.10)."""

    CUSTOMER = "customer"
    COMPANY = "company"


class Pause(Value):
    """A stretch in which clocks may stand still; without a reason, the time the call was over by mistake."""

    reason: PauseReason | None
    starts_at: Instant
    ends_at: Instant | None = None
