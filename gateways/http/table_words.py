"""What stands in a table that people read: titles of columns, codes as words, numbers and dates as readers write them.

Which rows and values a machine reads is none of this file's business: CSV keeps its own form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache, lru_cache
from typing import Any, get_args
from uuid import UUID

from babel.numbers import format_decimal
from pydantic import BaseModel
from pydantic_core import to_json, to_jsonable_python

from gateways.http import table_values
from gateways.http.table_codes import CODES
from gateways.http.table_titles import title_of
from gateways.i18n import translations
from gateways.labels import COLUMN, SPOKEN, VIEW, label, shown, words
from projections.base import View

YES, NO = "yes", "no"
WORDS = (
    YES, NO, "page", "of", "filters", "nothing", "more in Excel", "{n} rows", "printed {when} by {who}",
    "as known at {when}", "as true at {when}",
)  # fmt: skip
"""What else stands on a printed list."""


def title(column: str, language: str) -> str:
    """The title of a column or a field."""
    return translations(language).pgettext(COLUMN, title_of(column))


def list_title(view_name: str, language: str) -> str:
    """The title of a list or sheet."""
    told = translations(language).pgettext(VIEW, words(view_name))
    return told[:1].upper() + told[1:]


def word(message: str, language: str) -> str:
    """One of `WORDS`."""
    return translations(language).pgettext(COLUMN, message)


def total_title(view: View, per: str | None, language: str) -> str:
    """What stands beside a total: the word, and the currency or kind whose total it is."""
    kind = text(per, language, kinds_of(view, view.totals_per)) if per and view.totals_per else ""
    return " ".join(filter(None, (title("total", language), kind)))


def text(value: Any, language: str, kinds: Iterable[type[StrEnum]] = (), places: int = 0) -> str:
    """A value as people read it; `places` are the decimals a number has at least."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return word(YES if value else NO, language)
    if isinstance(value, Enum):
        return label(value, language)
    if isinstance(value, str):
        return _coded(value, language, kinds)
    if isinstance(value, int | Decimal):
        return number(Decimal(value), language, places)
    if isinstance(value, datetime | date):
        return shown(value, language)
    if isinstance(value, float):
        return number(Decimal(str(value)), language, places)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(text(part, language, kinds, places) for part in value)
    return _nested(value, language)


def number(value: Decimal, language: str, places: int = 0) -> str:
    """A number with its thousands apart and with the decimals it was given."""
    exponent = value.as_tuple().exponent
    wanted = max(places, -exponent if isinstance(exponent, int) else 0)
    pattern = "#,##0" + ("." + "0" * wanted if wanted else "")
    return format_decimal(value, format=pattern, locale=language)


def kinds_of(view: View, column: str) -> tuple[type[StrEnum], ...]:
    """Which codes a column of a view holds: as the view's own filter says, or as its name does everywhere."""
    own = _filter_kind(view.ask, column)
    names = CODES.get(f"{view.name}.{column}", CODES.get(column, ()))
    return (*((own,) if own else ()), *(_kinds()[name] for name in names))


@cache
def _kinds() -> Mapping[str, type[StrEnum]]:
    """All codes of the product by the name of their kind."""
    assert table_values.__name__ in SPOKEN  # imported, so that its kinds are there
    return {kind.__name__: kind for kind in StrEnum.__subclasses__() if kind.__module__.startswith(SPOKEN)}


def is_hidden(column: str, value: Any = None) -> bool:
    """Whether a column tells people nothing: ids, hashes, what only programs need."""
    return column.endswith(("_id", "_ids", "_hash", "sha256", "because")) or column in HIDDEN or isinstance(value, UUID)


HIDDEN = frozenset(
    {
        "id", "company_id", "version", "position", "sort_at", "sort_on", "latitude", "longitude", "merged_into",
        "settles", "proposed_on_invoice", "key", "today", "media_type", "bytes", "stream", "cause",
        "relevance",
    }
)  # fmt: skip


def is_nested(value: Any) -> bool:
    """Whether a value is more than one thing."""
    return isinstance(value, Mapping | list | tuple | set | frozenset | BaseModel)


def _coded(value: str, language: str, kinds: Iterable[type[StrEnum]]) -> str:
    return _label_of(value, language, tuple(kinds)) if kinds else value


@lru_cache(maxsize=4096)
def _label_of(value: str, language: str, kinds: tuple[type[StrEnum], ...]) -> str:
    for kind in kinds:
        if value in {member.value for member in kind}:
            return label(kind(value), language)
    return value


def _nested(value: Any, language: str) -> str:
    """A record inside a cell: money as an amount, anything else name by name."""
    plain = value if isinstance(value, Mapping) else to_jsonable_python(value)
    if not isinstance(plain, Mapping):
        return plain if isinstance(plain, str) else to_json(plain).decode()
    if set(plain) == {"amount", "currency"}:
        return f"{number(Decimal(str(plain['amount'])), language, 2)} {plain['currency']}"
    told = ((title(str(name), language), part) for name, part in plain.items() if not is_hidden(str(name), part))
    return "; ".join(f"{name}: {text(part, language)}" for name, part in told if text(part, language))


@cache
def _filter_kind(ask: type[BaseModel], column: str) -> type[StrEnum] | None:
    annotation = ask.model_fields[column].annotation if column in ask.model_fields else None
    parts = (each for each in (annotation, *get_args(annotation)) if isinstance(each, type))
    return next((each for each in parts if issubclass(each, StrEnum)), None)
