"""Whether an answer holds what a story expects: a subset, compared by meaning and not by spelling.

Mappings may hold more than is expected; of a list the expected items must be found in order, others may stand between
them, and an empty list is an empty list. Numbers compare as numbers (351.78 is 351.780), instants in any offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic_core import to_jsonable_python

from gateways.stories.reading import instant

NUMBER = re.compile(r"^[-+]?(0|[1-9]\d*)(\.\d+)?$")
INSTANT = re.compile(r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
MISSING = "(nothing there)"


@dataclass(frozen=True)
class Difference:
    """Where an answer differs from what was expected."""

    path: str
    expected: Any
    got: Any


def plain(value: Any) -> Any:
    """Any answer as plain JSON."""
    return to_jsonable_python(value)


def differences(expected: Any, answer: Any, path: str = "") -> list[Difference]:
    """Everything that differs; an empty list when the answer holds what is expected. `answer` is plain JSON."""
    return list(_compared(expected, answer, path))


def _compared(expected: Any, got: Any, path: str) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        for key, wanted in expected.items():
            below = f"{path}.{key}" if path else str(key)
            if key in got:
                yield from _compared(wanted, got[key], below)
            else:
                yield Difference(below, wanted, MISSING)
    elif isinstance(expected, Sequence) and not isinstance(expected, str) and isinstance(got, list):
        yield from _listed(expected, got, path)
    elif not _same(expected, got):
        yield Difference(path or "answer", expected, got)


def _listed(expected: Sequence[Any], got: list[Any], path: str) -> Iterator[Difference]:
    if not expected and got:
        yield Difference(path or "answer", [], got)
        return
    place = 0
    for number, wanted in enumerate(expected):
        found = next((n for n in range(place, len(got)) if not differences(wanted, got[n])), None)
        if found is not None:
            place = found + 1
            continue
        below = f"{path}[{number}]"
        candidates = [differences(wanted, item, below) for item in got[place:]]
        if not candidates:
            yield Difference(below, wanted, MISSING)
            continue
        nearest = min(range(len(candidates)), key=lambda n: len(candidates[n]))
        yield from candidates[nearest]
        place += nearest + 1


def _same(expected: Any, got: Any) -> bool:
    if expected is None or got is None or isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(got, Mapping | list) or isinstance(expected, Mapping | list):
        return bool(expected == got)
    one, other = str(expected), str(got)
    if one == other:
        return True
    if NUMBER.match(one) and NUMBER.match(other):
        return Decimal(one) == Decimal(other)
    return _moment(one) == _moment(other) is not None


def _moment(text: str) -> datetime | None:
    if not INSTANT.match(text):
        return None
    try:
        return instant(text)
    except ValueError:
        return None
