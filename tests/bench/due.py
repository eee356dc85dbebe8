"""`python -m tests.bench.due`: what is due, asked among very many contracts.

Some thousands of contracts are made by commands and folded, and their rows copied until there are enough; then what is
due is asked again and again, on a day when one contract in five hundred falls due. A median below 50 ms is promised.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

from psycopg import sql

from gateways.wiring import Installation
from projections.base import Reader
from projections.billing_due import BillingDue, CustomersDue, billing_due, customers_due
from projections.billing_runs import customers_due_after
from projections.contract_tables import CONTRACT
from projections.contracts import Contracts
from tests.bench.billing import filled, house
from tests.bench.servers import bench_server
from tests.databases import new_database

ON = date(2026, 8, 31)
"""Contracts start on 1 September but for one in five hundred, which started the day before."""
LIMIT_MS = 50
MADE = 2_000
TIMES = 30

QUESTIONS: dict[str, Callable[[Reader], object]] = {
    "billing-due, 50 contracts": lambda reader: billing_due(reader, BillingDue(on=ON)),
    "customers-due, 50 customers": lambda reader: customers_due(reader, CustomersDue(on=ON)),
    "next 200 customers of a run": lambda reader: customers_due_after(reader, ON, None, None, 200),
}
"""What is asked of the read models."""


def waited_ms(question: Callable[[Reader], object], reader: Reader) -> float:
    """The median of many waits."""
    waits = []
    for _ in range(TIMES):
        began = time.perf_counter()
        question(reader)
        waits.append((time.perf_counter() - began) * 1000)
    return median(waits)


def multiplied(running: Installation, times: int) -> None:
    """Each contract so many times, as the read model would hold it; the log holds it once."""
    seen = running.registry.seen(Contracts.NAME)
    assert seen is not None
    table = sql.Identifier(seen.table(CONTRACT))
    copied = [name for name in CONTRACT.columns if name != "contract_id"]
    statement = sql.SQL(
        "insert into {table} (company_id, contract_id, {copied}) "
        "select company_id, gen_random_uuid(), {copied} from {table}, generate_series(2, %s)"
    ).format(table=table, copied=sql.SQL(", ").join(map(sql.Identifier, copied)))
    with running.database.owner() as connection:
        connection.execute(statement, (times,))
        connection.execute(sql.SQL("analyze {}").format(table))


def main(arguments: list[str]) -> int:
    """Print the table; 1 where `--strict` and a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.due", description=__doc__)
    parser.add_argument("--contracts", type=int, default=200_000)
    parser.add_argument("--strict", action="store_true", help="exit with 1 where a promise is not kept")
    asked = parser.parse_args(arguments)
    kept = True
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as at,
        bench_server(Path(at) / "server") as server,
        new_database(server) as dsn,
        house(dsn) as (running, opened),
    ):
        filled(running, opened, MADE, due_early=500)
        multiplied(running, asked.contracts // MADE)
        print(f"{asked.contracts} contracts, one in 500 due; median of {TIMES}")
        for name, question in QUESTIONS.items():
            waited = waited_ms(question, opened.reader)
            kept &= waited <= LIMIT_MS
            print(f"{name:30} {waited:7.1f} ms")
    return 1 if asked.strict and not kept else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
