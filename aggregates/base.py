"""The kernel of every aggregate: facts, acts, refusals. The only module here that knows the eventsourcing library.

An aggregate file has three parts. *Facts*: pydantic classes with an explicit, versioned `TOPIC`. *Decide*: plain
methods that check every rule and end in one `trigger_event` (or, to begin a stream, one `begin`). *Evolve*: `@event`
appliers that only assign, because they run again each time the stream is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate, event
from pydantic import BaseModel, ConfigDict, Field

from aggregates.values import Instant, Slot, Value

__all__ = ["Act", "Aggregate", "Claim", "FirstEvent", "Refusal", "SlotTaken", "event", "require", "upcast"]

NIL = UUID(int=0)


class Act(Value):
    """Who did it, when in the world, and why. The log adds when it was recorded."""

    by: str = Field(description="The user's id, or `system:` and the duty that acted.")
    at: Instant
    why: str | None = None


class Claim(Value):
    """A stretch of time taken from a resource (a technician, a vehicle); exclusive ones of a resource never overlap."""

    claim_id: UUID
    resource_id: UUID
    slot: Slot
    exclusive: bool = True


class Refusal(Exception):
    """Base of everything a rule can say no with; its docstring is the sentence the user reads.

    The sentence is a gettext message id and may name the values given, as in `{number}`.
    """

    status: ClassVar[int] = 409

    def __init__(self, **values: Any) -> None:
        super().__init__(self.code(), values)
        self.values = values

    @classmethod
    def code(cls) -> str:
        """The stable name of this refusal, for programs: `call-is-closed`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def message(cls) -> str:
        """The untranslated sentence, still with its placeholders."""
        return " ".join((cls.__doc__ or "").split("\n\n")[0].split())

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the reader's language with the values filled in."""
        return translate(self.message()).format_map(_Shown(self.values))

    def __str__(self) -> str:
        return self.sentence()


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if not isinstance(value, Mapping):
            return value
        return counted(value, lambda kind: re.sub("[-_]", " ", str(kind.value)))


def counted(numbers: Mapping[Enum, str], label: Callable[[Enum], str]) -> str:
    """Kinds of things with the numbers of each, as they stand in a sentence: `open calls CH-1, CH-2; …`."""
    return "; ".join(f"{label(kind)} {told}" for kind, told in numbers.items())


class SlotTaken(Refusal):
    """The time from {starts_at} to {ends_at} is already taken; choose another slot or override it with a reason.

    Refusals that say by what share its code.
    """

    @classmethod
    def code(cls) -> str:
        """`slot-taken`, whatever takes it."""
        return "slot-taken"


def require(condition: bool, refusal: type[Refusal], /, **values: Any) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise refusal(**values)


class _Fact(BaseModel):
    """What all facts share. Stream id and version live in the log's columns, not in the stored state."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    TOPIC: ClassVar[str]
    originator_id: UUID = Field(default=NIL, exclude=True, repr=False)
    originator_version: int = Field(default=0, exclude=True, repr=False)
    timestamp: datetime = Field(default=datetime.min, exclude=True, repr=False)
    act: Act

    @property
    def stream_id(self) -> UUID:
        """The id of the aggregate that this fact belongs to."""
        return self.originator_id

    def claims(self) -> tuple[Claim, ...]:
        """The exclusive time this fact takes; written with it, so that two facts can never take the same."""
        return ()

    def releases(self) -> tuple[UUID, ...]:
        """Claims that this fact gives back (ids), before it takes its own."""
        return ()


class Aggregate(BaseAggregate[UUID]):
    """Base of Libretto's aggregates: every fact carries its `act`, whose instant is the fact's timestamp."""

    class Event(_Fact, CanMutateAggregate[UUID]):
        """Base of the facts of an aggregate."""

    @classmethod
    def begin(cls, first: type[CanInitAggregate[UUID]], *, id: UUID, act: Act, **fields: Any) -> Self:  # noqa: A002 - the library's word
        """Start a stream with its first fact."""
        return cls._create(first, id=id, timestamp=act.at, act=act, **fields)

    def trigger_event(self, event_class: type[CanMutateAggregate[UUID]], **kwargs: Any) -> None:
        """Record one more fact, dated by its act."""
        super().trigger_event(event_class, timestamp=kwargs["act"].at, **kwargs)


class FirstEvent(Aggregate.Event, CanInitAggregate[UUID]):
    """Base of the fact that begins a stream."""

    originator_topic: str = Field(default="", exclude=True, repr=False)


Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTERS: dict[str, tuple[str, Upcaster]] = {}
"""Old topic -> (newer topic, how its stored state becomes the newer one's)."""


def upcast(old_topic: str, new_topic: str) -> Callable[[Upcaster], Upcaster]:
    """Register how a stored fact of an old topic reads as the next version; chains are followed."""

    def register(function: Upcaster) -> Upcaster:
        UPCASTERS[old_topic] = (new_topic, function)
        return function

    return register


def current(topic: str, state: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Topic and state brought to the version that the code knows."""
    newest = dict(state)
    while topic in UPCASTERS:
        topic, function = UPCASTERS[topic]
        newest = function(newest)
    return topic, newest
