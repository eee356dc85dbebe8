"""Stretches of days tile: no gap, no overlap, and each day says what the last entry begun by then said."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.dated import held_on, stretches

FIRST = date(2026, 1, 1)
ENTRIES = st.dictionaries(st.integers(0, 60), st.sampled_from("ABC"), min_size=1, max_size=8).map(
    lambda days: [(FIRST + timedelta(days=offset), held) for offset, held in sorted(days.items())]
)


@settings(max_examples=60, deadline=None)
@given(ENTRIES, st.integers(-5, 70))
def test_every_day_lies_in_one_stretch_and_says_what_a_table_says(entries: list[tuple[date, str]], offset: int) -> None:
    day = FIRST + timedelta(days=offset)
    found = [stretch for stretch in stretches(entries) if stretch.holds(day)]
    table: dict[date, str] = {}
    for number in range(-5, 71):
        each = FIRST + timedelta(days=number)
        table[each] = dict(entries).get(each) or table.get(each - timedelta(days=1)) or entries[0][1]
    assert held_on(entries, day) == table[day]
    if day < entries[0][0]:
        assert found == []
    else:
        assert [stretch.held for stretch in found] == [table[day]]


def test_the_last_stretch_has_no_end() -> None:
    first, last = stretches([(date(2026, 3, 12), "a"), (date(2026, 9, 15), "b")])
    assert (first.to_on, last.to_on) == (date(2026, 9, 14), None)
