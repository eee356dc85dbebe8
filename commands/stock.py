"""How commands of other records move stock in their own append: find or begin the item, then decide on it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Act, Refusal, require
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_lots import LotQuantity
from aggregates.stock import Ownership, stock_item_id
from aggregates.stock_item import StockItem
from aggregates.stock_lot import StockLot, stock_lot_id
from aggregates.stock_pieces import SerialElsewhere, claim_id
from aggregates.warehouse import Warehouse, WarehouseKind
from commands.base import Service
from commands.words import Words


class ArticleNotStocked(Refusal):
    """Article {article} is {kind} and does not lie in a warehouse; leave it out of the movement."""

    status = 422


class SerialsMissing(Refusal):
    """Every piece of {article} has a serial number; give {quantity} of them (R11.3)."""

    status = 422


class LotsMissing(Refusal):
    """{article} is kept by lot; say which lots came in, and how much of each."""

    status = 422


class WrongWarehouseKind(Refusal):
    """Warehouse {warehouse} is of kind {kind}, this movement needs {needed}; choose another one."""

    status = 422


class WarehouseMissing(Refusal):
    """There is no warehouse of kind {kind}; open one, or name the warehouse."""

    status = 422


def stock_at(
    service: Service, article_id: UUID, warehouse_id: UUID, act: Act, ownership: Ownership = Ownership.OWN
) -> StockItem:
    """The stock of an article in a warehouse, begun empty when it is not kept there yet; part of this append.

    Raises `NotFound` for an unknown article or warehouse, `ArticleNotStocked`, and `WrongWarehouseKind` for own
    goods among customers' goods. A piece that is in another warehouse makes the append refuse: `SerialElsewhere`.
    """
    item = service.find(StockItem, stock_item_id(article_id, warehouse_id, ownership))
    if item is None:
        item = begun(service, article_id, warehouse_id, ownership, act)
    heed_lots(service, item)
    tell_pieces(service)
    service.save(item)
    return item


def heed_lots(service: Service, item: StockItem) -> None:
    """Tell a stock item which of its lots are blocked in the company; none is blocked while the command is at work."""
    ids = {code: stock_lot_id(item.article_id, code) for code in item.lots}
    service.preload(*ids.values())
    lots = {code: service.find(StockLot, lot_id) for code, lot_id in ids.items()}
    service.rests_on(*ids.values())
    item.heed({code for code, lot in lots.items() if lot is not None and lot.is_blocked})


def tell_pieces(service: Service) -> None:
    """Refuse in words of stock when the log holds a piece elsewhere."""
    if service.when_taken is None:
        service.when_taken = lambda: _elsewhere(service)


def _elsewhere(service: Service) -> Refusal:
    claimed = {claim.claim_id for claim in service.claimed}
    items = (item for item in service.saved if isinstance(item, StockItem))
    came = (serial for item in items for serial in sorted(item.serials) if claim_id(item.id, serial) in claimed)
    return SerialElsewhere(serials=", ".join(dict.fromkeys(came)))


def begun(
    service: Service,
    article_id: UUID,
    warehouse_id: UUID,
    ownership: Ownership,
    act: Act,
    quantity: Decimal = Decimal(0),
    unit_cost: Decimal = Decimal(0),
    serials: Sequence[str] = (),
    lots: Sequence[LotQuantity] = (),
) -> StockItem:
    """A new stock item of a known, stocked article in a known warehouse, perhaps with an opening balance."""
    article = service.load(Article, article_id)
    warehouse = service.load(Warehouse, warehouse_id)
    require(article.details.kind.is_stocked, ArticleNotStocked, article=article.code, kind=article.details.kind)
    if warehouse.kind is WarehouseKind.CUSTOMER_OWNED and ownership is Ownership.OWN:
        raise WrongWarehouseKind(warehouse=warehouse.code, kind=warehouse.kind, needed=WarehouseKind.MAIN)
    tell_pieces(service)
    return StockItem.stock(
        article_id, warehouse_id, ownership, act, quantity=quantity, unit_cost=unit_cost, serials=serials, lots=lots
    )


def check_lots(service: Service, article_id: UUID, lots: Sequence[LotQuantity]) -> None:
    """Goods kept by lot come in with their lots. Raises `LotsMissing`."""
    article = service.load(Article, article_id)
    require(bool(lots) or not article.details.lot_tracked, LotsMissing, article=article.code)


def check_tracked(service: Service, article_id: UUID, quantity: Decimal, serials: Sequence[str]) -> None:
    """Serial parts need their serials. Raises `SerialsMissing`."""
    article = service.load(Article, article_id)
    if article.details.serial_tracked:
        require(bool(serials), SerialsMissing, article=article.code, quantity=str(quantity))


def check_not_elsewhere(service: Service, item: StockItem, serials: Sequence[str]) -> None:
    """A piece that nobody counted here may be found here, but not while it lies elsewhere. Raises `SerialElsewhere`."""
    strange = [serial for serial in serials if serial not in item.serials]
    places = {one for serial in strange for one in service.lookups.places_of_piece(item.article_id, serial)}
    others = [service.load(StockItem, one) for one in sorted(places)]
    found = [serial for serial in strange if any(serial in other.serials for other in others)]
    require(not found or item.keeps_serials, SerialElsewhere, serials=", ".join(found))


def warehouse_of(service: Service, warehouse_id: UUID | None, kind: WarehouseKind) -> UUID:
    """The warehouse named, or else the company's of a kind. Raises `WrongWarehouseKind`, `WarehouseMissing`."""
    if warehouse_id is None:
        found = service.lookups.warehouse_of_kind(kind.value)
        if found is None:
            raise WarehouseMissing(kind=kind)
        return found
    warehouse = service.load(Warehouse, warehouse_id)
    require(
        warehouse.kind is kind,
        WrongWarehouseKind,
        warehouse=warehouse.code,
        kind=warehouse.kind,
        needed=kind,
    )
    return warehouse_id


def issue_stock(
    service: Service,
    article_id: UUID,
    warehouse_id: UUID,
    quantity: Decimal,
    record: RecordRef,
    act: Act,
    *,
    movement_id: UUID,
    for_record_id: UUID | None = None,
    serials: Sequence[str] = (),
    ownership: Ownership = Ownership.OWN,
    override_reason: Words | None = None,
    lots: Sequence[str] = (),
) -> StockItem:
    """Take goods out for a record, in this append; the item's `unit_cost` is the cost they left at (R11.3, R11.7).

    Promises to the record, or to an order for the same call, shrink with them. Raises `StockShort`, `SerialNotHere`,
    `SerialsMissing`, and of lots what `StockItem.issue` raises. The same movement id again changes nothing.
    """
    check_tracked(service, article_id, quantity, serials)
    item = stock_at(service, article_id, warehouse_id, act, ownership)
    check_not_elsewhere(service, item, serials)
    item.issue(
        movement_id,
        quantity,
        record,
        act,
        for_record_id=for_record_id,
        serials=serials,
        override_reason=override_reason,
        lots=lots,
    )
    return item
