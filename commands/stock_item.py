"""What people may ask about stock (giacenze): receive, reserve, issue, move, count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, Level, Quantity
from aggregates.rules.stock_lots import LotQuantity
from aggregates.stock import Ownership, Reservation, stock_item_id
from aggregates.stock_item import StockItem
from commands.base import Answer, Command, Service
from commands.promise_places import check_open, note_carried, note_promised
from commands.stock import begun, check_lots, check_tracked, issue_stock, stock_at, tell_pieces
from commands.words import Words

LOTS_IN = "Needed for articles kept by lot: which lots came in, together the whole quantity."
LOTS_OUT = "The lots they come from; left out, the first to expire among those that may be used."


class StockCommand(Command):
    """What every stock movement names: the article, the warehouse, whose goods they are."""

    article_id: UUID
    warehouse_id: UUID
    ownership: Ownership = Ownership.OWN


class StockArticle(StockCommand):
    """Give the opening balance of an article in a warehouse, before its first movement there."""

    quantity: Level = Field(examples=["5"])
    unit_cost: Level = Field(default=ZERO, description="Average cost of one unit, euro.", examples=["51.20"])
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = Field(default=(), description=LOTS_IN)


class ReceiveStock(StockCommand):
    """Take goods in from a supplier or elsewhere; what was on order for the source shrinks with it."""

    movement_id: UUID | None = Field(default=None, description="The same movement again changes nothing.")
    quantity: Quantity = Field(examples=["4"])
    unit_cost: Level = Field(description="Cost of one unit, euro.", examples=["51.20"])
    source: RecordRef = Field(description="What they came with: a purchase order, a delivery note.")
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = Field(default=(), description=LOTS_IN)


class ExpectSupply(StockCommand):
    """Say what is still to come of an order to a supplier: 0 when nothing more is."""

    quantity: Level = Field(examples=["4"])
    record: RecordRef = Field(description="The purchase order.")
    due_on: date | None = None


class ReservePart(StockCommand):
    """Promise pieces to a record: softly for a planned part, firmly once confirmed (R11.2)."""

    reservation_id: UUID | None = Field(default=None, description="Give it again to change a promise.")
    quantity: Quantity = Field(examples=["2"])
    record: RecordRef = Field(description="The call, order or return that needs them.")
    job_id: UUID | None = Field(default=None, description="The call behind an order: work on it uses the promise.")
    firm: bool = False
    due_on: date | None = None


class ReleaseReservation(StockCommand):
    """Give back what is promised to a record here, all or a quantity of it."""

    record_id: UUID
    quantity: Quantity | None = None
    reservation_id: UUID | None = Field(default=None, description="Only this promise to the record.")


class IssuePart(StockCommand):
    """Hand goods out for a record (scarico): they leave at the average cost, and promises to it shrink (R11.3).

    Below zero only with a reason, which is recorded.
    """

    movement_id: UUID | None = Field(default=None, description="The same movement again changes nothing.")
    quantity: Quantity = Field(examples=["2"])
    record: RecordRef = Field(description="The call, order or return they are for.")
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = Field(default=(), description=LOTS_OUT)
    override_reason: Words | None = Field(default=None, min_length=3, examples=["Found on the van, count follows"])


class MoveStock(Command):
    """Move goods between warehouses, for example onto a van; no delivery note is needed (R8.5, R11.4)."""

    article_id: UUID
    from_warehouse_id: UUID
    to_warehouse_id: UUID
    ownership: Ownership = Ownership.OWN
    movement_id: UUID | None = Field(default=None, description="The same movement again changes nothing.")
    quantity: Quantity = Field(examples=["2"])
    for_record_id: UUID | None = Field(default=None, description="The record whose promise travels with the goods.")
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = Field(default=(), description=LOTS_OUT)
    override_reason: Words | None = Field(default=None, min_length=3)


class CountStock(StockCommand):
    """Record what a count found; the difference is taken into stock."""

    counted: Level = Field(examples=["7"])


class SetMinimumStock(StockCommand):
    """Set how many to keep at least (scorta minima)."""

    minimum: Level = Field(examples=["4"])


def stock_article(cmd: StockArticle, act: Act, service: Service) -> Answer:
    """Handles `StockArticle`; the same balance again records nothing."""
    item = service.find(StockItem, stock_item_id(cmd.article_id, cmd.warehouse_id, cmd.ownership))
    if item is None:
        item = begun(
            service,
            cmd.article_id,
            cmd.warehouse_id,
            cmd.ownership,
            act,
            cmd.quantity,
            cmd.unit_cost,
            cmd.serials,
            cmd.lots,
        )
    else:
        tell_pieces(service)
        item.open_balance(service.new_id("movement"), cmd.quantity, cmd.unit_cost, cmd.serials, act, cmd.lots)
    service.save(item)
    return _answer(item)


def receive_stock(cmd: ReceiveStock, act: Act, service: Service) -> Answer:
    """Handles `ReceiveStock`; answers the movement's id."""
    check_tracked(service, cmd.article_id, cmd.quantity, cmd.serials)
    check_lots(service, cmd.article_id, cmd.lots)
    item = _item(cmd, act, service)
    movement_id = cmd.movement_id or service.new_id("movement")
    item.receive(movement_id, cmd.quantity, cmd.unit_cost, cmd.source, act, serials=cmd.serials, lots=cmd.lots)
    return {"movement_id": movement_id, **_answer(item)}


def expect_supply(cmd: ExpectSupply, act: Act, service: Service) -> Answer:
    """Handles `ExpectSupply`."""
    item = _item(cmd, act, service)
    item.expect(cmd.quantity, cmd.record, cmd.due_on, act)
    return _answer(item)


def reserve_part(cmd: ReservePart, act: Act, service: Service) -> Answer:
    """Handles `ReservePart`. Raises `RecordIsOver`."""
    item = _item(cmd, act, service)
    check_open(service, cmd.record)
    reservation_id = cmd.reservation_id or service.new_id("reservation")
    told = cmd.model_dump(include={"quantity", "firm", "job_id", "due_on"})
    promise = Reservation(reservation_id=reservation_id, record=cmd.record, **told)
    item.reserve(promise, act)
    note_promised(service, item, (promise,), act)
    return {"reservation_id": reservation_id, **_answer(item)}


def release_reservation(cmd: ReleaseReservation, act: Act, service: Service) -> Answer:
    """Handles `ReleaseReservation`."""
    item = _item(cmd, act, service)
    item.release(cmd.record_id, act, at_most=cmd.quantity, only=cmd.reservation_id)
    return _answer(item)


def issue_part(cmd: IssuePart, act: Act, service: Service) -> Answer:
    """Handles `IssuePart`; answers the movement's id, which what comes back unused names."""
    movement_id = cmd.movement_id or service.new_id("movement")
    item = issue_stock(
        service,
        cmd.article_id,
        cmd.warehouse_id,
        cmd.quantity,
        cmd.record,
        act,
        movement_id=movement_id,
        serials=cmd.serials,
        ownership=cmd.ownership,
        override_reason=cmd.override_reason,
        lots=cmd.lots,
    )
    return {"movement_id": movement_id, "unit_cost": str(item.unit_cost), **_answer(item)}


def move_stock(cmd: MoveStock, act: Act, service: Service) -> Answer:
    """Handles `MoveStock`: both warehouses change in one append."""
    check_tracked(service, cmd.article_id, cmd.quantity, cmd.serials)
    movement_id = cmd.movement_id or service.new_id("movement")
    here = stock_at(service, cmd.article_id, cmd.from_warehouse_id, act, cmd.ownership)
    there = stock_at(service, cmd.article_id, cmd.to_warehouse_id, act, cmd.ownership)
    here.move_to(
        there,
        movement_id,
        cmd.quantity,
        act,
        for_record_id=cmd.for_record_id,
        serials=cmd.serials,
        override_reason=cmd.override_reason,
        lots=cmd.lots,
    )
    note_carried(service, there, act)
    return {"movement_id": movement_id, "from": _answer(here), "to": _answer(there)}


def count_stock(cmd: CountStock, act: Act, service: Service) -> Answer:
    """Handles `CountStock`; answers the difference."""
    item = _item(cmd, act, service)
    difference = item.count(cmd.counted, act)
    return {"difference": str(difference), **_answer(item)}


def set_minimum_stock(cmd: SetMinimumStock, act: Act, service: Service) -> Answer:
    """Handles `SetMinimumStock`."""
    item = _item(cmd, act, service)
    item.set_minimum(cmd.minimum, act)
    return _answer(item)


def _item(cmd: StockCommand, act: Act, service: Service) -> StockItem:
    return stock_at(service, cmd.article_id, cmd.warehouse_id, act, cmd.ownership)


def _answer(item: StockItem) -> Answer:
    """What is there now; an availability below zero warns that promises to others are at risk (R11.3)."""
    on_hand, available = item.on_hand, item.available
    warnings = ["stock-below-zero"] if on_hand < 0 else []
    if available < Decimal(0):
        warnings.append("promised-more-than-available")
    return {"stock_item_id": item.id, "on_hand": str(on_hand), "available": str(available), "warnings": warnings}
