"""Sentences with places for values (frasi con valori), in the notation of their language.

A place may say what stands there: `{fee:euro}` with two decimals, `{count:number}` as exact as it is, `{change:signed}`
with its sign, `{at:moment}` an instant in Italian time. Dates in ISO form are found without being told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from aggregates.values import ROME

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Sentence(NamedTuple):
    """A reason in words, with places for its values."""

    english: str
    italian: str


class Notation(NamedTuple):
    """How a language writes days, thousands and decimals."""

    day: str
    thousands: str
    point: str


ITALIAN = Notation("%d/%m/%Y", ".", ",")
ENGLISH = Notation("%Y-%m-%d", ",", ".")


def filled(text: str, values: Mapping[str, str], notation: Notation) -> str:
    """The sentence with its values; one that is missing leaves its place empty."""
    return text.format_map(_Values({name: _Told(value, notation) for name, value in values.items()}))


class _Values(dict[str, "_Told"]):
    def __missing__(self, key: str) -> _Told:
        return _Told("", ITALIAN)


class _Told(str):
    """A value that knows its language's notation."""

    notation: Notation

    def __new__(cls, value: str, notation: Notation) -> _Told:
        made = super().__new__(cls, value)
        made.notation = notation
        return made

    def __format__(self, kind: str) -> str:
        if DATE.fullmatch(self):
            return date.fromisoformat(self).strftime(self.notation.day)
        if not self or not kind:
            return str(self)
        if kind == "moment":
            return datetime.fromisoformat(self).astimezone(ROME).strftime(f"{self.notation.day} %H:%M")
        try:
            return _figure(Decimal(self), kind, self.notation)
        except InvalidOperation:
            return str(self)


def _figure(number: Decimal, kind: str, notation: Notation) -> str:
    sign = "+" if kind == "signed" else ""
    digits = ".2f" if kind == "euro" else "f"
    return format(number, f"{sign},{digits}").translate(str.maketrans(",.", notation.thousands + notation.point))
