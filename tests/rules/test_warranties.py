"""Warranties by kind and day (§5): the same answer as a table filled in day by day."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules import warranties as rules
from aggregates.rules.coverage import ORDER as COVERAGE_ORDER
from aggregates.rules.warranties import WarrantyTerms, carried, claimable, covering, legal, prolonged, restarted
from aggregates.serial_item import Warranty, WarrantyKind
from aggregates.values import Period

FIRST = date(2026, 1, 1)
OLD, NEW = UUID(int=1), UUID(int=2)


@st.composite
def warranties(draw: st.DrawFn) -> list[Warranty]:
    made = []
    for number in range(draw(st.integers(0, 5))):
        starts = FIRST + timedelta(days=draw(st.integers(0, 30)))
        ends = starts + timedelta(days=draw(st.integers(0, 30)))
        action = draw(st.one_of(st.none(), st.integers(0, 15)))
        kind = draw(st.sampled_from(list(WarrantyKind)))
        made.append(
            Warranty(
                warranty_id=UUID(int=number + 10),
                kind=kind,
                period=Period(starts_on=starts, ends_on=ends),
                action_until=None if action is None else ends + timedelta(days=action),
            )
        )
    return made


@settings(max_examples=100, deadline=None)
@given(warranties(), st.integers(-5, 90), st.integers(-5, 90))
def test_a_day_is_covered_by_what_a_table_of_days_says(known: list[Warranty], on_offset: int, appeared: int) -> None:
    on, appeared_on = FIRST + timedelta(days=on_offset), FIRST + timedelta(days=appeared)
    defects: dict[UUID, set[date]] = {}
    claims: dict[UUID, set[date]] = {}
    for each in known:
        day, last = each.period.starts_on, each.action_until or each.period.ends_on
        while day <= last:
            claims.setdefault(each.warranty_id, set()).add(day)
            if day <= each.period.ends_on:
                defects.setdefault(each.warranty_id, set()).add(day)
            day += timedelta(days=1)
    wanted = {key for key, days in defects.items() if appeared_on in days and on in claims[key] and on >= appeared_on}
    found = covering(known, on, appeared_on)
    assert {each.warranty_id for each in found} == wanted
    assert [rules.ORDER.index(each.kind) for each in found] == sorted(rules.ORDER.index(each.kind) for each in found)


def test_the_order_is_that_of_coverage() -> None:
    assert tuple(kind.value for kind in rules.ORDER) == COVERAGE_ORDER
    assert set(rules.ORDER) == set(WarrantyKind)


@pytest.mark.parametrize(
    ("delivered_on", "is_consumer", "ends_on", "presumed_until", "action_until"),
    [
        (date(2026, 3, 12), True, date(2028, 3, 12), date(2027, 3, 12), date(2028, 5, 12)),
        (date(2026, 2, 28), True, date(2028, 2, 28), date(2027, 2, 28), date(2028, 4, 28)),
        (date(2024, 2, 29), False, date(2025, 2, 28), None, None),
        (date(2025, 12, 31), True, date(2027, 12, 31), date(2026, 12, 31), date(2028, 2, 29)),
    ],
)
def test_the_legal_warranty_by_kind_of_customer(
    delivered_on: date, is_consumer: bool, ends_on: date, presumed_until: date | None, action_until: date | None
) -> None:
    given_ = legal(NEW, delivered_on, WarrantyTerms(), is_consumer=is_consumer, source=None)
    assert given_.period == Period(starts_on=delivered_on, ends_on=ends_on)
    assert (given_.presumed_until, given_.action_until) == (presumed_until, action_until)


def test_a_defect_that_appeared_on_the_last_day_is_claimed_until_two_months_later() -> None:
    given_ = legal(NEW, date(2026, 3, 12), WarrantyTerms(), is_consumer=True, source=None)
    appeared = date(2028, 3, 12)
    assert claimable(given_, date(2028, 5, 12), appeared)
    assert not claimable(given_, date(2028, 5, 13), appeared)
    assert not claimable(given_, date(2028, 5, 12), date(2028, 3, 13))
    business = legal(NEW, date(2026, 3, 12), WarrantyTerms(), is_consumer=False, source=None)
    assert not claimable(business, date(2027, 3, 13), date(2027, 3, 12))


def test_months_of_zero_give_no_warranty_of_work() -> None:
    none = WarrantyTerms(repair_months=0, part_months=0)
    assert rules.repair(NEW, FIRST, none, None) is None
    assert rules.part(NEW, FIRST, none, "EV-230", None) is None
    part = rules.part(NEW, date(2026, 9, 9), WarrantyTerms(), "EV-230", None)
    assert part is not None
    assert part.period.ends_on == date(2027, 9, 9)


def test_a_prolonged_warranty_has_its_term_of_action_prolonged_too() -> None:
    first = legal(NEW, date(2026, 3, 12), WarrantyTerms(), is_consumer=True, source=None)
    longer = prolonged(first, date(2026, 9, 1), WarrantyTerms(right_to_repair_months=12))
    assert (longer.period.ends_on, longer.action_until) == (date(2029, 3, 12), date(2029, 5, 12))
    assert longer.presumed_until == first.presumed_until


@settings(max_examples=80, deadline=None)
@given(warranties(), st.integers(-5, 70), st.booleans())
def test_a_replacement_never_shortens_what_is_left(known: list[Warranty], offset: int, is_consumer: bool) -> None:
    on = FIRST + timedelta(days=offset)
    ids = {each.warranty_id: UUID(int=each.warranty_id.int + 100) for each in known}
    left = {each.warranty_id: each for each in known if each.kind is not WarrantyKind.PART}
    inherited = {each.warranty_id: each for each in carried(known, on, OLD, "SN-1", ids)}
    for key, each in left.items():
        new = inherited.get(ids[key])
        if each.period.ends_on < on:
            assert new is None
            continue
        assert new is not None
        assert new.period.ends_on == each.period.ends_on
        assert new.period.starts_on == max(on, each.period.starts_on)
        assert new.inherited_from == OLD
    terms = WarrantyTerms()
    first, *others = restarted(known, on, OLD, "SN-1", ids, terms, legal_id=NEW, is_consumer=is_consumer)
    assert first.period == legal(NEW, on, terms, is_consumer=is_consumer, source=None).period
    for other in others:
        assert other.kind is not WarrantyKind.LEGAL
        assert other.period.days == inherited[other.warranty_id].period.days
        assert other.kind is not WarrantyKind.EXTENDED or other.period.starts_on > first.period.ends_on
