"""Sessions that look back: few at once, each with the tables of one past, kept for a while after a question."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import psycopg

from aggregates.base import Refusal
from commands.base import Ledger
from gateways.codec import Codec
from gateways.postgres.checkpoints import erased_since
from gateways.postgres.database import Connection, Database, as_app, see_company
from gateways.postgres.facts import position_at
from gateways.postgres.past import PastReader
from gateways.postgres.past_tables import Moment, PastTables
from gateways.postgres.read_models import Registry

AT_ONCE = 2
WAIT_S = 10.0
KEPT_S = 60.0


class PastBusy(Refusal):
    """Others are looking back at this moment; try again in a minute."""

    status = 503


@dataclass
class _Session:
    connection: Connection
    tables: PastTables | None = None
    used_at: float = field(default_factory=time.monotonic)


class PastSessions:
    """All sessions of a process that look back, of whatever company."""

    def __init__(
        self, database: Database, registry: Registry, *, at_once: int = AT_ONCE, wait_s: float = WAIT_S
    ) -> None:
        self._database = database
        self._registry = registry
        self._at_once = at_once
        self._wait_s = wait_s
        self._idle: list[_Session] = []
        self._busy = 0
        self._turn = threading.Condition()
        self._timer: threading.Timer | None = None

    @contextmanager
    def looking_back(
        self, company_id: UUID, ledger: Ledger, codec: Codec, known_at: datetime | None, true_at: datetime | None
    ) -> Iterator[PastReader]:
        """A reader of a past of a company; without instants of all that is known now. Raises `PastBusy`."""
        with self._database.company(company_id) as connection:
            moment = Moment(company_id, position_at(connection, known_at), true_at)
        session = self._taken(moment)
        try:
            session.tables = self._tables(session, moment, codec)
            yield PastReader(self._registry, ledger, session.tables, known_at)
        except psycopg.Error:
            session.tables = None
            raise
        finally:
            self._give_back(session)

    def close(self) -> None:
        """End all sessions that nobody uses."""
        with self._turn:
            for session in self._idle:
                session.connection.close()
            self._idle.clear()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _tables(self, session: _Session, moment: Moment, codec: Codec) -> PastTables:
        """The session's tables if they are of this moment or of one shortly before it, else empty ones."""
        tables, session.tables = session.tables, None
        if tables is not None and not self._is_outdated(tables):
            if tables.moment == moment:
                return tables
            if tables.leads_to(moment):
                tables.advance(moment)
                return tables
        return _begun(session.connection, moment, codec)

    def _taken(self, moment: Moment) -> _Session:
        """A session for this moment: one with its tables or those of shortly before, a new one, or the longest idle."""
        with self._turn:
            if not self._turn.wait_for(lambda: self._busy < self._at_once, self._wait_s):
                raise PastBusy
            self._busy += 1
            same = [each for each in self._idle if each.tables and each.tables.moment == moment]
            near = [each for each in self._idle if each.tables and each.tables.leads_to(moment)]
            if same or near:
                self._idle.remove((same or near)[0])
                return (same or near)[0]
            oldest = self._idle.pop(0) if self._busy + len(self._idle) > self._at_once else None
        try:
            return oldest or _Session(self._connected())
        except BaseException:
            with self._turn:
                self._busy -= 1
                self._turn.notify()
            raise

    def _connected(self) -> Connection:
        connection = psycopg.connect(self._database.dsn, autocommit=True)
        as_app(connection)
        connection.execute("set temp_buffers = '64MB'")
        connection.execute("set synchronous_commit = off")
        return connection

    def _give_back(self, session: _Session) -> None:
        session.used_at = time.monotonic()
        sound = not session.connection.closed and session.connection.info.transaction_status == 0
        with self._turn:
            self._busy -= 1
            if sound:
                self._idle.append(session)
                self._look_again_later()
            self._turn.notify()
        if not sound:
            with suppress(psycopg.Error):
                session.connection.close()

    def _look_again_later(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(KEPT_S, self._close_idle)
            self._timer.daemon = True
            self._timer.start()

    def _close_idle(self) -> None:
        """Tables hold what views hold, in plain words: none is kept for long."""
        with self._turn:
            self._timer = None
            until = time.monotonic() - KEPT_S
            for session in [each for each in self._idle if each.used_at <= until]:
                self._idle.remove(session)
                session.connection.close()
            if self._idle:
                self._look_again_later()

    def _is_outdated(self, tables: PastTables) -> bool:
        return erased_since(tables.connection, tables.moment.company_id, tables.began_at)


def _begun(connection: Connection, moment: Moment, codec: Codec) -> PastTables:
    connection.execute("discard temporary")
    see_company(connection, moment.company_id)
    row = connection.execute("select clock_timestamp()").fetchone()
    assert row is not None
    return PastTables(connection, moment, codec, row[0])
