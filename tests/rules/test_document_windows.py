"""Months asked newest first: every document falls into exactly one window, whatever was found before."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.document_windows import Windows, date_marks, month_of, months_mark, record_marks


@given(newest=st.integers(24_000, 24_400), length=st.integers(1, 400), many=st.lists(st.booleans(), max_size=60))
def test_windows_tile_the_months_newest_first(newest: int, length: int, many: list[bool]) -> None:
    windows, months = Windows(newest, newest - length + 1), list[int]()
    for n, (last, size) in enumerate(windows):
        if n < len(many) and many[n] and windows.too_many():
            continue
        months += range(last, last - size, -1)
    assert months == list(range(newest, newest - length, -1))


@given(day=st.dates(date(1900, 1, 1), date(2199, 12, 31)), back=st.integers(0, 60), months=st.integers(1, 90))
def test_a_day_has_one_of_the_marks_of_just_the_windows_that_hold_it(day: date, back: int, months: int) -> None:
    newest = month_of(day) + back
    has_one = not set(date_marks(day)).isdisjoint(months_mark(newest, months).split("|"))
    assert has_one is (back < months)


def test_whole_years_are_asked_for_as_years() -> None:
    assert months_mark(month_of(date(2026, 2, 1)), 15) == "on:2026-02|on:2026-01|on:2025|on:2024-12"


def test_a_window_grows_while_little_is_found_and_shrinks_where_too_much_is() -> None:
    windows = Windows(100, 0)
    asked = iter(windows)
    assert [next(asked), next(asked), next(asked), next(asked)] == [(100, 1), (99, 2), (97, 4), (93, 8)]
    assert windows.too_many()
    assert [next(asked), next(asked)] == [(93, 2), (91, 4)]


def test_one_month_cannot_be_made_shorter() -> None:
    windows = Windows(100, 0)
    next(iter(windows))
    assert not windows.too_many()


@pytest.mark.parametrize(("kind", "marks"), [(None, ()), ("quote", ("kind:quote",))])
def test_marks_of_kind_and_party(kind: str | None, marks: tuple[str, ...]) -> None:
    assert record_marks(kind, None) == marks
    assert record_marks(kind, UUID(int=1)) == (*marks, f"party:{UUID(int=1).hex}")
