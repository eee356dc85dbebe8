"""Processes for tests to kill, forked from a server that has imported everything once: a start costs no imports."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import NamedTuple, TextIO

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "tests.gateways.relay_process",
        "tests.goods_process",
        "tests.gateways.postgres.processes",
        "tests.gateways.webhooks.sender_process",
        "kafka",
    ]
)


class Fork(NamedTuple):
    """A process and what it says."""

    process: ForkServerProcess
    said: TextIO


@contextmanager
def forked(program: Callable[..., None], *arguments: str) -> Iterator[Fork]:
    """A process that runs `program` and has said that it is ready; killed in the end if it still lives."""
    ear, mouth = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_run, args=(program, arguments, mouth), daemon=True)
    process.start()
    mouth.close()
    with os.fdopen(os.dup(ear.fileno())) as said:
        ear.close()
        try:
            assert said.readline() == "ready\n"
            yield Fork(process, said)
        finally:
            process.kill()
            process.join()


def _run(program: Callable[..., None], arguments: tuple[str, ...], mouth: Connection) -> None:
    os.dup2(mouth.fileno(), 1)
    mouth.close()
    program(*arguments)
