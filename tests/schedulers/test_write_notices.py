"""Notices are written once for each rule, happening and person; late ones lapse; nothing is written twice (CAL-7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.values import ROME
from tests.commands.calls import ASSIGNED, CALL, GINO, PINA, PLANNED, ROSSI, assigned, opened, slot
from tests.commands.calls import VISIT as VISIT_ID
from tests.commands.notices import ANNA, CONTACT, EARLY, REACHABLE, TECHNICIAN, notices, rule, told
from tests.contract_steps import tick
from tests.dsl import Company, Do, do

NAME = "write-notices"


def test_caller_and_contacts_are_told_that_the_call_came_in_once(company: Company) -> None:
    company.given(*REACHABLE, rule("call_received", {"whom": "caller"}, CONTACT), opened(caller=ANNA))
    assert tick(company, NAME, "2026-12-04T16:46") == 1
    assert tick(company, NAME, "2026-12-04T16:47") == 0
    assert told(company) == [
        ("call_received", "anna@example.it", "due"),
        ("call_received", "maria@example.it", "due"),
    ]
    assert notices(company)[0]["subject"].startswith("Chiamata CH-2026-")


def test_the_technician_is_told_of_the_visit(company: Company) -> None:
    company.given(*REACHABLE, rule("technician_assigned", TECHNICIAN), opened(), PLANNED, ASSIGNED)
    assert tick(company, NAME, "2026-12-04T17:01") == 1
    written = notices(company, call_id=CALL)
    assert [each["address"] for each in written] == ["gino@example.it"]
    assert "09/12/2026 09:00" in written[0]["text"]


LATE: dict[str, Any] = {"code": "L", "late_after_minutes": 30, "use_by_minutes": 240}
VISIT = (opened(), PLANNED, ASSIGNED)
"""On Gino's agenda for the 9th of December at nine."""


def moved(at: str, begins: str, **fields: Any) -> Do:
    """The visit put to another time, two hours long."""
    times = slot(begins, begins)
    times["ends_at"] = times["starts_at"].replace(hour=times["starts_at"].hour + 2)
    said: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT_ID, "technician_id": GINO, "slot": times}
    return do("reassign-technician", at=at, **said | fields)


def delayed(company: Company) -> list[tuple[str, str]]:
    return [(each["state"], each["text"]) for each in notices(company) if each["happening"] == "technician_delayed"]


def test_a_visit_that_nobody_began_is_late_after_so_many_minutes(company: Company) -> None:
    company.given(*REACHABLE, rule("technician_delayed", CONTACT, **LATE), *VISIT)
    assert tick(company, NAME, "2026-12-09T09:29:59") == 0
    assert tick(company, NAME, "2026-12-09T09:30") == 1
    assert tick(company, NAME, "2026-12-09T10:30") == 0
    ((state, text),) = delayed(company)
    assert state == "due"
    assert "atteso il 09/12/2026 09:00" in text


def test_whoever_arrived_is_not_late(company: Company) -> None:
    arrival = do("record-arrival", at="2026-12-09T09:25", call_id=CALL, activity_id=VISIT_ID)
    company.given(*REACHABLE, rule("technician_delayed", CONTACT, **LATE), *VISIT, arrival)
    assert tick(company, NAME, "2026-12-09T12:00") == 0


@pytest.mark.parametrize(
    "step",
    [
        do("unassign-technician", at="2026-12-08T09:00", call_id=CALL, activity_id=VISIT_ID, reason="Malato"),
        do("cancel-call", at="2026-12-08T09:00", call_id=CALL, reason="Non serve più"),
        do("close-call", at="2026-12-08T09:00", call_id=CALL, solution="Risolto al telefono"),
        do("drop-notice-rule", at="2026-12-08T09:00", code="L"),
    ],
    ids=lambda step: step.name,
)
def test_a_visit_that_will_not_be_is_never_late(company: Company, step: Do) -> None:
    company.given(*REACHABLE, rule("technician_delayed", CONTACT, **LATE), *VISIT, step)
    assert tick(company, NAME, "2026-12-09T12:00") == 0


def test_a_rule_set_after_the_visit_was_planned_watches_it_too(company: Company) -> None:
    late = rule("technician_delayed", CONTACT, at="2026-12-08T09:00", **LATE)
    company.given(*REACHABLE, *VISIT, late)
    assert tick(company, NAME, "2026-12-09T09:30") == 1


def test_other_minutes_move_the_moment_and_never_tell_twice(company: Company) -> None:
    company.given(*REACHABLE, rule("technician_delayed", CONTACT, **LATE), *VISIT)
    sooner = rule("technician_delayed", CONTACT, at="2026-12-08T09:00", **{**LATE, "late_after_minutes": 5})
    company.given(sooner)
    assert tick(company, NAME, "2026-12-09T09:05") == 1
    company.given(rule("technician_delayed", CONTACT, at="2026-12-09T09:06", **{**LATE, "late_after_minutes": 60}))
    assert tick(company, NAME, "2026-12-09T11:00") == 0
    assert len(delayed(company)) == 1


def test_put_off_on_its_own_day_is_a_delay_and_to_another_day_a_move(company: Company) -> None:
    rules = (rule("technician_delayed", CONTACT, **LATE), rule("appointment_moved", CONTACT, code="M"))
    company.given(*REACHABLE, *rules, *VISIT)
    company.given(moved("2026-12-09T08:30", "2026-12-09T11:00"), moved("2026-12-09T08:40", "2026-12-10T09:00"))
    assert tick(company, NAME, "2026-12-09T08:45") == 2
    assert [(each["happening"], each["subject"][-16:]) for each in notices(company)] == [
        ("technician_delayed", "ico è in ritardo"),
        ("appointment_moved", "10/12/2026 09:00"),
    ]
    assert "Nuovo orario: 09/12/2026 11:00" in delayed(company)[0][1]


def test_another_technician_at_the_same_time_is_told_and_nobody_hears_of_a_move(company: Company) -> None:
    rules = (rule("technician_assigned", TECHNICIAN, code="A"), rule("appointment_moved", CONTACT, code="M"))
    company.given(*REACHABLE, *rules, *VISIT, moved("2026-12-07T09:00", "2026-12-09T09:00", technician_id=PINA))
    tick(company, NAME, "2026-12-07T09:01")
    assert sorted(each["address"] for each in notices(company)) == ["gino@example.it", "pina@example.it"]


def test_after_three_days_asleep_what_is_too_old_lapses_and_the_rest_is_due(company: Company) -> None:
    rules = (rule("technician_delayed", CONTACT, **LATE), rule("call_closed", CONTACT, code="C", use_by_minutes=10_000))
    close = do("close-call", at="2026-12-10T09:00", call_id=CALL, solution="Fatto")
    company.given(*REACHABLE, *rules, *VISIT)
    assert tick(company, NAME, "2026-12-12T09:30") == 1
    company.given(close)
    assert tick(company, NAME, "2026-12-12T09:30") == 1
    assert tick(company, NAME, "2026-12-12T09:31") == 0
    assert told(company) == [
        ("call_closed", "maria@example.it", "due"),
        ("technician_delayed", "maria@example.it", "lapsed"),
    ]


@pytest.mark.parametrize(("at", "state"), [("2026-12-04T17:45", "due"), ("2026-12-04T17:45:01", "lapsed")])
def test_the_last_minute_of_use_still_counts(company: Company, at: str, state: str) -> None:
    company.given(*REACHABLE, rule("call_received", CONTACT, use_by_minutes=60), opened())
    tick(company, NAME, at)
    assert [each["state"] for each in notices(company)] == [state]


def test_a_rule_regards_what_happens_after_it_was_set(company: Company) -> None:
    company.given(*REACHABLE, opened(), rule("call_received", CONTACT, at="2026-12-04T17:00"))
    assert tick(company, NAME, "2026-12-05T09:00") == 0
    # Typed in later than it happened, it happened before the rule all the same.
    company.given(opened(call_id=UUID(int=9), at="2026-12-04T16:59"))
    assert tick(company, NAME, "2026-12-05T09:00") == 0


def test_nobody_to_reach_is_said_once(company: Company) -> None:
    company.given(*REACHABLE, rule("call_received"), opened(caller={**ANNA, "email": None, "phone": "0543 1"}))
    assert tick(company, NAME, "2026-12-04T16:46") == 1
    assert tick(company, NAME, "2026-12-04T16:47") == 0
    assert [(each["state"], each["reason"], each["address"]) for each in notices(company)] == [
        ("lapsed", "no_address", None)
    ]


def test_two_names_of_one_address_are_one_letter(company: Company) -> None:
    company.given(*REACHABLE, rule("call_received", {"whom": "caller"}, CONTACT), opened(caller=SAME))
    tick(company, NAME, "2026-12-04T16:46")
    assert [each["whom"] for each in notices(company)] == ["caller"]


SAME = {**ANNA, "email": "MARIA@example.it"}


@pytest.mark.parametrize(
    ("excepted", "expected"),
    [
        (
            {"everything": True},
            [("technician_assigned", "-", "lapsed"), ("technician_assigned", "gino@example.it", "due")],
        ),
        ({"rules": ["C"]}, [("technician_assigned", "-", "lapsed"), ("technician_assigned", "gino@example.it", "due")]),
        (
            {"rules": ["Z"]},
            [("technician_assigned", "gino@example.it", "due"), ("technician_assigned", "maria@example.it", "due")],
        ),
        ({}, [("technician_assigned", "gino@example.it", "due"), ("technician_assigned", "maria@example.it", "due")]),
    ],
)
def test_a_customer_left_in_peace_gets_nothing_and_the_technician_does(
    company: Company, excepted: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    rules = (rule("technician_assigned", CONTACT, code="C"), rule("technician_assigned", TECHNICIAN, code="T"))
    company.given(*REACHABLE, *rules, do("except-customer", customer_id=ROSSI, at=EARLY, **excepted), *VISIT)
    tick(company, NAME, "2026-12-04T17:01")
    assert told(company) == expected


@pytest.mark.parametrize(("use_by", "state"), [(None, "due"), (1440, "lapsed")])
def test_customers_are_written_to_in_their_hours_and_technicians_at_once(
    company: Company, use_by: int | None, state: str
) -> None:
    rules = (
        rule("technician_assigned", CONTACT, code="C", use_by_minutes=use_by),
        rule("technician_assigned", TECHNICIAN, code="T"),
    )
    hours = do("set-notice-hours", at=EARLY, calendar_code="CAL-IT")
    # Friday evening; Tuesday the 8th is a holiday, so Monday is the next open day.
    late = assigned("2026-12-09T09:00", "2026-12-09T11:00", at="2026-12-04T21:00")
    company.given(*REACHABLE, *rules, hours, opened(), PLANNED, late)
    tick(company, NAME, "2026-12-04T21:01")
    at = {each["rule"]: each["due_at"].astimezone(ROME).strftime("%d/%m %H:%M") for each in notices(company)}
    assert at == {"C": "07/12 08:30", "T": "04/12 21:01"}
    assert {each["rule"]: each["state"] for each in notices(company)} == {"C": state, "T": "due"}


def test_a_missed_visit_a_confirmed_one_and_a_proposal_are_told(company: Company) -> None:
    names = ("appointment_proposed", "appointment_confirmed", "visit_missed")
    company.given(*REACHABLE, *(rule(name, CONTACT, code=name) for name in names), *VISIT)
    time = {"technician_id": GINO, "slot": slot("2026-12-09T09:00", "2026-12-09T11:00")}
    visit = {"call_id": CALL, "activity_id": VISIT_ID}
    company.do("propose-appointment", at="2026-12-04T17:05", **visit, alternatives=[time])
    company.do("confirm-appointment", at="2026-12-04T17:10", **visit)
    company.do("miss-appointment", at="2026-12-09T11:00", **visit, side="customer", reason="Chiuso")
    tick(company, NAME, "2026-12-09T11:01")
    texts = {each["happening"]: each["text"] for each in notices(company)}
    assert sorted(texts) == sorted(names)
    assert "- 09/12/2026 09:00" in texts["appointment_proposed"]
    assert "09/12/2026 09:00 con Gino Bianchi" in texts["appointment_confirmed"]
    assert "non ha avuto luogo: Chiuso" in texts["visit_missed"]


def test_an_escalation_tells_those_whom_its_rule_names(company: Company) -> None:
    head = {"name": "Carla Capo", "email": "carla@example.it"}
    company.given(*REACHABLE, do("register-user", user_id=UUID(int=5), **head))
    company.given(do("grant-role", user_id=UUID(int=5), role="department_head"))
    whom = {"roles": ["department_head"], "technician": True}
    escalation = do("set-escalation-rule", at=EARLY, code="R75", clock="response", percent=75, whom=whom)
    company.given(rule("escalation", {"whom": "named"}), escalation, opened())
    tick(company, "escalate", "2026-12-09T10:15")
    assert tick(company, NAME, "2026-12-09T10:16") == 1
    (only,) = notices(company)
    assert only["address"] == "carla@example.it"
    assert only["subject"].endswith(": presa in carico al livello 75%")


def test_a_dropped_rule_writes_nothing_more(company: Company) -> None:
    company.given(*REACHABLE, rule("call_received", CONTACT), opened(), do("drop-notice-rule", code="R"))
    assert tick(company, NAME, "2026-12-04T16:46") == 0
    company.given(opened(call_id=UUID(int=9)))
    assert tick(company, NAME, "2026-12-04T16:46") == 0


def test_a_text_message_waits_for_a_provider(company: Company) -> None:
    company.given(*REACHABLE, rule("call_received", channel="sms"), opened(caller={**ANNA, "phone": "347 1"}))
    tick(company, NAME, "2026-12-04T16:46")
    assert [(each["channel"], each["address"], each["state"]) for each in notices(company)] == [("sms", "347 1", "due")]


@pytest.mark.parametrize(("contact", "expected"), [("email", ["anna@example.it"]), ("phone", []), ("none", [])])
def test_what_is_ready_is_told_as_the_customer_asked(company: Company, contact: str, expected: list[str]) -> None:
    said: dict[str, Any] = {"description": "Sega", "fault": "Non parte", "contact": contact}
    job = {"job_id": UUID(int=4)}
    company.given(*REACHABLE, rule("workshop_ready"))
    company.do("take-in", at="2026-12-02T09:00", **job, party_id=ROSSI, bringer=ANNA, **said)
    company.do("finish-workshop-job", at="2026-12-03T09:00", **job)
    company.do("mark-ready", at="2026-12-03T09:01", **job)
    tick(company, NAME, "2026-12-03T09:02")
    assert [each["address"] for each in notices(company)] == expected
