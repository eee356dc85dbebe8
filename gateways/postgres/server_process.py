"""What the operating system knows of a database server: locks, processes, socket folders and ports."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from gateways.postgres.programs import ServerFailed

LONGEST_SOCKET_PATH = 103  # bytes; 107 on Linux, 103 on macOS


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file lock that other processes respect; it vanishes with the process."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def postmaster(data: Path) -> int | None:
    """Process id of the live server of this data folder; a stale file, a zombie or another program do not count."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == data
    except (FileNotFoundError, ValueError, psutil.Error):
        return None
    return pid if alive else None


def processes_in(folder: Path) -> list[psutil.Process]:
    """Live processes that work in this folder; the server and its children all do."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def wait_until_dead(victims: list[psutil.Process], timeout_seconds: float = 10) -> None:
    """Wait for processes that were killed; a zombie counts as dead. Raises ServerFailed after the timeout."""
    deadline = time.monotonic() + timeout_seconds
    for victim in victims:
        with suppress(psutil.NoSuchProcess):
            while victim.is_running() and victim.status() != psutil.STATUS_ZOMBIE:
                if time.monotonic() > deadline:
                    raise ServerFailed(f"process {victim.pid} does not die")
                time.sleep(0.005)


def socket_folder(folder: Path) -> Path:
    """A folder for the socket: inside ours, or in the temporary folder where our path is too long for a socket."""
    name = "libretto-" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    for candidate in (folder / "socket", Path(tempfile.gettempdir()) / name, Path("/tmp") / name):  # noqa: S108 (only its owner may enter)
        if len(os.fsencode(candidate / ".s.PGSQL.65535")) <= LONGEST_SOCKET_PATH:
            return candidate
    raise ServerFailed(f"no folder with a path short enough for a socket: {folder}")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
