"""Maintenance plans: defined, changed from a day on, suspended, ended (MNT-1)."""

from __future__ import annotations

from typing import Any

from aggregates.maintenance_plan import (
    MaintenancePlan,
    PlanDaysWrong,
    PlanExists,
    PlanHasEnded,
    PlanNotSuspended,
    PlanSuspended,
    PlanWithoutScope,
    PlanWithoutTrigger,
    TermsTooEarly,
    TriggerTwice,
)
from tests.commands.maintenance import MONTHLY, PLAN, plan
from tests.dsl import Company, Do, do

TERMS: dict[str, Any] = {"scope": {"product_type": "copier"}, "interval": {"every": 3}}


def change(from_on: str, **terms: Any) -> Do:
    return do("change-maintenance-terms", plan_id=PLAN, from_on=from_on, terms=TERMS | terms)


def suspend(from_on: str) -> Do:
    return do("suspend-maintenance-plan", plan_id=PLAN, from_on=from_on, reason="Stabilimento fermo")


def resume(from_on: str) -> Do:
    return do("resume-maintenance-plan", plan_id=PLAN, from_on=from_on)


def end(last_on: str) -> Do:
    return do("end-maintenance-plan", plan_id=PLAN, last_on=last_on, reason="Contratto disdetto")


def test_a_plan_begins_on_the_day_it_is_defined(company: Company) -> None:
    situation = company.given().when(plan()).then((MaintenancePlan.Defined, {"code": "COP", "name": "Revisione"}))
    fact = situation.new[0].fact
    assert isinstance(fact, MaintenancePlan.Defined)
    assert (str(fact.starts_on), fact.ends_on) == ("2026-01-10", None)
    company.given().when(plan()).then_nothing()
    company.given().when(plan(code="OTHER")).then_refused(PlanExists)


def test_a_plan_needs_machines_and_a_reason_to_come(company: Company) -> None:
    company.given().when(plan(scope={})).then_refused(PlanWithoutScope)
    company.given().when(plan(interval=None)).then_refused(PlanWithoutTrigger)
    twice = [{"meter": "bw", "every": 1000}, {"meter": "bw", "every": 2000}]
    company.given().when(plan(meters=twice)).then_refused(TriggerTwice, name="bw")
    company.given().when(plan(starts_on="2026-02-01", ends_on="2026-01-31")).then_refused(PlanDaysWrong)


def test_other_terms_hold_from_a_day_on(company: Company) -> None:
    company.given(plan()).when(change("2026-07-01")).then(MaintenancePlan.TermsChanged)
    company.given().when(change("2026-07-01")).then_nothing()
    company.given().when(change("2026-01-09")).then_refused(TermsTooEarly, starts_on="2026-01-10")
    versions = company.ask("maintenance-plan", plan_id=PLAN, on="2026-06-30")
    assert versions["terms"]["interval"]["every"] == 1
    assert company.ask("maintenance-plan", plan_id=PLAN, on="2026-07-01")["terms"]["interval"]["every"] == 3
    company.given().when(change("2026-04-01", interval=MONTHLY | {"every": 2})).then(MaintenancePlan.TermsChanged)
    assert [str(one.from_on) for one in company.record(PLAN).versions] == ["2026-01-10", "2026-04-01"]


def test_a_plan_is_suspended_and_resumed_once(company: Company) -> None:
    company.given(plan()).when(resume("2026-02-01")).then_refused(PlanNotSuspended)
    company.given().when(suspend("2026-03-01")).then(MaintenancePlan.Suspended)
    company.given().when(suspend("2026-03-01")).then_nothing()
    company.given().when(suspend("2026-04-01")).then_refused(PlanSuspended, from_on="2026-03-01")
    company.given().when(resume("2026-02-27")).then_refused(PlanNotSuspended)
    company.given().when(resume("2026-06-01")).then(MaintenancePlan.Resumed)
    company.given().when(resume("2026-06-01")).then_nothing()
    (over,) = company.record(PLAN).suspensions
    assert (str(over.from_on), str(over.to_on)) == ("2026-03-01", "2026-05-31")
    assert company.ask("maintenance-plan", plan_id=PLAN)["suspensions"] == [over.model_dump(mode="json")]


def test_a_plan_ends_or_ends_sooner(company: Company) -> None:
    company.given(plan()).when(end("2026-12-31")).then(MaintenancePlan.Ended)
    company.given().when(end("2026-12-31")).then_nothing()
    company.given().when(end("2027-01-31")).then_refused(PlanHasEnded, ends_on="2026-12-31")
    company.given().when(end("2026-01-01")).then_refused(PlanDaysWrong)
    company.given().when(change("2027-01-01")).then_refused(PlanHasEnded)
    company.given().when(end("2026-06-30")).then(MaintenancePlan.Ended)
