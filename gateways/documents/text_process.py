"""Takes the text out of a PDF in a process of its own (processo dei testi), with a limit of time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it ships no types

from gateways.logs import log

LONGEST_S, MOST_BYTES, MOST_PAGES, MOST_TEXT = 20, 1_000_000_000, 200, 2_000_000
ROOT = Path(__file__).resolve().parents[2]


def text_of_pdf(data: bytes, seconds: float = LONGEST_S) -> str:
    """The text of a PDF's first two hundred pages; nothing where it has none, is broken, locked, or takes too long."""
    command = [sys.executable, "-m", "gateways.documents.text_process"]
    known = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, input=data, capture_output=True, timeout=seconds, cwd=ROOT, env=known, check=False
        )
    except subprocess.TimeoutExpired:
        log.warning("a filed PDF was not read in time", bytes=len(data))
        return ""
    if done.returncode:
        log.warning("a filed PDF cannot be read", bytes=len(data), status=done.returncode)
        return ""
    return done.stdout.decode("utf-8", "replace")


def _extracted(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(data)
    told = (pages[n].get_textpage().get_text_bounded() for n in range(min(len(pages), MOST_PAGES)))
    return "\n".join(told)[:MOST_TEXT]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_S, LONGEST_S))
    sys.stdout.buffer.write(_extracted(sys.stdin.buffer.read()).encode("utf-8", "replace"))
