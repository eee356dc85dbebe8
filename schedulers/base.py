"""What every duty shares (incarichi automatici): it asks views and gives commands through a `Clerk`, nothing else.

A duty is a function `tick(now, clerk) -> int` that answers how many commands it gave. What is due is derived (what
should exist minus what exists), so that a duty that slept catches up and one that runs twice does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid5

DUTIES = UUID("b1f0a7c2-64d5-5f3e-9c58-0f6f2d3f9a04")


class Clerk(Protocol):
    """Asks and acts in the name of one duty, for one company."""

    def ask(self, view_name: str, /, **params: Any) -> Any:
        """The answer of a view, over everything this clerk has had recorded so far."""

    def do(
        self, command_name: str, fields: Mapping[str, Any], /, *, key: str, at: datetime, why: str | None = None
    ) -> bool:
        """Give a command, once for each key. False when it was refused: it is parked then, and others go on."""


Tick = Callable[[datetime, Clerk], int]


@dataclass(frozen=True)
class Duty:
    """One row of the schedulers' catalogue: its name, what it does, how often it is done."""

    name: str
    tick: Tick
    every_seconds: int


def actor(duty_name: str) -> str:
    """Who a duty's facts are by."""
    return f"system:{duty_name}"


def command_id(company_id: UUID, duty_name: str, key: str) -> UUID:
    """The id of a duty's command: the same for the same key, so that it takes effect once."""
    return uuid5(uuid5(DUTIES, f"{company_id}"), f"{duty_name}/{key}")
