"""PostgreSQL crashes under load, writers are killed: no acknowledged fact is lost, service is back at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from commands.base import RecordBusy
from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.databases import new_database
from tests.dsl import Company
from tests.forks import forked
from tests.gateways.postgres import processes
from tests.gateways.postgres.test_daemon import record


@pytest.fixture
def own(own_postgres: PostgresServer, tmp_path: Path) -> Iterator[Installation]:
    """An installation on a durable server of its own."""
    with new_database(own_postgres) as dsn, Installation(Settings(database_url=dsn, data_dir=tmp_path)) as running:
        running.migrate()
        yield running


def acknowledged_and_stored(installation: Installation, company_id: UUID) -> tuple[set[UUID], int, int]:
    """The command ids in the log, how many facts it has, and its last position."""
    with installation.database.company(company_id) as connection:
        ids = {row[0] for row in connection.execute("select command_id from fact").fetchall()}
        row = connection.execute("select count(*), coalesce(max(position), 0) from fact").fetchone()
    assert row is not None
    return ids, row[0], row[1]


def test_a_crash_of_the_database_loses_nothing_acknowledged(own: Installation, own_postgres: PostgresServer) -> None:
    company = Company(own, own.open_house("acme", uuid4()), at_work=True)
    done: list[tuple[float, str]] = []
    stop = threading.Event()

    def work(n: int) -> None:
        i = 0
        while not stop.is_set():
            name = f"{n}-{i}"
            with suppress(RecordBusy, psycopg.Error):
                record(company, name)
                done.append((time.monotonic(), name))
            i += 1

    workers = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for worker in workers:
        worker.start()
    pauses = []
    for _ in range(3):
        time.sleep(1.0)
        own_postgres.crash()
        own_postgres.start()
        ready = time.monotonic()
        while not any(at > ready for at, _ in done):
            assert time.monotonic() < ready + 120, "the service did not come back"
            time.sleep(0.01)
        pauses.append(min(at for at, _ in done if at > ready) - ready)
    stop.set()
    for worker in workers:
        worker.join()
    company.fold()
    names = {row["name"] for row in company.house.reader.rows("select name from {party}")}
    assert {name for _, name in done} <= names
    _, facts, last = acknowledged_and_stored(own, company.house.company_id)
    assert facts == last, "positions have no hole"
    assert max(pauses) < 3.0, pauses


def test_killing_writers_loses_nothing_acknowledged(own: Installation, tmp_path: Path) -> None:
    company_id = uuid4()
    own.open_house("acme", company_id)
    acknowledged: set[UUID] = set()
    for n in range(5):
        with forked(processes.main, "writer", own.dsn, str(tmp_path), "acme", str(uuid4())) as (process, said):
            time.sleep(0.2 + 0.07 * n)
            process.kill()
            acknowledged |= {UUID(line.strip()) for line in said if len(line) == 37}
    stored, facts, last = acknowledged_and_stored(own, company_id)
    assert acknowledged, "the writers wrote something"
    assert acknowledged <= stored
    assert facts == last
