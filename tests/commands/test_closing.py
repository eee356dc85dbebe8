"""Closings: accruals and deferrals of all contracts on a date, recorded once, never for a month closed already."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aggregates.closing import Closing, ClosingCalendar, MonthClosed
from aggregates.rules.accruals import AccrualBasis, ClosingKind
from tests.contract_steps import K1, K2, ROSSI, founded, run, signed
from tests.dsl import Company, do


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def closing(on: str, at: str = "2027-01-10T09:00") -> Any:
    return do("record-closing", at=at, closing_on=on)


def totals(firm: Company, on: str, **fields: Any) -> dict[str, str]:
    found = firm.ask("accruals", on=on, limit=500, **fields)["totals"]
    return {kind: str(amount) for kind, amount in found.items()}


def test_a_closing_records_what_the_view_says_and_once(firm: Company) -> None:
    signed(firm, K1, starts_on="2026-09-16", alignment="none")
    signed(firm, K2, starts_on="2026-11-01", alignment="none", step_months=3, timing="arrears")
    run(firm, "2026-09-16")
    said = totals(firm, "2026-12-31")
    assert said == {"deferred-income": "848.22", "accrued-income": "198.91", "invoices-to-issue": "0.00"}
    situation = firm.given().when(closing("2026-12-31"))
    situation.then(Closing.Recorded, Closing.EntriesRecorded, ClosingCalendar.FirstClosed)
    assert situation.result["totals"] == said
    firm.given().when(closing("2026-12-31")).then_nothing()
    listed = firm.ask("closings")["items"]
    assert [(str(row["closing_on"]), row["entries"], row["totals"]) for row in listed] == [("2026-12-31", 2, said)]


def test_a_month_before_the_last_closing_stays_closed(firm: Company) -> None:
    firm.given(closing("2026-12-31")).when(closing("2026-11-30")).then_refused(MonthClosed)
    firm.given().when(closing("2027-01-31", at="2027-02-03T09:00")).then(Closing.Recorded, ClosingCalendar.Closed)


def test_a_finished_period_without_invoice_is_an_invoice_to_issue(firm: Company) -> None:
    signed(firm, K1, starts_on="2026-10-01", alignment="none", step_months=3, timing="arrears", offset_days=1)
    assert totals(firm, "2026-12-31")["invoices-to-issue"] == "300.00"
    run(firm, "2027-01-01")
    assert totals(firm, "2026-12-31")["invoices-to-issue"] == "300.00"  # the invoice is dated after the closing
    assert totals(firm, "2027-01-01")["invoices-to-issue"] == "0.00"


def test_what_was_credited_is_no_longer_deferred(firm: Company) -> None:
    signed(firm, K1, starts_on="2026-09-16", alignment="none")
    invoice = run(firm, "2026-09-16")[0]
    firm.do("credit-invoice", at="2026-10-01T09:00", invoice_id=invoice["invoice_id"], reason="Errore")
    assert totals(firm, "2026-12-31")["deferred-income"] == "0.00"


def test_days_billed_before_our_time_are_not_ours_to_accrue(firm: Company) -> None:
    signed(firm, K1, starts_on="2026-01-01", alignment="none", step_months=12, timing="arrears")
    firm.do("set-billed-through", contract_id=K1, through_on="2026-06-30")
    entries = firm.ask("accruals", on="2026-09-30")["items"]
    assert [(str(each["period"]["starts_on"]), each["kind"]) for each in entries] == [
        ("2026-07-01", ClosingKind.ACCRUED_INCOME)
    ]


def test_months_of_revenue_sum_to_what_was_billed(firm: Company) -> None:
    signed(firm, K1, fee="1000.00", starts_on="2026-01-31", alignment="none", step_months=4)
    billed = run(firm, "2026-12-31")
    for basis in AccrualBasis:
        found = firm.ask("revenue", contract_id=K1, basis=basis)
        assert found["total"] == sum(document["taxable"] for document in billed) == Decimal("1000.00")
        assert len(found["items"]) == 13
