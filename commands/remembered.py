"""What the log remembers of commands (comandi): that it took them, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class CommandRecord:
    """What the log stores of a command beside its facts."""

    command_id: UUID
    name: str
    request_hash: bytes
    answer: dict[str, Any]
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Earlier:
    """A command that the log already holds."""

    request_hash: bytes
    answer: dict[str, Any]
    position: int
