"""Fills Word templates in a process of their own (processo dei modelli), which is ended when it takes too long."""

from __future__ import annotations

import base64
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

LONGEST_S = 30.0
ROOT = Path(__file__).resolve().parents[2]


class WordNotMade(RuntimeError):
    """The template cannot be filled; the message says why."""


def filled(
    template: bytes, data: dict[str, Any], language: str, *, mark: str | None = None, seconds: float = LONGEST_S
) -> bytes:
    """See `gateways.documents.word.fill`. Raises `WordNotMade`."""
    asked = pickle.dumps((template, data, language, mark))
    command = [sys.executable, "-m", "gateways.documents.word"]
    known = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "COVERAGE_PROCESS_START") if name in os.environ
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, input=asked, capture_output=True, timeout=seconds, cwd=ROOT, env=known, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise WordNotMade(f"the template was not filled within {seconds:.0f} seconds") from error
    answer = done.stdout.decode("utf-8", "replace")
    if not answer.startswith("+"):
        raise WordNotMade(answer[1:] or "the template takes too much time or memory")
    return base64.b64decode(answer[1:])
