"""What is measured: races, who runs in them, and what we promise.

A contestant is a context manager: it receives a `Place` (a server and an empty database of its own), sets up, and
yields a function that is called once a round with the seconds to run for and returns a `Sample`:

    @contestant("one-client", OURS)
    @contextmanager
    def libretto(place: Place) -> Iterator[Run]:
        service = make_service(place.dsn)
        yield counted(lambda: service.handle(OpenCall(...)))

Every module of this package is imported before the races start; a new file needs no list.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from gateways.postgres.server import PostgresServer

OURS = "libretto"
STOCK = "stock library"
PLAIN = "plain insert (pgbench)"
PLAIN_PYTHON = "plain insert (psycopg)"


@dataclass(frozen=True)
class Place:
    """Where a contestant runs: a durable server and an empty database of its own, as the owner."""

    server: PostgresServer
    database: str

    @property
    def dsn(self) -> str:
        return self.server.dsn(self.database)


@dataclass(frozen=True)
class Sample:
    """What one round measured: operations in seconds or, in races about waiting, each wait in milliseconds."""

    operations: int
    seconds: float
    waits_ms: Sequence[float] = ()


Run = Callable[[float], Sample]
Setup = Callable[[Place], AbstractContextManager[Run]]


@dataclass(frozen=True)
class Target:
    """What we promise: our rate is at least `factor` times that of `against`, or our wait at most `limit_ms`."""

    against: str | None = None
    factor: float = 0.0
    limit_ms: float | None = None
    fsync_ms: float | None = None  # only with this added to each fsync (0: the disk as it is); None: everywhere


@dataclass
class Race:
    """One kind of work, measured for all its contestants in turns."""

    name: str
    title: str
    unit: str
    targets: tuple[Target, ...] = ()
    about_waiting: bool = False
    contestants: dict[str, Setup] = field(default_factory=dict)


RACES: dict[str, Race] = {}


def add(race: Race) -> None:
    """Register a race; contestants name it."""
    RACES[race.name] = race


def contestant(race: str, name: str) -> Callable[[Setup], Setup]:
    """Register a contestant of a race. Raises KeyError for an unknown race."""

    def register(setup: Setup) -> Setup:
        RACES[race].contestants[name] = setup
        return setup

    return register


def counted(operation: Callable[[], object], clients: int = 1, operations: int = 1) -> Run:
    """A run that repeats `operation` from so many threads until the time is over; each counts for `operations`."""

    def run(seconds: float) -> Sample:
        done = [0] * clients
        failures: list[BaseException] = []
        began = time.perf_counter()

        def client(number: int) -> None:
            try:
                while time.perf_counter() - began < seconds:
                    operation()
                    done[number] += operations
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return Sample(sum(done), time.perf_counter() - began)

    return run


def waited(operation: Callable[[], float]) -> Run:
    """A run that repeats `operation`, which answers how many seconds it waited; one client, facts that come alone."""

    def run(seconds: float) -> Sample:
        began = time.perf_counter()
        waits: list[float] = []
        while not waits or time.perf_counter() - began < seconds:
            waits.append(operation() * 1000)
            time.sleep(0.02)
        return Sample(len(waits), time.perf_counter() - began, waits)

    return run


def once(work: Callable[[], int]) -> Run:
    """A run of one piece of work, however long it takes; `work` answers how many operations it was."""

    def run(seconds: float) -> Sample:
        began = time.perf_counter()
        operations = work()
        return Sample(operations, time.perf_counter() - began)

    return run


# On a disk with a slow fsync the plain insert itself is not three times as fast as the stock library with one client.
add(
    Race(
        "one-client",
        "one new stream with one fact, 1 client",
        "commands/s",
        (Target(STOCK, 3, fsync_ms=0), Target(PLAIN, 0.70, fsync_ms=2)),
    )
)
add(Race("append", "load, decide, append one fact, 1 client", "commands/s", (Target(STOCK, 3, fsync_ms=0),)))
add(
    Race(
        "eight-clients",
        "one new stream with one fact, 8 clients",
        "commands/s",
        (Target(STOCK, 6, fsync_ms=0), Target(PLAIN, 0.70, fsync_ms=2)),
    )
)
add(
    Race(
        "in-flight",
        "one new stream with one fact, 64 commands in flight (the others: 8 clients)",
        "commands/s",
        (Target(STOCK, 10), Target(PLAIN, 2.0, fsync_ms=2)),
    )
)
add(Race("append-in-flight", "load, decide, append one fact, 64 commands in flight (stock: 8 clients)", "commands/s"))
add(Race("bulk-1000", "1,000 facts in one append", "facts/s", (Target(STOCK, 3),)))
add(Race("bulk-20000", "20,000 facts in one append", "facts/s", (Target(STOCK, 3),)))
add(Race("load-1000", "load a stream of 1,000 facts", "loads/s", (Target(STOCK, 8),)))
add(Race("catch-up", "a read model catches up with stored facts", "facts/s", (Target(STOCK, 60),)))
add(Race("rebuild", "a read model is rebuilt from all facts", "facts/s", (Target(STOCK, 100),)))
add(Race("visible", "from the append to the row in the read model", "ms", (Target(limit_ms=20),), about_waiting=True))
add(Race("http", "one command over HTTP, 8 clients", "commands/s"))
