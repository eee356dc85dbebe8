"""Because (motivo): why something is covered, charged or billed: a code with values, told when it is read.

The English sentence is a gettext message id; the Italian one is what documents print. A test keeps the translation and
the printed sentence the same. A reason of several sentences is several of them, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import Field

from aggregates.base import Refusal
from aggregates.because_cover import COVER
from aggregates.because_fees import FEES
from aggregates.because_sentence import DATE, ENGLISH, ITALIAN, Sentence, filled
from aggregates.because_work import WORK
from aggregates.values import Value

__all__ = [
    "DATE",
    "SENTENCES",
    "Because",
    "Reasons",
    "Sentence",
    "because",
    "in_italian",
    "reasons_of",
    "refused",
    "worded",
]

SAID = "said"
"""The code of what a validator said, as value."""
SENTENCES: dict[str, Sentence] = COVER | FEES | WORK
"""Every reason, by its code."""


class Because(Value):
    """A reason: its code and the values of its sentence. Dates are ISO, amounts plain decimals."""

    code: str
    values: dict[str, str] = Field(default={})

    @property
    def english(self) -> str:
        """The sentence as message id, its values filled in."""
        known = SENTENCES.get(self.code)
        return filled(known.english, self.values, ENGLISH) if known else self.code

    @property
    def italian(self) -> str:
        """The sentence as documents print it."""
        known = SENTENCES.get(self.code)
        return filled(known.italian, self.values, ITALIAN) if known else self.code

    def __str__(self) -> str:
        return self.english


Reasons = tuple[Because, ...]


def because(code: str, **values: object) -> Because:
    """A reason with its values as text."""
    return Because(code=code, values={name: _text(value) for name, value in values.items() if value is not None})


def in_italian(reasons: Iterable[Because], otherwise: str | None = None) -> str | None:
    """The sentences of a reason, one after the other; what somebody wrote, where it has no code."""
    return " ".join(each.italian for each in reasons) or otherwise


def refused(problem: Refusal | ValueError) -> Because:
    """Why something could not be done: the refusal by its name, with its values marked by their types."""
    if isinstance(problem, Refusal):
        values = {name: _marked(value) for name, value in problem.values.items() if value is not None}
        return Because(code=type(problem).__name__, values=values)
    return Because(code=SAID, values={"said": str(problem)})


def worded(why: Because | str) -> dict[str, Any]:
    """A reason as facts hold it: a code as `because`, told when it is read, or somebody's words as `reason`."""
    return {"because": why} if isinstance(why, Because) else {"reason": why}


def reasons_of(reasons: Iterable[Because]) -> list[dict[str, Any]]:
    """Reasons as data, for views."""
    return [each.model_dump() for each in reasons]


def _marked(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    is_plain = isinstance(value, str | int) and not isinstance(value, Enum)
    return str(value) if is_plain else f"@{type(value).__name__}:{_text(value)}"


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
