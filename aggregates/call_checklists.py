"""What a call decides about its checklists (liste di controllo), see `Checklist`."""

from __future__ import annotations

from uuid import UUID

from aggregates import call_checklist_facts as facts
from aggregates.base import Act, Refusal, require
from aggregates.call_state import CallState


class ChecklistOpen(Refusal):
    """Mandatory operations are still open in: {checklists}; answer or skip them, or drop the checklist."""


class CallChecklists(CallState):
    """Which checklists keep the call open."""

    open_checklists: dict[UUID, str]
    """Their names by id."""

    def open_checklist(self, checklist_id: UUID, name: str, act: Act) -> None:
        """Stay open until a checklist is done. Raises `CallIsClosed`, `CallIsCancelled`."""
        if checklist_id not in self.open_checklists:
            self._require_live()
            self._record(facts.ChecklistOpened, act=act, checklist_id=checklist_id, name=name)

    def finish_checklist(self, checklist_id: UUID, act: Act) -> None:
        """Note that it keeps nothing open any more; also on a closed call, because devices tell late."""
        if checklist_id in self.open_checklists:
            self._record(facts.ChecklistDone, act=act, checklist_id=checklist_id)

    def require_checklists_done(self) -> None:
        """Raises `ChecklistOpen`."""
        require(not self.open_checklists, ChecklistOpen, checklists=", ".join(self.open_checklists.values()))
