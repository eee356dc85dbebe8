"""What an import found (lotto di importazione): rows by kind, and every problem with its file, row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from gateways.imports.sheets.base import Key, Row

R = TypeVar("R", bound=Row, covariant=True)


@dataclass(frozen=True, order=True)
class Problem:
    """Something a person must look at, and where; row 0 is the file as a whole, an empty column the whole row."""

    file: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = ", ".join([self.file, *([f"row {self.row}"] if self.row else []), *([self.column] * bool(self.column))])
        return f"{place}: {self.reason}"


@dataclass(frozen=True)
class Located(Generic[R]):
    """A row that could be read, with the place it comes from and the header of each of its fields there."""

    file: str
    number: int
    row: R
    headers: Mapping[str, str]

    def problem(self, field: str, reason: str) -> Problem:
        """A problem at one field of this row."""
        return Problem(self.file, self.number, self.headers.get(field, field), reason)


@dataclass(frozen=True)
class Refused:
    """A row with problems: what of it could be read, unchecked, and the fields that could not."""

    draft: Located[Row]
    failed: frozenset[str]

    def names(self) -> tuple[Key, ...]:
        """The names other rows may call it by; none when its key could not be read."""
        return () if self.failed & set(self.draft.row.SHEET.key) else self.draft.row.names()


@dataclass(frozen=True)
class ImportBatch:
    """All that a folder holds. Problems forbid an import; warnings only tell what was passed over or assumed."""

    rows: tuple[Located[Row], ...]
    invoices: tuple[Path, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    def of(self, kind: type[R]) -> Iterator[Located[R]]:
        """The rows of one kind, in the order of the files."""
        for located in self.rows:
            if isinstance(located.row, kind):
                yield Located(located.file, located.number, located.row, located.headers)

    def counts(self) -> dict[str, int]:
        """How many rows of each kind, by the kind's name."""
        counts: dict[str, int] = {}
        for located in self.rows:
            name = located.row.SHEET.name
            counts[name] = counts.get(name, 0) + 1
        return counts
