"""What a row asks the company to do (presa in carico delle righe): commands in order, with where each comes from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic_core import to_json

from commands.base import Command, Entry
from commands.catalog import BY_NAME
from gateways.imports.batch import Located, Problem
from gateways.imports.sheets.base import Row

IMPORTS = UUID("8f2d3b1c-5a0e-5f7c-9b61-3c7e0a4d2f18")


class NotUnderstood(ValueError):
    """A cell was read, but what it says cannot be made into a command; `field` is the field of the row."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class Order:
    """One command; without an instant of its own it happens when the import does."""

    entry: Entry
    command: Command
    at: datetime | None = None

    def happened(self, at: datetime) -> Order:
        """The same, at an instant of its own."""
        return replace(self, at=at)


def order(name: str, /, **fields: Any) -> Order:
    """A command by its catalogue name. Raises pydantic's `ValidationError`."""
    entry = BY_NAME[name]
    return Order(entry, entry.command.model_validate(fields))


@dataclass(frozen=True)
class Mark:
    """A row as the log remembers it: an id made from kind and natural key, and one made from its content."""

    file: str
    number: int
    row_id: UUID
    content_id: UUID
    headers: Mapping[str, str] = field(default_factory=dict)

    def problem(self, field_name: str, reason: str) -> Problem:
        """A problem at one field of the row, or at the row as a whole."""
        return Problem(self.file, self.number, self.headers.get(field_name, field_name), reason)


def mark_of(company_id: UUID, phase: str, located: Located[Row]) -> Mark:
    """The mark of a row in one phase of the import; ids differ between companies and tell nobody what they hide."""
    row_id = uuid5(uuid5(IMPORTS, str(company_id)), "/".join((phase, *located.row.key)))
    return Mark(located.file, located.number, row_id, uuid5(row_id, located.row.model_dump_json()), located.headers)


def file_mark(company_id: UUID, phase: str, file: str, key: Iterable[str], content: Any) -> Mark:
    """The mark of something that is not a row of a table, such as an invoice in XML."""
    row_id = uuid5(uuid5(IMPORTS, str(company_id)), "/".join((phase, *key)))
    return Mark(file, 0, row_id, uuid5(row_id, to_json(content).decode()))


@dataclass(frozen=True)
class Taking:
    """The commands that take in one row, or several rows at once.

    Takings of one group follow one another, others may go side by side. `turn` counts how often the rows had been
    taken in with other content before, so that going back to an earlier content is a change like any other.
    """

    marks: tuple[Mark, ...]
    group: Hashable
    orders: tuple[Order, ...]
    turn: int = 0
    parts: tuple[Taking, ...] = ()
    """The same rows one by one: tried when all together are refused."""

    def command_id(self, number: int) -> UUID:
        """The id of one of its commands: from which rows, their content and turn."""
        first, *others = (uuid5(mark.row_id, str(mark.content_id)) for mark in self.marks)
        for one in others:
            first = uuid5(first, str(one))
        return uuid5(first, f"{self.turn}/{number}/{self.orders[number].entry.name}")

    def metadata(self, number: int) -> list[dict[str, Any]]:
        """What the facts of a command remember of the rows they come from."""
        is_last = number == len(self.orders) - 1
        return [
            {"row": str(mark.row_id), "content": str(mark.content_id), "turn": self.turn, "last": is_last}
            for mark in self.marks
        ]
