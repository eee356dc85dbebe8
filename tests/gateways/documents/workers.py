"""The processes that print and bind beside a test."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import psutil


def started_by(pid: int, program: str) -> list[int]:
    """What a process has started that runs a program; threads and processes may end while this looks."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):
            if any(program in word for word in child.cmdline()):
                found.append(child.pid)
    return found


def has_ended(pid: int, within_s: float = 120.0) -> bool:
    """Whether a process is gone, or will be soon."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z"):
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False
