"""Stopping when told to (SIGTERM, SIGINT)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable


def on_stop(stop: Callable[[], None]) -> None:
    """Call `stop` when the process is asked to end.

    In a thread of its own: a signal may interrupt the main thread while it holds a lock that `stop` needs.
    """

    def asked(*_: object) -> None:
        threading.Thread(target=stop, name="stop").start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
