"""What is due of copies: tiers, pools, minimums, estimates, true-ups; period by period as all at once (R3.3–R3.9)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.rules.meter_dues import Held
from aggregates.rules.meter_keys import Of, kind_of, tier_kind, true_up_kind
from aggregates.values import Period
from tests.rules.meter_cases import YEAR, Fleet, due_on, end, terms, told

START = date(2025, 12, 31)
COLOUR = {
    "counter": "colour",
    "included": 100,
    "tiers": [{"up_to": 200, "unit_price": "0.065"}, {"unit_price": "0.05"}],
}
BW = {"counter": "bw", "included": 3000, "tiers": [{"unit_price": "0.01"}]}


def read_fleet(*values: int, **fields: object) -> Fleet:
    """A machine read at the start and at the ends of months, with these totals; None-like 0 leaves a month out."""
    fleet = Fleet(terms(**fields))
    fleet.read("bw", START, 0)
    for month, value in enumerate(values, 1):
        if value:
            fleet.read("bw", end(month), value)
    return fleet


def test_a_month_costs_its_excess_and_a_second_run_finds_nothing() -> None:
    fleet = read_fleet(3500)
    assert told(fleet.bill(due_on(1))) == [(1, "meter:bw:1", "5.00")]
    assert fleet.bill(due_on(1)) == []


def test_what_is_not_used_is_lost_at_the_end_of_the_period() -> None:
    fleet = read_fleet(1000, 5000)
    assert told(fleet.bill(due_on(2))) == [(2, "meter:bw:1", "10.00")]


def test_the_example_of_r3_8_estimates_of_8_and_11_and_a_true_up_of_minus_4() -> None:
    fleet = read_fleet(3000)
    fleet.read("bw", end(2), 3000 + 3800, "estimate")
    fleet.read("bw", end(3), 3000 + 3800 + 4100, "estimate")
    assert told(fleet.bill(due_on(1))) == []
    assert told(fleet.bill(due_on(2))) == [(2, "meter:bw:1", "8.00")]
    assert told(fleet.bill(due_on(3))) == [(3, "meter:bw:1", "11.00")]
    fleet.read("bw", date(2026, 4, 4), 3000 + 7500)
    (true_up,) = fleet.bill(due_on(4) - timedelta(days=1))
    assert told([true_up]) == [(3, "true-up:bw", "-4.00")]
    assert (true_up.period.starts_on, true_up.period.ends_on) == (date(2026, 2, 1), end(3))
    assert "letture 15,00 euro, già fatturati 19,00 euro, differenza -4,00 euro" in true_up.told
    assert fleet.bill(due_on(4) - timedelta(days=1)) == []


def test_unread_it_is_estimated_from_the_daily_average_and_says_so() -> None:
    fleet = read_fleet(31 * 120)  # 120 a day, in February 3,360
    (january, february) = fleet.bill(due_on(2))
    assert told([january, february]) == [(1, "meter:bw:1", "7.20"), (2, "meter:bw:1", "3.60")]
    assert february.measured is not None
    assert february.measured.is_estimated
    assert "stimata" in (february.description or "")
    assert january.measured is not None
    assert not january.measured.is_estimated


def test_an_estimate_that_was_billed_stays_until_the_end_of_a_period_is_read() -> None:
    fleet = read_fleet(31 * 120)
    fleet.bill(due_on(2))
    fleet.read("bw", date(2026, 2, 14), 31 * 120 + 9_000)
    assert fleet.bill(due_on(2)) == []


def test_a_month_billed_with_its_window_when_the_reading_comes() -> None:
    fleet = read_fleet(3000, 0, 3000 + 7500)
    fleet.read("bw", end(2), 3000 + 3800, "estimate")
    fleet.bill(due_on(2))  # the reading of March is there, but February is not read
    assert told(fleet.bill(due_on(3))) == [(3, "true-up:bw", "7.00")]  # 15.00 of both, less 8.00
    assert fleet.billed() == Decimal("15.00")


def test_a_reading_that_comes_late_for_a_month_between_splits_the_window_again() -> None:
    fleet = read_fleet(3000, 0, 3000 + 7500)
    fleet.bill(due_on(3))
    assert fleet.billed() == Decimal("15.00")
    fleet.read("bw", end(2), 3000 + 1000)  # 1,000 in February, 6,500 in March
    fleet.bill(due_on(3))
    assert fleet.billed() == Decimal("35.00")


def test_waiting_for_a_reading_bills_nothing_until_it_may_estimate() -> None:
    fleet = read_fleet(31 * 120, estimate_after_days=15)
    fleet.bill(due_on(1))
    assert fleet.bill(due_on(2)) == []
    assert told(fleet.bill(due_on(2) + timedelta(days=15))) == [(2, "meter:bw:1", "3.60")]
    never = read_fleet(31 * 120, 0, 31 * 120 + 6_500, estimate_after_days=None)
    never.bill(due_on(1))
    assert never.bill(due_on(2)) == []
    assert told(never.bill(due_on(3))) == [(3, "meter:bw:1", "5.00")]


def test_a_correction_of_a_billed_reading_is_a_difference_with_the_next_invoice() -> None:
    fleet = read_fleet(3500, 7000)
    fleet.bill(due_on(2))
    assert fleet.billed() == Decimal("10.00")
    fleet.read("bw", end(1), 3400)
    assert fleet.bill(due_on(2), news_on=due_on(3)) == []
    found = fleet.bill(due_on(3) - timedelta(days=0), news_on=due_on(3))
    assert told(found)[:2] == [(1, "true-up:bw", "-1.00"), (2, "true-up:bw", "1.00")]


def test_a_credited_period_that_is_due_again_is_billed_with_the_next_attempt() -> None:
    fleet = read_fleet(3500)
    (billed,) = fleet.bill(due_on(1))
    fleet.held = [Held(key=billed.key, amount=Decimal("0.00"), is_live=False)]
    (again,) = fleet.bill(due_on(1))
    assert (again.key.kind, again.key.attempt, again.amount) == ("meter:bw:1", 2, Decimal("5.00"))


def test_periods_that_the_contract_no_longer_has_are_taken_back() -> None:
    fleet = read_fleet(3500, 7000, 10_500)
    fleet.bill(due_on(3))
    fleet.periods = fleet.periods[:2]
    assert told(fleet.bill(due_on(3))) == [(3, "true-up:bw", "-5.00")]
    assert fleet.bill(due_on(3)) == []


def test_the_pool_is_of_all_machines_or_of_each() -> None:
    for pooling, included, amount in (("contract", 6000, "0.00"), ("machine", 3000, "10.00")):
        fleet = Fleet(terms({**BW, "included": included}, pooling=pooling), spans={1: YEAR, 2: YEAR})
        for machine, value in ((1, 4000), (2, 1500)):
            fleet.read("bw", START, 0, machine=machine)
            fleet.read("bw", end(1), value, machine=machine)
        fleet.bill(due_on(1))
        assert str(fleet.billed()) == amount


def test_a_machine_added_in_mid_period_counts_from_its_first_reading_and_has_its_part() -> None:
    half = Period(starts_on=date(2026, 1, 17), ends_on=YEAR.ends_on)  # 15 of 31 days
    fleet = Fleet(terms({**BW, "included": 3100}, pooling="machine"), spans={1: half})
    fleet.read("bw", date(2026, 1, 17), 50_000)
    fleet.read("bw", end(1), 52_000)
    (due,) = fleet.bill(due_on(1))
    assert due.amount == Decimal("5.00")  # 2,000 less 1,500


def test_a_machine_removed_in_mid_period_counts_to_its_last_day() -> None:
    gone = Period(starts_on=YEAR.starts_on, ends_on=date(2026, 1, 20))
    fleet = Fleet(terms({**BW, "included": 1000}), spans={1: gone, 2: YEAR})
    for machine in (1, 2):
        fleet.read("bw", START, 0, machine=machine)
    fleet.read("bw", date(2026, 1, 20), 900, machine=1)
    fleet.read("bw", end(1), 9_999, machine=1)
    fleet.read("bw", end(1), 700, machine=2)
    (due,) = fleet.bill(due_on(1))
    assert due.amount == Decimal("6.00")


def test_the_minimum_completes_the_variable_sum() -> None:
    fleet = read_fleet(3500, 20_000, minimum={"amount": "50.00"})
    assert told(fleet.bill(due_on(1))) == [(1, "meter:bw:1", "5.00"), (1, "minimum", "45.00")]
    assert told(fleet.bill(due_on(2))) == [(2, "meter:bw:1", "135.00")]


def test_the_minimum_is_of_as_many_periods_as_the_window() -> None:
    fleet = read_fleet(3500, 0, 3500 + 6_200, minimum={"amount": "50.00"}, estimate_after_days=None)
    fleet.bill(due_on(1))
    assert told(fleet.bill(due_on(3))) == [(3, "meter:bw:1", "2.00"), (3, "minimum", "98.00")]


def test_bounds_of_tiers_are_of_as_many_periods_as_the_window() -> None:
    fleet = Fleet(terms({**COLOUR, "included": 0}, estimate_after_days=None))
    fleet.read("colour", START, 0)
    fleet.read("colour", end(2), 500)
    assert told(fleet.bill(due_on(2))) == [(2, "meter:colour:1", "26.00"), (2, "meter:colour:2", "5.00")]


def test_a_minimum_given_back_is_reckoned_from_the_estimate_as_it_was_billed() -> None:
    fleet = read_fleet(31 * 120, minimum={"amount": "50.00"})
    assert told(fleet.bill(due_on(2)))[2:] == [(2, "meter:bw:1", "3.60"), (2, "minimum", "46.40")]
    fleet.held = [each for each in fleet.held if (each.key.number, each.key.kind) != (2, "minimum")]
    fleet.read("bw", date(2026, 2, 14), 31 * 120 + 2_500)
    assert told(fleet.bill(due_on(2))) == [(2, "minimum", "46.40")]


def test_a_true_up_changes_the_minimum_the_other_way() -> None:
    fleet = read_fleet(3500, minimum={"amount": "50.00"})
    fleet.bill(due_on(1))
    fleet.read("bw", end(1), 4500)
    assert told(fleet.bill(due_on(1))) == [(1, "true-up:bw", "10.00"), (1, "true-up:minimum", "-10.00")]


def test_unused_copies_are_settled_once_a_year() -> None:
    values = [3000 * n for n in range(1, 12)]
    fleet = read_fleet(4000, *(v + 1000 for v in values[1:10]), 33_500, 35_600, unused="annual")
    for month in range(1, 12):
        fleet.bill(due_on(month))
    assert fleet.billed() == Decimal("10.00")  # January's thousand
    assert told(fleet.bill(due_on(12))) == [(12, "true-up:bw", "-10.00")]  # 35,600 of the year's 36,000


@pytest.mark.parametrize("of", [Of("bw"), Of("a3-c", UUID(int=5)), Of("minimum")])
def test_kinds_say_what_they_are_of(of: Of) -> None:
    assert kind_of(tier_kind(of, 2)) == of
    assert kind_of(tier_kind(of, 0)) == of
    assert kind_of(true_up_kind(of)) == of
    assert kind_of("fee") is None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["read", "late", "estimate", "correct", "run"]),
        st.integers(1, 6),
        st.integers(1, 2),
        st.sampled_from(["bw", "colour"]),
        st.integers(0, 3000),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(
    steps=STEPS,
    clicks=st.lists(st.integers(0, 6000), min_size=24, max_size=24),
    pooling=st.sampled_from(["contract", "machine"]),
    unused=st.sampled_from(["lost", "annual"]),
    minimum=st.sampled_from([None, {"amount": "37.77"}]),
)
def test_whatever_happened_on_the_way_the_sum_is_that_of_the_last_readings(
    steps: list[tuple[str, int, int, str, int]],
    clicks: list[int],
    pooling: str,
    unused: str,
    minimum: dict[str, str] | None,
) -> None:
    fleet = Fleet(terms(BW, COLOUR, pooling=pooling, unused=unused, minimum=minimum), spans={1: YEAR, 2: YEAR})
    fleet.periods = fleet.periods[:6]
    meters = [(1, "bw"), (2, "bw"), (1, "colour"), (2, "colour")]
    true = {meter: clicks[6 * n : 6 * n + 6] for n, meter in enumerate(meters)}
    for machine, kind in true:
        fleet.read(kind, START, 0, machine=machine)
    for step, month, machine, kind, off in steps:
        stood = sum(true[machine, kind][:month])
        match step:
            case "read":
                fleet.read(kind, end(month), stood, machine=machine)
            case "late":
                on = end(month) + timedelta(days=5)
                fleet.read(kind, on, stood + (sum(true[machine, kind][: month + 1]) - stood) // 7, machine=machine)
            case "estimate":
                fleet.read(kind, end(month), stood + off, "estimate", machine=machine)
            case "correct":
                clicked = true[machine, kind][month - 1]
                wrong = max(
                    stood - off, stood - clicked + clicked // 7
                )  # never below a late reading of the month before
                fleet.read(kind, end(month), wrong, machine=machine)
            case _:
                fleet.bill(due_on(month))
                assert fleet.bill(due_on(month)) == []
    for (machine, kind), values in true.items():
        for month in range(1, 7):
            fleet.read(kind, end(month), sum(values[:month]), machine=machine)
    fleet.bill(due_on(6))
    assert fleet.billed() == fleet.at_once(due_on(6))
    assert fleet.bill(due_on(6)) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9000), min_size=6, max_size=6), st.integers(0, 4000))
def test_included_copies_are_never_paid_and_a_pool_never_costs_more_than_single_volumes(
    clicks: list[int], included: int
) -> None:
    billed = {}
    for pooling, volume in (("contract", 3 * included), ("machine", included)):
        fleet = Fleet(terms({**BW, "included": volume}, pooling=pooling), spans=dict.fromkeys((1, 2, 3), YEAR))
        for machine in (1, 2, 3):
            fleet.read("bw", START, 0, machine=machine)
            first, second = clicks[2 * machine - 2 : 2 * machine]
            fleet.read("bw", end(1), first, machine=machine)
            fleet.read("bw", end(2), first + second, machine=machine)
        fleet.bill(due_on(2))
        billed[pooling] = fleet.billed()
    excess = sum(max(sum(clicks[n::2]) - 3 * included, 0) for n in (0, 1))
    assert billed["contract"] == Decimal(excess) / 100
    assert billed["contract"] <= billed["machine"]
