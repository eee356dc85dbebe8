"""Answering (risposte): operations of a checklist or a practice answered or skipped, in any order, from any device."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.protocol import Operation
from aggregates.values import Instant, Personal, Value


class SkipReasonMissing(Refusal):
    """Say why the operation was not done."""

    status = 422


class Result(Value):
    """What was done about one operation: an answer, or why it was skipped."""

    key: str
    value: str | None = Field(default=None, description="See `Question`; none where it was skipped.")
    skipped_because: Annotated[str | None, Personal("stream_id")] = None
    is_out_of_limits: bool = False
    note: Annotated[str | None, Personal("stream_id")] = None
    at: Instant

    @property
    def rank(self) -> tuple[Instant, str, str, str]:
        """The one with the highest rank counts: the last in the world; among those of one instant, always the same."""
        return (self.at, self.value or "", self.skipped_because or "", self.note or "")


class Answering:
    """The decisions of a record whose operations are answered one by one."""

    def answer(self, key: str, value: bool | str, note: str | None, act: Act) -> None:
        """Answer an operation at `act.at`. Raises `AnswerUnfit`, and what its record raises for an unknown one."""
        operation = self._operation(key)
        read = operation.read(value)
        outside = operation.is_out_of_limits(read)
        self._note(Result(key=key, value=read, is_out_of_limits=outside, note=note, at=act.at), act)

    def skip(self, key: str, reason: str, act: Act) -> None:
        """Leave an operation out, with its reason. Raises `SkipReasonMissing`, and as `answer`."""
        self._operation(key)
        require(bool(reason.strip()), SkipReasonMissing)
        self._note(Result(key=key, skipped_because=reason.strip(), at=act.at), act)

    @abstractmethod
    def _operation(self, key: str) -> Operation:
        """The operation with this key; raises where there is none, or it may not be answered."""

    @abstractmethod
    def _note(self, result: Result, act: Act) -> None:
        """Record an answer that was not told before."""
