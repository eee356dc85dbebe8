"""How long `libretto verify` takes: `python -m tests.bench.verify [facts]`, 1,000,000 when not told otherwise.

The log is made by the database out of real facts of a company (articles put in the catalogue), as new streams with
ids of their own, and sealed as a running installation would. What is measured: sealing, and verifying everything but
the read models, in seconds and facts a second, with the highest memory of the process and its workers.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psycopg

from gateways.postgres.embedded import EmbeddedServer
from gateways.seals.maker import make_seals
from gateways.settings import Settings
from gateways.verification import Verification
from gateways.wiring import Installation
from tests.databases import new_database
from tests.dsl import Company

T = TypeVar("T")
SAMPLES = 200
COPIED = """
insert into fact (company_id, position, stream_id, version, topic, state, command_id, metadata, recorded_at)
select f.company_id, n, gen_random_uuid(), 1, f.topic, f.state, gen_random_uuid(), f.metadata, h.last_recorded_at
  from generate_series(%(first)s::bigint, %(last)s) n
  join company_head h on true
  join fact f on f.company_id = h.company_id and f.position = 1 + n %% %(samples)s"""


def main() -> None:
    """Print a line for each part."""
    facts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as folder,
        EmbeddedServer(Path(folder) / "postgres", durable=False) as server,
        new_database(server) as dsn,
        Installation(Settings(database_url=dsn, data_dir=Path(folder) / "data")) as installation,
    ):
        installation.migrate()
        company = Company(installation, installation.open_house("bench", uuid4()))
        for number in range(SAMPLES):
            company.do("register-article", code=f"A{number}", kind="part", description=f"Toner nero {number}")
        _timed("copy", facts, lambda: _copied(dsn, company.house.log.position() + 1, facts))
        _timed("seal", facts, lambda: make_seals(company.house, patience=timedelta(0)))
        verification = Verification(installation, str(Path(folder) / "documents"), views=False)
        found = _timed("verify", facts, lambda: list(verification.run()))
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"memory    {own:8.0f} MB at most, a worker {workers:.0f} MB")
        print(f"found     {len(found):8} things wrong; {verification.counts()}")
        assert not found, found[:5]


def _copied(dsn: str, first: int, last: int) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(COPIED, {"first": first, "last": last, "samples": SAMPLES})
        connection.execute("update company_head set last_position = %s", (last,))
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("vacuum analyze fact")


def _timed(what: str, facts: int, work: Callable[[], T]) -> T:
    begun = time.monotonic()
    done = work()
    seconds = time.monotonic() - begun
    print(f"{what:9} {seconds:8.1f} s, {facts / seconds:10,.0f} facts/s", flush=True)
    return done


if __name__ == "__main__":
    main()
