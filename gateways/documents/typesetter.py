"""Typst at work (compositore): a template and its data become a PDF, here or in a process of its own.

Run as a program it is a worker of the press: it reads jobs from standard input and answers on standard output until
its master has gone. Nothing of ours is imported, so that it is ready in a moment.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from functools import cache
from typing import BinaryIO, Literal, NamedTuple

import typst

LENGTH = 8
"""Bytes of the number that says how long what follows is."""
PRINTED, FAILED = b"P", b"F"
PPI = 144
"""Of pictures: two dots for each point."""
GRACE_S = 5
"""How much longer than its master's patience a worker without a master may go on with a document."""


class Job(NamedTuple):
    """All that makes a PDF: the same job gives the same bytes in any process."""

    template: str
    root: str
    fonts: str
    inputs: dict[str, str]
    standard: Literal["a-2b", "a-3b"]
    timestamp: int
    """Seconds since 1970, stamped into the file."""
    as_picture: bool = False
    """A PNG of the only page, instead of a PDF."""


class TypesettingFailed(RuntimeError):
    """The template could not print this; the message says where."""


def typeset(job: Job) -> bytes:
    """Print in this process. Raises `TypesettingFailed`."""
    try:
        if job.as_picture:
            return typst.compile(
                job.template,
                root=job.root,
                font_paths=_fonts(job.fonts),
                ignore_system_fonts=True,
                sys_inputs=job.inputs,
                format="png",
                ppi=PPI,
            )
        return typst.compile(
            job.template,
            root=job.root,
            font_paths=_fonts(job.fonts),
            ignore_system_fonts=True,
            sys_inputs=job.inputs,
            pdf_standards=[job.standard],
            timestamp=job.timestamp,
        )
    except typst.TypstError as error:
        raise TypesettingFailed(str(error.diagnostic)) from error


def send(stream: BinaryIO, *parts: bytes) -> None:
    """Write a message of parts, each with its length before it."""
    for part in parts:
        stream.write(len(part).to_bytes(LENGTH, "big") + part)
    stream.flush()


def received(stream: BinaryIO) -> bytes | None:
    """One part of a message; None where the other side has gone."""
    head = stream.read(LENGTH)
    if len(head) < LENGTH:
        return None
    length = int.from_bytes(head, "big")
    part = stream.read(length)
    return part if len(part) == length else None


@cache
def _fonts(folder: str) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def main(arguments: list[str]) -> int:
    """Answer jobs; arguments are the memory in MiB, the seconds a document may take, and the folder of fonts."""
    memory_mb, seconds, fonts = int(arguments[0]), float(arguments[1]), arguments[2]
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the master decides when to end
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between answers
    _fonts(fonts)
    while (asked := received(jobs)) is not None:
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_S)
        answer = _answer(asked)
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(answers, *answer)
    return 0


def _answer(asked: bytes) -> tuple[bytes, bytes]:
    try:
        return PRINTED, typeset(Job(**json.loads(asked)))
    except TypesettingFailed as error:
        return FAILED, str(error).encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
