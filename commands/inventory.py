"""What people may ask about another's warehouse (magazzino esterno): connect it, say what it keeps, settle refusals."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.base import Act
from aggregates.inventory_link import INVENTORY_LINK, InventoryLink, InventoryNotConnected
from aggregates.inventory_refusal import InventoryRefusal
from aggregates.inventory_values import AskedKind, Keeper, LevelReport, LinkState
from aggregates.rules.stock_levels import Level
from aggregates.rules.stock_lots import LotQuantity
from aggregates.values import Instant, Rate
from aggregates.warehouse import Warehouse
from commands.base import Answer, Command, Entry, Service
from commands.stock import stock_at

NOBODY: frozenset[str] = frozenset()


class ConnectInventory(Command):
    """Connect the company's other warehouse program, or reach it otherwise; whether it answers is then found out.

    The secret is named, never sent: the installation's settings hold it, together with the one place it may go to.
    """

    address: str = Field(min_length=8, max_length=300, examples=["https://erp.example.it/inventory"])
    secret_name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", examples=["erp"])
    time_limit_seconds: int = Field(default=10, ge=1, le=60, description="How long one answer may take.")


class DisconnectInventory(Command):
    """Ask nothing of the other program until it is connected again; what is to be told waits."""


class CheckInventory(Command):
    """Find out whether the other program answers; the view `inventory-link` then says what it did."""


class SetWarehouseKeeper(Command):
    """Say whose quantities hold in a warehouse: ours, or the other program's.

    From then on the other program is told what is asked there, and its levels correct ours.
    """

    warehouse_id: UUID
    managed_by: Keeper = Field(examples=["erp"])
    their_code: str | None = Field(default=None, min_length=1, max_length=60, description="Left out, our code.")


class NameInventoryArticle(Command):
    """Say what the other program calls an article, where it is not our code."""

    article_id: UUID
    their_code: str = Field(min_length=1, max_length=60, examples=["100-EV230"])


class RetryInventoryRefusal(Command):
    """Ask the other warehouse again, perhaps after it is told a count difference."""

    refusal_id: UUID
    difference: Rate | None = Field(
        default=None, description="Counted more (or, below zero, less) than it knows.", examples=["2"]
    )


class AcceptInventoryRefusal(Command):
    """Leave it as the other warehouse says, with the reason in `why`; its next level corrects ours."""

    refusal_id: UUID


class FindInventory(Command):
    """Record whether the other program answered."""

    state: LinkState
    told: str | None = Field(default=None, max_length=500)


class RecordInventoryRefusal(Command):
    """Record that the other warehouse refused something."""

    refusal_id: UUID
    asked: AskedKind
    article_id: UUID
    warehouse_id: UUID
    quantity: Rate
    code: str = Field(max_length=60)
    sentence: str = Field(max_length=500)


class RecordInventoryTaken(Command):
    """Record that the other warehouse did it after all."""

    refusal_id: UUID


class RecordInventoryLevel(Command):
    """Take over what the other program says is there."""

    article_id: UUID
    warehouse_id: UUID
    on_hand: Level
    source: str = Field(max_length=200)
    as_of: Instant
    known_version: int = Field(ge=0, description="The version of the stock item before the program was asked.")
    serials: tuple[str, ...] | None = None
    lots: tuple[LotQuantity, ...] | None = None


def connect_inventory(cmd: ConnectInventory, act: Act, service: Service) -> Answer:
    """Handles `ConnectInventory`; the same again records nothing."""
    link = service.find(InventoryLink, INVENTORY_LINK)
    if link is None:
        link = InventoryLink.connect(cmd.address, cmd.secret_name, cmd.time_limit_seconds, act)
    else:
        link.reconnect(cmd.address, cmd.secret_name, cmd.time_limit_seconds, act)
    service.save(link)
    return {"link_id": link.id, "address": link.address}


def disconnect_inventory(cmd: DisconnectInventory, act: Act, service: Service) -> None:  # noqa: ARG001 - it has no fields
    """Handles `DisconnectInventory`."""
    link = _link(service)
    link.disconnect(act)
    service.save(link)


def check_inventory(cmd: CheckInventory, act: Act, service: Service) -> None:  # noqa: ARG001 - it has no fields
    """Handles `CheckInventory`."""
    link = _link(service)
    link.ask_check(act)
    service.save(link)


def set_warehouse_keeper(cmd: SetWarehouseKeeper, act: Act, service: Service) -> Answer:
    """Handles `SetWarehouseKeeper`."""
    warehouse = service.load(Warehouse, cmd.warehouse_id)
    link = _link(service)
    link.set_keeper(warehouse.id, cmd.managed_by, cmd.their_code or warehouse.code, act)
    service.save(link)
    return {"their_code": link.warehouses.get(warehouse.id)}


def name_inventory_article(cmd: NameInventoryArticle, act: Act, service: Service) -> None:
    """Handles `NameInventoryArticle`."""
    article = service.load(Article, cmd.article_id)
    link = _link(service)
    link.name_article(article.id, cmd.their_code, act)
    service.save(link)


def retry_inventory_refusal(cmd: RetryInventoryRefusal, act: Act, service: Service) -> Answer:
    """Handles `RetryInventoryRefusal`."""
    refusal = service.load(InventoryRefusal, cmd.refusal_id)
    refusal.retry(cmd.difference or None, act)
    service.save(refusal)
    return {"attempt": refusal.attempt}


def accept_inventory_refusal(cmd: AcceptInventoryRefusal, act: Act, service: Service) -> None:
    """Handles `AcceptInventoryRefusal`."""
    refusal = service.load(InventoryRefusal, cmd.refusal_id)
    refusal.accept(act)
    service.save(refusal)


def find_inventory(cmd: FindInventory, act: Act, service: Service) -> None:
    """Handles `FindInventory`."""
    link = _link(service)
    link.find(cmd.state, cmd.told, act)
    service.save(link)


def record_inventory_refusal(cmd: RecordInventoryRefusal, act: Act, service: Service) -> None:
    """Handles `RecordInventoryRefusal`; told twice is once."""
    refusal = service.find(InventoryRefusal, cmd.refusal_id)
    if refusal is None:
        refusal = InventoryRefusal.refuse(
            cmd.refusal_id, cmd.asked, cmd.article_id, cmd.warehouse_id, cmd.quantity, cmd.code, cmd.sentence, act
        )
    else:
        refusal.refuse_again(cmd.code, cmd.sentence, act)
    service.save(refusal)


def record_inventory_taken(cmd: RecordInventoryTaken, act: Act, service: Service) -> None:
    """Handles `RecordInventoryTaken`."""
    refusal = service.load(InventoryRefusal, cmd.refusal_id)
    refusal.take(act)
    service.save(refusal)


def record_inventory_level(cmd: RecordInventoryLevel, act: Act, service: Service) -> Answer:
    """Handles `RecordInventoryLevel`. Raises `LevelOvertaken` where something moved meanwhile."""
    item = stock_at(service, cmd.article_id, cmd.warehouse_id, act)
    report = LevelReport(source=cmd.source, as_of=cmd.as_of)
    is_new = bool(item.pending_events) and cmd.known_version == 0
    version = item.version if is_new else cmd.known_version
    difference = item.take_level(cmd.on_hand, report, act, known_version=version, serials=cmd.serials, lots=cmd.lots)
    return {"difference": str(difference)}


def _link(service: Service) -> InventoryLink:
    link = service.find(InventoryLink, INVENTORY_LINK)
    if link is None:
        raise InventoryNotConnected
    return link


FIND = Entry("find-inventory", "/inventory/find", FindInventory, find_inventory, NOBODY)
REFUSE = Entry(
    "record-inventory-refusal",
    "/inventory/refusals/record",
    RecordInventoryRefusal,
    record_inventory_refusal,
    NOBODY,
    "refusal_id",
)
TAKE = Entry(
    "record-inventory-taken",
    "/inventory/refusals/taken",
    RecordInventoryTaken,
    record_inventory_taken,
    NOBODY,
    "refusal_id",
)
LEVEL = Entry(
    "record-inventory-level", "/inventory/levels/record", RecordInventoryLevel, record_inventory_level, NOBODY
)
