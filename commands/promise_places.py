"""Where goods are promised to a record (luoghi degli impegni): noted as promises come there, found when it ends.

Nothing here asks a read model. Whoever brings a promise somewhere writes the record's places; whoever ends promises
rests on these, and on the stock where one is. So of two at once one is tried again, and sees what the other did.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from aggregates.article import article_id
from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.call_values import CallStatus
from aggregates.promise_places import PromisePlaces, promise_places_id
from aggregates.record_ref import RecordRef
from aggregates.sales_order import SalesOrder
from aggregates.stock import Reservation, stock_item_id
from aggregates.stock_item import StockItem
from commands.base import Service

OVER = (CallStatus.CLOSED, CallStatus.CANCELLED)


class RecordIsOver(Refusal):
    """{number} is over; promise the goods to a record that is still open, or leave them free."""


def check_open(service: Service, record: RecordRef) -> None:
    """A call or order stays open while this command promises goods to it. Raises `RecordIsOver`."""
    if record.kind in ("call", "sales-order"):
        require(not is_over(service, record), RecordIsOver, number=record.number)
        service.rests_on(record.id)


def is_over(service: Service, record: RecordRef) -> bool:
    """Whether a record is known to want nothing any more."""
    if record.kind == "call":
        call = service.find(Call, record.id)
        return call is not None and call.status in OVER
    order = service.find(SalesOrder, record.id)
    return order is not None and order.cancelled


def note_places(service: Service, record_id: UUID, stock_item_ids: Iterable[UUID], act: Act) -> None:
    """Something more is promised to a record in these stock items from now on."""
    known = service.find(PromisePlaces, promise_places_id(record_id))
    if known is None:
        known = PromisePlaces.note(record_id, stock_item_ids, act)
    else:
        known.add(stock_item_ids, act)
    service.save(known)


def note_promised(service: Service, item: StockItem, promises: Iterable[Reservation], act: Act) -> None:
    """These promises just came to stand here: their records, and the calls that orders are for, know it.

    What was promised already, as by the same command sent again, changes nothing.
    """
    new = {one.reservation_id for fact in item.pending_events for one in _brought(fact)}
    came = [promise for promise in promises if promise.reservation_id in new]
    records = dict.fromkeys(one for promise in came for one in (promise.record.id, promise.job_id) if one)
    for record_id in records:
        note_places(service, record_id, (item.id,), act)


def note_carried(service: Service, item: StockItem, act: Act) -> None:
    """Goods just moved here brought their promises along (R11.4)."""
    last = item.pending_events[-1] if item.pending_events else None
    if isinstance(last, StockItem.MovedIn):
        note_promised(service, item, last.carried, act)


def _brought(fact: object) -> tuple[Reservation, ...]:
    if isinstance(fact, StockItem.Reserved):
        return (fact.reservation,)
    return fact.carried if isinstance(fact, StockItem.MovedIn) else ()


def places_of(service: Service, record_id: UUID, own: Iterable[UUID] = ()) -> list[StockItem]:
    """Every stock item where something may be promised to a record: its `own` ids, and what was noted since.

    What the command decides then rests on nothing more being promised anywhere, and on the stock where something is.
    """
    places_id, mine = promise_places_id(record_id), tuple(own)
    service.preload(places_id, *mine)
    noted = service.find(PromisePlaces, places_id)
    ids = tuple(dict.fromkeys((*mine, *(noted.places if noted else ()))))
    service.preload(*ids)
    found = [item for one in ids if (item := service.find(StockItem, one)) is not None]
    held = [item.id for item in found if any(one.serves(record_id) for one in item.reservations.values())]
    service.rests_on(places_id, *held)
    return found


def of_call(service: Service, call: Call) -> list[StockItem]:
    """Every stock item where something may be promised to a call."""
    own = []
    for line_id, part in call.planned_parts.items():
        place, known = call.reserved_at.get(line_id), part.article_id or (article_id(part.code) if part.code else None)
        if place is not None and known is not None:
            own.append(stock_item_id(known, place))
    return places_of(service, call.id, own)


def of_order(service: Service, order: SalesOrder) -> list[StockItem]:
    """Every stock item where something may be promised to an order."""
    return places_of(service, order.id, (stock_item_id(one.article_id, one.warehouse_id) for one in order.reserved))


def of_record(service: Service, record: RecordRef) -> list[StockItem]:
    """Every stock item where something may be promised to a record of any kind."""
    found = service.find(Call, record.id) or service.find(SalesOrder, record.id)
    if isinstance(found, Call):
        return of_call(service, found)
    return of_order(service, found) if found is not None else places_of(service, record.id)
