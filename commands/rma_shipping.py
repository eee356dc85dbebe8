"""What people may ask about goods that leave for a return (RMA): repaired pieces and replacements."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.delivery_note_values import SenderNote, Transport
from aggregates.rma import Rma
from aggregates.rma_items import RmaItem
from aggregates.rma_state import Outcome
from aggregates.rules.transport_reasons import Reason
from aggregates.serial_item_values import ReplacementPolicy
from aggregates.values import Rate
from commands.base import Answer, Command, Service
from commands.delivery_note_issue import GoodsLine, NoteDraft, issue_note
from commands.rma_goods import reference, serials_of
from commands.rma_successor import succeed, successor_of
from commands.words import Words

QUALITIES = {
    Outcome.REPAIRED: "riparato",
    Outcome.NOT_REPAIRABLE: "non riparabile",
    Outcome.NO_FAULT_FOUND: "nessun guasto riscontrato",
    Outcome.RETURNED: "non lavorato",
}
"""What the note says of goods that go back."""


class MixedReasons(Refusal):
    """A delivery note has one reason (R8.3): send repaired and unrepaired items back with two notes."""

    status = 422


class NoReplacementSent(Refusal):
    """No replacement was sent for this item: there is no claim to decide."""


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
    serial_item_id: UUID | None = Field(
        default=None, description="The replacement in the installed base; registered by its serial if left out."
    )
    warehouse_id: UUID | None = None
    subject_to_claim: bool = Field(default=True, description="Invoiced if the warranty claim fails (salvo verifica).")
    dated_on: date | None = None
    transport: Transport = Transport()
    unit_price: Rate | None = Field(default=None, description="What it costs if the claim fails, euro.")
    warranty: ReplacementPolicy | None = Field(
        default=None, description="Whether the old warranties go on or begin again: the company's rule if left out."
    )


class DecideRmaClaim(Command):
    """Say whether the warranty claim for a replacement held; if not, the replacement is to be invoiced."""

    rma_id: UUID
    item_id: UUID
    accepted: bool
    reason: Words = Field(min_length=3, examples=["Manomissione accertata"])


def return_rma(cmd: ReturnRma, act: Act, service: Service) -> Answer:
    """Handles `ReturnRma`; items already on the note named are answered again."""
    rma = service.load(Rma, cmd.rma_id)
    known = service.find(DeliveryNote, cmd.note_id) if cmd.note_id else None
    if known is not None:
        return {"note_id": known.id, "number": known.number}
    items = rma.to_send_back(cmd.item_ids)
    outcomes = [rma.outcomes[item.item_id] for item in items]
    require(len({outcome.return_reason for outcome in outcomes}) == 1, MixedReasons)
    note = issue_for(
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
    charges = tuple(charge for item in items for charge in rma.charges_of(item.item_id))
    if charges:
        note.price((), charges, act)
    rma.ship([item.item_id for item in items], note_ref(note), act)
    service.save(rma, note)
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
    note = issue_for(service, note_id, rma, reason, (line,), cmd.dated_on, cmd.transport, act, reason_note=text)
    new_id = successor_of(service, item, cmd.serial, cmd.serial_item_id, cmd.article_id, note.dated_on, act)
    rma.send_replacement(cmd.item_id, note_ref(note), cmd.article_id, cmd.serial, new_id, cmd.subject_to_claim, act)
    service.save(rma)
    succeed(service, item.serial_item_id, new_id, note.dated_on, act, cmd.warranty)
    return {"note_id": note.id, "number": note.number, "serial_item_id": new_id}


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


def issue_for(
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
    quality = QUALITIES.get(rma.outcomes[item.item_id])
    return GoodsLine(
        article_id=item.article_id,
        description=item.description,
        quality=quality,
        quantity=rma.received[item.item_id],
        serials=serials_of(item),
        warehouse_id=kept.warehouse_id if kept else None,
    )
