"""Service levels are watched: every warning once, dated by when it was so, whenever the duty ran."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from aggregates.call import Call
from aggregates.call_refusals import ClockNotRunning
from aggregates.rules.service_level import Clock
from aggregates.values import ROME
from gateways.clerk import HouseClerk
from schedulers.catalog import BY_NAME
from schedulers.watch_service_levels import NAME, tick
from tests.commands.calls import CALL, CUSTOMER, opened, rome
from tests.dsl import Company, do


def clerk_of(company: Company) -> HouseClerk:
    """The duty's clerk, folding before each question as nothing else does here."""
    return HouseClerk(company.house, NAME, settle=lambda _models, _position: company.fold())


def watch(company: Company, at: str) -> int:
    """The duty at an Italian time: how many commands it gave."""
    clerk = clerk_of(company)
    given = tick(rome(at), clerk)
    assert clerk.parked == []
    return given


def noted(company: Company, clock: Clock = Clock.RESPONSE) -> list[tuple[str, int, str]]:
    """What was recorded of a clock: the fact, the percentage, when it was so in Italian time."""
    found = []
    for recorded in company.facts(CALL):
        fact: Any = recorded.fact
        if isinstance(fact, Call.ServiceLevelWarned | Call.ServiceLevelBreached) and fact.clock is clock:
            percent = fact.percent if isinstance(fact, Call.ServiceLevelWarned) else 100
            at = fact.act.at.astimezone(ROME).strftime("%d/%m %H:%M")
            found.append((type(fact).__name__, percent, at))
    return found


def test_nothing_is_due_before_half_the_time(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    assert watch(company, "2026-12-04T17:30") == 0


def test_each_share_is_recorded_when_it_is_used_up(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    watch(company, "2026-12-09T09:30")
    assert noted(company) == [("ServiceLevelWarned", 50, "09/12 09:15")]
    watch(company, "2026-12-09T11:15")
    assert noted(company)[1:] == [("ServiceLevelWarned", 75, "09/12 10:15")]
    watch(company, "2026-12-09T11:16")
    assert noted(company)[2:] == [("ServiceLevelBreached", 100, "09/12 11:15")]


def test_after_a_week_without_running_the_dates_are_the_same(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    assert watch(company, "2026-12-16T08:00") == 12
    assert noted(company) == [
        ("ServiceLevelWarned", 50, "09/12 09:15"),
        ("ServiceLevelWarned", 75, "09/12 10:15"),
        ("ServiceLevelBreached", 100, "09/12 11:15"),
    ]


def test_twice_the_same_is_nothing(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    watch(company, "2026-12-16T08:00")
    before = company.house.log.position()
    assert watch(company, "2026-12-16T08:00") == 0
    assert company.house.log.position() == before


def test_a_clock_that_stopped_in_time_is_left_alone(company: Company) -> None:
    company.given(*CUSTOMER, opened(), do("take-charge", at="2026-12-09T09:40", call_id=CALL))
    watch(company, "2026-12-16T08:00")
    assert noted(company) == [("ServiceLevelWarned", 50, "09/12 09:15")]


def test_a_clock_that_stands_still_waits(company: Company) -> None:
    """Peers, row 22: nothing is breached while it waits for the customer."""
    company.given(*CUSTOMER, opened(), do("pause-call", at="2026-12-09T09:00", call_id=CALL, reason="no-access"))
    watch(company, "2026-12-30T08:00")
    assert noted(company, Clock.RESOLVE) == []
    company.given(do("resume-call", at="2026-12-30T08:30", call_id=CALL))
    assert noted(company, Clock.RESOLVE) == []
    watch(company, "2027-01-04T18:00")
    assert noted(company, Clock.RESOLVE)[0] == ("ServiceLevelWarned", 50, "30/12 16:15")


def test_a_breach_stays_recorded_when_the_targets_change(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    watch(company, "2026-12-09T12:00")
    company.given(do("change-priority", at="2026-12-09T12:00", call_id=CALL, priority="low"))
    assert (
        company.ask("service-clock", call_id=CALL, clock="response", at=rome("2026-12-09T12:00"))["state"] == "breached"
    )
    assert watch(company, "2026-12-20T12:00") > 0
    assert [percent for _, percent, _ in noted(company)] == [50, 75, 100]


def test_a_closed_call_that_was_late_is_recorded_as_late(company: Company) -> None:
    company.given(*CUSTOMER, opened(), do("close-call", at="2026-12-09T12:00", call_id=CALL))
    watch(company, "2026-12-20T12:00")
    assert noted(company)[-1] == ("ServiceLevelBreached", 100, "09/12 11:15")
    assert noted(company, Clock.RESOLVE) == []


def test_a_share_not_used_up_is_refused_and_the_others_go_on(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=uuid4()))
    early = do("note-service-level", at="2026-12-04T17:00", call_id=CALL, clock="response", percent=50)
    company.given().when(early).then_refused(ClockNotRunning)
    clerk = clerk_of(company)
    fields = {"call_id": CALL, "clock": "response", "percent": 50}
    assert clerk.do("note-service-level", fields, key="early", at=rome("2026-12-04T17:00")) is False
    assert [(parked.code, parked.key) for parked in clerk.parked] == [("clock-not-running", "early")]
    assert clerk.do("note-service-level", fields, key="late", at=rome("2026-12-09T09:15")) is True


def test_the_duty_is_in_the_catalogue() -> None:
    assert BY_NAME["watch-service-levels"].tick is tick
