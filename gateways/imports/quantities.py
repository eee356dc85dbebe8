"""Numbers in cells (numeri): Italian and English decimals, amounts, quantities, percentages, coordinates."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from aggregates.values import Money, cents
from gateways.imports.cells import CellType, Language, Unacceptable, from_float
from gateways.imports.files import Cell

_ITALIAN_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
_ENGLISH_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
NUMBER_FORM = "a number such as 1.234,56 or 1,234.56 or 1234.5"


def is_ambiguous_number(cell: Cell) -> bool:
    """Whether the meaning of a typed number depends on the language of the headers, as `1.234` does."""
    return isinstance(cell, str) and _AMBIGUOUS.fullmatch(_bare(cell)) is not None


def _bare(cell: str) -> str:
    return re.sub(r"[\s€'’]|EUR|euro", "", cell, flags=re.IGNORECASE).replace("−", "-")


def to_decimal(cell: Cell, language: Language, accepted: str = NUMBER_FORM) -> Decimal:
    """A decimal in Italian or English notation.

    A text that fits only one notation is read by that one (`1.234,5`, `0.085`, `12.5`). One that fits both, such as
    `1.234`, is read by the language of the headers: with Italian headers the point marks thousands.
    """
    if isinstance(cell, bool):
        raise Unacceptable(cell, accepted)
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        return from_float(cell)
    if not isinstance(cell, str):
        raise Unacceptable(cell, accepted)
    bare = _bare(cell)
    if re.fullmatch(r"[+-]?0[.,]\d+", bare):
        return Decimal(bare.replace(",", "."))
    italian = bare.replace(".", "").replace(",", ".") if _ITALIAN_NUMBER.fullmatch(bare) else None
    english = bare.replace(",", "") if _ENGLISH_NUMBER.fullmatch(bare) else None
    first, second = (italian, english) if language is Language.ITALIAN else (english, italian)
    chosen = first if first is not None else second
    try:
        return Decimal(chosen or "")
    except InvalidOperation:
        raise Unacceptable(cell, accepted, "is not a number") from None


def _number(accepted: str, least: Decimal | None, most: Decimal | None, places: int) -> CellType:
    def read(cell: Cell, language: Language) -> Decimal:
        value = to_decimal(cell, language, accepted)
        if (least is not None and value < least) or (most is not None and value > most):
            raise Unacceptable(cell, accepted, "is out of range")
        if value != round(value, places):
            raise Unacceptable(cell, accepted, f"has more than {places} decimals")
        return value

    return CellType(accepted, read)


QUANTITY = _number(f"{NUMBER_FORM}, from 0, up to 4 decimals", Decimal(0), None, 4)
UNIT_PRICE = _number(f"{NUMBER_FORM}, from 0, up to 8 decimals", Decimal(0), None, 8)
_PERCENT = _number("a percentage from 0 to 100, such as 22 or 12,5", Decimal(0), Decimal(100), 4)
CHANGE = _number("a change in percent, such as 1,1 or -0,3", Decimal(-99), Decimal(1000), 4)
KILOMETRES = _number("kilometres, such as 18,5", Decimal(0), Decimal(5000), 2)


def _percent_sign(cell: Cell, language: Language) -> Decimal:
    value: Decimal = _PERCENT.read(cell.replace("%", "") if isinstance(cell, str) else cell, language)
    return value


PERCENTAGE = CellType(_PERCENT.accepts, _percent_sign)


def _whole(cell: Cell, language: Language) -> int:
    value = to_decimal(cell, language, "a whole number, such as 12 or 1.250")
    if value != value.to_integral_value() or value < 0:
        raise Unacceptable(cell, "a whole number from 0, such as 12 or 1.250", "is not a whole number from 0")
    return int(value)


WHOLE = CellType("a whole number from 0, such as 12 or 1.250", _whole)


def _money(cell: Cell, language: Language) -> Money:
    accepted = "an amount in euro with up to 2 decimals, such as 1.234,56"
    value = to_decimal(cell, language, accepted)
    if value != cents(value):
        raise Unacceptable(cell, accepted, "has more than 2 decimals")
    return Money(amount=cents(value))


MONEY = CellType("an amount in euro with up to 2 decimals, such as 1.234,56", _money)


def _coordinate(cell: Cell, _: Language) -> float:
    accepted = "degrees such as 44.2227 or 44,2227"
    try:
        value = float(cell.strip().replace(",", ".")) if isinstance(cell, str) else float(to_decimal(cell, _))
    except ValueError:
        raise Unacceptable(cell, accepted, "is not a coordinate") from None
    if not -180 <= value <= 180:
        raise Unacceptable(cell, accepted, "is out of range")
    return value


COORDINATE = CellType("degrees such as 44.2227 or 44,2227; the point is always the decimal sign", _coordinate)

NUMERIC = (QUANTITY, UNIT_PRICE, CHANGE, KILOMETRES, PERCENTAGE, WHOLE, MONEY)
"""The types whose notation depends on the language of the headers."""
