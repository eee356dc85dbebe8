"""`python -m tests.bench.documents`: how fast documents are printed, in this process and by the press, and what a
billing run's invoices take with their XML, from the due list to the archive and the log.

Two shared cores, almost nothing beside: 7 to 16 ms a document in this process; the press prints 66 to 120 a second
with one worker, 102 to 173 with two, by kind. 1,000 invoices of a run (1,166 documents, each invoice with its XML) took
35 s, 100,000 rows in Excel 12.8 s with at most 155 MiB here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from gateways.documents.press import Press
from gateways.documents.renderer import Typeset, render
from gateways.documents.typesetter import typeset
from gateways.http.table_rows import Gathered, totals_of
from gateways.http.tables_excel import chunks, excel_of
from projections.catalog import BY_NAME as VIEWS
from projections.documents.content import Content
from tests.bench.billing import billed, filled, house
from tests.bench.servers import bench_server
from tests.databases import new_database
from tests.projections.documents import samples

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ROUNDS = 12


def rate(content: Content, by: Typeset, hands: int) -> float:
    """Documents of a kind per second, printed by so many threads at once."""
    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(lambda _: _print(content, by), range(hands * 2)))
        began = time.perf_counter()
        list(pool.map(lambda _: _print(content, by), range(ROUNDS)))
        return ROUNDS / (time.perf_counter() - began)


def _print(content: Content, by: Typeset) -> None:
    render(content.kind, content, rendered_at=NOW, by=by)


@contextmanager
def presses() -> Iterator[tuple[Press, Press]]:
    """One of one worker, one of two."""
    with Press(1) as one, Press(2) as two:
        yield one, two


def kinds() -> None:
    """Each kind of document."""
    print(f"{'kind':<20}{'here ms':>9}{'1 worker/s':>12}{'2 workers/s':>13}")
    with presses() as (one, two):
        for kind, content in samples.ALL.items():
            here, single, double = (
                rate(content, typeset, 1),
                rate(content, one.typeset, 1),
                rate(content, two.typeset, 2),
            )
            print(f"{kind:<20}{1000 / here:>9.1f}{single:>12.1f}{double:>13.1f}", flush=True)


def run(invoices: int) -> None:
    """A billing run's invoices, printed with their XML."""
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as at,
        bench_server(Path(at) / "server") as server,
        new_database(server) as dsn,
        house(dsn) as (running, opened),
    ):
        filled(running, opened, invoices)
        figures = billed(running, opened, invoices)
        issuer = Issuer(open_archive(Path(at) / "archive"), press=running.press)
        made, began = 0, time.perf_counter()
        while done := issuer.tick(opened):
            made += done
            running.daemon.catch_up()
        took = time.perf_counter() - began
    print(f"{figures.invoices} invoices of a run, {made} documents with XML: {took:.1f} s, {made / took:.1f}/s")


def workbook(rows: int) -> None:
    """A workbook of so many rows of the due ledger."""
    view = VIEWS["due-ledger"]
    row = {"customer_code": "C0019", "customer": "Monti S.r.l.", "kind": "invoice", "number": "NC/9",
           "issued_on": NOW.date(), "due_on": NOW.date(), "method": "transfer", "currency": "EUR",
           "amount": Decimal("122.00"), "paid": Decimal("0.00"), "open": Decimal("122.00"), "days_late": 3,
           "state": "open"}  # fmt: skip
    kept = Gathered(totals_of(view))
    began = time.perf_counter()
    for _ in range(rows):
        kept.add(row)
    took = time.perf_counter() - began
    with Press(1) as press:
        took += _timed(lambda: sum(len(piece) for piece in chunks(excel_of(view, kept, "it", press, lambda: None))))
    print(f"{rows} rows in Excel: {took:.1f} s, peak {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB of this process")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main(arguments: list[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.documents", description=__doc__)
    parser.add_argument("--invoices", type=int, default=1_000)
    parser.add_argument("--rows", type=int, default=100_000)
    asked = parser.parse_args(arguments)
    if asked.rows:
        workbook(asked.rows)
    kinds()
    if asked.invoices:
        run(asked.invoices)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
