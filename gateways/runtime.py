"""Running (esercizio): the parts of an installation as threads of one process, started in order, stopped in reverse.

`serve` runs them all in one process, the other commands one each. A part that ends before it was told to brings the
process down with exit code 1, so that whoever supervises it starts it again.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

from gateways.http.app import create_app
from gateways.parts import PAUSE_S, Part
from gateways.postgres.folding import AWAY
from gateways.settings import Settings
from gateways.signals import on_stop
from gateways.wiring import Installation

STOP_S = 8.0
"""How long all parts together may take to stop; a supervisor usually kills after ten seconds."""
FOLDING_S = 0.01
YOUNG = 10_000
"""So many new objects are looked through at once for circles that nobody holds; Python's 700 is for small programs."""
TURN_S = 0.0005
"""So long a thread back from the database waits for one that reckons; Python's 5 ms would be most of a command."""
log = structlog.get_logger("runtime")


def settle_memory() -> None:
    """Say that what was loaded so far stays to the end.

    A look through all of it holds every request up for half a second, and collecting it at the exit is for nothing.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])


class AddressTaken(Exception):
    """Another program listens at this address; choose another port with --port."""


def free_address(settings: Settings) -> None:
    """Raises `AddressTaken` before anything is started, when the API could not listen."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise AddressTaken(f"{settings.host}:{settings.port}") from error


class Api:
    """The HTTP API as a part; it has to run in the main thread, where its event loop is."""

    def __init__(self, installation: Installation) -> None:
        settings = installation.settings
        app: FastAPI = create_app(installation)
        self._server = Server(app, settings.host, settings.port, interface=Interfaces.ASGI, log_enabled=False)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = threading.Event()

    def run(self) -> None:
        """See `Part.run`."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self._told.is_set():
            await self._server.serve()

    def stop(self) -> None:
        """See `Part.stop`; requests at hand are answered first."""
        self._told.set()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._server.stop)


class Runtime:
    """Runs parts until the process is told to end. `front` runs in the main thread and is stopped first."""

    def __init__(self, parts: Iterable[tuple[str, Part]], front: Part | None = None) -> None:
        self._threads = [(name, part, self._thread(name, part)) for name, part in parts]
        self._front = front
        self._stopped = threading.Event()
        self._failed = False

    def run(self) -> int:
        """Work until SIGTERM, SIGINT or `stop`; the exit code."""
        on_stop(self.stop)
        settle_memory()
        sys.setswitchinterval(TURN_S)
        for _, _, thread in self._threads:
            thread.start()
        try:
            if self._front is not None and not self._stopped.is_set():
                self._front.run()
                self._failed = self._failed or not self._stopped.is_set()
            else:
                self._stopped.wait()
        finally:
            self._stop_threads(time.monotonic() + STOP_S)
        return 1 if self._failed else 0

    def stop(self) -> None:
        """End `run`, from whatever thread."""
        self._stopped.set()
        if self._front is not None:
            self._front.stop()

    def _stop_threads(self, until: float) -> None:
        for name, part, thread in reversed(self._threads):
            part.stop()
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                log.error("part did not stop in time", part=name)

    def _thread(self, name: str, part: Part) -> threading.Thread:
        return threading.Thread(target=self._run, args=(name, part), name=name, daemon=True)

    def _run(self, name: str, part: Part) -> None:
        try:
            part.run()
        except Exception:
            log.exception("part failed", part=name)
        if not self._stopped.is_set():
            self._failed = True
            self.stop()


@contextmanager
def folding(installation: Installation) -> Iterator[None]:
    """Fold read models beside whatever goes on inside; for work of its own that needs them, such as an import."""
    stopped = threading.Event()

    def fold() -> None:
        while not stopped.is_set():
            try:
                if not installation.daemon.step():
                    stopped.wait(FOLDING_S)
            except AWAY as error:
                log.warning("database lost, trying again", error=str(error))
                stopped.wait(PAUSE_S)

    thread = threading.Thread(target=fold, name="folding", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(STOP_S)
