"""CallNotes (DDT della chiamata): which parts used on a call were left at the customer's with which delivery note."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.record_ref import RecordRef

CALL_NOTES = UUID("5b8e0c52-7c1d-5c3a-9a44-0f6be2d1a904")


def call_notes_id(call_id: UUID) -> UUID:
    """The stream of a call's delivery notes."""
    return uuid5(CALL_NOTES, str(call_id))


class NothingToNote(Refusal):
    """All parts used on this call are on a delivery note already, or none was used; there is nothing to note."""


class PartNoted(Refusal):
    """This part is on delivery note {note} already; each part is on one note."""


class CallNotes(Aggregate):
    """Parts of one call by delivery note: its stream keeps a part from being on two notes."""

    TOPIC = "call-notes"

    class Begun(FirstEvent):
        """Parts of the call are first put on a note."""

        TOPIC = "call-notes.begun.v1"
        call_id: UUID

    class PartsNoted(Aggregate.Event):
        """A delivery note speaks of these parts."""

        TOPIC = "call-notes.parts-noted.v1"
        note: RecordRef
        part_ids: tuple[UUID, ...]

    class NoteUndone(Aggregate.Event):
        """The note was cancelled: its parts are on none."""

        TOPIC = "call-notes.note-undone.v1"
        note: RecordRef

    # Decide

    @classmethod
    def of(cls, call_id: UUID, act: Act) -> CallNotes:
        """Begin to keep the notes of a call."""
        return cls.begin(cls.Begun, id=call_notes_id(call_id), act=act, call_id=call_id)

    def note(self, note: RecordRef, part_ids: Sequence[UUID], act: Act) -> None:
        """Put parts on a note; the same note again records nothing. Raises `NothingToNote`, `PartNoted`."""
        if note.id in self.notes:
            return
        require(bool(part_ids), NothingToNote)
        for part_id in part_ids:
            known = self.note_of(part_id)
            if known is not None:
                raise PartNoted(note=known.number or "")
        self.trigger_event(self.PartsNoted, act=act, note=note, part_ids=tuple(part_ids))

    def undo(self, note: RecordRef, act: Act) -> None:
        """Free the parts of a cancelled note; an unknown one changes nothing."""
        if note.id in self.notes:
            self.trigger_event(self.NoteUndone, act=act, note=note)

    # Answers

    def note_of(self, part_id: UUID) -> RecordRef | None:
        """The note that a part is on."""
        return next((note for note, parts in self.notes.values() if part_id in parts), None)

    # Evolve

    @event(Begun)
    def __init__(self, call_id: UUID) -> None:
        self.call_id = call_id
        self.notes: dict[UUID, tuple[RecordRef, tuple[UUID, ...]]] = {}

    @event(PartsNoted)
    def _parts_noted(self, note: RecordRef, part_ids: tuple[UUID, ...]) -> None:
        self.notes[note.id] = (note, part_ids)

    @event(NoteUndone)
    def _note_undone(self, note: RecordRef) -> None:
        del self.notes[note.id]
