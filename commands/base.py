"""How a command becomes facts: load, decide, save, answer. The only module here that knows the library's application.

A handler is `handler(command, act, service) -> answer | None`. It loads aggregates, calls their decisions and saves
them; everything saved is appended at once with the command's id and answer, so a repeated id changes nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Mapper,
    OperationalError,
    StoredEvent,
)
from pydantic import BaseModel, ConfigDict

from aggregates.base import Act, Aggregate, Claim, Refusal, require
from commands.lookups import Lookups
from commands.remembered import Earlier

A = TypeVar("A", bound=Aggregate)
Answer = Mapping[str, Any]
MovedOn = IntegrityError
"""A stream is not where it was when it was read."""
OVERTAKEN = (MovedOn, OperationalError)
"""What the log raises when a command must be tried again: a stream has moved on, or the connection was lost."""


class Command(BaseModel):
    """Base of everything people may ask; its docstring is the text of the API's documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class NotFound(Refusal):
    """There is no {kind} with the id {id}."""

    status = 404


class CommandIdReused(Refusal):
    """This command id was already used for another request; send a new id with a new request."""

    status = 422


class VersionMismatch(Refusal):
    """The record has changed: it is at version {current}, you worked on version {expected}. Reload and try again."""

    status = 412


class IdTaken(Refusal):
    """The id {id} already belongs to another record; make a new one."""


class RecordBusy(Refusal):
    """Many people are changing this record at the same moment; try again in a few seconds."""

    status = 503


class CommandLog(ApplicationRecorder):
    """The event log as commands see it: the library's recorder, plus commands known by their id.

    `insert_events` takes the keywords `command` (a `CommandRecord`), `claims`, `releases` and `rests` (streams read,
    with their versions); it raises `IntegrityError` when a stream written or rested on has moved on or the command id
    is taken, `OperationalError` when it is not known whether the append took place, `SlotTaken` when a claim overlaps.
    """

    @abstractmethod
    def begin(self, command_id: UUID, stream_id: UUID | None) -> tuple[Earlier | None, Sequence[StoredEvent]]:
        """The command if it was stored before, and the facts of the stream it is about, in one round trip."""

    @abstractmethod
    def streams(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[StoredEvent]]:
        """The facts of several streams in one round trip; a stream without facts has none."""

    @abstractmethod
    def position(self) -> int:
        """The position of the last fact of the company; 0 when there is none."""


class FactMapper(Mapper[UUID]):
    """The library's mapper, for many facts at once."""

    def to_stored_events(self, facts: Iterable[Any]) -> list[StoredEvent]:
        """Facts as the log stores them."""
        return [self.to_stored_event(fact) for fact in facts]

    def prepare(self, stored: Iterable[StoredEvent]) -> None:
        """Fetch at once what reading these facts will need."""


class Ledger(Application[UUID]):
    """The one application of a company: all aggregates together, so that one save covers several streams."""

    def __init__(self, recorder: CommandLog, mapper: FactMapper) -> None:
        self._given_recorder = recorder
        self._given_mapper = mapper
        super().__init__(env={"PERSISTENCE_MODULE": "eventsourcing.popo"})

    def construct_recorder(self) -> CommandLog:
        """The recorder given at the composition root."""
        return self._given_recorder

    def construct_mapper(self) -> Mapper[UUID]:
        """The mapper given at the composition root."""
        return self._given_mapper

    def append(self, aggregates: Iterable[Aggregate], **kwargs: Any) -> Sequence[int]:
        """Append the pending facts of aggregates with their command; answers the facts' positions.

        The library's `save` asks of each object whether it has the methods of a protocol, and wraps each fact three
        times; in a billing run that costs more than everything else.
        """
        facts = [fact for aggregate in aggregates for fact in aggregate.collect_events()]
        return self.log.insert_events(self._given_mapper.to_stored_events(facts), **kwargs) or ()

    def prepare(self, stored: Iterable[StoredEvent]) -> None:
        """Get ready to read many facts."""
        self._given_mapper.prepare(stored)

    @property
    def log(self) -> CommandLog:  # type: ignore[override] # the library's deprecated `log` is not used here
        """The event log with its commands."""
        return self._given_recorder


def project(aggregate: Any, facts: Iterable[Any]) -> Any:
    """An aggregate brought forward by its facts; the library's own projector is slow for the reason above."""
    for fact in facts:
        aggregate = fact.mutate(aggregate)
    return aggregate


class Service:
    """One command at work: what it may load, what it has saved, and the ids it may give."""

    def __init__(self, ledger: Ledger, lookups: Lookups, command_id: UUID) -> None:
        self.lookups = lookups
        self.command_id = command_id
        self._ledger = ledger
        self._loaded: dict[UUID, Aggregate] = {}
        self._known: dict[UUID, Sequence[StoredEvent]] = {}
        self._read: dict[UUID, int] = {}
        self._rests: dict[UUID, int] = {}
        self._saved: dict[UUID, Aggregate] = {}
        self.when_taken: Callable[[], Refusal] | None = None  # in the command's own words, when the log refuses a claim
        self.claimed: Sequence[Claim] = ()  # by the append that the log refused
        self._touched: set[UUID] = set()
        self._kept: dict[UUID, int] = {}

    def prefetched(self, stream_id: UUID, stored: Sequence[StoredEvent]) -> None:
        """Remember the facts of a stream that came with the command's first round trip."""
        self._known[stream_id] = stored

    def preload(self, *stream_ids: UUID) -> None:
        """Bring the facts of several streams in one round trip; `load` and `find` then ask no more."""
        unknown = [one for one in stream_ids if one not in self._known and one not in self._loaded]
        if unknown:
            found = self._ledger.log.streams(unknown)
            self._ledger.prepare(one for stored in found.values() for one in stored)
            self._known.update(found)

    def load(self, kind: type[A], stream_id: UUID) -> A:
        """The aggregate as all its facts make it. Raises `NotFound`."""
        found = self.find(kind, stream_id)
        if found is None:
            raise NotFound(kind=kind.__name__, id=str(stream_id))
        return found

    def find(self, kind: type[A], stream_id: UUID) -> A | None:
        """The aggregate, or None when its stream has no fact or belongs to another kind."""
        if stream_id not in self._loaded:
            if self._read.get(stream_id) == 0:
                return None
            aggregate = self._reconstruct(stream_id)
            if aggregate is None:
                return None
            self._loaded[stream_id] = aggregate
        loaded = self._loaded[stream_id]
        return loaded if isinstance(loaded, kind) else None

    def rests_on(self, *stream_ids: UUID) -> None:
        """Say that what is decided holds only while these streams, loaded or looked for before, stay as they were read.

        The append is a conflict, and the command tried again, when one has moved on meanwhile; one without facts moves
        on with its first. Say it of what seldom changes: each change turns back all who rest on it at that moment.
        """
        for stream_id in stream_ids:
            self._rests.setdefault(stream_id, self._read.get(stream_id, 0))

    @property
    def rests(self) -> Sequence[tuple[UUID, int]]:
        """The streams rested on, with their versions; those that this command writes are guarded anyway."""
        written = {one.id for one in self._saved.values() if one.pending_events}
        return [(stream_id, version) for stream_id, version in self._rests.items() if stream_id not in written]

    def read_apart(self) -> bool:
        """Whether streams read one after the other have moved on since: what they said together never was so."""
        if len(self._read) < 2:
            return False
        now = self._ledger.log.streams(list(self._read))
        return any(len(now[stream_id]) != version for stream_id, version in self._read.items())

    def _reconstruct(self, stream_id: UUID) -> Aggregate | None:
        aggregate: Aggregate | None = None
        if stream_id in self._known:
            aggregate = project(None, map(self._ledger.mapper.to_domain_event, self._known[stream_id]))
        else:
            with suppress(AggregateNotFoundError):
                aggregate = self._ledger.repository.get(stream_id, projector_func=project)
        self._read[stream_id] = aggregate.version if aggregate else 0
        return aggregate

    def save(self, *aggregates: Aggregate) -> None:
        """Put aggregates with new facts into this command's append; twice is once. Raises `IdTaken`."""
        for aggregate in aggregates:
            require(self._loaded.get(aggregate.id, aggregate) is aggregate, IdTaken, id=str(aggregate.id))
            self._loaded[aggregate.id] = self._saved[aggregate.id] = aggregate
            self._touched.add(aggregate.id)

    @property
    def saved(self) -> Sequence[Aggregate]:
        """What this command's append holds, in the order in which it was first saved."""
        return tuple(self._saved.values())

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Decisions that count together: when one is refused, what the others recorded here is taken back.

        The refusal goes on to the caller. Aggregates taken back are other objects afterwards: load them again. What was
        decided before the first attempt is saved before it, and nothing is decided between two.
        """
        self._keep()
        saved = len(self._saved)
        try:
            yield
        except (Refusal, ValueError):
            for aggregate_id in list(self._saved)[saved:]:
                del self._saved[aggregate_id]
            for one in list(self._loaded.values()):
                kept = self._kept.get(one.id, 0)
                if len(one.pending_events) != kept:
                    self._take_back(one, kept)
            self._touched.clear()
            raise

    def _keep(self) -> None:
        """Remember how many facts each saved aggregate has pending."""
        self._kept.update((one, len(self._saved[one].pending_events)) for one in self._touched)
        self._touched.clear()

    def _take_back(self, aggregate: Aggregate, kept: int) -> None:
        """Bring an aggregate back to its first `kept` pending facts."""
        pending = aggregate.pending_events[:kept]
        del self._loaded[aggregate.id]
        earlier = project(self._reconstruct(aggregate.id), pending)
        if earlier is None:
            return
        earlier.pending_events.extend(pending)
        self._loaded[aggregate.id] = earlier
        if aggregate.id in self._saved:
            self._saved[aggregate.id] = earlier

    def new_id(self, name: str = "") -> UUID:
        """An id for something this command makes: the same each time the command is tried."""
        return uuid5(self.command_id, name)


class Handler(Protocol):
    """The shape of every command handler."""

    def __call__(self, cmd: Any, act: Act, service: Service, /) -> Answer | None: ...


@dataclass(frozen=True)
class Entry:
    """One row of the command catalogue."""

    name: str
    path: str
    command: type[Command]
    handler: Callable[[Any, Act, Service], Answer | None]
    roles: frozenset[str]
    stream: str | None = None
    """The command's field that names the stream it is about; None when it begins one or touches many."""
