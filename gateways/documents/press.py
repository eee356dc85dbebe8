"""The press (torchio): a few processes that typeset, so that no request and no scheduler ever prints by itself.

Workers are started when they are needed, keep their fonts, and are replaced after some hundred documents. Each has a
limit of memory, each document a limit of time. One that dies is replaced and the document tried once more; a document
that kills two of them is refused, and the others do not notice. A worker ends with its master: its input is closed
then, and an alarm ends what it is doing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from queue import Empty, LifoQueue
from types import TracebackType
from typing import BinaryIO, Self

from aggregates.base import Refusal
from gateways.documents import typesetter
from gateways.documents.glyphs import FONTS
from gateways.documents.typesetter import FAILED, Job, TypesettingFailed, received, send
from gateways.logs import log

WORKERS = 2
SECONDS = 30.0
MEMORY_MB = 2048
DOCUMENTS = 500
"""How many documents a worker prints before a fresh one takes its place."""
PATIENCE_S = 60.0
"""How long a document waits for a free worker."""
CLOSING_S = 3.0


class PressBusy(Refusal):
    """Everything that prints is busy; try again in a minute."""

    status = 503


class _Died(Exception):
    """The worker ended before it answered."""


class _TookTooLong(Exception):
    """The worker was ended because its document took too long."""


class _Worker:
    """One process, and what it has printed."""

    def __init__(self, memory_mb: int, seconds: float) -> None:
        program = [sys.executable, "-I", typesetter.__file__, str(memory_mb), str(seconds), str(FONTS)]
        environment = {**os.environ, "RUST_BACKTRACE": "0"}
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.printed = 0
        self._seconds = seconds

    def ask(self, job: bytes) -> tuple[bytes, bytes]:
        """What became of a job. Raises `_Died`, `_TookTooLong`."""
        too_long = threading.Event()

        def end() -> None:
            too_long.set()
            self.process.kill()

        watch = threading.Timer(self._seconds, end)
        watch.daemon = True
        watch.start()
        try:
            answer = self._exchanged(job)
        finally:
            watch.cancel()
        if answer is None:
            self.end()
            raise _TookTooLong if too_long.is_set() else _Died
        self.printed += 1
        return answer

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):  # what was not yet written cannot be any more
                _open(pipe).close()
        self.process.wait()

    def _exchanged(self, job: bytes) -> tuple[bytes, bytes] | None:
        try:
            send(_open(self.process.stdin), job)
            word, said = received(_open(self.process.stdout)), received(_open(self.process.stdout))
        except (OSError, ValueError):  # a pipe that broke, or that `end` has closed
            return None
        return None if word is None or said is None else (word, said)


class Press:
    """Some workers; any number of threads may print with them. Use as a context manager, or `close` it."""

    def __init__(
        self,
        workers: int = WORKERS,
        *,
        seconds: float = SECONDS,
        memory_mb: int = MEMORY_MB,
        documents: int = DOCUMENTS,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.workers = workers
        self._seconds, self._memory_mb = seconds, memory_mb
        self._documents, self._patience_s = documents, patience_s
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

    def typeset(self, job: Job) -> bytes:
        """Print. Raises `TypesettingFailed`, also for what takes too long or ends two workers, and `PressBusy`."""
        asked = json.dumps(job._asdict()).encode()
        try:
            worker = self._free.get(timeout=self._patience_s)
        except Empty as error:
            raise PressBusy from error
        try:
            for _ in range(2):
                worker = self._ready(worker)
                with suppress(_Died):
                    word, said = worker.ask(asked)
                    if word == FAILED:
                        raise TypesettingFailed(said.decode())
                    return said
                log.warning("a worker of the press died", template=job.template, code=worker.process.returncode)
            raise TypesettingFailed("printing this ended two workers; it may need too much memory")
        except _TookTooLong as error:
            raise TypesettingFailed(f"printing this took more than {self._seconds:g} s") from error
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End all workers; documents at hand are waited for, a little."""
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
        """The worker, or a new one in its place. Raises `PressBusy` once the press is closed."""
        if worker is not None and worker.process.poll() is None and worker.printed < self._documents:
            return worker
        if worker is not None:
            worker.end()
        with self._mutex:
            if self._is_closed:
                raise PressBusy
            fresh = _Worker(self._memory_mb, self._seconds)
            self._living = {one for one in self._living if one is not worker} | {fresh}
        return fresh


def _open(pipe: object) -> BinaryIO:
    """A pipe of a process that was started with pipes."""
    assert pipe is not None
    return pipe  # type: ignore[return-value]  # Popen does not say which of its pipes were asked for
