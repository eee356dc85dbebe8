"""Fields in texts that people write (campi nei testi): `{{ customer.name }}`, nothing more.

A text is not a program: there are no conditions, no loops, no calls. What stands between the braces is the path of a
field, perhaps with one way to show it: `{{ total | euro }}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Literal

from aggregates.values import Value

FORMATS = frozenset({"amount", "date", "euro", "long_date", "lower", "number", "quantity", "time", "upper"})
"""How a field may be shown."""
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{\{|\}\}|\{%|%\}|\{#|#\}", re.DOTALL)
_FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*(?:\|\s*([a-z_]+)\s*)?\}\}")
Problem = Literal["unknown-field", "unknown-format", "not-a-field"]


class TextProblem(Value):
    """What is wrong in a text, and with which words of it."""

    code: Problem
    found: str


def problems(text: str, known: Collection[str]) -> tuple[TextProblem, ...]:
    """What does not name a known field, in the order of the text."""
    found: list[TextProblem] = []
    for braces in _BRACES.finditer(text):
        field = _FIELD.fullmatch(braces[0])
        if field is None:
            found.append(TextProblem(code="not-a-field", found=braces[0][:80]))
        elif field[1] not in known:
            found.append(TextProblem(code="unknown-field", found=field[1]))
        elif field[2] is not None and field[2] not in FORMATS:
            found.append(TextProblem(code="unknown-format", found=field[2]))
    return tuple(found)


def filled(text: str, shown: Callable[[str, str | None], str]) -> str:
    """The text with each field replaced by what `shown(path, format)` says; values are never read as fields again."""
    return _FIELD.sub(lambda field: shown(field[1], field[2]), text)
