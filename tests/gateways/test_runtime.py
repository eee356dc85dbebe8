"""What a process does before its parts begin."""

from __future__ import annotations

import gc
import sys

import pytest

from gateways import runtime
from gateways.runtime import Runtime


class Looks:
    """A part that looks at once how memory is looked after, and ends."""

    def __init__(self, told: list[object]) -> None:
        self._told = told

    def run(self) -> None:
        """See `Part.run`."""
        self._told.append("run")

    def stop(self) -> None:
        """See `Part.stop`."""


def test_memory_and_turns_are_settled_before_the_parts_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(gc, "freeze", lambda: told.append("freeze"))
    monkeypatch.setattr(gc, "set_threshold", lambda *given: told.append(given[0]))
    monkeypatch.setattr(sys, "setswitchinterval", told.append)
    monkeypatch.setattr(runtime, "on_stop", lambda _stop: None)
    Runtime([], front=Looks(told)).run()
    assert told == ["freeze", runtime.YOUNG, runtime.TURN_S, "run"]
