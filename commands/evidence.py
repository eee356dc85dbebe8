"""What may be recorded of evidence (prove documentali): that it was taken.

Evidence is made by the program that writes it; its command is not in the catalogue, so that nobody can claim by hand
that evidence was handed out.
"""

from __future__ import annotations

from aggregates.base import Act
from aggregates.evidence import Evidence, TakenEvidence
from commands.base import Answer, Command, Entry, Service


class RecordEvidence(Command, TakenEvidence):
    """Record that evidence was taken."""


def record_evidence(cmd: RecordEvidence, act: Act, service: Service) -> Answer:
    """Handles `RecordEvidence`; the same file again records nothing."""
    evidence = TakenEvidence(**{name: getattr(cmd, name) for name in TakenEvidence.model_fields})
    if service.find(Evidence, evidence.evidence_id) is None:
        service.save(Evidence.take(evidence, act))
    return {"evidence_id": evidence.evidence_id}


NOBODY: frozenset[str] = frozenset()
RECORD = Entry("record-evidence", "/disputes", RecordEvidence, record_evidence, NOBODY)
"""The writer's own command, with a role for nobody."""
