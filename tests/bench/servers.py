"""Servers to measure on: always durable, on the disk as it is or on one with a slower fsync."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from gateways.postgres.embedded import EmbeddedServer, SystemServer
from gateways.postgres.server import PostgresServer

SHIM = Path(__file__).with_name("slow_fsync.c")
SETTINGS = {"shared_buffers": "256MB", "max_connections": "200"}


class CannotMeasure(RuntimeError):
    """This machine lacks what the measurement needs; the text says what."""


def compiler() -> str | None:
    """The C compiler that can build the slower fsync, None when there is none."""
    return next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)


def slow_fsync(folder: Path, fsync_ms: float) -> dict[str, str]:
    """Variables that make a server's fsync take longer by so many milliseconds. Raises CannotMeasure."""
    program = compiler()
    if program is None:
        raise CannotMeasure("no C compiler, so no slower fsync")
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "slow_fsync.so"
    command = [program, "-shared", "-fPIC", "-O2", "-o", str(library), str(SHIM), "-ldl"]
    built = subprocess.run(command, check=False, capture_output=True, text=True)
    if built.returncode != 0:
        raise CannotMeasure(f"the slower fsync does not compile: {built.stderr}")
    library.chmod(0o755)
    return {"LD_PRELOAD": str(library), "FSYNC_DELAY_US": str(int(fsync_ms * 1000))}


@contextmanager
def bench_server(folder: Path, *, fsync_ms: float = 0, system: bool = False) -> Iterator[PostgresServer]:
    """A durable server; `fsync_ms` is added to each fsync, `system` takes the machine's own PostgreSQL."""
    environment = slow_fsync(folder, fsync_ms) if fsync_ms else {}
    kind: type[EmbeddedServer] | type[SystemServer] = SystemServer if system else EmbeddedServer
    with kind(folder, settings=SETTINGS, environment=environment) as server:
        must_be_durable(server)
        yield server


def must_be_durable(server: PostgresServer) -> None:
    """A rate without fsync says nothing. Raises CannotMeasure."""
    with psycopg.connect(server.dsn()) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute("select current_setting(%s)", (name,)).fetchone()
            if row != ("on",):
                raise CannotMeasure(f"the server is not durable: {name} is {row}")
