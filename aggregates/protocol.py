"""Protocol (protocollo): operations that the company wants done in certain cases, in dated versions (INS-8)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.answers import AnswerKind, Question, require_distinct
from aggregates.values import Value

PROTOCOLS = UUID("a1a9f7ce-6f34-5b6c-b5a7-4c3e0f7d9104")


def protocol_id(code: str) -> UUID:
    """The id of a protocol: its code, whatever the capitals."""
    return uuid5(PROTOCOLS, code.strip().lower())


class ProtocolNotValidYet(Refusal):
    """The protocol {protocol} has no operations on {on}; set operations from an earlier day."""

    status = 422


class OutOfLimits(StrEnum):
    """What a value outside its limits leads to."""

    NOTE = "note"
    PROPOSE_CALL = "propose_call"


class Operation(Question):
    """One thing to do or to measure; a reading names its kind of meter."""

    meter_kind: str | None = Field(default=None, max_length=60, description="Only for a reading, and needed there.")
    out_of_limits: OutOfLimits = OutOfLimits.NOTE

    @model_validator(mode="after")
    def _meter_named(self) -> Self:
        if (self.kind is AnswerKind.READING) != (self.meter_kind is not None):
            raise ValueError("a reading needs its meter_kind, other operations have none")
        return self


class ProtocolRule(Value):
    """When the protocol is wanted by itself: all that is given must hold, and something must be given."""

    activity_kind: str | None = Field(default=None, description="The code of an activity type: the service done.")
    product_type: str | None = None
    article_code: str | None = None
    contract_id: UUID | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError("a rule needs at least one condition")
        return self

    @property
    def about_items(self) -> bool:
        """Whether there is one checklist for each item, rather than one for the call."""
        return self.product_type is not None or self.article_code is not None


class ProtocolTerms(Value):
    """What holds for the protocol as a whole."""

    name: str = Field(min_length=1, max_length=200, examples=["Manutenzione annuale lavastoviglie"])
    blocks_closing: bool = Field(default=True, description="A call stays open until the mandatory operations are done.")
    rules: tuple[ProtocolRule, ...] = Field(default=(), examples=[[{"activity_kind": "maintenance"}]])
    active: bool = True


class ProtocolVersion(Value):
    """The operations in force from a day on, in their order."""

    from_on: date
    operations: tuple[Operation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        require_distinct(tuple(one.key for one in self.operations))
        return self


class Protocol(Aggregate):
    """A list of operations that the company has defined."""

    TOPIC = "protocol"

    class Defined(FirstEvent):
        """The company has this protocol."""

        TOPIC = "protocol.defined.v1"
        code: str
        terms: ProtocolTerms

    class Changed(Aggregate.Event):
        """Its name, its rules or what it blocks are others from now on."""

        TOPIC = "protocol.changed.v1"
        terms: ProtocolTerms

    class OperationsSet(Aggregate.Event):
        """Other operations from a day on; checklists already opened keep theirs."""

        TOPIC = "protocol.operations-set.v1"
        version: ProtocolVersion

    # Decide

    @classmethod
    def define(cls, code: str, terms: ProtocolTerms, act: Act) -> Protocol:
        """Add a protocol, still without operations."""
        return cls.begin(cls.Defined, id=protocol_id(code), act=act, code=code.strip(), terms=terms)

    def change(self, terms: ProtocolTerms, act: Act) -> None:
        """Change what holds for it; the same again records nothing."""
        if self.terms != terms:
            self.trigger_event(self.Changed, act=act, terms=terms)

    def set_operations(self, version: ProtocolVersion, act: Act) -> None:
        """Set the operations from a day on; those set before for the same day are replaced."""
        if self.versions.get(version.from_on) != version:
            self.trigger_event(self.OperationsSet, act=act, version=version)

    def version_on(self, day: date) -> ProtocolVersion:
        """What is in force on a day. Raises `ProtocolNotValidYet`."""
        begun = [from_on for from_on in self.versions if from_on <= day]
        require(bool(begun), ProtocolNotValidYet, protocol=self.code, on=day.isoformat())
        return self.versions[max(begun)]

    # Evolve

    @event(Defined)
    def __init__(self, code: str, terms: ProtocolTerms) -> None:
        self.code, self.terms = code, terms
        self.versions: dict[date, ProtocolVersion] = {}

    @event(Changed)
    def _changed(self, terms: ProtocolTerms) -> None:
        self.terms = terms

    @event(OperationsSet)
    def _operations_set(self, version: ProtocolVersion) -> None:
        self.versions[version.from_on] = version
