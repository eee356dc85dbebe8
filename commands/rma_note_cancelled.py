"""What a cancelled delivery note takes back on its return (annullamento del DDT): items, loaners, successions."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from commands.base import Service
from commands.rma_goods import tell_serials
from commands.rma_successor import undo


def rma_note_cancelled(service: Service, rma_id: UUID, note: RecordRef, act: Act) -> None:
    """Take back what the note did to a return and to the installed base. Raises `RmaOver`."""
    rma = service.load(Rma, rma_id)
    successions = [
        (rma.items[one].serial_item_id, rma.substitutes.get(one))
        for one, by in rma.replaced.items()
        if by.id == note.id
    ]
    tell_serials(service)
    rma.note_cancelled(note, act)
    service.save(rma)
    for old_id, new_id in successions:
        undo(service, old_id, new_id, act)
