"""Parts of a call and the warehouse: promised when planned, out when used, free again when the call is over."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.article import article_id
from aggregates.call import Call
from aggregates.call_refusals import PartTaken
from aggregates.stock import SerialNotHere, StockShort
from aggregates.stock_item import StockItem
from commands.stock import SerialsMissing
from tests.commands import goods
from tests.commands.calls import ASSIGNED, CALL, CUSTOMER, TECHNICIANS, opened
from tests.commands.goods import MAIN, VAN, article, level, stocked
from tests.dsl import Company, Do, do

LINE = UUID("88888888-8888-8888-8888-888888888888")
USED = UUID("88888888-8888-8888-8888-888888888889")


def plan(quantity: int = 2, **fields: Any) -> Do:
    said: dict[str, Any] = {"call_id": CALL, "line_id": LINE, "code": "X", "description": "Valvola"}
    return do("plan-part", **said | {"quantity": str(quantity), **fields})


def use(quantity: int = 2, **fields: Any) -> Do:
    said: dict[str, Any] = {"call_id": CALL, "line_id": USED, "code": "X", "description": "Valvola"}
    return do("use-part", **said | {"quantity": str(quantity), **fields})


@pytest.fixture
def garage(company: Company) -> Company:
    """A call, part X with 5 pieces in the main warehouse, and an empty van."""
    company.given(*CUSTOMER, *TECHNICIANS, opened())
    goods.opened(company)
    company.given(stocked(5))
    return company


def test_a_planned_part_is_promised_to_its_call(garage: Company) -> None:
    situation = garage.given().when(plan()).then((Call.PartPlanned, {"warehouse_id": MAIN}), StockItem.Reserved)
    assert situation.result["warnings"] == []
    (promise,) = garage.ask("reservations", record_id=CALL)["items"]
    assert (promise["quantity"], promise["firm"], promise["record_number"]) == (2, False, "CH-2026-0001")
    garage.given().when(plan()).then_nothing()
    garage.given(plan(3))
    assert (level(garage)["reserved_soft"], level(garage)["available"]) == (3, 5)


def test_the_technicians_van_comes_first_where_it_has_enough(garage: Company) -> None:
    garage.given(stocked(1, at=VAN), do("assign-technician", **{**ASSIGNED.fields, "activity_id": None}))
    garage.given().when(plan(2)).then((Call.PartPlanned, {"warehouse_id": MAIN}), StockItem.Reserved)
    garage.given().when(plan(1)).then(
        (Call.PartPlanned, {"warehouse_id": VAN}), StockItem.ReservationReleased, StockItem.Reserved
    )
    assert (level(garage)["reserved_soft"], level(garage, VAN)["reserved_soft"]) == (0, 1)


def test_a_used_part_leaves_the_warehouse_at_its_cost(garage: Company) -> None:
    garage.given(plan(3))
    situation = garage.given().when(use(2, planned_line_id=LINE)).then(Call.PartUsed, StockItem.Issued)
    assert situation.result == {"line_id": str(USED), "warehouse_id": str(MAIN), "warnings": []}
    (used,) = garage.record(CALL).used_parts.values()
    assert (used.warehouse_id, used.unit_cost) == (MAIN, Decimal("51.20"))
    assert "unit_cost" not in str(garage.ask("call", call_id=CALL))
    assert (level(garage)["on_hand"], level(garage)["reserved_soft"]) == (3, 1)
    garage.given().when(use(2, planned_line_id=LINE)).then_nothing()
    garage.given().when(use(3, planned_line_id=LINE)).then_refused(PartTaken)
    garage.given(plan(4))
    assert level(garage)["reserved_soft"] == 2


def test_a_part_from_another_warehouse_frees_what_was_promised_for_it(garage: Company) -> None:
    garage.given(plan(2), stocked(4, at=VAN))
    taken = use(2, planned_line_id=LINE, warehouse_id=VAN)
    garage.given().when(taken).then(Call.PartUsed, StockItem.Issued, StockItem.ReservationReleased)
    assert (level(garage)["reserved_soft"], level(garage, VAN)["on_hand"]) == (0, 2)


def test_stock_never_goes_below_zero_by_itself(garage: Company) -> None:
    garage.given().when(use(6)).then_refused(StockShort, on_hand="5", quantity="6")
    situation = garage.given().when(use(6, override_reason="Trovato sul banco"))
    situation.then(Call.PartUsed, (StockItem.ShortfallAccepted, {"reason": "Trovato sul banco"}), StockItem.Issued)
    assert situation.result["warnings"] == ["stock-below-zero", "promised-more-than-available"]


def test_a_part_that_is_not_kept_in_stock_is_used_with_a_warning(garage: Company) -> None:
    article(garage, "Y")
    for fields in ({"code": "Y"}, {"code": None}, {"code": "?"}):
        situation = garage.given().when(use(1, line_id=None, **fields)).then(Call.PartUsed)
        assert situation.result["warnings"] == ["part-not-in-stock"]
    garage.given().when(plan(code="Y")).then((Call.PartPlanned, {"warehouse_id": None}))


def test_serial_parts_leave_with_their_serials(garage: Company) -> None:
    article(garage, "SER", serial_tracked=True)
    garage.given(stocked(1, of=article_id("SER"), serials=["S-1"]))
    garage.given().when(use(1, code="SER")).then_refused(SerialsMissing)
    garage.given().when(use(1, code="SER", serial_numbers=["S-2"])).then_refused(SerialNotHere, serial="S-2")
    garage.given().when(use(1, code="SER", serial_numbers=["S-1"])).then(
        Call.PartUsed, (StockItem.Issued, {"serials": ("S-1",)})
    )


@pytest.mark.parametrize("over", ["close-call", "cancel-call"])
def test_a_call_that_is_over_gives_its_parts_back(garage: Company, over: str) -> None:
    garage.given(plan(2))
    fields = {"reason": "Risolto da solo"} if over == "cancel-call" else {}
    garage.given(do(over, call_id=CALL, **fields))
    assert (level(garage)["reserved_soft"], garage.ask("reservations", record_id=CALL)["items"]) == (0, [])
    garage.given().when(do(over, call_id=CALL, **fields)).then_nothing()


def test_another_article_on_the_same_line_moves_the_promise(garage: Company) -> None:
    article(garage, "Z")
    garage.given(stocked(2, of=article_id("Z")), plan(2), plan(1, code="Z"))
    assert level(garage)["reserved_soft"] == 0
    assert level(garage, of=article_id("Z"))["reserved_soft"] == 1
    garage.given(plan(1, code="nothing of ours"))
    assert level(garage, of=article_id("Z"))["reserved_soft"] == 0


def test_folding_again_changes_nothing(garage: Company) -> None:
    garage.given(plan(3), use(2, planned_line_id=LINE))
    before = level(garage), garage.ask("stock-movements", article_id=goods.X)
    garage.fold()
    assert (level(garage), garage.ask("stock-movements", article_id=goods.X)) == before
