"""The press (torchio): a few processes that typeset and write workbooks, so that no request prints by itself.

Workers are started when they are needed, keep their fonts, and are replaced after some hundred documents. See
`gateways.documents.workers` for what happens to one that dies or hangs. Workbooks have workers of their own: a long
one does not keep a delivery note waiting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from aggregates.base import Refusal
from gateways.documents import bookbinder, typesetter
from gateways.documents.glyphs import FONTS
from gateways.documents.typesetter import FAILED, Job, TypesettingFailed
from gateways.documents.workers import PressBusy, TaskEndedWorkers, TaskTookTooLong, Workers

WORKERS = 2
SECONDS, BOOK_SECONDS = 30.0, 120.0
MEMORY_MB, BOOK_MEMORY_MB = 2048, 512
DOCUMENTS = 500
"""How many documents a worker prints before a fresh one takes its place."""
PATIENCE_S = 60.0
"""How long a document waits for a free worker."""

__all__ = ["Press", "PressBusy", "WorkbookNotMade"]


class WorkbookNotMade(Refusal):
    """This workbook cannot be made: it takes too long or too much memory. Filter the list, or ask for CSV."""

    status = 422


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
        book_seconds: float = BOOK_SECONDS,
        book_memory_mb: int = BOOK_MEMORY_MB,
    ) -> None:
        self.workers = workers
        self._seconds = seconds
        program = [typesetter.__file__, str(memory_mb), str(seconds), str(FONTS)]
        self._typesetters = Workers(program, workers, seconds=seconds, tasks=documents, patience_s=patience_s)
        program = [bookbinder.__file__, str(book_memory_mb), str(book_seconds)]
        self._binders = Workers(program, workers, seconds=book_seconds, tasks=documents, patience_s=patience_s)

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
            word, said = self._typesetters.asked(lambda: [asked], job.template)
        except TaskEndedWorkers as error:
            raise TypesettingFailed("printing this ended two workers; it may need too much memory") from error
        except TaskTookTooLong as error:
            raise TypesettingFailed(f"printing this took more than {self._seconds:g} s") from error
        if word == FAILED:
            raise TypesettingFailed(said.decode())
        return said

    def bind(self, parts: Callable[[], Iterable[bytes]], name: str) -> None:
        """Write a workbook into the folder that its first part names; see `bookbinder` for the parts.

        Raises `WorkbookNotMade`, `PressBusy`, and what `parts` raises; it is asked again when a worker died.
        """
        try:
            word, said = self._binders.asked(parts, name)
        except (TaskEndedWorkers, TaskTookTooLong) as error:
            raise WorkbookNotMade from error
        if word == FAILED:
            raise RuntimeError(said.decode())

    def close(self) -> None:
        """End all workers; documents at hand are waited for, a little."""
        self._typesetters.close()
        self._binders.close()
