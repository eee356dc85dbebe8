"""Practices (pratiche): opened once for each occasion, also after downtime, with days and people (INS-8)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from aggregates.practice import Practice, StepUnknown
from aggregates.practice_rule import Condition, PracticeRule, practice_rule_id
from aggregates.rules.answers import AnswerUnfit
from aggregates.user import RoleUnknown
from commands.base import NotFound
from tests.commands.calls import COPIER, CUSTOMER, MACHINE, ROSSI
from tests.contract_steps import C1, K1, customer, draft, founded, line, sign, tick
from tests.dsl import Company, Do, do

OPERATIONS = [
    {"key": "privacy", "text": "Informativa privacy", "kind": "done"},
    {"key": "code", "text": "Codice destinatario", "kind": "text"},
    {"key": "gift", "text": "Omaggio", "kind": "done", "mandatory": False},
]
PROTOCOL = (
    do("define-protocol", code="welcome", terms={"name": "Benvenuto"}),
    do("set-protocol-operations", code="welcome", from_on="2020-01-01", operations=OPERATIONS),
)
TAX = {"vat_number": "IT12345670017"}
COMPANY_TAX: dict[str, Any] = {"nature": "business", "tax": TAX}
LAW = Practice.stream_of(practice_rule_id("r"), "F-gas")


def rule(occasion: str = "by_hand", from_on: str = "2026-09-01", **more: Any) -> Do:
    """A rule with two deadlines."""
    condition = {"occasion": occasion, **more.pop("condition", {})}
    usual = {"name": "Pratica", "condition": condition, "protocol": "welcome", "from_on": from_on, "role": "billing"}
    steps = [{"key": "code", "due_days": 10, "role": "sales"}, {"key": "gift", "due_days": 60}]
    return do("define-practice-rule", code="r", terms={**usual, "steps": steps, **more})


def by_hand(occasion: str = "F-gas") -> Do:
    """A new regulation."""
    return do("open-practice", rule="r", occasion=occasion, on="2026-10-01")


def occasions(company: Company) -> set[str]:
    """The occasions that have a practice."""
    return {row["occasion"] for row in company.ask("practices", limit=500)["items"]}


def test_a_rule_is_defined_and_changed(company: Company) -> None:
    given = company.given(*PROTOCOL)
    given.when(rule()).then(PracticeRule.Defined)
    given.when(rule()).then_nothing()
    given.when(rule(due_days=5)).then(PracticeRule.Changed)
    given.when(rule(protocol="none")).then_refused(NotFound)
    company.given().when(rule(role="king")).then_refused(RoleUnknown, role="king")


def test_deadlines_and_people_come_from_the_rule(company: Company) -> None:
    given = company.given(*PROTOCOL, rule())
    given.when(by_hand()).then((Practice.Opened, {"occasion": "F-gas", "occasion_on": date(2026, 10, 1)}))
    given.when(by_hand()).then_nothing()
    steps = company.ask("practice", practice_id=LAW)["steps"]
    assert [(one["key"], one["due_on"].isoformat(), one["role"]) for one in steps] == [
        ("privacy", "2026-10-31", "billing"),
        ("code", "2026-10-11", "sales"),
        ("gift", "2026-11-30", "billing"),
    ]
    assert [one["key"] for one in company.ask("practices", late_on="2026-10-31")["items"]] == ["code"]
    assert [one["key"] for one in company.ask("practices", late_on="2026-11-01")["items"]] == ["code", "privacy"]
    assert [one["key"] for one in company.ask("practices", role="sales")["items"]] == ["code"]


def test_operations_are_done_or_skipped(company: Company) -> None:
    given = company.given(*PROTOCOL, rule(), by_hand())
    done = do("answer-practice-step", practice_id=LAW, key="privacy", value=True)
    given.when(done).then(Practice.StepAnswered)
    given.when(done).then_nothing()
    skip = do("skip-practice-step", practice_id=LAW, key="code", reason="Consumatore")
    given.when(skip).then(Practice.StepAnswered, Practice.Completed)
    late = do("answer-practice-step", at="2026-08-31T09:00", practice_id=LAW, key="code", value="M5UXCR1")
    given.when(late).then(Practice.StepAnswered)
    sheet = company.ask("practice", practice_id=LAW)
    assert (sheet["state"], [one["state"] for one in sheet["steps"]]) == ("complete", ["done", "skipped", "open"])
    given.when(do("answer-practice-step", practice_id=LAW, key="x", value=True)).then_refused(StepUnknown, key="x")
    again = company.given()
    again.when(do("answer-practice-step", practice_id=LAW, key="code", value=" ")).then_refused(AnswerUnfit)
    again.when(do("open-practice", rule="none", occasion="x")).then_refused(NotFound)


def test_new_customers_have_one_each_also_after_a_sleep(company: Company) -> None:
    old = do("register-party", at="2026-08-31T12:00", party_id=uuid4(), code="C0", name="Prima", tax=TAX)
    prospect = do(
        "register-party", at="2026-09-02T12:00", party_id=UUID(int=5), code="P", name="Forse", role="prospect"
    )
    company.given(old, *CUSTOMER, prospect, *PROTOCOL, rule("new_customer"))
    assert tick(company, "open-practices", "2026-12-01T09:00") == 1
    assert occasions(company) == {str(ROSSI)}
    (first, *_) = company.ask("practices", subject_id=ROSSI)["items"]
    assert first["due_on"] == date(2026, 9, 11), "counted from the day on which it became a customer"
    position = company.house.log.position()
    assert tick(company, "open-practices", "2026-12-02T09:00") == 0
    assert company.house.log.position() == position
    change = do(
        "change-party-identity", at="2026-12-03T09:00", party_id=UUID(int=5), name="Sì", role="customer", **COMPANY_TAX
    )
    company.given(change)
    assert tick(company, "open-practices", "2026-12-03T10:00") == 1


@pytest.mark.parametrize(
    ("period", "first_month", "expected"),
    [
        ("year", 1, {"2027-01-01", "2028-01-01"}),
        ("year", 7, {"2027-07-01"}),
        ("quarter", 2, {"2026-11-01", "2027-02-01", "2027-05-01", "2027-08-01", "2027-11-01", "2028-02-01"}),
    ],
)
def test_periods_that_began(company: Company, period: str, first_month: int, expected: set[str]) -> None:
    condition = {"period": period, "first_month": first_month}
    company.given(*PROTOCOL, rule("new_period", from_on="2026-09-02", condition=condition))
    tick(company, "open-practices", "2028-02-01T00:30")
    assert occasions(company) == expected
    assert tick(company, "open-practices", "2028-02-01T00:30") == 0


def test_months_begin_twelve_times_a_year(company: Company) -> None:
    company.given(*PROTOCOL, rule("new_period", from_on="2026-09-01", condition={"period": "month"}))
    assert tick(company, "open-practices", "2027-08-31T23:00") == 12
    assert tick(company, "open-practices", "2027-09-01T00:10") == 1


def test_an_item_that_enters_a_status(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, *PROTOCOL, rule("item_status", condition={"item_status": "Decommissioned"}))
    assert tick(company, "open-practices", "2026-09-10T09:00") == 0
    company.do("change-item-status", serial_item_id=MACHINE, status="decommissioned", from_on="2026-09-11")
    assert tick(company, "open-practices", "2026-09-10T09:00") == 0, "not yet"
    assert tick(company, "open-practices", "2026-09-11T09:00") == 1
    assert occasions(company) == {f"{MACHINE}/2026-09-11"}


def test_a_new_contract_of_a_kind(company: Company) -> None:
    company.given(founded(company), customer(C1, "C9", "Nuovo"), *PROTOCOL)
    company.given(rule("new_contract", condition={"contract_kind": "flat_fee"}))
    company.given(draft())
    assert tick(company, "open-practices", "2026-09-09T09:00") == 0, "a draft is no contract yet"
    company.given(line(), sign())
    assert tick(company, "open-practices", "2026-09-10T23:00") == 1
    assert occasions(company) == {str(K1)}
    other = rule("new_contract", condition={"contract_kind": "hour_pool"})
    other.fields["code"] = "r2"
    company.given(other)
    assert company.ask("practices-due", until="2026-12-31")["items"] == []


def test_an_inactive_rule_opens_nothing(company: Company) -> None:
    company.given(*CUSTOMER, *PROTOCOL, rule("new_customer", active=False))
    assert tick(company, "open-practices", "2026-12-01T09:00") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"occasion": "new_period"},
        {"occasion": "new_customer", "period": "year"},
        {"occasion": "item_status"},
        {"occasion": "by_hand", "contract_kind": "flat_fee"},
    ],
)
def test_conditions_must_make_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(wrong)
