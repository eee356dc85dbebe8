"""Folds one batch of a company's facts into read models that all stand at the same position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from gateways.codec import Codec
from gateways.postgres import facts
from gateways.postgres.database import Connection
from gateways.postgres.facts import StoredFact
from gateways.postgres.mending import FOLDING_SPACE
from gateways.postgres.parking import WAITS, Place, park, parked_positions, parked_streams, unpark
from gateways.postgres.read_models import Generation, mark_written
from gateways.postgres.residents import Residents
from gateways.postgres.working_rows import WorkingRows
from projections.base import ReadModel, Recorded

BATCH = 1000
AWAY = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)
"""The database is gone: not the fact's fault; try again later."""
Readable = Recorded | Exception
FOLDING = f"""select set_config('synchronous_commit', 'off', true),
                     pg_advisory_xact_lock_shared({FOLDING_SPACE}, hashtext(%s::text))"""
"""Many may fold for a company at once, and nobody while rows are mended behind their backs."""
log = structlog.get_logger("daemon")


class Overtaken(Exception):
    """Another process moved this read model's position; this batch is thrown away."""


class _Queued(Exception):
    """The batch holds facts that must wait behind parked ones."""


@dataclass(frozen=True)
class Target:
    """A generation of a read model with the code that folds it."""

    generation: Generation
    model: type[ReadModel]


class Folder:
    """Folds for one company over one connection.

    With `residents` rows of builds stay in memory from batch to batch; `head` is how far the log is known to go.
    """

    def __init__(
        self,
        connection: Connection,
        company_id: UUID,
        codec: Codec,
        residents: Residents | None = None,
        head: int = 0,
    ) -> None:
        self._connection = connection
        self._company_id = company_id
        self._codec = codec
        self._residents = residents or Residents()
        self._head = head
        self.held: list[Generation] = []
        """Generations of models in order that stand before a fact they cannot fold."""

    def next_batch(self, position: int, targets: Sequence[Target], size: int = BATCH) -> int:
        """Fold the facts behind a position: all models together, or each alone, or fact by fact.

        Returns where all models are known to stand: where they stood, when not all went together.
        """
        batch = facts.after(self._connection, self._company_id, position, size)
        if not batch:
            return position
        together = self._fold_or_divide(position, targets, batch, self._read(batch, _heard(targets, batch)))
        return batch[-1].position if together else position

    def replay(self, target: Target) -> int:
        """Try the parked facts of a model again, in order; the number that could be folded."""
        place, folded, stuck = self._place(target), 0, set[UUID]()
        with self._connection.transaction():
            mark_written(self._connection, self._company_id, target.generation)
            self._connection.execute(FOLDING, (self._company_id,))
            for position in parked_positions(self._connection, place):
                stored = facts.after(self._connection, self._company_id, position - 1, 1)[0]
                if stored.stream_id in stuck:
                    continue
                if self._try(target, stored, self._read([stored], set(target.model.HANDLERS))[position]):
                    stuck.add(stored.stream_id)
                else:
                    unpark(self._connection, place, position)
                    folded += 1
        return folded

    def _fold_or_divide(
        self, position: int, targets: Sequence[Target], batch: Sequence[StoredFact], read: Mapping[int, Readable]
    ) -> bool:
        generations = [target.generation for target in targets]
        try:
            marks = self._fold(position, targets, batch, read)
        except Exception as error:
            if not isinstance(error, _Queued):  # which is found before any row is touched
                self._residents.forget(self._company_id, generations)
            if isinstance(error, AWAY):
                raise
            if not isinstance(error, Overtaken):
                self._divide(position, targets, batch, read, error)
            return False
        self._residents.wrote(self._company_id, marks, is_level=batch[-1].position >= self._head)
        return True

    def _divide(
        self,
        position: int,
        targets: Sequence[Target],
        batch: Sequence[StoredFact],
        read: Mapping[int, Readable],
        error: Exception,
    ) -> None:
        """Each model alone, and a single one fact by fact."""
        if len(targets) > 1:
            for target in targets:
                self._fold_or_divide(position, [target], batch, read)
            return
        log.warning("folding fact by fact", model=targets[0].generation.name, error=repr(error))
        self._residents.distrust(self._company_id, targets[0].generation)
        self._fold_singly(position, targets[0], batch, read)

    def _read(self, batch: Sequence[StoredFact], topics: set[str]) -> dict[int, Readable]:
        read: dict[int, Readable] = {}
        for stored in batch:
            if stored.current_topic in topics:
                try:
                    read[stored.position] = stored.read(self._codec)
                except AWAY:
                    raise
                except Exception as error:
                    read[stored.position] = error
        return read

    def _fold(
        self, position: int, targets: Sequence[Target], batch: Sequence[StoredFact], read: Mapping[int, Readable]
    ) -> Mapping[Generation, datetime]:
        with self._connection.transaction():
            self._connection.execute(FOLDING, (self._company_id,))
            parked = parked_streams(self._connection, self._company_id)
            dealt = _dealt(targets, batch, read)
            for target, mine in dealt if parked else ():
                behind_parked = parked.get(self._place(target), set()).intersection(one.stream_id for one in mine)
                if behind_parked and not target.model.IN_ORDER:
                    raise _Queued
            self._residents.check(self._connection, self._company_id, (target.generation for target in targets))
            is_level = batch[-1].position >= self._head
            for target, mine in dealt:
                if mine or not is_level:  # whose rows are put away when all is folded needs none made
                    self._fold_model(position, target, mine, read)
            return self._move(position, batch[-1].position, targets)

    def _fold_model(
        self, position: int, target: Target, mine: Sequence[StoredFact], read: Mapping[int, Readable]
    ) -> None:
        building = self._company_id, target.generation
        rows = self._residents.rows(self._connection, building, target.model, position, self._head - position)
        if mine:
            rows.expect(target.model, {stored.stream_id for stored in mine})
            model = target.model()
            for stored in mine:
                model.fold(_or_raise(read[stored.position]), rows)
            rows.flush()

    def _fold_singly(
        self, position: int, target: Target, batch: Sequence[StoredFact], read: Mapping[int, Readable]
    ) -> None:
        place, end = self._place(target), batch[-1].position
        try:
            with self._connection.transaction():
                self._connection.execute(FOLDING, (self._company_id,))
                parked = parked_streams(self._connection, self._company_id).get(place, set())
                for stored in _dealt([target], batch, read)[0][1]:
                    waits = WAITS if stored.stream_id in parked else None
                    error = waits or self._try(target, stored, read[stored.position])
                    if error and target.model.IN_ORDER:
                        self.held.append(target.generation)
                        end = stored.position - 1
                        break
                    if error:
                        parked.add(stored.stream_id)
                        park(self._connection, place, stored, error)
                self._move(position, end, [target])
        except Overtaken:
            return

    def _try(self, target: Target, stored: StoredFact, read: Readable) -> str | None:
        """Fold one fact inside a savepoint; the error's text when it cannot be folded."""
        try:
            with self._connection.transaction():
                rows = self._rows(target)
                target.model().fold(_or_raise(read), rows)
                rows.flush()
        except AWAY:
            raise
        except Exception as error:
            log.error("fact not folded", model=target.generation.name, position=stored.position, error=repr(error))
            return repr(error)
        return None

    def _move(self, old: int, new: int, targets: Sequence[Target]) -> Mapping[Generation, datetime]:
        """Move the positions; the marks that the rows now have. Raises `Overtaken`."""
        found = self._connection.execute(
            """insert into read_model_position as p (company_id, name, generation, position)
               select %(company)s, given.name, given.generation, %(new)s
                 from unnest(%(names)s::text[], %(numbers)s::integer[]) as given(name, generation)
               on conflict (company_id, name, generation)
               do update set position = excluded.position, folded_at = clock_timestamp() where p.position = %(old)s
               returning name, generation, folded_at""",
            {
                "company": self._company_id,
                "names": [target.generation.name for target in targets],
                "numbers": [target.generation.number for target in targets],
                "old": old,
                "new": new,
            },
        ).fetchall()
        if len(found) != len(targets):
            raise Overtaken
        marks = {(name, number): mark for name, number, mark in found}
        return {target.generation: marks[target.generation.name, target.generation.number] for target in targets}

    def _rows(self, target: Target) -> WorkingRows:
        return WorkingRows(self._connection, self._company_id, target.generation.names(target.model))

    def _place(self, target: Target) -> Place:
        return Place(self._company_id, target.generation.name, target.generation.number)


def _heard(targets: Sequence[Target], batch: Sequence[StoredFact]) -> set[str]:
    """The topics in the batch that any model listens to."""
    topics = {stored.current_topic for stored in batch}
    return {topic for topic in topics if any(topic in target.model.HANDLERS for target in targets)}


def _dealt(
    targets: Sequence[Target], batch: Sequence[StoredFact], read: Mapping[int, Readable]
) -> list[tuple[Target, list[StoredFact]]]:
    """To each model the facts it listens to."""
    dealt = [(target, list[StoredFact]()) for target in targets]
    topics = {stored.current_topic for stored in batch}
    listening = {topic: [mine for target, mine in dealt if topic in target.model.HANDLERS] for topic in topics}
    for stored in batch:
        if stored.position in read:
            for mine in listening[stored.current_topic]:
                mine.append(stored)
    return dealt


def _or_raise(read: Readable) -> Recorded:
    if isinstance(read, Exception):
        raise read
    return read
