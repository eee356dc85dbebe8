"""What agents earn: to the cent, however documents are paid, credited and come back."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.commissions import BilledLine, CommissionBasis, CommissionRule, earned, percent_of
from aggregates.values import cents

amounts = st.decimals(Decimal("-500.00"), Decimal("9999.99"), places=2)
positive = st.decimals(Decimal("0.01"), Decimal("9999.99"), places=2)
percents = st.decimals(Decimal("0"), Decimal("100"), places=2)


def line(amount: Decimal | str = "100.00", **fields: object) -> BilledLine:
    said = {"invoice_id": UUID(int=1), "line": 1, "source": "fee", "amount": amount, **fields}
    return BilledLine.model_validate(said)


@pytest.mark.parametrize(
    ("paid", "credited", "credit", "amount"),
    [
        ("0.00", "0.00", "0.00", "0.00"),
        ("61.00", "0.00", "0.00", "2.50"),
        ("122.00", "0.00", "0.00", "5.00"),
        ("200.00", "0.00", "0.00", "5.00"),
        ("61.00", "50.00", "61.00", "2.50"),
        ("0.00", "100.00", "122.00", "0.00"),
    ],
    ids=["unpaid", "half", "whole", "too much", "half credited, the rest paid", "credited in full"],
)
def test_what_is_collected_of_100_at_5_percent(paid: str, credited: str, credit: str, amount: str) -> None:
    billed = line(payable="122.00", paid=paid, credited=credited, payable_credited=credit)
    assert earned(billed, Decimal(5), CommissionBasis.COLLECTED) == Decimal(amount)


@given(amounts, percents, positive, st.lists(st.integers(1, 50), min_size=1, max_size=6))
def test_statements_sum_to_the_whole_and_an_unpaid_item_takes_all_back(
    amount: Decimal, percent: Decimal, payable: Decimal, parts: list[int]
) -> None:
    whole, paid, so_far, statements = cents(amount * percent / 100), Decimal("0.00"), Decimal("0.00"), []
    for number, part in enumerate(parts, 1):
        last = number == len(parts)
        paid = payable if last else min(payable, paid + cents(payable * part / 100))
        now = earned(line(amount, payable=payable, paid=paid), percent, CommissionBasis.COLLECTED)
        statements.append(now - so_far)
        assert abs(now) <= abs(whole)
        so_far = now
    assert sum(statements) == whole == earned(line(amount, payable=payable), percent, CommissionBasis.INVOICED)
    assert earned(line(amount, payable=payable, paid="0.00"), percent, CommissionBasis.COLLECTED) == 0
    credited = line(amount, credited=amount, payable=payable, paid=paid, payable_credited=payable)
    assert all(earned(credited, percent, basis) == 0 for basis in CommissionBasis)


def test_the_first_rule_that_holds_counts() -> None:
    rules = (
        CommissionRule(percent=Decimal(10), contract_kinds=("maintenance",), sources=("fee",)),
        CommissionRule(percent=Decimal(3), articles=("TONER",)),
        CommissionRule(percent=Decimal(1), sources=("call",)),
    )
    assert percent_of(rules, line(contract_kind="maintenance")) == 10
    assert percent_of(rules, line(contract_kind="warranty", article_code="TONER")) == 3
    assert percent_of(rules, line(source="call", article_code="VITE")) == 1
    assert percent_of(rules, line(source="quote")) == 0
