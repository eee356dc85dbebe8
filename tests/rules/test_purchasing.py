"""What to order, at what cost, by when, for whom: properties against slow obvious sums (R11.5, R11.7, R11.8)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.purchase_order_values import PurchaseLine, net_of
from aggregates.rules.line_amounts import line_total
from aggregates.rules.purchasing import (
    Coming,
    Held,
    Need,
    Packing,
    arrives_on,
    covered,
    needed_by,
    order_by,
    packed,
    packing_of,
    plan,
    remainder,
    unit_cost,
)
from aggregates.values import cents

QUANTITIES = st.integers(0, 40).map(Decimal)
FINE = st.decimals(0, 400, places=3)
PIECES = st.integers(1, 40).map(Decimal)
DAYS = st.none() | st.integers(0, 30).map(lambda n: date(2026, 3, 1) + timedelta(n))
MAIN = UUID(int=1)
NEEDS = st.builds(lambda *n: n, QUANTITIES, QUANTITIES, QUANTITIES, QUANTITIES)
PER = st.sampled_from([Decimal(1), Decimal(6), Decimal(12), Decimal(100), Decimal(1000)])


def need(number: int, sums: tuple[Decimal, Decimal, Decimal, Decimal], *, is_van: bool = False) -> Need:
    return Need(UUID(int=number), is_van, *sums)


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def test_the_sum_is_shown() -> None:
    """S13: 5 committed, minimum 4, 5 on hand, nothing on order: 4 to buy."""
    said = need(1, (Decimal(5), Decimal(5), Decimal(0), Decimal(4)))
    assert (said.missing, said.explained) == (Decimal(4), "5+4−5−0 = 4")
    assert need(1, (Decimal(9), Decimal("1.50"), Decimal(0), Decimal(0))).explained == "1.5+0−9−0 = 0"


@given(NEEDS, st.lists(NEEDS, max_size=4))
def test_what_is_missing_is_moved_awaited_or_bought_and_nothing_twice(
    main: tuple[Decimal, ...], vans: list[tuple[Decimal, ...]]
) -> None:
    needs = [need(1, main), *(need(n, van, is_van=True) for n, van in enumerate(vans, 2))]  # type: ignore[arg-type] # four each
    todo = plan(needs)
    for one in todo.proposals:
        on_hand, firm, coming, minimum = one.need[2:]
        assert one.need.missing == max(Decimal(0), firm + minimum - on_hand - coming)
        moved = sum((quantity for _, quantity in one.transfers), Decimal(0))
        assert moved + one.awaited + one.to_buy == one.need.missing
    assert sum((one.to_buy for one in todo.proposals), Decimal(0)) == sum((q for _, q in todo.to_buy), Decimal(0))
    given_away = sum((q for one in todo.proposals for _, q in one.transfers), Decimal(0))
    assert given_away <= needs[0].to_spare, "a main warehouse keeps its own needs"
    assert {place for place, _ in todo.to_buy} <= {MAIN}


@given(NEEDS, st.lists(NEEDS, max_size=4), st.integers(1, 12).map(Decimal))
def test_after_the_order_nothing_is_left_to_buy(
    main: tuple[Decimal, ...], vans: list[tuple[Decimal, ...]], box: Decimal
) -> None:
    needs = [need(1, main), *(need(n, van, is_van=True) for n, van in enumerate(vans, 2))]  # type: ignore[arg-type] # four each
    for place, wanted in plan(needs).to_buy:
        more = packed(wanted, Packing(units_per=box)) * box
        needs = [one._replace(on_order=one.on_order + more) if one.warehouse_id == place else one for one in needs]
    assert plan(needs).to_buy == ()


def test_vans_are_refilled_from_main_first_and_share_what_there_is() -> None:
    main = need(1, (Decimal(7), Decimal(2), Decimal(0), Decimal(2)))
    vans = [need(n, (Decimal(0), Decimal(0), Decimal(0), Decimal(2)), is_van=True) for n in (2, 3)]
    first, second = plan([*vans, main]).proposals
    assert (first.transfers, first.to_buy) == (((MAIN, Decimal(2)),), Decimal(0))
    assert (second.transfers, second.to_buy) == (((MAIN, Decimal(1)),), Decimal(1))
    assert plan(vans).to_buy == ((UUID(int=2), Decimal(2)), (UUID(int=3), Decimal(2))), "without a main one, directly"


@given(FINE.filter(bool), PER, QUANTITIES, st.integers(0, 5).map(Decimal))
def test_order_units_bring_enough_in_multiples_and_not_one_too_many(
    wanted: Decimal, units_per: Decimal, minimum: Decimal, multiple: Decimal
) -> None:
    packing = Packing(units_per=units_per, minimum=minimum, multiple=multiple)
    quantity = packed(wanted, packing)
    assert quantity * units_per >= wanted
    assert quantity >= minimum
    step = multiple or (Decimal(1) if units_per != 1 else Decimal(0))
    if step:
        assert quantity % step == 0
        less = quantity - step
        assert less * units_per < wanted or less < minimum
    else:
        assert quantity == max(wanted, minimum)


def test_nothing_wanted_is_nothing_ordered_and_the_articles_lot_is_a_multiple() -> None:
    assert packed(Decimal(0), Packing(minimum=Decimal(5))) == 0
    assert packed(Decimal(3), packing_of(Packing(), Decimal(5))) == 5
    assert packed(Decimal(13), packing_of(Packing(units_per=Decimal(12)), Decimal(18))) == 2
    assert packing_of(Packing(multiple=Decimal(2)), Decimal(5)).multiple == 2


@pytest.mark.parametrize(
    ("price", "per", "discounts", "cost"),
    [
        ("51.20", "1", (), "51.2"),
        ("4.35", "100", (), "0.0435"),
        ("10.00", "12", (), "0.83333333"),
        ("10.00", "12", ("10", "5"), "0.7125"),
        ("0.005", "1000", (), "0.000005"),
        ("0.00000001", "2", (), "0.00000001"),
    ],
)
def test_a_unit_costs_its_part_of_the_price(price: str, per: str, discounts: tuple[str, ...], cost: str) -> None:
    assert unit_cost(Decimal(price), Decimal(per), [Decimal(one) for one in discounts]) == Decimal(cost)


@given(FINE, PER, st.lists(st.integers(0, 60).map(Decimal), max_size=2), PIECES)
def test_a_lines_total_is_quantity_times_price_by_the_multiplier_rounded_once(
    price: Decimal, per: Decimal, discounts: list[Decimal], boxes: Decimal
) -> None:
    line = PurchaseLine(
        line_id=MAIN, article_id=MAIN, code="X", description="X", warehouse_id=MAIN, quantity=boxes, order_unit="CT",
        units_per=Decimal(12), unit="PZ", unit_price=price, price_per=per, discounts=tuple(discounts),
    )  # fmt: skip
    exact = Fraction(price) * Fraction(boxes) * 12 / Fraction(per)
    for percent in discounts:
        exact *= (100 - Fraction(percent)) / 100
    assert abs(Fraction(line.amount) - exact) <= Fraction(1, 200)
    assert line.amount == line_total(price, line.stock_quantity, discounts, per) == cents(line.amount)
    assert abs(Fraction(line.unit_cost) * Fraction(line.stock_quantity) - exact) <= line.stock_quantity / 10**8
    assert net_of((line, line)) == 2 * line.amount


@given(QUANTITIES, st.lists(st.tuples(PIECES, DAYS), max_size=6), st.lists(st.tuples(PIECES, DAYS), max_size=4))
def test_a_shortage_begins_on_the_first_day_that_promises_more_than_there_is(
    on_hand: Decimal, promises: list[tuple[Decimal, date | None]], supplies: list[tuple[Decimal, date | None]]
) -> None:
    firm = [Held(UUID(int=n), quantity, due) for n, (quantity, due) in enumerate(promises)]
    found = needed_by(on_hand, firm, [Coming(*one) for one in supplies])
    short = None
    for n in range(31):
        day = date(2026, 3, 1) + timedelta(n)
        promised = sum((one.quantity for one in firm if one.due_on and one.due_on <= day), Decimal(0))
        there = on_hand + sum((q for q, due in supplies if due and due <= day), Decimal(0))
        if promised > there and short is None:
            short = day
    assert found == short


@given(st.integers(0, 60).map(lambda n: date(2026, 3, 1) + timedelta(n)), st.integers(0, 15))
def test_days_of_ordering_are_working_days(due_on: date, lead_days: int) -> None:
    last = order_by(due_on, lead_days, weekend)
    assert not weekend(last)
    assert arrives_on(last, lead_days, weekend) <= due_on or weekend(due_on)
    assert arrives_on(last + timedelta(1), max(lead_days, 1), weekend) > due_on - timedelta(3)
    working = [last + timedelta(n) for n in range(1, (due_on - last).days + 1)]
    assert sum(not weekend(day) for day in working) >= lead_days


def test_a_day_of_ordering_by_hand() -> None:
    """Due on Monday 16/03/2026 with three working days: Wednesday 11/03; ordered on Friday it comes on Wednesday."""
    assert order_by(date(2026, 3, 16), 3, weekend) == date(2026, 3, 11)
    assert order_by(date(2026, 3, 15), 0, weekend) == date(2026, 3, 13)
    assert arrives_on(date(2026, 3, 13), 3, weekend) == date(2026, 3, 18)


@given(QUANTITIES, st.lists(st.tuples(PIECES, DAYS, st.booleans()), max_size=6))
def test_what_is_on_hand_covers_firm_promises_first_and_never_more_than_there_is(
    on_hand: Decimal, promises: list[tuple[Decimal, date | None, bool]]
) -> None:
    held = [Held(UUID(int=n), *one) for n, one in enumerate(promises)]
    there = covered(on_hand, held)
    assert sum((one.quantity for one in held if one.id in there), Decimal(0)) <= on_hand
    assert covered(on_hand, [one for one in held if one.firm]) == {
        one.id for one in held if one.firm and one.id in there
    }
    assert there <= covered(on_hand + 1000, held) == {one.id for one in held}


@settings(max_examples=50)
@given(PIECES, st.lists(QUANTITIES, max_size=4), QUANTITIES, QUANTITIES)
def test_a_remainder_is_never_negative(
    ordered: Decimal, came: list[Decimal], again: Decimal, given_up: Decimal
) -> None:
    left = remainder(ordered, sum(came, Decimal(0)), again, given_up)
    assert left == max(Decimal(0), ordered + again - given_up - sum(came, Decimal(0)))
