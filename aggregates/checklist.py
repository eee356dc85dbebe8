"""Checklist (lista di controllo): a protocol frozen on a call, perhaps for one of its items, and what was answered.

Devices send answers late, twice and out of order. Every answer is kept as a fact; what counts for an operation is the
answer that was given last in the world (`at`), so the state does not depend on the order of arrival.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from aggregates.answering import Answering, Result, SkipReasonMissing
from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.protocol import Operation, OutOfLimits, Protocol
from aggregates.values import Instant, Keep, Personal, Value

CHECKLISTS = UUID("3d9b7a6e-51e2-5ce9-93b8-7c50f2d6aa05")


class OperationUnknown(Refusal):
    """The checklist {protocol} has no operation {key}; use the keys that it lists."""

    status = 422


class ChecklistIsDropped(Refusal):
    """The checklist was dropped; open it again to go on with it."""


class ProtocolRef(Value):
    """Which protocol a checklist is made of, as it was."""

    protocol_id: UUID
    code: str
    name: str
    from_on: date
    blocks_closing: bool


class FrozenResult(Value):
    """An operation with its result, as a work report keeps it (REP-1); its words are kept as long as the report."""

    key: str
    text: str
    unit: str | None = None
    value: str | None = None
    skipped_because: Annotated[str | None, Personal("report_id", keep=Keep.FISCAL)] = None
    is_out_of_limits: bool = False
    note: Annotated[str | None, Personal("report_id", keep=Keep.FISCAL)] = None
    at: Instant | None = None


class FrozenChecklist(Value):
    """A checklist as it stood when a report was made."""

    checklist_id: UUID
    protocol: str
    name: str
    serial_item_id: UUID | None = None
    is_complete: bool
    results: tuple[FrozenResult, ...]


class Checklist(Answering, Aggregate):
    """The operations of a protocol, on a call."""

    TOPIC = "checklist"

    class Opened(FirstEvent):
        """The operations as they are on this day are to be done on the call."""

        TOPIC = "checklist.opened.v1"
        call_id: UUID
        serial_item_id: UUID | None
        activity_id: UUID | None
        protocol: ProtocolRef
        operations: tuple[Operation, ...]

    class Answered(Aggregate.Event):
        """Somebody did an operation, or skipped it; an earlier answer that comes late does not count."""

        TOPIC = "checklist.answered.v1"
        result: Result

    class Completed(Aggregate.Event):
        """All mandatory operations are answered or skipped."""

        TOPIC = "checklist.completed.v1"

    class Dropped(Aggregate.Event):
        """The checklist was not wanted here."""

        TOPIC = "checklist.dropped.v1"
        reason: str

    class TakenUp(Aggregate.Event):
        """It is wanted after all; what was answered counts."""

        TOPIC = "checklist.taken-up.v1"

    # Decide

    @staticmethod
    def stream_of(call_id: UUID, serial_item_id: UUID | None, protocol_id: UUID) -> UUID:
        """One checklist of a protocol on a call for each item, whoever opens it and how often."""
        return uuid5(CHECKLISTS, f"{call_id}/{serial_item_id or ''}/{protocol_id}")

    @classmethod
    def open(
        cls,
        protocol: Protocol,
        on: date,
        act: Act,
        *,
        call_id: UUID,
        serial_item_id: UUID | None = None,
        activity_id: UUID | None = None,
    ) -> Checklist:
        """Freeze the protocol as it is on a day. Raises `ProtocolNotValidYet`."""
        version = protocol.version_on(on)
        return cls.begin(
            cls.Opened,
            id=cls.stream_of(call_id, serial_item_id, protocol.id),
            act=act,
            call_id=call_id,
            serial_item_id=serial_item_id,
            activity_id=activity_id,
            protocol=ProtocolRef(
                protocol_id=protocol.id,
                code=protocol.code,
                name=protocol.terms.name,
                from_on=version.from_on,
                blocks_closing=protocol.terms.blocks_closing,
            ),
            operations=version.operations,
        )

    def complete(self, act: Act) -> None:
        """Note, once, that nothing mandatory is left."""
        if not self.completed and not self.missing():
            self.trigger_event(self.Completed, act=act)

    def drop(self, reason: str, act: Act) -> None:
        """Do without it. Raises `SkipReasonMissing`."""
        if self.dropped:
            return
        require(bool(reason.strip()), SkipReasonMissing)
        self.trigger_event(self.Dropped, act=act, reason=reason.strip())

    def take_up(self, act: Act) -> None:
        """Want it after all."""
        if self.dropped:
            self.trigger_event(self.TakenUp, act=act)

    def missing(self) -> tuple[str, ...]:
        """The mandatory operations that nobody answered or skipped, in their order."""
        return tuple(one.key for one in self.operations if one.mandatory and one.key not in self.results)

    def frozen(self) -> FrozenChecklist:
        """Operations and results in their order, for a report."""
        return FrozenChecklist(
            checklist_id=self.id,
            protocol=self.protocol.code,
            name=self.protocol.name,
            serial_item_id=self.serial_item_id,
            is_complete=not self.missing(),
            results=tuple(_frozen(one, self.results.get(one.key)) for one in self.operations),
        )

    def proposed_calls(self) -> tuple[Operation, ...]:
        """The operations whose value that counts lies outside its limits and asks for a call."""
        return tuple(
            one
            for one in self.operations
            if one.out_of_limits is OutOfLimits.PROPOSE_CALL
            and one.key in self.results
            and self.results[one.key].is_out_of_limits
        )

    def _operation(self, key: str) -> Operation:
        require(not self.dropped, ChecklistIsDropped)
        found = next((one for one in self.operations if one.key == key), None)
        require(found is not None, OperationUnknown, protocol=self.protocol.code, key=key)
        assert found is not None
        return found

    def _note(self, result: Result, act: Act) -> None:
        if result not in self.seen:
            self.trigger_event(self.Answered, act=act, result=result)

    # Evolve

    @event(Opened)
    def __init__(
        self,
        call_id: UUID,
        serial_item_id: UUID | None,
        activity_id: UUID | None,
        protocol: ProtocolRef,
        operations: tuple[Operation, ...],
    ) -> None:
        self.call_id, self.serial_item_id, self.activity_id = call_id, serial_item_id, activity_id
        self.protocol, self.operations = protocol, operations
        self.results: dict[str, Result] = {}
        self.seen: set[Result] = set()
        self.completed = self.dropped = False

    @event(Answered)
    def _answered(self, result: Result) -> None:
        self.seen.add(result)
        known = self.results.get(result.key)
        if known is None or result.rank > known.rank:
            self.results[result.key] = result

    @event(Completed)
    def _completed(self) -> None:
        self.completed = True

    @event(Dropped)
    def _dropped(self) -> None:
        self.dropped = True

    @event(TakenUp)
    def _taken_up(self) -> None:
        self.dropped = False


def _frozen(operation: Operation, result: Result | None) -> FrozenResult:
    told = result.model_dump() if result else {"key": operation.key}
    return FrozenResult(text=operation.text, unit=operation.unit, **told)
