"""Whatever happens to stock: never below zero by accident, and what is there is the sum of what came and went."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from aggregates.base import Act, Refusal
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import average_cost, purchase_proposal
from aggregates.stock import Ownership, Reservation
from aggregates.stock_item import StockItem
from projections.base import MemoryRows, Recorded
from projections.stock import LEVEL, MOVEMENT, RESERVATION, Stock

SPACE = UUID("99999999-9999-9999-9999-999999999999")
ACT = Act(by="user:test", at=datetime(2026, 9, 1, tzinfo=UTC))
QUANTITIES = st.decimals(min_value="0.01", max_value=9, places=2)
COSTS = st.decimals(min_value=0, max_value=99, places=2)
RECORDS = [RecordRef(kind="call", id=uuid5(SPACE, str(n))) for n in range(3)]
STEPS = st.tuples(
    st.sampled_from(["receive", "issue", "reserve", "release", "move", "back", "count", "expect"]),
    QUANTITIES,
    COSTS,
    st.sampled_from(RECORDS),
    st.booleans(),
)


def _step(n: int, here: StockItem, there: StockItem, step: tuple[str, Decimal, Decimal, RecordRef, bool]) -> None:
    kind, quantity, cost, record, firm = step
    movement_id = uuid5(SPACE, f"movement {n}")
    if kind == "receive":
        here.receive(movement_id, quantity, cost, record, ACT)
    elif kind == "issue":
        here.issue(movement_id, quantity, record, ACT)
    elif kind == "reserve":
        promise = uuid5(SPACE, f"promise {record.id} {firm}")
        here.reserve(Reservation(reservation_id=promise, quantity=quantity, firm=firm, record=record), ACT)
    elif kind == "release":
        here.release(record.id, ACT, at_most=quantity if firm else None)
    elif kind == "move":
        here.move_to(there, movement_id, quantity, ACT, for_record_id=record.id if firm else None)
    elif kind == "back":
        there.move_to(here, movement_id, quantity, ACT, for_record_id=record.id)
    elif kind == "count":
        here.count(quantity, ACT)
    else:
        here.expect(quantity, record, None, ACT)


def _folded(*items: StockItem) -> MemoryRows:
    rows, position = MemoryRows(), 0
    for item in items:
        for fact in item.pending_events:
            position += 1
            assert isinstance(fact, StockItem.Event)
            Stock().fold(Recorded(fact, position, ACT.at, uuid5(SPACE, str(position))), rows)
    return rows


@given(st.lists(STEPS, max_size=25))
def test_stock_is_the_sum_of_its_movements_and_never_negative(
    steps: list[tuple[str, Decimal, Decimal, RecordRef, bool]],
) -> None:
    here = StockItem.stock(uuid5(SPACE, "X"), uuid5(SPACE, "MAIN"), Ownership.OWN, ACT, quantity=Decimal(5))
    there = StockItem.stock(uuid5(SPACE, "X"), uuid5(SPACE, "VAN"), Ownership.OWN, ACT)
    for n, step in enumerate(steps):
        with suppress(Refusal):
            _step(n, here, there, step)
        assert here.on_hand >= 0
        assert there.on_hand >= 0
    rows = _folded(here, there)
    for item in (here, there):
        level = rows.get(LEVEL, item.id)
        assert level is not None
        moved = rows.select(MOVEMENT, warehouse_id=item.warehouse_id)
        promised = rows.select(RESERVATION, stock_item_id=item.id)
        assert level["on_hand"] == item.on_hand == sum(one["quantity"] for one in moved)
        assert level["unit_cost"] == item.unit_cost
        assert level["reserved_firm"] == item.reserved_firm == sum(one["quantity"] for one in promised if one["firm"])
        assert level["reserved_soft"] == sum(one["quantity"] for one in promised if not one["firm"])
        assert level["on_hand"] - level["reserved_firm"] + level["on_order"] == item.available


@given(QUANTITIES, COSTS, QUANTITIES, COSTS)
def test_an_average_lies_between_its_costs(held: Decimal, cost: Decimal, more: Decimal, more_cost: Decimal) -> None:
    average = average_cost(held, cost, more, more_cost)
    assert min(cost, more_cost) <= average <= max(cost, more_cost)
    assert abs(average * (held + more) - (held * cost + more * more_cost)) < Decimal("0.0000001")


@given(QUANTITIES, QUANTITIES, COSTS, QUANTITIES, st.integers(0, 12))
def test_a_proposal_reaches_the_minimum_in_whole_lots(
    held: Decimal, promised: Decimal, coming: Decimal, minimum: Decimal, lot: int
) -> None:
    proposal = purchase_proposal(held, promised, coming, minimum, Decimal(lot))
    short = promised + minimum - held - coming
    assert proposal >= max(Decimal(0), short)
    assert proposal < max(Decimal(0), short) + (lot or Decimal("0.01"))
    assert not lot or proposal % lot == 0
