"""What people may ask about return authorisations (RMA): from the request to the way back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.counterparty import Counterparty
from aggregates.delivery_note_values import SenderNote
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import KeptIn, ReceivedItem, RmaItem
from aggregates.rma_state import Outcome
from aggregates.rules.numbering import Document
from aggregates.rules.stock_levels import ZERO, Quantity
from aggregates.stock import Ownership
from aggregates.values import Value, rome_date
from aggregates.warehouse import WarehouseKind
from commands.base import Answer, Command, Service
from commands.number_register import take_number
from commands.stock import stock_at, warehouse_of


class SerialOnOtherRma(Refusal):
    """Serial {serial} is already on return {number}; finish that one first."""


class Goods(Value):
    """Goods that a customer sends in."""

    item_id: UUID | None = None
    description: str = Field(min_length=1, examples=["Lavastoviglie LT-900"])
    quantity: Quantity = Decimal(1)
    serial: str | None = Field(default=None, examples=["SN-778"])
    serial_item_id: UUID | None = Field(default=None, description="The item of the installed base.")
    article_id: UUID | None = Field(default=None, description="With it, the goods are counted among customers' goods.")
    fault: str | None = Field(default=None, examples=["Non carica acqua"])


class RequestRma(Command):
    """Note that a customer wants to send goods in; with `authorise` the number is given at once."""

    rma_id: UUID | None = None
    customer_id: UUID
    site_id: UUID | None = None
    items: tuple[Goods, ...] = Field(min_length=1)
    authorise: bool = True
    call: RecordRef | None = Field(default=None, description="The call it comes from.")
    customer_reference: str | None = None
    notes: str | None = None


class AuthoriseRma(Command):
    """Give a requested return the number under which the goods may come."""

    rma_id: UUID


class ReceiveRma(Command):
    """Take goods of a return in: some or all of them, and others than expected; they stay the customer's (R8)."""

    rma_id: UUID
    receipt_id: UUID | None = Field(default=None, description="The same receipt again changes nothing.")
    items: tuple[ReceivedItem, ...] = ()
    unexpected: tuple[Goods, ...] = ()
    received_on: date | None = Field(default=None, description="Today if left out.")
    sender_note: SenderNote | None = Field(default=None, description="The customer's own delivery note.")
    warehouse_id: UUID | None = Field(default=None, description="A warehouse of customers' goods.")


class DiagnoseRmaItem(Command):
    """Write down what is wrong with an item that came in."""

    rma_id: UUID
    item_id: UUID
    findings: str = Field(min_length=1, examples=["Elettrovalvola bloccata"])
    cause: str | None = None
    under_warranty: bool | None = None


class DecideRmaOutcome(Command):
    """Decide what becomes of an item; replaced and credited goods become ours, at no value until decided."""

    rma_id: UUID
    item_id: UUID
    outcome: Outcome
    reason: str | None = None


class CloseRma(Command):
    """End a return; say why when items never came."""

    rma_id: UUID


class CancelRma(Command):
    """Withdraw a return before anything came or went."""

    rma_id: UUID
    reason: str = Field(min_length=3, examples=["Il cliente ci ha ripensato"])


def request_rma(cmd: RequestRma, act: Act, service: Service) -> Answer:
    """Handles `RequestRma`; the same id again answers the return that is there."""
    rma_id = cmd.rma_id or service.new_id()
    rma = service.find(Rma, rma_id)
    if rma is None:
        items = [_item(service, n, goods) for n, goods in enumerate(cmd.items, 1)]
        for item in items:
            _check_serial(service, item, rma_id)
        customer = Counterparty.of(service.load(Party, cmd.customer_id), cmd.site_id)
        details = {"customer_reference": cmd.customer_reference, "notes": cmd.notes}
        rma = Rma.request(rma_id, customer, items, act, call=cmd.call, **details)
        if cmd.authorise:
            _number(service, rma, act)
        service.save(rma)
    return {"rma_id": rma_id, "number": rma.number, "item_ids": list(rma.items)}


def authorise_rma(cmd: AuthoriseRma, act: Act, service: Service) -> Answer:
    """Handles `AuthoriseRma`; the number, once given, stays."""
    rma = service.load(Rma, cmd.rma_id)
    if rma.number is None:
        _number(service, rma, act)
    service.save(rma)
    return {"number": rma.number}


def receive_rma(cmd: ReceiveRma, act: Act, service: Service) -> Answer:
    """Handles `ReceiveRma`: the return and the stock of customers' goods change together."""
    rma = service.load(Rma, cmd.rma_id)
    receipt_id = cmd.receipt_id or service.new_id("receipt")
    unexpected = [_item(service, n, goods) for n, goods in enumerate(cmd.unexpected, 1)]
    if receipt_id not in rma.receipts:
        came = [(rma.item(one.item_id), one.quantity) for one in cmd.items]
        came += [(item, item.quantity) for item in unexpected]
        places = {item.item_id: _place(service, rma, item, cmd.warehouse_id) for item, _ in came if item.article_id}
        received_on = cmd.received_on or rome_date(act.at)
        rma.receive(receipt_id, received_on, cmd.items, unexpected, cmd.sender_note, places, act)
        service.save(rma)
        for item, quantity in came:
            _store(service, rma, item, quantity, act)
    return {"status": rma.status.value, "unexpected_item_ids": [item.item_id for item in unexpected]}


def diagnose_rma_item(cmd: DiagnoseRmaItem, act: Act, service: Service) -> None:
    """Handles `DiagnoseRmaItem`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.diagnose(cmd.item_id, cmd.findings, cmd.cause, cmd.under_warranty, act)
    service.save(rma)


def decide_rma_outcome(cmd: DecideRmaOutcome, act: Act, service: Service) -> None:
    """Handles `DecideRmaOutcome`."""
    rma = service.load(Rma, cmd.rma_id)
    if rma.decide(cmd.item_id, cmd.outcome, cmd.reason, act) and cmd.outcome.return_reason is None:
        _keep(service, rma, rma.item(cmd.item_id), cmd.outcome, act)
    service.save(rma)


def close_rma(cmd: CloseRma, act: Act, service: Service) -> None:
    """Handles `CloseRma`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.close(act)
    service.save(rma)


def cancel_rma(cmd: CancelRma, act: Act, service: Service) -> None:
    """Handles `CancelRma`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.cancel(cmd.reason, act)
    service.save(rma)


def reference(rma: Rma) -> RecordRef:
    """How other records name a return."""
    return RecordRef(kind="rma", id=rma.id, number=rma.number)


def take_out(service: Service, rma: Rma, item: RmaItem, record: RecordRef, act: Act, why: str) -> None:
    """Take an item's goods out of the place where they are kept."""
    kept = rma.kept.get(item.item_id)
    if kept is None or item.article_id is None:
        return
    stock = stock_at(service, item.article_id, kept.warehouse_id, act, kept.ownership)
    movement_id = service.new_id(f"{why}-{item.item_id}")
    stock.issue(movement_id, rma.received.get(item.item_id, ZERO), record, act, serials=serials_of(item))


def serials_of(item: RmaItem) -> tuple[str, ...]:
    """The serial number of an item, where it has one."""
    return (item.serial,) if item.serial else ()


def _number(service: Service, rma: Rma, act: Act) -> None:
    today = rome_date(act.at)
    rma.authorise(take_number(service, Document.RMA, rma.id, today, act), today, act)


def _item(service: Service, n: int, goods: Goods) -> RmaItem:
    fields = goods.model_dump(exclude={"item_id"})
    return RmaItem(item_id=goods.item_id or service.new_id(f"item-{n}"), **fields)


def _check_serial(service: Service, item: RmaItem, rma_id: UUID) -> None:
    """A machine is on one open return at a time. Raises `SerialOnOtherRma`."""
    if item.serial:
        other = service.lookups.open_rma_of_serial(item.serial, rma_id)
        if other is not None:
            raise SerialOnOtherRma(serial=item.serial, number=other)


def _place(service: Service, rma: Rma, item: RmaItem, warehouse_id: UUID | None) -> KeptIn:
    """Customers' goods are kept apart; a piece that was replaced in advance is ours, and faulty."""
    if item.item_id in rma.replaced:
        return KeptIn(warehouse_id=warehouse_of(service, None, WarehouseKind.FAULTY), ownership=Ownership.OWN)
    place = warehouse_of(service, warehouse_id, WarehouseKind.CUSTOMER_OWNED)
    return KeptIn(warehouse_id=place, ownership=Ownership.CUSTOMER)


def _store(service: Service, rma: Rma, item: RmaItem, quantity: Decimal, act: Act) -> None:
    kept = rma.kept.get(item.item_id)
    if kept is not None and item.article_id is not None:
        stock = stock_at(service, item.article_id, kept.warehouse_id, act, kept.ownership)
        movement_id = service.new_id(f"in-{item.item_id}")
        stock.receive(movement_id, quantity, ZERO, reference(rma), act, serials=serials_of(item))


def _keep(service: Service, rma: Rma, item: RmaItem, outcome: Outcome, act: Act) -> None:
    """What does not travel back leaves the customers' goods; replaced and credited pieces become ours, faulty."""
    kept = rma.kept.get(item.item_id)
    if kept is None or kept.ownership is Ownership.OWN or item.article_id is None:
        return
    take_out(service, rma, item, reference(rma), act, "stays")
    if outcome is not Outcome.SCRAPPED:
        faulty = warehouse_of(service, None, WarehouseKind.FAULTY)
        stock = stock_at(service, item.article_id, faulty, act)
        quantity = rma.received.get(item.item_id, ZERO)
        movement_id = service.new_id(f"ours-{item.item_id}")
        stock.receive(movement_id, quantity, ZERO, reference(rma), act, serials=serials_of(item))
