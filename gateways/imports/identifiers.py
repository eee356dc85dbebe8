"""Codes with a form of their own (codici): P.IVA, codice fiscale, IBAN, recipient codes, addresses, tender codes.

Check digits are verified by python-stdnum (CUS-2). Excel drops the leading zeros of a number: where a check digit can
confirm it, they are put back.
"""

from __future__ import annotations

import re

from stdnum import get_cc_module, iban
from stdnum.exceptions import ValidationError
from stdnum.it import codicefiscale, iva

from gateways.imports.cells import CellType, Language, Unacceptable, plain
from gateways.imports.countries import CODES, COUNTRIES
from gateways.imports.files import Cell
from gateways.imports.words import key_of

VAT_NUMBER_FORM = "a P.IVA of 11 digits with its check digit, or a foreign VAT number such as DE136695976"
TAX_CODE_FORM = "a codice fiscale of 16 characters or 11 digits with its check character"
RECIPIENT_FORM = "an SDI code of 7 letters or digits (6 for public bodies), such as M5UXCR1, 0000000 or XXXXXXX"


def _compact(cell: Cell) -> str:
    return re.sub(r"[\s.\-/]", "", plain(cell)).upper()


def _vat_number(cell: Cell, _: Language) -> str:
    code = _compact(cell)
    country, number = ("IT", code) if code[:1].isdigit() else (code[:2], code[2:])
    try:
        if country == "IT":
            return "IT" + iva.validate(number.zfill(11) if number.isdigit() else number)
        module = get_cc_module("el" if country == "EL" else country.lower(), "vat")
    except ValidationError:
        raise Unacceptable(cell, VAT_NUMBER_FORM, "fails the check of a P.IVA") from None
    if country not in {*CODES, "EL", "XI"} or not re.fullmatch(r"[A-Z0-9]{2,28}", number):
        raise Unacceptable(cell, VAT_NUMBER_FORM, "has no known country in front")
    if module is not None and not (module.is_valid(number) or module.is_valid(code)):
        raise Unacceptable(cell, VAT_NUMBER_FORM, f"fails the check of a VAT number of {country}")
    return country + number


def _tax_code(cell: Cell, _: Language) -> str:
    code = _compact(cell)
    try:
        if code.isdigit():
            return iva.validate(code.zfill(11))
        return codicefiscale.validate(code)
    except ValidationError:
        raise Unacceptable(cell, TAX_CODE_FORM, "fails the check of a codice fiscale") from None


def _recipient(cell: Cell, _: Language) -> str:
    code = _compact(cell)
    code = "0" * 7 if code.strip("0") == "" else code
    if not re.fullmatch(r"[A-Z0-9]{6,7}", code):
        raise Unacceptable(cell, RECIPIENT_FORM)
    return code


def _iban(cell: Cell, _: Language) -> str:
    try:
        return iban.validate(_compact(cell))
    except ValidationError:
        raise Unacceptable(cell, IBAN_CODE.accepts, "fails the check of an IBAN") from None


def _email(cell: Cell, _: Language) -> str:
    address = plain(cell).strip("<>").removeprefix("mailto:")
    if not re.fullmatch(r"[^@\s,;<>]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}", address):
        raise Unacceptable(cell, EMAIL.accepts, "is not an e-mail address")
    local, _at, domain = address.partition("@")
    return f"{local}@{domain.lower()}"


def _phone(cell: Cell, _: Language) -> str:
    number = re.sub(r"[\s./()-]", "", plain(cell))
    number = "+" + number[2:] if number.startswith("00") else number
    if not re.fullmatch(r"\+?\d{5,15}", number):
        raise Unacceptable(cell, PHONE.accepts, "is not a telephone number")
    return number


def _country(cell: Cell, _: Language) -> str:
    code = COUNTRIES.get(key_of(plain(cell)))
    if code is None:
        raise Unacceptable(cell, COUNTRY.accepts, "is not a known country")
    return code


def _pattern(accepts: str, pattern: str) -> CellType:
    def read(cell: Cell, _: Language) -> str:
        code = _compact(cell)
        if not re.fullmatch(pattern, code):
            raise Unacceptable(cell, accepts)
        return code

    return CellType(accepts, read)


def _postcode(cell: Cell, _: Language) -> str:
    code = plain(cell).upper()
    if isinstance(cell, int | float) and len(code) < 5:
        return code.zfill(5)
    if not re.fullmatch(r"[A-Z0-9 -]{3,15}", code):
        raise Unacceptable(cell, POSTCODE.accepts)
    return code


VAT_NUMBER = CellType(VAT_NUMBER_FORM, _vat_number)
TAX_CODE = CellType(TAX_CODE_FORM, _tax_code)
RECIPIENT_CODE = CellType(RECIPIENT_FORM, _recipient)
IBAN_CODE = CellType("an IBAN with its check digits, such as IT60 X054 2811 1010 0000 0123 456", _iban)
EMAIL = CellType("one e-mail address, such as nome@azienda.it", _email)
PHONE = CellType("a telephone number of 5 to 15 digits, such as 0543 123456 or +39 347 1234567", _phone)
COUNTRY = CellType("a country: its ISO code (IT, DE) or its Italian or English name", _country)
PROVINCE = _pattern("a province of two letters, such as FC", r"[A-Z]{2}")
POSTCODE = CellType("a postcode, such as 47121", _postcode)
CIG = _pattern("a CIG of 10 letters or digits", r"[A-Z0-9]{10}")
CUP = _pattern("a CUP of 15 letters or digits", r"[A-Z0-9]{15}")
