"""Calls as a whole: opened with their coverage, taken in charge, paused, closed, reopened, cancelled."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.call import Call
from aggregates.call_refusals import (
    CallerMissing,
    CallExists,
    CallIsCancelled,
    CallIsClosed,
    EndsBeforeStart,
    FaultMissing,
    NotPaused,
    PauseNotAgreed,
    PauseOpen,
    PauseOverlaps,
    PriorityUnclear,
    VisitUnreported,
    WorkDone,
)
from aggregates.call_values import CallStatus, CloseOutcome
from aggregates.coverage import CoverageKind
from aggregates.rules.priority import Level
from aggregates.rules.service_level import PauseReason
from commands.base import NotFound
from tests.commands.calls import ASSIGNED, CALL, CUSTOMER, PLANNED, REPORTED, ROSSI, TECHNICIANS, VISIT, WORKED, opened
from tests.dsl import Company, do

SERIAL: dict[str, Any] = {
    "manufacturer": "Silanos",
    "number": "SN-1",
    "product": "LT-900",
    "type": "dishwasher",
    "owner_id": ROSSI,
}
WARRANTY: dict[str, Any] = {"kind": "legal", "period": {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}}
CLOSED = do("close-call", at="2026-12-10T16:00", call_id=CALL, solution="Riparata")
REOPENED = do("reopen-call", at="2026-12-11T09:00", call_id=CALL, reason="Perde ancora")
PAUSED = do("pause-call", at="2026-12-09T15:00", call_id=CALL, reason="waiting-customer")
RESUMED = do("resume-call", at="2026-12-10T10:30", call_id=CALL)


def test_a_call_is_opened_with_the_service_of_its_site(company: Company) -> None:
    situation = company.given(*CUSTOMER).when(opened())
    situation.then((Call.Opened, {"party_id": ROSSI, "fault": "Perde", "priority": Level.MEDIUM}))
    fact = situation.new[0].fact
    assert isinstance(fact, Call.Opened)
    assert fact.coverage.kind is CoverageKind.CHARGEABLE
    assert fact.coverage.service.calendar.patron_town == "Milano"


def test_a_caller_in_words_is_enough(company: Company) -> None:
    caller = {"name": "Mario della mensa", "phone": "0543 1234"}
    company.given().when(do("open-call", call_id=CALL, fault="Non parte", caller=caller)).then(Call.Opened)
    assert company.ask("call", call_id=CALL)["caller"] == "Mario della mensa"


def test_the_callers_words_are_sealed_in_the_log(company: Company) -> None:
    company.given(do("open-call", call_id=CALL, fault="Non parte", caller={"name": "Mario della mensa"}))
    (stored,) = company.house.log.select_events(CALL)
    assert b"Mario" not in bytes(stored.state)


def test_nobody_called(company: Company) -> None:
    company.given().when(do("open-call", fault="Perde")).then_refused(CallerMissing)


def test_no_fault_was_said(company: Company) -> None:
    company.given(*CUSTOMER).when(opened(fault="  ")).then_refused(FaultMissing)


def test_the_same_call_twice_is_one(company: Company) -> None:
    company.given(*CUSTOMER, opened()).when(opened()).then_nothing()


def test_another_call_under_the_same_id_is_refused(company: Company) -> None:
    company.given(*CUSTOMER, opened()).when(opened(fault="Altro")).then_refused(CallExists)


def test_priority_is_impact_by_urgency_unless_given(company: Company) -> None:
    company.given(*CUSTOMER, opened(impact="high", urgency="high"))
    assert company.record(CALL).priority is Level.HIGH
    other = uuid4()
    company.given(opened(call_id=other, impact="high", urgency="high", priority="low"))
    assert company.record(other).priority is Level.LOW


def test_a_serial_under_warranty_covers_the_call_with_its_reason(company: Company) -> None:
    item = UUID("77777777-7777-7777-7777-777777777777")
    company.given(*CUSTOMER)
    company.do("register-serial-item", serial_item_id=item, **SERIAL)
    company.do("give-warranty", serial_item_id=item, **WARRANTY)
    company.given(opened(serial_item_ids=[item]))
    coverage = company.record(CALL).coverage
    assert coverage.kind is CoverageKind.WARRANTY
    assert "31/12/2027" in coverage.why
    assert [one.serial_item_id for one in coverage.items] == [item]


def test_taking_charge_twice_is_one_fact(company: Company) -> None:
    taken = do("take-charge", at="2026-12-04T17:00", call_id=CALL)
    company.given(*CUSTOMER, opened()).when(taken).then((Call.TakenInCharge, {"status": CallStatus.TAKEN_IN_CHARGE}))
    company.given().when(taken).then_nothing()


def test_priority_changes_with_what_it_is_made_from(company: Company) -> None:
    higher = do("change-priority", at="2026-12-04T17:00", call_id=CALL, impact="high")
    company.given(*CUSTOMER, opened()).when(higher).then(
        (Call.PriorityChanged, {"priority": Level.HIGH, "urgency": Level.MEDIUM})
    )
    company.given().when(higher).then_nothing()
    company.given().when(do("change-priority", call_id=CALL)).then_refused(PriorityUnclear)


def test_coverage_is_decided_again_only_by_command_and_with_a_reason(company: Company) -> None:
    again = do("decide-coverage-again", at="2026-12-05T09:00", call_id=CALL, reason="Garanzia registrata tardi")
    item = UUID("77777777-7777-7777-7777-777777777777")
    company.given(*CUSTOMER)
    company.do("register-serial-item", serial_item_id=item, **SERIAL)
    company.given(opened(serial_item_ids=[item])).when(again).then_nothing()
    company.do("give-warranty", serial_item_id=item, **WARRANTY)
    assert company.record(CALL).coverage.kind is CoverageKind.CHARGEABLE
    situation = company.given().when(again).then(Call.CoverageDecidedAgain)
    assert situation.new[0].fact.act.why == "Garanzia registrata tardi"


def test_a_pause_and_its_end(company: Company) -> None:
    company.given(*CUSTOMER, opened()).when(PAUSED).then((Call.Paused, {"reason": PauseReason.WAITING_CUSTOMER}))
    company.given().when(PAUSED).then_nothing()
    company.given().when(do("pause-call", call_id=CALL, reason="no-access")).then_refused(PauseOpen)
    company.given().when(do("resume-call", at="2026-12-09T15:00", call_id=CALL)).then_refused(EndsBeforeStart)
    company.given().when(RESUMED).then(Call.Resumed)
    company.given().when(RESUMED).then_refused(NotPaused)


def test_a_pause_cannot_begin_before_the_last_one_ended(company: Company) -> None:
    early = do("pause-call", at="2026-12-10T10:00", call_id=CALL, reason="no-access")
    company.given(*CUSTOMER, opened(), PAUSED, RESUMED).when(early).then_refused(PauseOverlaps)


def test_waiting_for_a_part_pauses_only_by_contract(company: Company) -> None:
    waiting = do("pause-call", at="2026-12-09T15:00", call_id=CALL, reason="waiting-part")
    company.given(*CUSTOMER, opened()).when(waiting).then_refused(PauseNotAgreed)
    other = uuid4()
    company.given(opened(call_id=other, service={"waiting_part_pauses": True}))
    company.given().when(do("pause-call", at="2026-12-09T15:00", call_id=other, reason="waiting-part")).then(
        Call.Paused
    )


def test_a_call_is_closed_once(company: Company) -> None:
    company.given(*CUSTOMER, opened()).when(CLOSED).then((Call.Closed, {"outcome": CloseOutcome.SOLVED}))
    company.given().when(CLOSED).then_nothing()
    company.given().when(PLANNED).then_refused(CallIsClosed)


def test_an_open_pause_keeps_a_call_open(company: Company) -> None:
    company.given(*CUSTOMER, opened(), PAUSED).when(CLOSED).then_refused(PauseOpen)


def test_a_visit_without_report_keeps_a_call_open(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, WORKED).when(CLOSED).then_refused(
        VisitUnreported
    )
    company.given(REPORTED).when(CLOSED).then(Call.Closed)


def test_closing_gives_planned_time_back(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED).when(CLOSED).then(
        (Call.Closed, {"released": (VISIT,)})
    )
    other = uuid4()
    company.given(opened(call_id=other))
    company.do("assign-technician", **{**ASSIGNED.fields, "call_id": other, "activity_id": None})


def test_a_closed_call_is_reopened_with_a_reason(company: Company) -> None:
    company.given(*CUSTOMER, opened(), CLOSED).when(REOPENED).then((Call.Reopened, {"reason": "Perde ancora"}))
    company.given().when(REOPENED).then_nothing()
    company.given().when(PLANNED).then(Call.ActivityPlanned)


def test_a_request_is_withdrawn(company: Company) -> None:
    cancelled = do("cancel-call", at="2026-12-05T09:00", call_id=CALL, reason="Risolto da soli")
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED).when(cancelled).then(
        (Call.Cancelled, {"released": (VISIT,)})
    )
    company.given().when(cancelled).then_nothing()
    company.given().when(CLOSED).then_refused(CallIsCancelled)
    company.given().when(REOPENED).then(Call.Reopened)


def test_a_request_already_worked_on_is_not_withdrawn(company: Company) -> None:
    cancelled = do("cancel-call", at="2026-12-10T09:00", call_id=CALL, reason="Risolto da soli")
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, WORKED).when(cancelled).then_refused(WorkDone)


def test_a_note_may_be_added_to_a_closed_call(company: Company) -> None:
    note = do("add-call-note", call_id=CALL, note_id=VISIT, text="Richiamare lunedì")
    company.given(*CUSTOMER, opened(), CLOSED).when(note).then(Call.NoteAdded)
    company.given().when(note).then_nothing()


def test_service_is_restored_before_the_call_is_closed(company: Company) -> None:
    restored = do("restore-service", at="2026-12-09T10:00", call_id=CALL, workaround=True)
    company.given(*CUSTOMER, opened()).when(restored).then((Call.Restored, {"workaround": True}))
    company.given().when(restored).then_nothing()


@pytest.mark.parametrize("name", ["take-charge", "resume-call", "close-call"])
def test_a_call_that_is_not_there(company: Company, name: str) -> None:
    company.given().when(do(name, call_id=uuid4())).then_refused(NotFound)
