"""What must hold of goods and paper whatever happened, counted once more from the facts alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.delivery_note import DeliveryNote
from aggregates.invoice import Invoice
from aggregates.purchase_order import PurchaseOrder
from aggregates.quote import Quote
from aggregates.sales_order import SalesOrder
from aggregates.stock import Ownership
from aggregates.stock_item import StockItem
from gateways.postgres.comparison import differing, folded_rows, stored_rows
from projections.base import MemoryRows
from projections.catalog import READ_MODELS
from tests.agreement import they_agree
from tests.dsl import Company
from tests.goods_shop import KNOWN, Shop

NOTHING = Decimal(0)
EVERYTHING = 100_000


class Place:
    """One article in one warehouse, as a slow and obvious storekeeper would keep it."""

    def __init__(self, fact: StockItem.Stocked) -> None:
        self.article_id, self.warehouse_id, self.ownership = fact.article_id, fact.warehouse_id, fact.ownership
        self.on_hand, self.forced = fact.quantity, False
        self.serials, self.lots = Counter(fact.serials), Counter[str]()
        self.promised: dict[UUID, tuple[UUID, Decimal]] = {}
        self._lots(fact.lots, 1)

    def take(self, fact: Any) -> None:
        """One fact more."""
        if isinstance(fact, StockItem.Received | StockItem.Returned | StockItem.MovedIn):
            self._move(fact, 1)
        elif isinstance(fact, StockItem.Issued | StockItem.MovedOut):
            self._move(fact, -1)
        elif isinstance(fact, StockItem.Counted):
            self.on_hand += fact.difference
            self.serials.subtract(fact.serials_missing)
            self.serials.update(fact.serials_found)
            self._lots(fact.lots_missing, -1)
            self._lots(fact.lots_found, 1)
        elif isinstance(fact, StockItem.ShortfallAccepted):
            self.forced = True
        elif isinstance(fact, StockItem.Reserved):
            one = fact.reservation
            self.promised[one.reservation_id] = (one.record.id, one.quantity)
        elif isinstance(fact, StockItem.ReservationReleased):
            self._promise_less(fact.reservation_id, fact.quantity)
        self._check()

    def _move(self, fact: Any, sign: int) -> None:
        self.on_hand += sign * fact.quantity
        for serial in fact.serials:
            was_found = sign < 0 and self.forced and not self.serials[serial]
            self.serials[serial] += 0 if was_found else sign
        self._lots(fact.lots, sign)
        for one in getattr(fact, "used", ()):
            self._promise_less(one.reservation_id, one.quantity)
        for one in getattr(fact, "carried", ()):
            if sign < 0:
                self._promise_less(one.reservation_id, one.quantity)
            else:
                held = self.promised.get(one.reservation_id, (one.record.id, NOTHING))[1]
                self.promised[one.reservation_id] = (one.record.id, held + one.quantity)

    def _lots(self, lots: Iterable[Any], sign: int) -> None:
        for lot in lots:
            self.lots[lot.code] += sign * lot.quantity

    def _promise_less(self, key: UUID, quantity: Decimal) -> None:
        record, held = self.promised.pop(key)
        assert held >= quantity, "more was used of a promise than was promised"
        if held > quantity:
            self.promised[key] = (record, held - quantity)

    def _check(self) -> None:
        assert self.on_hand >= 0 or self.forced, "below zero without a reason"
        assert all(0 <= n <= 1 for n in self.serials.values()), f"a piece twice or gone twice: {self.serials}"
        assert all(n >= 0 for n in self.lots.values()), f"more of a lot left than came: {self.lots}"
        inside = sum(self.lots.values(), NOTHING)
        assert self.forced or inside <= self.on_hand, f"lots hold more than there is: {self.lots}, {self.on_hand}"


def check_everything(shop: Shop) -> None:
    """Stock, promises, orders, numbers, bills and what people see of all that."""
    company = shop.company
    company.fold()
    facts = [one.fact for one in company.house.recorded_after(0, EVERYTHING)]
    places = storekeeper(facts)
    check_levels(company, places)
    check_pieces(places)
    check_promises(shop, places)
    check_on_order(shop, company)
    check_numbers(facts)
    check_bills(shop, facts)


def storekeeper(facts: Iterable[Any]) -> dict[UUID, Place]:
    """Every place as the facts make it; each fact is checked as it comes."""
    places: dict[UUID, Place] = {}
    for fact in facts:
        if isinstance(fact, StockItem.Stocked):
            places[fact.stream_id] = Place(fact)
        elif fact.stream_id in places:
            places[fact.stream_id].take(fact)
    return places


def check_levels(company: Company, places: dict[UUID, Place]) -> None:
    """The view says the same, and nothing of customers' goods is worth anything to us."""
    seen = {
        one["stock_item_id"]: one for item in company.ask("stock", limit=200)["items"] for one in item["warehouses"]
    }
    assert seen.keys() == places.keys()
    for key, place in places.items():
        row, item = seen[key], company.record(key)
        assert place.warehouse_id in KNOWN
        assert place.on_hand == item.on_hand == row["on_hand"], (place.on_hand, item.on_hand, row["on_hand"])
        assert {one for one, n in place.serials.items() if n} == item.serials
        assert {code: n for code, n in place.lots.items() if n} == {c: one.quantity for c, one in item.lots.items()}
        promised = sum((quantity for _, quantity in place.promised.values()), NOTHING)
        assert promised == row["reserved_soft"] + row["reserved_firm"]
        assert promised == sum((one.quantity for one in item.reservations.values()), NOTHING)
        if place.ownership is Ownership.CUSTOMER:
            assert row["value"] == row["unit_cost"] == item.unit_cost == 0, "customers' goods have a value"


def check_pieces(places: dict[UUID, Place]) -> None:
    """A piece is in one place, whoever owns it."""
    where = Counter(
        (place.article_id, serial.upper()) for place in places.values() for serial, n in place.serials.items() if n
    )
    assert not [piece for piece, n in where.items() if n > 1], "one piece in two places"


def check_promises(shop: Shop, places: dict[UUID, Place]) -> None:
    """Nothing is kept for what is over, nor more for an order than is still to be delivered of it."""
    held: dict[UUID, Decimal] = defaultdict(Decimal)
    for place in places.values():
        for record, quantity in place.promised.values():
            held[record] += quantity
    for order_id in shop.orders:
        order = shop.record(order_id)
        still = NOTHING if order.cancelled else sum(order.open_goods.values(), NOTHING)
        assert held[order_id] <= still, f"{held[order_id]} promised to an order of which {still} are open"
    for call_id in shop.calls:
        if shop.record(call_id).status.value in ("closed", "cancelled"):
            assert held[call_id] == 0, "pieces are kept for a call that is over"


def check_on_order(shop: Shop, company: Company) -> None:
    """What stock awaits is what orders, drafted or sent, have still to bring."""
    wanted: dict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
    for order_id in shop.purchases:
        for one in shop.record(order_id).expected().values():
            wanted[(one.article_id, one.warehouse_id)] += one.quantity
    rows = company.house.reader.rows("select article_id, warehouse_id, on_order from {stock_level}")
    found = {(row["article_id"], row["warehouse_id"]): row["on_order"] for row in rows if row["on_order"]}
    assert found == {key: quantity for key, quantity in wanted.items() if quantity}


def check_numbers(facts: list[Any]) -> None:
    """Each series counts 1, 2, 3 … without a hole, its dates never go back, and nothing has another's number."""
    kinds: tuple[tuple[type[Any], str], ...] = (
        (DeliveryNote.Issued, "dated_on"),
        (SalesOrder.Placed, "placed_on"),
        (PurchaseOrder.Drafted, ""),
        (Quote.Drafted, ""),
    )
    for kind, day in kinds:
        by_series: dict[str, list[Any]] = defaultdict(list)
        for fact in facts:
            if isinstance(fact, kind):
                by_series[f"{getattr(fact, 'series', '')}"].append(fact)
        for issued in by_series.values():
            numbers = [int(fact.number.replace("-", "/").split("/")[-1]) for fact in issued]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), (kind, numbers)
            days = [getattr(fact, day) for fact in issued] if day else []
            assert days == sorted(days)


def check_bills(shop: Shop, facts: list[Any]) -> None:
    """Nothing cancelled is billed, nothing is billed twice, and no more than went out."""
    billed: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    open_bills: dict[UUID, UUID] = {}
    reopened: set[tuple[UUID, UUID]] = set()
    for fact in facts:
        if isinstance(fact, DeliveryNote.Invoiced | SalesOrder.Invoiced):
            assert fact.stream_id not in open_bills, "billed twice"
            open_bills[fact.stream_id] = fact.invoice.id
        if isinstance(fact, DeliveryNote.BillingReopened | SalesOrder.BillingReopened):
            reopened.add((fact.stream_id, open_bills.pop(fact.stream_id)))
    for fact in facts:
        if isinstance(fact, Invoice.Issued):
            for line in fact.document.lines:
                named = {one.id for one in (line.source.delivery, line.source.record) if one is not None}
                for one in named:
                    if open_bills.get(one) == fact.stream_id:
                        billed[(one, line.code or line.description)] += line.quantity
    _check_notes(shop, billed, open_bills)


def _check_notes(shop: Shop, billed: dict[tuple[UUID, str], Decimal], open_bills: dict[UUID, UUID]) -> None:
    for note_id in shop.notes:
        note = shop.record(note_id)
        if note.cancelled:
            assert note_id not in open_bills, "a cancelled note is billed"
        went: dict[str, Decimal] = defaultdict(Decimal)
        for line in note.lines:
            went[line.code or line.description] += line.quantity
        for (one, code), quantity in billed.items():
            if one == note_id and code in went:
                assert quantity <= went[code], f"{quantity} of {code} billed, {went[code]} delivered"
        if note_id in open_bills:
            assert note.billed_with is None, "billed with the order and by itself"
    for order_id in shop.orders:
        order = shop.record(order_id)
        by_note = [one for one in order.deliveries.values() if one.billing.value == "with_note"]
        assert not (order.invoice is not None and by_note), "an order is billed as a whole and by its notes"
        assert not (order.cancelled and order.invoice is not None), "a cancelled order is billed"


def check_read_models(company: Company) -> None:
    """Tables are what a fresh fold of all facts makes, and they say what the stream says."""
    they_agree(company)
    recorded = company.house.recorded_after(0, EVERYTHING)
    registry, house = company.installation.registry, company.house
    with company.installation.database.company(house.company_id) as connection:
        for kind in READ_MODELS:
            generation, model, rows = registry.seen(kind.NAME), kind(), MemoryRows()
            assert generation is not None
            for each in recorded:
                model.fold(each, rows)
            for table in kind.TABLES:
                stored = stored_rows(connection, house.company_id, table, generation)
                assert list(differing(table, folded_rows(table, rows), stored)) == [], kind.NAME
