"""`python -m tests.bench.calls`: a call opened, taken in words, and on its whole way, over HTTP with 1 and 8 clients.

The server is `libretto`'s API with its projection daemon in one process, on a durable PostgreSQL; documents are made
elsewhere. A flow is opened, assigned to a technician, worked on, reported and closed: five commands, each answered
when it is on the disk. The clients share the machine's cores with the server. With `--apart` the daemon runs in a
process of its own, as `libretto api` and `libretto project` do.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID, uuid4

import psutil

from gateways.runtime import Api, Runtime
from tests.bench.http import HOST, bench_house, served
from tests.bench.servers import bench_server
from tests.databases import new_database

COPIERS = 200
FIRST = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
FAULT = "Non carica acqua, perde da sotto"


class Office:
    """One person at work: a connection of their own, and a technician whose time nobody else plans."""

    _numbers = itertools.count()

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self._headers = {"content-type": "application/json", **headers}
        self._number = next(Office._numbers)
        self._visits = itertools.count()
        self.technician_id = uuid4()
        code, name = str(self.technician_id), f"Tecnico {self._number}"
        self.ask("technicians", technician_id=self.technician_id, code=code, name=name)

    def ask(self, path: str, /, **fields: Any) -> dict[str, Any]:
        """Give a command; its answer."""
        body = json.dumps(fields, default=str)
        self._connection.request("POST", f"/v1/bench/{path}", body, self._headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{path} {answer.status}: {said[:300]!r}")
        result: dict[str, Any] = json.loads(said)["result"]
        return result

    def open(self) -> UUID:
        """A call about a machine that is known, with its coverage."""
        number = next(self._visits) % COPIERS
        about = {"party_id": customer(number), "serial_item_ids": [machine(number)], "fault": FAULT}
        return UUID(self.ask("calls", **about)["call_id"])

    def take(self) -> None:
        """A call taken while the telephone is held, from a serial number that the caller reads out."""
        number = next(self._visits) % COPIERS
        taken = self.ask("calls/take", said=serial(number), caller={"name": "Mario"}, fault=FAULT)
        if not taken["identified"]:
            raise RuntimeError(f"{serial(number)} was not found")

    def see_through(self) -> None:
        """A call from its opening to its end."""
        call_id = self.open()
        starts_at = FIRST + HALF_HOUR * next(self._visits)
        slot = {"starts_at": starts_at, "ends_at": starts_at + HALF_HOUR}
        assigned = {"technician_id": self.technician_id, "slot": slot}
        visit = self.ask(f"calls/{call_id}/assign-technician", **assigned)["activity_id"]
        self.ask(f"calls/{call_id}/perform-activity", activity_id=visit, **slot)
        self.ask(f"calls/{call_id}/report-work", work_done="Sostituita elettrovalvola")
        self.ask(f"calls/{call_id}/close", solution="Sostituita elettrovalvola")


def customer(number: int) -> UUID:
    """The id of the customer who has a copier."""
    return UUID(int=0xC1 << 64 | number)


def machine(number: int) -> UUID:
    """The id of a copier of the customer."""
    return UUID(int=0xC0 << 64 | number)


def serial(number: int) -> str:
    """The serial number of a copier."""
    return f"LT-{number:04}-R"


@dataclass(frozen=True)
class Waits:
    """What many requests took; the processor's time is the server's and the database's, not the clients'."""

    per_second: float
    p50_ms: float
    p99_ms: float
    processor_ms: float


def measured(work: Callable[[Office], object], offices: list[Office], seconds: float) -> Waits:
    """Let all offices do the same again and again."""
    waits: list[list[float]] = [[] for _ in offices]
    failures: list[BaseException] = []
    began, spent = time.perf_counter(), processor_s()

    def labour(office: Office, told: list[float]) -> None:
        try:
            while time.perf_counter() - began < seconds:
                at = time.perf_counter()
                work(office)
                told.append((time.perf_counter() - at) * 1000)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=labour, args=pair) for pair in zip(offices, waits, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    took = time.perf_counter() - began
    every = [wait for told in waits for wait in told]
    cut = quantiles(every, n=100)
    processor_ms = (processor_s() - spent) * 1000 / len(every)
    return Waits(len(every) / took, cut[49], cut[98], processor_ms)


def processor_s() -> float:
    """What the server's processes and PostgreSQL's have used so far."""
    servers = [one for one in psutil.process_iter(["name"]) if one.info["name"] == "postgres"]
    own = psutil.Process().children(recursive=True)
    used = 0.0
    for process in {one.pid: one for one in (*servers, *own)}.values():
        with suppress(psutil.NoSuchProcess):
            used += sum(process.cpu_times()[:2])
    return used


def serve(dsn: str, port: int, told: Connection) -> None:
    """The API and the projection daemon in one process."""
    with bench_house(dsn, port) as (installation, headers):
        told.send(headers)
        Runtime([("daemon", installation.daemon)], front=Api(installation)).run()


def serve_apart(dsn: str, port: int, told: Connection) -> None:
    """The API in one process, the projection daemon in another."""
    with bench_house(dsn, port) as (installation, headers):
        named = {"LIBRETTO_DATABASE_URL": dsn, "LIBRETTO_DATA_DIR": str(installation.settings.data_dir)}
        installation.daemon.leave()  # it folded what the company begins with
        asked = [sys.executable, "-m", "gateways.cli", "project"]
        project = subprocess.Popen(asked, env={**os.environ, **named}, stderr=sys.stderr)
        try:
            told.send(headers)
            Runtime((), front=Api(installation)).run()
        finally:
            project.terminate()
            project.wait(15)


@contextmanager
def running(dsn: str, run: Callable[[str, int, Connection], None] = serve) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The server, with customers and their machines."""
    with served(run, dsn) as (port, headers):
        office = Office(port, headers)
        for number in range(COPIERS):
            named = {"code": f"BAR{number}", "name": f"Bar Centrale {number}", "role": "prospect"}
            office.ask("parties", party_id=customer(number), **named)
            item = {"number": serial(number), "product": "Lavastoviglie LT-900", "type": "dishwasher"}
            office.ask("serial-items", serial_item_id=machine(number), owner_id=customer(number), **item)
        yield port, headers


def memory_mib() -> float:
    """What the server's processes hold by themselves, PostgreSQL's not counted."""
    mine = psutil.Process(os.getpid()).children(recursive=True)
    pythons = [one for one in mine if "python" in one.name().lower()]
    return sum(one.memory_full_info().uss for one in pythons) / 2**20


WORKS: dict[str, Callable[[Office], object]] = {
    "whole flow (5 commands)": Office.see_through,
    "call opened": Office.open,
    "quick entry, by serial": Office.take,
}


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.calls", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--apart", action="store_true", help="the daemon in a process of its own")
    asked = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="libretto-bench-") as at,
        bench_server(Path(at) / "server") as server,
        new_database(server) as dsn,
        running(dsn, serve_apart if asked.apart else serve) as (port, headers),
    ):
        print(f"{'over HTTP':28}{'clients':>8}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'processor ms':>14}")
        for name, work in WORKS.items():
            for clients in (1, 8):
                offices = [Office(port, headers) for _ in range(clients)]
                measured(work, offices, 1)
                found = measured(work, offices, asked.seconds)
                waits = f"{found.p50_ms:9.1f}{found.p99_ms:9.1f}{found.processor_ms:14.2f}"
                print(f"{name:28}{clients:8}{found.per_second:12.0f}{waits}")
        print(f"memory of the server's own processes: {memory_mib():.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
