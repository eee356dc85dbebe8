"""Escalations (SLA-2): each level once, dated by when it was reached; never for calls over or clocks stopped before."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from aggregates.call import Call
from aggregates.call_refusals import EscalationNotDue
from aggregates.escalation_rules import EscalationRules, EscalationRuleUnknown
from aggregates.values import ROME
from schedulers.catalog import BY_NAME
from schedulers.escalate import NAME
from schedulers.escalate import tick as duty
from tests.commands.calls import CALL, CUSTOMER, ROSSI, TECHNICIANS, opened
from tests.contract_steps import tick
from tests.dsl import Company, Do, do

EARLY = "2026-12-01T09:00"
WEEK_LATER = "2026-12-16T08:00"


def rule(code: str = "R75", at: str = EARLY, **fields: Any) -> Do:
    level = {} if "minutes_after_due" in fields else {"percent": 75}
    said: dict[str, Any] = {"code": code, "clock": "response", "whom": {"roles": ["dispatcher"]}, **level, **fields}
    return do("set-escalation-rule", at=at, **said)


def escalated(company: Company, call_id: Any = CALL) -> list[tuple[str, str, str]]:
    facts = [each.fact for each in company.facts(call_id)]
    return [
        (each.rule, each.level, each.act.at.astimezone(ROME).strftime("%d/%m %H:%M"))
        for each in facts
        if isinstance(each, Call.Escalated)
    ]


@pytest.mark.parametrize(
    ("fields", "level", "at"),
    [
        ({"percent": 75}, "75%", "09/12 10:15"),
        ({"percent": 100}, "100%", "09/12 11:15"),
        ({"percent": 150}, "150%", "09/12 14:45"),
        ({"minutes_after_due": -60}, "-60", "09/12 10:15"),
        ({"minutes_after_due": 120}, "+120", "09/12 14:45"),
        ({"minutes_after_due": -1000}, "-1000", "04/12 16:45"),
    ],
)
def test_a_level_is_dated_by_the_moment_it_was_reached_also_after_downtime(
    company: Company, fields: dict[str, Any], level: str, at: str
) -> None:
    company.given(*CUSTOMER, rule(**fields), opened())
    assert tick(company, NAME, WEEK_LATER) == 1
    assert escalated(company) == [("R75", level, at)]
    assert tick(company, NAME, WEEK_LATER) == 0


def test_nothing_before_its_time_and_once_only(company: Company) -> None:
    company.given(*CUSTOMER, rule(), opened())
    assert tick(company, NAME, "2026-12-09T10:14") == 0
    assert tick(company, NAME, "2026-12-09T10:15") == 1
    again = do("escalate-call", at="2026-12-09T10:20", call_id=CALL, rule="R75")
    company.given().when(again).then_nothing()


def test_levels_follow_each_other(company: Company) -> None:
    company.given(*CUSTOMER, rule("A", percent=50), rule("B", minutes_after_due=60), opened())
    assert tick(company, NAME, WEEK_LATER) == 2
    assert escalated(company) == [("A", "50%", "09/12 09:15"), ("B", "+60", "09/12 12:15")]


def test_a_clock_stopped_before_is_left_alone_and_one_stopped_after_is_told(company: Company) -> None:
    late = uuid4()
    company.given(*CUSTOMER, rule(), opened(), opened(call_id=late))
    company.given(do("take-charge", at="2026-12-09T10:10", call_id=CALL))
    company.given(do("take-charge", at="2026-12-09T10:20", call_id=late))
    tick(company, NAME, WEEK_LATER)
    assert (escalated(company), len(escalated(company, late))) == ([], 1)
    assert company.ask("escalations")["items"] == [], "its clock runs no longer"
    assert [each["rule"] for each in company.ask("escalations", all=True)["items"]] == ["R75"]


def test_calls_that_are_over_are_left_alone(company: Company) -> None:
    company.given(*CUSTOMER, rule(), opened(), do("close-call", at="2026-12-09T12:00", call_id=CALL))
    assert tick(company, NAME, WEEK_LATER) == 0


def test_a_rule_holds_for_what_falls_due_after_it_was_made(company: Company) -> None:
    company.given(*CUSTOMER, opened(), rule(at="2026-12-09T10:30"), rule("R90", at="2026-12-09T10:30", percent=90))
    tick(company, NAME, WEEK_LATER)
    assert escalated(company) == [("R90", "90%", "09/12 10:51")]


def test_a_clock_that_stands_still_waits_and_the_level_moves(company: Company) -> None:
    company.given(*CUSTOMER, rule(clock="resolve", percent=50), opened())
    company.given(do("pause-call", at="2026-12-09T09:00", call_id=CALL, reason="no-access"))
    assert tick(company, NAME, WEEK_LATER) == 0
    company.given(do("resume-call", at="2026-12-16T08:30", call_id=CALL))
    tick(company, NAME, "2026-12-18T08:00")
    assert escalated(company) == [("R75", "50%", "16/12 16:15")]


def test_rules_of_a_customer_or_a_priority_hold_for_these_alone(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    company.given(rule("P", priority="high"), rule("C", customer_id=uuid4()), rule("K", contract_id=uuid4()))
    assert tick(company, NAME, WEEK_LATER) == 0
    company.given(rule("C", customer_id=ROSSI, at="2026-12-02T09:00"))
    assert tick(company, NAME, WEEK_LATER) == 1


def test_the_priority_is_raised_and_never_lowered(company: Company) -> None:
    raising = rule(raise_priority_to="high", note="Chiamare il cliente")
    company.given(*CUSTOMER, raising, opened(), opened(call_id=(high := uuid4()), priority="high"))
    tick(company, NAME, WEEK_LATER)
    assert (company.record(CALL).priority, company.record(high).priority) == ("high", "high")
    assert [type(each.fact).__name__ for each in company.facts(high)].count("PriorityChanged") == 0


def test_open_escalations_say_whom_they_name(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, rule(whom={"usual_technician": True}, note="Subito"), opened())
    tick(company, NAME, "2026-12-09T10:30")
    [found] = company.ask("escalations")["items"]
    assert (found["number"], found["party_name"], found["note"]) == ("CH-2026-0001", "Rossi Gilbo", "Subito")
    assert found["whom"]["usual_technician"] is True
    company.given(do("close-call", at="2026-12-09T12:00", call_id=CALL))
    assert company.ask("escalations")["items"] == []


def test_rules_are_set_replaced_and_dropped(company: Company) -> None:
    company.given().when(rule()).then(EscalationRules.Begun, EscalationRules.RuleSet)
    company.given().when(rule()).then_nothing()
    assert [each["code"] for each in company.ask("escalation-rules")["items"]] == ["R75"]
    drop = do("drop-escalation-rule", code="R75")
    company.given().when(drop).then(EscalationRules.RuleDropped)
    company.given().when(drop).then_nothing()
    company.given().when(do("drop-escalation-rule", code="X")).then_refused(EscalationRuleUnknown)
    assert company.ask("escalation-rules")["items"] == []


def test_a_level_not_reached_is_refused(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    early = do("escalate-call", at="2026-12-09T09:00", call_id=CALL, rule="R75")
    company.given().when(early).then_refused(EscalationRuleUnknown)
    company.given(rule()).when(early).then_refused(EscalationNotDue)


def test_the_duty_is_in_the_catalogue() -> None:
    assert BY_NAME[NAME].tick is duty
