"""What people may ask about goods that leave for a return (RMA): repaired pieces, replacements, loaners."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import SenderNote, Transport
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import RmaItem
from aggregates.rma_state import Outcome
from aggregates.rules.transport_reasons import Reason
from aggregates.serial_item import SerialItem
from aggregates.values import Rate, rome_date
from commands.base import Answer, Command, Service
from commands.delivery_note import TakeBackGoods, take_back_goods
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.rma import reference, serials_of
from commands.serial_item_replacement import is_behind, take_place


class MixedReasons(Refusal):
    """A delivery note has one reason (R8.3): send repaired and unrepaired items back with two notes."""

    status = 422


class NoReplacementSent(Refusal):
    """No replacement was sent for this item: there is no claim to decide."""


class LoanerUnknown(Refusal):
    """This return has no such loaner out."""

    status = 404


class ReturnRma(Command):
    """Send items back to the customer: the delivery note is issued and the goods leave, in one step."""

    rma_id: UUID
    item_ids: tuple[UUID, ...] = Field(default=(), description="All that are ready if left empty.")
    note_id: UUID | None = None
    dated_on: date | None = Field(default=None, description="Date of the note: today if left out.")
    transport: Transport = Transport()
    notes: tuple[str, ...] = ()


class SendRmaReplacement(Command):
    """Send another piece for an item, before or after the faulty one came in (sostituzione in garanzia)."""

    rma_id: UUID
    item_id: UUID
    article_id: UUID
    serial: str | None = None
    serial_item_id: UUID | None = Field(default=None, description="The replacement in the installed base.")
    warehouse_id: UUID | None = None
    subject_to_claim: bool = Field(default=True, description="Invoiced if the warranty claim fails (salvo verifica).")
    dated_on: date | None = None
    transport: Transport = Transport()
    unit_price: Rate | None = Field(default=None, description="What it costs if the claim fails, euro.")


class DecideRmaClaim(Command):
    """Say whether the warranty claim for a replacement held; if not, the replacement is to be invoiced."""

    rma_id: UUID
    item_id: UUID
    accepted: bool
    reason: str = Field(min_length=3, examples=["Manomissione accertata"])


class GiveRmaLoaner(Command):
    """Lend the customer a piece (muletto, comodato) while theirs is with us; not a sale."""

    rma_id: UUID
    article_id: UUID
    serial: str | None = None
    warehouse_id: UUID | None = None
    dated_on: date | None = None
    return_by: date | None = None
    transport: Transport = Transport()


class TakeBackRmaLoaner(Command):
    """Take a loaner back, with the customer's own document."""

    rma_id: UUID
    note_id: UUID = Field(description="The delivery note it went out with.")
    returned_on: date | None = None
    sender_note: SenderNote | None = None


def return_rma(cmd: ReturnRma, act: Act, service: Service) -> Answer:
    """Handles `ReturnRma`; items already on the note named are answered again."""
    rma = service.load(Rma, cmd.rma_id)
    known = service.find(DeliveryNote, cmd.note_id) if cmd.note_id else None
    if known is not None:
        return {"note_id": known.id, "number": known.number}
    items = rma.to_send_back(cmd.item_ids)
    outcomes = [rma.outcomes[item.item_id] for item in items]
    require(len({outcome.return_reason for outcome in outcomes}) == 1, MixedReasons)
    note = _issue(
        service,
        cmd.note_id or service.new_id("note"),
        rma,
        outcomes[0].return_reason or Reason.REPAIRED_RETURN,
        tuple(_line(rma, item) for item in items),
        cmd.dated_on,
        cmd.transport,
        act,
        sender_note=rma.sender_notes.get(items[0].item_id),
        notes=cmd.notes,
    )
    rma.ship([item.item_id for item in items], _ref(note), act)
    service.save(rma)
    return {"note_id": note.id, "number": note.number}


def send_rma_replacement(cmd: SendRmaReplacement, act: Act, service: Service) -> Answer:
    """Handles `SendRmaReplacement`: note, stock and the installed base's succession in one append."""
    rma = service.load(Rma, cmd.rma_id)
    item = rma.may_replace(cmd.item_id)
    line = GoodsLine(
        article_id=cmd.article_id,
        quantity=item.quantity,
        serials=(cmd.serial,) if cmd.serial else (),
        warehouse_id=cmd.warehouse_id,
        unit_price=cmd.unit_price,
    )
    text = "salvo verifica" if cmd.subject_to_claim else None
    reason = Reason.WARRANTY_REPLACEMENT
    note_id = service.new_id("note")
    note = _issue(service, note_id, rma, reason, (line,), cmd.dated_on, cmd.transport, act, reason_note=text)
    rma.send_replacement(
        cmd.item_id, _ref(note), cmd.article_id, cmd.serial, cmd.serial_item_id, cmd.subject_to_claim, act
    )
    service.save(rma)
    _succeed(service, item.serial_item_id, cmd.serial_item_id, note.dated_on, act)
    return {"note_id": note.id, "number": note.number}


def decide_rma_claim(cmd: DecideRmaClaim, act: Act, service: Service) -> None:
    """Handles `DecideRmaClaim`: the return and the replacement's delivery note both know."""
    rma = service.load(Rma, cmd.rma_id)
    sent = rma.replaced.get(rma.item(cmd.item_id).item_id)
    if sent is None:
        raise NoReplacementSent
    note = service.load(DeliveryNote, sent.id)
    note.decide_claim(cmd.accepted, cmd.reason, act)
    rma.decide_claim(sent, cmd.accepted, cmd.reason, act)
    service.save(rma, note)


def give_rma_loaner(cmd: GiveRmaLoaner, act: Act, service: Service) -> Answer:
    """Handles `GiveRmaLoaner`."""
    rma = service.load(Rma, cmd.rma_id)
    serials = (cmd.serial,) if cmd.serial else ()
    line = GoodsLine(article_id=cmd.article_id, quantity=Decimal(1), serials=serials, warehouse_id=cmd.warehouse_id)
    note_id = service.new_id("note")
    note = _issue(
        service, note_id, rma, Reason.LOAN, (line,), cmd.dated_on, cmd.transport, act, return_by=cmd.return_by
    )
    rma.give_loaner(_ref(note), note.lines[0].description, serials, act)
    service.save(rma)
    return {"note_id": note.id, "number": note.number}


def take_back_rma_loaner(cmd: TakeBackRmaLoaner, act: Act, service: Service) -> None:
    """Handles `TakeBackRmaLoaner`; back once is back."""
    rma = service.load(Rma, cmd.rma_id)
    note = service.load(DeliveryNote, cmd.note_id)
    require(note.record is not None and note.record.id == rma.id, LoanerUnknown)
    if cmd.note_id in rma.loaners:
        if any(note.outstanding.values()):
            returned_on = cmd.returned_on or rome_date(act.at)
            back = TakeBackGoods(note_id=cmd.note_id, returned_on=returned_on, sender_note=cmd.sender_note)
            take_back_goods(back, act, service)
        rma.return_loaner(_ref(note), act)
        service.save(rma)


def _issue(
    service: Service,
    note_id: UUID,
    rma: Rma,
    reason: Reason,
    lines: tuple[GoodsLine, ...],
    dated_on: date | None,
    transport: Transport,
    act: Act,
    *,
    reason_note: str | None = None,
    sender_note: SenderNote | None = None,
    return_by: date | None = None,
    notes: tuple[str, ...] = (),
) -> DeliveryNote:
    destination = rma.customer.destination
    draft = NoteDraft(
        recipient_id=rma.customer.party_id,
        site_id=destination.site_id if destination else None,
        reason=reason,
        reason_note=reason_note,
        dated_on=dated_on,
        lines=lines,
        transport=transport,
        record=reference(rma),
        sender_note=sender_note,
        return_by=return_by,
        notes=notes,
    )
    return issue_note(service, note_id, draft, act)


def _line(rma: Rma, item: RmaItem) -> GoodsLine:
    kept = rma.kept.get(item.item_id)
    quality = {Outcome.REPAIRED: "riparato", Outcome.NOT_REPAIRABLE: "non riparabile"}.get(rma.outcomes[item.item_id])
    return GoodsLine(
        article_id=item.article_id,
        description=item.description,
        quality=quality or "nessun guasto riscontrato",
        quantity=rma.received[item.item_id],
        serials=serials_of(item),
        warehouse_id=kept.warehouse_id if kept else None,
    )


def _succeed(service: Service, old_id: UUID | None, new_id: UUID | None, on: date, act: Act) -> None:
    """The replacement takes the old machine's place, with what is left of its warranties; the old one keeps its own.

    A machine of an exchange pool may come back to where another took its place: then nothing succeeds anything.
    """
    if old_id is None or new_id is None:
        return
    old, new = service.load(SerialItem, old_id), service.load(SerialItem, new_id)
    if not is_behind(service, old, new):
        take_place(service, old, new, on, act)


def _ref(note: DeliveryNote) -> RecordRef:
    return RecordRef(kind="delivery-note", id=note.id, number=note.number)
