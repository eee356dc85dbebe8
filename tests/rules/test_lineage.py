"""Plants and replacements without circles: what is accepted never makes an item part of, or behind, itself."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.dated import Stretch, held_on
from aggregates.rules.lineage import closes_circle, days_from, succeeds

FIRST = date(2026, 1, 1)
IDS = [UUID(int=number) for number in range(1, 6)]
STEPS = st.lists(
    st.tuples(st.sampled_from(IDS), st.one_of(st.none(), st.sampled_from(IDS)), st.integers(0, 12)), max_size=25
)
Known = dict[UUID, list[tuple[date, UUID | None]]]


def has_circle(known: Known, day: date) -> bool:
    for start in IDS:
        seen, at = set(), held_on(known[start], day)
        while at is not None and at not in seen:
            if at == start:
                return True
            seen.add(at)
            at = held_on(known[at], day)
    return False


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_what_is_accepted_never_makes_a_circle_and_what_is_refused_would(
    steps: list[tuple[UUID, UUID | None, int]],
) -> None:
    known: Known = {item: [(FIRST + timedelta(days=5), None)] for item in IDS}
    days = [FIRST + timedelta(days=offset) for offset in range(-2, 20)]
    for item, parent, offset in steps:
        from_on = FIRST + timedelta(days=offset)
        refused = parent is not None and closes_circle(item, parent, days_from(known[item], from_on), known.__getitem__)
        tried = sorted([*(each for each in known[item] if each[0] != from_on), (from_on, parent)])
        after = {**known, item: tried}
        assert refused == any(has_circle(after, day) for day in days)
        if not refused:
            known = after


def test_a_membership_holds_until_the_next_one() -> None:
    entries: list[tuple[date, UUID | None]] = [(date(2026, 1, 1), None), (date(2026, 6, 1), IDS[0])]
    assert days_from(entries, date(2026, 3, 1)) == Stretch(date(2026, 3, 1), date(2026, 5, 31), None)
    assert days_from(entries, date(2025, 3, 1)) == Stretch(date.min, date(2025, 12, 31), None)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=20))
def test_a_line_of_replacements_ends(pairs: list[tuple[UUID, UUID]]) -> None:
    successor: dict[UUID, UUID] = {}
    for old, new in pairs:
        if old not in successor and not succeeds(old, new, successor.get):
            successor[old] = new
    for start in IDS:
        at, steps = start, 0
        while at in successor:
            at, steps = successor[at], steps + 1
            assert steps <= len(IDS)
