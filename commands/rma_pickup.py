"""What technicians may ask about goods they take along (ritiro presso il cliente): to be repaired, or scrapped."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import KeptIn, PickUpPurpose, ReceivedItem
from aggregates.rma_state import Outcome
from aggregates.rules.stock_levels import ZERO
from aggregates.stock import Ownership
from aggregates.values import rome_date
from aggregates.warehouse import Warehouse, WarehouseKind
from aggregates.work_report import SHA256
from commands.base import Answer, Command, Service
from commands.disposal import Waste
from commands.rma import RequestRma, machine_goods, request_rma, settle
from commands.rma_goods import Goods, reference, serials_of
from commands.rma_receiving import put_away
from commands.stock import stock_at, warehouse_of


class VanMissing(Refusal):
    """There is no van for this technician; open one, or name the warehouse."""

    status = 422


class NothingPickedUp(Refusal):
    """Say which goods are taken along: machines of the installed base, or goods in words."""

    status = 422


class PickUpCustomerMissing(Refusal):
    """Say whose goods they are: the customer, or a call that has one."""

    status = 422


class PickUpGoods(Command):
    """Take goods along from the customer's: they are on a van as customer's goods, and the customer keeps a receipt.

    The return is authorised at once, from the call if there is one. Goods to be scrapped become waste, with a line in
    the schedule, and never travel with a delivery note (R8.7).
    """

    rma_id: UUID | None = None
    receipt_id: UUID | None = Field(default=None, description="The same receipt again changes nothing.")
    call_id: UUID | None = None
    customer_id: UUID | None = Field(default=None, description="That of the call if left out.")
    site_id: UUID | None = None
    serial_item_ids: tuple[UUID, ...] = ()
    goods: tuple[Goods, ...] = ()
    purpose: PickUpPurpose = PickUpPurpose.REPAIR
    technician_id: UUID | None = Field(default=None, description="Whose van they go on.")
    warehouse_id: UUID | None = Field(default=None, description="The van, where it is not the technician's.")
    picked_up_on: date | None = Field(default=None, description="Today if left out.")
    handed_by: str | None = Field(default=None, max_length=120, examples=["Mario Neri"])
    signature_sha256: str | None = Field(
        default=None, pattern=SHA256, description="The signature's image, stored before."
    )
    waste: Waste | None = Field(default=None, description="For scrapping: what the schedule of waste says.")


class BringInGoods(Command):
    """Bring goods picked up from the van to the workshop, without a document (R8.5); all that are on a van if none."""

    rma_id: UUID
    item_ids: tuple[UUID, ...] = ()
    warehouse_id: UUID | None = Field(default=None, description="A warehouse of customers' goods.")


def pick_up_goods(cmd: PickUpGoods, act: Act, service: Service) -> Answer:
    """Handles `PickUpGoods`. Raises `VanMissing`, `NothingPickedUp`, `PickUpCustomerMissing`."""
    rma_id = cmd.rma_id or service.new_id("rma")
    known = service.find(Rma, rma_id)
    receipt_id = cmd.receipt_id or service.new_id("receipt")
    if known is not None and receipt_id in known.receipts:
        return {"rma_id": rma_id, "number": known.number, "item_ids": list(known.items)}
    van = _van(cmd, service)
    rma = known or _requested(cmd, rma_id, act, service)
    awaited = tuple(
        ReceivedItem(item_id=item_id, quantity=rma.still(item_id)) for item_id in rma.items if rma.still(item_id)
    )
    require(bool(awaited), NothingPickedUp)
    items, remainders = rma.arriving(receipt_id, awaited)
    on = cmd.picked_up_on or rome_date(act.at)
    kept = KeptIn(warehouse_id=van, ownership=Ownership.CUSTOMER)
    begun = {rest.item.item_id: rest.item for rest in remainders}
    came = (begun.get(one.item_id) or rma.item(one.item_id) for one in items)
    places = {item.item_id: kept for item in came if item.article_id}
    rma.receive(receipt_id, on, items, (), None, places, act, remainders)
    receipt = rma.pick_up(
        receipt_id,
        on,
        cmd.purpose,
        items,
        act,
        technician_id=cmd.technician_id,
        handed_by=cmd.handed_by,
        signature_sha256=cmd.signature_sha256,
    )
    service.save(rma)
    put_away(service, rma, items, (), act)
    if cmd.purpose is PickUpPurpose.SCRAP:
        for one in items:
            rma.decide(one.item_id, Outcome.SCRAPPED, None, act)
            settle(service, rma, rma.item(one.item_id), Outcome.SCRAPPED, cmd.waste, act)
    return {"rma_id": rma_id, "number": rma.number, "receipt": receipt, "item_ids": list(rma.items)}


def bring_in_goods(cmd: BringInGoods, act: Act, service: Service) -> None:
    """Handles `BringInGoods`."""
    rma = service.load(Rma, cmd.rma_id)
    vans = {place.warehouse_id for place in rma.kept.values() if is_van(service, place.warehouse_id)}
    on_van = [item_id for item_id, place in rma.kept.items() if place.warehouse_id in vans]
    there = KeptIn(
        warehouse_id=warehouse_of(service, cmd.warehouse_id, WarehouseKind.CUSTOMER_OWNED),
        ownership=Ownership.CUSTOMER,
    )
    moved = [item_id for item_id in cmd.item_ids or rma.items if item_id in on_van and item_id in rma.waiting]
    before = {item_id: rma.kept[item_id] for item_id in moved}
    rma.bring_in(dict.fromkeys(moved, there), act)
    service.save(rma)
    for item_id, place in before.items():
        item = rma.item(item_id)
        if item.article_id is not None:
            home = stock_at(service, item.article_id, there.warehouse_id, act, there.ownership)
            van = stock_at(service, item.article_id, place.warehouse_id, act, place.ownership)
            movement_id, quantity = service.new_id(f"brought-{item_id}"), rma.received.get(item_id, ZERO)
            van.move_to(home, movement_id, quantity, act, record=reference(rma), serials=serials_of(item))


def is_van(service: Service, warehouse_id: UUID) -> bool:
    """Whether goods are on a van."""
    return service.load(Warehouse, warehouse_id).kind is WarehouseKind.VAN


def _van(cmd: PickUpGoods, service: Service) -> UUID:
    if cmd.warehouse_id is not None:
        return warehouse_of(service, cmd.warehouse_id, WarehouseKind.VAN)
    van = service.lookups.van_of(cmd.technician_id) if cmd.technician_id else None
    if van is None:
        raise VanMissing
    return van


def _requested(cmd: PickUpGoods, rma_id: UUID, act: Act, service: Service) -> Rma:
    call = service.load(Call, cmd.call_id) if cmd.call_id else None
    customer_id = cmd.customer_id or (call.party_id if call else None)
    if customer_id is None:
        raise PickUpCustomerMissing
    fault = call.fault if call else None
    goods = (*(machine_goods(service, one, fault) for one in cmd.serial_item_ids), *cmd.goods)
    require(bool(goods), NothingPickedUp)
    ref = None
    if call is not None:
        number = call.number or service.lookups.call_number(call.id) or ""
        ref = RecordRef(kind="call", id=call.id, number=number)
    site_id = cmd.site_id or (call.site_id if call and call.party_id == customer_id else None)
    asked = RequestRma(rma_id=rma_id, customer_id=customer_id, site_id=site_id, items=goods, call=ref)
    request_rma(asked, act, service)
    return service.load(Rma, rma_id)
