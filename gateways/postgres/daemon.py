"""The projection daemon (proiettore): folds the log into the read models, exactly once, in batches.

Read models that stand at the same position of a company's log share one read, one decoding and one transaction. When
that transaction fails, each model is tried alone; when a model fails alone, fact by fact: the fact that cannot be
folded is parked with its error, and later facts of the same stream wait behind it. Nothing is skipped silently.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from gateways.codec import Codec
from gateways.postgres import facts
from gateways.postgres.database import Connection, Database
from gateways.postgres.event_log import Bell
from gateways.postgres.facts import StoredFact
from gateways.postgres.leases import Leases
from gateways.postgres.read_models import Generation, Registry, positions
from gateways.postgres.working_rows import WorkingRows
from projections.base import ReadModel, Recorded

BATCH = 1000
POLL_S = 0.25
log = structlog.get_logger("daemon")
Readable = Recorded | Exception


class Overtaken(Exception):
    """Another process moved this read model's position; this batch is thrown away."""


class _Queued(Exception):
    """The batch holds facts that must wait behind parked ones."""


@dataclass(frozen=True)
class Lag:
    """How far a read model is behind its log."""

    name: str
    generation: int
    status: str
    company_id: UUID
    facts: int
    seconds: float
    parked: int


class Daemon:
    """Folds every company's log into every read model it holds the lease of. `codec_of` gives a company's codec."""

    def __init__(self, database: Database, registry: Registry, codec_of: Callable[[UUID], Codec]) -> None:
        self.registry = registry
        self._database = database
        self._codec_of = codec_of
        self._leases = Leases(database)
        self._wake = threading.Event()
        self._stopped = threading.Event()

    def wake(self) -> None:
        """A log has grown: look now instead of at the next poll."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the batch at hand, then stop."""
        self._stopped.set()
        self._wake.set()

    def run(self) -> None:
        """Work until `stop`; survives the loss of the database."""
        listener = threading.Thread(target=self._listen, name="daemon-listener", daemon=True)
        listener.start()
        while not self._stopped.is_set():
            try:
                busy = self.step()
            except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
                log.warning("database lost, trying again", error=str(error))
                self._leases.release()
                self._stopped.wait(0.2)
                continue
            if not busy:
                self._wake.wait(POLL_S)
                self._wake.clear()
        self._leases.release()

    def catch_up(self, company_id: UUID | None = None) -> None:
        """Fold until nothing is left to fold (of one company, or of all)."""
        while self.step(company_id):
            pass

    def step(self, only: UUID | None = None) -> bool:
        """One batch for whoever is behind; False when all models are level with their logs."""
        held = [g for g in self.registry.generations() if self._leases.holds(g.name)]
        with self._database.connection() as connection:
            heads = connection.execute("select company_id, last_position from company_heads()").fetchall()
        busy = False
        for company_id, head in heads:
            if only is None or company_id == only:
                busy |= self._step_company(company_id, head, held)
        if only is None:
            self._activate(held, dict(heads))
        return busy

    def lags(self) -> list[Lag]:
        """How far each generation is behind, for each company."""
        found: list[Lag] = []
        with self._database.connection() as connection:
            heads = connection.execute("select company_id, last_position from company_heads()").fetchall()
        for company_id, head in heads:
            with self._database.company(company_id) as connection:
                for generation, position in positions(connection, company_id, self.registry.generations()).items():
                    found.append(_lag(connection, company_id, generation, position, head))
        return found

    def replay_parked(self, name: str) -> int:
        """Try the parked facts of a model again, in order. Returns how many could be folded."""
        folded = 0
        for generation in self.registry.generations(fresh=True):
            if generation.name == name:
                with self._database.connection() as connection:
                    companies = connection.execute("select company_id from company_heads()").fetchall()
                for (company_id,) in companies:
                    folded += self._replay(company_id, generation)
        return folded

    def _step_company(self, company_id: UUID, head: int, held: Sequence[Generation]) -> bool:
        with self._database.company(company_id) as connection:
            groups: dict[int, list[Generation]] = {}
            for generation, position in positions(connection, company_id, held).items():
                if position < head:
                    groups.setdefault(position, []).append(generation)
            for position, group in sorted(groups.items()):
                self._fold_batch(connection, company_id, position, group)
        return bool(groups)

    def _fold_batch(self, connection: Connection, company_id: UUID, position: int, group: Sequence[Generation]) -> None:
        batch = facts.after(connection, company_id, position, BATCH)
        if not batch:
            return
        topics = {topic for generation in group for topic in self._model(generation).HANDLERS}
        readable = self._readable(company_id, batch, topics)
        try:
            self._fold(connection, company_id, position, group, batch, readable)
        except Overtaken:
            return
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:
            if len(group) > 1:
                for generation in group:
                    self._fold_batch(connection, company_id, position, [generation])
            else:
                log.warning("folding fact by fact", model=group[0].name, error=repr(error))
                self._fold_singly(connection, company_id, position, group[0], batch, readable)

    def _readable(self, company_id: UUID, batch: Sequence[StoredFact], topics: set[str]) -> dict[int, Readable]:
        codec = self._codec_of(company_id)
        readable: dict[int, Readable] = {}
        for stored in batch:
            if stored.current_topic in topics:
                try:
                    readable[stored.position] = stored.read(codec)
                except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout):
                    raise
                except Exception as error:
                    readable[stored.position] = error
        return readable

    def _fold(
        self,
        connection: Connection,
        company_id: UUID,
        position: int,
        group: Sequence[Generation],
        batch: Sequence[StoredFact],
        readable: dict[int, Readable],
    ) -> None:
        with connection.transaction():
            connection.execute("set local synchronous_commit = off")
            for generation in group:
                model = self._model(generation)
                mine = [s for s in batch if s.position in readable and s.current_topic in model.HANDLERS]
                if mine:
                    if self._parked_streams(connection, company_id, generation) & {stored.stream_id for stored in mine}:
                        raise _Queued
                    rows = WorkingRows(connection, company_id, generation.names(model))
                    rows.prefetch(model, [stored.stream_id for stored in mine])
                    for stored in mine:
                        model().fold(_or_raise(readable[stored.position]), rows)
                    rows.flush()
            _move(connection, company_id, group, position, batch[-1].position)

    def _fold_singly(
        self,
        connection: Connection,
        company_id: UUID,
        position: int,
        generation: Generation,
        batch: Sequence[StoredFact],
        readable: dict[int, Readable],
    ) -> None:
        model = self._model(generation)
        with connection.transaction():
            parked = self._parked_streams(connection, company_id, generation)
            for stored in batch:
                if stored.position in readable and stored.current_topic in model.HANDLERS:
                    error = "waits behind an earlier fact" if stored.stream_id in parked else None
                    error = error or self._try(connection, company_id, generation, stored, readable[stored.position])
                    if error:
                        parked.add(stored.stream_id)
                        _park(connection, company_id, generation, stored, error)
            _move(connection, company_id, [generation], position, batch[-1].position)

    def _try(
        self, connection: Connection, company_id: UUID, generation: Generation, stored: StoredFact, read: Readable
    ) -> str | None:
        """Fold one fact inside a savepoint; the error's text when it cannot be folded."""
        model = self._model(generation)
        try:
            with connection.transaction():
                rows = WorkingRows(connection, company_id, generation.names(model))
                model().fold(_or_raise(read), rows)
                rows.flush()
        except (psycopg.OperationalError, psycopg.InterfaceError):
            raise
        except Exception as error:
            log.error("fact parked", model=generation.name, position=stored.position, error=repr(error))
            return repr(error)
        return None

    def _replay(self, company_id: UUID, generation: Generation) -> int:
        model, folded = self._model(generation), 0
        with self._database.company(company_id) as connection, connection.transaction():
            rows = connection.execute(
                """select position from parked_fact where company_id = %s and name = %s and generation = %s
                    order by position for update""",
                (company_id, generation.name, generation.number),
            ).fetchall()
            stuck: set[UUID] = set()
            for (position,) in rows:
                stored = facts.after(connection, company_id, position - 1, 1)[0]
                if stored.stream_id in stuck:
                    continue
                readable = self._readable(company_id, [stored], set(model.HANDLERS))[position]
                if self._try(connection, company_id, generation, stored, readable):
                    stuck.add(stored.stream_id)
                    continue
                connection.execute(
                    """delete from parked_fact
                        where company_id = %s and name = %s and generation = %s and position = %s""",
                    (company_id, generation.name, generation.number, position),
                )
                folded += 1
        return folded

    def _parked_streams(self, connection: Connection, company_id: UUID, generation: Generation) -> set[UUID]:
        rows = connection.execute(
            "select distinct stream_id from parked_fact where company_id = %s and name = %s and generation = %s",
            (company_id, generation.name, generation.number),
        )
        return {row[0] for row in rows}

    def _activate(self, held: Sequence[Generation], heads: dict[UUID, int]) -> None:
        building = [generation for generation in held if generation.status == "building"]
        if not building:
            return
        level = set(building)
        for company_id, head in heads.items():
            with self._database.company(company_id) as connection:
                level &= {g for g, at in positions(connection, company_id, building).items() if at >= head}
        for generation in level:
            self.registry.activate(generation)

    def _model(self, generation: Generation) -> type[ReadModel]:
        return self.registry.models[generation.name]

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._database.dsn, autocommit=True) as connection:
                    connection.execute(f"listen {Bell.CHANNEL}".encode())
                    while not self._stopped.is_set():
                        for _ in connection.notifies(timeout=1.0, stop_after=1):
                            self._wake.set()
            except psycopg.Error:
                time.sleep(0.2)


def _or_raise(read: Readable) -> Recorded:
    if isinstance(read, Exception):
        raise read
    return read


def _move(connection: Connection, company_id: UUID, group: Sequence[Generation], old: int, new: int) -> None:
    moved = connection.execute(
        """insert into read_model_position as p (company_id, name, generation, position)
           select %(company)s, given.name, given.generation, %(new)s
             from unnest(%(names)s::text[], %(numbers)s::integer[]) as given(name, generation)
           on conflict (company_id, name, generation)
           do update set position = excluded.position, folded_at = clock_timestamp() where p.position = %(old)s""",
        {
            "company": company_id,
            "names": [generation.name for generation in group],
            "numbers": [generation.number for generation in group],
            "old": old,
            "new": new,
        },
    ).rowcount
    if moved != len(group):
        raise Overtaken


def _park(connection: Connection, company_id: UUID, generation: Generation, stored: StoredFact, error: str) -> None:
    connection.execute(
        """insert into parked_fact (company_id, name, generation, position, stream_id, topic, error)
           values (%s, %s, %s, %s, %s, %s, %s)""",
        (company_id, generation.name, generation.number, stored.position, stored.stream_id, stored.topic, error),
    )


def _lag(connection: Connection, company_id: UUID, generation: Generation, position: int, head: int) -> Lag:
    row = connection.execute(
        """select coalesce(extract(epoch from clock_timestamp() - (select recorded_at from fact
                   where company_id = %(company)s and position = %(next)s)), 0)::float,
                  (select count(*) from parked_fact
                    where company_id = %(company)s and name = %(name)s and generation = %(number)s)""",
        {"company": company_id, "next": position + 1, "name": generation.name, "number": generation.number},
    ).fetchone()
    seconds, parked = row or (0.0, 0)
    return Lag(generation.name, generation.number, generation.status, company_id, head - position, seconds, parked)
