"""What one kind of import file is (tipo di file): its row model, headers, natural key, references and rules.

A row model is a frozen pydantic model; each field carries a `Column` that says which headers mean it and how its
cells are read. From these the reader, the cross-reference checks and the documentation are all made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from gateways.imports.cells import CellType
from gateways.imports.words import key_of

Key = tuple[str, ...]
Check = Callable[[Any], str | None]
F = TypeVar("F", bound=Check)

_RULE = "_import_rule_fields"


@dataclass(frozen=True)
class Column:
    """A column: how its cells are read and the headers that mean it; the first of each language is the documented."""

    cell: CellType
    italian: tuple[str, ...]
    english: tuple[str, ...]


def column(cell: CellType, italian: str, english: str) -> Column:
    """A column whose headers are separated by `|`."""
    if not isinstance(cell, CellType):
        raise TypeError(f"{cell!r} is not a cell type: does a field of the same name hide it?")
    return Column(cell, tuple(italian.split("|")), tuple(english.split("|")))


@dataclass(frozen=True)
class Reference:
    """The fields of a row that name a row of another kind; a field with several values makes several references."""

    to: str
    fields: tuple[str, ...]


class Link(NamedTuple):
    """One record that a row names: by which fields, with which key, and as it is written."""

    reference: Reference
    key: Key
    shown: str


@dataclass(frozen=True)
class Sheet:
    """A kind of file: its name, the names its files may have, its natural key and what its rows refer to."""

    name: str
    italian: tuple[str, ...]
    english: tuple[str, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()

    @property
    def file_keys(self) -> frozenset[str]:
        """The names of files and sheets that mean this kind, ready to compare."""
        return frozenset(key_of(name) for name in (self.name, *self.italian, *self.english))


def rule(*fields: str) -> Callable[[F], F]:
    """Marks a row's method as a rule over the named fields: it answers with a reason when the row is wrong.

    It is asked only when all those fields could be read; the reason is shown at the first of them.
    """

    def mark(check: F) -> F:
        setattr(check, _RULE, fields)
        return check

    return mark


class Row(BaseModel):
    """A row of an import file, with English field names and typed values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    SHEET: ClassVar[Sheet]

    @property
    def key(self) -> Key:
        """The natural key: two rows with the same key are the same record; case does not matter."""
        return tuple(_key_part(getattr(self, field)) for field in self.SHEET.key)

    def names(self) -> tuple[Key, ...]:
        """The ways in which rows of other kinds may name this one."""
        return (self.key,)

    def references(self) -> Iterator[Link]:
        """The records of other kinds this row names; blank fields name nothing."""
        for reference in self.SHEET.references:
            *leading, last = (getattr(self, field, None) for field in reference.fields)
            for one in last if isinstance(last, tuple) else (last,):
                parts = (*leading, one)
                if None not in parts:
                    shown = " / ".join(str(part) for part in parts)
                    yield Link(reference, tuple(map(_key_part, parts)), shown)

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """The columns by field, in the order of the model."""
        return {
            name: next(mark for mark in field.metadata if isinstance(mark, Column))
            for name, field in cls.model_fields.items()
        }

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """The fields every row must have."""
        return tuple(name for name, field in cls.model_fields.items() if field.is_required())

    @classmethod
    @cache
    def rules(cls) -> tuple[tuple[tuple[str, ...], Check], ...]:
        """The rules over several cells of a row, with the fields each needs."""
        checks = (check for base in reversed(cls.__mro__) for check in vars(base).values())
        return tuple((fields, check) for check in checks if (fields := getattr(check, _RULE, None)))


def _key_part(value: Any) -> str:
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f")
    return "" if value is None else str(value).casefold()
