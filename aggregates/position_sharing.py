"""PositionSharing (condivisione della posizione): whether technicians' positions may be known at all (R10.3).

A position is worker monitoring: it needs a union agreement or a permit of the labour inspectorate first (art. 4
L. 300/1970). One stream holds what is agreed for the whole company, one for each technician what holds for them alone
and whether they have switched sharing off, which they always may.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import Value

SHARING = UUID("5a3c1f0e-94b2-5d77-8a10-c7d2f4a96b03")


def position_sharing_id(technician_id: UUID | None) -> UUID:
    """The id of what holds for a technician; without one, of what holds for the whole company."""
    return uuid5(SHARING, str(technician_id or "company"))


class BasisKind(StrEnum):
    """What makes it lawful to know where workers are."""

    UNION_AGREEMENT = "union_agreement"
    INSPECTORATE_PERMIT = "inspectorate_permit"


class PositionBasis(Value):
    """A legal basis: which one, in which document, from which day to which (both included)."""

    basis_id: UUID
    kind: BasisKind
    document: str = Field(min_length=1, max_length=200, examples=["Accordo sindacale del 12/01/2026, prot. 88"])
    valid_from_on: date
    valid_to_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to_on is not None and self.valid_to_on < self.valid_from_on:
            raise ValueError("a legal basis must end on or after its first day")
        return self

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from_on <= day and (self.valid_to_on is None or day <= self.valid_to_on)


class PositionBasisUnknown(Refusal):
    """There is no such legal basis here; take its id from the list of position bases."""

    status = 404


class BasisEndsTooEarly(Refusal):
    """The basis began on {valid_from_on}; it cannot end before that day."""

    status = 422


class PositionSharing(Aggregate):
    """What makes it lawful to know a technician's position, and whether they share it."""

    TOPIC = "position-sharing"

    class Begun(FirstEvent):
        """Somebody begins to say what holds; None for the whole company."""

        TOPIC = "position-sharing.begun.v1"
        technician_id: UUID | None = None

    class BasisRecorded(Aggregate.Event):
        """A legal basis is there."""

        TOPIC = "position-sharing.basis-recorded.v1"
        technician_id: UUID | None = None
        basis: PositionBasis

    class BasisEnded(Aggregate.Event):
        """A legal basis holds up to this day and no longer."""

        TOPIC = "position-sharing.basis-ended.v1"
        technician_id: UUID | None = None
        basis_id: UUID
        last_on: date

    class Stopped(Aggregate.Event):
        """The technician shares no position from now on."""

        TOPIC = "position-sharing.stopped.v1"
        technician_id: UUID

    class Resumed(Aggregate.Event):
        """The technician shares positions again, where a legal basis allows it."""

        TOPIC = "position-sharing.resumed.v1"
        technician_id: UUID

    # Decide

    @classmethod
    def start(cls, technician_id: UUID | None, act: Act) -> PositionSharing:
        """Begin to say what holds for a technician, or for the whole company."""
        return cls.begin(cls.Begun, id=position_sharing_id(technician_id), act=act, technician_id=technician_id)

    def record_basis(self, basis: PositionBasis, act: Act) -> None:
        """Record a legal basis; the same again records nothing."""
        if self.bases.get(basis.basis_id) != basis:
            self.trigger_event(self.BasisRecorded, act=act, technician_id=self.technician_id, basis=basis)

    def end_basis(self, basis_id: UUID, last_on: date, act: Act) -> None:
        """Let a basis end. Raises `PositionBasisUnknown`, `BasisEndsTooEarly`."""
        require(basis_id in self.bases, PositionBasisUnknown)
        basis = self.bases[basis_id]
        require(basis.valid_from_on <= last_on, BasisEndsTooEarly, valid_from_on=str(basis.valid_from_on))
        if basis.valid_to_on != last_on:
            ended = {"technician_id": self.technician_id, "basis_id": basis_id, "last_on": last_on}
            self.trigger_event(self.BasisEnded, act=act, **ended)

    def stop(self, technician_id: UUID, act: Act) -> None:
        """Share no position any more: always possible, again it records nothing."""
        if not self.is_stopped:
            self.trigger_event(self.Stopped, act=act, technician_id=technician_id)

    def resume(self, technician_id: UUID, act: Act) -> None:
        """Share positions again."""
        if self.is_stopped:
            self.trigger_event(self.Resumed, act=act, technician_id=technician_id)

    # Answers

    def allows(self, day: date) -> bool:
        """Whether a legal basis recorded here is in force on a day."""
        return any(basis.holds(day) for basis in self.bases.values())

    # Evolve

    @event(Begun)
    def __init__(self, technician_id: UUID | None) -> None:
        self.technician_id, self.is_stopped = technician_id, False
        self.bases: dict[UUID, PositionBasis] = {}

    @event(BasisRecorded)
    def _basis_recorded(self, basis: PositionBasis) -> None:
        self.bases[basis.basis_id] = basis

    @event(BasisEnded)
    def _basis_ended(self, basis_id: UUID, last_on: date) -> None:
        self.bases[basis_id] = self.bases[basis_id].model_copy(update={"valid_to_on": last_on})

    @event(Stopped)
    def _stopped(self) -> None:
        self.is_stopped = True

    @event(Resumed)
    def _resumed(self) -> None:
        self.is_stopped = False
