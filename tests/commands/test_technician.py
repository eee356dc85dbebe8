"""Technicians: one per code, skills that run out, hours and cost by date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.natural_key import CodeTaken, KeyKind, NaturalKey
from aggregates.technician import Technician, TechnicianInactive, technician_id
from aggregates.values import euro
from commands.base import IdTaken, Service
from commands.natural_key import id_of
from projections.lookups import ReadModelLookups
from tests.dsl import Company, do

GINO = technician_id("T01")
SKILLS: list[dict[str, Any]] = [{"name": "GAS", "level": 4, "certified_until_on": "2026-10-31"}, {"name": "ELECTRIC"}]
REGISTERED = do(
    "register-technician",
    code="T01",
    name="Gino Bianchi",
    areas=["Forlì"],
    skills=SKILLS,
    hourly_cost={"amount": "28.50"},
    from_on="2026-01-01",
)


def test_a_technician_is_registered_with_skills_and_cost(company: Company) -> None:
    facts = company.given().when(REGISTERED)
    facts.then(Technician.Registered, Technician.SkillSet, Technician.SkillSet, Technician.CostSet)
    assert facts.result == {"technician_id": str(GINO)}


def test_a_code_belongs_to_one_technician(company: Company) -> None:
    other = do("register-technician", code=" t01", name="Un altro")
    company.given(REGISTERED).when(other).then_refused(CodeTaken)
    own_id = do("register-technician", technician_id=uuid5(GINO, "x"), code="T01", name="Un altro")
    company.given().when(own_id).then_refused(CodeTaken)


def test_a_technician_may_bring_an_id_of_their_own(company: Company) -> None:
    own_id = UUID("55555555-5555-5555-5555-555555555555")
    own = do("register-technician", technician_id=own_id, code="T02", name="Ugo")
    company.given().when(own).then((NaturalKey.Taken, {"record_id": own_id}), Technician.Registered)
    service = Service(company.house.ledger, ReadModelLookups(company.house.reader), own_id)
    assert id_of(service, KeyKind.TECHNICIAN, "t02") == own_id
    company.given().when(do("register-technician", code="T02", name="Ada")).then_refused(CodeTaken)
    same_id = do("register-technician", technician_id=own_id, code="T03", name="Ada")
    company.given().when(same_id).then_refused(IdTaken)


def test_a_certificate_that_ran_out_is_no_skill(company: Company) -> None:
    company.given(REGISTERED)
    gino = company.record(GINO)
    assert gino.profile(date(2026, 10, 31)).skills == ("ELECTRIC", "GAS")
    assert gino.profile(date(2026, 11, 1)).skills == ("ELECTRIC",)
    found = company.ask("technicians", skill="GAS", on="2026-11-01")["items"]
    assert found == []
    assert [row["code"] for row in company.ask("technicians", skill="GAS", on="2026-10-31")["items"]] == ["T01"]


def test_the_same_skill_again_is_nothing(company: Company) -> None:
    company.given(REGISTERED).when(do("set-skill", technician_id=GINO, **SKILLS[0])).then_nothing()
    company.given().when(do("set-skill", technician_id=GINO, name="GAS", level=5)).then(Technician.SkillSet)
    company.given().when(do("remove-skill", technician_id=GINO, name="GAS")).then(Technician.SkillRemoved)
    company.given().when(do("remove-skill", technician_id=GINO, name="GAS")).then_nothing()


def test_a_skill_level_goes_from_1_to_5(company: Company) -> None:
    with pytest.raises(ValueError, match="less than or equal to 5"):
        company.do("set-skill", technician_id=GINO, name="GAS", level=6)


def test_hours_and_cost_hold_from_their_day_on(company: Company) -> None:
    week = {"monday": [["08:00", "12:00"]]}
    company.given(REGISTERED, do("set-technician-hours", technician_id=GINO, week=week, from_on="2026-10-01"))
    company.do("set-technician-cost", technician_id=GINO, hourly_cost={"amount": "31.00"}, from_on="2027-01-01")
    gino = company.record(GINO)
    assert len(gino.hours_on(date(2026, 9, 30)).monday) == 2
    assert len(gino.hours_on(date(2026, 10, 1)).monday) == 1
    assert gino.cost_on(date(2025, 12, 31)) is None
    assert gino.cost_on(date(2026, 12, 31)) == euro("28.50")
    assert gino.cost_on(date(2027, 1, 1)) == euro(Decimal(31))
    sheet = company.ask("technician", technician_id=GINO)
    assert [cost["hourly"]["amount"] for cost in sheet["costs"]] == ["28.50", "31.00"]
    assert "costs" not in company.ask("technicians")["items"][0]


def test_who_left_is_not_sent(company: Company) -> None:
    company.given(REGISTERED).when(do("deactivate-technician", technician_id=GINO)).then(Technician.Deactivated)
    with pytest.raises(TechnicianInactive):
        company.record(GINO).profile(date(2026, 9, 1))
    assert company.ask("technicians")["items"] == []
    company.given().when(do("reactivate-technician", technician_id=GINO)).then(Technician.Reactivated)


def test_details_change_from_now_on(company: Company) -> None:
    moved = do("change-technician", technician_id=GINO, name="Gino Bianchi", areas=["Cesena"], external=True)
    company.given(REGISTERED).when(moved).then(Technician.DetailsChanged)
    company.given().when(moved).then_nothing()
    assert company.ask("technicians", area="Cesena")["items"][0]["external"]
    before = company.ask("technician", technician_id=GINO)
    company.fold()
    assert company.ask("technician", technician_id=GINO) == before
