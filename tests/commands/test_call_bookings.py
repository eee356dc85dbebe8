"""Several technicians on one visit, visits over several days, the way there: time that is never taken twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Aggregate, SlotTaken
from aggregates.call import Call
from aggregates.call_refusals import (
    ActivityUnknown,
    BookingIdTaken,
    BookingUnknown,
    NotAssigned,
    SkillMissing,
    SlotTooLong,
    VisitUnderWay,
    VisitUnreported,
    WorkDone,
)
from aggregates.call_values import ActivityState, CallStatus
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    CUSTOMER,
    GINO,
    PINA,
    PLANNED,
    REPORTED,
    TECHNICIANS,
    VISIT,
    WORKED,
    as_slot,
    assigned,
    opened,
    rome,
    slot,
)
from tests.document_steps import founded
from tests.dsl import Company, Do, do

BOOKING = UUID("88888888-8888-8888-8888-888888888888")
OTHER = UUID("44444444-4444-4444-4444-000000000002")
BEGUN = (*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED)
DROPPED = do("drop-booking", call_id=CALL, booking_id=BOOKING, reason="Basta un tecnico")


def booked(**fields: Any) -> Do:
    """Pina comes along to the visit, unless something else is said."""
    said: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT, "booking_id": BOOKING, "technician_id": PINA}
    return do("book-technician", **said | fields)


def elsewhere(technician_id: UUID, begins: str, ends: str, **fields: Any) -> Do:
    """A visit of another call."""
    return do("assign-technician", call_id=OTHER, technician_id=technician_id, slot=slot(begins, ends), **fields)


def test_a_second_technician_comes_along(company: Company) -> None:
    company.given(*BEGUN).when(booked()).then((Call.BookingAdded, {"activity_id": VISIT}))
    booking = company.record(CALL).booking(BOOKING)
    assert (booking.technician_id, booking.slot) == (PINA, as_slot("2026-12-09T09:00", "2026-12-09T11:00"))
    company.given().when(booked()).then_nothing()
    company.given().when(booked(slot=slot("2026-12-10T09:00", "2026-12-10T11:00"))).then_refused(BookingIdTaken)
    company.given().when(booked(booking_id=VISIT)).then_refused(BookingIdTaken)


def test_a_booking_takes_the_time_of_its_technician(company: Company) -> None:
    company.given(*BEGUN, booked(), opened(call_id=OTHER))
    company.given().when(elsewhere(PINA, "2026-12-09T10:30", "2026-12-09T12:00")).then_refused(SlotTaken)
    company.given(elsewhere(PINA, "2026-12-09T11:00", "2026-12-09T12:00"))
    late = slot("2026-12-09T10:00", "2026-12-09T11:30")
    again = booked(booking_id=uuid4(), slot=late)
    company.given().when(again).then_refused(SlotTaken, starts_at=rome("2026-12-09T10:00"))
    urgent = booked(booking_id=uuid4(), slot=late, override="Sollevamento in due")
    company.given().when(urgent).then(Call.BookingAdded)


def test_who_lacks_the_skill_comes_as_a_helper_only(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(skill="GAS"), PLANNED, ASSIGNED)
    company.given().when(booked()).then_refused(SkillMissing, skill="GAS")
    company.given().when(booked(helper=True)).then(Call.BookingAdded)
    able = do("move-booking", call_id=CALL, booking_id=BOOKING, helper=False)
    company.given().when(able).then_refused(SkillMissing)


def test_only_a_visit_on_the_agenda_has_further_bookings(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED).when(booked()).then_refused(NotAssigned)
    later = slot("2026-12-10T09:00", "2026-12-10T11:00")
    company.given().when(booked(slot=later)).then_refused(NotAssigned)
    company.given().when(booked(activity_id=uuid4(), slot=later)).then_refused(ActivityUnknown)
    company.given(ASSIGNED)
    weeks = slot("2026-12-10T09:00", "2026-12-30T11:00")
    company.given().when(booked(slot=weeks)).then_refused(SlotTooLong)


def test_a_booking_moves_and_frees_its_time(company: Company) -> None:
    company.given(*BEGUN, booked(), opened(call_id=OTHER))
    later = slot("2026-12-09T10:00", "2026-12-09T12:00")
    moved = do("move-booking", call_id=CALL, booking_id=BOOKING, slot=later)
    company.given().when(moved).then(Call.BookingMoved)
    company.given().when(moved).then_nothing()
    company.given().when(elsewhere(PINA, "2026-12-09T09:00", "2026-12-09T10:00")).then(
        Call.ActivityPlanned, Call.TechnicianAssigned
    )
    own = slot("2026-12-09T09:00", "2026-12-09T11:00")
    back = do("move-booking", call_id=CALL, booking_id=BOOKING, slot=own)
    company.given().when(back).then_refused(SlotTaken)
    unknown = do("move-booking", call_id=CALL, booking_id=uuid4(), slot=own)
    company.given().when(unknown).then_refused(BookingUnknown)


def test_a_booking_given_up_frees_its_time(company: Company) -> None:
    company.given(*BEGUN, booked(), opened(call_id=OTHER)).when(DROPPED).then(Call.BookingDropped)
    company.given().when(DROPPED).then_nothing()
    company.given().when(elsewhere(PINA, "2026-12-09T09:00", "2026-12-09T11:00")).then(
        Call.ActivityPlanned, Call.TechnicianAssigned
    )


def test_a_visit_takes_its_bookings_along(company: Company) -> None:
    """A visit of two days with a second technician: all of it moves in one fact."""
    second_day = booked(booking_id=UUID(int=2), technician_id=GINO, slot=slot("2026-12-10T08:00", "2026-12-10T12:00"))
    company.given(*BEGUN, booked(), second_day, opened(call_id=OTHER))
    later = slot("2026-12-10T10:00", "2026-12-10T12:00")
    moved = do("reassign-technician", call_id=CALL, activity_id=VISIT, slot=later)
    company.given().when(moved).then(Call.Reassigned)
    call = company.record(CALL)
    assert call.booking(BOOKING).slot == as_slot("2026-12-10T10:00", "2026-12-10T12:00")
    assert call.booking(UUID(int=2)).slot == as_slot("2026-12-11T09:00", "2026-12-11T13:00")
    company.given().when(elsewhere(PINA, "2026-12-10T11:00", "2026-12-10T13:00")).then_refused(SlotTaken)
    company.given().when(elsewhere(PINA, "2026-12-09T09:00", "2026-12-09T11:00")).then(
        Call.ActivityPlanned, Call.TechnicianAssigned
    )


def test_a_visit_stays_when_a_booking_cannot_come_along(company: Company) -> None:
    busy = elsewhere(PINA, "2026-12-10T10:00", "2026-12-10T11:00")
    company.given(*BEGUN, booked(), opened(call_id=OTHER), busy)
    later = slot("2026-12-10T09:00", "2026-12-10T11:00")
    moved = do("reassign-technician", call_id=CALL, activity_id=VISIT, slot=later)
    company.given().when(moved).then_refused(SlotTaken)
    assert company.record(CALL).booking(BOOKING).slot == as_slot("2026-12-09T09:00", "2026-12-09T11:00")


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (do("unassign-technician", call_id=CALL, activity_id=VISIT, reason="Tecnico malato"), Call.Unassigned),
        (do("close-call", at="2026-12-07T09:00", call_id=CALL), Call.Closed),
        (do("cancel-call", call_id=CALL, reason="Risolto da solo"), Call.Cancelled),
    ],
)
def test_bookings_go_with_the_visit(company: Company, ending: Do, kind: type[Aggregate.Event]) -> None:
    company.given(*BEGUN, booked(), opened(call_id=OTHER)).when(ending).then(kind)
    with pytest.raises(BookingUnknown):
        company.record(CALL).booking(BOOKING)
    company.given().when(elsewhere(PINA, "2026-12-09T09:00", "2026-12-09T11:00")).then(
        Call.ActivityPlanned, Call.TechnicianAssigned
    )


def test_the_way_there_is_taken_too(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, opened(call_id=OTHER))
    company.given(assigned("2026-12-09T09:00", "2026-12-09T11:00", travel_minutes=45))
    company.given().when(elsewhere(GINO, "2026-12-09T08:00", "2026-12-09T08:30")).then_refused(SlotTaken)
    company.given(elsewhere(GINO, "2026-12-09T07:00", "2026-12-09T08:15"))
    farther = do("reassign-technician", call_id=CALL, activity_id=VISIT, travel_minutes=60)
    company.given().when(farther).then_refused(SlotTaken)
    later = do(
        "reassign-technician", call_id=CALL, activity_id=VISIT, slot=slot("2026-12-09T14:00", "2026-12-09T15:00")
    )
    company.given().when(later).then((Call.Reassigned, {"travel_minutes": 45}))
    company.given().when(later).then_nothing()
    nearer = do("reassign-technician", call_id=CALL, activity_id=VISIT, travel_minutes=0)
    company.given().when(nearer).then((Call.Reassigned, {"travel_minutes": 0}))


def test_each_technician_records_their_own_time(company: Company) -> None:
    """Both stand in the report, and what is charged counts both."""
    hers = do(
        "perform-activity",
        at="2026-12-09T12:00",
        call_id=CALL,
        activity_id=BOOKING,
        starts_at=rome("2026-12-09T09:30"),
        ends_at=rome("2026-12-09T10:30"),
    )
    company.given(*BEGUN, booked(), WORKED).when(hers).then(Call.ActivityPerformed)
    done = company.record(CALL).performed[BOOKING]
    assert (done.technician_id, done.kind, done.visit_id, done.work_minutes) == (PINA, "repair", VISIT, 60)
    company.given().when(hers).then_nothing()
    company.given(REPORTED)
    (report,) = company.record(CALL).reports.values()
    assert [(one.activity_id, one.work_minutes) for one in report.performed] == [(VISIT, 90), (BOOKING, 60)]


def test_a_further_technician_keeps_their_time_until_they_are_done(company: Company) -> None:
    """The first one leaves; the second day stays on the agenda and in the way of others."""
    second_day = booked(technician_id=GINO, slot=slot("2026-12-10T08:00", "2026-12-10T12:00"))
    company.given(*BEGUN, second_day, WORKED, opened(call_id=OTHER))
    company.given().when(elsewhere(GINO, "2026-12-10T09:00", "2026-12-10T10:00")).then_refused(SlotTaken)
    company.given().when(DROPPED).then(Call.BookingDropped)


def test_a_further_technician_arrives(company: Company) -> None:
    """Whoever comes first stops the clock; whoever is there is not moved, dropped or forgotten."""
    there = do("record-arrival", at="2026-12-09T08:55", call_id=CALL, activity_id=BOOKING)
    company.given(*BEGUN, booked()).when(there).then(
        (Call.Arrived, {"technician_id": PINA, "status": CallStatus.WORKING})
    )
    company.given().when(there).then_nothing()
    assert company.record(CALL).activities[VISIT].state is ActivityState.ASSIGNED
    company.given().when(DROPPED).then_refused(VisitUnderWay)
    later = slot("2026-12-10T09:00", "2026-12-10T11:00")
    company.given().when(do("move-booking", call_id=CALL, booking_id=BOOKING, slot=later)).then_refused(VisitUnderWay)
    off = do("unassign-technician", call_id=CALL, activity_id=VISIT, reason="Tecnico malato")
    company.given().when(off).then_refused(VisitUnderWay)
    company.given().when(do("cancel-call", call_id=CALL, reason="Ripensamento")).then_refused(WorkDone)
    company.given().when(do("close-call", at="2026-12-09T12:00", call_id=CALL)).then_refused(VisitUnreported)
    company.given().when(do("reassign-technician", call_id=CALL, activity_id=VISIT, slot=later)).then(Call.Reassigned)
    assert company.record(CALL).booking(BOOKING).slot == as_slot("2026-12-09T09:00", "2026-12-09T11:00")


def test_outside_the_technicians_hours_is_allowed_and_said(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED)
    evening, morning = ("2026-12-09T18:00", "2026-12-09T19:00"), ("2026-12-09T10:00", "2026-12-09T15:00")
    feast = slot("2026-12-08T10:00", "2026-12-08T11:00")
    assert company.execute(assigned(*evening)).result["warnings"] == ["outside-hours"]
    moved = {"call_id": CALL, "activity_id": VISIT}
    assert company.do("reassign-technician", **moved, slot=slot(*morning))["warnings"] == []
    assert company.do("reassign-technician", **moved, slot=feast)["warnings"] == ["outside-hours"]
    assert company.execute(booked(slot=slot(*evening))).result["warnings"] == ["outside-hours"]


def test_a_patron_saints_day_is_outside_hours(company: Company) -> None:
    """Of the site's town, of the technician's, or else of the company's seat (R6.5)."""
    company.given(founded(company), *CUSTOMER, *TECHNICIANS, opened(), PLANNED)
    at_milan, at_seat, own = "2026-12-07", "2027-02-04", "2026-11-25"

    def warned(day: str) -> bool:
        hours = slot(f"{day}T10:00", f"{day}T11:00")
        known = company.record(CALL).activities[VISIT].on_agenda
        name = "reassign-technician" if known else "assign-technician"
        told = company.do(name, call_id=CALL, activity_id=VISIT, technician_id=GINO, slot=hours)
        return bool(told["warnings"])

    assert [warned(day) for day in (at_milan, at_seat, own, "2026-12-09")] == [True, True, False, False]
    company.do("set-town-feast", town="Bertinoro", day="11-25")
    company.do("change-technician", technician_id=GINO, name="Gino Bianchi", base_town="Bertinoro")
    assert [warned(day) for day in (at_milan, at_seat, own)] == [True, False, True]
