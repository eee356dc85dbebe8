"""From a sale to a proposal: the closest rule, exact fees, the days of warranties and of service."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.article import ArticleKind
from aggregates.proposal_terms import (
    LEGAL,
    USUAL,
    FeeBasis,
    Offer,
    OfferedFee,
    OfferStart,
    ProposalRule,
    WarrantyOffer,
)
from aggregates.rules.proposals import annual_fee, legal_end, piece_fees, rule_for, serves_from, warranty_period
from aggregates.serial_item import WarrantyKind
from aggregates.values import Period, euro

DAY = date(2026, 3, 12)
EXTENSION = WarrantyOffer(kind=WarrantyKind.EXTENDED, consumer_months=12, business_months=12, after_legal=True)


def rule(
    code: str, articles: str, from_on: str = "2026-01-01", to_on: str | None = None, **fields: object
) -> ProposalRule:
    told = {"code": code, "articles": articles, "from_on": from_on, "to_on": to_on, **fields}
    return ProposalRule.model_validate(told)


RULES = (
    rule("ALL", "*", article_kinds=["product"]),
    rule("LT", "LT-*"),
    rule("LT9", "LT-9*"),
    rule("ONE", "LT-900"),
    rule("ONE", "LT-900", "2027-01-01", "2027-06-30"),
)


@pytest.mark.parametrize(
    ("code", "kind", "on", "found"),
    [
        ("lt-900", None, "2026-05-01", "ONE"),
        ("LT-950", None, "2026-05-01", "LT9"),
        ("LT-100", None, "2026-05-01", "LT"),
        ("XX-1", ArticleKind.PRODUCT, "2026-05-01", "ALL"),
        ("XX-1", ArticleKind.SERVICE, "2026-05-01", "-"),
        (None, None, "2026-05-01", "-"),
        ("LT-900", None, "2025-12-31", "-"),
        ("LT-900", None, "2027-06-30", "ONE"),
        ("LT-900", None, "2027-07-01", "LT9"),
    ],
)
def test_the_closest_rule_of_the_day(code: str | None, kind: ArticleKind | None, on: str, found: str) -> None:
    assert rule_for(RULES, code, kind, date.fromisoformat(on)).code == found


def test_where_no_rule_speaks_serials_get_their_legal_warranty_and_nothing_is_offered() -> None:
    assert (USUAL.offer, USUAL.registers_serials, USUAL.warranties) == (None, True, (LEGAL,))


@pytest.mark.parametrize(
    ("fee", "quantity", "amount", "expected"),
    [
        (OfferedFee(amount=euro("49.90")), "3", None, "149.70"),
        (OfferedFee(basis=FeeBasis.PERCENT_OF_PRICE, percent=Decimal("12.5")), "3", "1234.56", "154.32"),
        (OfferedFee(basis=FeeBasis.PERCENT_OF_PRICE, percent=Decimal("12.5")), "3", None, None),
        (OfferedFee(basis=FeeBasis.FIXED, amount=euro(900)), "3", "100.00", "0.00"),
        (OfferedFee(basis=FeeBasis.NONE), "3", "100.00", "0.00"),
    ],
)
def test_the_annual_fee(fee: OfferedFee, quantity: str, amount: str | None, expected: str | None) -> None:
    found = annual_fee(fee, Decimal(quantity), None if amount is None else Decimal(amount))
    assert found == (None if expected is None else Decimal(expected))


def test_a_fee_has_what_its_basis_needs() -> None:
    for wrong in ({"basis": "per_unit"}, {"basis": "none", "percent": "3"}, {"basis": "percent_of_price"}):
        with pytest.raises(ValidationError):
            OfferedFee.model_validate(wrong)


@given(st.integers(0, 10**8), st.integers(1, 40), st.integers(0, 40))
def test_the_fees_of_pieces_sum_to_the_whole(hundredths: int, quantity: int, named: int) -> None:
    total, serials = Decimal(hundredths).scaleb(-2), [str(n) for n in range(min(named, quantity))]
    fees = piece_fees(total, Decimal(quantity), serials)
    assert sum(fees) == total
    assert len(fees) == len(serials) + (quantity > len(serials))
    assert max(fees[: len(serials)], default=0) - min(fees[: len(serials)], default=0) <= Decimal("0.01")


@pytest.mark.parametrize(("is_consumer", "ends_on"), [(True, date(2028, 3, 12)), (False, date(2027, 3, 12))])
def test_the_legal_warranty_is_longer_for_consumers_and_does_not_count_the_first_day(
    is_consumer: bool, ends_on: date
) -> None:
    assert warranty_period(LEGAL, DAY, None, is_consumer=is_consumer) == Period(starts_on=DAY, ends_on=ends_on)


def test_a_warranty_of_months_ends_with_the_month_where_it_has_no_such_day() -> None:
    found = warranty_period(LEGAL, date(2028, 2, 29), None, is_consumer=False)
    assert found is not None
    assert found.ends_on == date(2029, 2, 28)


def test_an_extension_begins_when_the_legal_one_has_ended() -> None:
    until = legal_end(DAY, (EXTENSION, LEGAL), is_consumer=True)
    assert until == date(2028, 3, 12)
    found = warranty_period(EXTENSION, DAY, until, is_consumer=True)
    assert found == Period(starts_on=date(2028, 3, 13), ends_on=date(2029, 3, 12))


def test_a_warranty_of_no_months_is_none() -> None:
    none = WarrantyOffer(consumer_months=24, business_months=0)
    assert warranty_period(none, DAY, None, is_consumer=False) is None


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_legal_warranty_and_extension_tile(on: date, legal: int, more: int, is_consumer: bool) -> None:
    first = WarrantyOffer(consumer_months=legal, business_months=legal)
    second = WarrantyOffer(kind=WarrantyKind.EXTENDED, consumer_months=more, business_months=more, after_legal=True)
    until = legal_end(on, (first, second), is_consumer=is_consumer)
    one, two = (warranty_period(each, on, until, is_consumer=is_consumer) for each in (first, second))
    assert one is not None
    assert two is not None
    assert one.ends_on + timedelta(days=1) == two.starts_on


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        (OfferStart.DELIVERY, date(2026, 3, 12)),
        (OfferStart.NEXT_MONTH, date(2026, 4, 1)),
        (OfferStart.AFTER_WARRANTY, date(2027, 3, 13)),
    ],
)
def test_from_when_goods_are_served(starts: OfferStart, expected: date) -> None:
    until = legal_end(DAY, (LEGAL,), is_consumer=False)
    assert serves_from(starts, DAY, until) == expected
    assert serves_from(starts, None, until) is None


def test_offers_that_differ_only_in_the_fees_of_their_lines_go_together() -> None:
    per_unit = Offer(fee=OfferedFee(amount=euro(10)))
    percent = Offer(fee=OfferedFee(basis=FeeBasis.PERCENT_OF_PRICE, percent=Decimal(12)))
    fixed = Offer(fee=OfferedFee(basis=FeeBasis.FIXED, amount=euro(900)))
    assert per_unit.goes_with(percent)
    assert not per_unit.goes_with(Offer(fee=OfferedFee(amount=euro(10)), term_months=24))
    assert not per_unit.goes_with(fixed)
    assert not fixed.goes_with(Offer(fee=OfferedFee(basis=FeeBasis.FIXED, amount=euro(901))))
    assert not per_unit.goes_with(Offer())
