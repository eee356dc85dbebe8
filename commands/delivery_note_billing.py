"""How delivery notes are billed (fattura differita): their lines, their prices, the invoice they go on (R8.8–R8.10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Act, Refusal
from aggregates.call import Call
from aggregates.call_pricing import Bill
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import bill_of_note, in_order, repair_call
from aggregates.delivery_note_values import LinePrice, NoteCharge
from aggregates.invoice_values import DeliveryReference, DocumentType, InvoiceLine, OrderReference, Terms
from aggregates.party import Party
from aggregates.price_list import PriceList
from aggregates.rma import Rma
from aggregates.rules.send_deadline import month_end, month_of
from aggregates.tariff import tariff_of
from aggregates.values import rome_date
from commands.base import Command, Service
from commands.company import parameters

Work = tuple[str, UUID]


class PriceDeliveryNote(Command):
    """Say what a note's goods cost, and which work is billed with it: labour and parts of a repair, a diagnosis fee.

    It replaces what was said before; goods left out keep the price on the note, or that of the price list.
    """

    note_id: UUID
    lines: tuple[LinePrice, ...] = ()
    charges: tuple[NoteCharge, ...] = ()


def price_delivery_note(cmd: PriceDeliveryNote, act: Act, service: Service) -> None:
    """Handles `PriceDeliveryNote`."""
    note = service.load(DeliveryNote, cmd.note_id)
    note.price(cmd.lines, cmd.charges, act)
    service.save(note)


def note_bill(service: Service, note: DeliveryNote, call_bill: Callable[[Call], Bill]) -> Bill:
    """The lines of a note with those of its repair's call, which is then billed with it."""
    note.check_billable()
    party = service.load(Party, note.recipient.party_id)
    tariff = tariff_of(
        party, parameters(service, note.dated_on), note.dated_on, lambda key: service.find(PriceList, key)
    )
    call = _call(service, note)
    repair = call_bill(call).lines if call is not None and _is_with(call, note) else ()
    bill = bill_of_note(note, party, tariff, lambda key: service.find(Article, key), repair)
    if bill.problem is not None:
        raise bill.problem
    return bill


def note_terms(note: DeliveryNote, terms: Terms, until: date) -> Terms:
    """The terms of a deferred invoice: one for each calendar month, and for each order of the customer."""
    deferred = {"document_type": DocumentType.TD24, "month_on": month_of(note.billing_day(until))}
    return terms.model_copy(update={**deferred, "order": note.order or OrderReference()})


def notes_first(service: Service, works: Iterable[Work]) -> list[Work]:
    """The works with delivery notes before all others, so that a repair's call goes with its note, in their order."""
    found = list(dict.fromkeys(works))
    notes = [service.find(DeliveryNote, record_id) for kind, record_id in found if kind == "delivery-note"]
    ordered = in_order([note for note in notes if note is not None])
    first = [("delivery-note", note.id) for note in ordered]
    return first + [work for work in found if work not in set(first)]


def delivery_references(service: Service, lines: Iterable[InvoiceLine]) -> tuple[DeliveryReference, ...]:
    """The notes behind the lines, each with its lines: DatiDDT (R8.10)."""
    numbers: dict[UUID, list[int]] = {}
    for line in lines:
        if line.source.delivery is not None:
            numbers.setdefault(line.source.delivery.id, []).append(line.number)
    notes = ((service.load(DeliveryNote, note_id), lines) for note_id, lines in numbers.items())
    return tuple(
        DeliveryReference(number=note.number, issued_on=note.dated_on, lines=tuple(lines)) for note, lines in notes
    )


def last_delivery(service: Service, lines: Iterable[InvoiceLine], month_on: date) -> date:
    """The first day a deferred invoice may have: that of its last note or failed claim, in its month."""
    days = [month_on]
    for note_id in {line.source.delivery.id for line in lines if line.source.delivery is not None}:
        note = service.load(DeliveryNote, note_id)
        days += [day for day in (note.dated_on, note.claim_decided_on, note.kept_on) if day is not None]
    return max(days)


def _call(service: Service, note: DeliveryNote) -> Call | None:
    call_id = repair_call(note, lambda key: service.find(Rma, key))
    return service.find(Call, call_id) if call_id else None


def _is_with(call: Call, note: DeliveryNote) -> bool:
    """Whether a call's work is billed with the note: closed in its month, the same customer's, on no other invoice."""
    if call.invoice is not None or call.party_id != note.recipient.party_id:
        return False
    is_later = call.ended_at is not None and rome_date(call.ended_at) > month_end(note.dated_on)
    if is_later or call.billed_by not in (None, note.billed_by):
        return False
    try:
        call.check_billable()
    except Refusal:
        return False
    return True
