"""Device conflict (conflitto del dispositivo): something a device sent and the rules refused; nothing is lost.

A device that was offline sends commands late. What cannot be merged is answered with what to do, and kept here until
somebody settles it: tried again (after reopening the call, say), recorded in another way, or given up.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import Instant, Personal, Value


def device_conflict_id(command_id: UUID) -> UUID:
    """The id of the conflict about a command: there is one at most."""
    return uuid5(command_id, "device-conflict")


class Advice(StrEnum):
    """What a device does with a command that was refused."""

    DISCARD = "discard"
    ASK_DISPATCHER = "ask_dispatcher"
    RETRY = "retry"


class Settlement(StrEnum):
    """How a conflict ended."""

    RETRIED = "retried"
    RECORDED_OTHERWISE = "recorded_otherwise"
    DISCARDED = "discarded"


class DeviceCommand(Value):
    """A command as a device sent it; its fields may tell of persons and are sealed."""

    device_id: str = Field(min_length=1, max_length=60, examples=["tablet-07"])
    command_id: UUID
    name: str = Field(max_length=60, examples=["perform-activity"])
    happened_at: Instant
    user_id: str
    record_id: UUID | None = None
    fields: Annotated[str, Personal("command_id")] = Field(description="The command's fields, as JSON.")


class ConflictSettled(Refusal):
    """This was settled already ({how}); look at its note."""


class DeviceConflict(Aggregate):
    """A command of a device that the rules refused."""

    TOPIC = "device-conflict"

    class Raised(FirstEvent):
        """A device's command was refused, for this reason."""

        TOPIC = "device-conflict.raised.v1"
        command: DeviceCommand
        code: str
        sentence: str
        advice: Advice

    class RefusedAgain(Aggregate.Event):
        """It was sent once more and refused for another reason."""

        TOPIC = "device-conflict.refused-again.v1"
        code: str
        sentence: str
        advice: Advice

    class Settled(Aggregate.Event):
        """Somebody saw to it."""

        TOPIC = "device-conflict.settled.v1"
        how: Settlement
        note: str | None

    # Decide

    @classmethod
    def raise_about(cls, command: DeviceCommand, code: str, sentence: str, advice: Advice, act: Act) -> DeviceConflict:
        """Keep a refused command until somebody settles it."""
        return cls.begin(
            cls.Raised,
            id=device_conflict_id(command.command_id),
            act=act,
            command=command,
            code=code,
            sentence=sentence,
            advice=advice,
        )

    def refuse_again(self, code: str, sentence: str, advice: Advice, act: Act) -> None:
        """Note another reason; the same reason, or anything after it was settled, is no news."""
        if self.settled is None and self.code != code:
            self.trigger_event(self.RefusedAgain, act=act, code=code, sentence=sentence, advice=advice)

    def settle(self, how: Settlement, note: str | None, act: Act) -> None:
        """Say how it ended; the same again records nothing. Raises `ConflictSettled`."""
        require(self.settled in (None, how), ConflictSettled, how=str(self.settled))
        if self.settled is None:
            self.trigger_event(self.Settled, act=act, how=how, note=note)

    # Evolve

    @event(Raised)
    def __init__(self, command: DeviceCommand, code: str, sentence: str, advice: Advice) -> None:
        self.command, self.code, self.sentence, self.advice = command, code, sentence, advice
        self.settled: Settlement | None = None
        self.note: str | None = None

    @event(RefusedAgain)
    def _refused_again(self, code: str, sentence: str, advice: Advice) -> None:
        self.code, self.sentence, self.advice = code, sentence, advice

    @event(Settled)
    def _settled(self, how: Settlement, note: str | None) -> None:
        self.settled, self.note = how, note
