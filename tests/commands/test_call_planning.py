"""Planning calls: activities, technicians with the right skill, and time that is never taken twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

from aggregates.base import Act, SlotTaken
from aggregates.call import Call
from aggregates.call_refusals import (
    ActivityOver,
    ActivityUnknown,
    AlreadyAssigned,
    NotAssigned,
    SkillMissing,
    SlotTooLong,
    VisitUnderWay,
)
from aggregates.call_values import ActivityState, CallStatus
from aggregates.values import Slot
from commands.base import NotFound
from commands.call_planning import AssignTechnician
from commands.catalog import BY_NAME as CATALOG
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    CUSTOMER,
    GINO,
    PINA,
    PLANNED,
    TECHNICIANS,
    VISIT,
    WORKED,
    as_slot,
    assigned,
    opened,
    rome,
    slot,
)
from tests.dsl import Company, Do, do

ASSIGN = CATALOG["assign-technician"]
ACT = Act(by="user:test", at=rome("2026-12-05T09:00"))
BEGUN = (*CUSTOMER, *TECHNICIANS, opened())
MORNING = slot("2026-12-09T09:00", "2026-12-09T11:00")
ARRIVED = do("record-arrival", at="2026-12-09T09:05", call_id=CALL, activity_id=VISIT)


def on_gino(call_id: UUID, begins: str, ends: str) -> Do:
    """A visit of another call on Gino's agenda."""
    return do("assign-technician", call_id=call_id, technician_id=GINO, slot=slot(begins, ends))


def test_an_activity_is_planned_once(company: Company) -> None:
    company.given(*BEGUN).when(PLANNED).then((Call.ActivityPlanned, {"kind": "repair", "minutes": 90}))
    company.given().when(PLANNED).then_nothing()


def test_the_companys_own_activity_types_fill_in_what_is_left_out(company: Company) -> None:
    terms = {"name": "Controllo fughe", "mode": "visit", "minutes": 45, "skill": "GAS"}
    company.given(*BEGUN, do("define-activity-type", code="leak-test", terms=terms))
    company.given().when(do("plan-activity", call_id=CALL, kind="leak-test")).then(
        (Call.ActivityPlanned, {"minutes": 45, "skill": "GAS"})
    )
    assert [found["code"] for found in company.ask("activity-types")["items"]] == ["leak-test"]
    company.given().when(do("define-activity-type", code="LEAK-TEST", terms=terms)).then_nothing()


def test_a_technician_is_assigned(company: Company) -> None:
    company.given(*BEGUN, PLANNED).when(ASSIGNED).then(
        (
            Call.TechnicianAssigned,
            {
                "technician_id": GINO,
                "slot": as_slot("2026-12-09T09:00", "2026-12-09T11:00"),
                "status": CallStatus.PLANNED,
            },
        )
    )
    company.given().when(ASSIGNED).then_nothing()
    elsewhere = assigned("2026-12-09T14:00", "2026-12-09T15:00")
    company.given().when(elsewhere).then_refused(AlreadyAssigned)


def test_a_visit_is_planned_and_assigned_in_one_stroke(company: Company) -> None:
    at_once = do("assign-technician", call_id=CALL, technician_id=GINO, slot=MORNING)
    company.given(*BEGUN).when(at_once).then((Call.ActivityPlanned, {"minutes": 120}), Call.TechnicianAssigned)


def test_a_technician_without_the_skill_is_refused(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(skill="GAS"), PLANNED)
    company.given().when(assigned("2026-12-09T09:00", "2026-12-09T11:00", technician_id=PINA)).then_refused(
        SkillMissing, skill="GAS"
    )
    company.given().when(ASSIGNED).then(Call.TechnicianAssigned)


def test_a_certificate_that_has_run_out_is_no_skill(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(skill="F-GAS"), PLANNED)
    company.do("set-skill", technician_id=GINO, name="F-GAS", certified_until_on="2026-12-08")
    company.given().when(ASSIGNED).then_refused(SkillMissing)


def test_an_unknown_technician_or_activity(company: Company) -> None:
    company.given(*BEGUN).when(assigned("2026-12-09T09:00", "2026-12-09T11:00", technician_id=uuid4())).then_refused(
        NotFound
    )
    company.given().when(ASSIGNED).then_refused(ActivityUnknown)


def test_a_slot_cannot_last_for_weeks(company: Company) -> None:
    company.given(*BEGUN, PLANNED).when(assigned("2026-12-01T09:00", "2026-12-31T11:00")).then_refused(SlotTooLong)


def test_two_calls_cannot_have_one_technician_at_one_time(company: Company) -> None:
    other = uuid4()
    company.given(*BEGUN, PLANNED, ASSIGNED, opened(call_id=other))
    overlapping = on_gino(other, "2026-12-09T10:30", "2026-12-09T12:00")
    company.given().when(overlapping).then_refused(SlotTaken)
    touching = on_gino(other, "2026-12-09T11:00", "2026-12-09T12:00")
    company.given().when(touching).then(Call.ActivityPlanned, Call.TechnicianAssigned)


def test_an_override_takes_the_time_and_says_why(company: Company) -> None:
    other = uuid4()
    company.given(*BEGUN, PLANNED, ASSIGNED, opened(call_id=other))
    urgent = do("assign-technician", call_id=other, technician_id=GINO, slot=MORNING, override="Fuga di gas")
    company.given().when(urgent).then(Call.ActivityPlanned, (Call.TechnicianAssigned, {"override": "Fuga di gas"}))


def test_a_visit_moves_and_frees_its_time(company: Company) -> None:
    other = uuid4()
    later = slot("2026-12-09T10:00", "2026-12-09T12:00")
    moved = do("reassign-technician", call_id=CALL, activity_id=VISIT, slot=later)
    company.given(*BEGUN, PLANNED, ASSIGNED, opened(call_id=other)).when(moved).then(
        (Call.Reassigned, {"technician_id": GINO, "previous_slot": as_slot("2026-12-09T09:00", "2026-12-09T11:00")})
    )
    company.given().when(moved).then_nothing()
    early = slot("2026-12-09T09:00", "2026-12-09T10:00")
    company.given().when(do("assign-technician", call_id=other, technician_id=GINO, slot=early)).then(
        Call.ActivityPlanned, Call.TechnicianAssigned
    )
    back = do("reassign-technician", call_id=CALL, activity_id=VISIT, slot=MORNING)
    company.given().when(back).then_refused(SlotTaken)
    handed_over = do("reassign-technician", call_id=CALL, activity_id=VISIT, technician_id=PINA, slot=MORNING)
    company.given().when(handed_over).then((Call.Reassigned, {"technician_id": PINA, "previous_technician_id": GINO}))


def test_a_visit_off_the_agenda_stays_to_be_done(company: Company) -> None:
    off = do("unassign-technician", call_id=CALL, activity_id=VISIT, reason="Tecnico malato")
    company.given(*BEGUN, PLANNED, ASSIGNED).when(off).then((Call.Unassigned, {"status": CallStatus.TAKEN_IN_CHARGE}))
    company.given().when(off).then_nothing()
    assert company.record(CALL).activities[VISIT].state is ActivityState.PLANNED
    company.given().when(do("reassign-technician", call_id=CALL, activity_id=VISIT, technician_id=PINA)).then_refused(
        NotAssigned
    )
    company.given().when(ASSIGNED).then(Call.TechnicianAssigned)


def test_arrival_needs_an_assignment_and_fixes_the_visit(company: Company) -> None:
    company.given(*BEGUN, PLANNED).when(ARRIVED).then_refused(NotAssigned)
    company.given(ASSIGNED).when(ARRIVED).then((Call.Arrived, {"status": CallStatus.WORKING}))
    company.given().when(ARRIVED).then_nothing()
    company.given().when(
        do("unassign-technician", call_id=CALL, activity_id=VISIT, reason="Ripensamento")
    ).then_refused(VisitUnderWay)


def test_work_done_frees_what_is_left_of_the_slot(company: Company) -> None:
    other = uuid4()
    company.given(*BEGUN, PLANNED, ASSIGNED, WORKED, opened(call_id=other))
    rest = on_gino(other, "2026-12-09T10:45", "2026-12-09T11:30")
    company.given().when(rest).then(Call.ActivityPlanned, Call.TechnicianAssigned)
    company.given().when(ASSIGNED).then_refused(ActivityOver)


def test_thirty_planners_on_one_technician_never_book_twice(company: Company) -> None:
    """Peers, row 31: of every three that overlap exactly one wins, whoever is first."""
    calls = [UUID(int=n + 1) for n in range(30)]
    company.given(*CUSTOMER, *TECHNICIANS, *(opened(call_id=call_id) for call_id in calls))
    nine = rome("2026-12-09T09:00")

    def attempt(n: int) -> bool:
        begins = nine + timedelta(hours=n // 3, minutes=10 * (n % 3))
        time = {"starts_at": begins, "ends_at": begins + timedelta(minutes=30)}
        try:
            company.house.desk.execute(
                ASSIGN, AssignTechnician(call_id=calls[n], technician_id=GINO, slot=Slot(**time)), ACT, uuid4()
            )
        except SlotTaken:
            return False
        return True

    with ThreadPoolExecutor(15) as planners:
        won = list(planners.map(attempt, range(30)))
    assert [sum(won[n : n + 3]) for n in range(0, 30, 3)] == [1] * 10
    visits = company.ask("agenda", from_on="2026-12-09", technician_id=GINO)["visits"]
    assert len(visits) == 10
    assert all(one["ends_at"] <= two["starts_at"] for one, two in pairwise(visits))
