"""Commissions: agreed, earned on what is invoiced or collected, settled once a month and never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.base import Refusal
from aggregates.commission_agent import (
    CommissionAgent,
    CommissionsNotDue,
    NothingEarned,
    StatementSettledAlready,
    commission_agent_id,
)
from commands.commission_agent import AgentCodeMissing
from tests.commands.test_work_billing import DONE, firm
from tests.contract_steps import C1, K1, run, signed
from tests.dsl import Company, Do, do

__all__ = ["firm"]
AGENT = UUID("a9e70000-0000-0000-0000-000000000001")
RULES = [{"percent": "5", "contract_kinds": ["flat_fee"]}]


def terms(basis: str = "invoiced", code: str | None = "AG01", from_on: str = "2026-01-01", **fields: Any) -> Do:
    said = {"basis": basis, "rules": RULES, **fields}
    return do("set-commission-terms", agent_id=AGENT, code=code, from_on=from_on, terms=said)


def settle(month: str, at: str) -> Do:
    return do("settle-commissions", at=at, agent_id=AGENT, month=month)


def statement(company: Company, month: str) -> list[tuple[str, str]]:
    found = company.ask("commission-statement", agent_id=AGENT, month=month)
    assert found["total"] == sum((each["amount"] for each in found["entries"]), Decimal(0))
    return [(each["document"], str(each["amount"])) for each in found["entries"]]


@pytest.fixture
def billed(firm: Company) -> Company:
    """1,200.00 for 2026 through the agent, billed on 1 January."""
    signed(firm, K1, starts_on="2026-01-01", alignment="none", agent_id=AGENT, signing={"at": "2025-12-10T10:00"})
    run(firm, "2026-01-01")
    return firm


def test_on_what_is_invoiced_and_a_credit_note_takes_back(billed: Company) -> None:
    billed.given().when(terms(code=None)).then_refused(AgentCodeMissing)
    billed.given().when(terms()).then(CommissionAgent.Engaged, CommissionAgent.TermsSet)
    billed.given().when(terms()).then_nothing()
    assert statement(billed, "2026-01-31") == [("2026/1", "60.00")]
    early = settle("2026-01-15", "2026-01-31T09:00")
    billed.given().when(early).then_refused(CommissionsNotDue, last_on=date(2026, 1, 31))
    january = settle("2026-01-15", "2026-02-01T09:00")
    billed.given().when(january).then(
        (CommissionAgent.StatementSettled, {"number": "AG01/2026-01", "total": Decimal("60.00")})
    )
    billed.given().when(january).then_refused(StatementSettledAlready)
    billed.given().when(settle("2026-02-01", "2026-03-01T09:00")).then_refused(NothingEarned)
    (invoice,) = billed.ask("invoices", state="issued")["items"]
    credit = {"invoice_id": invoice["invoice_id"], "lines": [{"number": 1, "amount": "199.99"}], "reason": "Sconto"}
    billed.do("credit-invoice", at="2026-03-10T09:00", **credit)
    assert statement(billed, "2026-03-01") == [("2026/1", "-10.00")]
    billed.given(settle("2026-03-01", "2026-04-01T09:00"))
    assert statement(billed, "2026-01-01") == [("2026/1", "60.00")], "what was settled stays as it was"
    listed = billed.ask("commission-statements", agent_id=AGENT)["items"]
    assert [(row["number"], str(row["total"])) for row in listed] == [
        ("AG01/2026-03", "-10.00"),
        ("AG01/2026-01", "60.00"),
    ]
    (agent,) = billed.ask("commission-agents")["items"]
    assert (agent["code"], str(agent["settled_month"])) == ("AG01", "2026-03-01")


def test_on_what_is_collected_and_an_unpaid_item_takes_back(billed: Company) -> None:
    billed.given(terms("collected"))
    assert statement(billed, "2026-01-31") == []
    (invoice,) = billed.ask("invoices", state="issued")["items"]
    key, half = invoice["invoice_id"], {"amount": str(invoice["payable"] / 2)}
    payment = UUID(int=6)
    billed.do(
        "record-payment", at="2026-02-10T09:00", invoice_id=key, payment_id=payment, paid_on="2026-02-10", amount=half
    )
    billed.given(settle("2026-02-01", "2026-03-01T09:00"))
    assert statement(billed, "2026-02-01") == [("2026/1", "30.00")]
    billed.do("reverse-payment", at="2026-03-05T09:00", invoice_id=key, payment_id=payment, reversed_on="2026-03-05")
    assert statement(billed, "2026-03-01") == [("2026/1", "-30.00")]


def test_terms_that_reach_back_are_settled_by_the_difference(billed: Company) -> None:
    billed.given(terms(), settle("2026-04-01", "2026-05-01T09:00"))
    billed.given(terms(rules=[{"percent": "6", "contract_kinds": ["flat_fee"]}]))
    assert statement(billed, "2026-05-01") == [("2026/1", "12.00")]


def test_what_no_contract_gives_to_an_agent_falls_to_who_has_the_customer(firm: Company) -> None:
    firm.given(*DONE, terms(rules=[{"percent": "1", "articles": ["FUS"]}]))
    run(firm, "2026-04-30")
    assert statement(firm, "2026-04-01") == []
    firm.given(terms(rules=[{"percent": "1", "articles": ["FUS"]}], customers=[str(C1)]))
    assert statement(firm, "2026-04-01") == [("2026/1", "1.89")]


def test_two_at_once_settle_once(billed: Company) -> None:
    billed.given(terms())
    billed.fold()

    def once(_: int) -> str:
        try:
            return str(billed.execute(settle("2026-01-01", "2026-02-01T09:00")).result["number"])
        except Refusal as refused:
            return refused.code()

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(once, range(4)))
    assert answers[0] == "AG01/2026-01"
    assert set(answers[1:]) <= {"statement-settled-already", "nothing-earned"}
    facts = [recorded.fact for recorded in billed.facts(commission_agent_id(AGENT))]
    assert sum(isinstance(fact, CommissionAgent.StatementSettled) for fact in facts) == 1
