"""Copies billed in advance: settled by readings, left over given back, carried or lost; over a life nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.meter_keys import Of, advance_kind, is_advance, kind_of, tier_kind
from tests.rules.meter_cases import YEAR, Fleet, due_on, end, terms, told, total

START = date(2025, 12, 31)
FIRST = date(2026, 1, 1)
BW: dict[str, Any] = {"counter": "bw", "included": 3000, "tiers": [{"unit_price": "0.01"}]}
TIERS = [{"up_to": 500, "unit_price": "0.0133"}, {"unit_price": "0.0087"}]


def fleet_of(left_over: str = "credited", volume: int = 1000, **fields: Any) -> Fleet:
    """A machine read at the start, whose months bill copies in advance; four months, the last one the contract's."""
    counter = {**BW, "advance": {"volume": volume, "left_over": left_over}}
    fleet = Fleet(terms(counter, **fields))
    fleet.periods = (*fleet.periods[:3], replace(fleet.periods[3], is_last=True))
    fleet.read("bw", START, 0)
    return fleet


def test_a_period_bills_its_volume_at_its_start_once_and_says_so() -> None:
    fleet = fleet_of()
    (due,) = fleet.bill(FIRST)
    assert told([due]) == [(1, "advance:bw", "10.00")]
    assert (due.billing_on, due.quantity, due.unit_price) == (FIRST, Decimal(1000), Decimal("0.01"))
    assert "1.000 copie oltre le incluse, fatturate in anticipo il 01/01/2026" in due.told
    assert "si restituisce con il conguaglio" in due.told
    assert "in anticipo 01/01/2026–31/01/2026: 1.000 copie salvo conguaglio" in (due.description or "")
    assert fleet.bill(FIRST) == []
    assert fleet.bill(end(1)) == []


def test_more_than_was_billed_is_due_at_the_end_beside_the_next_advance() -> None:
    fleet = fleet_of()
    fleet.bill(FIRST)
    fleet.read("bw", end(1), 4500)
    found = fleet.bill(due_on(1))
    assert told(found) == [(1, "true-up:bw", "5.00"), (2, "advance:bw", "10.00")]
    assert "letture 15,00 euro, già fatturati 10,00 euro, differenza 5,00 euro" in found[0].told


@pytest.mark.parametrize(
    ("left_over", "first", "second", "last"),
    [
        ("credited", ["-6.00"], ["5.00"], []),
        ("carried", [], [], ["-1.00"]),  # 6.00 left over pay the 5.00 of February; the contract's end gives 1.00 back
        ("lost", [], ["5.00"], []),
    ],
)
def test_less_than_was_billed_goes_by_the_terms(
    left_over: str, first: list[str], second: list[str], last: list[str]
) -> None:
    fleet = fleet_of(left_over)
    fleet.bill(FIRST)
    stood = 0
    for month, (made, expected) in enumerate(((3400, first), (4500, second), (4000, []), (4000, last)), 1):
        stood += made
        fleet.read("bw", end(month), stood)
        found = fleet.bill(due_on(month))
        assert [str(each.amount) for each in found if not is_advance(each.key.kind)] == expected, month
        assert fleet.bill(due_on(month)) == []


def test_carried_money_says_where_it_comes_from() -> None:
    fleet = fleet_of("carried")
    fleet.bill(FIRST)
    fleet.read("bw", end(1), 3400)
    fleet.bill(due_on(1))
    fleet.read("bw", end(2), 3400 + 5000)
    found = fleet.bill(due_on(2))
    assert told(found)[0] == (2, "true-up:bw", "4.00")
    assert "già fatturati 16,00 euro" in found[0].told
    assert "6,00 euro sono riportati da periodi precedenti" in found[0].told


def test_lost_copies_say_that_they_are_owed_and_need_no_advance_to_be() -> None:
    fleet = fleet_of("lost")
    fleet.read("bw", end(1), 3400)
    found = fleet.bill(due_on(1))  # nobody billed January in advance: it is billed whole, at its least
    assert told(found)[:2] == [(1, "meter:bw:1", "4.00"), (1, "meter:bw:2", "6.00")]
    assert "mancano in anticipo" not in found[1].told
    assert "Al volume concordato in anticipo mancano 6,00 euro, comunque dovuti." in found[1].told
    assert "integrazione al volume minimo" in (found[1].description or "")


def test_a_period_measured_before_its_advance_was_billed_has_none() -> None:
    fleet = fleet_of()
    fleet.read("bw", end(1), 3400)
    assert told(fleet.bill(due_on(1))) == [(1, "meter:bw:1", "4.00"), (2, "advance:bw", "10.00")]
    assert fleet.bill(due_on(1)) == []


def test_an_estimate_settles_the_advance_and_the_reading_settles_the_estimate() -> None:
    fleet = fleet_of("carried")
    fleet.bill(FIRST)
    fleet.read("bw", end(1), 4000)
    fleet.bill(due_on(1))
    fleet.read("bw", end(2), 4000 + 3500, "estimate")
    assert told(fleet.bill(due_on(2))) == [(3, "advance:bw", "10.00")]  # 5.00 left over, as estimated
    fleet.read("bw", end(3), 4000 + 3500 + 3700, "estimate")
    assert told(fleet.bill(due_on(3))) == [(4, "advance:bw", "10.00")]  # 8.00 left over
    fleet.read("bw", end(4), 4000 + 3 * 4200)
    found = fleet.bill(due_on(4))
    assert total(found) == Decimal("36.00") - 30
    assert fleet.billed() == fleet.at_once(due_on(4)) == Decimal("46.00")


def test_an_estimate_beyond_the_advance_is_due_though_the_advance_was_billed() -> None:
    fleet = fleet_of()
    fleet.bill(FIRST)
    fleet.read("bw", end(1), 3000 + 1200, "estimate")
    assert told(fleet.bill(due_on(1))) == [(1, "true-up:bw", "2.00"), (2, "advance:bw", "10.00")]
    assert fleet.bill(due_on(1)) == []


def test_an_advance_of_a_period_that_is_cut_short_or_gone_is_given_back() -> None:
    fleet = fleet_of("lost")
    fleet.bill(FIRST)
    fleet.read("bw", end(1), 3000)
    assert told(fleet.bill(due_on(1))) == [(2, "advance:bw", "10.00")]
    whole = fleet.periods[1]
    cut = whole.period.model_copy(update={"ends_on": date(2026, 2, 14)})
    fleet.periods = (fleet.periods[0], replace(whole, period=cut, part=Fraction(1, 2), billing_on=date(2026, 2, 15)))
    fleet.read("bw", date(2026, 2, 14), 3000)
    assert told(fleet.bill(date(2026, 2, 15))) == [(2, "true-up:bw", "-5.00")]  # half of the volume is owed
    fleet.periods = fleet.periods[:1]
    assert told(fleet.bill(date(2026, 3, 1))) == [(2, "true-up:bw", "-5.00")]


def test_a_machine_with_a_volume_of_its_own_pays_for_its_days() -> None:
    fleet = fleet_of(pooling="machine")
    fleet.spans = {1: YEAR.model_copy(update={"starts_on": date(2026, 1, 16)})}
    kind = advance_kind(Of("bw", fleet.scope().groups[0].machine_id))
    assert told(fleet.bill(FIRST)) == [(1, kind, "5.16")]  # 16 of 31 days
    fleet.spans = {1: YEAR.model_copy(update={"starts_on": date(2026, 2, 1)})}
    group = fleet.scope().groups[0]
    assert group.advance(fleet.periods[0]) == ()


def test_keys_of_advances_are_of_their_counter_and_not_measured() -> None:
    assert kind_of(advance_kind(Of("bw"))) == Of("bw")
    assert is_advance(advance_kind(Of("bw")))
    assert not is_advance(tier_kind(Of("bw"), 1))


STEPS = st.lists(
    st.tuples(st.sampled_from(["read", "estimate", "correct", "run"]), st.integers(0, 6), st.integers(0, 3000)),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(
    steps=STEPS,
    clicks=st.lists(st.integers(0, 6000), min_size=6, max_size=6),
    volume=st.integers(1, 4000),
    left_over=st.sampled_from(["credited", "carried", "lost"]),
    tiering=st.sampled_from(["graduated", "volume"]),
    minimum=st.sampled_from([None, {"amount": "21.77"}]),
)
def test_advances_and_settlements_are_what_arrears_would_have_billed(
    steps: list[tuple[str, int, int]],
    clicks: list[int],
    volume: int,
    left_over: str,
    tiering: str,
    minimum: dict[str, str] | None,
) -> None:
    counter = {**BW, "tiers": TIERS, "tiering": tiering}
    advance = {"volume": volume, "left_over": left_over}
    fleet, arrears = (Fleet(terms(each, minimum=minimum)) for each in ({**counter, "advance": advance}, {**counter}))
    fleet.periods = (*fleet.periods[:5], replace(fleet.periods[5], is_last=True))
    arrears.periods = fleet.periods
    fleet.read("bw", START, 0)
    for step, month, off in steps:
        stood = sum(clicks[:month])
        if step == "run" or not month:
            on = due_on(month) if month else FIRST
            fleet.bill(on)
            assert fleet.bill(on) == []
        elif step == "correct":
            fleet.read("bw", end(month), max(stood - off, stood - clicks[month - 1]))
        else:
            fleet.read(
                "bw",
                end(month),
                stood + (off if step == "estimate" else 0),
                "estimate" if step == "estimate" else "technician",
            )
    for month in range(1, 7):
        fleet.read("bw", end(month), sum(clicks[:month]))
    arrears.readings = fleet.readings
    fleet.bill(due_on(6) + timedelta(days=1))
    assert fleet.bill(due_on(6) + timedelta(days=1)) == []
    if left_over != "lost":
        assert fleet.billed() == arrears.at_once(due_on(6))
        return
    group = fleet.scope().groups[0]
    least = total_of(group.advance(fleet.periods[0]))
    months = [max(window.rated, least) for window in arrears.scope().groups[0].windows(due_on(6))]
    floor = Decimal(minimum["amount"]) if minimum else Decimal(0)
    assert fleet.billed() == sum((max(each, floor) for each in months), Decimal(0))


def total_of(lines: tuple[Any, ...]) -> Decimal:
    """The sum of tier lines."""
    return sum((each.amount for each in lines), Decimal(0))
