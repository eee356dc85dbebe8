"""Invented but valid codes (codici): P.IVA, codice fiscale, IBAN, foreign VAT numbers, with their check digits.

The progressive part of each P.IVA lies where no office has given any out.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from random import Random

from stdnum import get_cc_module, iban, luhn
from stdnum.it import codicefiscale

MONTH_LETTERS = "ABCDEHLMPRST"
ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
"""Values of the digits in odd places of the check letter of an Italian bank account."""


def vat_number(progressive: int, office: str = "040") -> str:
    """An Italian P.IVA: seven digits, the office, a check digit."""
    body = f"{8900000 + progressive:07d}{office}"
    return body + luhn.calc_check_digit(body)


def body_tax_code(progressive: int, office: str = "040") -> str:
    """The numeric tax code of a condominium or public body, which begins with 9."""
    body = f"{9800000 + progressive:07d}{office}"
    return body + luhn.calc_check_digit(body)


def person_tax_code(surname: str, name: str, born_on: date, female: bool, registry: str) -> str:
    """The codice fiscale of a person."""
    consonants, vowels = _letters(name)
    given = consonants[0] + consonants[2:4] if len(consonants) > 3 else (consonants + vowels).ljust(3, "X")[:3]
    family = "".join(_letters(surname)).ljust(3, "X")[:3]
    day = born_on.day + (40 if female else 0)
    body = f"{family}{given}{born_on.year % 100:02d}{MONTH_LETTERS[born_on.month - 1]}{day:02d}{registry}"
    return body + codicefiscale.calc_check_digit(body)


def _letters(text: str) -> tuple[str, str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.upper()) if "A" <= c <= "Z")
    return "".join(c for c in plain if c not in "AEIOU"), "".join(c for c in plain if c in "AEIOU")


def italian_iban(random: Random) -> str:
    """An IBAN of an Italian account, with its check letter and check digits."""
    account = f"{random.choice((6270, 8542, 2008, 3069)):05d}{random.randrange(1000, 99999):05d}"
    account += f"{random.randrange(10**9):012d}"
    total = sum(ODD[int(digit)] if place % 2 == 0 else int(digit) for place, digit in enumerate(account))
    body = f"{chr(ord('A') + total % 26)}{account}"
    return "IT" + iban.calc_check_digits(f"IT00{body}") + body


def foreign_vat_number(country: str, progressive: int) -> str:
    """A VAT number of Germany, Austria, France, Switzerland or San Marino."""
    if country == "SM":
        return f"SM{20000 + progressive}"
    if country == "FR":
        body = f"{89900000 + progressive:08d}"
        siren = body + luhn.calc_check_digit(body)
        return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
    prefix, suffix = {"DE": ("DE", ""), "AT": ("ATU", ""), "CH": ("CHE", "MWST")}[country]
    digits = f"{8990000 + progressive}" if country == "AT" else f"{89900000 + progressive}"
    # A few bodies have no valid check digit in Switzerland; the next progressive always helps.
    module = get_cc_module(country.lower(), "vat")
    assert module is not None
    candidates = (f"{prefix}{digits}{check}{suffix}" for check in range(10))
    found = next((number for number in candidates if module.is_valid(number)), None)
    return found or foreign_vat_number(country, progressive + 1000)
