"""The duty of maintenance: calls made once, caught up, held back while blocked (MNT-1, R1.10, R3.10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aggregates.maintenance_course import MaintenanceCourse, course_id
from aggregates.rules.maintenance_due import LATER
from gateways.spoken import spoken
from schedulers.catalog import BY_NAME as DUTIES
from tests.commands.calls import GINO, ROSSI, as_slot, slot
from tests.commands.maintenance import (
    COPIER,
    FORLI,
    MONTHLY,
    OTHER,
    PLAN,
    TECHNICIANS,
    THIRD,
    an_id,
    begin,
    calls,
    closed,
    course,
    due_days,
    machine,
    plan,
    read,
    run,
)
from tests.contract_steps import K1, line, sign
from tests.dsl import Company, do

FEBRUARY = "interval/2026-02-28"


def contract(company: Company, **header: Any) -> None:
    """A contract on the copier, with the right to suspend it."""
    dates = {"starts_on": "2026-01-01", "suspension_approved": True}
    fields = {"contract_id": K1, "customer_id": ROSSI, "step_months": 12, "alignment": "none"}
    terms = {"payment_terms": {"parts": [{"days": 30}]}}
    company.do("draft-contract", at="2026-01-01T09:00", **{**fields, **dates, **terms, **header})
    covered = dict.fromkeys(("labour", "travel", "call_fee"), True)
    company.execute(line(K1, at="2026-01-01T09:05", serial_item_ids=[COPIER], covered=covered))
    company.execute(sign(K1, at="2026-01-01T10:00"))


def block(on: str) -> Any:
    return do("block-contract", at=f"{on}T09:00", contract_id=K1, from_on=on, reason="arrears")


def unblock(on: str) -> Any:
    return do("unblock-contract", at=f"{on}T09:00", contract_id=K1, on=on)


def test_a_date_of_the_31st_does_not_drift(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-01-31", "2026-02-28", "2026-03-30", "2026-03-31", "2026-04-30", "2026-05-31")
    assert due_days(company) == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_a_call_is_made_once_however_often_the_duty_runs(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-02-28", "2026-02-28", "2026-03-01", "2026-03-02")
    assert due_days(company) == ["2026-02-28"]
    call = calls(company)[0]
    assert (call["fault"], call["status"]) == ("Revisione", "open")


def test_two_processes_make_one_call(company: Company) -> None:
    begin(company, plan(horizon_days=3))
    company.fold()
    steps = [
        do("generate-maintenance", at=f"2026-02-28T06:00:{n:02}", plan_id=PLAN, serial_item_ids=[COPIER])
        for n in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(company.execute, steps))
    assert due_days(company) == ["2026-02-28"]
    generated = [r for r in company.facts(course_id(PLAN, COPIER)) if "generated" in r.topic]
    assert len(generated) == 1


def test_calls_are_made_ahead_by_the_horizon(company: Company) -> None:
    begin(company, plan(horizon_days=10))
    run(company, "2026-02-17")
    assert calls(company) == []
    run(company, "2026-02-18")
    assert due_days(company) == ["2026-02-28"]


def test_closing_the_call_is_doing_the_service(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-02-28")
    company.given(closed(calls(company)[0], "2026-03-02T10:00"))
    run(company, "2026-03-03")
    assert course(company) == {FEBRUARY: "done"}


def test_after_months_without_the_duty_the_newest_is_made_and_the_others_are_noted(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-05-05")
    assert due_days(company) == ["2026-04-30"]
    skipped = [r.fact for r in company.facts(course_id(PLAN, COPIER)) if "skipped" in r.topic]
    assert [fact.reason for fact in skipped if isinstance(fact, MaintenanceCourse.OccurrenceSkipped)] == [LATER, LATER]


def test_or_all_of_them_where_the_plan_says_so(company: Company) -> None:
    begin(company, plan(catch_up="all"))
    run(company, "2026-05-05")
    assert due_days(company) == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_nothing_is_made_while_the_customer_is_blocked_and_it_is_made_when_that_is_over(company: Company) -> None:
    begin(company, plan())
    contract(company)
    company.given(block("2026-02-20"))
    run(company, "2026-02-28", "2026-03-01", "2026-03-02")
    assert calls(company) == []
    assert course(company) == {FEBRUARY: "held"}
    held = [r.fact for r in company.facts(course_id(PLAN, COPIER)) if "held" in r.topic]
    assert len(held) == 1
    assert isinstance(held[0], MaintenanceCourse.OccurrenceHeld)
    assert held[0].because is not None
    assert (held[0].because.code, held[0].reason) == ("blocked-arrears", "")
    (shown,) = company.ask("maintenance", plan_id=PLAN, on="2026-03-02")["items"][:1]
    assert (shown["reason"], shown["because"]["code"]) == (held[0].because.italian, "blocked-arrears")
    assert spoken(shown, "en")["reason"] == held[0].because.english
    company.given(unblock("2026-03-10"))
    run(company, "2026-03-10")
    assert due_days(company) == ["2026-02-28"]
    assert calls(company)[0]["coverage"] == "contract"


def test_of_what_a_long_block_held_back_only_the_newest_is_made(company: Company) -> None:
    begin(company, plan())
    contract(company)
    company.given(block("2026-02-20"))
    run(company, "2026-02-28", "2026-03-31", "2026-04-30")
    company.given(unblock("2026-05-10"))
    run(company, "2026-05-10")
    assert due_days(company) == ["2026-04-30"]


def test_a_block_holds_back_only_its_own_machines(company: Company) -> None:
    begin(company, machine(OTHER, "M2"), plan(group_days=3))
    contract(company)
    company.given(block("2026-02-20"))
    run(company, "2026-02-28")
    assert [call["serial_item_ids"] for call in calls(company)] == [[str(OTHER)]]
    assert course(company) == {FEBRUARY: "held"}


def test_a_machine_due_a_few_days_later_is_served_on_the_same_visit(company: Company) -> None:
    soon, later = machine(OTHER, "M2", installed_on="2026-01-06"), machine(THIRD, "M3", installed_on="2026-01-12")
    begin(company, soon, later, plan(interval={"every": 6}, group_days=10, horizon_days=15))
    run(company, "2026-06-15")
    assert calls(company) == []
    run(company, "2026-06-16", "2026-06-20")
    (call,) = calls(company)
    assert call["serial_item_ids"] == [str(COPIER), str(OTHER)]
    assert course(company, OTHER) == {"interval/2026-07-06": "planned"}
    run(company, "2026-06-26", "2026-06-27")
    assert [one["serial_item_ids"] for one in calls(company)][1:] == [[str(THIRD)]]


def test_a_machine_out_of_use_is_not_maintained(company: Company) -> None:
    begin(company, plan())
    company.do("change-item-status", serial_item_id=COPIER, status="scrapped", from_on="2026-03-15")
    run(company, "2026-02-28", "2026-03-31")
    assert due_days(company) == ["2026-02-28"]


def test_a_replacement_takes_the_place_of_a_named_machine_if_the_plan_says_so(company: Company) -> None:
    named = {"serial_item_ids": [str(COPIER)]}
    begin(company, machine(OTHER, "M2", installed_on="2026-03-10"), plan(scope=named))
    company.given(plan(plan_id=an_id("no"), code="NO", scope=named, follows_successor=False))
    company.do("replace-serial-item", serial_item_id=COPIER, successor_id=OTHER, on="2026-03-10")
    run(company, "2026-02-28", "2026-03-31")
    assert course(company, COPIER) == {FEBRUARY: "planned"}
    assert course(company, OTHER) == {"interval/2026-03-31": "planned"}
    assert course(company, OTHER, an_id("no")) == {}


def test_a_plan_of_a_contract_is_for_what_it_covers_while_it_does(company: Company) -> None:
    begin(company, machine(OTHER, "M2"))
    contract(company)
    company.given(plan(scope={"contract_id": str(K1)}, catch_up="all"))
    run(company, "2026-12-31", "2027-03-01")
    days = due_days(company)
    assert (days[0], days[-1], len(days)) == ("2026-02-28", "2026-12-31", 11)
    assert {tuple(call["serial_item_ids"]) for call in calls(company)} == {(str(COPIER),)}


def test_a_machine_that_moved_away_leaves_the_plan_of_its_site(company: Company) -> None:
    begin(company, plan(scope={"site_id": FORLI}, catch_up="all"))
    company.do("move-serial-item", serial_item_id=COPIER, owner_id=ROSSI, site_id=FORLI, from_on="2026-03-15")
    run(company, "2026-04-30")
    assert due_days(company) == ["2026-03-31", "2026-04-30"]


def test_a_suspended_plan_makes_nothing_and_makes_nothing_up(company: Company) -> None:
    begin(company, plan(catch_up="all"))
    company.do("suspend-maintenance-plan", plan_id=PLAN, from_on="2026-03-01", reason="Fermo")
    company.do("resume-maintenance-plan", plan_id=PLAN, from_on="2026-05-01")
    run(company, "2026-05-31")
    assert due_days(company) == ["2026-02-28", "2026-05-31"]


def test_terms_of_a_later_day_do_not_touch_what_was_made(company: Company) -> None:
    begin(company, plan(horizon_days=20, minutes=30))
    run(company, "2026-02-20")
    terms = {"scope": {"product_type": "copier"}, "interval": MONTHLY | {"every": 2}, "horizon_days": 0}
    company.do("change-maintenance-terms", plan_id=PLAN, from_on="2026-02-21", terms=terms | {"text": "Altro"})
    run(company, "2026-02-28", "2026-03-31")
    assert [(call["maintenance"]["due_on"], call["fault"]) for call in calls(company)] == [
        ("2026-02-28", "Revisione"),
        ("2026-03-31", "Altro"),
    ]


def test_a_meter_fires_once_for_each_threshold(company: Company) -> None:
    begin(company, plan(meters=[{"meter": "bw", "every": 1000}]))
    company.given(read("2026-01-15", 5000), read("2026-02-15", 6100))
    run(company, "2026-02-15")
    assert due_days(company) == ["2026-02-15"]
    company.given(read("2026-03-01", 7300))
    (last, *_) = company.ask("readings", serial_item_id=COPIER)["items"]
    company.do("correct-reading", serial_item_id=COPIER, reading_id=last["reading_id"], value=7200)
    run(company, "2026-03-01", "2026-03-02")
    assert len(calls(company)) == 1
    company.given(closed(calls(company)[0], "2026-03-03T10:00"), read("2026-03-20", 8100))
    run(company, "2026-03-20")
    assert len(calls(company)) == 1
    company.given(read("2026-03-21", 8200))
    run(company, "2026-03-21")
    assert due_days(company) == ["2026-02-15", "2026-03-21"]


def test_an_entry_into_a_status_is_one_call(company: Company) -> None:
    begin(company, plan(statuses=[{"status": "to-check", "after_days": 2}]))
    company.do("change-item-status", serial_item_id=COPIER, status="to-check", from_on="2026-02-10")
    run(company, "2026-02-11", "2026-02-12", "2026-02-13")
    company.do("change-item-status", serial_item_id=COPIER, status="ok", from_on="2026-02-20")
    company.do("change-item-status", serial_item_id=COPIER, status="to-check", from_on="2026-03-01")
    run(company, "2026-03-03")
    assert due_days(company) == ["2026-02-12", "2026-03-03"]


def test_outside_the_season_it_waits_for_its_beginning(company: Company) -> None:
    begin(company, plan(season={"months": [4, 5, 6, 7, 8, 9, 10]}))
    run(company, "2026-02-28", "2026-03-31", "2026-04-01", "2026-04-30")
    assert due_days(company) == ["2026-04-01", "2026-04-30"]


def test_a_free_technician_gets_the_visit_on_the_agenda_and_a_busy_one_does_not(company: Company) -> None:
    rule = {"who": "fixed", "technician_id": GINO, "starts_at": "09:00"}
    begin(company, *TECHNICIANS, plan(assignment=rule, minutes=60, horizon_days=14))
    run(company, "2026-02-16")
    (call,) = calls(company)
    assert (call["status"], call["technician_id"]) == ("planned", GINO)
    (activity,) = company.record(call["call_id"]).activities.values()
    assert activity.slot == as_slot("2026-02-28T09:00", "2026-02-28T10:00")
    other = an_id("other call")
    company.do("open-call", call_id=other, fault="Perde", party_id=ROSSI)
    busy = slot("2026-03-31T08:30", "2026-03-31T09:30")
    company.do("assign-technician", call_id=other, technician_id=GINO, slot=busy)
    run(company, "2026-03-17")
    later = calls(company)[1]
    assert (later["status"], later["technician_id"]) == ("open", None)
    (shown,) = company.ask("maintenance", on="2026-03-17", state="planned", technician_id=GINO, from_on="2026-03-01")[
        "items"
    ]
    assert shown["call_id"] == later["call_id"]


def test_the_usual_technician_of_the_contract_is_named(company: Company) -> None:
    begin(company, *TECHNICIANS, plan(assignment={"who": "usual"}))
    contract(company, usual_technician_id=GINO)
    run(company, "2026-02-28")
    assert calls(company)[0]["maintenance"]["technician_id"] == str(GINO)


def test_the_duty_stands_in_the_catalogue() -> None:
    assert DUTIES["plan-maintenance"].every_seconds <= 3600
