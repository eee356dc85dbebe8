"""What a day plan is made from and made of (piano della giornata): free time, visits, and who goes where."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.rules.distance import Point, TravelTerms
from aggregates.values import Instant, Rate, Slot, Value

HIGHEST_PRIORITY = 100


class UnservedReason(StrEnum):
    """Why a visit has no place in a plan."""

    NO_SKILL = "no_skill"
    NO_WINDOW = "no_window"
    TOO_LATE = "too_late"
    NO_TIME = "no_time"
    TO_APPROVE = "to_approve"
    WAITING = "waiting"


class PinReason(StrEnum):
    """Why a visit stays where it is."""

    UNDER_WAY = "under_way"
    DONE = "done"
    BEGUN = "begun"
    CONFIRMED = "confirmed"
    SEVERAL = "several"
    OVERRIDDEN = "overridden"
    ASKED = "asked"


class Change(StrEnum):
    """What a plan does with a visit."""

    ASSIGNED = "assigned"
    MOVED = "moved"
    TRAVEL = "travel"
    UNCHANGED = "unchanged"
    UNASSIGNED = "unassigned"
    LEFT = "left"


class Placement(Value):
    """A visit on a technician's agenda; the way there lies before the slot."""

    technician_id: UUID
    slot: Slot
    travel_minutes: int = Field(default=0, ge=0)


class WorkDay(Value):
    """A technician's day: what they may be sent for, when nothing fixed takes their time, and when they eat."""

    on: date
    skills: tuple[str, ...] = ()
    free: tuple[Slot, ...] = ()
    lunch: Slot | None = Field(default=None, description="The break must lie in here; None where none is to be kept.")


class PlanTechnician(Value):
    """A technician whose days are planned; the ways begin and end at `base`."""

    technician_id: UUID
    base: Point | None = None
    days: tuple[WorkDay, ...] = ()


class FixedVisit(Value):
    """A visit that stays as it is: the way to and from it counts, its time is not free."""

    activity_id: UUID
    technician_id: UUID
    slot: Slot
    leaves_at: Instant
    place: Point | None = None
    why: PinReason


class PlanVisit(Value):
    """A visit to be placed. Its call's version tells what the plan was made from."""

    call_id: UUID
    activity_id: UUID
    version: int = 0
    minutes: int = Field(ge=1)
    skill: str | None = None
    place: Point | None = None
    windows: tuple[Slot, ...] | None = Field(default=None, description="It lies whole within one; None is any time.")
    start_by: Instant | None = Field(default=None, description="Later, a due time of its service level passes.")
    priority: int = Field(default=40, ge=0, le=HIGHEST_PRIORITY)
    only: UUID | None = Field(default=None, description="The technician in whose van its parts are.")
    before: Placement | None = None
    barred: UnservedReason | None = Field(default=None, description="Why it cannot be planned whatever time there is.")


class PlanTerms(Value):
    """How ways are counted and what weighs how much."""

    travel: TravelTerms = TravelTerms()
    lunch_minutes: int = Field(default=45, ge=0, le=180)
    keep_due: bool = Field(default=False, description="Rather leave a visit out than be late.")
    disruption_minutes: int = Field(default=10, ge=0, le=600, description="Travel that moving a visit must save.")
    step_minutes: int = Field(default=5, ge=1, le=60, description="Visits begin at such minutes.")


class PlanProblem(Value):
    """All that a plan follows from, frozen: whoever solves it again has the same question."""

    first_on: date
    last_on: date
    begins_at: Instant
    technicians: tuple[PlanTechnician, ...]
    fixed: tuple[FixedVisit, ...] = ()
    visits: tuple[PlanVisit, ...] = ()
    terms: PlanTerms = PlanTerms()

    def visit(self, activity_id: UUID) -> PlanVisit | None:
        """One of the visits to place."""
        return next((one for one in self.visits if one.activity_id == activity_id), None)


class PlannedVisit(Placement):
    """Where the plan puts a visit, with the way there and how late it comes."""

    activity_id: UUID
    travel_km: Rate
    late_minutes: int = Field(default=0, ge=0)


class Unserved(Value):
    """A visit that the plan leaves out, and why."""

    activity_id: UUID
    reason: UnservedReason


class PlanFigures(Value):
    """The sums of an agenda: visits on it, ways from base to base, minutes past due times."""

    served: int = 0
    travel_minutes: int = 0
    travel_km: Rate
    late_minutes: int = 0


class PlanSolution(Value):
    """A plan: every visit asked about is either placed or left out with its reason."""

    visits: tuple[PlannedVisit, ...] = ()
    unserved: tuple[Unserved, ...] = ()
    before: PlanFigures
    after: PlanFigures
    solver: str = Field(min_length=1, max_length=60)


def change_of(before: Placement | None, after: Placement | None) -> Change:
    """What becomes of a visit that was here and goes there."""
    if after is None:
        return Change.UNASSIGNED if before else Change.LEFT
    if before is None:
        return Change.ASSIGNED
    if (before.technician_id, before.slot) != (after.technician_id, after.slot):
        return Change.MOVED
    return Change.UNCHANGED if before.travel_minutes == after.travel_minutes else Change.TRAVEL


class PlanScope(Value):
    """Which days, technicians and visits a plan is asked for."""

    first_on: date
    last_on: date
    begins_at: Instant
    technician_ids: tuple[UUID, ...] | None = None
    area: str | None = None
    unassigned: bool = True
    planned: bool = True
    pinned: tuple[UUID, ...] = ()
    lunch_from: time = time(12)
    lunch_to: time = time(14, 30)
    terms: PlanTerms = PlanTerms()
