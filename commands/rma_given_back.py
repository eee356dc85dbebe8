"""A faulty piece given back after a failed claim (reso non riparato): the customer's again, in stock and on paper."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import Transport
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import FaultyDecision, RmaItem
from aggregates.rules.stock_levels import ZERO
from aggregates.rules.transport_reasons import Reason
from aggregates.stock import Ownership
from aggregates.warehouse import WarehouseKind
from commands.base import Service
from commands.delivery_note_issue import GoodsLine
from commands.rma_goods import reference, serials_of
from commands.rma_shipping import issue_for
from commands.stock import stock_at, warehouse_of


def give_back(service: Service, rma: Rma, item: RmaItem, act: Act) -> RecordRef:
    """The piece is the customer's again, and leaves with a note: they pay for the replacement and keep both."""
    theirs = _change_hands(service, rma, item, act, to_customer=True)
    line = GoodsLine(
        article_id=item.article_id,
        description=item.description,
        quality="guasto",
        quantity=rma.received[item.item_id],
        serials=serials_of(item),
        warehouse_id=theirs,
    )
    note = issue_for(
        service, service.new_id("note"), rma, Reason.UNREPAIRED_RETURN, (line,), None, Transport(), act,
        sender_note=rma.sender_notes.get(item.item_id),
    )  # fmt: skip
    return note_ref(note)


def given_back_with(service: Service, note: DeliveryNote) -> list[tuple[Rma, RmaItem]]:
    """What a note gave back, asked before its return is told that it is cancelled."""
    if note.record is None or note.record.kind != "rma":
        return []
    rma = service.load(Rma, note.record.id)
    given = [one for one, by in rma.faulty_notes.items() if by == note.id]
    return [(rma, rma.item(one)) for one in given if rma.faulty.get(one) is FaultyDecision.GIVEN_BACK]


def ours_again(service: Service, given: list[tuple[Rma, RmaItem]], act: Act) -> None:
    """A cancelled note's pieces, here again, are faulty pieces of ours, about which nothing is decided."""
    for rma, item in given:
        _change_hands(service, rma, item, act, to_customer=False)


def _change_hands(service: Service, rma: Rma, item: RmaItem, act: Act, *, to_customer: bool) -> UUID | None:
    """Between our faulty goods and the customers' own, at no value; goods without an article are in no stock."""
    if item.article_id is None:
        return None
    theirs = warehouse_of(service, None, WarehouseKind.CUSTOMER_OWNED)
    ours = stock_at(service, item.article_id, warehouse_of(service, None, WarehouseKind.FAULTY), act)
    other = stock_at(service, item.article_id, theirs, act, Ownership.CUSTOMER)
    here, there = (ours, other) if to_customer else (other, ours)
    quantity, ref = rma.received.get(item.item_id, ZERO), reference(rma)
    here.issue(service.new_id(f"hands-{item.item_id}"), quantity, ref, act, serials=serials_of(item))
    arrival = service.new_id(f"handed-{item.item_id}")
    there.receive(arrival, quantity, ZERO, ref, act, serials=serials_of(item))
    return theirs
