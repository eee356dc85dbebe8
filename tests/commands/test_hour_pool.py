"""Hour pools: S07 row by row, purchases, overage, lapse, refund; what is refused and what repeats (R2.1–R2.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aggregates.hour_pool import HourPool
from aggregates.hour_pool_sale import PoolSale
from tests.commands.hour_pools import P1, P2, POOL, S07, balance, drawn, opened, report, stretch, topped_up, with_pool
from tests.dsl import Company, do


@pytest.fixture
def firm(company: Company) -> Company:
    """A company whose customer bought S07's pool."""
    return with_pool(company)


def test_s07_row_by_row(firm: Company) -> None:
    """Every draw of S07 charges what it should, and the rest of the fifth is overage at 65.00 an hour."""
    seen = []
    for step in S07:
        answer = firm.execute(step).result
        (draw,) = answer["draws"]
        seen.append((draw["charged_minutes"], draw["weighed_minutes"], answer["balance"]))
    assert seen == [(30, "30", "570"), (105, "105", "465"), (90, "135", "330"), (60, "120", "210"), (270, "270", "0")]
    assert (draw["from_pool_minutes"], draw["overage_minutes"], draw["overage_amount"]) == ("210", "60", "65.00")


def test_the_purchase_is_billed_once(firm: Company) -> None:
    (due,) = firm.ask("billing-due", on="2026-01-15")["items"]
    assert (due["kind"], due["amount"], due["record_id"]) == ("hour-pool", Decimal("580.00"), P1)
    (proposal,) = firm.do("propose-invoices", at="2026-01-15T10:00")["invoices"]
    issued = firm.do("issue-invoice", at="2026-01-15T10:05", invoice_id=proposal["invoice_id"])
    assert issued["total"]["amount"] == "707.60"
    firm.given().when(do("propose-invoices", at="2026-01-15T11:00")).then_nothing()
