"""Due dates and amounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.rules.payment_terms import ON_RECEIPT, PaymentPart, PaymentTerms, due_on, due_parts, net_days

D = Decimal


def test_on_receipt() -> None:
    (part,) = due_parts(D("429.17"), date(2026, 9, 16), ON_RECEIPT)
    assert (part.due_on, part.amount) == (date(2026, 9, 16), D("429.17"))


def test_thirty_sixty_ninety_end_of_month() -> None:
    parts = due_parts(D("100.00"), date(2026, 1, 15), net_days(30, 60, 90, end_of_month=True))
    assert [(part.due_on, part.amount) for part in parts] == [
        (date(2026, 2, 28), D("33.33")),
        (date(2026, 3, 31), D("33.34")),
        (date(2026, 4, 30), D("33.33")),
    ]


@pytest.mark.parametrize(
    ("part", "due"),
    [
        (PaymentPart(days=30), date(2026, 3, 2)),
        (PaymentPart(months=1), date(2026, 2, 28)),
        (PaymentPart(days=30, end_of_month=True), date(2026, 3, 31)),
        (PaymentPart(months=1, end_of_month=True), date(2026, 2, 28)),
        (PaymentPart(months=1, end_of_month=True, extra_days=10), date(2026, 3, 10)),
        (PaymentPart(end_of_month=True), date(2026, 1, 31)),
    ],
)
def test_due_dates_of_an_invoice_of_31_january(part: PaymentPart, due: date) -> None:
    assert due_on(part, date(2026, 1, 31)) == due


def test_weights_make_unequal_instalments() -> None:
    terms = PaymentTerms(parts=(PaymentPart(weight=D(30)), PaymentPart(days=60, weight=D(70))))
    assert [part.amount for part in due_parts(D("409.10"), date(2026, 3, 9), terms)] == [D("122.73"), D("286.37")]


def test_terms_without_instalments_are_refused() -> None:
    with pytest.raises(ValidationError):
        net_days()


parts = st.builds(
    PaymentPart, days=st.integers(0, 120), end_of_month=st.booleans(), weight=st.integers(1, 100).map(Decimal)
)


@given(st.decimals(-99_999, 99_999, places=2), st.lists(parts, min_size=1, max_size=12))
def test_instalments_sum_to_the_total_and_never_fall_before_the_document(
    total: Decimal, some: list[PaymentPart]
) -> None:
    due = due_parts(total, date(2026, 11, 21), PaymentTerms(parts=tuple(some)))
    assert sum(part.amount for part in due) == total
    assert all(part.due_on >= date(2026, 11, 21) for part in due)
