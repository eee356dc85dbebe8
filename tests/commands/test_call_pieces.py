"""Serial parts on calls: fitted, given back, taken out; one piece on one job, the cost of what is not used reversed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.article import article_id
from aggregates.base import Refusal
from aggregates.call import Call
from aggregates.call_refusals import LessUsed, PartNotUsed, SerialNotUsed
from aggregates.removed_part import OursCannotStay, RemovedDiffers, RemovedPart
from aggregates.serial_item import SerialItem
from aggregates.stock_item import StockItem
from aggregates.stock_pieces import SerialElsewhere, SerialInUse, piece_id
from tests.commands import goods
from tests.commands.calls import CALL, CUSTOMER, ROSSI, TECHNICIANS, opened
from tests.commands.goods import FAULTY, MAIN, OWNED, VAN, X, article, level, stocked
from tests.dsl import Company, Do, do

LINE = UUID("88888888-8888-8888-8888-888888888889")
BACK = UUID("88888888-8888-8888-8888-888888888890")
MACHINE = UUID("88888888-8888-8888-8888-888888888891")
OTHER_CALL = UUID("88888888-8888-8888-8888-888888888892")
SER = article_id("SER")


def use(quantity: int = 2, **fields: Any) -> Do:
    said: dict[str, Any] = {"call_id": CALL, "line_id": LINE, "code": "X", "description": "Valvola"}
    return do("use-part", **said | {"quantity": str(quantity), **fields})


def fitted(serial: str = "S-1", **fields: Any) -> Do:
    return use(1, **{"code": "SER", "serial_numbers": [serial], "serial_item_id": MACHINE, **fields})


def back(quantity: int = 1, **fields: Any) -> Do:
    return do(
        "return-part", **{"call_id": CALL, "line_id": LINE, "return_id": BACK, "quantity": str(quantity), **fields}
    )


def removed(fate: str, **fields: Any) -> Do:
    said: dict[str, Any] = {"call_id": CALL, "removed_id": BACK, "code": "X", "description": "Valvola guasta"}
    return do("note-removed-part", **{**said, "fate": fate, **fields})


@pytest.fixture
def garage(company: Company) -> Company:
    """A call about a machine, five pieces of X, two of the serial part SER."""
    company.given(*CUSTOMER, *TECHNICIANS, opened())
    goods.opened(company)
    article(company, "SER", serial_tracked=True)
    machine: dict[str, Any] = {
        "serial_item_id": MACHINE,
        "number": "M-1",
        "owner_id": ROSSI,
        "product": "LT-900",
        "type": "dishwasher",
    }
    company.given(stocked(5), stocked(2, of=SER, serials=["S-1", "S-2"]), do("register-serial-item", **machine))
    return company


def test_a_part_not_used_comes_back_at_the_cost_of_its_issue(garage: Company) -> None:
    garage.given(use(3))
    dear: dict[str, Any] = {"article_id": X, "warehouse_id": MAIN, "quantity": "2", "unit_cost": "100"}
    garage.given(do("receive-stock", source={"kind": "purchase-order", "id": str(uuid4())}, **dear))
    garage.given().when(back(2)).then(
        (Call.PartReturned, {}),
        (StockItem.Returned, {"unit_cost": Decimal("51.2"), "quantity": Decimal(2), "issue_id": LINE}),
    )
    (used,) = garage.record(CALL).used_parts.values()
    assert (used.part.quantity, level(garage)["on_hand"]) == (1, 6)
    assert abs(level(garage)["value"] - Decimal("404.8")) < Decimal("0.0000001")
    garage.given().when(back(2)).then_nothing()
    garage.given().when(use(3)).then_nothing()
    garage.given().when(back(2, return_id=None)).then_refused(LessUsed, left="1", quantity="2")
    garage.given(back(1, return_id=None))
    assert garage.record(CALL).used_parts == {}
    garage.given().when(back(1, return_id=None)).then_refused(PartNotUsed)


def test_a_part_may_come_back_to_another_warehouse(garage: Company) -> None:
    garage.given(use(3))
    garage.given().when(back(1, warehouse_id=VAN)).then(
        Call.PartReturned, StockItem.Returned, StockItem.MovedOut, StockItem.Stocked, StockItem.MovedIn
    )
    assert (level(garage)["on_hand"], level(garage, VAN)["on_hand"]) == (2, 1)


def test_a_serial_part_becomes_part_of_the_machine(garage: Company) -> None:
    garage.given().when(fitted()).then(
        Call.PartUsed, StockItem.Issued, (SerialItem.Registered, {"parent_id": MACHINE}), SerialItem.WarrantyGiven
    )
    piece = garage.record(piece_id(SER, "S-1"))
    assert (piece.parent_id, piece.place.owner_id, piece.details.article_code) == (MACHINE, ROSSI, "SER")
    (warranty,) = piece.warranties.values()
    assert (warranty.kind.value, str(warranty.period)) == ("part", str(warranty.period))
    garage.given().when(fitted()).then_nothing()


def test_giving_a_serial_part_back_undoes_the_fitting(garage: Company) -> None:
    garage.given(fitted())
    garage.given().when(back(serial_numbers=["S-9"])).then_refused(SerialNotUsed, serial="S-9")
    garage.given().when(back()).then(
        Call.PartReturned,
        (StockItem.Returned, {"serials": ("S-1",)}),
        (SerialItem.ParentSet, {"parent_id": None}),
        SerialItem.StatusChanged,
        SerialItem.WarrantyWithdrawn,
    )
    piece = garage.record(piece_id(SER, "S-1"))
    assert (piece.parent_id, piece.warranties) == (None, {})
    garage.given(fitted(line_id=None))
    assert garage.record(piece_id(SER, "S-1")).parent_id == MACHINE


def test_a_serial_is_used_on_one_job_at_a_time(garage: Company) -> None:
    """Whatever stock knows of it: here the article was never counted by serial."""
    garage.given(opened(call_id=OTHER_CALL), fitted(code="FREE", article_id=None))
    article(garage, "LOOSE", serial_tracked=True)
    garage.given(stocked(3, of=article_id("LOOSE")), fitted(code="LOOSE", line_id=None))
    elsewhere = fitted(code="LOOSE", line_id=None, call_id=OTHER_CALL)
    garage.given().when(elsewhere).then_refused(SerialInUse, serial="S-1", call="CH-2026-0001")
    garage.given().when(fitted(code="LOOSE", line_id=None)).then_refused(SerialInUse, call="CH-2026-0001")
    (line,) = (one for one in garage.record(CALL).used_parts.values() if one.part.code == "LOOSE")
    garage.given(back(line_id=line.line_id))
    garage.given(elsewhere)


def test_a_removed_piece_may_be_used_again(garage: Company) -> None:
    garage.given(opened(call_id=OTHER_CALL), fitted())
    taken = removed("refurbish", code="SER", serial="S-1", exchanged=True)
    garage.given().when(taken).then(
        RemovedPart.Removed,
        (SerialItem.ParentSet, {"parent_id": None}),
        SerialItem.StatusChanged,
        StockItem.Stocked,
        (StockItem.Received, {"unit_cost": Decimal(0), "serials": ("S-1",)}),
    )
    garage.given(do("move-stock", article_id=SER, from_warehouse_id=FAULTY, to_warehouse_id=MAIN, quantity="1",
                    serials=["S-1"]))  # fmt: skip
    garage.given(fitted(call_id=OTHER_CALL, line_id=None))


def test_a_new_piece_takes_the_place_of_the_old_one(garage: Company) -> None:
    old = UUID("88888888-8888-8888-8888-888888888893")
    item: dict[str, Any] = {
        "serial_item_id": old,
        "number": "OLD",
        "owner_id": ROSSI,
        "product": "Scheda",
        "type": "part",
    }
    garage.given(do("register-serial-item", parent_id=MACHINE, **item), fitted())
    garage.given(removed("left_with_customer", code="SER", serial_item_id=old, used_line_id=LINE))
    was = garage.record(old)
    assert (was.successor_id, was.parent_id, was.status) == (piece_id(SER, "S-1"), None, "dismantled")


@pytest.mark.parametrize(
    ("fate", "exchanged", "place", "ownership"),
    [
        ("supplier_warranty", True, FAULTY, "own"),
        ("refurbish", True, FAULTY, "own"),
        ("refurbish", False, OWNED, "customer"),
        ("scrap", True, None, "own"),
        ("scrap", False, None, "customer"),
        ("left_with_customer", False, None, "customer"),
    ],
)
def test_whose_a_removed_part_is(
    garage: Company, fate: str, exchanged: bool, place: UUID | None, ownership: str
) -> None:
    said = garage.given().when(removed(fate, exchanged=exchanged))
    assert said.result["warehouse_id"] == (str(place) if place else None)
    assert garage.record(BACK).removal.ownership == ownership
    if place is not None:
        found = level(garage, place)
        assert (found["on_hand"], found["value"], found["ownership"]) == (1, 0, ownership)
    garage.given().when(removed(fate, exchanged=exchanged)).then_nothing()
    garage.given().when(removed("scrap", exchanged=not exchanged)).then_refused(RemovedDiffers)


def test_what_is_ours_does_not_stay(garage: Company) -> None:
    garage.given().when(removed("left_with_customer", exchanged=True)).then_refused(OursCannotStay)


def test_a_serial_is_in_one_warehouse_at_a_time(garage: Company) -> None:
    garage.given().when(stocked(1, at=VAN, of=SER, serials=["s-1"])).then_refused(SerialElsewhere, serials="s-1")
    came: dict[str, Any] = {
        "article_id": SER,
        "warehouse_id": VAN,
        "quantity": "1",
        "unit_cost": "1",
        "serials": ["S-2"],
    }
    source = {"kind": "purchase-order", "id": str(uuid4())}
    garage.given().when(do("receive-stock", source=source, **came)).then_refused(SerialElsewhere)
    garage.given(do("move-stock", article_id=SER, from_warehouse_id=MAIN, to_warehouse_id=VAN, quantity="1",
                    serials=["S-2"]))  # fmt: skip
    garage.given(do("issue-part", article_id=SER, warehouse_id=VAN, quantity="1", serials=["S-2"], record=goods.OTHER))
    garage.given(do("receive-stock", source=source, **came))


def test_one_of_many_receives_a_serial(garage: Company) -> None:
    places = [MAIN, VAN, goods.LOAN, FAULTY]

    def receive(n: int) -> bool:
        fields: dict[str, Any] = {"article_id": SER, "warehouse_id": places[n % 4], "quantity": "1", "unit_cost": "1"}
        try:
            garage.execute(do("receive-stock", source=goods.OTHER, serials=["S-9"], **fields))
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(receive, range(8))) == 1


def test_using_more_than_was_planned_is_told(garage: Company) -> None:
    planned = UUID("88888888-8888-8888-8888-888888888894")
    garage.given(do("plan-part", call_id=CALL, line_id=planned, code="X", description="Valvola", quantity="1"))
    assert garage.execute(use(2, planned_line_id=planned)).result["warnings"] == ["more-than-planned"]
