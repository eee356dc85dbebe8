"""What people may ask about pick lists (liste di prelievo): for orders or a van's calls; confirmed in one stroke."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article, article_id
from aggregates.base import Act, Refusal
from aggregates.call import Call
from aggregates.delivery_note_values import Transport
from aggregates.pick_list import PickedLine, PickLine, PickList
from aggregates.record_ref import RecordRef
from aggregates.rules.numbering import Document
from aggregates.rules.stock_lots import drawn, usable
from aggregates.sales_order import SalesOrder
from aggregates.stock import stock_item_id
from aggregates.stock_item import StockItem
from aggregates.values import rome_date
from aggregates.warehouse import Warehouse, WarehouseKind
from commands.base import Answer, Command, Service
from commands.number_register import take_number
from commands.order_delivery import DeliveredLineAsked, DeliverOrder, deliver_order
from commands.promise_places import note_carried
from commands.stock import check_tracked, stock_at, warehouse_of
from commands.words import Words

ZERO = Decimal(0)


class VanUnknown(Refusal):
    """This technician has no van; open a warehouse of kind van for them, or name one."""

    status = 422


class MakePickListForOrders(Command):
    """List what to take for one or more sales orders: all that is open of them, where it is reserved."""

    pick_list_id: UUID | None = None
    order_ids: tuple[UUID, ...] = Field(min_length=1, max_length=50)
    needed_on: date | None = None


class MakePickListForVan(Command):
    """List what to take from the main warehouse for the planned parts of calls, to load a technician's van (R11.4)."""

    pick_list_id: UUID | None = None
    technician_id: UUID
    needed_on: date = Field(description="The day of the visits, usually tomorrow.")
    call_ids: tuple[UUID, ...] = Field(default=(), description="The technician's visits of that day if left empty.")
    from_warehouse_id: UUID | None = Field(default=None, description="The main warehouse if left out.")
    van_id: UUID | None = Field(default=None, description="The technician's van if left out.")


class ConfirmPickList(Command):
    """Say what was really taken: orders leave with their delivery notes, a van is loaded, in one step.

    What was short stays open; the same again answers the same.
    """

    pick_list_id: UUID
    picked: tuple[PickedLine, ...] = Field(default=(), description="All as listed if empty; lines left out: 0.")
    transport: Transport = Transport()
    notes: tuple[str, ...] = ()


class CancelPickList(Command):
    """Give up a pick list that nobody confirmed; promises stay as they are."""

    pick_list_id: UUID
    reason: Words = Field(min_length=3, examples=["Ordine rimandato"])


def make_pick_list_for_orders(cmd: MakePickListForOrders, act: Act, service: Service) -> Answer:
    """Handles `MakePickListForOrders`. Raises `PickListEmpty`, `OrderForCall` and what keeps an order from leaving."""
    orders = [service.load(SalesOrder, order_id) for order_id in dict.fromkeys(cmd.order_ids)]
    seen: set[str] = set()
    lines = tuple(line for order in orders for line in _for_order(service, order, seen, act))
    return _made(service, cmd.pick_list_id, cmd.needed_on, None, lines, act)


def make_pick_list_for_van(cmd: MakePickListForVan, act: Act, service: Service) -> Answer:
    """Handles `MakePickListForVan`. Raises `VanUnknown`, `PickListEmpty`."""
    van_id = cmd.van_id or service.lookups.van_of(cmd.technician_id)
    if van_id is None:
        raise VanUnknown
    van = service.load(Warehouse, van_id)
    here = cmd.from_warehouse_id or warehouse_of(service, None, WarehouseKind.MAIN)
    call_ids = cmd.call_ids or tuple(service.lookups.calls_of_day(cmd.technician_id, cmd.needed_on))
    seen: set[str] = set()
    calls = dict.fromkeys(call_ids)
    lines = tuple(line for call_id in calls for line in _for_call(service, call_id, here, seen, act))
    return _made(service, cmd.pick_list_id, cmd.needed_on, van, lines, act)


def confirm_pick_list(cmd: ConfirmPickList, act: Act, service: Service) -> Answer:
    """Handles `ConfirmPickList`: notes or the move, stock and the list in one append."""
    picks = service.load(PickList, cmd.pick_list_id)
    if picks.state != "confirmed":
        taken = picks.taken(cmd.picked)
        notes = _loaded(service, picks, taken, act) if picks.to_warehouse_id else _sent(service, picks, taken, cmd, act)
        picks.confirm(taken, notes, act)
        service.save(picks)
    short = {str(line_id): str(quantity) for line_id, quantity in picks.short.items()}
    told = [{"note_id": note.id, "number": note.number} for note in picks.notes]
    return {"pick_list_id": picks.id, "notes": told, "short": short}


def cancel_pick_list(cmd: CancelPickList, act: Act, service: Service) -> None:
    """Handles `CancelPickList`."""
    picks = service.load(PickList, cmd.pick_list_id)
    picks.cancel(cmd.reason, act)
    service.save(picks)


def _made(
    service: Service,
    list_id: UUID | None,
    needed_on: date | None,
    van: Warehouse | None,
    lines: tuple[PickLine, ...],
    act: Act,
) -> Answer:
    list_id, today = list_id or service.new_id("pick-list"), rome_date(act.at)
    known = service.find(PickList, list_id)
    if known is None:
        number = take_number(service, Document.PICK_LIST, list_id, today, act)
        to_id, to_name = (van.id, van.name) if van else (None, None)
        known = PickList.make(list_id, number, today, needed_on, to_id, to_name, lines, act)
        service.save(known)
    return {"pick_list_id": known.id, "number": known.number, "lines": len(known.lines)}


def _for_order(service: Service, order: SalesOrder, seen: set[str], act: Act) -> Iterator[PickLine]:
    order.check_deliverable()
    ref = RecordRef(kind="sales-order", id=order.id, number=order.number)
    reserved = {part.line_id: part.warehouse_id for part in order.reserved}
    for line_id, quantity in order.open_goods.items():
        line = order.goods(line_id)
        article = service.find(Article, line.article_id) if line.article_id else None
        if article is not None and article.details.kind.is_stocked:
            here = reserved.get(line_id) or warehouse_of(service, None, WarehouseKind.MAIN)
            yield _line(service, article, here, quantity, ref, seen, act, line_id)


def _for_call(service: Service, call_id: UUID, here: UUID, seen: set[str], act: Act) -> Iterator[PickLine]:
    """Planned parts still promised in the warehouse that the van is loaded from."""
    call = service.load(Call, call_id)
    ref = RecordRef(kind="call", id=call.id, number=call.number or service.lookups.call_number(call.id))
    parts = call.planned_parts.values()
    known = dict.fromkeys(one.article_id or (article_id(one.code) if one.code else None) for one in parts)
    articles = (service.find(Article, each) for each in known if each)
    for article in (one for one in articles if one is not None):
        item = service.find(StockItem, stock_item_id(article.id, here))
        promised = (one.quantity for one in item.reservations.values() if one.serves(call_id)) if item else ()
        quantity = sum(promised, ZERO)
        if quantity > 0:
            yield _line(service, article, here, quantity, ref, seen, act, None)


def _line(
    service: Service,
    article: Article,
    here: UUID,
    quantity: Decimal,
    ref: RecordRef,
    seen: set[str],
    act: Act,
    order_line_id: UUID | None,
) -> PickLine:
    """A line with the pieces and lots proposed; no piece is proposed twice on a list."""
    item = service.find(StockItem, stock_item_id(article.id, here))
    on_hand = max(item.on_hand, ZERO) if item else ZERO
    pieces = sorted(item.serials - seen)[: int(quantity)] if item and article.details.serial_tracked else []
    seen.update(pieces)
    lots = drawn(usable(item.lots, rome_date(act.at)), quantity) if item else ()
    return PickLine(
        line_id=service.new_id(f"pick-{ref.id}-{order_line_id or article.id}"),
        article_id=article.id,
        code=article.code,
        description=article.details.description,
        quantity=quantity,
        unit=article.details.unit,
        warehouse_id=here,
        warehouse=service.load(Warehouse, here).name,
        serials=tuple(pieces),
        lots=tuple(lot.code for lot in lots),
        record=ref,
        order_line_id=order_line_id,
        on_hand=on_hand,
    )


def _sent(
    service: Service, picks: PickList, taken: tuple[PickedLine, ...], cmd: ConfirmPickList, act: Act
) -> tuple[RecordRef, ...]:
    """One delivery note for each order of which something was taken."""
    found = {one.line_id: one for one in taken if one.quantity > 0}
    notes = []
    for order_id in dict.fromkeys(line.record.id for line in picks.lines):
        lines = tuple(
            DeliveredLineAsked(
                line_id=line.order_line_id,
                quantity=found[line.line_id].quantity,
                serials=found[line.line_id].serials,
                lots=found[line.line_id].lots,
                warehouse_id=line.warehouse_id,
            )
            for line in picks.lines
            if line.record.id == order_id and line.line_id in found and line.order_line_id
        )
        if lines:
            note_id = service.new_id(f"note-{order_id}")
            asked = DeliverOrder(
                order_id=order_id, note_id=note_id, lines=lines, transport=cmd.transport, notes=cmd.notes
            )
            answer = deliver_order(asked, act, service)
            notes.append(RecordRef(kind="delivery-note", id=note_id, number=answer["number"]))
    return tuple(notes)


def _loaded(service: Service, picks: PickList, taken: tuple[PickedLine, ...], act: Act) -> tuple[RecordRef, ...]:
    """The van has the goods, and the promises of their calls with them; no delivery note is needed (R8.5)."""
    found = {one.line_id: one for one in taken if one.quantity > 0}
    ref = RecordRef(kind="pick-list", id=picks.id, number=picks.number)
    for line in picks.lines:
        one = found.get(line.line_id)
        if one is None or picks.to_warehouse_id is None:
            continue
        check_tracked(service, line.article_id, one.quantity, one.serials)
        here = stock_at(service, line.article_id, line.warehouse_id, act)
        there = stock_at(service, line.article_id, picks.to_warehouse_id, act)
        here.move_to(
            there, service.new_id(f"loaded-{line.line_id}"), one.quantity, act,
            for_record_id=line.record.id, record=ref, serials=one.serials, lots=one.lots,
        )  # fmt: skip
        note_carried(service, there, act)
    return ()
