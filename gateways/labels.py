"""What codes, values and refusals read like for people (etichette): the one place where a state gets its label.

A code is English and stays as it is in data; its label is the text of the catalogue under the code's kind, so that
`open` of a call and `open` of an activity can read differently.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from babel.numbers import format_decimal

from aggregates.base import Refusal, counted
from aggregates.because import SAID, SENTENCES, Because
from aggregates.because_sentence import DATE, ENGLISH, ITALIAN, filled
from aggregates.values import ROME
from gateways.i18n import told, translations, translator

SPOKEN = ("aggregates.", "projections.", "gateways.http.table_values")
"""Where the kinds of codes stand that people see."""
CLASS_NAME = re.compile(r"([A-Z][a-z]+)+")
KIND = "kind"
"""The context of the names of records, as refusals give them in `{kind}`."""
ROLE = "role"
COLUMN = "column"
"""The context of the titles of columns."""
VIEW = "view"
"""The context of the titles of lists and sheets."""
MARKED = re.compile(r"@(\w+):(.*)", re.DOTALL)
"""A value of a refusal that was noted, with its type before it."""
READERS: dict[str, Callable[[str], Any]] = {
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
NOTATIONS = {"it": ITALIAN, "en": ENGLISH}
NAMED = {"kind": KIND, "role": ROLE, "roles": ROLE}
"""Values of refusals that are codes without a type of their own, and where their labels are."""


def words(code: str) -> str:
    """An English code, or the name of a kind of record, as words."""
    if CLASS_NAME.fullmatch(code):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", code).lower()
    return code.replace("_", " ").replace("-", " ")


def label(member: Enum, language: str) -> str:
    """A state, kind or reason in the reader's language."""
    return translations(language).pgettext(type(member).__name__, words(str(member.value)))


def role_label(role: str, language: str) -> str:
    """A user's role in the reader's language."""
    return translations(language).pgettext(ROLE, words(role))


def shown(value: Any, language: str, name: str = "") -> str:
    """A value as it stands in a sentence: labels for codes, dates and decimals as the reader writes them."""
    if isinstance(value, Enum):
        return label(value, language)
    if isinstance(value, Because):
        return words_of(value.model_dump(), language) or value.italian
    if isinstance(value, datetime):
        return value.astimezone(ROME).strftime("%d/%m/%Y %H:%M" if language == "it" else "%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y" if language == "it" else "%Y-%m-%d")
    if isinstance(value, Decimal):
        return format_decimal(value, format="#,##0.##########", locale=language, decimal_quantization=False)
    if isinstance(value, Mapping) and all(isinstance(kind, Enum) for kind in value):
        return counted(value, lambda kind: label(kind, language))
    if isinstance(value, list | tuple):
        between = " " if any(isinstance(part, Because) for part in value) else ", "
        return between.join(shown(part, language, name) for part in value)
    if isinstance(value, str) and name in NAMED:
        return translations(language).pgettext(NAMED[name], words(value))
    return str(value)


def sentence(refusal: Refusal, language: str) -> str:
    """What a refusal says, in the reader's language."""
    values = {name: shown(value, language, name) for name, value in refusal.values.items()}
    return translator(language)(refusal.message()).format_map(defaultdict(lambda: "?", values))


def sentence_of(code: str, values: Mapping[str, str], language: str) -> str:
    """A reason in words; dates and figures as the reader writes them."""
    return filled(translator(language)(SENTENCES[code].english), values, NOTATIONS[language])


def words_of(reason: Mapping[str, Any], language: str) -> str | None:
    """The words of a reason given as data; None where its code is not known, as of releases to come."""
    code, values = str(reason["code"]), reason["values"]
    if code in SENTENCES:
        return sentence_of(code, values, language)
    if code == SAID:
        return told(values[SAID], language)
    refusal = _refusals().get(code)
    if refusal is None:
        return None
    shown_values = {name: unmarked(name, value, language) for name, value in values.items()}
    return translator(language)(refusal.message()).format_map(defaultdict(lambda: "?", shown_values))


@cache
def _refusals() -> Mapping[str, type[Refusal]]:
    """Every refusal by its name; commands are imported by whoever answers."""
    found, left = {}, [Refusal]
    while left:
        kinds = left.pop().__subclasses__()
        found.update({kind.__name__: kind for kind in kinds})
        left += kinds
    return found


def unmarked(name: str, value: str, language: str) -> str:
    """A value of a refusal as the reader writes it."""
    marked = MARKED.fullmatch(value)
    if marked is None:
        return shown(date.fromisoformat(value) if DATE.fullmatch(value) else value, language, name)
    kind, text = marked.groups()
    if kind in READERS:
        return shown(READERS[kind](text), language)
    return translations(language).pgettext(kind, words(text))
