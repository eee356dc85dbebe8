"""Telling another's warehouse what was asked there: once, in order, whatever fails; and taking over its levels."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from aggregates.article import article_id
from aggregates.base import Act
from aggregates.inventory_link import InventoryLink
from aggregates.stock import stock_item_id
from aggregates.stock_reported import LevelOvertaken
from aggregates.warehouse import warehouse_id
from commands.inventory import LEVEL, RecordInventoryLevel
from gateways.inventory.keeper import InventoryKeeper
from gateways.inventory.link import Connection
from gateways.inventory.live import Availability, availability
from tests.dsl import Company, do
from tests.gateways.inventory.erp import Erp, Line, client

RMA = {"kind": "rma", "id": uuid4(), "number": "RMA-1"}


@dataclass
class Shop:
    """A company whose main warehouse another program keeps."""

    company: Company
    erp: Erp
    line: Line
    keeper: InventoryKeeper
    clock: list[float]
    codes: dict[str, str]

    def article(self, name: str, on_hand: str, **kept: Any) -> dict[str, Any]:
        """An article that both know, with the same quantity; our code is the program's."""
        code = self.codes.setdefault(name, f"{name}-{uuid4().hex[:6]}".upper())
        self.erp.put(code, self.code, on_hand)
        self.company.do("register-article", code=code, description=name, kind="part", **kept)
        self.tick()
        self.clock[0] += 100
        self.tick()
        return self.at(name)

    @property
    def code(self) -> str:
        return self.codes["MAG"]

    def at(self, name: str, warehouse: str = "MAG") -> dict[str, Any]:
        return {"article_id": article_id(self.codes[name]), "warehouse_id": warehouse_id(warehouse)}

    def tick(self) -> int:
        """What the keeper does next; links that rested may be asked again."""
        self.company.fold()
        self.clock[0] += 70
        sent = self.keeper.tick(self.company.house)
        self.company.fold()
        return sent

    def theirs(self, name: str) -> str:
        return self.erp.on_hand(self.codes[name], self.code)

    def ours(self, name: str) -> Decimal:
        item = self.company.record(stock_item_id(**self.at(name)))
        return Decimal(item.on_hand) if item else Decimal(0)

    def issue(self, name: str, quantity: int, **more: Any) -> None:
        self.company.do("issue-part", **self.at(name), quantity=quantity, record=RMA, **more)

    def refusals(self, **where: Any) -> list[dict[str, Any]]:
        return list(self.company.ask("inventory-refusals", **where)["items"])

    def link(self) -> dict[str, Any]:
        return dict(self.company.ask("inventory-link"))


def connect(line: Line) -> Any:
    """A keeper's way to the line, tried once."""

    def connected(_: object, link: InventoryLink) -> Connection:
        return Connection(client(line.port), "erp.example.it", link)

    return connected


@pytest.fixture
def shop(company: Company, erp: Erp, line: Line) -> Shop:
    clock = [1000.0]
    keeper = InventoryKeeper(connect(line), levels_s=90, clock=lambda: clock[0])
    one = Shop(company, erp, line, keeper, clock, {"MAG": f"W-{uuid4().hex[:6]}".upper()})
    company.do("open-warehouse", code="MAG", name="Magazzino")
    company.do("open-warehouse", code="F1", name="Scaffale")
    company.do("connect-inventory", address="https://erp.example.it", secret_name="erp")
    company.do("set-warehouse-keeper", warehouse_id=warehouse_id("MAG"), managed_by="erp", their_code=one.code)
    return one


def test_its_level_becomes_ours_with_its_source(shop: Shop) -> None:
    place = shop.article("valve", "7")
    assert shop.ours("valve") == 7
    movement = shop.company.ask("stock-movements", article_id=place["article_id"])["items"][-1]
    assert (movement["kind"], movement["quantity"]) == ("level_reported", 7)
    counted = shop.company.facts(stock_item_id(**place))[-1].fact
    assert counted.reported is not None  # type: ignore[attr-defined] # the fact is a count
    assert counted.reported.source == "erp.example.it"  # type: ignore[attr-defined] # the same
    assert shop.link()["state"] == "ready"


def test_a_level_that_agrees_records_nothing(shop: Shop) -> None:
    shop.article("valve", "7")
    before = shop.company.house.log.position()
    shop.clock[0] += 100
    shop.tick()
    assert shop.company.house.log.position() == before


def test_what_is_asked_here_is_told_there(shop: Shop) -> None:
    place = shop.article("valve", "7")
    shop.company.do("reserve-part", **place, quantity=3, record=RMA, firm=True)
    assert shop.tick() == 1
    assert shop.erp.promised(shop.codes["valve"], shop.code) == "3"
    shop.issue("valve", 2)
    order = {"kind": "purchase-order", "id": uuid4()}
    shop.company.do("receive-stock", **place, quantity=4, unit_cost="3.10", source=order)
    shop.company.do("count-stock", **place, counted=10)
    assert shop.tick() == 3
    assert [shop.theirs("valve"), shop.ours("valve")] == ["10", 10]
    assert shop.erp.promised(shop.codes["valve"], shop.code) == "1"
    shop.company.do("release-reservation", **place, record_id=RMA["id"])
    shop.tick()
    assert shop.erp.promised(shop.codes["valve"], shop.code) == "0"
    assert shop.tick() == 0


def test_goods_that_move_to_a_warehouse_of_ours_are_away_there(shop: Shop) -> None:
    place = shop.article("valve", "7")
    move: dict[str, Any] = {"article_id": place["article_id"], "quantity": 2}
    shop.company.do("move-stock", **move, from_warehouse_id=warehouse_id("MAG"), to_warehouse_id=warehouse_id("F1"))
    shop.tick()
    assert shop.theirs("valve") == "5"
    shop.company.do("move-stock", **move, from_warehouse_id=warehouse_id("F1"), to_warehouse_id=warehouse_id("MAG"))
    shop.tick()
    assert shop.theirs("valve") == "7"


def test_goods_between_two_of_its_warehouses_move_with_their_promise(shop: Shop) -> None:
    place, other = shop.article("valve", "7"), f"X-{uuid4().hex[:6]}".upper()
    shop.company.do("set-warehouse-keeper", warehouse_id=warehouse_id("F1"), managed_by="erp", their_code=other)
    shop.company.do("reserve-part", **place, quantity=3, record=RMA, firm=True)
    shop.company.do(
        "move-stock", article_id=place["article_id"], quantity=2, from_warehouse_id=warehouse_id("MAG"),
        to_warehouse_id=warehouse_id("F1"), for_record_id=RMA["id"],
    )  # fmt: skip
    shop.tick()
    code = shop.codes["valve"]
    assert (shop.theirs("valve"), shop.erp.on_hand(code, other)) == ("5", "2")
    assert (shop.erp.promised(code, shop.code), shop.erp.promised(code, other)) == ("1", "2")


def test_promises_made_before_are_told_when_the_warehouse_is_handed_over(shop: Shop) -> None:
    place, code = shop.article("valve", "7"), f"X-{uuid4().hex[:6]}".upper()
    there = {**place, "warehouse_id": warehouse_id("F1")}
    shop.company.do("stock-article", **there, quantity=1)
    shop.company.do("reserve-part", **there, quantity=1, record=RMA)
    assert shop.tick() == 0
    shop.erp.put(shop.codes["valve"], code, "1")
    shop.company.do("set-warehouse-keeper", warehouse_id=warehouse_id("F1"), managed_by="erp", their_code=code)
    assert shop.tick() == 1
    assert shop.erp.promised(shop.codes["valve"], code) == "1"


def test_an_article_goes_by_its_other_name(shop: Shop) -> None:
    place = shop.article("valve", "7")
    other = f"100-{uuid4().hex[:6]}"
    shop.erp.put(other, shop.code, "7")
    shop.company.do("name-inventory-article", article_id=place["article_id"], their_code=other)
    shop.issue("valve", 2)
    shop.tick()
    assert (shop.erp.on_hand(other, shop.code), shop.theirs("valve")) == ("5", "7")


@pytest.mark.parametrize("failure", ["swallow", "twice"])
def test_an_answer_lost_or_a_message_doubled_counts_once(shop: Shop, failure: str) -> None:
    shop.article("valve", "7")
    shop.issue("valve", 2)
    setattr(shop.line, failure, 1)
    shop.tick()
    shop.tick()
    assert shop.theirs("valve") == "5"
    assert shop.refusals() == []


def test_while_it_is_down_everything_waits_in_order(shop: Shop) -> None:
    shop.article("valve", "7")
    shop.erp.kill()
    try:
        for quantity in (1, 2, 3):
            shop.issue("valve", quantity)
            shop.tick()
        assert shop.link()["state"] == "unreachable"
    finally:
        shop.erp.start()
    told = len(shop.line.heard)
    assert shop.tick() == 3
    moved = [path for method, path in shop.line.heard[told:] if method == "PUT"]
    assert len(moved) == 3
    assert shop.theirs("valve") == "1"
    assert shop.link()["state"] == "ready"
    assert shop.refusals() == []


def refused_issue(shop: Shop) -> dict[str, Any]:
    """Five are here, its own people know of two: four are issued here."""
    shop.article("valve", "5")
    shop.article("pump", "5")
    shop.erp.put(shop.codes["valve"], shop.code, "2")
    shop.issue("valve", 4)
    shop.issue("valve", 1)
    shop.issue("pump", 1)
    assert shop.tick() == 1
    (refusal,) = shop.refusals()
    assert (refusal["code"], refusal["state"], refusal["quantity"], refusal["waiting"]) == ("stock-short", "open", 4, 1)
    assert (shop.theirs("valve"), shop.theirs("pump")) == ("2", "4")
    shop.clock[0] += 100
    shop.tick()
    assert shop.ours("valve") == 0, "no level is taken over while something is to be told"
    assert len(shop.refusals()) == 1
    return refusal


def test_what_is_refused_waits_for_somebody_and_is_asked_again(shop: Shop) -> None:
    refusal = refused_issue(shop)
    shop.company.do("retry-inventory-refusal", refusal_id=refusal["refusal_id"])
    shop.tick()
    assert [(one["state"], one["attempt"]) for one in shop.refusals()] == [("open", 1)]
    shop.erp.put(shop.codes["valve"], shop.code, "5")
    shop.company.do("retry-inventory-refusal", refusal_id=refusal["refusal_id"])
    assert shop.tick() == 2
    assert [one["state"] for one in shop.refusals()] == ["taken"]
    assert shop.theirs("valve") == "0"


def test_what_is_refused_goes_after_a_count(shop: Shop) -> None:
    refusal = refused_issue(shop)
    shop.company.do("retry-inventory-refusal", refusal_id=refusal["refusal_id"], difference="3")
    shop.line.swallow = 1
    shop.tick()
    shop.tick()
    assert [one["state"] for one in shop.refusals()] == ["taken"]
    assert [shop.theirs("valve"), shop.ours("valve")] == ["0", 0]


def test_what_is_refused_is_left_as_it_says(shop: Shop) -> None:
    refusal = refused_issue(shop)
    shop.company.do("accept-inventory-refusal", refusal_id=refusal["refusal_id"], why="Contati sullo scaffale")
    assert shop.tick() == 2
    shop.clock[0] += 100
    shop.tick()
    assert [one["state"] for one in shop.refusals()] == ["accepted"]
    assert [shop.theirs("valve"), shop.ours("valve")] == ["1", 1]


def test_goods_that_moved_while_levels_were_read_are_not_overwritten(shop: Shop) -> None:
    place = shop.article("valve", "7")
    shop.erp.put(shop.codes["valve"], shop.code, "6")
    known = shop.company.record(stock_item_id(**place))
    shop.issue("valve", 2)
    at = do("nothing").at
    told = RecordInventoryLevel(**place, on_hand=Decimal(6), source="erp", as_of=at, known_version=known.version)
    with pytest.raises(LevelOvertaken):
        shop.company.house.desk.execute(LEVEL, told, Act(by="system:inventory", at=at))
    assert shop.ours("valve") == 5


def test_two_forwarders_at_once_tell_it_once(shop: Shop) -> None:
    shop.article("valve", "50")
    for _ in range(10):
        shop.issue("valve", 1)
    shop.company.fold()
    keepers = [InventoryKeeper(connect(shop.line), levels_s=1e9) for _ in range(3)]
    threads = [threading.Thread(target=one.tick, args=(shop.company.house,)) for one in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shop.theirs("valve") == "40"
    assert shop.refusals() == []


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((401, b"", {}), "not_allowed"),
        ((302, b"", {"Location": "http://127.0.0.1:1/"}), "not_allowed"),
        ((404, b"<html>", {}), "not_allowed"),
        ((503, b"", {}), "unreachable"),
        ((200, b"not json", {}), "not_allowed"),
    ],
)
def test_a_link_that_is_wrong_is_told_and_loses_nothing(
    shop: Shop, answer: tuple[int, bytes, dict[str, str]], state: str
) -> None:
    shop.article("valve", "7")
    shop.issue("valve", 2)
    shop.line.instead = answer
    shop.company.do("check-inventory")
    shop.tick()
    assert shop.link()["state"] == state
    assert shop.refusals() == []
    shop.line.instead = None
    shop.tick()
    assert (shop.theirs("valve"), shop.link()["state"]) == ("5", "ready")


def test_disconnected_it_is_told_nothing_until_it_is_connected_again(shop: Shop) -> None:
    shop.article("valve", "7")
    shop.company.do("disconnect-inventory")
    shop.issue("valve", 2)
    assert shop.tick() == 0
    shop.company.do("connect-inventory", address="https://erp.example.it", secret_name="erp")
    assert shop.tick() == 1
    assert shop.theirs("valve") == "5"


def live(shop: Shop, name: str) -> Availability:
    """What is free in the main warehouse at this moment."""
    shop.company.fold()
    found = availability(shop.company.house, connect(shop.line), **shop.at(name), at=do("nothing").at)
    assert found is not None
    return found


def test_before_a_promise_it_is_asked_at_once(shop: Shop) -> None:
    place = shop.article("valve", "7")
    shop.company.do("reserve-part", **place, quantity=3, record=RMA, firm=True)
    shop.tick()
    shop.erp.put(shop.codes["valve"], shop.code, "5")
    said = live(shop, "valve")
    assert [said.confirmed, said.on_hand, said.available_now, said.managed_by] == [True, 5, 2, "erp"]
    shop.line.instead = (503, b"", {})
    said = live(shop, "valve")
    assert [said.confirmed, said.on_hand, said.available_now] == [False, 7, 4]
    assert said.reason == "not-confirmed-by-the-warehouse"
    ours = availability(
        shop.company.house, connect(shop.line), place["article_id"], warehouse_id("F1"), do("nothing").at
    )
    assert ours is not None
    assert [ours.confirmed, ours.on_hand, ours.managed_by] == [True, 0, "libretto"]
