"""Revenue in the datamart: to the cent what was invoiced, earned by months and machines, taken back by credit notes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from projections.mart_revenue_views import DIMENSIONS
from tests.commands.hour_pools import S07, opened, topped_up
from tests.commands.test_invoice_advance import advance
from tests.commands.test_work_billing import DONE, firm, issue, proposed, quoted
from tests.contract_steps import C1, K1, K2, draft, line, run, sign, signed
from tests.dsl import Company
from tests.mart_checks import agrees

__all__ = ["firm"]
MACHINES = [UUID(int=81 + number) for number in range(6)]
AGENT = UUID("a9e70000-0000-0000-0000-000000000001")


def sums(company: Company, by: str, **fields: Any) -> dict[str, str]:
    items = company.ask("mart-revenue", by=by, limit=500, **fields)["items"]
    return {row["place"]: str(row["amount"]) for row in items}


def machines(company: Company) -> None:
    for number, item_id in enumerate(MACHINES, 1):
        company.do(
            "register-serial-item",
            at="2025-12-01T09:00",
            serial_item_id=item_id,
            number=f"M{number}",
            product="LT-900",
            type="dishwasher",
            owner_id=C1,
        )


def test_a_fee_is_earned_by_day_and_machine_and_credited_where_it_was_not(firm: Company) -> None:
    """1,200.00 for 2026 on three machines, 100.00 of the other contract; the first ends on 30 June (R1.12, R1.18)."""
    machines(firm)
    firm.given(
        draft(K1, starts_on="2026-01-01", alignment="none", agent_id=AGENT, job="com-7"),
        line(K1, serial_item_ids=MACHINES[:3]),
        sign(K1, at="2025-12-10T10:00"),
        draft(
            K2,
            starts_on="2026-01-01",
            alignment="none",
            determination="header_amount",
            annual_fee={"amount": "100.00"},
        ),
        line(K2, fee="0.00", serial_item_ids=MACHINES[3:5]),
        line(K2, line_id=uuid5(K2, "other"), fee="0.00", serial_item_ids=MACHINES[5:]),
        sign(K2, at="2025-12-10T10:00"),
    )
    run(firm, "2026-01-01")
    agrees(firm)
    months = sums(firm, "month", contract_id=K1)
    assert (months["2026-01-01"], months["2026-02-01"], len(months)) == ("101.92", "92.05", 12)
    assert sums(firm, "serial", contract_id=K2) == {
        f"{MACHINES[3]}|M4": "33.34",
        f"{MACHINES[4]}|M5": "33.33",
        f"{MACHINES[5]}|M6": "33.33",
    }
    half = sums(firm, "contract", contract_id=K1, to_on="2026-06-30")
    assert list(half.values()) == ["595.07"]
    firm.do("terminate-contract", at="2026-06-20T09:00", contract_id=K1, last_on="2026-06-30", reason="Inadempimento")
    firm.do("credit-unused", at="2026-07-02T09:00", contract_id=K1)
    agrees(firm)
    after = sums(firm, "month", contract_id=K1)
    assert {month: amount for month, amount in after.items() if month < "2026-07-01"} == {
        month: amount for month, amount in months.items() if month < "2026-07-01"
    }
    assert {Decimal(amount) for month, amount in after.items() if month > "2026-06-30"} == {Decimal(0)}
    assert sums(firm, "month,contract", contract_id=K1, measure="invoiced") == {
        f"2026-01-01|{K1}|{_number(firm)}": "1200.00",
        f"2026-07-01|{K1}|{_number(firm)}": "-604.93",
    }
    lines = firm.ask("mart-invoice-lines", agent_id=AGENT)["items"]
    assert [(str(row["amount"]), str(row["vat"]), row["on_job"]) for row in lines] == [
        ("1200.00", "264.00", "COM-7"),
        ("-604.93", "-133.08", "COM-7"),
    ]


def _number(company: Company) -> str:
    return str(company.record(K1).state.number)


def test_a_favour_is_spread_over_the_days_it_is_for(firm: Company) -> None:
    """10.00 off a quarter that goes on: each month earns its part less."""
    signed(firm, K1, starts_on="2026-01-01", alignment="none", step_months=3, signing={"at": "2025-12-10T10:00"})
    (invoice,) = run(firm, "2026-01-01")
    firm.do(
        "credit-invoice",
        at="2026-02-10T09:00",
        invoice_id=invoice["invoice_id"],
        lines=[{"number": 1, "amount": "10.00"}],
        reason="Sconto",
    )
    agrees(firm)
    assert sums(firm, "month") == {"2026-01-01": "99.89", "2026-02-01": "90.22", "2026-03-01": "99.89"}
    contract = firm.ask("revenue", contract_id=K1)["items"]
    assert {str(row["month"]): str(row["amount"]) for row in contract} == sums(firm, "month")


def test_calls_are_earned_when_completed_and_drill_down_to_their_lines(firm: Company) -> None:
    firm.given(*DONE)
    (invoice,) = proposed(firm)
    issue(firm, invoice["invoice_id"])
    agrees(firm)
    (row,) = firm.ask("mart-revenue", by="month,call")["items"]
    assert (row["month"], row["call_number"]) == (date(2026, 4, 1), "CH-2026-0415")
    rows = firm.ask("mart-revenue-rows", call_id=row["call_id"])["items"]
    assert sum(each["amount"] for each in rows) == row["amount"]
    assert {each["invoice_line"] for each in rows} == set(range(1, len(rows) + 1))


def test_an_advance_is_earned_by_nobody_until_it_is_deducted(firm: Company) -> None:
    firm.given(*quoted())
    advance(firm)
    agrees(firm)
    assert (sums(firm, "source"), sums(firm, "source", measure="to_earn")) == ({}, {"advance": "30.00"})
    (invoice,) = proposed(firm)
    issue(firm, invoice["invoice_id"])
    agrees(firm)
    assert sum(map(Decimal, sums(firm, "source").values())) == Decimal("100.00")
    assert sum(map(Decimal, sums(firm, "source", measure="to_earn").values())) == 0


def test_hours_are_earned_when_consumed(firm: Company) -> None:
    """S07: what is invoiced of two lots is earned by draws, the rest is still to be earned."""
    firm.given(opened(), topped_up(), *S07)
    run(firm, "2026-05-31")
    agrees(firm)
    pool = firm.ask("hour-pool-revenue", on="2026-12-31")["items"]
    earned = sum(Decimal(each) for each in sums(firm, "month", customer_id=C1).values())
    beyond = Decimal("65.00")  # an hour that no lot had
    assert earned == sum(row["earned"] for row in pool) + beyond == Decimal("645.00")
    to_earn = sum(Decimal(each) for each in sums(firm, "source", measure="to_earn").values())
    assert to_earn == sum(row["deferred"] for row in pool)


def test_sums_by_whatever_dimensions_are_the_same(firm: Company) -> None:
    signed(firm, K1, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"})
    run(firm, "2026-01-01")
    for by in ("year,quarter,month", "document,source,article", "area,site,product,agent,account", *DIMENSIONS):
        assert sum(map(Decimal, sums(firm, by).values())) == Decimal("1200.00")
    with pytest.raises(ValueError, match="each once"):
        firm.ask("mart-revenue", by="month,name")
