"""Tells whoever folds that a log has grown: threads of this process at once, other processes by a notification."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from uuid import UUID

import psycopg
from psycopg_pool import PoolTimeout

from gateways.postgres.database import Database

CHANNEL = "libretto_appended"
PAUSE_S = 0.02


class Bell:
    """Rings after commits; other processes hear it at most every 20 milliseconds, and poll besides."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wake = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
        self._thread.start()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` at once, in this process, whenever a log grows."""
        self._listeners.append(listener)

    def ring(self, _company_id: UUID, _position: int) -> None:
        """A log has grown."""
        for listener in self._listeners:
            listener()
        self._wake.set()

    def stop(self) -> None:
        """Stop ringing."""
        self._stopped = True
        self._wake.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait()
            self._wake.clear()
            if not self._stopped:
                self._notify()
                time.sleep(PAUSE_S)

    def _notify(self) -> None:
        try:
            with self._database.connection() as connection:
                connection.execute(f"notify {CHANNEL}")
        except (psycopg.Error, PoolTimeout):
            return  # whoever listens also polls
