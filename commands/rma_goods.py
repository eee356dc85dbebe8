"""What the commands of returns share (merce dei resi): naming items, where their goods are kept, moving them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import KeptIn, RmaItem
from aggregates.rma_serials import hold_id
from aggregates.rules.stock_levels import ZERO, Quantity
from aggregates.stock import Ownership
from aggregates.values import Value
from aggregates.warehouse import WarehouseKind
from commands.base import Service
from commands.stock import stock_at, tell_pieces, warehouse_of
from commands.words import Words


class SerialOnOtherRma(Refusal):
    """Serial {serial} is already on return {number}; finish that one first."""


class SerialOnOtherRmaMeanwhile(Refusal):
    """Another return has just been opened for one of these machines; look at the open returns, and finish that one."""


class SerialTwice(Refusal):
    """Serial {serial} is named twice on this return; one piece is one item."""

    status = 422


class Goods(Value):
    """Goods that a customer sends in."""

    item_id: UUID | None = None
    description: Words = Field(min_length=1, examples=["Lavastoviglie LT-900"])
    quantity: Quantity = Decimal(1)
    serial: str | None = Field(default=None, examples=["SN-778"])
    serial_item_id: UUID | None = Field(default=None, description="The item of the installed base.")
    article_id: UUID | None = Field(default=None, description="With it, the goods are counted among customers' goods.")
    fault: str | None = Field(default=None, examples=["Non carica acqua"])


def reference(rma: Rma) -> RecordRef:
    """How other records name a return."""
    return RecordRef(kind="rma", id=rma.id, number=rma.number)


def serials_of(item: RmaItem) -> tuple[str, ...]:
    """The serial number of an item, where it has one."""
    return (item.serial,) if item.serial else ()


def items_of(service: Service, goods: Iterable[Goods], rma_id: UUID, known: Iterable[RmaItem] = ()) -> list[RmaItem]:
    """The items that goods become; a machine is on one open return at a time.

    Raises `SerialOnOtherRma`, `SerialTwice`.
    """
    serials = {one.serial for one in known if one.serial}
    items = []
    for n, one in enumerate(goods, 1):
        item_id = one.item_id or service.new_id(f"item-{n}")
        items.append(RmaItem(item_id=item_id, **one.model_dump(exclude={"item_id"})))
        check_serial(service, one.serial, rma_id)
        if one.serial in serials:
            raise SerialTwice(serial=one.serial)
        serials |= {one.serial} if one.serial else set()
    return items


def check_serial(service: Service, serial: str | None, rma_id: UUID) -> None:
    """What lists show already, and for what they do not show yet the log's own word. Raises `SerialOnOtherRma`."""
    tell_serials(service)
    other = service.lookups.open_rma_of_serial(serial, rma_id) if serial else None
    if other is not None:
        raise SerialOnOtherRma(serial=serial, number=other)


def tell_serials(service: Service) -> None:
    """Refuse in words of returns when the log holds a serial on another open return."""
    tell_pieces(service)
    before = service.when_taken
    service.when_taken = lambda: _on_other(service) or (before() if before else SerialOnOtherRmaMeanwhile())


def _on_other(service: Service) -> Refusal | None:
    claimed = {claim.claim_id for claim in service.claimed}
    saved = [one for one in service.saved if isinstance(one, Rma)]
    held = [(rma, item) for rma in saved for item in rma.items.values() if hold_id(item.item_id) in claimed]
    for rma, item in held:
        other = service.lookups.open_rma_of_serial(item.serial, rma.id) if item.serial else None
        if other is not None:
            return SerialOnOtherRma(serial=item.serial, number=other)
    is_only_ours = len(held) == len(claimed)
    return SerialOnOtherRmaMeanwhile() if is_only_ours else None


def place_for(service: Service, rma: Rma, item_id: UUID, warehouse_id: UUID | None) -> KeptIn:
    """Customers' goods are kept apart; a piece that was replaced in advance is ours, and faulty."""
    if item_id in rma.replaced:
        return KeptIn(warehouse_id=warehouse_of(service, None, WarehouseKind.FAULTY), ownership=Ownership.OWN)
    place = warehouse_of(service, warehouse_id, WarehouseKind.CUSTOMER_OWNED)
    return KeptIn(warehouse_id=place, ownership=Ownership.CUSTOMER)


def store(service: Service, rma: Rma, item: RmaItem, quantity: Decimal, act: Act, why: str = "in") -> None:
    """Put goods of an item where they are kept; goods without an article are in no stock."""
    kept = rma.kept.get(item.item_id)
    if kept is not None and item.article_id is not None:
        stock = stock_at(service, item.article_id, kept.warehouse_id, act, kept.ownership)
        movement_id = service.new_id(f"{why}-{item.item_id}")
        stock.receive(movement_id, quantity, ZERO, reference(rma), act, serials=serials_of(item))


def take_out(service: Service, rma: Rma, item: RmaItem, act: Act, why: str) -> None:
    """Take an item's goods out of the place where they are kept."""
    kept = rma.kept.get(item.item_id)
    if kept is not None and item.article_id is not None:
        stock = stock_at(service, item.article_id, kept.warehouse_id, act, kept.ownership)
        movement_id = service.new_id(f"{why}-{item.item_id}")
        quantity = rma.received.get(item.item_id, ZERO)
        stock.issue(movement_id, quantity, reference(rma), act, serials=serials_of(item))


def become_ours(service: Service, rma: Rma, item: RmaItem, act: Act) -> None:
    """What the customer leaves us for a replacement or a credit is ours, and faulty, at no value."""
    kept = rma.kept.get(item.item_id)
    if kept is None or kept.ownership is Ownership.OWN or item.article_id is None:
        return
    take_out(service, rma, item, act, "stays")
    faulty = warehouse_of(service, None, WarehouseKind.FAULTY)
    movement_id, quantity = service.new_id(f"ours-{item.item_id}"), rma.received.get(item.item_id, ZERO)
    stock = stock_at(service, item.article_id, faulty, act)
    stock.receive(movement_id, quantity, ZERO, reference(rma), act, serials=serials_of(item))
