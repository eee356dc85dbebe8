"""Spans of days, against sets of days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.spans import ENDLESS, Span, both, holding, joined, runs, without

START = date(2026, 1, 1)


def day(n: int) -> date:
    return START + timedelta(days=n)


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=6).map(
    lambda found: [Span(day(first), day(first + length)) for first, length in found]
)


def days(found: list[Span]) -> set[date]:
    return {span.first + timedelta(days=n) for span in found for n in range((span.last - span.first).days + 1)}


@given(spans, spans)
def test_what_lies_in_both(one: list[Span], other: list[Span]) -> None:
    assert days(both(one, other)) == days(one) & days(other)


@given(spans, spans)
def test_what_is_left(one: list[Span], other: list[Span]) -> None:
    assert days(without(one, other)) == days(one) - days(other)


@given(spans)
def test_joined_spans_do_not_touch(found: list[Span]) -> None:
    one = joined(found)
    assert days(one) == days(found)
    assert all(a.last + timedelta(days=1) < b.first for a, b in pairwise(one))
    assert all(holding(found, each) for each in days(one))


@given(st.lists(st.booleans(), min_size=1, max_size=8))
def test_a_condition_holds_until_it_changes(values: list[bool]) -> None:
    found = runs([(day(3 * n), value) for n, value in enumerate(values)])
    for n in range(-5, 3 * len(values) + 5):
        assert holding(found, day(n)) == values[min(max(n // 3, 0), len(values) - 1)]


def test_an_endless_span_stays_endless() -> None:
    assert joined([Span(day(0), ENDLESS), Span(day(5), day(9))]) == [Span(day(0), ENDLESS)]
    assert without([Span(day(0), ENDLESS)], [Span(day(3), ENDLESS)]) == [Span(day(0), day(2))]
