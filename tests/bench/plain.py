"""The floor: one durable row by the shortest way, from PostgreSQL's own pgbench and from psycopg."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from uuid import uuid4

import psycopg

from tests.bench.registry import PLAIN, PLAIN_PYTHON, Place, Run, Sample, Setup, contestant, counted

TABLE = """create table plain (
    stream_id uuid, version int, position bigint generated always as identity, topic text, state bytea,
    primary key (stream_id, version))"""
INDEX = "create unique index on plain (position)"
STATE_BYTES = 400
SCRIPT = (
    "insert into plain (stream_id, version, topic, state) values "
    f"(gen_random_uuid(), 1, 'call.opened.v1', decode('{'ab' * STATE_BYTES}', 'hex'));"
)
INSERT = "insert into plain (stream_id, version, topic, state) values (%s, 1, 'call.opened.v1', %s)"


def make_table(place: Place) -> None:
    with psycopg.connect(place.dsn, autocommit=True) as connection:
        connection.execute(TABLE)
        connection.execute(INDEX)


def by_pgbench(clients: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        make_table(place)
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(SCRIPT)
            script.flush()
            yield lambda seconds: pgbench(place, Path(script.name), clients, seconds)

    return setup


def pgbench(place: Place, script: Path, clients: int, seconds: float) -> Sample:
    """One run of pgbench with prepared statements; its own count and its own rate, connecting not included."""
    command = [
        *(str(place.server.tool("pgbench")), "-n", "-M", "prepared", "-f", str(script)),
        *("-c", str(clients), "-j", str(min(clients, os.cpu_count() or 1)), "-T", str(max(1, round(seconds)))),
        *("-h", place.server.host, "-p", str(place.server.port), "-U", "postgres", place.database),
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    count = re.search(r"actually processed: (\d+)", said)
    rate = re.search(r"tps = ([\d.]+)", said)
    if count is None or rate is None:
        raise RuntimeError(said)
    return Sample(int(count[1]), int(count[1]) / float(rate[1]))


def by_psycopg(clients: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        make_table(place)
        state = os.urandom(STATE_BYTES)
        free: SimpleQueue[psycopg.Connection] = SimpleQueue()
        with ExitStack() as stack:
            for _ in range(clients):
                free.put(stack.enter_context(psycopg.connect(place.dsn, autocommit=True, prepare_threshold=0)))

            def insert() -> None:
                connection = free.get()
                connection.execute(INSERT, (uuid4(), state))
                free.put(connection)

            yield counted(insert, clients)

    return setup


for race, clients in (("one-client", 1), ("append", 1), ("eight-clients", 8), ("in-flight", 8)):
    contestant(race, PLAIN)(by_pgbench(clients))
    contestant(race, PLAIN_PYTHON)(by_psycopg(clients))
