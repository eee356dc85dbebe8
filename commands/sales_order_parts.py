"""How an order holds its parts (impegni): reserved where they are, named when they are too few, given back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Act
from aggregates.call import Call
from aggregates.delivery_note import DeliveryNote
from aggregates.quote_values import QuoteLine
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.stock_levels import purchase_proposal
from aggregates.sales_order import SalesOrder
from aggregates.sales_order_facts import ReservedPart
from aggregates.stock import Reservation, joined, stock_item_id
from aggregates.stock_item import StockItem
from aggregates.warehouse import WarehouseKind
from commands.base import Service
from commands.promise_places import is_over, note_promised, of_call, of_order
from commands.stock import stock_at, warehouse_of

ZERO = Decimal(0)


class Reserving:
    """Promises the lines of an order: in place of the call's soft promises, wherever these are (R7.4)."""

    def __init__(
        self,
        service: Service,
        order: RecordRef,
        call: SourceRef | None,
        warehouse_id: UUID | None,
        due_on: date | None,
        act: Act,
    ) -> None:
        self._service, self._order, self._call = service, order, call
        self._warehouse_id, self._due_on, self._act = warehouse_id, due_on, act
        self._soft = list(self._promised()) if call else []

    def reserve(self, line: QuoteLine) -> Iterator[ReservedPart]:
        """Promise a stocked line's pieces; what the call had promised of them is given back.

        Pieces go where the call had them, the rest to the warehouse named or the main one. Of another warehouse
        named, all go there.
        """
        article = self._service.find(Article, line.article_id) if line.article_id else None
        if article is None or not article.details.kind.is_stocked:
            return
        left = line.quantity
        for item, quantity in self._given_back(article.id, line.quantity):
            if self._warehouse_id in (None, item.warehouse_id):
                left -= quantity
                yield self._hold(line, item, quantity, first=False)
        if left > 0:
            here = self._warehouse_id or warehouse_of(self._service, None, WarehouseKind.MAIN)
            yield self._hold(line, stock_at(self._service, article.id, here, self._act), left, first=True)

    def _promised(self) -> Iterator[StockItem]:
        """The stock where something is promised to the call, as planned and as moved since."""
        assert self._call is not None
        yield from of_call(self._service, self._service.load(Call, self._call.id))

    def _given_back(self, article_id: UUID, quantity: Decimal) -> Iterator[tuple[StockItem, Decimal]]:
        assert self._call is not None or not self._soft
        left = quantity
        for item in {one.id: one for one in self._soft if one.article_id == article_id}.values():
            held = sum((one.quantity for one in item.reservations.values() if one.record.id == self._call_id), ZERO)
            part = min(held, left)
            if part > 0:
                item.release(self._call_id, self._act, at_most=part)
                self._service.save(item)
                left -= part
                yield item, part

    @property
    def _call_id(self) -> UUID:
        assert self._call is not None
        return self._call.id

    def _hold(self, line: QuoteLine, item: StockItem, quantity: Decimal, *, first: bool) -> ReservedPart:
        place = "" if first else f"-{item.warehouse_id}"
        reservation_id = self._service.new_id(f"reservation-{line.line_id}{place}")
        promise = Reservation(
            reservation_id=reservation_id,
            quantity=quantity,
            firm=True,
            record=self._order,
            job_id=self._call.id if self._call else None,
            due_on=self._due_on,
        )
        item.reserve(promise, self._act)
        self._service.save(item)
        return ReservedPart(
            line_id=line.line_id,
            reservation_id=reservation_id,
            article_id=item.article_id,
            warehouse_id=item.warehouse_id,
            quantity=quantity,
        )


def shortages(service: Service, reserved: Sequence[ReservedPart]) -> list[dict[str, Any]]:
    """What is missing of the pieces just promised, by line and warehouse, and how many to buy (R11.1, R11.5)."""
    told = []
    for part in reserved:
        article = service.load(Article, part.article_id)
        item = service.load(StockItem, stock_item_id(part.article_id, part.warehouse_id))
        missing = min(part.quantity, max(ZERO, item.reserved_firm - item.on_hand))
        on_order, lot = sum(item.supplies.values(), ZERO), article.details.order_lot or ZERO
        if missing > 0:
            to_buy = purchase_proposal(item.on_hand, item.reserved_firm, on_order, item.minimum, lot)
            named = part.model_dump(include={"line_id", "article_id", "warehouse_id"})
            told.append({**named, "code": article.code, "missing": missing, "on_order": on_order, "proposal": to_buy})
    return told


def release_held(
    service: Service, order: SalesOrder, items: Iterable[StockItem], line_id: UUID, quantity: Decimal, act: Act
) -> None:
    """Give back a quantity of what is promised for a line, wherever it is."""
    keys, left = [part.reservation_id for part in order.reserved if part.line_id == line_id], quantity
    for item in items:
        for key in keys:
            held = item.reservations.get(key)
            part = min(held.quantity, left) if held else ZERO
            if part > 0:
                item.release(order.id, act, at_most=part, only=key)
                service.save(item)
                left -= part


def free_excess(service: Service, order: SalesOrder, act: Act) -> None:
    """Give back what is promised beyond what is still to be delivered: goods may leave from elsewhere than promised.

    What stands in for something ordered is kept until the order is delivered whole.
    """
    items, still = of_order(service, order), wanted_of(order)
    ordered = {line.article_id for line in order.lines}
    for item in items:
        held = sum((_held_for(one, order.id) for one in items if one.article_id == item.article_id), ZERO)
        too_much = held - still.get(item.article_id, ZERO)
        stands_in = item.article_id not in ordered and bool(still)
        if too_much > 0 and not stands_in:
            item.release(order.id, act, at_most=min(too_much, _held_for(item, order.id)))
            service.save(item)


def hold_again(service: Service, order: SalesOrder, note: DeliveryNote, act: Act) -> None:
    """Promise to the order again what a cancelled note had taken of it, where it lies now (R7.4)."""
    items, still = of_order(service, order), wanted_of(order)
    known = {one.id for one in items}
    for line in note.lines:
        key = next((one.reservation_id for one in order.reserved if one.article_id == line.article_id), None)
        if line.stock is None or line.article_id is None or key is None:
            continue
        item = stock_at(service, line.article_id, line.stock.warehouse_id, act)
        items = list({one.id: one for one in (*items, item)}.values())
        held = sum((_held_for(one, order.id) for one in items if one.article_id == line.article_id), ZERO)
        quantity = min(line.quantity, still.get(line.article_id, ZERO) - held)
        if quantity > 0:
            ref = RecordRef(kind="sales-order", id=order.id, number=order.number)
            promise = Reservation(reservation_id=key, quantity=quantity, firm=True, record=ref, due_on=order.due_on)
            item.reserve(joined(item.reservations.get(key), promise), act)
            if item.id not in known:  # the note's order is written, which guards the places that are known
                note_promised(service, item, (promise,), act)


def wanted_of(order: SalesOrder) -> dict[UUID, Decimal]:
    """By article, what is still to be delivered of an order; nothing once it is cancelled."""
    found: dict[UUID, Decimal] = {}
    left = {} if order.cancelled else order.open_goods
    for line in order.lines:
        if line.article_id is not None and line.line_id in left:
            found[line.article_id] = found.get(line.article_id, ZERO) + left[line.line_id]
    return found


def room_for(service: Service, record: RecordRef, item: StockItem) -> Decimal | None:
    """How much more of an article a record may be promised; None where that is not known, 0 once it is over."""
    if record.kind == "call":
        over = is_over(service, record)
        service.rests_on(record.id)
        return ZERO if over else None
    order = service.find(SalesOrder, record.id)
    if order is None:
        return None
    places = {one.id: one for one in (*of_order(service, order), item) if one.article_id == item.article_id}
    service.rests_on(record.id)
    return wanted_of(order).get(item.article_id, ZERO) - sum(
        (_held_for(one, order.id) for one in places.values()), ZERO
    )


def _held_for(item: StockItem, order_id: UUID) -> Decimal:
    return sum((one.quantity for one in item.reservations.values() if one.record.id == order_id), ZERO)
