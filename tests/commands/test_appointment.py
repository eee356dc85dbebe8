"""Appointments: proposed, agreed by customer and technician, declined, moved, missed; never two on one time."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from aggregates.appointment import (
    AlternativesMissing,
    AlternativeUnknown,
    Appointment,
    TimeTakenMeanwhile,
    VisitNotTheirs,
)
from aggregates.appointment_values import appointment_id
from aggregates.base import SlotTaken
from aggregates.call import Call
from aggregates.call_refusals import ActivityUnknown, NotAssigned, PauseOpen
from aggregates.call_values import ActivityState, CallStatus
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    CUSTOMER,
    GINO,
    PINA,
    PLANNED,
    TECHNICIANS,
    VISIT,
    as_slot,
    opened,
    rome,
    slot,
)
from tests.dsl import Company, Do, do

BEGUN = (*CUSTOMER, *TECHNICIANS, opened(), PLANNED)
OTHER = UUID("44444444-4444-4444-4444-000000000002")
NINE, TEN = slot("2026-12-09T09:00", "2026-12-09T11:00"), slot("2026-12-10T10:00", "2026-12-10T12:00")
TWO: list[dict[str, Any]] = [{"technician_id": GINO, "slot": NINE}, {"technician_id": PINA, "slot": TEN}]
ANNA = {"name": "Anna, della cucina"}


def about(name: str, **fields: Any) -> Do:
    """A command about the appointment of the visit."""
    said: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT}
    return do(name, **said | fields)


PROPOSED = about("propose-appointment", alternatives=TWO, person=ANNA, channel="email")
CONFIRMED = about("confirm-appointment")
MOVED = about("reassign-technician", slot=TEN)


def shown(company: Company) -> dict[str, Any]:
    """The appointment as people see it."""
    found: dict[str, Any] = company.ask("appointment", activity_id=VISIT)
    return found


def second(company: Company) -> UUID:
    """The id of the second time proposed."""
    found: UUID = company.record(appointment_id(VISIT)).offer.alternatives[1].alternative_id
    return found


def test_times_are_proposed_and_take_nobodys_time(company: Company) -> None:
    company.given(*BEGUN, opened(call_id=OTHER)).when(PROPOSED).then(Appointment.Begun, Appointment.Proposed)
    company.given().when(PROPOSED).then_nothing()
    assert (shown(company)["state"], shown(company)["proposed_to"]) == ("proposed", "Anna, della cucina")
    other = do("assign-technician", call_id=OTHER, technician_id=GINO, slot=NINE)
    company.given().when(other).then(Call.ActivityPlanned, Call.TechnicianAssigned)
    company.given().when(about("propose-appointment", activity_id=uuid4())).then_refused(ActivityUnknown)
    company.given().when(about("propose-appointment")).then_refused(AlternativesMissing)


def test_agreeing_to_a_proposed_time_puts_the_visit_there(company: Company) -> None:
    company.given(*BEGUN, PROPOSED).when(CONFIRMED).then_refused(AlternativeUnknown)
    chosen = about("confirm-appointment", alternative_id=second(company), person=ANNA, channel="email")
    company.given().when(chosen).then(Call.TechnicianAssigned, Appointment.ConfirmedByCustomer)
    visit = company.record(CALL).activities[VISIT]
    assert (visit.technician_id, visit.slot) == (PINA, as_slot("2026-12-10T10:00", "2026-12-10T12:00"))
    company.given().when(chosen).then_nothing()
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("confirmed_by_customer", False)
    company.given().when(about("confirm-appointment", alternative_id=uuid4())).then_refused(AlternativeUnknown)


def test_the_only_time_proposed_needs_no_name(company: Company) -> None:
    once = about("propose-appointment", alternatives=TWO[:1])
    company.given(*BEGUN, once).when(CONFIRMED).then(Call.TechnicianAssigned, Appointment.ConfirmedByCustomer)


def test_a_proposed_time_taken_meanwhile_is_refused_in_words(company: Company) -> None:
    other = do("assign-technician", call_id=OTHER, technician_id=PINA, slot=TEN)
    company.given(*BEGUN, ASSIGNED, PROPOSED, opened(call_id=OTHER), other)
    chosen = about("confirm-appointment", alternative_id=second(company))
    company.given().when(chosen).then_refused(TimeTakenMeanwhile, starts_at=rome("2026-12-10T10:00"))
    visit = company.record(CALL).activities[VISIT]
    assert (visit.technician_id, visit.slot) == (GINO, as_slot("2026-12-09T09:00", "2026-12-09T11:00"))
    assert company.record(appointment_id(VISIT)).customer_agreed is None


def test_both_agree(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED)
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("to_confirm", True)
    company.given().when(about("propose-appointment")).then(Appointment.Begun, Appointment.Proposed)
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("proposed", True)
    company.given().when(about("confirm-visit", technician_id=PINA)).then_refused(VisitNotTheirs)
    company.given().when(about("confirm-visit", technician_id=GINO)).then(Appointment.ConfirmedByTechnician)
    company.given().when(about("confirm-visit")).then_nothing()
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("confirmed_by_technician", True)
    company.given().when(CONFIRMED).then(Appointment.ConfirmedByCustomer)
    company.given().when(CONFIRMED).then_nothing()
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("confirmed", False)


def test_confirmations_lapse_when_the_visit_moves_on_whatever_way(company: Company) -> None:
    """Dragged by the office, no command of appointments: it has to be confirmed again, and can be."""
    company.given(*BEGUN, ASSIGNED, CONFIRMED, about("confirm-visit"), MOVED)
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("to_confirm", True)
    company.given().when(CONFIRMED).then(Appointment.ConfirmedByCustomer)
    assert shown(company)["state"] == "confirmed_by_customer"


def test_another_technician_is_no_news_for_the_customer(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, CONFIRMED, about("confirm-visit"))
    company.given(about("reassign-technician", technician_id=PINA))
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("confirmed_by_customer", False)
    company.given().when(CONFIRMED).then_nothing()


def test_an_appointment_is_moved_at_somebodys_wish(company: Company) -> None:
    moved = about("move-appointment", slot=TEN, asked_by="customer", reason="Chiusi per inventario")
    company.given(*BEGUN, ASSIGNED, CONFIRMED).when(moved).then(Call.Reassigned, Appointment.Moved)
    company.given().when(moved).then_nothing()
    assert (shown(company)["state"], shown(company)["moved_times"]) == ("to_confirm", 1)
    company.given(opened(call_id=OTHER), do("assign-technician", call_id=OTHER, technician_id=GINO, slot=NINE))
    company.given().when(about("move-appointment", slot=NINE)).then_refused(SlotTaken)
    assert company.record(appointment_id(VISIT)).version == 3


def test_somebody_cannot(company: Company) -> None:
    declined = about("decline-appointment", side="customer", reason="Chiuso")
    company.given(*BEGUN, ASSIGNED, about("propose-appointment"), CONFIRMED)
    company.given().when(declined).then(Appointment.Declined)
    company.given().when(declined).then_nothing()
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("declined", True)
    company.given().when(CONFIRMED).then(Appointment.ConfirmedByCustomer)
    off = about("decline-appointment", side="technician", reason="Ferie", off_agenda=True)
    company.given().when(off).then(Call.Unassigned, Appointment.Declined)
    assert company.record(CALL).activities[VISIT].state is ActivityState.PLANNED
    assert (shown(company)["state"], shown(company)["unconfirmed"]) == ("declined", False)


def test_nobody_was_there(company: Company) -> None:
    """After arrival too: the visit is to be planned, its time is free, the clocks stand still if so agreed."""
    missed = about("miss-appointment", at="2026-12-09T09:20", side="customer", reason="Nessuno", pause="no-access")
    along = about("book-technician", technician_id=PINA)
    arrived = about("record-arrival", at="2026-12-09T09:00")
    company.given(*BEGUN, ASSIGNED, along, CONFIRMED, arrived, opened(call_id=OTHER))
    company.given().when(missed).then(
        (Call.Unassigned, {"status": CallStatus.TAKEN_IN_CHARGE}), Call.Paused, Appointment.Missed
    )
    company.given().when(missed).then_nothing()
    assert (shown(company)["state"], shown(company)["missed_by"], shown(company)["missed_times"]) == (
        "missed",
        "customer",
        1,
    )
    assert [item["activity_id"] for item in company.ask("unassigned-activities")["items"]] == [VISIT]
    assert company.ask("call", call_id=CALL)["paused_for"] == "no-access"
    for technician_id in (GINO, PINA):
        free = do("assign-technician", call_id=OTHER, technician_id=technician_id, slot=NINE)
        company.given().when(free).then(Call.ActivityPlanned, Call.TechnicianAssigned)


def test_a_missed_visit_is_planned_and_missed_again(company: Company) -> None:
    missed = about("miss-appointment", at="2026-12-09T09:20", side="technician", reason="Guasto al furgone")
    company.given(*BEGUN).when(missed).then_refused(NotAssigned)
    company.given(ASSIGNED, missed, about("assign-technician", technician_id=GINO, slot=TEN))
    assert shown(company)["state"] == "to_confirm"
    company.given().when(missed).then(Call.Unassigned, Appointment.Missed)
    assert shown(company)["missed_times"] == 2


def test_a_missed_visit_is_whole_or_not_at_all(company: Company) -> None:
    """A call that pauses for something else already refuses the second pause, and the visit stays."""
    company.given(*BEGUN, ASSIGNED, do("pause-call", at="2026-12-08T09:00", call_id=CALL, reason="waiting-customer"))
    missed = about("miss-appointment", at="2026-12-09T09:20", side="customer", reason="Nessuno", pause="no-access")
    company.given().when(missed).then_refused(PauseOpen)
    assert company.record(CALL).activities[VISIT].state is ActivityState.ASSIGNED


def test_what_is_to_be_confirmed_is_listed(company: Company) -> None:
    company.given(*BEGUN, ASSIGNED, opened(call_id=OTHER))
    company.do("assign-technician", call_id=OTHER, technician_id=PINA, slot=TEN)
    company.given(CONFIRMED)
    listed = company.ask("appointments", unconfirmed=True)["items"]
    assert [item["call_id"] for item in listed] == [OTHER]
    of_day = company.ask("appointments", from_on="2026-12-09", to_on="2026-12-09")["items"]
    assert [item["activity_id"] for item in of_day] == [VISIT]
    company.given(do("close-call", at="2026-12-07T09:00", call_id=OTHER))
    assert company.ask("appointments", unconfirmed=True)["items"] == []
    assert [item["call_id"] for item in company.ask("appointments", state="over")["items"]] == [OTHER]
