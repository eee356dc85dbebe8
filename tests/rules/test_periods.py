"""Fee periods, terms, billing dates and notice (R0.6, R1.4–R1.7, R1.14; scenarios S01, S02)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.rules.periods import (
    Alignment,
    FeePeriod,
    Notice,
    Timing,
    billing_on,
    fee_periods,
    first_term,
    last_notice_day,
    months_after,
    next_term,
    notice_ends_on,
    period,
    period_index,
    terms,
)
from aggregates.values import Period

ONE_DAY = timedelta(days=1)
anchors = st.dates(date(2000, 1, 1), date(2060, 12, 31)) | st.sampled_from(
    [date(2028, 2, 29), date(2026, 1, 31), date(2026, 1, 30), date(2026, 1, 29), date(2027, 2, 28)]
)
steps = st.sampled_from([1, 2, 3, 4, 6, 12])
alignments = st.sampled_from(Alignment)


def day(text: str) -> date:
    d, m, y = map(int, text.split("/"))
    return date(y, m, d)


def span(text: str) -> Period:
    starts_on, ends_on = text.split("-")
    return Period(starts_on=day(starts_on), ends_on=day(ends_on))


@pytest.mark.parametrize(
    ("anchor", "step", "expected"),
    [
        (
            "30/11/2025",
            3,
            ["30/11/2025-27/02/2026", "28/02/2026-29/05/2026", "30/05/2026-29/08/2026", "30/08/2026-29/11/2026"],
        ),
        (
            "31/01/2026",
            1,
            ["31/01/2026-27/02/2026", "28/02/2026-30/03/2026", "31/03/2026-29/04/2026", "30/04/2026-30/05/2026"],
        ),
        ("29/02/2028", 12, ["29/02/2028-27/02/2029", "28/02/2029-27/02/2030"]),
    ],
)
def test_periods_never_lose_the_anchors_day(anchor: str, step: int, expected: list[str]) -> None:
    assert [period(day(anchor), step, k) for k in range(len(expected))] == [span(each) for each in expected]


def test_the_29th_of_february_comes_back_in_leap_years() -> None:
    assert period(date(2028, 2, 29), 12, 4) == span("29/02/2032-27/02/2033")


def test_a_sticky_month_end_follows_the_last_day() -> None:
    assert period(date(2026, 2, 28), 1, 1, sticky_end_of_month=True) == span("31/03/2026-29/04/2026")
    assert period(date(2026, 2, 28), 1, 1) == span("28/03/2026-27/04/2026")
    assert period(date(2026, 2, 27), 1, 1, sticky_end_of_month=True) == span("27/03/2026-26/04/2026")


def test_months_after_clips_to_the_month_end() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 3, 4), 12) == date(2027, 3, 4)
    assert months_after(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert months_after(date(2026, 1, 15), -1) == date(2025, 12, 15)


def test_a_calendar_year_contract_starts_with_a_stub() -> None:
    start = date(2026, 9, 16)
    first, second = islice(terms(start, 12, Alignment.CALENDAR), 2)
    assert (first, second) == (span("16/09/2026-31/12/2026"), span("01/01/2027-31/12/2027"))
    whole_year = span("01/01/2026-31/12/2026")
    assert list(fee_periods(start, first, 12, Alignment.CALENDAR)) == [
        FeePeriod(number=1, index=0, period=first, nominal=whole_year)
    ]
    (renewed,) = fee_periods(start, second, 12, Alignment.CALENDAR)
    assert (renewed.number, renewed.is_stub) == (2, False)


@pytest.mark.parametrize(
    ("step", "ends"),
    [
        (12, ["31/12/2026"]),
        (6, ["30/06/2026", "31/12/2026"]),
        (4, ["30/04/2026", "31/08/2026", "31/12/2026"]),
        (3, ["31/03/2026", "30/06/2026", "30/09/2026", "31/12/2026"]),
        (2, ["28/02/2026", "30/04/2026", "30/06/2026", "31/08/2026", "31/10/2026", "31/12/2026"]),
    ],
)
def test_calendar_grids(step: int, ends: list[str]) -> None:
    term = span("10/02/2026-31/12/2026")
    periods = list(fee_periods(term.starts_on, term, step, Alignment.CALENDAR))
    assert [each.period.ends_on for each in periods] == [day(end) for end in ends]
    assert [each.number for each in periods] == list(range(1, len(ends) + 1))


def test_a_start_on_the_grid_has_no_stub() -> None:
    assert first_term(date(2026, 1, 1), 12, Alignment.CALENDAR) == span("01/01/2026-31/12/2026")
    assert first_term(date(2026, 7, 1), 6, Alignment.CALENDAR) == span("01/07/2026-31/12/2026")
    assert first_term(date(2026, 8, 1), 36, Alignment.CALENDAR) == span("01/08/2026-31/12/2026")


def test_a_step_without_a_calendar_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="no grid"):
        list(fee_periods(date(2026, 1, 1), span("01/01/2026-31/12/2026"), 5, Alignment.CALENDAR))
    with pytest.raises(ValueError, match="at least one month"):
        period(date(2026, 1, 1), 0, 0)


def test_a_term_cannot_begin_before_its_anchor() -> None:
    with pytest.raises(ValueError, match="before the contract's start"):
        list(fee_periods(date(2026, 2, 1), span("01/01/2026-31/12/2026"), 1))


def test_a_serial_added_later_keeps_the_contracts_period_numbers() -> None:
    periods = list(fee_periods(date(2026, 1, 31), span("10/03/2026-30/01/2027"), 3))
    assert (periods[0].number, periods[0].period, periods[0].nominal) == (
        1,
        span("10/03/2026-29/04/2026"),
        span("31/01/2026-29/04/2026"),
    )
    assert [each.number for each in periods] == [1, 2, 3, 4]


def test_renewals_keep_the_anchor_day_and_restart_after_a_gap_in_the_grid() -> None:
    got = list(islice(terms(date(2028, 2, 29), 12), 5))
    assert (got[1], got[4]) == (span("28/02/2029-27/02/2030"), span("29/02/2032-27/02/2033"))
    cut_short = span("29/02/2028-30/06/2028")
    assert next_term(date(2028, 2, 29), cut_short, 12) == span("01/07/2028-30/06/2029")


def test_billing_dates_of_a_quarter() -> None:
    quarter = period(date(2025, 11, 30), 3, 1)
    assert billing_on(quarter, Timing.ADVANCE) == date(2026, 2, 28)
    assert billing_on(quarter, Timing.ARREARS) == date(2026, 5, 29)
    assert billing_on(span("01/01/2026-31/03/2026"), Timing.ARREARS, 1) == date(2026, 4, 1)
    assert billing_on(span("01/01/2026-31/03/2026"), Timing.ADVANCE, -15) == date(2025, 12, 17)


def test_last_notice_day() -> None:
    end = date(2026, 12, 31)
    assert last_notice_day(end, Notice(days=60)) == date(2026, 11, 1)
    assert last_notice_day(end, Notice(months=3)) == date(2026, 9, 30)
    assert last_notice_day(end, Notice(months=0)) == end


@pytest.mark.parametrize("fields", [{}, {"days": 30, "months": 1}])
def test_notice_is_in_days_or_in_months(fields: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="days or in months"):
        Notice.model_validate(fields)


def test_a_late_notice_acts_on_the_next_expiry() -> None:
    coming = list(islice(terms(date(2026, 1, 1), 12), 3))
    assert notice_ends_on(date(2026, 11, 1), Notice(days=60), coming) == date(2026, 12, 31)
    assert notice_ends_on(date(2026, 11, 2), Notice(days=60), coming) == date(2027, 12, 31)
    with pytest.raises(ValueError, match="late"):
        notice_ends_on(date(2029, 1, 1), Notice(days=60), coming)


@given(anchors, st.integers(1, 24), st.integers(0, 200), st.booleans())
def test_periods_tile_time_from_any_anchor(anchor: date, step: int, k: int, sticky: bool) -> None:
    one, following = period(anchor, step, k, sticky), period(anchor, step, k + 1, sticky)
    assert following.starts_on == one.ends_on + ONE_DAY
    assert sticky or one.starts_on.day == anchor.day or (one.starts_on + ONE_DAY).day == 1
    assert {period_index(anchor, step, each, sticky) for each in (one.starts_on, one.ends_on)} == {k}


@given(anchors, steps, alignments, st.integers(0, 800), st.integers(1, 1200), st.booleans())
def test_fee_periods_tile_any_term(
    anchor: date, step: int, alignment: Alignment, later: int, days: int, sticky: bool
) -> None:
    starts_on = anchor + timedelta(days=later)
    term = Period(starts_on=starts_on, ends_on=starts_on + timedelta(days=days - 1))
    periods = list(fee_periods(anchor, term, step, alignment, sticky))
    assert sum(each.period.days for each in periods) == days
    assert (periods[0].period.starts_on, periods[-1].period.ends_on) == (term.starts_on, term.ends_on)
    for one, following in pairwise(periods):
        assert following.period.starts_on == one.period.ends_on + ONE_DAY
        assert following.number == one.number + 1
    assert not any(each.is_stub for each in periods[1:-1])


@given(anchors, st.sampled_from([1, 6, 12, 18, 24, 36]), alignments)
def test_terms_follow_one_another_and_hold_whole_fee_periods(start: date, length: int, alignment: Alignment) -> None:
    some = list(islice(terms(start, length, alignment), 4))
    assert some[0].starts_on == start
    for one, following in pairwise(some):
        assert following.starts_on == one.ends_on + ONE_DAY
    for term in some[1:]:
        assert not any(each.is_stub for each in fee_periods(start, term, 1, alignment))
