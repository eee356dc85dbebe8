"""Thresholds of a quote: what passes them, and whose limits allow it (QUO-1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.quote_approval import (
    ApproverLimit,
    JudgedLine,
    PassedThreshold,
    QuoteApprovalTerms,
    Threshold,
    may_approve,
    passed_thresholds,
)

LINE, ANNA = UUID(int=1), UUID(int=9)
percents = st.decimals(0, 100, places=1)
amounts = st.decimals(0, 99999, places=2)


def line(amount: str = "100.00", **more: object) -> JudgedLine:
    return JudgedLine.model_validate({"line_id": LINE, "description": "Pezzo", "amount": amount, **more})


def kinds(lines: list[JudgedLine], **terms: object) -> list[Threshold]:
    return [one.threshold for one in passed_thresholds(lines, QuoteApprovalTerms.model_validate(terms))]


def test_at_a_threshold_nothing_is_passed() -> None:
    assert kinds([line("60.00"), line("40.00")], net_above="100.00") == []
    assert kinds([line("60.00"), line("40.01")], net_above="100.00") == [Threshold.NET]
    assert kinds([line(discounts=("15",))], discount_above="15") == []
    assert kinds([line(discounts=("10", "10"))], discount_above="18.9") == [Threshold.DISCOUNT]
    assert kinds([line("51.20", cost="51.20")], below_cost=True) == []
    assert kinds([line("51.19", cost="51.20")], below_cost=True) == [Threshold.BELOW_COST]
    assert kinds([line("51.19", cost="51.20")]) == []
    assert kinds([line("0.01")], below_cost=True) == []


def test_what_is_covered_is_not_given_away() -> None:
    covered = line("0.00", discounts=("50",), cost="51.20", is_covered=True)
    assert kinds([covered], discount_above="15", below_cost=True, net_above="0") == []


def test_each_threshold_needs_a_limit_of_ones_own() -> None:
    passed = [
        PassedThreshold(threshold=Threshold.NET, value=Decimal(6000), limit=Decimal(5000)),
        PassedThreshold(threshold=Threshold.DISCOUNT, value=Decimal(30), limit=Decimal(15)),
    ]
    head = ApproverLimit(role="department_head", net_up_to=Decimal(6000), discount_up_to=Decimal(20))
    anna = ApproverLimit(user_id=ANNA, net_up_to=Decimal(0), discount_up_to=Decimal(30))
    terms = QuoteApprovalTerms(approvers=(head, anna))
    assert not may_approve(passed, terms, None, ["department_head"])
    assert not may_approve(passed, terms, ANNA, [])
    assert may_approve(passed, terms, ANNA, ["department_head"])
    assert not may_approve(passed[:1], terms, None, ["sales"])
    assert may_approve(passed[:1], terms, None, ["department_head"])
    below = [PassedThreshold(threshold=Threshold.BELOW_COST, value=Decimal(1), limit=Decimal(2))]
    careful = QuoteApprovalTerms(approvers=(ApproverLimit(role="sales", below_cost=False),))
    assert not may_approve(below, careful, None, ["sales"])
    assert not may_approve([], QuoteApprovalTerms(), ANNA, ["manager"])


@given(st.lists(percents, max_size=4), percents)
def test_discounts_together_against_fractions(discounts: list[Decimal], limit: Decimal) -> None:
    left = Fraction(1)
    for each in discounts:
        left *= (100 - Fraction(each)) / 100
    passed = kinds([line(discounts=tuple(map(str, discounts)))], discount_above=str(limit))
    assert bool(passed) == ((1 - left) * 100 > Fraction(limit))


@given(st.lists(amounts, max_size=5), amounts)
def test_the_net_counts_every_line(found: list[Decimal], limit: Decimal) -> None:
    passed = kinds([line(str(each)) for each in found], net_above=str(limit))
    assert bool(passed) == (sum(map(Fraction, found)) > Fraction(limit))
