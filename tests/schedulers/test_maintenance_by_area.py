"""Maintenance named by area, and services of several plans on one visit (MNT-1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.commands.calls import FORLI, GINO, MILAN, MILAN_ADDRESS, PINA, ROSSI, slot
from tests.commands.maintenance import (
    COPIER,
    MONTHLY,
    OTHER,
    PLAN,
    THIRD,
    an_id,
    begin,
    calls,
    closed,
    course,
    machine,
    plan,
    run,
)
from tests.contract_steps import K1, line, sign
from tests.dsl import Company, Do, do

FEBRUARY = "interval/2026-02-28"
LEO, ADA = an_id("Leo"), an_id("Ada")
SECOND = an_id("second plan")
AREA = {"who": "area", "starts_at": "09:00"}
IN_AREA = do(
    "change-site",
    party_id=ROSSI,
    site_id=MILAN,
    code="MI",
    name="Milano",
    address=MILAN_ADDRESS,
    area="Milano",
)


def technician(technician_id: Any, code: str, name: str, *skills: str, **fields: Any) -> Do:
    had = [{"name": each} if ":" not in each else _certified(each) for each in skills]
    said = {"technician_id": technician_id, "code": code, "name": name, "skills": had}
    return do("register-technician", **{"areas": ["Milano"], **said, **fields})


def _certified(told: str) -> dict[str, str]:
    name, until = told.split(":")
    return {"name": name, "certified_until_on": until}


PEOPLE = (
    technician(GINO, "T1", "Gino Bianchi", "GAS:2026-02-27"),
    technician(PINA, "T2", "Pina Neri", "GAS"),
    technician(LEO, "T3", "Leo Verdi", "GAS"),
    technician(ADA, "T4", "Ada Gialli", "GAS", areas=["Forlì"]),
)


def shown(company: Company, **where: Any) -> list[dict[str, Any]]:
    found = company.ask("maintenance", on="2026-02-28", state="planned", **where)["items"]
    return [{name: row[name] for name in ("technician_id", "unassigned_reason")} for row in found]


def test_by_area_somebody_with_the_skill_and_the_time_goes_else_a_person_plans(company: Company) -> None:
    begin(company, IN_AREA, *PEOPLE, plan(assignment=AREA, skill="GAS", minutes=60, horizon_days=2))
    taken = slot("2026-03-31T09:30", "2026-03-31T10:00")
    company.given(do("open-call", call_id=an_id("busy"), fault="Perde", party_id=ROSSI))
    company.given(do("assign-technician", call_id=an_id("busy"), technician_id=LEO, slot=taken))
    run(company, "2026-02-26", "2026-03-29")
    # The 28th is a Saturday. On the 31st Gino's certificate has run out, Leo is taken, and Ada works elsewhere.
    saturday, tuesday = calls(company)
    assert (saturday["status"], saturday["technician_id"]) == ("open", None)
    assert (tuesday["status"], tuesday["technician_id"]) == ("planned", PINA)
    free = "Nessuno dei tecnici possibili è libero a quell'ora il 28/02/2026: pianificare a mano."
    assert shown(company, to_on="2026-03-01") == [{"technician_id": None, "unassigned_reason": free}]
    company.given(do("assign-technician", call_id=saturday["call_id"], technician_id=ADA, slot=SUNDAY))
    assert shown(company, to_on="2026-03-01") == [{"technician_id": ADA, "unassigned_reason": None}]


SUNDAY = slot("2026-03-01T09:00", "2026-03-01T10:00")


def test_the_usual_technician_goes_first_and_calls_of_one_morning_are_shared_out(company: Company) -> None:
    begin(company, IN_AREA, *PEOPLE, machine(OTHER, "M2"), machine(THIRD, "M3", FORLI))
    company.given(plan(assignment=AREA, minutes=60, horizon_days=2, scope={"party_id": ROSSI}))
    fields: dict[str, Any] = {
        "contract_id": K1,
        "customer_id": ROSSI,
        "usual_technician_id": ADA,
        "starts_on": "2026-01-01",
    }
    terms: dict[str, Any] = {"step_months": 12, "alignment": "none", "payment_terms": {"parts": [{"days": 30}]}}
    company.do("draft-contract", at="2026-01-01T09:00", **fields, **terms)
    covered = dict.fromkeys(("labour", "travel", "call_fee"), True)
    company.execute(line(K1, at="2026-01-01T09:05", serial_item_ids=[COPIER], covered=covered))
    company.execute(sign(K1, at="2026-01-01T10:00"))
    run(company, "2026-03-29")
    made = {call["serial_item_ids"][0]: call for call in calls(company) if call["maintenance"]["due_on"] > "2026-03"}
    assert made[str(COPIER)]["technician_id"] == ADA
    assert made[str(OTHER)]["technician_id"] == GINO
    assert (made[str(THIRD)]["status"], made[str(THIRD)]["technician_id"]) == ("open", None)
    assert made[str(THIRD)]["maintenance"]["unassigned"]["code"] == "goes-no-area"


def test_whoever_the_rule_named_may_be_taken_by_a_call_made_a_moment_ago(company: Company) -> None:
    begin(company, IN_AREA, *PEOPLE, machine(OTHER, "M2"), machine(THIRD, "M3"))
    company.given(plan(assignment=AREA, minutes=60, horizon_days=2))
    run(company, "2026-03-29")
    march = [call for call in calls(company) if call["maintenance"]["due_on"] == "2026-03-31"]
    assert {call["maintenance"]["technician_id"] for call in march} == {str(GINO)}
    assert {call["technician_id"] for call in march} == {GINO, LEO, PINA}


def several(**other: Any) -> tuple[Do, ...]:
    """Two plans for one copier, three days apart."""
    shared: dict[str, Any] = {"with_other_plans": True, "group_days": 5, "minutes": 30}
    part = {"code": "FUMI", "description": "Sonda"}
    second: dict[str, Any] = {"interval": {**MONTHLY, "anchor_on": "2026-02-03"}, "parts": [part], **shared, **other}
    return plan(**shared), plan(plan_id=SECOND, code="FUM", text="Prova fumi", protocol="P-FUMI", **second)


def test_services_of_two_plans_at_one_place_are_one_call_done_together(company: Company) -> None:
    begin(company, *several())
    run(company, "2026-02-28", "2026-03-01", "2026-03-03")
    (call,) = calls(company)
    assert call["fault"] == "Revisione + Prova fumi"
    assert call["maintenance"]["occurrences"] == [
        {"serial_item_id": str(COPIER), "key": FEBRUARY, "plan_id": None, "protocol": None},
        {"serial_item_id": str(COPIER), "key": MARCH_3, "plan_id": str(SECOND), "protocol": "P-FUMI"},
    ]
    record = company.record(call["call_id"])
    assert [activity.minutes for activity in record.activities.values()] == [60]
    assert [part.code for part in record.planned_parts.values()] == ["FUMI"]
    company.given(closed(call, "2026-03-02T10:00"))
    run(company, "2026-03-03")
    assert course(company) == {FEBRUARY: "done"}
    assert course(company, plan_id=SECOND) == {MARCH_3: "done"}


MARCH_3 = "interval/2026-03-03"


@pytest.mark.parametrize("apart", [{"with_other_plans": False}, {"group_days": 2}, {"skill": "GAS"}])
def test_plans_that_do_not_fit_together_make_calls_of_their_own(company: Company, apart: dict[str, Any]) -> None:
    begin(company, *several(**apart))
    run(company, "2026-02-28", "2026-03-03")
    assert [call["fault"] for call in calls(company)] == ["Revisione", "Prova fumi"]


def test_skipping_one_of_the_services_leaves_the_call_to_the_other(company: Company) -> None:
    begin(company, *several())
    run(company, "2026-02-28")
    fields: dict[str, Any] = {"serial_item_id": COPIER, "reason": "Appena fatta"}
    company.do("skip-occurrence", at="2026-02-28T09:00", plan_id=SECOND, key=MARCH_3, **fields)
    (call,) = calls(company)
    assert call["status"] == "open"
    company.do("skip-occurrence", at="2026-02-28T09:05", plan_id=PLAN, key=FEBRUARY, **fields)
    assert company.ask("call", call_id=call["call_id"])["status"] == "cancelled"


def test_two_plans_that_make_their_calls_at_once_make_each_service_once(company: Company) -> None:
    begin(company, *several(horizon_days=5))
    company.fold()
    steps = [
        do("generate-maintenance", at=f"2026-02-28T06:00:{n:02}", plan_id=which, serial_item_ids=[COPIER])
        for n, which in enumerate((PLAN, SECOND) * 4)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(company.execute, steps))
    (call,) = calls(company)
    assert len(call["maintenance"]["occurrences"]) == 2
    for each in (PLAN, SECOND):
        assert list(course(company, plan_id=each).values()) == ["planned"]
