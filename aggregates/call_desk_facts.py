"""The facts of the call desk (banco chiamate): whose a call is, who answers, which machines, merged duplicates."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.values import Personal, PersonRef, Value


class NoteCarried(Value):
    """A note of a duplicate, with its own id."""

    note_id: UUID
    text: Annotated[str, Personal("note_id")]


class Identified(Aggregate.Event):
    """It is known whose call it is (chiamata identificata), where, and about which machines."""

    TOPIC = "call.identified.v1"
    party_id: UUID
    site_id: UUID | None
    serial_item_ids: tuple[UUID, ...]


class ItemsChanged(Aggregate.Event):
    """The call is about these machines from now on; `added` and `removed` say what is new."""

    TOPIC = "call.items-changed.v1"
    serial_item_ids: tuple[UUID, ...]
    added: tuple[UUID, ...]
    removed: tuple[UUID, ...]


class HandedOver(Aggregate.Event):
    """Another operator answers for the call, or for one of its activities (passaggio di consegne)."""

    TOPIC = "call.handed-over.v1"
    to: str
    """The user, as `act.by` names them."""
    previous: str | None
    activity_id: UUID | None
    note_id: UUID
    note: Annotated[str, Personal("note_id")]


class MergedInto(Aggregate.Event):
    """The call was told twice (doppione): it ends without result and without charges; the other call goes on."""

    TOPIC = "call.merged-into.v1"
    survivor_id: UUID
    survivor: str | None
    """The number people know the other call by, where it was known."""


class Absorbed(Aggregate.Event):
    """A duplicate of this call was merged into it: what it said is kept here."""

    TOPIC = "call.absorbed.v1"
    call_id: UUID
    number: str | None
    caller: PersonRef | None
    fault: str
    customer_reference: str | None
    serial_item_ids: tuple[UUID, ...]
    """The machines that only the duplicate named."""
    notes: tuple[NoteCarried, ...]
