"""Reasons in the reader's language (motivi): views answer codes with values and an Italian sentence beside them.

`because` stands beside `reason`, `coverage_because` beside `coverage_reason`, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from aggregates.because import DATE, SENTENCES
from gateways.i18n import DEFAULT, translator
from gateways.labels import shown

BECAUSE, REASON = "because", "reason"


def spoken(answer: Any, language: str) -> Any:
    """The answer of a view with every reason told in a language; Italian is there already."""
    if language == DEFAULT:
        return answer
    if isinstance(answer, list | tuple):
        return [spoken(part, language) for part in answer]
    if not isinstance(answer, Mapping):
        return answer
    told = {key: spoken(value, language) for key, value in answer.items()}
    for key, value in answer.items():
        if str(key).endswith(BECAUSE) and isinstance(value, Mapping) and value.get("code") in SENTENCES:
            told[str(key).removesuffix(BECAUSE) + REASON] = sentence_of(value["code"], value["values"], language)
    return told


def sentence_of(code: str, values: Mapping[str, str], language: str) -> str:
    """A reason in words; dates as the reader writes them."""
    text = translator(language)(SENTENCES[code].english)
    return text.format_map(_Values({name: _shown(value, language) for name, value in values.items()}))


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _shown(value: str, language: str) -> str:
    return shown(date.fromisoformat(value), language) if DATE.fullmatch(value) else value
