"""How values read in a language (formati): numbers, dates, yes and no, as people write them there.

Amounts have at least two decimals and are rounded half away from zero where fewer are asked for (R0.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from projections.documents.quantity import Quantity

ROME = ZoneInfo("Europe/Rome")
LOCALES = {"en": "en_GB"}
DATES = {"it": "dd/MM/yyyy", "en": "dd/MM/yyyy", "de": "dd.MM.yyyy", "fr": "dd/MM/yyyy", "es": "dd/MM/yyyy"}
YES_NO = {"it": ("sì", "no"), "en": ("yes", "no"), "de": ("ja", "nein"), "fr": ("oui", "non"), "es": ("sí", "no")}
AMOUNT, QUANTITY, CENTS = "#,##0.00######", "#,##0.##########", Decimal("0.01")


def locale_of(language: str) -> Locale:
    """The locale of a language; Italian where it is not known."""
    try:
        return Locale.parse(LOCALES.get(language, language))
    except (UnknownLocaleError, ValueError):
        return Locale("it")


def show(value: Any, language: str, how: str | None = None) -> str:
    """A value as text; `how` is one of `aggregates.rules.text_fields.FORMATS`. Nothing is an empty text."""
    if value is None:
        return ""
    if how in (None, "") or how not in _SHOWING:
        return _usual(value, language)
    return _SHOWING[how](value, language)


def _usual(value: Any, language: str) -> str:
    match value:
        case bool():
            return YES_NO.get(language, YES_NO["it"])[0 if value else 1]
        case Quantity():
            return _quantity(value, language)
        case Decimal():
            return _amount(value, language)
        case datetime():
            return f"{_date(value, language)} {_time(value, language)}"
        case date():
            return _date(value, language)
        case _:
            return str(value)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _number(value: Any, language: str, pattern: str) -> str:
    number = _decimal(value)
    return _usual(value, language) if number is None else format_decimal(number, pattern, locale=locale_of(language))


def _amount(value: Any, language: str) -> str:
    return _number(value, language, AMOUNT)


def _quantity(value: Any, language: str) -> str:
    return _number(value, language, QUANTITY)


def _euro(value: Any, language: str) -> str:
    number = _decimal(value)
    if number is None:
        return _usual(value, language)
    return "€ " + _amount(number.quantize(CENTS, rounding=ROUND_HALF_UP), language)


def _local(value: Any) -> Any:
    return value.astimezone(ROME) if isinstance(value, datetime) else value


def _date(value: Any, language: str) -> str:
    if not isinstance(value, date):
        return _usual(value, language)
    return format_date(_local(value), DATES.get(language, "short"), locale=locale_of(language))


def _long_date(value: Any, language: str) -> str:
    return format_date(_local(value), "long", locale=locale_of(language)) if isinstance(value, date) else str(value)


def _time(value: Any, language: str) -> str:
    return str(_local(value).strftime("%H:%M")) if isinstance(value, datetime) else _usual(value, language)


_SHOWING: Mapping[str, Callable[[Any, str], str]] = {
    "amount": _amount,
    "number": _quantity,
    "quantity": _quantity,
    "euro": _euro,
    "date": _date,
    "long_date": _long_date,
    "time": _time,
    "upper": lambda value, language: _usual(value, language).upper(),
    "lower": lambda value, language: _usual(value, language).lower(),
}
