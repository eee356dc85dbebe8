"""Renewals and proposals by themselves: after a sleep they catch up, run twice they do nothing twice."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.contract_steps import C4, IMMOBILIARE, ROSSI, amounts, due, founded, run, signed, tick
from tests.dsl import Company


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE)
    return company


def proposals(company: Company) -> list[str]:
    return sorted(str(row["taxable"]) for row in company.ask("invoices", state="proposed", limit=500)["items"])


def test_after_a_week_asleep_everything_is_proposed_and_twice_is_once(firm: Company) -> None:
    signed(firm, UUID(int=1), starts_on="2026-09-10", alignment="none", step_months=1)
    signed(firm, UUID(int=2), customer_id=C4, starts_on="2026-09-12", alignment="none", step_months=1)
    assert tick(firm, "propose-invoices", "2026-09-17T07:00") == 2
    assert proposals(firm) == ["100.00", "100.00"]
    position = firm.house.log.position()
    assert tick(firm, "propose-invoices", "2026-09-17T07:00") == 0
    assert tick(firm, "propose-invoices", "2026-09-18T07:00") == 0
    assert firm.house.log.position() == position


def test_after_months_asleep_every_month_is_on_the_proposal(firm: Company) -> None:
    signed(firm, UUID(int=1), starts_on="2026-01-31", alignment="none", step_months=1)
    assert tick(firm, "propose-invoices", "2026-05-31T07:00") == 1
    assert proposals(firm) == ["500.00"]


def test_a_proposal_discarded_comes_back_with_the_next_run(firm: Company) -> None:
    signed(firm)
    tick(firm, "propose-invoices", "2026-09-16T07:00")
    (row,) = firm.ask("invoices", state="proposed")["items"]
    firm.do("discard-invoice", invoice_id=row["invoice_id"], reason="Prova")
    tick(firm, "propose-invoices", "2026-09-16T08:00")
    assert proposals(firm) == ["351.78"]


def test_two_years_asleep_renewals_then_billing_lose_nothing(firm: Company) -> None:
    signed(firm)
    tick(firm, "renew-contracts", "2029-01-01T06:00")
    tick(firm, "propose-invoices", "2029-01-01T07:00")
    assert proposals(firm) == ["3951.78"]


def test_day_by_day_is_the_same_as_at_once(firm: Company) -> None:
    signed(firm, step_months=3)
    for on in ("2026-09-16", "2026-09-17", "2026-10-01", "2026-11-02", "2026-12-31", "2027-01-01", "2027-04-01"):
        run(firm, on)
    signed(firm, UUID(int=7), customer_id=C4, step_months=3)
    run(firm, "2027-04-01", customer_id=C4)
    ours = firm.ask("invoices", state="issued", limit=100)["items"]
    by_customer = {str(row["customer_id"]): 0 for row in ours}
    for row in ours:
        by_customer[str(row["customer_id"])] += row["taxable"]
    assert len(set(by_customer.values())) == 1
    assert due(firm, "2027-04-01") == []


def test_a_renewal_the_contract_refuses_leaves_the_others(firm: Company) -> None:
    signed(firm, UUID(int=1))
    signed(firm, UUID(int=2), tacit_renewal=False)
    assert tick(firm, "renew-contracts", "2026-11-02T06:00") == 1
    assert [len(firm.ask("contract", contract_id=UUID(int=n))["terms"]) for n in (1, 2)] == [2, 1]


def test_the_run_of_the_first_day_of_a_term_bills_the_term(firm: Company) -> None:
    signed(firm, notice={"days": 0})
    run(firm, "2026-09-16")
    assert amounts(run(firm, "2027-01-01"))[1:] == [("1200.00", "264.00", "1464.00")]
