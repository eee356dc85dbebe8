"""What a return is told by commands on its delivery notes (avvisi al reso): a loaner that is back, or sold."""

from __future__ import annotations

from datetime import date

from aggregates.base import Act, Refusal, require
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_pricing import note_ref
from aggregates.rma import Rma
from aggregates.rules.transport_reasons import Reason
from commands.base import Service


class AtSupplierForRma(Refusal):
    """These goods are at a supplier's for return {rma}; use take-back-from-supplier, and say what was done to them."""


def check_plain(note: DeliveryNote) -> None:
    """Goods at a supplier's for a return come back by the return's own command. Raises `AtSupplierForRma`."""
    record = note.record
    if record is not None and record.kind == "rma":
        require(note.reason.reason is not Reason.SENT_FOR_REPAIR, AtSupplierForRma, rma=record.number)


def tell_loaner(service: Service, note: DeliveryNote, on: date, act: Act) -> None:
    """The return whose loaner left with the note knows that it is back or sold, once nothing of it is out."""
    if note.record is None or note.record.kind != "rma" or note.reason.reason is not Reason.LOAN:
        return
    rma = service.load(Rma, note.record.id)
    if note.kept_on is not None:
        rma.sell_loaner(note_ref(note), note_ref(note), act)
    elif not any(note.outstanding.values()):
        rma.return_loaner(note_ref(note), act, on)
    service.save(rma)
