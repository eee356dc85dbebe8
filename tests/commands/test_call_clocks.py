"""Clocks through commands: pauses corrected late, breaches that stay, reopened calls (R6.2, R6.6, R6.7)."""

from __future__ import annotations

from typing import Any

import pytest

from aggregates.call import Call
from aggregates.call_refusals import (
    EndsBeforeStart,
    PauseEndMissing,
    PauseNotAgreed,
    PauseOverlaps,
    PauseUnknown,
)
from aggregates.values import ROME
from tests.commands.calls import CALL, CUSTOMER, opened, rome
from tests.contract_steps import tick
from tests.dsl import Company, Do, do

MILAN = {"waiting_part_pauses": True, "calendar": {"patron_town": "Milano"}}
LATER = "2026-12-14T09:00"


def pause(at: str, reason: str = "no-access") -> Do:
    return do("pause-call", at=at, call_id=CALL, reason=reason)


def resume(at: str) -> Do:
    return do("resume-call", at=at, call_id=CALL)


def correct(paused_at: str, starts_at: str | None, ends_at: str | None, at: str = LATER) -> Do:
    moments = {"starts_at": starts_at and rome(starts_at), "ends_at": ends_at and rome(ends_at)}
    said: dict[str, Any] = {"call_id": CALL, "paused_at": rome(paused_at), "reason": "Registrata tardi", **moments}
    return do("correct-pause", at=at, **said)


def due(company: Company, clock: str = "resolve", at: str = LATER) -> str:
    found = company.ask("service-clock", call_id=CALL, clock=clock, at=rome(at))
    return str(found["due_at"].astimezone(ROME).strftime("%d/%m %H:%M"))


def paused(company: Company) -> None:
    """S12: 300 business minutes, due on Friday at 12:15."""
    company.given(*CUSTOMER, opened(service=MILAN), pause("2026-12-09T15:00"), resume("2026-12-10T10:30"))


def test_a_pause_corrected_late_moves_the_due_time(company: Company) -> None:
    paused(company)
    assert due(company) == "11/12 12:15"
    fix = correct("2026-12-09T15:00", "2026-12-09T15:00", "2026-12-09T16:00")
    company.given().when(fix).then((Call.PauseCorrected, {"ends_at": rome("2026-12-09T16:00")}))
    assert due(company) == "10/12 17:45"
    company.given().when(fix).then_nothing()
    found = company.ask("service-clock", call_id=CALL, clock="resolve", at=rome(LATER))
    assert found["paused_minutes"] == 60
    assert [(each["kind"], each["reason"]) for each in found["changes"]] == [("pause", "Registrata tardi")]


def test_a_moved_pause_is_known_by_its_new_beginning_and_the_same_again_is_nothing(company: Company) -> None:
    paused(company)
    moved = correct("2026-12-09T15:00", "2026-12-09T14:00", "2026-12-09T16:00")
    company.given(moved)
    company.given().when(moved).then_nothing()
    company.given().when(correct("2026-12-09T14:00", None, "2026-12-09T17:00")).then(Call.PauseCorrected)
    assert due(company) == "11/12 10:15"


def test_corrections_that_cannot_be(company: Company) -> None:
    paused(company)
    company.given(pause("2026-12-11T09:00"), resume("2026-12-11T10:00"))
    company.given().when(correct("2026-12-09T11:00", None, "2026-12-09T12:00")).then_refused(PauseUnknown)
    company.given().when(correct("2026-12-09T15:00", None, "2026-12-11T09:30")).then_refused(PauseOverlaps)
    company.given().when(correct("2026-12-09T15:00", "2026-12-04T16:00", "2026-12-09T16:00")).then_refused(
        PauseOverlaps
    )
    company.given().when(correct("2026-12-09T15:00", None, "2026-12-09T15:00")).then_refused(EndsBeforeStart)
    company.given().when(correct("2026-12-11T09:00", None, "2026-12-15T10:00")).then_refused(EndsBeforeStart)
    company.given().when(correct("2026-12-09T15:00", None, None)).then_refused(PauseEndMissing)
    company.given().when(correct("2026-12-09T15:00", None, "2026-12-11T09:00")).then(Call.PauseCorrected)


def test_a_running_pause_can_begin_earlier_and_stays_running(company: Company) -> None:
    company.given(*CUSTOMER, opened(service=MILAN), pause("2026-12-09T15:00"))
    company.given(correct("2026-12-09T15:00", "2026-12-09T14:00", None))
    assert company.record(CALL).running_pause.starts_at == rome("2026-12-09T14:00")
    company.given(resume("2026-12-14T10:00"))
    assert company.record(CALL).running_pause is None


def test_a_breach_stays_when_a_pause_is_corrected_and_the_calendar_changes(company: Company) -> None:
    """Peers, row 22; R6.7: recorded once, never recalculated."""
    paused(company)
    tick(company, "watch-service-levels", "2026-12-11T12:16")
    closed = {"closures": [{"starts_on": "2026-12-05", "ends_on": "2026-12-31"}]}
    company.given(correct("2026-12-09T15:00", None, "2026-12-11T12:00"))
    company.do("set-calendar-terms", at=LATER, code="CAL-IT", from_on="2026-12-01", terms=closed)
    company.given(do("decide-coverage-again", at=LATER, call_id=CALL, reason="Altro calendario"))
    found = company.ask("service-clock", call_id=CALL, clock="resolve", at=rome(LATER))
    assert (found["state"], found["breached_at"]) == ("breached", rome("2026-12-11T12:15"))
    assert found["due_at"] > rome("2027-01-01T00:00"), "the new calendar is closed all December"
    tick(company, "watch-service-levels", "2027-03-01T12:00")
    breaches = [f.fact for f in company.facts(CALL) if isinstance(f.fact, Call.ServiceLevelBreached)]
    assert [each.due_at for each in breaches if each.clock == "resolve"] == [rome("2026-12-11T12:15")]


def test_what_was_recorded_survives_a_priority_under_which_the_clock_is_not_measured(company: Company) -> None:
    """Peers, row 22: changed while the breach is pending, and back."""
    terms = {**MILAN, "high": {"resolve_minutes": 480}, "medium": {"response_minutes": 60}}
    company.given(*CUSTOMER, opened(service=terms))
    tick(company, "watch-service-levels", "2026-12-09T09:00")
    company.given(do("change-priority", at="2026-12-09T09:00", call_id=CALL, priority="high"))
    assert company.ask("service-clock", call_id=CALL, clock="on-site") is None
    found = company.ask("service-clock", call_id=CALL, clock="response", at=rome(LATER))
    assert (found["state"], found["target_minutes"]) == ("breached", None)
    company.given(do("take-charge", at="2026-12-09T09:05", call_id=CALL))
    company.given(do("change-priority", at="2026-12-09T09:10", call_id=CALL, priority="medium"))
    found = company.ask("service-clock", call_id=CALL, clock="response", at=rome(LATER))
    assert (found["state"], found["stopped_at"]) == ("breached", rome("2026-12-09T09:05"))
    assert found["noted_percent"] == 100


def test_waiting_for_a_part_is_refused_where_no_clock_may_stand_still_for_it(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    company.given().when(pause("2026-12-09T09:00", "waiting-part")).then_refused(PauseNotAgreed)


def test_terms_without_waiting_for_parts_count_the_time_that_was_paused_under_others(company: Company) -> None:
    company.given(*CUSTOMER, opened(service=MILAN), pause("2026-12-09T15:00", "waiting-part"))
    company.given(do("decide-coverage-again", at="2026-12-09T17:00", call_id=CALL, reason="Contratto"))
    found = company.ask("service-clock", call_id=CALL, clock="resolve", at=rome("2026-12-10T09:00"))
    assert (found["state"], found["paused_since"]) == ("running", None)
    assert due(company) == "10/12 16:45"


@pytest.mark.parametrize("cancelled_at", ["2026-12-09T12:00", "2026-12-09T09:30"])
def test_a_call_cancelled_while_paused_and_reopened_counts_on(company: Company, cancelled_at: str) -> None:
    """The pause ends with the call; before, it went on and overlapped the time the call was over."""
    company.given(*CUSTOMER, opened(service=MILAN), pause("2026-12-09T10:00"))
    company.given(do("cancel-call", at=cancelled_at, call_id=CALL, reason="Risolto"))
    company.given(do("reopen-call", at="2026-12-10T10:00", call_id=CALL, reason="Perde ancora"))
    assert company.record(CALL).running_pause is None
    assert due(company) == "11/12 16:45", "480 minutes did not count: from the pause to the reopening"
    company.given(pause("2026-12-10T11:00"), resume("2026-12-10T12:00"))
    tick(company, "watch-service-levels", "2027-01-11T08:00")


def test_warnings_are_given_at_the_shares_that_the_terms_name(company: Company) -> None:
    company.given(*CUSTOMER, opened(service={**MILAN, "warn_percents": [80, 20]}))
    tick(company, "watch-service-levels", "2026-12-09T11:16")
    noted = [f.fact for f in company.facts(CALL)[1:]]
    assert [getattr(each, "percent", 100) for each in noted if getattr(each, "clock", None) == "response"] == [
        20,
        80,
        100,
    ]
    assert company.record(CALL).service.warn_percents == (20, 80, 100)


def test_another_priority_changes_only_targets_still_open(company: Company) -> None:
    """R6.2: what was answered in time stays in time, also when the change is dated back."""
    company.given(*CUSTOMER, opened(), do("take-charge", at="2026-12-09T11:15", call_id=CALL))
    company.given(do("change-priority", at="2026-12-09T09:30", call_id=CALL, priority="high"))
    found = company.ask("service-clock", call_id=CALL, clock="response", at=rome(LATER))
    assert (found["state"], found["target_minutes"], found["priority"]) == ("met", 240, "medium")
    assert due(company) == "09/12 16:45"
    tick(company, "watch-service-levels", LATER)
    breached = [f.fact.clock for f in company.facts(CALL) if isinstance(f.fact, Call.ServiceLevelBreached)]
    assert "response" not in breached
