"""What people may ask to have printed of an item (storia della matricola)."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.base import Act
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from commands.base import Command, Service


class PrintItemHistory(Command):
    """Have an item's history printed: calls, work, parts, readings, warranties, moves, contracts and papers."""

    serial_item_id: UUID
    dated_on: date | None = Field(default=None, description="Left out, today.")
    from_on: date | None = Field(default=None, description="Left out, from its first day.")
    until_on: date | None = Field(default=None, description="Left out, to the last entry.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_on is not None and self.until_on is not None and self.until_on < self.from_on:
            raise ValueError("the history must end after it begins")
        return self


def print_item_history(cmd: PrintItemHistory, act: Act, service: Service) -> None:
    """Handles `PrintItemHistory`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    item.ask_history(cmd.dated_on or rome_date(act.at), cmd.from_on, cmd.until_on, act)
    service.save(item)
