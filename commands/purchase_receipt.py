"""Goods from suppliers (entrata merci) and back to them: an order's receipts and returns, with what stock does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import SenderNote, Transport
from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_refusals import PurchaseQuantityUnclear
from aggregates.purchase_order_values import LineQuantity, PurchaseLine, ReceivedLine
from aggregates.record_ref import RecordRef
from aggregates.rules.purchasing import Held, covered, unit_cost
from aggregates.rules.stock_levels import ZERO, Level
from aggregates.rules.stock_lots import LotQuantity
from aggregates.rules.transport_reasons import Reason
from aggregates.stock import Reservation, joined
from aggregates.stock_item import StockItem
from aggregates.values import Discount, Value, rome_date
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.promise_places import note_promised, of_record
from commands.purchase_order import answer, kept
from commands.sales_order_parts import room_for
from commands.stock import check_lots, check_tracked, stock_at
from commands.words import Words


class ArrivedLine(Value):
    """What came of a line of an order, in order units or in units of the article."""

    line_id: UUID
    quantity: Level | None = Field(default=None, description="Order units taken into stock.", examples=["4"])
    units: Level | None = Field(default=None, description="Units of the article taken into stock, instead.")
    rejected: Level = Field(default=ZERO, description="Units of the article of bad quality: not taken in.")
    rejected_because: str | None = Field(default=None, min_length=3)
    unit_price: Level | None = Field(default=None, description="As the supplier's note says, where it differs; euro.")
    discounts: tuple[Discount, ...] | None = None
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = Field(default=(), description="Of a lot-tracked article, in its units.")


class ReceivePurchaseOrder(Command):
    """Take in what came of an order, all of it or a part, with the supplier's delivery note.

    Stock gets it at the order's price per unit; calls and orders that wait for it get it first. More than was still to
    come needs a reason. What is rejected is still to come.
    """

    order_id: UUID
    receipt_id: UUID | None = Field(default=None, description="The same receipt again changes nothing.")
    received_on: date | None = None
    supplier_note: SenderNote | None = None
    lines: tuple[ArrivedLine, ...] = Field(min_length=1)
    over_because: str | None = Field(default=None, min_length=3, examples=["Confezione minima del fornitore"])


class ReturnLine(Value):
    """What goes back of a line, in units of the article."""

    line_id: UUID
    quantity: Level = Field(gt=0, examples=["1"])
    serials: tuple[str, ...] = ()


class ReturnPurchasedGoods(Command):
    """Send goods of an order back to the supplier, with a delivery note (reso a fornitore)."""

    order_id: UUID
    note_id: UUID | None = None
    lines: tuple[ReturnLine, ...] = Field(min_length=1)
    awaits_replacement: bool = Field(default=False, description="Whether others are to come; a credit note otherwise.")
    reason: Words = Field(min_length=3, examples=["Difettosi al collaudo"])
    transport: Transport = Transport()


def receive_purchase_order(cmd: ReceivePurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `ReceivePurchaseOrder`; answers which calls and orders have all their parts now."""
    order = service.load(PurchaseOrder, cmd.order_id)
    receipt_id = cmd.receipt_id or service.new_id("receipt")
    if receipt_id in order.receipts:
        return {"receipt_id": receipt_id, "completed": (), **answer(order)}
    before, received_on = order.expected(), cmd.received_on or rome_date(act.at)
    lines = _arrived(order, cmd.lines)
    order.check_arriving(received_on, lines, cmd.over_because, act)
    completed = _into_stock(service, order, receipt_id, lines, act)
    order.receive(receipt_id, received_on, cmd.supplier_note, lines, cmd.over_because, act, completed=completed)
    return {"receipt_id": receipt_id, "completed": completed, **kept(service, order, before, act)}


def return_purchased_goods(cmd: ReturnPurchasedGoods, act: Act, service: Service) -> Answer:
    """Handles `ReturnPurchasedGoods`: the note, what leaves stock, and what is to come again, in one append."""
    note_id = cmd.note_id or service.new_id("note")
    order = service.load(PurchaseOrder, cmd.order_id)
    known = service.find(DeliveryNote, note_id)
    if known is not None:
        return {"note_id": note_id, "note_number": known.number, **answer(order)}
    before = order.expected()
    goods = tuple(
        GoodsLine(
            article_id=order.line(one.line_id).article_id,
            quantity=one.quantity,
            serials=one.serials,
            warehouse_id=order.line(one.line_id).warehouse_id,
            source=order.ref,
        )
        for one in cmd.lines
    )
    draft = NoteDraft(
        recipient_id=order.supplier.party_id,
        reason=Reason.SUPPLIER_RETURN,
        reason_note=cmd.reason,
        lines=goods,
        transport=cmd.transport,
        record=order.ref,
    )
    note = issue_note(service, note_id, draft, act)
    ref = RecordRef(kind="delivery-note", id=note_id, number=note.number)
    back = tuple(LineQuantity(line_id=one.line_id, quantity=one.quantity) for one in cmd.lines)
    order.return_goods(ref, back, cmd.awaits_replacement, cmd.reason, act)
    return {"note_id": note_id, "note_number": note.number, **kept(service, order, before, act)}


def _arrived(order: PurchaseOrder, asked: Sequence[ArrivedLine]) -> tuple[ReceivedLine, ...]:
    """What came in the article's unit, with what is more than was to come, over all lines of the receipt."""
    left = {line.line_id: order.remaining(line.line_id) for line in order.ordered}
    found = []
    for one in asked:
        line = order.line(one.line_id)
        quantity = _units(line, one)
        found.append(
            ReceivedLine(
                line_id=one.line_id,
                quantity=quantity,
                rejected=one.rejected,
                rejected_because=one.rejected_because,
                unit_cost=_cost(line, one),
                serials=one.serials,
                lots=one.lots,
                over=max(ZERO, quantity - left[one.line_id]),
                ordered_unit_cost=line.unit_cost,
            )
        )
        left[one.line_id] = max(ZERO, left[one.line_id] - quantity)
    return tuple(found)


def _units(line: PurchaseLine, one: ArrivedLine) -> Decimal:
    require(one.quantity is None or one.units is None, PurchaseQuantityUnclear)
    if one.units is not None:
        return one.units
    return (one.quantity or ZERO) * line.units_per


def _cost(line: PurchaseLine, one: ArrivedLine) -> Decimal:
    """What a unit costs as the supplier's note says, or as ordered."""
    if one.unit_price is None and one.discounts is None:
        return line.unit_cost
    price = one.unit_price if one.unit_price is not None else line.unit_price
    return unit_cost(price, line.price_per, one.discounts if one.discounts is not None else line.discounts)


def _into_stock(
    service: Service, order: PurchaseOrder, receipt_id: UUID, lines: Sequence[ReceivedLine], act: Act
) -> tuple[RecordRef, ...]:
    """Take goods in, give them to who waits for them; answers whose parts are all there now."""
    waiting: dict[UUID, tuple[StockItem, frozenset[UUID]]] = {}
    for n, one in enumerate(lines, 1):
        if one.quantity <= 0:
            continue
        line = order.line(one.line_id)
        check_tracked(service, line.article_id, one.quantity, one.serials)
        check_lots(service, line.article_id, one.lots)
        item = stock_at(service, line.article_id, line.warehouse_id, act)
        waiting.setdefault(item.id, (item, covered(item.on_hand, _held(item))))
        movement_id = service.new_id(f"{receipt_id}-{n}")
        item.receive(movement_id, one.quantity, one.unit_cost, order.ref, act, serials=one.serials, lots=one.lots)
        _promise(service, item, line, one, act)
    helped = [
        promise.record
        for item, before in waiting.values()
        for promise in item.reservations.values()
        if promise.reservation_id in covered(item.on_hand, _held(item)) - before
    ]
    return _complete(service, helped)


def _promise(service: Service, item: StockItem, line: PurchaseLine, came: ReceivedLine, act: Act) -> None:
    """Goods bought for records are firmly theirs: soft promises harden, one who had none gets what comes and it needs.

    A record that is over, or has all it needs, gets nothing: the goods are free for others.
    """
    own = uuid5(line.line_id, "bought")
    for record in line.bought_for:
        held = [one for one in item.reservations.values() if one.serves(record.id) and one.reservation_id != own]
        for one in held:
            item.reserve(one.model_copy(update={"firm": True}), act)
        if held or len(line.bought_for) > 1:
            continue
        before, room = item.reservations.get(own), room_for(service, record, item)
        quantity = came.quantity if room is None else min(came.quantity, room)
        if quantity > 0:
            promise = Reservation(reservation_id=own, quantity=quantity, firm=True, record=record, due_on=line.due_on)
            item.reserve(joined(before, promise), act)
            note_promised(service, item, (promise,), act)


def _complete(service: Service, helped: Iterable[RecordRef]) -> tuple[RecordRef, ...]:
    """Of the records that got something, those that wait for nothing more anywhere."""
    found = {}
    for record in {one.id: one for one in helped}.values():
        short = [item for item in of_record(service, record) if _is_short(item, record.id)]
        if not short:
            found[record.id] = record
    return tuple(found.values())


def _is_short(item: StockItem, record_id: UUID) -> bool:
    there = covered(item.on_hand, _held(item))
    return any(one.record.id == record_id and one.reservation_id not in there for one in item.reservations.values())


def _held(item: StockItem) -> list[Held]:
    return [Held(one.reservation_id, one.quantity, one.due_on, one.firm) for one in item.reservations.values()]
