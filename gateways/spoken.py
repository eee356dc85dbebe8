"""Reasons in the reader's language (motivi): views answer codes with values and an Italian sentence beside them.

`because` stands beside `reason`, `coverage_because` beside `coverage_reason`, `why_because` beside `why`. A list of
codes is a reason of several sentences; a list of such lists stands beside a list of reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateways.i18n import DEFAULT
from gateways.labels import words_of

BECAUSE, REASON = "because", "reason"
REFUSALS = frozenset(
    {
        "adjust-contracts", "adjustment-preview", "billing-due", "billing-run", "billing-runs", "contract",
        "contract-what-if", "contracts", "prepare-collection", "propose-invoices", "what-if",
    }
)  # fmt: skip
"""Views, and commands with answers, that hold refusals noted before."""


def spoken(answer: Any, language: str, *, also_italian: bool = False) -> Any:
    """An answer with every reason told in a language; Italian is there already, but for refusals that were noted."""
    return _spoken(answer, language) if language != DEFAULT or also_italian else answer


def tells_refusals(name: str) -> bool:
    """Whether a view, or the answer of a command, tells what was refused: then its Italian is made here too."""
    return name in REFUSALS


def _spoken(answer: Any, language: str) -> Any:
    if isinstance(answer, list | tuple):
        return [_spoken(part, language) for part in answer]
    if not isinstance(answer, Mapping):
        return answer
    said = {key: _spoken(value, language) for key, value in answer.items()}
    for key, value in answer.items():
        if str(key).endswith(BECAUSE) and (text := _told(value, language)) is not None:
            said[_beside(str(key), answer)] = text
    return said


def _beside(key: str, answer: Mapping[str, Any]) -> str:
    """Where the words of a reason stand: `x_reason`, or `x` itself."""
    stem = key.removesuffix(BECAUSE)
    return stem + REASON if stem + REASON in answer or not stem else stem.removesuffix("_")


def _told(value: Any, language: str) -> Any:
    """The words of a reason; None where a code is not known, so that what stands there stays."""
    if isinstance(value, Mapping):
        return words_of(value, language) if "code" in value and "values" in value else None
    if not isinstance(value, list) or not value:
        return None
    sentences = [_told(each, language) for each in value]
    if all(isinstance(each, list) for each in value):
        return sentences
    return " ".join(map(str, sentences)) if None not in sentences else None
