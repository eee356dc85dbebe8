"""How the exchange system addresses and identifies a customer (cessionario): R9.9."""

from __future__ import annotations

import re
from typing import Literal

from aggregates.values import Address
from projections.documents.content import Customer

HOME = "IT"
NO_CODE = "0000000"
ABROAD = "XXXXXXX"
NO_VAT_ABROAD = "OO99999999999"
"""What the exchange system takes for a business of a country without VAT numbers."""
_COUNTRY_FIRST = re.compile(r"^([A-Z]{2})([A-Z0-9]{1,28})$")


def is_foreign(address: Address) -> bool:
    """Whether the address is outside Italy."""
    return address.country != HOME


def tax_id(vat_number: str, country: str) -> tuple[str, str]:
    """A VAT number as country and code: `IT12345670017` and `12345670017` in Italy are the same."""
    compact = re.sub(r"[\s.\-]", "", vat_number).upper()
    found = _COUNTRY_FIRST.match(compact)
    return (found[1], found[2]) if found else (country, compact)


def transmission_format(customer: Customer) -> Literal["FPA12", "FPR12"]:
    """FPA12 to public bodies, FPR12 to everybody else."""
    return "FPA12" if customer.kind == "public_body" else "FPR12"


def recipient_code(customer: Customer) -> str:
    """Where the file goes: the customer's code, or the one for those abroad, or zeros (with PEC, or for consumers)."""
    if customer.recipient_code:
        return customer.recipient_code
    return ABROAD if is_foreign(customer.address) else NO_CODE


def customer_ids(customer: Customer) -> tuple[tuple[str, str] | None, str | None]:
    """The customer's VAT number as country and code, and the Italian tax code, each `None` if there is none."""
    code = customer.tax_code.upper().replace(" ", "") if customer.tax_code else None
    if code is not None and not re.fullmatch(r"[A-Z0-9]{11,16}", code):
        code = None
    if customer.vat_number:
        return tax_id(customer.vat_number, customer.address.country), code
    if is_foreign(customer.address) and code is None:
        return (customer.address.country, NO_CODE if customer.kind == "consumer" else NO_VAT_ABROAD), None
    return None, code
