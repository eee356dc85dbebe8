"""`python -m tests.bench.as_of [facts]`: looking back in a long log, and building all views anew.

A week of calls with visits is made by commands, again and again with customers of their own, until the log has so many
facts. Then: one record, a week of the agenda and what is due to be billed as of a past instant, first from the first
fact on, then from checkpoints, then once more while the session keeps them; a record's history; the audit by person,
by kind and by period; and all read models built anew while commands go on, beside the library's stock runner in
`python -m tests.bench rebuild`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

from aggregates.base import Act
from gateways.wiring import House, Installation
from projections.base import View
from projections.catalog import BY_NAME as VIEWS
from tests.bench.billing import house
from tests.bench.boards import MADE, MONDAY, WEEK, Week
from tests.bench.servers import bench_server
from tests.databases import new_database

TIMES = 50
VISITS = "agenda"
DUE = "billing-due"


def filled(opened: House, facts: int) -> None:
    """Weeks of calls by many people, until there are so many facts; each week begins its ids behind the last one's."""
    first, chunk = 0, 250
    while opened.log.position() < facts:
        at = (MONDAY - timedelta(days=3) + timedelta(minutes=(first % MADE) // 10)).astimezone(UTC)
        act = Act(by=f"user:{first // chunk % 40}", at=at)
        opened.desk.execute(WEEK, Week(first=first, count=chunk), act, uuid4())
        first += chunk


def waits_ms(question: Callable[[], object], times: int = TIMES) -> tuple[float, float]:
    """The median and the 99th percentile of many waits."""
    waits = []
    for _ in range(times):
        began = time.perf_counter()
        question()
        waits.append((time.perf_counter() - began) * 1000)
    cut = quantiles(waits, n=100)
    return cut[49], cut[98]


def seconds(question: Callable[[], object]) -> float:
    """How long one question takes."""
    began = time.perf_counter()
    question()
    return time.perf_counter() - began


def asked_then(opened: House, name: str, known_at: datetime, **fields: object) -> Callable[[], object]:
    """A view as of an instant, ready to be asked."""
    view: View = VIEWS[name]

    def question() -> object:
        with opened.looking_back(known_at) as reader:
            reader.fill(view.models)
            return view.query(reader, view.ask.model_validate(fields))

    return question


def asked_now(opened: House, name: str, **fields: object) -> Callable[[], object]:
    """A view of the log itself."""
    view = VIEWS[name]
    ask = view.ask.model_validate(fields)
    return lambda: view.query(opened.reader, ask)


def rebuilt(running: Installation, opened: House) -> tuple[float, int]:
    """Facts a second that go through all read models, built anew while commands go on; and how many of these."""
    stop, given = threading.Event(), [0]

    def go_on() -> None:
        number = 10_000_000
        while not stop.wait(0.05):
            opened.desk.execute(WEEK, Week(first=number, count=1), Act(by="user:x", at=MONDAY), uuid4())
            number, given[0] = number + 1, given[0] + 1

    head = opened.log.position()
    for name in running.registry.models:
        running.registry.rebuild(name)
    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        took = seconds(running.daemon.catch_up)
    finally:
        stop.set()
        thread.join()
    running.daemon.catch_up()
    return head / took, given[0]


def main(arguments: list[str]) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.as_of", description=__doc__)
    parser.add_argument("facts", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--no-rebuild", action="store_true", help="leave out building all views anew")
    asked = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as at,
        bench_server(Path(at) / "server") as server,
        new_database(server) as dsn,
        house(dsn) as (running, opened),
    ):
        took = seconds(lambda: filled(opened, asked.facts))
        head = opened.log.position()
        print(f"{head} facts, recorded in {took:.0f} s")
        report(running, opened, head)
        if not asked.no_rebuild:
            rate, given = rebuilt(running, opened)
            print(f"all {len(running.registry.models)} views anew: {rate:,.0f} facts/s, {given} commands meanwhile")
    return 0


def report(running: Installation, opened: House, head: int) -> None:
    """Each question and how long it took."""
    half = opened.recorded_after(head // 2, 1)[0]
    later = opened.recorded_after(head // 2 + min(10_000, head // 10), 1)[0]
    call_id = half.fact.stream_id
    week = {"from_on": MONDAY.date()}
    for name, fields in ((VISITS, week), (DUE, {"on": "2027-12-31"})):
        first = seconds(asked_then(opened, name, half.recorded_at, **fields))
        near = seconds(asked_then(opened, name, later.recorded_at, **fields))
        p50, p99 = waits_ms(asked_then(opened, name, later.recorded_at, **fields))
        print(f"{name} as of the middle: {first:.2f} s from the first fact, {near:.2f} s from a checkpoint near by,")
        print(f"{'':8}asked again p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    pages: dict[str, Callable[[], object]] = {
        "a record as it was": lambda: opened.reader.record(call_id, known_at=half.recorded_at),
        "a record's history": asked_now(opened, "history", stream_id=call_id),
        "a record's differences": asked_now(opened, "record-differences", stream_id=call_id),
        "audit, newest 50": asked_now(opened, "audit"),
        "audit, by whom": asked_now(opened, "audit", by="user:7"),
        "audit, by whom and kind": asked_now(opened, "audit", by="user:7", kind="party"),
        "audit, a rare kind": asked_now(opened, "audit", kind="technician"),
        "audit, of a period": asked_now(opened, "audit", recorded_to=half.recorded_at),
    }
    print(f"{'':30}{'p50 ms':>9}{'p99 ms':>9}")
    for name, question in pages.items():
        p50, p99 = waits_ms(question)
        print(f"{name:30}{p50:9.1f}{p99:9.1f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
