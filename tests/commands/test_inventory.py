"""Another's warehouse: connecting it, what it keeps, settling what it refused. Given, when, then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.article import article_id
from aggregates.base import Act, Refusal
from aggregates.inventory_link import InventoryLink, InventoryNotConnected, TheirCodeTaken
from aggregates.inventory_refusal import AcceptanceUnexplained, InventoryRefusal, RefusalIsSettled
from aggregates.inventory_values import AddressNotUsable, AskedKind, LinkState
from aggregates.stock_item import StockItem
from aggregates.stock_pieces import SerialElsewhere
from aggregates.stock_reported import LevelOvertaken, PiecesNotReported
from aggregates.warehouse import warehouse_id
from commands.base import Command, Entry
from commands.inventory import (
    FIND,
    LEVEL,
    REFUSE,
    TAKE,
    FindInventory,
    RecordInventoryLevel,
    RecordInventoryRefusal,
    RecordInventoryTaken,
)
from tests.dsl import MORNING, Company, Do, do

ACT = Act(by="system:inventory", at=MORNING)
MAG, VALVE, BOARD = warehouse_id("MAG"), article_id("VALVE"), article_id("BOARD")
OPEN = do("open-warehouse", code="MAG", name="Magazzino")
OPEN_2 = do("open-warehouse", code="MAG2", name="Deposito")
CONNECT = do("connect-inventory", address="https://erp.example.it/inventory/", secret_name="erp")
KEEP = do("set-warehouse-keeper", warehouse_id=MAG, managed_by="erp")
REGISTER = do("register-article", code="VALVE", description="Valvola", kind="part")
REGISTER_BOARD = do("register-article", code="BOARD", description="Scheda", kind="part", serial_tracked=True)


def duty(company: Company, entry: Entry, cmd: Command) -> list[str]:
    """What a command of the forwarder records, by the names of its facts."""
    before = company.house.log.position()
    company.house.desk.execute(entry, cmd, ACT)
    return [type(one.fact).__name__ for one in company.house.recorded_after(before)]


def level(on_hand: str, known_version: int, article: UUID = VALVE, warehouse: UUID = MAG, **more: Any) -> Command:
    return RecordInventoryLevel(
        article_id=article, warehouse_id=warehouse, on_hand=Decimal(on_hand), source="erp.example.it", as_of=MORNING,
        known_version=known_version, **more,
    )  # fmt: skip


def test_connecting_is_a_fact_without_the_secret(company: Company) -> None:
    situation = company.given().when(CONNECT)
    situation.then((InventoryLink.Connected, {"address": "https://erp.example.it/inventory", "secret_name": "erp"}))
    company.given().when(CONNECT).then_nothing()
    again = do("connect-inventory", address="https://erp.example.it", secret_name="erp", time_limit_seconds=5)
    company.given().when(again).then((InventoryLink.Reconnected, {"time_limit_seconds": 5}))
    company.given().when(do("disconnect-inventory")).then(InventoryLink.Disconnected)
    company.given().when(do("disconnect-inventory")).then_nothing()
    company.given().when(do("check-inventory")).then_refused(InventoryNotConnected)
    company.given().when(again).then(InventoryLink.Reconnected)


@pytest.mark.parametrize(
    "address", ["erp.example.it", "ftp://erp.example.it", "https://u:p@erp.it", "https://erp.it/?q=1", "https://e .it"]
)
def test_an_address_is_plain(company: Company, address: str) -> None:
    asked = do("connect-inventory", address=address, secret_name="erp")
    company.given().when(asked).then_refused(AddressNotUsable)


@pytest.mark.parametrize("step", [KEEP, do("check-inventory"), do("disconnect-inventory")])
def test_without_a_link_nothing_can_be_kept(company: Company, step: Do) -> None:
    company.given(OPEN).when(step).then_refused(InventoryNotConnected)


def test_a_warehouse_is_handed_over_and_taken_back(company: Company) -> None:
    company.given(OPEN, OPEN_2, CONNECT).when(KEEP).then((InventoryLink.KeeperSet, {"their_code": "MAG"}))
    company.given().when(KEEP).then_nothing()
    other = do("set-warehouse-keeper", warehouse_id=warehouse_id("MAG2"), managed_by="erp", their_code="MAG")
    company.given().when(other).then_refused(TheirCodeTaken, code="MAG")
    back = do("set-warehouse-keeper", warehouse_id=MAG, managed_by="libretto")
    company.given().when(back).then((InventoryLink.KeeperSet, {"their_code": None}))
    company.given().when(back).then_nothing()
    assert company.ask("inventory-link")["warehouses"] == []


def test_an_article_has_one_name_there(company: Company) -> None:
    named = do("name-inventory-article", article_id=VALVE, their_code="100-V")
    company.given(REGISTER, REGISTER_BOARD, CONNECT).when(named).then(
        (InventoryLink.ArticleNamed, {"their_code": "100-V"})
    )
    company.given().when(named).then_nothing()
    other = do("name-inventory-article", article_id=BOARD, their_code="100-V")
    company.given().when(other).then_refused(TheirCodeTaken, code="100-V")


def test_what_it_answered_is_news_once_unless_asked(company: Company) -> None:
    company.given(CONNECT)
    ready = FindInventory(state=LinkState.READY, told="Gestionale")
    assert duty(company, FIND, ready) == ["Found"]
    assert duty(company, FIND, ready) == []
    company.given().when(do("check-inventory")).then(InventoryLink.CheckAsked)
    company.given().when(do("check-inventory")).then_nothing()
    assert duty(company, FIND, ready) == ["Found"]


@pytest.fixture
def refusal_id(company: Company) -> UUID:
    company.given(OPEN, REGISTER)
    one = uuid4()
    told = RecordInventoryRefusal(
        refusal_id=one, asked=AskedKind.ISSUE, article_id=VALVE, warehouse_id=MAG, quantity=Decimal(2),
        code="stock-short", sentence="Ce ne sono 1",
    )  # fmt: skip
    assert duty(company, REFUSE, told) == ["Refused"]
    assert duty(company, REFUSE, told) == []
    company.do("retry-inventory-refusal", refusal_id=one, difference="3")
    assert duty(company, REFUSE, told) == ["RefusedAgain"]
    return one


def test_a_refusal_is_asked_again_or_left(company: Company, refusal_id: UUID) -> None:
    retry = do("retry-inventory-refusal", refusal_id=refusal_id)
    company.given().when(retry).then((InventoryRefusal.RetryAsked, {"attempt": 2, "difference": None}))
    company.given().when(retry).then_nothing()
    assert duty(company, TAKE, RecordInventoryTaken(refusal_id=refusal_id)) == ["Taken"]
    assert duty(company, TAKE, RecordInventoryTaken(refusal_id=refusal_id)) == []
    company.given().when(retry).then_refused(RefusalIsSettled, state="taken")
    accept = do("accept-inventory-refusal", refusal_id=refusal_id, why="Contato")
    company.given().when(accept).then_refused(RefusalIsSettled, state="taken")


def test_leaving_a_refusal_needs_a_reason(company: Company, refusal_id: UUID) -> None:
    company.given().when(do("accept-inventory-refusal", refusal_id=refusal_id)).then_refused(AcceptanceUnexplained)
    accept = do("accept-inventory-refusal", refusal_id=refusal_id, why="Contato")
    company.given().when(accept).then(InventoryRefusal.Accepted)
    company.given().when(accept).then_nothing()
    assert company.ask("inventory-refusals", state="accepted")["items"][0]["reason"] == "Contato"


def test_a_reported_level_is_a_count_with_its_source(company: Company) -> None:
    company.given(OPEN, REGISTER)
    assert duty(company, LEVEL, level("4", 0)) == ["Stocked", "Counted"]
    assert duty(company, LEVEL, level("4", 2)) == []
    refused(company, LevelOvertaken, level("5", 0))
    refused(company, LevelOvertaken, level("5", 1))
    assert duty(company, LEVEL, level("5", 2)) == ["Counted"]
    assert company.ask("stock", article_id=VALVE)["items"][0]["on_hand"] == 5


def test_reported_pieces_come_and_go_by_their_numbers(company: Company) -> None:
    company.given(OPEN, OPEN_2, REGISTER_BOARD)
    company.do("stock-article", article_id=BOARD, warehouse_id=MAG, quantity=2, serials=["S1", "S2"])
    company.do("stock-article", article_id=BOARD, warehouse_id=warehouse_id("MAG2"), quantity=1, serials=["S9"])
    refused(company, PiecesNotReported, level("3", 1, BOARD))
    refused(company, SerialElsewhere, level("2", 1, BOARD, serials=("S1", "S9")))
    assert duty(company, LEVEL, level("2", 1, BOARD, serials=("S2", "S3"))) == ["Counted"]
    item: StockItem = company.record(
        company.ask("stock", article_id=BOARD)["items"][0]["warehouses"][0]["stock_item_id"]
    )
    assert item.serials == {"S2", "S3"}


def refused(company: Company, kind: type[Refusal], cmd: Command) -> None:
    with pytest.raises(kind):
        duty(company, LEVEL, cmd)
