"""What no record can hold, whatever its rules say: checked before a command is carried out or a query asked.

A NUL character, a whole number that no column takes or a date at the end of the calendar would be refused by the
database only after the fact is in the log, where it would stay for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel

LARGEST = 2**31 - 1
YEARS = range(1900, 2200)
LONGEST = 100_000

Finding = dict[str, Any]
UNUSABLE = {
    "text_unusable": "has a character that cannot be kept; take it out",
    "text_too_long": "at most {most} characters",
    "number_too_large": "must lie between -{most} and {most}",
    "year_out_of_range": "the year must lie between {first} and {last}",
}
"""How these findings read."""


class ValuesUnusable(Exception):
    """Some fields hold what no record can; `findings` has the shape of pydantic's."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(findings)
        self.findings = findings


def check_values(model: BaseModel) -> None:
    """Raises `ValuesUnusable` with every field that no record can hold."""
    findings = list(_findings(model, ()))
    if findings:
        raise ValuesUnusable(findings)


def _findings(value: Any, place: tuple[str | int, ...]) -> Iterator[Finding]:
    if isinstance(value, str):
        yield from _text(value, place)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            yield _finding("number_too_large", place, most=LARGEST)
    elif isinstance(value, date):
        if value.year not in YEARS:
            yield _finding("year_out_of_range", place, first=YEARS[0], last=YEARS[-1])
    elif isinstance(value, BaseModel):
        for name, part in value.__dict__.items():
            yield from _findings(part, (*place, name))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _findings(name, (*place, "key"))
            yield from _findings(part, (*place, str(name)))
    elif isinstance(value, tuple | list | set | frozenset):
        for number, part in enumerate(value):
            yield from _findings(part, (*place, number))


def _text(value: str, place: tuple[str | int, ...]) -> Iterator[Finding]:
    if len(value) > LONGEST:
        yield _finding("text_too_long", place, most=LONGEST)
    elif "\0" in value or (not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)):
        yield _finding("text_unusable", place)


def _finding(kind: str, place: tuple[str | int, ...], **context: int) -> Finding:
    return {"type": kind, "loc": place, "msg": UNUSABLE[kind], "ctx": context}
