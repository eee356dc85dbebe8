"""Italian and European identifiers: VAT number (partita IVA), tax code (codice fiscale), recipient code, IBAN."""

from __future__ import annotations

import re

from stdnum import iban, vatin
from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale, iva

EU_COUNTRIES = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip


def is_vat_number(number: str) -> bool:
    """Whether it is `IT` and a valid partita IVA, a valid number of another member state, or foreign and plausible."""
    country, rest = number[:2].upper(), number[2:]
    if country == "IT":
        return bool(iva.is_valid(rest))
    if country in EU_COUNTRIES:
        return _valid_in_europe(number)
    return bool(re.fullmatch(r"[A-Z]{2}[A-Za-z0-9]{2,28}", number))


def _valid_in_europe(number: str) -> bool:
    try:
        vatin.validate(number)
    except ValidationError:
        return False
    return True


def is_tax_code(code: str) -> bool:
    """Whether it is a person's codice fiscale (16 characters) or an organisation's (11 digits)."""
    return bool(codicefiscale.is_valid(code) or iva.is_valid(code))


def is_recipient_code(code: str, length: int) -> bool:
    """Whether it can be a recipient code of the exchange system with this many characters (R9.9)."""
    return bool(re.fullmatch(rf"[A-Z0-9]{{{length}}}", code))


def is_iban(number: str) -> bool:
    """Whether the IBAN's check digits are right."""
    return bool(iban.is_valid(number))
