"""Articles, warehouses, stock, prices and reservations as commands (articoli, giacenze, listini, impegni)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.article import article_id
from aggregates.rules.vat import Supply
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from gateways.imports.batch import ImportBatch, Located
from gateways.imports.sheets.articles import ArticleRow, PriceRow, ReservationRow, StockRow
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.orders import IMPORTS, NotUnderstood, Order, order
from gateways.imports.taking.words import supply

NOTHING = Decimal(0)


def article(row: ArticleRow, finder: Finder) -> Iterator[Order]:
    """A new article, or what is different of a known one."""
    taxed = supply(row.vat_code) or Supply()
    if taxed.plant_in_building:
        raise NotUnderstood("vat_code", f"'{row.vat_code}' depends on the contract: give the article its rate")
    yield order(
        "change-article" if row.code.casefold() in finder.articles else "register-article",
        code=row.code,
        description=row.description,
        kind=row.kind.value,
        unit=row.unit,
        vat_rate=taxed.rate,
        vat_exempt=taxed.exempt,
        price_multiplier=row.price_multiplier,
        serial_tracked=row.serialised,
        standard_cost=row.cost,
        supplier_code=row.supplier,
        order_lot=row.order_lot or None,
        notes=row.notes,
    )


def new_warehouses(batch: ImportBatch, finder: Finder) -> list[Located[StockRow]]:
    """The first row of each warehouse that is neither open nor somebody's van."""
    first: dict[str, Located[StockRow]] = {}
    for located in batch.of(StockRow):
        code = located.row.warehouse
        if not finder.has_warehouse(code) and code.casefold() not in finder.vans:
            first.setdefault(code.casefold(), located)
    return list(first.values())


def warehouse(row: StockRow, _finder: Finder) -> Iterator[Order]:
    """The warehouse of a stock row, opened."""
    yield order("open-warehouse", code=row.warehouse, name=f"Magazzino {row.warehouse}", kind="main")


class Goods:
    """Stock needs the cost of its article where it has none of its own."""

    def __init__(self, batch: ImportBatch) -> None:
        self._costs = {located.row.code.casefold(): located.row.cost for located in batch.of(ArticleRow)}

    def stock(self, row: StockRow, finder: Finder) -> Iterator[Order]:
        """The opening balance with its minimum; once goods have moved, what a changed row says is a count."""
        place = {"article_id": article_id(row.article_code), "warehouse_id": finder.warehouse(row.warehouse)}
        cost = row.average_cost if row.average_cost is not None else self._costs.get(row.article_code.casefold())
        known = (
            finder.stored(stock_item_id(place["article_id"], place["warehouse_id"]))
            if finder.known("stock", row.key)
            else None
        )
        if not isinstance(known, StockItem) or (known.opening[0] == 0 and not known.movements):
            yield order("stock-article", **place, quantity=row.on_hand, unit_cost=cost or NOTHING)
        elif known.on_hand != row.on_hand:
            yield order("count-stock", **place, counted=row.on_hand)
        if row.minimum or known is not None:
            yield order("set-minimum-stock", **place, minimum=row.minimum)


def new_price_lists(batch: ImportBatch, finder: Finder) -> list[Located[PriceRow]]:
    """For each price list that is still to be started, its row that begins first."""
    first: dict[str, Located[PriceRow]] = {}
    for located in batch.of(PriceRow):
        code = located.row.price_list.casefold()
        known = first.get(code)
        if code not in finder.price_lists and (known is None or located.row.valid_from_on < known.row.valid_from_on):
            first[code] = located
    return list(first.values())


def price_list(row: PriceRow, _finder: Finder) -> Iterator[Order]:
    """The list of a price, begun on the price's first day."""
    yield order("start-price-list", code=row.price_list, name=f"Listino {row.price_list}", from_on=row.valid_from_on)


def prices(rows: Sequence[PriceRow]) -> Order:
    """Several prices of one list at once."""
    asked = [
        {
            "article_code": row.article_code,
            "from_on": row.valid_from_on,
            "to_on": row.valid_to_on,
            "from_quantity": row.from_quantity,
            "unit_price": row.unit_price,
            "discount_percent": row.discount_percent,
        }
        for row in rows
    ]
    return order("set-prices", code=rows[0].price_list, prices=asked)


def reservation(row: ReservationRow, finder: Finder) -> Iterator[Order]:
    """A promise made before the first day, to its call or else to the order that the old system knows."""
    record = {"kind": "sales-order", "id": _order_id(row), "number": row.reference}
    if row.call_number is not None:
        record = {"kind": "call", "id": finder.call(row.call_number), "number": row.call_number}
    yield order(
        "reserve-part",
        article_id=article_id(row.article_code),
        warehouse_id=finder.warehouse(row.warehouse),
        reservation_id=uuid5(IMPORTS, "/".join(("reservation", *row.key))),
        quantity=row.quantity,
        record=record,
        firm=row.firm,
        due_on=row.due_on,
    )


def _order_id(row: ReservationRow) -> UUID:
    return uuid5(IMPORTS, f"order/{row.reference.casefold()}")
