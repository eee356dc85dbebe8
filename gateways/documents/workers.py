"""Processes that work for this one (lavoranti): a few, kept ready, each with a limit of time and memory.

One that dies is replaced and its task tried once more; a task that ends two of them is refused, and the others do not
notice. A worker ends with its master: its input is closed then, and an alarm ends what it is doing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from queue import Empty, LifoQueue
from types import TracebackType
from typing import BinaryIO, Self

from aggregates.base import Refusal
from gateways.documents.typesetter import received, send
from gateways.logs import log

CLOSING_S = 3.0


class PressBusy(Refusal):
    """Everything that prints is busy; try again in a minute."""

    status = 503


class TaskTookTooLong(Exception):
    """The worker was ended because its task took too long."""


class TaskEndedWorkers(Exception):
    """The task ended two workers, one after the other."""


class _Died(Exception):
    """The worker ended before it answered."""


class _Worker:
    """One process, and how much it has done."""

    def __init__(self, program: Sequence[str], seconds: float) -> None:
        environment = {**os.environ, "RUST_BACKTRACE": "0"}
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", *program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.done = 0
        self._seconds = seconds

    def ask(self, task: Iterable[bytes]) -> tuple[bytes, bytes]:
        """What became of a task. Raises `_Died`, `TaskTookTooLong`, and what the task itself raises."""
        too_long = threading.Event()

        def end() -> None:
            too_long.set()
            self.process.kill()

        watch = threading.Timer(self._seconds, end)
        watch.daemon = True
        watch.start()
        try:
            answer = self._exchanged(task)
        except BaseException:
            self.end()  # half a task is in its input
            raise
        finally:
            watch.cancel()
        if answer is None:
            self.end()
            raise TaskTookTooLong if too_long.is_set() else _Died
        self.done += 1
        return answer

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # what was not yet written cannot be any more
                _open(pipe).close()
        self.process.wait()

    def _exchanged(self, task: Iterable[bytes]) -> tuple[bytes, bytes] | None:
        for part in task:
            try:
                send(_open(self.process.stdin), part)
            except (OSError, ValueError):  # a pipe that broke, or that `end` has closed
                return None
        try:
            word, said = received(_open(self.process.stdout)), received(_open(self.process.stdout))
        except (OSError, ValueError):
            return None
        return None if word is None or said is None else (word, said)


class Workers:
    """Some processes of one program; any number of threads may ask them. Use as a context manager, or `close`."""

    def __init__(self, program: Sequence[str], workers: int, *, seconds: float, tasks: int, patience_s: float) -> None:
        self.workers = workers
        self._program, self._seconds = program, seconds
        self._tasks, self._patience_s = tasks, patience_s
        self._mutex = threading.Lock()
        self._living: set[_Worker] = set()
        self._is_closed = False
        self._free: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(workers):
            self._free.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def asked(self, task: Callable[[], Iterable[bytes]], name: str) -> tuple[bytes, bytes]:
        """What a worker answers to a task, which may be read twice; `name` stands in the log.

        Raises `PressBusy`, `TaskTookTooLong`, `TaskEndedWorkers`, and what the task itself raises.
        """
        try:
            worker = self._free.get(timeout=self._patience_s)
        except Empty as error:
            raise PressBusy from error
        try:
            for _ in range(2):
                worker = self._ready(worker)
                with suppress(_Died):
                    return worker.ask(task())
                log.warning("a worker of the press died", task=name, code=worker.process.returncode)
            raise TaskEndedWorkers
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End all workers; tasks at hand are waited for, a little."""
        with self._mutex:
            self._is_closed = True
        waited = 0
        with suppress(Empty):
            while waited < self.workers:
                self._free.get(timeout=CLOSING_S)
                waited += 1
        with self._mutex:
            living, self._living = self._living, set()
        for worker in living:
            worker.end()
        for _ in range(waited):
            self._free.put(None)

    def _ready(self, worker: _Worker | None) -> _Worker:
        """The worker, or a new one in its place. Raises `PressBusy` once all are closed."""
        if worker is not None and worker.process.poll() is None and worker.done < self._tasks:
            return worker
        if worker is not None:
            worker.end()
        with self._mutex:
            if self._is_closed:
                raise PressBusy
            fresh = _Worker(self._program, self._seconds)
            self._living = {one for one in self._living if one is not worker} | {fresh}
        return fresh


def _open(pipe: object) -> BinaryIO:
    """A pipe of a process that was started with pipes."""
    assert pipe is not None
    return pipe  # type: ignore[return-value]  # Popen does not say which of its pipes were asked for
