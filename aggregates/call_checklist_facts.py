"""What a call keeps of its checklists (liste di controllo): which are open, so that closing it asks nobody else."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Aggregate


class ChecklistOpened(Aggregate.Event):
    """A checklist is to be done on the call, which stays open until its mandatory operations are done."""

    TOPIC = "call.checklist-opened.v1"
    checklist_id: UUID
    name: str


class ChecklistDone(Aggregate.Event):
    """The checklist is complete or was dropped; it no longer keeps the call open."""

    TOPIC = "call.checklist-done.v1"
    checklist_id: UUID
