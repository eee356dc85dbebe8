"""The same history under other terms: nothing changed is nothing different, parts sum, indices and percents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.adjustment_terms import AdjustmentTerms, Chaining, Precision
from aggregates.contract_ledger import FeeLedger
from aggregates.contract_meters import metered_dues
from aggregates.contract_state import ContractState
from aggregates.rules.indexation import IndexFigure, IndexRow, IndexTable, PublishedChange
from aggregates.rules.meters import Meter, Reading
from aggregates.rules.periods import Notice, next_term
from aggregates.values import Period
from aggregates.what_if import OtherCounter, Scenario, billed, side_by_side, total, under
from tests.rules.meter_cases import end, reading

CONTRACT, MACHINE = UUID(int=1), UUID(int=2)
LATER = date(2035, 1, 1)
BEGINNING = date(2000, 1, 1)


class Item:
    """A machine as far as billing looks at it."""

    number = "M1"
    swaps = ()

    def __init__(self, *values: int) -> None:
        found: list[Reading] = [reading("bw", date(2025, 12, 31), 0)]
        found += [reading("bw", end(month), value) for month, value in enumerate(values, 1)]
        self.readings = {each.reading_id: each for each in found}
        self.meters = {"bw": Meter(kind="bw")}


def state(fees: list[str], terms: int = 1, meters: Any = None, **header: Any) -> ContractState:
    """A signed contract from 2026 on with lines of these annual fees."""
    first = Period(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    made = [first]
    for _ in range(terms - 1):
        made.append(next_term(first.starts_on, made[-1], 12))
    usual = {
        "customer_id": UUID(int=3),
        "tacit_renewal": True,
        "notice": Notice(days=0),
        "payment_terms": {"parts": [{"days": 30}]},
        "starts_on": first.starts_on,
        "meters": meters,
    }
    lines = [
        {
            "line_id": UUID(int=10 + n),
            "description": "Riga",
            "annual_fee": {"amount": fee},
            "serial_item_ids": [MACHINE],
        }
        for n, fee in enumerate(fees)
    ]
    return ContractState.model_validate(
        {"contract_id": CONTRACT, "header": {**usual, **header}, "lines": lines, "terms": made, "number": "1/2026"}
    )


def foi(*percents: str) -> dict[str, IndexTable]:
    """Published changes of the Decembers from 2026 on."""
    rows = tuple(
        IndexRow(
            **dict(
                IndexFigure(
                    month=f"{2026 + n}-12",
                    changes=(PublishedChange(percent=Decimal(percent)),),
                    published_on=date(2026 + n, 12, 20),
                )
            ),
            series="FOI",
            loaded_on=date(2027 + n, 1, 1),
        )
        for n, percent in enumerate(percents)
    )
    return {"FOI": IndexTable(series="FOI", rows=rows)}


TIERS = [{"up_to": 500, "unit_price": "0.02"}, {"unit_price": "0.01"}]
BW = {"counters": [{"counter": "bw", "included": 1000, "tiers": TIERS}]}
amounts = st.decimals(min_value=0, max_value=9999, places=2).map(str)
steps = st.sampled_from([1, 2, 3, 4, 6, 12])


@settings(max_examples=30, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=4), steps, st.integers(1, 3), st.lists(st.integers(0, 5000), max_size=4))
def test_the_same_terms_give_the_same_cents(fees: list[str], step: int, terms: int, copies: list[int]) -> None:
    """No change, a change of nothing, and terms written anew as they are: each differs by nothing, line by line."""
    ours = state(fees, terms, BW, step_months=step)
    items: Any = {MACHINE: Item(*[sum(copies[: n + 1]) for n in range(len(copies))])}
    same = OtherCounter.model_validate({"counter": "BW", "included": 1000, "tiers": TIERS})
    for scenario in (Scenario(), Scenario(fee_percent=Decimal(0)), Scenario(counters=(same,))):
        now = billed(ours, items, BEGINNING, LATER)
        then = billed(under(ours, scenario, {}).state, items, BEGINNING, LATER)
        assert [(each.key, each.amount) for each in then] == [(each.key, each.amount) for each in now]
        assert all(row.difference == 0 for row in side_by_side(now, then))


@settings(max_examples=30, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=4), st.decimals(-99, 200, places=1), steps)
def test_a_percent_is_of_the_whole_fee(fees: list[str], percent: Decimal, step: int) -> None:
    ours = state(fees, step_months=step)
    then = billed(under(ours, Scenario(fee_percent=percent), {}).state, {}, BEGINNING, LATER)
    annual = sum(map(Decimal, fees), Decimal(0))
    exact = annual * (100 + percent) / 100
    assert abs(total(then) - exact) <= Decimal("0.005")


@settings(max_examples=20, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=3), st.decimals(0, 20, places=1))
def test_rows_sum_to_both_sides(fees: list[str], percent: Decimal) -> None:
    ours = state(fees, 2, BW, step_months=3)
    items: Any = {MACHINE: Item(900, 2800, 4000)}
    scenario = Scenario(fee_percent=percent, counters=(OtherCounter(counter="bw", included=0),))
    now, then = (billed(each, items, BEGINNING, LATER) for each in (ours, under(ours, scenario, {}).state))
    rows = side_by_side(now, then)
    assert (sum(row.now for row in rows), sum(row.then for row in rows)) == (total(now), total(then))
    assert len({(row.line_id, row.number, row.kind) for row in rows}) == len(rows)


def test_windows_of_billing_tile() -> None:
    ours = state(["1000.00"], 2, step_months=1)
    cut = date(2026, 7, 15)
    parts = (billed(ours, {}, BEGINNING, cut), billed(ours, {}, date(2026, 7, 16), LATER))
    assert [each.key for part in parts for each in part] == [each.key for each in billed(ours, {}, BEGINNING, LATER)]


def test_every_renewal_follows_the_index_given() -> None:
    ours = state(["1200.00"], 3)
    tried = under(ours, Scenario(index=AdjustmentTerms()), foi("1.1", "2.0"))
    rows = side_by_side(billed(ours, {}, BEGINNING, LATER), billed(tried.state, {}, BEGINNING, LATER))
    assert [str(row.then) for row in rows] == ["1200.00", "1213.20", "1237.46"]
    assert tried.unknown == ()
    half = AdjustmentTerms(share_percent=Decimal(50), chaining=Chaining.RELATIVE, precision=Precision.PUBLISHED_PCT)
    then = billed(under(ours, Scenario(index=half), foi("1.1", "2.0")).state, {}, BEGINNING, LATER)
    assert [str(each.amount) for each in then] == ["1200.00", "1206.60", "1218.67"]


def test_an_index_that_is_not_known_leaves_the_fee_and_says_so() -> None:
    tried = under(state(["1200.00"], 3), Scenario(index=AdjustmentTerms()), {})
    assert [str(each.amount) for each in billed(tried.state, {}, BEGINNING, LATER)] == ["1200.00"] * 3
    assert [on for on, _ in tried.unknown] == [date(2027, 1, 1), date(2028, 1, 1)]


def test_a_header_fee_and_a_discounted_line_are_raised_as_they_are_billed() -> None:
    ours = state([], determination="header_amount", annual_fee={"amount": "1000.00"})
    then = billed(under(ours, Scenario(fee_percent=Decimal("2.5")), {}).state, {}, BEGINNING, LATER)
    assert [str(each.amount) for each in then] == ["1025.00"]
    plain = state(["100.00"])
    line = plain.lines[0].model_copy(update={"quantity": Decimal(3), "discount_percent": Decimal(10)})
    ours = plain.model_copy(update={"lines": (line,)})
    then = billed(under(ours, Scenario(fee_percent=Decimal(10)), {}).state, {}, BEGINNING, LATER)
    assert [str(each.amount) for each in then] == ["297.00"]


def test_a_minimum_and_a_volume_are_tried_on_the_same_readings() -> None:
    ours = state(["0.00"], 1, BW, step_months=1)
    items: Any = {MACHINE: Item(2000)}
    scenario = Scenario(minimum=Decimal("50.00"), counters=(OtherCounter(counter="bw", included=500),))
    until = date(2026, 2, 1)
    now = billed(ours, items, BEGINNING, until)
    then = billed(under(ours, scenario, {}).state, items, BEGINNING, until)
    assert [(each.key.kind, str(each.amount)) for each in now] == [("meter:bw:1", "10.00"), ("meter:bw:2", "5.00")]
    rows = side_by_side(now, then)
    assert [(row.kind, str(row.now), str(row.then)) for row in rows] == [
        ("meter:bw", "15.00", "20.00"),
        ("minimum", "0.00", "30.00"),
    ]


def test_copies_are_what_a_first_run_would_bill() -> None:
    ours = state(["0.00"], 1, BW, step_months=1)
    items: Any = {MACHINE: Item(2000, 3000, 5000)}
    due = metered_dues(ours, FeeLedger(), items, date(2026, 4, 1)).due
    assert [each.key for each in billed(ours, items, BEGINNING, date(2026, 4, 1))] == [each.key for each in due]


def test_tiers_with_a_gap_are_no_scenario() -> None:
    with pytest.raises(ValidationError, match="tiers need rising bounds"):
        OtherCounter.model_validate({"counter": "bw", "tiers": [{"up_to": 5, "unit_price": "1"}]})
