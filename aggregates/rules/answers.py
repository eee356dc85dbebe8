"""Questions with typed answers (domande e risposte): what checklists and information sheets ask, and what fits.

An answer is kept as a text in one way of writing: `done`, `yes` or `no`, a decimal with a point, an ISO date, one of
the choices, a SHA-256 for a photo. So two answers are the same when their texts are.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from aggregates.base import Refusal, require
from aggregates.values import MOST_DECIMALS, MOST_DIGITS, Rate, Value

LONGEST_TEXT = 4000
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
PHOTO = re.compile(r"[0-9a-f]{64}")


class AnswerKind(StrEnum):
    """How a question is answered."""

    DONE = "done"
    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    PHOTO = "photo"
    READING = "reading"


NUMBERS = (AnswerKind.NUMBER, AnswerKind.READING)


class AnswerUnfit(Refusal):
    """The value "{value}" is no answer to "{question}"; what is asked for is: {kind}."""

    status = 422


class ChoiceUnknown(Refusal):
    """The value "{value}" is no choice of "{question}"; use one of: {choices}."""

    status = 422


class Question(Value):
    """Something asked; limits belong to numbers, choices to choices."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$", examples=["pressure"])
    text: str = Field(min_length=1, max_length=500, examples=["Pressione di esercizio"])
    kind: AnswerKind = AnswerKind.DONE
    unit: str | None = Field(default=None, max_length=20)
    lowest: Rate | None = None
    highest: Rate | None = None
    choices: tuple[str, ...] = ()
    mandatory: bool = True

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.kind is AnswerKind.CHOICE) != (len(self.choices) > 0):
            raise ValueError("a choice needs its choices, other questions have none")
        if len(set(self.choices)) != len(self.choices) or not all(one.strip() for one in self.choices):
            raise ValueError("choices must differ and have words")
        if self.kind not in NUMBERS and (self.lowest is not None or self.highest is not None):
            raise ValueError("only a number or a reading has limits")
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValueError("the lowest value must not be above the highest")
        return self

    def read(self, value: bool | str) -> str:
        """The answer in its one way of writing. Raises `AnswerUnfit`, `ChoiceUnknown`."""
        text = ("yes" if value else "no") if isinstance(value, bool) else value.strip()
        found = _read(self, text)
        told = {"value": text[:100], "question": self.text}
        is_choice = self.kind is AnswerKind.CHOICE
        require(found is not None or not is_choice, ChoiceUnknown, **told, choices=", ".join(self.choices))
        require(found is not None, AnswerUnfit, **told, kind=self.kind)
        assert found is not None
        return found

    def is_out_of_limits(self, answer: str) -> bool:
        """Whether a number lies outside what is allowed; both limits themselves are inside."""
        if self.kind not in NUMBERS:
            return False
        number = Decimal(answer)
        too_low = self.lowest is not None and number < self.lowest
        return too_low or (self.highest is not None and number > self.highest)


def _read(question: Question, text: str) -> str | None:
    """None when the text does not fit."""
    match question.kind:
        case AnswerKind.DONE:
            return "done" if text in ("done", "yes") else None
        case AnswerKind.YES_NO:
            return text if text in ("yes", "no") else None
        case AnswerKind.NUMBER:
            return _number(text)
        case AnswerKind.READING:
            return _reading(text)
        case AnswerKind.CHOICE:
            return text if text in question.choices else None
        case AnswerKind.DATE:
            return _date(text)
        case AnswerKind.PHOTO:
            return text if PHOTO.fullmatch(text) else None
    return text if 0 < len(text) <= LONGEST_TEXT else None


def _number(text: str) -> str | None:
    if len(text) > MOST_DIGITS + MOST_DECIMALS or not PLAIN_NUMBER.fullmatch(text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if number.adjusted() >= MOST_DIGITS:
        return None
    written = format(number, "f")
    plain = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if plain in ("-0", "") else plain


def _reading(text: str) -> str | None:
    """Meters show whole numbers."""
    number = _number(text)
    return number if number is not None and number.isdecimal() else None


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def require_distinct(keys: tuple[str, ...]) -> None:
    """Raises `ValueError` when two questions have the same key."""
    if len(set(keys)) != len(keys):
        raise ValueError("every question needs a key of its own")
