"""Read models as of a past instant (modelli al passato): folded into tables that only one session sees.

The same handlers and the same working rows as the daemon's, over the same columns and indexes. A fact that a handler
cannot fold in the order asked for is left out and told; in the order of the log the later facts of its stream are left
out with it, as the daemon would park them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from aggregates.base import UPCASTERS
from gateways.codec import Codec
from gateways.postgres import facts
from gateways.postgres.checkpoints import EVERY, Checkpoints, may_keep
from gateways.postgres.database import Connection
from gateways.postgres.facts import StoredFact
from gateways.postgres.folding import AWAY
from gateways.postgres.resident_rows import ResidentRows
from gateways.postgres.residents import FAR_BEHIND
from gateways.postgres.working_rows import WorkingRows
from projections.base import ReadModel, Recorded, Table

BATCH = 4000
MANY = 1000
"""Facts: so many change what the planner has to know."""
MOST_ROWS = 100_000
"""How many rows of all models together stay in memory while they are folded."""
Readable = Recorded | Exception


@dataclass(frozen=True)
class Moment:
    """Which past: what was recorded up to a position, and of that what happened by an instant (`true_at`), if given."""

    company_id: UUID
    position: int
    true_at: datetime | None = None


@dataclass(frozen=True)
class LeftOut:
    """A fact that a read model could not fold in the order asked for."""

    model: str
    position: int
    topic: str
    error: str


@dataclass
class PastTables:
    """The tables of one past in one session, filled model by model as they are needed."""

    connection: Connection
    moment: Moment
    codec: Codec
    began_at: datetime
    """By the database's clock: whoever is erased later makes these tables outdated."""
    left_out: list[LeftOut] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """What each table that is filled is called in the session."""
    _filled: list[type[ReadModel]] = field(default_factory=list)
    _stuck: set[tuple[str, UUID]] = field(default_factory=set)
    _resident: dict[type[ReadModel], ResidentRows] = field(default_factory=dict)
    """The rows in memory of the models that are being folded."""

    def fill(self, models: Iterable[type[ReadModel]]) -> None:
        """Have the tables of these models; those that are there stay."""
        wanted = [model for model in dict.fromkeys(models) if not self.has(model)]
        if not wanted:
            return
        tables = [table for model in wanted for table in model.TABLES]
        self.connection.execute("; ".join(_creating(self.moment.company_id, tables)).encode())
        if self.moment.true_at is None:
            self._fold_as_recorded(wanted)
        else:
            self._resident = {model: self._rows(model, empty=True) for model in wanted}
            self._fold_as_happened(wanted, self.moment.true_at)
        self._resident.clear()
        self._settle(wanted)
        self._filled += wanted
        for model in wanted:
            self.names |= _names(model)

    def leads_to(self, moment: Moment) -> bool:
        """Whether a later moment is so near that folding on costs less than beginning at a checkpoint."""
        own = self.moment
        is_same_log = own.company_id == moment.company_id and own.true_at is None and moment.true_at is None
        return is_same_log and 0 < moment.position - own.position <= EVERY

    def advance(self, moment: Moment) -> None:
        """Fold what was recorded up to a later moment, see `leads_to`; after an error the tables are worth nothing."""
        begin, self.moment = self.moment.position, moment
        for batch in self._batches(begin, moment.position, topics_of(self._filled)):
            self._fold(self._filled, batch)
        if moment.position - begin >= MANY:
            self._settle(self._filled)

    def has(self, model: type[ReadModel]) -> bool:
        """Whether the model's tables are filled."""
        return all(table.name in self.names for table in model.TABLES)

    def _fold_as_recorded(self, models: Sequence[type[ReadModel]]) -> None:
        """In the order of the log, each model from its nearest checkpoint on; makes further ones on the way."""
        checkpoints = Checkpoints(self.connection, self.moment.company_id)
        at = {model: checkpoints.restore(model, self.moment.position, _names(model)) for model in models}
        end = self.moment.position
        far = [model for model in models if at[model] == 0 or end - at[model] >= FAR_BEHIND]
        self._resident = {model: self._rows(model, empty=at[model] == 0) for model in far}
        kept = dict(at)
        for begin, end in _legs(at.values(), self.moment.position):
            going = [model for model in models if at[model] <= begin]
            for batch in self._batches(begin, end, topics_of(going)):
                self._fold(going, batch)
            for model in going:
                if end - kept[model] >= EVERY:
                    kept[model] = end
                    self._keep(checkpoints, model, end)
            if end < self.moment.position:
                self._settle(going)

    def _keep(self, checkpoints: Checkpoints, model: type[ReadModel], position: int) -> None:
        if may_keep(model) and not any(one.model == model.NAME for one in self.left_out):
            with checkpoints.unforgotten(self.began_at) as still:
                if still:
                    checkpoints.keep(model, position, _names(model))

    def _batches(self, begin: int, end: int, topics: Sequence[str]) -> Iterator[list[StoredFact]]:
        company_id = self.moment.company_id
        while batch := facts.after(self.connection, company_id, begin, BATCH, topics, until=end):
            yield batch
            begin = batch[-1].position

    def _fold_as_happened(self, models: Sequence[type[ReadModel]], true_at: datetime) -> None:
        """By when the facts happened; there are no checkpoints of it, because any new fact may come first."""
        moment = self.moment
        for batch in facts.as_happened(
            self.connection, moment.company_id, moment.position, true_at, topics_of(models), BATCH
        ):
            self._fold(models, batch)

    def _fold(self, models: Sequence[type[ReadModel]], batch: Sequence[StoredFact]) -> None:
        read = {stored.position: self._read(stored) for stored in batch}
        for model in models:
            mine = [
                stored
                for stored in batch
                if stored.current_topic in model.HANDLERS and (model.NAME, stored.stream_id) not in self._stuck
            ]
            if mine:
                self._fold_model(model, mine, read)
        held = sum(rows.held for rows in self._resident.values())
        if held > MOST_ROWS:
            for rows in self._resident.values():
                rows.put_away(1 - MOST_ROWS / (2 * held))

    def _fold_model(self, model: type[ReadModel], mine: Sequence[StoredFact], read: Mapping[int, Readable]) -> None:
        try:
            self._try(model, mine, read)
        except AWAY:
            raise
        except Exception as error:
            self._resident.pop(model, None)  # holds what was rolled back: from now on rows are looked up one by one
            if len(mine) > 1:
                for stored in mine:
                    if (model.NAME, stored.stream_id) not in self._stuck:
                        self._fold_model(model, [stored], read)
                return
            self.left_out.append(LeftOut(model.NAME, mine[0].position, mine[0].topic, repr(error)))
            if self.moment.true_at is None:
                self._stuck.add((model.NAME, mine[0].stream_id))

    def _try(self, model: type[ReadModel], mine: Sequence[StoredFact], read: Mapping[int, Readable]) -> None:
        with self.connection.transaction():
            rows = self._resident.get(model) or WorkingRows(self.connection, self.moment.company_id, _names(model))
            rows.expect(model, {stored.stream_id for stored in mine})
            handlers = model()
            for stored in mine:
                recorded = read[stored.position]
                if isinstance(recorded, Exception):
                    raise recorded
                handlers.fold(recorded, rows)
            rows.flush()

    def _rows(self, model: type[ReadModel], *, empty: bool) -> ResidentRows:
        return ResidentRows(self.connection, self.moment.company_id, _names(model), empty=empty)

    def _read(self, stored: StoredFact) -> Readable:
        try:
            return stored.read(self.codec)
        except AWAY:
            raise
        except Exception as error:
            return error

    def _settle(self, models: Sequence[type[ReadModel]]) -> None:
        """Nobody counts a session's own tables for the planner unless told to."""
        tables = ", ".join(_past(table) for model in models for table in model.TABLES)
        if tables:
            self.connection.execute(f"analyze {tables}".encode())


def topics_of(models: Iterable[type[ReadModel]]) -> list[str]:
    """The topics that the models handle, and the older ones that are read as these."""
    topics = {topic for model in models for topic in model.HANDLERS}
    while older := {old for old, (new, _) in UPCASTERS.items() if new in topics and old not in topics}:
        topics |= older
    return sorted(topics)


def _legs(starts: Iterable[int], end: int) -> Iterator[tuple[int, int]]:
    """From the first start to the end, by way of the other starts and in steps of at most `EVERY` facts."""
    stops = {*starts, end}
    stops |= set(range(min(stops) + EVERY, end, EVERY))
    ordered = sorted(stops)
    yield from pairwise(ordered)


def _past(table: Table) -> str:
    return f"past_{table.name}"


def _names(model: type[ReadModel]) -> dict[str, str]:
    return {table.name: _past(table) for table in model.TABLES}


def _creating(company_id: UUID, tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        yield from _creating_one(company_id, table)


def _creating_one(company_id: UUID, table: Table) -> Iterator[str]:
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    physical, own = _past(table), f"company_id uuid not null default '{company_id}'"
    yield f"create temporary table {physical} ({own}, {columns}, primary key (company_id, {', '.join(table.key)}))"
    for index in table.indexes:
        if index.startswith("using "):
            yield f"create index on {physical} {index}"
            continue
        listed, _, condition = index.partition(" where ")
        yield f"create index on {physical} (company_id, {listed}){f' where {condition}' if condition else ''}"
