"""What people may ask about day plans (piano della giornata): a proposal, a new one during the day, yes or no to it.

Solving takes seconds and is done by a worker of its own. Its two commands are not in the catalogue: nobody can hand in
a plan by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.appointment import Appointment
from aggregates.appointment_values import appointment_id
from aggregates.base import Act, Refusal, require
from aggregates.because import Because
from aggregates.call import Call
from aggregates.call_values import Activity, ActivityState, CallStatus
from aggregates.day_plan import AgendaChanged, DayPlan, NotInPlan
from aggregates.rules.day_plan_checks import claimed
from aggregates.rules.day_plan_values import (
    Change,
    Placement,
    PlanProblem,
    PlanScope,
    PlanSolution,
    PlanTerms,
    PlanVisit,
    UnservedReason,
    change_of,
)
from aggregates.rules.distance import TravelTerms
from aggregates.values import Instant, Slot, rome_date
from commands.base import Answer, Command, Entry, Service
from commands.call_planning import profile_of
from commands.words import Words

MOST_DAYS = 5
MOST_TOLD = 5
OFF_AGENDA = "Piano della giornata"
REPLAN_DISRUPTION = 30
NEWS = (Change.ASSIGNED, Change.MOVED, Change.TRAVEL, Change.UNASSIGNED)


class TooManyPlanDays(Refusal):
    """A plan is for {days} days at most; ask for fewer."""

    status = 422


class NobodyToPlan(Refusal):
    """There is no active technician among those asked for; choose others."""

    status = 422


class _PlanWish(Command):
    plan_id: UUID | None = None
    technician_ids: tuple[UUID, ...] | None = Field(default=None, description="Left out, every active technician.")
    area: str | None = Field(default=None, description="Only technicians, and unassigned visits, of this area.")
    unassigned: bool = Field(default=True, description="Place visits that nobody has.")
    planned: bool = Field(default=True, description="Visits on agendas may move; confirmed ones never do.")
    pinned: tuple[UUID, ...] = Field(default=(), description="Visits on agendas that stay where they are.")
    keep_due: bool = Field(default=False, description="Rather leave a visit out than pass its due time.")
    lunch_minutes: int = Field(default=45, ge=0, le=180, description="The break to keep free; 0 for none.")
    lunch_from: time = Field(default=time(12), examples=["12:00"])
    lunch_to: time = Field(default=time(14, 30), examples=["14:30"])
    travel: TravelTerms = TravelTerms()

    @model_validator(mode="after")
    def _lunch_in_order(self) -> Self:
        if self.lunch_from.tzinfo or self.lunch_to.tzinfo or self.lunch_to <= self.lunch_from:
            raise ValueError("the break lies between two Italian wall-clock times, the later one second")
        return self


class ProposeDayPlan(_PlanWish):
    """Ask for a plan of one day, or up to five: who goes where and when. No agenda changes until it is accepted."""

    on: date = Field(examples=["2026-12-14"])
    to_on: date | None = Field(default=None, description="The last day; left out, the first one.")
    disruption_minutes: int = Field(default=10, ge=0, le=600, description="Travel that moving one visit must save.")


class ReplanDay(_PlanWish):
    """Ask for a new plan of the rest of a day, after a visit that failed or an urgent call.

    What was begun by then stays, and so does what is confirmed; other visits move only where it pays.
    """

    from_at: Instant = Field(description="What sets out later may move.")
    disruption_minutes: int = Field(
        default=REPLAN_DISRUPTION, ge=0, le=600, description="Travel that moving one visit must save."
    )


class RecordDayPlan(Command):
    """Record the plan that was made."""

    plan_id: UUID
    solution: PlanSolution


class FailDayPlan(Command):
    """Record that no plan could be made."""

    plan_id: UUID
    because: Because


class AcceptDayPlan(Command):
    """Put a plan's visits on agendas, all or some of them; everything at once or, when the agenda changed, nothing."""

    plan_id: UUID
    activity_ids: tuple[UUID, ...] | None = Field(default=None, description="Left out, all that the plan changes.")


class RejectDayPlan(Command):
    """Say no to a plan."""

    plan_id: UUID
    reason: Words = Field(min_length=1, max_length=500, examples=["Gino è malato"])


def propose_day_plan(cmd: ProposeDayPlan, act: Act, service: Service) -> Answer:
    """Handles `ProposeDayPlan`; of a day begun only the rest is planned. Raises `TooManyPlanDays`, `NobodyToPlan`."""
    last_on = cmd.to_on or cmd.on
    require(0 <= (last_on - cmd.on).days < MOST_DAYS, TooManyPlanDays, days=MOST_DAYS)
    return _ask(cmd, _scope(cmd, cmd.on, last_on, act.at, cmd.disruption_minutes), act, service, replan=False)


def replan_day(cmd: ReplanDay, act: Act, service: Service) -> Answer:
    """Handles `ReplanDay`. Raises `NobodyToPlan`."""
    day = rome_date(cmd.from_at)
    return _ask(cmd, _scope(cmd, day, day, cmd.from_at, cmd.disruption_minutes), act, service, replan=True)


def _scope(cmd: _PlanWish, first_on: date, last_on: date, begins_at: datetime, disruption: int) -> PlanScope:
    terms = PlanTerms(
        travel=cmd.travel, lunch_minutes=cmd.lunch_minutes, keep_due=cmd.keep_due, disruption_minutes=disruption
    )
    said = cmd.model_dump(
        include={"technician_ids", "area", "unassigned", "planned", "pinned", "lunch_from", "lunch_to"}
    )
    return PlanScope(first_on=first_on, last_on=last_on, begins_at=begins_at, terms=terms, **said)


def _ask(cmd: _PlanWish, scope: PlanScope, act: Act, service: Service, *, replan: bool) -> Answer:
    plan_id = cmd.plan_id or service.new_id("plan")
    if service.find(DayPlan, plan_id) is None:
        problem = service.lookups.day_plan_problem(scope)
        require(bool(problem.technicians), NobodyToPlan)
        service.preload(*(visit.call_id for visit in problem.visits))
        known = (_as_known(visit, service) for visit in problem.visits)
        frozen = problem.model_copy(update={"visits": tuple(visit for visit in known if visit is not None)})
        service.save(DayPlan.ask(plan_id, frozen, act, replan=replan))
    return {"plan_id": plan_id}


def _as_known(visit: PlanVisit, service: Service) -> PlanVisit | None:
    """The visit as its call's facts have it; None when they have moved on from what the views say."""
    call = service.find(Call, visit.call_id)
    activity = call.activities.get(visit.activity_id) if call else None
    if call is None or activity is None or not _is_where(call, activity, visit.before):
        return None
    barred = UnservedReason.TO_APPROVE if call.awaits_approval and visit.before is None else visit.barred
    return visit.model_copy(update={"version": call.version, "barred": barred})


def _is_where(call: Call, activity: Activity, before: Placement | None) -> bool:
    is_live = call.status not in (CallStatus.CLOSED, CallStatus.CANCELLED) and call.merged_into is None
    if before is None:
        return is_live and activity.state is ActivityState.PLANNED
    held = (activity.technician_id, activity.slot, activity.travel_minutes)
    is_free = activity.state is ActivityState.ASSIGNED and not activity.bookings
    return is_live and is_free and held == (before.technician_id, before.slot, before.travel_minutes)


def record_day_plan(cmd: RecordDayPlan, act: Act, service: Service) -> None:
    """Handles `RecordDayPlan`. Raises `PlanWrong`."""
    plan = service.load(DayPlan, cmd.plan_id)
    plan.solve(cmd.solution, act)
    service.save(plan)


def fail_day_plan(cmd: FailDayPlan, act: Act, service: Service) -> None:
    """Handles `FailDayPlan`."""
    plan = service.load(DayPlan, cmd.plan_id)
    plan.fail(cmd.because, act)
    service.save(plan)


def reject_day_plan(cmd: RejectDayPlan, act: Act, service: Service) -> None:
    """Handles `RejectDayPlan`. Raises `PlanAccepted`."""
    plan = service.load(DayPlan, cmd.plan_id)
    plan.reject(cmd.reason, act)
    service.save(plan)


def accept_day_plan(cmd: AcceptDayPlan, act: Act, service: Service) -> Answer:
    """Handles `AcceptDayPlan`: one append for all calls. Raises `AgendaChanged`, `NotInPlan`, as `check_open`."""
    plan = service.load(DayPlan, cmd.plan_id)
    solution = plan.check_open(rome_date(act.at))
    chosen = _chosen(cmd, plan.problem, solution)
    left = [visit for visit in chosen if visit.activity_id not in plan.accepted]
    after = {one.activity_id: one for one in solution.visits}
    calls = _unchanged(left, service)
    service.when_taken = lambda: _taken(left, after, service)
    for visit in left:
        _carry_out(calls[visit.call_id], visit, after.get(visit.activity_id), act, service)
    service.save(*calls.values())
    plan.accept([visit.activity_id for visit in left], act)
    service.save(plan)
    return {"accepted": [visit.activity_id for visit in left]}


def _chosen(cmd: AcceptDayPlan, problem: PlanProblem, solution: PlanSolution) -> list[PlanVisit]:
    after = {one.activity_id: one for one in solution.visits}
    news = [visit for visit in problem.visits if change_of(visit.before, after.get(visit.activity_id)) in NEWS]
    if cmd.activity_ids is None:
        return news
    for activity_id in cmd.activity_ids:
        require(any(visit.activity_id == activity_id for visit in news), NotInPlan, activity_id=str(activity_id))
    return [visit for visit in news if visit.activity_id in cmd.activity_ids]


def _unchanged(visits: Iterable[PlanVisit], service: Service) -> dict[UUID, Call]:
    """The calls of visits that are where the plan found them. Raises `AgendaChanged` naming the others."""
    asked = list(visits)
    service.preload(*(v.call_id for v in asked), *(appointment_id(v.activity_id) for v in asked))
    calls = {visit.call_id: service.load(Call, visit.call_id) for visit in asked}
    changed = [visit for visit in asked if not _stands(calls[visit.call_id], visit, service)]
    require(not changed, AgendaChanged, visits=_named(calls[visit.call_id] for visit in changed))
    return calls


def _stands(call: Call, visit: PlanVisit, service: Service) -> bool:
    activity = call.activities.get(visit.activity_id)
    if activity is None or not _is_where(call, activity, visit.before):
        return False
    agreed = service.find(Appointment, appointment_id(visit.activity_id))
    promised = agreed.customer_agreed if agreed and visit.before else None
    return promised is None or visit.before is None or promised.slot != visit.before.slot


def _named(calls: Iterable[Call]) -> str:
    told = list(dict.fromkeys(call.number or call.fault for call in calls))
    return ", ".join(told[:MOST_TOLD]) + (" …" if len(told) > MOST_TOLD else "")


def _carry_out(call: Call, visit: PlanVisit, after: Placement | None, act: Act, service: Service) -> None:
    if after is None:
        call.unassign(visit.activity_id, act.why or OFF_AGENDA, act)
        return
    technician = profile_of(service, after.technician_id, after.slot)
    if visit.before is None:
        call.assign(visit.activity_id, technician, after.slot, act, None, after.travel_minutes)
    else:
        call.reassign(visit.activity_id, technician, after.slot, act, None, after.travel_minutes)


def _taken(visits: Iterable[PlanVisit], after: Mapping[UUID, Placement], service: Service) -> Refusal:
    """Which visits' time something else takes by now, as far as the views know it."""
    own = {visit.activity_id for visit in visits}
    found: list[str] = []
    for key in own & after.keys():
        slot = claimed(after[key])
        others = service.lookups.commitments_of(after[key].technician_id, [slot])
        found += [one.number or _when(one.slot) for one in others if one.activity_id not in own]
    return AgendaChanged(visits=", ".join(sorted(set(found))[:MOST_TOLD]) or "?")


def _when(slot: Slot) -> str:
    return slot.starts_at.isoformat(timespec="minutes")


NOBODY: frozenset[str] = frozenset()
RECORD = Entry("record-day-plan", "/day-plans/{plan_id}/record", RecordDayPlan, record_day_plan, NOBODY, "plan_id")
FAIL = Entry("fail-day-plan", "/day-plans/{plan_id}/fail", FailDayPlan, fail_day_plan, NOBODY, "plan_id")
"""The worker's own commands, with a role for nobody."""
