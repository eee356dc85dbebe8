"""The projection daemon (proiettore): folds every company's log into the read models, exactly once, in batches.

Read models that stand at the same position of a company's log share one read, one decoding and one transaction. When
that transaction fails, each model is tried alone; when a model fails alone, fact by fact: the fact that cannot be
folded is parked with its error, and later facts of the same stream wait behind it; a model whose order must never
change (`IN_ORDER`) waits at that fact and tries again. Nothing is skipped silently.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
import structlog

from gateways.codec import Codec
from gateways.postgres.bell import CHANNEL
from gateways.postgres.database import Connection, Database
from gateways.postgres.folding import AWAY, BATCH, Folder, Target
from gateways.postgres.leases import Leases
from gateways.postgres.read_models import Generation, Registry, positions
from gateways.postgres.residents import FAR_BEHIND, Residents
from gateways.postgres.seats import Seats, share_of
from gateways.postgres.statistics import look_again

POLL_S = 0.25
LARGE_BATCH = 4_000
HELD_S = 5.0
LOOK_S = 2.0
LAGS = """
select at.position, coalesce(extract(epoch from clock_timestamp() - next.recorded_at), 0)::float,
       (select count(*) from parked_fact k
         where k.company_id = %(company)s and k.name = asked.name and k.generation = asked.number)
  from unnest(%(names)s::text[], %(numbers)s::integer[]) with ordinality as asked(name, number, n)
  left join read_model_position p
    on p.company_id = %(company)s and p.name = asked.name and p.generation = asked.number
 cross join lateral (select coalesce(p.position, 0) as position) at
  left join fact next on next.company_id = %(company)s and next.position = at.position + 1
 order by asked.n"""
log = structlog.get_logger("daemon")


@dataclass(frozen=True)
class Lag:
    """How far a generation of a read model is behind its log, in facts and in seconds."""

    name: str
    generation: int
    status: str
    company_id: UUID
    facts: int
    seconds: float
    parked: int


class Daemon:
    """Folds whatever it holds the lease of. `codec_of` gives a company's codec; `shares`: see `Seats`."""

    def __init__(
        self, database: Database, registry: Registry, codec_of: Callable[[UUID], Codec], shares: int = 1
    ) -> None:
        self.registry = registry
        self._database = database
        self._codec_of = codec_of
        self._leases = Leases(database)
        self._seats = Seats(self._leases, shares)
        self._level: dict[UUID, tuple[int, list[Generation]]] = {}  # heads at which nothing was left to fold
        self._wake = threading.Event()
        self._grown = threading.Event()
        self._stopped = threading.Event()
        self._turn = threading.Lock()  # two threads would fold into the same rows and wait for each other's
        self._held: dict[tuple[UUID, Generation], float] = {}
        self._residents = Residents()

    def wake(self) -> None:
        """A log has grown: look now instead of at the next poll."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the batch at hand, then stop."""
        self._stopped.set()
        self._wake.set()

    def leave(self) -> None:
        """Give back every lease that `step` or `catch_up` took, so that others may fold."""
        self._leases.release()
        self._seats.forget()

    def run(self) -> None:
        """Work until `stop`; survives the loss of the database."""
        threading.Thread(target=self._listen, name="daemon-listener", daemon=True).start()
        threading.Thread(target=self._look_at_tables, name="daemon-statistics", daemon=True).start()
        while not self._stopped.is_set():
            try:
                busy = self.step()
            except AWAY as error:
                log.warning("database lost, trying again", error=str(error))
                self.leave()
                self._stopped.wait(0.2)
                continue
            if not busy:
                self._wake.wait(POLL_S)
                self._wake.clear()
        self.leave()

    def catch_up(self, company_id: UUID | None = None) -> None:
        """Fold until nothing is left to fold (of one company, or of all)."""
        while self.step(company_id):
            pass

    def step(self, only: UUID | None = None) -> bool:
        """One batch for whoever is behind; False when all models are level with their logs."""
        with self._turn:
            return self._round(only)

    def _round(self, only: UUID | None) -> bool:
        heads = self._heads() if only is None else self._head(only)
        for gone in ({*self._level} if only is None else {only}) - heads.keys():
            self._level.pop(gone, None)  # a company that is imported again has the head it had, and empty lists
        self._residents.only(self.registry.own())
        busy = False
        for share in self._seats.held():
            leases = ((g, self._seats.lease(f"{g.name} {g.fingerprint}", share)) for g in self.registry.own())
            held = [generation for generation, lease in leases if self._leases.holds(lease)]
            busy |= self._fold(held, {c: at for c, at in heads.items() if share_of(c, self._seats.shares) == share})
            if only is None and share == 0:
                self._activate(held, heads)
        return busy

    def _fold(self, held: list[Generation], heads: Mapping[UUID, int]) -> bool:
        busy = False
        for company_id, head in heads.items():
            if self._level.get(company_id) != (head, held):
                behind = self._step_company(company_id, head, held)
                if not behind and not self._held:
                    self._level[company_id] = (head, held)
                busy |= behind
        return busy

    def lags(self) -> list[Lag]:
        """How far each generation is behind, for each company."""
        generations = self.registry.generations()
        return [lag for company_id, head in self._heads().items() for lag in self._lags(company_id, head, generations)]

    def _lags(self, company_id: UUID, head: int, generations: Sequence[Generation]) -> list[Lag]:
        with self._database.company(company_id) as connection:
            found = connection.execute(
                LAGS,
                {
                    "company": company_id,
                    "names": [generation.name for generation in generations],
                    "numbers": [generation.number for generation in generations],
                },
            ).fetchall()
        return [
            Lag(g.name, g.number, g.status, company_id, head - position, seconds, parked)
            for g, (position, seconds, parked) in zip(generations, found, strict=True)
        ]

    def replay_parked(self, name: str) -> int:
        """Try the parked facts of a model again, in order. Returns how many could be folded."""
        folded = 0
        for generation in self.registry.generations(fresh=True):
            if generation.name == name:
                for company_id in self._heads():
                    with self._database.company(company_id) as connection:
                        folded += self._folder(connection, company_id).replay(self._target(generation))
        return folded

    def _step_company(self, company_id: UUID, head: int, held: Sequence[Generation]) -> bool:
        with self._database.company(company_id) as connection:
            groups: dict[int, list[Target]] = {}
            level = True
            for generation, position in positions(connection, company_id, held).items():
                if position < head and self._held.get((company_id, generation), 0.0) < time.monotonic():
                    groups.setdefault(position, []).append(self._target(generation))
            if groups:
                self._grown.set()
            for position, targets in sorted(groups.items()):
                folder = self._folder(connection, company_id, head)
                size = BATCH if head - position < FAR_BEHIND else LARGE_BATCH
                level &= folder.next_batch(position, targets, size) >= head
                self._held |= dict.fromkeys(((company_id, g) for g in folder.held), time.monotonic() + HELD_S)
        return not level

    def _activate(self, held: Sequence[Generation], heads: dict[UUID, int]) -> None:
        """Let queries see new generations that have caught up with every company's log."""
        building = [generation for generation in held if generation.status == "building"]
        if not building:
            return
        level = set(building)
        for company_id, head in heads.items():
            with self._database.company(company_id) as connection:
                level &= {g for g, at in positions(connection, company_id, building).items() if at >= head}
        for generation in level:
            if self._stopped.is_set():
                return
            self.registry.activate(generation)

    def _heads(self) -> dict[UUID, int]:
        with self._database.connection() as connection:
            return dict(connection.execute("select company_id, last_position from company_heads()").fetchall())

    def _head(self, company_id: UUID) -> dict[UUID, int]:
        with self._database.company(company_id) as connection:
            return dict(
                connection.execute(
                    "select company_id, last_position from company_head where company_id = %s", (company_id,)
                ).fetchall()
            )

    def _folder(self, connection: Connection, company_id: UUID, head: int = 0) -> Folder:
        return Folder(connection, company_id, self._codec_of(company_id), self._residents, head)

    def _target(self, generation: Generation) -> Target:
        return Target(generation, self.registry.models[generation.name])

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._database.dsn, autocommit=True) as connection:
                    connection.execute(f"listen {CHANNEL}".encode())
                    while not self._stopped.is_set():
                        for _ in connection.notifies(timeout=1.0, stop_after=1):
                            self._wake.set()
            except psycopg.Error:
                time.sleep(0.2)

    def _look_at_tables(self) -> None:
        while not self._stopped.wait(LOOK_S):
            if self._grown.is_set():
                self._grown.clear()
                try:
                    look_again(self._database)
                except psycopg.Error as error:
                    log.warning("tables not looked at", error=str(error))
