"""Fees due: periods from the anchor, amounts that sum exactly, nothing missed and nothing twice (S02, R1.13–R1.17)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.billing import (
    DatedFee,
    DueKey,
    FeeLine,
    FeeTerms,
    contract_periods,
    instalments,
    instalments_due,
    next_billing_on,
)
from aggregates.rules.instalments import FirstPeriod
from aggregates.rules.periods import Alignment, Timing, terms
from aggregates.values import Period

A, B = UUID(int=1), UUID(int=2)
FOREVER = date(2100, 1, 1)


def fee(line_id: UUID = A, annual: str = "1200.00", **fields: Any) -> FeeLine:
    dated = DatedFee(from_on=date(2000, 1, 1), annual_fee=Decimal(annual))
    return FeeLine(line_id=line_id, fees=(dated,), **fields)


def flat(starts_on: date, step: int, *, years: int = 1, lines: tuple[FeeLine, ...] = (), **fields: Any) -> FeeTerms:
    alignment = fields.get("alignment", Alignment.NONE)
    so_far = tuple(term for term, _ in zip(terms(starts_on, 12, alignment), range(years), strict=False))
    return FeeTerms(starts_on=starts_on, step_months=step, terms=so_far, lines=lines or (fee(),), **fields)


def spans(fee_terms: FeeTerms) -> list[tuple[str, str]]:
    return [(f"{p.period.starts_on}", f"{p.period.ends_on}") for p in contract_periods(fee_terms)]


def amounts(fee_terms: FeeTerms) -> list[str]:
    return [str(each.amount) for each in instalments(fee_terms)]


@pytest.mark.parametrize(
    ("anchor", "step", "years", "expected"),
    [
        (
            date(2025, 11, 30), 3, 1,
            ["2025-11-30/2026-02-27", "2026-02-28/2026-05-29", "2026-05-30/2026-08-29", "2026-08-30/2026-11-29"],
        ),
        (
            date(2026, 1, 31), 1, 1,
            ["2026-01-31/2026-02-27", "2026-02-28/2026-03-30", "2026-03-31/2026-04-29", "2026-04-30/2026-05-30"],
        ),
        (
            date(2028, 2, 29), 12, 5,
            ["2028-02-29/2029-02-27", "2029-02-28/2030-02-27", "2030-02-28/2031-02-27", "2031-02-28/2032-02-28",
             "2032-02-29/2033-02-27"],
        ),
    ],
)  # fmt: skip
def test_s02_periods_come_from_the_anchor(anchor: date, step: int, years: int, expected: list[str]) -> None:
    assert [f"{a}/{b}" for a, b in spans(flat(anchor, step, years=years))][: len(expected)] == expected


@pytest.mark.parametrize(("timing", "on"), [(Timing.ADVANCE, "2026-02-28"), (Timing.ARREARS, "2026-05-29")])
def test_s02_billing_dates_of_the_second_quarter(timing: Timing, on: str) -> None:
    second = list(instalments(flat(date(2025, 11, 30), 3, timing=timing)))[1]
    assert str(second.billing_on) == on


def test_s02_twelve_instalments_of_a_thousand() -> None:
    found = amounts(flat(date(2026, 1, 1), 1, lines=(fee(annual="1000.00"),)))
    assert found == ["83.33", "83.34", "83.33"] * 4
    assert sum(map(Decimal, found)) == Decimal("1000.00")


def test_the_31st_comes_back_year_after_year() -> None:
    starts = [period.period.starts_on for period in contract_periods(flat(date(2026, 1, 31), 1, years=4))]
    assert {day.day for day in starts if day.month in (1, 3, 5, 7, 8, 10, 12)} == {31}


def test_offset_days_move_the_billing_not_the_period() -> None:
    late = next(instalments(flat(date(2026, 1, 1), 3, timing=Timing.ARREARS, offset_days=1)))
    early = next(instalments(flat(date(2026, 1, 1), 3, offset_days=-15)))
    assert (str(late.billing_on), str(early.billing_on)) == ("2026-04-01", "2025-12-17")
    assert late.period == early.period


def test_a_term_cut_by_its_end_and_renewed_bills_every_day_once() -> None:
    odd = (Period(starts_on=date(2026, 1, 15), ends_on=date(2026, 8, 31)),
           Period(starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31)))  # fmt: skip
    fee_terms = FeeTerms(starts_on=date(2026, 1, 15), step_months=3, terms=odd, lines=(fee(),))
    periods = list(contract_periods(fee_terms))
    assert [period.number for period in periods] == list(range(1, len(periods) + 1))
    assert all(b.period.starts_on - a.period.ends_on == timedelta(days=1) for a, b in pairwise(periods))
    assert (periods[0].period.starts_on, periods[-1].period.ends_on) == (date(2026, 1, 15), date(2027, 8, 31))


def test_a_serial_added_and_removed_pays_days_in_force() -> None:
    inside = fee(B, "365.00", starts_on=date(2026, 2, 10), ends_on=date(2026, 2, 20))
    found = [each for each in instalments(flat(date(2026, 1, 1), 12, lines=(fee(), inside))) if each.key.line_id == B]
    assert [(str(each.amount), each.period.days) for each in found] == [("11.00", 11)]


def test_an_early_end_brings_the_arrears_forward() -> None:
    last = list(instalments(flat(date(2026, 1, 1), 3, timing=Timing.ARREARS, ends_on=date(2026, 5, 10))))[-1]
    assert (last.period.ends_on, last.billing_on, str(last.amount)) == (date(2026, 5, 10), date(2026, 5, 10), "131.87")


def test_a_later_fee_holds_from_the_period_that_begins_in_it() -> None:
    dated = (DatedFee(from_on=date(2026, 1, 1), annual_fee=Decimal(100)),
             DatedFee(from_on=date(2027, 1, 1), annual_fee=Decimal(110)),
             DatedFee(from_on=date(2028, 1, 1), annual_fee=Decimal(121)))  # fmt: skip
    fee_terms = flat(date(2026, 1, 1), 12, years=3, lines=(FeeLine(line_id=A, fees=dated),))
    assert amounts(fee_terms) == ["100.00", "110.00", "121.00"]


def test_missed_months_are_all_due_and_a_billed_one_is_not() -> None:
    fee_terms = flat(date(2026, 1, 31), 1)
    due = instalments_due(fee_terms, [], None, date(2026, 5, 1))
    assert [each.key.number for each in due] == [1, 2, 3, 4]
    rest = instalments_due(fee_terms, [due[1].key], None, date(2026, 5, 1))
    assert [each.key.number for each in rest] == [1, 3, 4]


def test_a_reopened_key_is_due_again_as_another_attempt_only() -> None:
    fee_terms, first = flat(date(2026, 1, 1), 12), DueKey(line_id=A, number=1)
    due = instalments_due(fee_terms, [first], None, FOREVER, reopened=[first])
    assert [each.key.attempt for each in due] == [2]
    assert instalments_due(fee_terms, [first, due[0].key], None, FOREVER, reopened=[first]) == []


def test_every_amount_says_why() -> None:
    stub = flat(date(2026, 9, 16), 12, alignment=Alignment.CALENDAR)
    assert next(instalments(stub)).told == (
        "Periodo 1, dal 16/09/2026 al 31/12/2026: 107 dei 365 giorni dal 01/01/2026 al 31/12/2026. "
        "Canone annuo 1.200,00 euro. Importo 351,78 euro. Da fatturare in anticipo il 16/09/2026."
    )


anchors = st.dates(date(2004, 1, 1), date(2032, 12, 31))
steps = st.sampled_from([1, 2, 3, 4, 6, 12])
fees = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)


@given(anchors, steps, fees, st.integers(1, 4), st.sampled_from(Timing))
def test_whole_terms_sum_to_the_annual_fees(
    anchor: date, step: int, annual: Decimal, years: int, timing: Timing
) -> None:
    fee_terms = flat(anchor, step, years=years, lines=(fee(annual=str(annual)),), timing=timing)
    assert sum(each.amount for each in instalments(fee_terms)) == annual * years


@given(anchors, steps, fees, st.sampled_from(Alignment), st.sampled_from(FirstPeriod), st.sampled_from(Timing))
def test_month_by_month_is_the_same_as_at_once(
    anchor: date, step: int, annual: Decimal, alignment: Alignment, first: FirstPeriod, timing: Timing
) -> None:
    fee_terms = flat(
        anchor, step, years=3, lines=(fee(annual=str(annual)),), alignment=alignment, first_period=first, timing=timing
    )
    at_once = instalments_due(fee_terms, [], None, FOREVER)
    billed: dict[DueKey, Any] = {}
    day = anchor - timedelta(days=1)
    while day < anchor + timedelta(days=4 * 366):
        for each in instalments_due(fee_terms, billed.keys(), None, day):
            assert each.key not in billed
            billed[each.key] = each
        day += timedelta(days=17)
    assert sorted(billed.values(), key=lambda e: e.key.number) == sorted(at_once, key=lambda e: e.key.number)


@given(anchors, steps, st.sets(st.integers(1, 20)), st.sampled_from(Timing), st.sampled_from(Alignment))
def test_the_next_billing_day_is_the_first_of_what_is_due(
    anchor: date, step: int, held: set[int], timing: Timing, alignment: Alignment
) -> None:
    second = fee(B, starts_on=anchor + timedelta(days=100))
    fee_terms = flat(anchor, step, years=2, lines=(second, fee()), timing=timing, alignment=alignment)
    keys = [DueKey(line_id=A, number=number) for number in held]
    due = instalments_due(fee_terms, keys, None, FOREVER)
    assert next_billing_on(fee_terms, keys, None) == min((each.billing_on for each in due), default=None)


@given(anchors, steps, fees.map(lambda fee: fee + 1000), st.integers(0, 900))
def test_opening_balance_and_rest_never_overlap(anchor: date, step: int, annual: Decimal, days: int) -> None:
    fee_terms = flat(anchor, step, years=3, lines=(fee(annual=str(annual)),))
    through = anchor + timedelta(days=days)
    rest = instalments_due(fee_terms, [], through, FOREVER)
    assert rest[0].period.starts_on == through + timedelta(days=1)
    assert all(b.period.starts_on - a.period.ends_on == timedelta(days=1) for a, b in pairwise(rest))
    assert rest[-1].period.ends_on == fee_terms.terms[-1].ends_on
