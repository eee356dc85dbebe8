"""What people may ask about goods at suppliers (invio in riparazione), and about faulty pieces that are ours."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.counterparty import Counterparty
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import Return, SenderNote, Transport
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import FaultyDecision, RmaItem, SupplierRepair, SupplierResult
from aggregates.rma_state import ItemState, Outcome
from aggregates.rules.stock_levels import ZERO, Level
from aggregates.rules.transport_reasons import Reason
from aggregates.stock import Ownership
from aggregates.values import rome_date
from aggregates.warehouse import WarehouseKind
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.disposal import Waste, scrapped
from commands.rma_given_back import give_back
from commands.rma_goods import check_serial, reference, serials_of
from commands.rma_successor import succeed, successor_of
from commands.stock import stock_at, warehouse_of


class NewSerialMissing(Refusal):
    """The supplier sent another piece; give its serial number."""

    status = 422


class ValueMissing(Refusal):
    """A refurbished piece goes back to stock at a value; give it, 0 included."""

    status = 422


class SupplierMissing(Refusal):
    """Say which supplier the piece goes back to."""

    status = 422


class SendRmaToSupplier(Command):
    """Send items to a supplier for repair with a delivery note: the customer's, or faulty ones that are ours.

    Whose they are does not change: in stock they are at the supplier's, under the same owner.
    """

    rma_id: UUID
    item_ids: tuple[UUID, ...] = Field(min_length=1)
    supplier_id: UUID
    site_id: UUID | None = None
    note_id: UUID | None = None
    supplier_rma: str | None = Field(default=None, max_length=40, examples=["RMA/4711"])
    expected_on: date | None = Field(default=None, description="When it is expected back.")
    dated_on: date | None = None
    transport: Transport = Transport()


class NoteSupplierAnswer(Command):
    """Note the number that a supplier gave the repair, or another day to expect it back."""

    rma_id: UUID
    note_id: UUID
    supplier_rma: str | None = Field(default=None, max_length=40, examples=["RMA/4711"])
    expected_on: date | None = None


class TakeBackFromSupplier(Command):
    """Take an item back from a supplier: repaired, replaced by another piece, refused, or credited and kept there."""

    rma_id: UUID
    item_id: UUID
    result: SupplierResult
    cost: Level | None = Field(default=None, description="What the supplier asks, euro before VAT.", examples=["85.00"])
    serial: str | None = Field(default=None, description="Of the other piece, where they sent one.")
    serial_item_id: UUID | None = Field(
        default=None, description="The other piece in the installed base; registered by its serial if left out."
    )
    returned_on: date | None = Field(default=None, description="Today if left out.")
    sender_note: SenderNote | None = None


class DecideFaultyPiece(Command):
    """Decide what becomes of a faulty piece that is ours; until then it has no value (R11.7)."""

    rma_id: UUID
    item_id: UUID
    decision: FaultyDecision
    unit_cost: Level | None = Field(default=None, description="Refurbished: its value, euro.", examples=["40.00"])
    warehouse_id: UUID | None = Field(default=None, description="Refurbished: where to; the main one if left out.")
    supplier_id: UUID | None = Field(default=None, description="Returned: the supplier it goes back to.")
    waste: Waste | None = None


def send_rma_to_supplier(cmd: SendRmaToSupplier, act: Act, service: Service) -> Answer:
    """Handles `SendRmaToSupplier`; the same note again is answered again."""
    rma = service.load(Rma, cmd.rma_id)
    known = service.find(DeliveryNote, cmd.note_id) if cmd.note_id else None
    if known is not None:
        return {"note_id": known.id, "number": known.number}
    items = rma.may_send_to_supplier(cmd.item_ids)
    draft = NoteDraft(
        recipient_id=cmd.supplier_id,
        site_id=cmd.site_id,
        reason=Reason.SENT_FOR_REPAIR,
        dated_on=cmd.dated_on,
        lines=tuple(_line(service, rma, item) for item in items),
        transport=cmd.transport,
        record=reference(rma),
        return_by=cmd.expected_on,
    )
    note = issue_note(service, cmd.note_id or service.new_id("note"), draft, act)
    supplier = Counterparty.of(service.load(Party, cmd.supplier_id), cmd.site_id)
    repair = SupplierRepair(
        note=note_ref(note),
        supplier=supplier,
        item_ids=cmd.item_ids,
        supplier_rma=cmd.supplier_rma,
        expected_on=cmd.expected_on,
    )
    rma.send_to_supplier(repair, act)
    service.save(rma)
    return {"note_id": note.id, "number": note.number}


def note_supplier_answer(cmd: NoteSupplierAnswer, act: Act, service: Service) -> None:
    """Handles `NoteSupplierAnswer`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.answer_of_supplier(cmd.note_id, cmd.supplier_rma, cmd.expected_on, act)
    service.save(rma)


def take_back_from_supplier(cmd: TakeBackFromSupplier, act: Act, service: Service) -> None:
    """Handles `TakeBackFromSupplier`: stock, the note and the installed base know in one append.

    Raises `ItemNotAtSupplier`, `NewSerialMissing`.
    """
    rma = service.load(Rma, cmd.rma_id)
    repair, item = rma.repair_of(cmd.item_id), rma.item(cmd.item_id)
    is_other = cmd.result is SupplierResult.REPLACED
    require(not is_other or bool(cmd.serial) or not item.serial, NewSerialMissing)
    on = cmd.returned_on or rome_date(act.at)
    _end_leg(service, repair.note.id, repair.item_ids.index(item.item_id), item, cmd, on, act)
    ours = rma.is_ours(item.item_id)
    new_id = None
    if is_other:
        check_serial(service, cmd.serial, rma.id)
        new_id = successor_of(service, item, cmd.serial, cmd.serial_item_id, item.article_id, on, act)
    rma.back_from_supplier(
        item.item_id,
        cmd.result,
        on,
        act,
        cost=cmd.cost,
        serial=cmd.serial if is_other else None,
        serial_item_id=new_id,
        sender_note=cmd.sender_note,
    )
    service.save(rma)
    if is_other and not ours:
        succeed(service, item.serial_item_id, new_id, on, act)


def decide_faulty_piece(cmd: DecideFaultyPiece, act: Act, service: Service) -> Answer | None:
    """Handles `DecideFaultyPiece`. Raises `ValueMissing`, `SupplierMissing` and what the return refuses."""
    rma = service.load(Rma, cmd.rma_id)
    if rma.faulty.get(cmd.item_id) is cmd.decision:
        return None
    item, note, answer = rma.item(cmd.item_id), None, None
    require(cmd.decision is not FaultyDecision.REFURBISHED or cmd.unit_cost is not None, ValueMissing)
    unit_cost = cmd.unit_cost if cmd.decision is FaultyDecision.REFURBISHED else None
    if cmd.decision is FaultyDecision.GIVEN_BACK:
        note = give_back(service, rma, rma.may_give_back(cmd.item_id), act)
        answer = {"note_id": note.id, "number": note.number}
    if cmd.decision is FaultyDecision.SUPPLIER_RETURN:
        note = _returned(service, rma, item, cmd.supplier_id, act)
        answer = {"note_id": note.id, "number": note.number}
    rma.decide_faulty(item.item_id, cmd.decision, act, unit_cost=unit_cost, note=note)
    if rma.state(item.item_id) is not ItemState.SETTLED:
        rma.decide(item.item_id, Outcome.REPLACED, None, act)  # one replaced in advance waits for nothing else
    service.save(rma)
    if note is not None:
        return answer
    _out_of_faulty(service, rma, item, act)
    if unit_cost is None:
        return scrapped(service, rma, item, cmd.waste or Waste(), act, ours=True)
    _into_stock(service, rma, item, unit_cost, cmd.warehouse_id, act)
    return None


def _line(service: Service, rma: Rma, item: RmaItem) -> GoodsLine:
    ours = rma.is_ours(item.item_id)
    kept = rma.kept.get(item.item_id)
    here = warehouse_of(service, None, WarehouseKind.FAULTY) if ours else (kept.warehouse_id if kept else None)
    return GoodsLine(
        article_id=item.article_id if ours or kept else None,
        description=item.description,
        quantity=rma.received[item.item_id],
        serials=serials_of(item),
        warehouse_id=here,
        ownership=Ownership.OWN if ours else Ownership.CUSTOMER,
        note="Merce di proprietà del nostro cliente" if not ours else None,
    )


def _end_leg(
    service: Service, note_id: UUID, line_no: int, item: RmaItem, cmd: TakeBackFromSupplier, on: date, act: Act
) -> None:
    """The note's line is back; in stock the piece moves home, another one comes for it, or nothing does."""
    note = service.load(DeliveryNote, note_id)
    line = note.lines[line_no]
    back = Return(line_id=line.line_id, quantity=line.quantity, serials=line.serials)
    note.take_back(on, (back,), cmd.sender_note, act)
    service.save(note)
    effect = line.stock
    if effect is None or effect.to_warehouse_id is None or line.article_id is None:
        return
    away = stock_at(service, line.article_id, effect.to_warehouse_id, act, effect.ownership)
    home = stock_at(service, line.article_id, effect.warehouse_id, act, effect.ownership)
    movement_id, ref = service.new_id(f"back-{item.item_id}"), note_ref(note)
    if cmd.result in (SupplierResult.REPAIRED, SupplierResult.REFUSED):
        away.move_to(home, movement_id, line.quantity, act, record=ref, serials=line.serials)
        return
    away.issue(movement_id, line.quantity, ref, act, serials=line.serials)
    if cmd.result is SupplierResult.REPLACED:
        serials = (cmd.serial,) if cmd.serial else ()
        home.receive(service.new_id(f"other-{item.item_id}"), line.quantity, ZERO, ref, act, serials=serials)


def _returned(service: Service, rma: Rma, item: RmaItem, supplier_id: UUID | None, act: Act) -> RecordRef:
    rma.may_send_to_supplier((item.item_id,))
    if supplier_id is None:
        raise SupplierMissing
    draft = NoteDraft(
        recipient_id=supplier_id,
        reason=Reason.SUPPLIER_RETURN,
        lines=(_line(service, rma, item),),
        record=reference(rma),
    )
    return note_ref(issue_note(service, service.new_id("note"), draft, act))


def _out_of_faulty(service: Service, rma: Rma, item: RmaItem, act: Act) -> None:
    if item.article_id is None:
        return
    faulty = stock_at(service, item.article_id, warehouse_of(service, None, WarehouseKind.FAULTY), act)
    movement_id, quantity = service.new_id(f"decided-{item.item_id}"), rma.received.get(item.item_id, ZERO)
    faulty.issue(movement_id, quantity, reference(rma), act, serials=serials_of(item))


def _into_stock(
    service: Service, rma: Rma, item: RmaItem, unit_cost: Decimal, warehouse_id: UUID | None, act: Act
) -> None:
    if item.article_id is None:
        return
    there = warehouse_of(service, warehouse_id, WarehouseKind.MAIN)
    movement_id, quantity = service.new_id(f"refurbished-{item.item_id}"), rma.received.get(item.item_id, ZERO)
    stock = stock_at(service, item.article_id, there, act)
    stock.receive(movement_id, quantity, unit_cost, reference(rma), act, serials=serials_of(item))
