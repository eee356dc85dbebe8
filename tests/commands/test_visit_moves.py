"""Dragging on the agenda: dropped anywhere, swapped, in summer and winter time, never on top of another."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from aggregates.base import SlotTaken
from aggregates.call import Call
from aggregates.call_refusals import ActivityOver, NotAssigned, SkillMissing, VisitUnderWay
from aggregates.call_values import ActivityState, CallStatus
from commands.base import VersionMismatch
from commands.visit_moves import PlaceUnclear, SameVisit
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
    slot,
)
from tests.dsl import Company, Do, do

OTHER = UUID("44444444-4444-4444-4444-000000000002")
OTHERS = UUID("55555555-5555-5555-5555-000000000002")
BOOKING = UUID("88888888-8888-8888-8888-888888888888")
BEGUN = (*CUSTOMER, *TECHNICIANS, opened(), PLANNED)


def dropped(**fields: Any) -> Do:
    """The visit is dropped somewhere."""
    said: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT}
    return do("drop-visit", **said | fields)


def others(technician_id: UUID, begins: str, ends: str) -> tuple[Do, ...]:
    """The visit of another call."""
    visit: dict[str, Any] = {"call_id": OTHER, "activity_id": OTHERS}
    on_agenda = do("assign-technician", **visit, technician_id=technician_id, slot=slot(begins, ends))
    return opened(call_id=OTHER), do("plan-activity", **visit, kind="repair"), on_agenda


SWAPPED = do("swap-visits", call_id=CALL, activity_id=VISIT, other_call_id=OTHER, other_activity_id=OTHERS)


def placed(company: Company, call_id: UUID = CALL, activity_id: UUID = VISIT) -> tuple[Any, Any]:
    """Who does the visit, and when."""
    activity = company.record(call_id).activities[activity_id]
    return activity.technician_id, activity.slot


def test_from_the_list_to_the_agenda(company: Company) -> None:
    company.given(*BEGUN).when(dropped(technician_id=GINO, day=date(2026, 12, 9))).then_refused(PlaceUnclear)
    company.given().when(dropped(day=date(2026, 12, 9), starts=time(9))).then_refused(PlaceUnclear)
    there = dropped(technician_id=GINO, day=date(2026, 12, 9), starts=time(9), travel_minutes=30)
    company.given().when(there).then((Call.TechnicianAssigned, {"travel_minutes": 30}))
    assert placed(company) == (GINO, as_slot("2026-12-09T09:00", "2026-12-09T10:30"))
    company.given().when(there).then_nothing()


def test_anywhere_on_the_agenda(company: Company) -> None:
    """Technician, day, hour, length: each alone, the rest stays."""
    company.given(*BEGUN, ASSIGNED)
    for fields, who, begins, ends in (
        ({"technician_id": PINA}, PINA, "2026-12-09T09:00", "2026-12-09T11:00"),
        ({"day": date(2026, 12, 11)}, PINA, "2026-12-11T09:00", "2026-12-11T11:00"),
        ({"starts": time(14, 30)}, PINA, "2026-12-11T14:30", "2026-12-11T16:30"),
        ({"minutes": 45}, PINA, "2026-12-11T14:30", "2026-12-11T15:15"),
        ({"technician_id": GINO, "starts": time(8), "minutes": 60}, GINO, "2026-12-11T08:00", "2026-12-11T09:00"),
    ):
        company.given().when(dropped(**fields)).then(Call.Reassigned)
        assert placed(company) == (who, as_slot(begins, ends))
        company.given().when(dropped(**fields)).then_nothing()


def test_not_on_top_of_another(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, *others(PINA, "2026-12-09T10:00", "2026-12-09T12:00"))
    company.given().when(dropped(technician_id=PINA)).then_refused(SlotTaken)
    assert placed(company) == (GINO, as_slot("2026-12-09T09:00", "2026-12-09T11:00"))
    company.given().when(dropped(technician_id=PINA, override="Solo una firma")).then(Call.Reassigned)


def test_nor_where_it_does_not_belong(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(skill="GAS"), PLANNED, ASSIGNED)
    company.given().when(dropped(technician_id=PINA)).then_refused(SkillMissing)
    there = do("record-arrival", at="2026-12-09T09:05", call_id=CALL, activity_id=VISIT)
    company.given(there).when(dropped(day=date(2026, 12, 10))).then_refused(VisitUnderWay)
    company.given(WORKED).when(dropped(technician_id=GINO, day=date(2026, 12, 10))).then_refused(ActivityOver)


@pytest.mark.parametrize(("day", "moved_to"), [("2026-03-27", "2026-03-30"), ("2026-10-23", "2026-10-26")])
def test_an_hour_stays_an_hour_when_the_clock_changes(company: Company, day: str, moved_to: str) -> None:
    on_agenda = assigned(f"{day}T09:00", f"{day}T11:00")
    company.given(*CUSTOMER, *TECHNICIANS, opened(at="2026-03-02T09:00"), PLANNED, on_agenda)
    company.given().when(dropped(day=date.fromisoformat(moved_to))).then(Call.Reassigned)
    assert placed(company) == (GINO, as_slot(f"{moved_to}T09:00", f"{moved_to}T11:00"))


def test_moving_one_visit_of_a_series_moves_no_other(company: Company) -> None:
    """Peers, row 33."""
    ids = [UUID(int=n + 1) for n in range(4)]
    company.given(*CUSTOMER, *TECHNICIANS, opened())
    for n, visit in enumerate(ids):
        company.do("plan-activity", call_id=CALL, activity_id=visit, kind="maintenance", minutes=60)
        company.given(assigned(f"2026-12-{8 + 7 * n:02}T09:00", f"2026-12-{8 + 7 * n:02}T10:00", activity_id=visit))
    before = {visit: placed(company, CALL, visit) for visit in ids}
    company.given(dropped(activity_id=ids[1], day=date(2026, 12, 17)))
    after = {visit: placed(company, CALL, visit) for visit in ids}
    assert {visit for visit in ids if before[visit] != after[visit]} == {ids[1]}


def test_a_booking_is_dropped_alone(company: Company) -> None:
    along = do("book-technician", call_id=CALL, activity_id=VISIT, booking_id=BOOKING, technician_id=PINA)
    company.given(*BEGUN, ASSIGNED, along)
    there = dropped(activity_id=BOOKING, day=date(2026, 12, 10), minutes=60)
    company.given().when(there).then(Call.BookingMoved)
    company.given().when(there).then_nothing()
    assert company.record(CALL).booking(BOOKING).slot == as_slot("2026-12-10T09:00", "2026-12-10T10:00")
    assert placed(company) == (GINO, as_slot("2026-12-09T09:00", "2026-12-09T11:00"))


def test_two_visits_change_places_at_once(company: Company) -> None:
    """Each stands where the other one was, though neither place was free before."""
    company.given(*BEGUN, ASSIGNED, *others(PINA, "2026-12-09T10:00", "2026-12-09T11:00"))
    company.given().when(SWAPPED).then(Call.Reassigned, Call.Reassigned)
    assert placed(company) == (PINA, as_slot("2026-12-09T10:00", "2026-12-09T12:00"))
    assert placed(company, OTHER, OTHERS) == (GINO, as_slot("2026-12-09T09:00", "2026-12-09T10:00"))
    company.given().when(SWAPPED).then(Call.Reassigned, Call.Reassigned)
    assert placed(company) == (GINO, as_slot("2026-12-09T09:00", "2026-12-09T11:00"))


def test_two_visits_of_one_technician_change_places(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, *others(GINO, "2026-12-09T11:00", "2026-12-09T13:00"))
    company.given().when(SWAPPED).then(Call.Reassigned, Call.Reassigned)
    assert placed(company)[1] == as_slot("2026-12-09T11:00", "2026-12-09T13:00")
    assert placed(company, OTHER, OTHERS)[1] == as_slot("2026-12-09T09:00", "2026-12-09T11:00")


def test_a_swap_is_whole_or_not_at_all(company: Company) -> None:
    third = do("assign-technician", call_id=CALL, technician_id=PINA, slot=slot("2026-12-09T11:00", "2026-12-09T12:00"))
    company.given(*BEGUN, ASSIGNED, *others(PINA, "2026-12-09T10:00", "2026-12-09T11:00"), third)
    company.given().when(SWAPPED).then_refused(SlotTaken)
    assert placed(company) == (GINO, as_slot("2026-12-09T09:00", "2026-12-09T11:00"))
    itself = do("swap-visits", call_id=CALL, activity_id=VISIT, other_call_id=CALL, other_activity_id=VISIT)
    company.given().when(itself).then_refused(SameVisit)
    company.given(do("unassign-technician", call_id=OTHER, activity_id=OTHERS, reason="Malato"))
    company.given().when(SWAPPED).then_refused(NotAssigned)


def test_what_was_seen_before_somebody_saved_moves_nothing_back(company: Company) -> None:
    """Peers, row 32: the screen still shows it planned, the technician has done it meanwhile."""
    company.given(*BEGUN, ASSIGNED)
    seen = company.record(CALL).version
    company.given(WORKED)
    late = dropped(day=date(2026, 12, 10))
    with pytest.raises(VersionMismatch) as refused:
        company.execute(late, expected_version=seen)
    assert refused.value.values == {"expected": seen, "current": seen + 1}
    company.given().when(late).then_refused(ActivityOver)
    call = company.record(CALL)
    assert (call.status, call.activities[VISIT].state) == (CallStatus.WORKED, ActivityState.PERFORMED)
