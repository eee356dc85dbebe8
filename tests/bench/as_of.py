"""`python -m tests.bench.as_of [facts]`: looking back in a long log, and building all views anew.

A week of calls and contracts is recorded by commands and copied until the log has so many facts (`long_log.py`). Then:
one record, a week of the agenda and what is due to be billed as of a past instant, first from the first fact on, then
from checkpoints, then once more while the session keeps them; a record's history; the audit by person, by kind and by
period. Then one read model, and all of them, are built anew from the first fact while commands go on; the library's
stock runner follows a slice of a log with one read model before and after, on the same server.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

from aggregates.base import Act
from gateways.postgres.server import PostgresServer
from gateways.wiring import House, Installation
from projections.agenda import Agenda
from projections.base import View
from projections.catalog import BY_NAME as VIEWS
from tests.bench.billing import house
from tests.bench.boards import MONDAY, WEEK, Week
from tests.bench.long_log import filled
from tests.bench.registry import Place
from tests.bench.servers import bench_server
from tests.bench.stock import catch_up as stock_runner
from tests.databases import new_database

TIMES = 50
VISITS = "agenda"
DUE = "billing-due"


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


@contextmanager
def commands_go_on(opened: House) -> Iterator[list[float]]:
    """Somebody opens a call and plans its visit twenty times a second; how long each command took, in milliseconds."""
    stop = threading.Event()
    waits: list[float] = []

    def opened_one(number: int) -> None:
        opened.desk.execute(WEEK, Week(first=number, count=1), Act(by="user:x", at=MONDAY), uuid4())

    def go_on() -> None:
        while not stop.wait(0.05):
            waits.append(seconds(partial(opened_one, 10_000_000 + len(waits))) * 1000)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


def rebuilt(running: Installation, opened: House, names: Sequence[str], stock: float, at_most_s: float) -> None:
    """Build read models anew while commands go on: facts a second of the log, beside the stock runner's one view."""
    before = {one for one in running.registry.generations(fresh=True) if one.name in names}
    for name in names:
        running.registry.rebuild(name)
    head, began, worked = opened.log.position(), time.perf_counter(), time.process_time()
    with commands_go_on(opened) as waits:
        while running.daemon.step() and time.perf_counter() - began < at_most_s:
            pass
    took, worked = time.perf_counter() - began, time.process_time() - worked
    behind = max(lag.facts for lag in running.daemon.lags())
    if behind > len(waits) * 4:
        print(f"{'':8}stopped after {took:.0f} s, {head - behind:,} facts done, for want of time")
        head -= behind
    else:
        running.daemon.catch_up()
        assert not before & set(running.registry.generations(fresh=True)), "an old generation is still in use"
    assert not any(lag.parked for lag in running.daemon.lags())
    rate, cut = head / took, quantiles(waits, n=100)
    print(
        f"{len(names):>3} read models anew from {head:,} facts: {rate:,.0f} facts/s ({took:,.0f} s), "
        f"{rate / stock:.1f} times the stock runner with one,"
    )
    print(f"{'':8}{worked / head * 1e6:,.0f} µs a fact of this program's processor time, the commands' share included,")
    print(f"{'':8}{len(waits)} commands meanwhile, p50 {cut[49]:.0f} ms, p99 {cut[98]:.0f} ms", flush=True)


def stock_rate(server: PostgresServer, rounds: int = 3) -> float:
    """Facts a second of the library's runner with one small read model, from its first fact on."""
    with new_database(server) as dsn:
        place = Place(server, dsn.split("?")[0].rsplit("/", 1)[1])
        with stock_runner(place) as run:
            samples = [run(0) for _ in range(rounds)]
    return median(one.operations / one.seconds for one in samples)


def followed(running: Installation, opened: House) -> None:
    """The read models in use are level with the log, as they are in a house that lives: new facts alone reach them."""
    running.daemon.catch_up()
    with running.database.owner() as connection:
        connection.execute("update read_model_position set position = %s", (opened.log.position(),))


def main(arguments: list[str]) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.as_of", description=__doc__)
    parser.add_argument("facts", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--no-past", action="store_true", help="leave out looking back")
    parser.add_argument("--no-rebuild", action="store_true", help="leave out building read models anew")
    parser.add_argument("--at-most", type=float, default=7200, help="stop building after so many seconds")
    asked = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as at,
        bench_server(Path(at) / "server") as server,
        new_database(server) as dsn,
        house(dsn) as (running, opened),
    ):
        running.daemon.catch_up()
        took = seconds(lambda: filled(running, opened, asked.facts))
        head = opened.log.position()
        print(f"{head} facts, recorded and copied in {took:.0f} s", flush=True)
        if not asked.no_past:
            report(opened, head)
        if not asked.no_rebuild:
            followed(running, opened)
            rate = stock_rate(server)
            rebuilt(running, opened, [Agenda.NAME], rate, asked.at_most)
            rebuilt(running, opened, list(running.registry.models), rate, asked.at_most)
            print(f"stock runner with one read model: {rate:.0f} facts/s before, {stock_rate(server):.0f} after")
    return 0


def report(opened: House, head: int) -> None:
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
        print(f"{'':8}asked again p50 {p50:.1f} ms, p99 {p99:.1f} ms", flush=True)
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
        print(f"{name:30}{p50:9.1f}{p99:9.1f}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
