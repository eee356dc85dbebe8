"""Attempts to sign in (tentativi di accesso): few wrong ones in a row, then a pause. In memory, for this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from aggregates.base import Refusal, require

MOST = 10
WINDOW_S = 300.0
REMEMBERED = 10_000


class TooManyAttempts(Refusal):
    """Too many attempts to sign in; try again in {retry_after} seconds."""

    status = 429


class Attempts:
    """Counts the attempts of each key until one succeeds or the window ends."""

    def __init__(
        self,
        most: int = MOST,
        window_s: float = WINDOW_S,
        clock: Callable[[], float] = time.monotonic,
        refusal: type[Refusal] = TooManyAttempts,
    ) -> None:
        self._refusal = refusal
        self._most = most
        self._window_s = window_s
        self._clock = clock
        self._counts: dict[str, tuple[int, float]] = {}
        self._mutex = threading.Lock()

    def begin(self, key: str) -> None:
        """Count one more attempt, before it is known how it ends. Raises the refusal."""
        with self._mutex:
            now = self._clock()
            count, ends = self._counts.get(key, (0, 0.0))
            if ends <= now:
                self._make_room(now)
                count, ends = 0, now + self._window_s
            require(count < self._most, self._refusal, retry_after=int(ends - now) + 1)
            self._counts[key] = (count + 1, ends)

    def succeeded(self, key: str) -> None:
        """Forget the wrong attempts."""
        with self._mutex:
            self._counts.pop(key, None)

    def _make_room(self, now: float) -> None:
        if len(self._counts) >= REMEMBERED:
            self._counts = {key: kept for key, kept in self._counts.items() if kept[1] > now}
        if len(self._counts) >= REMEMBERED:
            self._counts.pop(next(iter(self._counts)))
