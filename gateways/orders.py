"""Commands and views by their catalogue names, for edges that are not HTTP: the command line, stories, bootstrap."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from aggregates.base import Act
from commands.catalog import BY_NAME as COMMANDS
from commands.desk import Outcome
from gateways.wiring import House, Installation
from projections.catalog import READ_MODELS

LOOK_S = 0.25


class NotLevel(Exception):
    """The read models have not caught up with the log; see `libretto project --status`."""


def carry_out(house: House, name: str, fields: Mapping[str, Any], act: Act, command_id: UUID) -> Outcome:
    """A command with fields as JSON would have them. Raises pydantic's `ValidationError` and `Refusal`."""
    entry = COMMANDS[name]
    cmd = entry.command.model_validate_json(to_json(dict(fields)))
    return house.desk.execute(entry, cmd, act, command_id, metadata={"actor": act.by})


def settle(installation: Installation, house: House, timeout_s: float = 120.0) -> None:
    """Bring the read models up to the log: fold here, or wait for the daemon that holds them. Raises `NotLevel`."""
    cell = house.installation if house.installation in installation.cells.values() else installation
    position, until = house.log.position(), time.monotonic() + timeout_s
    while True:
        cell.daemon.catch_up(house.company_id)
        if position == 0 or house.reader.wait(READ_MODELS, position, LOOK_S):
            return
        if time.monotonic() > until:
            raise NotLevel
