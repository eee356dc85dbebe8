"""Evidence (prova documentale): that somebody took evidence about a record, of what extent, and its hash (AUD-2).

Who holds the file can show by its hash that it is the one that was handed out; the fact is sealed like all others.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.values import Instant, Value

EVIDENCES = UUID("5c1d7a40-6f0e-5f39-8f3b-2b7d0c9e4a11")
SHA256 = r"^[0-9a-f]{64}$"


class About(StrEnum):
    """What a dispute may be about."""

    CALL = "call"
    CONTRACT = "contract"
    INVOICE = "invoice"
    SERIAL = "serial"


class TakenEvidence(Value):
    """What was handed out."""

    about: About
    record_id: UUID
    number: str = Field(min_length=1, max_length=200)
    known_at: Instant | None = Field(default=None, description="As known at this instant; left out, as known then.")
    facts: int = Field(ge=0)
    withheld: int = Field(default=0, ge=0, description="Facts of which only the hash was given.")
    erased: int = Field(default=0, ge=0, description="Personal words that could not be read any more.")
    documents: int = Field(default=0, ge=0)
    manifest_sha256: str = Field(pattern=SHA256)

    @property
    def evidence_id(self) -> UUID:
        """The id that follows from what was handed out."""
        return uuid5(EVIDENCES, f"{self.record_id}/{self.manifest_sha256}")


class Evidence(Aggregate):
    """One evidence file that was taken; nothing about it ever changes."""

    TOPIC = "evidence"

    class Taken(FirstEvent):
        """Somebody took evidence about a record, whose manifest has this hash."""

        TOPIC = "evidence.taken.v1"
        evidence: TakenEvidence

    @classmethod
    def take(cls, evidence: TakenEvidence, act: Act) -> Evidence:
        """Record that it was handed out."""
        return cls.begin(cls.Taken, id=evidence.evidence_id, act=act, evidence=evidence)

    @event(Taken)
    def __init__(self, evidence: TakenEvidence) -> None:
        self.evidence = evidence
