"""Day plans: asked, made, seen as a difference, accepted in one append or not at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.base import Act
from aggregates.because import because
from aggregates.call import Call
from aggregates.day_plan import (
    AgendaChanged,
    DayPlan,
    NotInPlan,
    PlanAccepted,
    PlanExpired,
    PlanFailed,
    PlanNotReady,
    PlanRejected,
    PlanWrong,
)
from aggregates.rules.day_plan_values import PinReason, UnservedReason
from commands.day_plan import FAIL, RECORD, FailDayPlan, NobodyToPlan, RecordDayPlan, TooManyPlanDays
from tests.commands.calls import GINO, MILAN, PINA, TECHNICIANS, rome
from tests.commands.day_plans import (
    CESENA,
    DAY,
    EVENING,
    PLACES,
    PLAN,
    STAFF,
    accepted,
    agenda,
    asked_for,
    call_id,
    changes,
    make,
    on_agenda,
    plan,
    proposed,
    visit_id,
)
from tests.dsl import Company, Do, do

PLANNER = Act(by="system:day-planner", at=rome(EVENING))
REJECTED = do("reject-day-plan", at=EVENING, plan_id=PLAN, reason="Gino è malato")


def ready(company: Company, *steps: Do, **fields: Any) -> dict[str, Any]:
    """The plan that comes of a situation."""
    company.given(*PLACES, *STAFF, *steps, proposed(**fields))
    assert make(company) == 1
    return plan(company)


def problem_of(company: Company) -> Any:
    return company.record(PLAN).problem


def test_a_plan_places_what_nobody_has_and_is_accepted_in_one_append(company: Company) -> None:
    seen = ready(company, *asked_for(1), *asked_for(2, site_id=CESENA), *asked_for(3, skill="GAS"))
    assert (seen["state"], seen["changes"], seen["after"]["served"]) == ("solved", {"assigned": 3}, 3)
    assert agenda(company) == {}, "nothing changes until it is accepted"
    told = {
        one["activity_id"].int - 5000: (
            one["technician_id"],
            one["starts_at"],
            one["ends_at"],
            one["travel_minutes"],
        )
        for one in seen["items"]
    }
    assert told[3][0] == GINO
    before = company.house.log.position()
    company.given().when(accepted())
    new = company.house.recorded_after(before)
    assert sorted(type(one.fact).__name__ for one in new) == ["Accepted", *["TechnicianAssigned"] * 3]
    assert [type(one.fact).__name__ for one in new][-1] == "Accepted"
    assert agenda(company) == told
    company.given().when(accepted()).then_nothing()


def test_a_plan_is_asked_once(company: Company) -> None:
    company.given(*PLACES, *STAFF, *asked_for(1)).when(proposed()).then((DayPlan.Asked, {"replan": False}))
    company.given().when(proposed()).then_nothing()
    company.given().when(accepted()).then_refused(PlanNotReady)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"to_on": "2026-12-19"}, TooManyPlanDays),
        ({"to_on": "2026-12-13"}, TooManyPlanDays),
        ({"area": "Nowhere"}, NobodyToPlan),
        ({"technician_ids": []}, NobodyToPlan),
    ],
)
def test_questions_that_have_no_answer(company: Company, fields: dict[str, Any], refusal: Any) -> None:
    company.given(*PLACES, *STAFF).when(proposed(**fields)).then_refused(refusal)


def test_what_moves_is_shown_and_moves_in_the_same_append(company: Company) -> None:
    visits = [*asked_for(1, site_id=CESENA), *asked_for(2, site_id=CESENA), *asked_for(3), *asked_for(4)]
    crossed = (
        on_agenda(1, "09:00", "10:00", travel_minutes=30),
        on_agenda(3, "11:00", "12:00", travel_minutes=30),
        on_agenda(2, "15:00", "16:00", travel_minutes=30),
        on_agenda(4, "16:30", "17:30", travel_minutes=30),
    )
    seen = ready(company, *visits, *crossed, technician_ids=[GINO], disruption_minutes=0)
    assert seen["after"]["travel_minutes"] < seen["before"]["travel_minutes"]
    assert set(seen["changes"]) <= {"moved", "travel", "unchanged"}
    company.execute(accepted())
    told = {
        one["activity_id"].int - 5000: (one["technician_id"], one["starts_at"], one["ends_at"], one["travel_minutes"])
        for one in seen["items"]
    }
    assert agenda(company) == told


def test_a_selection_is_accepted_and_the_rest_later(company: Company) -> None:
    ready(company, *asked_for(1), *asked_for(2))
    company.given().when(accepted(activity_ids=[visit_id(1)])).then(
        Call.TechnicianAssigned, (DayPlan.Accepted, {"activity_ids": (visit_id(1),)})
    )
    company.given().when(accepted(activity_ids=[visit_id(1)])).then_nothing()
    company.given().when(accepted(activity_ids=[visit_id(9)])).then_refused(NotInPlan)
    company.given().when(REJECTED).then_refused(PlanAccepted)
    company.given().when(accepted()).then(Call.TechnicianAssigned, (DayPlan.Accepted, {"activity_ids": (visit_id(2),)}))
    assert [one["accepted"] for one in plan(company)["items"]] == [True, True]


@pytest.mark.parametrize(
    "meanwhile",
    [
        on_agenda(1, "15:00", "16:00", PINA),
        do("cancel-call", at=EVENING, call_id=call_id(1), reason="Risolto"),
    ],
)
def test_a_changed_agenda_is_named_and_nothing_is_accepted(company: Company, meanwhile: Do) -> None:
    ready(company, *asked_for(1), *asked_for(2))
    company.execute(meanwhile)
    company.given().when(accepted()).then_refused(AgendaChanged, visits="Perde")
    company.given().when(accepted(activity_ids=[visit_id(2)])).then(Call.TechnicianAssigned, DayPlan.Accepted)


def test_a_note_on_a_call_does_not_spoil_the_plan(company: Company) -> None:
    ready(company, *asked_for(1))
    company.do("add-call-note", at=EVENING, call_id=call_id(1), text="Citofono rotto")
    company.given().when(accepted()).then(Call.TechnicianAssigned, DayPlan.Accepted)


def test_time_that_another_visit_takes_meanwhile_is_named(company: Company) -> None:
    ready(company, *asked_for(1), technician_ids=[GINO])
    company.given(*asked_for(7), on_agenda(7, "08:30", "12:30"))
    number = company.ask("call", call_id=call_id(7))["number"]
    company.given().when(accepted()).then_refused(AgendaChanged, visits=number)
    assert 1 not in agenda(company)


def test_leave_approved_meanwhile_is_not_planned_over(company: Company) -> None:
    ready(company, *asked_for(1), technician_ids=[GINO])
    company.do("record-absence", at=EVENING, technician_id=GINO, kind="sickness", from_on=DAY)
    company.given().when(accepted()).then_refused(AgendaChanged)


def confirmed(n: int) -> Do:
    return do("confirm-appointment", at=EVENING, call_id=call_id(n), activity_id=visit_id(n))


def test_a_time_confirmed_meanwhile_is_not_moved(company: Company) -> None:
    visit = [*asked_for(1, site_id=CESENA), on_agenda(1, "08:30", "09:30", travel_minutes=2)]
    ready(company, *visit, technician_ids=[GINO])
    assert changes(company) == {1: "moved"}, "the way from home takes longer"
    company.execute(confirmed(1))
    company.given().when(accepted()).then_refused(AgendaChanged)
    assert agenda(company)[1][1] == rome(f"{DAY}T08:30")


def test_what_stays_is_fixed_with_its_reason(company: Company) -> None:
    visits = [step for n in range(1, 6) for step in asked_for(n)]
    company.given(
        *PLACES,
        *STAFF,
        *visits,
        on_agenda(1, "09:00", "10:00"),
        confirmed(1),
        on_agenda(2, "10:00", "11:00"),
        do("book-technician", at=EVENING, call_id=call_id(2), activity_id=visit_id(2), technician_id=PINA),
        on_agenda(3, "10:30", "11:30", override="Ci pensa lui"),
        on_agenda(4, "14:30", "15:00"),
        on_agenda(5, "16:00", "17:00"),
        proposed(pinned=[visit_id(4)]),
    )
    why = {one.activity_id: one.why for one in problem_of(company).fixed}
    assert why[visit_id(1)] is PinReason.CONFIRMED
    assert why[visit_id(2)] is PinReason.SEVERAL
    assert why[visit_id(3)] is PinReason.OVERRIDDEN
    assert why[visit_id(4)] is PinReason.ASKED
    assert [one.activity_id for one in problem_of(company).visits] == [visit_id(5)]
    assert make(company) == 1
    company.execute(accepted())
    assert agenda(company)[1][1] == rome(f"{DAY}T09:00")


def test_what_is_left_out_says_why(company: Company) -> None:
    waiting = do("pause-call", at=EVENING, call_id=call_id(2), reason="waiting-customer")
    seen = ready(
        company,
        *asked_for(1, skill="LASER"),
        *asked_for(2),
        waiting,
        *asked_for(3, minutes=600),
        *asked_for(4, site_id=MILAN, minutes=200),
    )
    reasons = {one["activity_id"].int - 5000: one["reason"] for one in seen["items"]}
    assert reasons == {
        1: UnservedReason.NO_SKILL,
        2: UnservedReason.WAITING,
        3: UnservedReason.NO_WINDOW,
        4: UnservedReason.NO_WINDOW,
    }
    assert seen["changes"] == {"left": 4}
    company.given().when(accepted()).then_nothing()


def test_a_certificate_that_ran_out_does_not_count(company: Company) -> None:
    until = {"name": "GAS", "certified_until_on": "2026-12-13"}
    gino = do("register-technician", technician_id=GINO, code="T1", name="Gino", skills=[until])
    company.given(*PLACES, gino, *asked_for(1, skill="GAS"), proposed())
    assert make(company) == 1
    assert plan(company)["items"][0]["reason"] == UnservedReason.NO_SKILL


def test_places_without_coordinates_are_planned_with_the_usual_way(company: Company) -> None:
    company.given(*PLACES, *TECHNICIANS, *asked_for(1), proposed(travel={"unknown_minutes": 25}))
    make(company)
    (one,) = plan(company)["items"]
    assert (one["travel_minutes"], one["starts_at"]) == (25, rome(f"{DAY}T08:55"))


def test_a_day_begun_is_planned_anew_around_what_was_begun(company: Company) -> None:
    steps = [step for n in (1, 2, 3) for step in asked_for(n)]
    there = do("record-arrival", at=f"{DAY}T09:00", call_id=call_id(1), activity_id=visit_id(1))
    missed: dict[str, Any] = {
        "call_id": call_id(2),
        "activity_id": visit_id(2),
        "side": "customer",
        "reason": "Assente",
    }
    company.given(
        *PLACES,
        *STAFF,
        *steps,
        on_agenda(1, "09:00", "10:00", travel_minutes=2),
        on_agenda(2, "10:30", "11:30", travel_minutes=2),
        on_agenda(3, "15:00", "16:00", travel_minutes=0),
        there,
        do("miss-appointment", at=f"{DAY}T10:40", **missed),
        do("replan-day", at=f"{DAY}T10:45", plan_id=PLAN, from_at=rome(f"{DAY}T10:45"), technician_ids=[GINO]),
    )
    assert make(company) == 1
    seen = plan(company)
    assert (seen["replan"], [one["why"] for one in seen["fixed"]]) == (True, ["under_way"])
    assert changes(company) == {2: "assigned", 3: "unchanged"}
    (again,) = (one for one in seen["items"] if one["activity_id"] == visit_id(2))
    assert again["starts_at"] >= rome(f"{DAY}T10:45")
    company.execute(accepted(at=f"{DAY}T10:50"))
    assert agenda(company)[3][1:] == (rome(f"{DAY}T15:00"), rome(f"{DAY}T16:00"), 0)


def test_a_plan_is_rejected_once_and_then_not_accepted(company: Company) -> None:
    ready(company, *asked_for(1))
    company.given().when(REJECTED).then((DayPlan.Rejected, {"reason": "Gino è malato"}))
    company.given().when(REJECTED).then_nothing()
    company.given().when(accepted()).then_refused(PlanRejected)
    assert plan(company)["state"] == "rejected"


def test_a_plan_expires_with_its_day(company: Company) -> None:
    ready(company, *asked_for(1), to_on="2026-12-15")
    late = accepted(at="2026-12-16T00:00")
    company.given().when(late).then_refused(PlanExpired, last_on="2026-12-15")
    company.given().when(accepted(at="2026-12-15T07:00")).then(Call.TechnicianAssigned, DayPlan.Accepted)


def test_a_plan_that_does_not_hold_is_not_taken(company: Company) -> None:
    ready(company, *asked_for(1))
    good = company.record(PLAN).solution
    other = UUID("99999999-0000-0000-0000-000000000002")
    company.execute(proposed(plan_id=other))
    early = good.visits[0].model_copy(update={"travel_minutes": 0})
    wrong = good.model_copy(update={"visits": (early,)})
    with pytest.raises(PlanWrong):
        company.house.desk.execute(RECORD, RecordDayPlan(plan_id=other, solution=wrong), PLANNER)
    assert company.record(other).state == "asked"


def test_a_failed_plan_says_so(company: Company) -> None:
    company.given(*PLACES, *STAFF, *asked_for(1), proposed())
    company.house.desk.execute(FAIL, FailDayPlan(plan_id=PLAN, because=because("plan-died")), PLANNER)
    company.given().when(accepted()).then_refused(PlanFailed, reason=because("plan-died"))
    assert (plan(company)["state"], plan(company)["reason"]) == ("failed", "Il risolutore si è fermato tre volte.")
    assert make(company) == 0


def test_appointments_that_stand_proposed_are_windows(company: Company) -> None:
    offered = [
        {
            "technician_id": GINO,
            "slot": {"starts_at": rome(f"{DAY}T16:00"), "ends_at": rome(f"{DAY}T17:00")},
        }
    ]
    propose = do("propose-appointment", at=EVENING, call_id=call_id(1), activity_id=visit_id(1), alternatives=offered)
    ready(company, *asked_for(1), propose)
    assert plan(company)["items"][0]["starts_at"] == rome(f"{DAY}T16:00")
