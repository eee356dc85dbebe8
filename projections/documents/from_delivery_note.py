"""A delivery note's content from the fact that issued it: the recipient is frozen there (R8.1)."""

from __future__ import annotations

from typing import Final

from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import NoteLine
from aggregates.invoice_values import OrderReference
from aggregates.rules.transport_reasons import Effect
from projections.documents.content import Customer, Letterhead, Source
from projections.documents.content_delivery_note import Carrier, DeliveryLine, DeliveryNoteContent, ReceivedNote
from projections.documents.identities import counterparty, site_of

TRANSPORT: Final = frozenset({"carriage", "packaging", "packages", "gross_weight_kg", "net_weight_kg", "delivered_on"})


def delivery_note(
    fact: DeliveryNote.Issued,
    issuer: Letterhead,
    source: tuple[Source, ...],
    *,
    draft: bool = False,
    bars: str | None = None,
) -> DeliveryNoteContent:
    """What the note says; `bars` are the modules of its number's barcode."""
    transport, record = fact.transport, fact.record
    return DeliveryNoteContent(
        issuer=issuer,
        customer=_receiver(fact),
        source=source,
        draft=draft,
        number=fact.number,
        notes=fact.notes,
        issued_on=fact.dated_on,
        reason=fact.reason.text,
        reason_note=fact.reason_note or None,
        destination=site_of(fact.recipient.destination) if fact.recipient.destination else None,
        lines=tuple(_line(line) for line in fact.lines),
        carried_by=transport.carried_by.value,
        carriers=tuple(Carrier.model_validate(carrier.model_dump()) for carrier in transport.carriers),
        transport_started_at=transport.started_at,
        rma_number=record.number if record and record.kind == "rma" else None,
        call_number=record.number if record and record.kind == "call" else None,
        received_note=ReceivedNote(number=fact.sender_note.number, issued_on=fact.sender_note.dated_on)
        if fact.sender_note
        else None,
        order_number=record.number if record and record.kind == "sales-order" else None,
        customer_order=_order(fact.order) if fact.order else None,
        return_by=fact.return_by,
        bars=bars,
        **transport.model_dump(mode="json", include=set(TRANSPORT), exclude_none=True),
    )


def _receiver(fact: DeliveryNote.Issued) -> Customer:
    """Ourselves have no customer's code."""
    receiver = counterparty(fact.recipient)
    is_ours = fact.reason.effect is Effect.BETWEEN_OURS
    return receiver.model_copy(update={"code": None}) if is_ours else receiver


def _order(order: OrderReference) -> str | None:
    dated = f" del {order.ordered_on:%d/%m/%Y}" if order.ordered_on else ""
    said = (
        f"{order.number}{dated}" if order.number else None,
        f"CIG {order.cig}" if order.cig else None,
        f"CUP {order.cup}" if order.cup else None,
    )
    return " · ".join(one for one in said if one) or None


def _line(line: NoteLine) -> DeliveryLine:
    return DeliveryLine(
        description=line.description,
        code=line.code or None,
        quality=line.quality or None,
        quantity=line.quantity,
        unit=line.unit or "pz",
        serials=line.serials,
        lots=line.lots,
        order_reference=line.source.number if line.source else None,
        note=line.note or None,
    )
