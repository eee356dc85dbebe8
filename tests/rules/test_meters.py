"""Meters: rollovers, replaced meters, late readings, estimates (R3.1, R3.2, R3.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.meters import Backwards, Meter, MeterSwap, Reading, ReadingSource, counts

START = datetime(2026, 1, 1, 8, tzinfo=UTC)
NAMES = UUID(int=7)
BW = Meter(kind="bw", digits=5)


def reading(day: int, value: int, *, rollover: bool = False, source: str = "technician", kind: str = "bw") -> Reading:
    return Reading(
        reading_id=uuid5(NAMES, f"{day} {value} {source}"),
        kind=kind,
        value=value,
        read_at=START + timedelta(days=day),
        source=ReadingSource(source),
        rollover=rollover,
    )


def swap(day: int, final: int, initial: int = 0) -> MeterSwap:
    return MeterSwap(kind="bw", final=final, initial=initial, replaced_at=START + timedelta(days=day))


def counted(*readings: Reading, swaps: tuple[MeterSwap, ...] = ()) -> list[int]:
    return [count.counted for count in counts(BW, readings, swaps)]


def test_consumption_is_new_less_old() -> None:
    assert counted(reading(0, 100), reading(30, 450), reading(60, 450)) == [0, 350, 350]


def test_a_declared_rollover_counts_through_the_highest_value() -> None:
    assert counted(reading(0, 99_990), reading(30, 15, rollover=True)) == [0, 25]


def test_a_lower_reading_without_rollover_cannot_be() -> None:
    with pytest.raises(Backwards) as caught:
        counted(reading(0, 500), reading(30, 499))
    assert (caught.value.before, caught.value.value) == (500, 499)


def test_a_replaced_meter_counts_both_its_parts() -> None:
    # R3.2: (final_old - last) + (new - initial)
    assert counted(reading(0, 900), reading(30, 70), swaps=(swap(10, 1000, 20),)) == [0, 150]


def test_a_reading_at_the_instant_of_the_replacement_is_the_old_meters() -> None:
    assert counted(reading(0, 900), reading(10, 1000), reading(30, 5), swaps=(swap(10, 1000),)) == [0, 100, 105]


def test_a_replaced_meter_cannot_end_lower_than_it_was_read() -> None:
    with pytest.raises(Backwards):
        counted(reading(0, 900), swaps=(swap(10, 800),))


def test_an_estimate_counts_nothing_and_holds_nothing_back() -> None:
    assert counted(reading(0, 100), reading(10, 900, source="estimate"), reading(20, 300)) == [0, 200]


def test_another_meter_does_not_mix_in() -> None:
    assert counted(reading(0, 100), reading(10, 5, kind="colour"), reading(20, 300)) == [0, 200]


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_telling_does_not_matter_and_the_parts_make_the_whole(steps: list[int], random: object) -> None:
    total, readings = 0, [reading(0, 0)]
    for day, step in enumerate(steps, 1):
        before, total = total, total + step
        readings.append(reading(day, total % 100_000, rollover=total // 100_000 > before // 100_000))
    told = list(readings)
    random.shuffle(told)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    assert counted(*told)[-1] == total
    assert counted(*told) == counted(*readings)
