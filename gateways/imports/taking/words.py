"""Words that only the company can make sense of (condizioni di pagamento, codici IVA): read into its own terms."""

from __future__ import annotations

import re

from aggregates.rules.payment_terms import ON_RECEIPT, PaymentPart, PaymentTerms
from aggregates.rules.vat import Supply, SupplyKind, VatRateCode
from gateways.imports.taking.orders import NotUnderstood
from gateways.imports.words import normalise

AT_ONCE = frozenset(
    {
        "rimessa diretta", "a vista", "vista", "vista fattura", "contanti", "alla consegna", "ricevimento fattura",
        "a ricevimento fattura", "immediato", "pagamento immediato", "anticipato", "on receipt", "cash", "prepaid",
    }
)  # fmt: skip
_DAYS = re.compile(
    r"(?:a )?(?P<days>\d+(?: \d+)*)(?: ?(?:gg|giorni|g|days|dd))?(?: (?:df|d f|data fattura|from invoice))?"
    r"(?P<eom> ?(?:fm|f m|fine mese|eom|end of month))?(?: ?(?:piu )?(?P<extra>\d+)(?: ?(?:gg|giorni|days))?)?"
)
PAYMENT_FORM = "payment terms such as '30 gg DF FM', '30/60/90 gg DF', '60 gg DF FM + 10' or 'rimessa diretta'"
RATES = {"22": VatRateCode.ORDINARY, "10": VatRateCode.REDUCED, "4": VatRateCode.MINIMUM}
FROM_CUSTOMER = re.compile(r"N2(\.[12])?|N3(\.[1-6])?")
"""Natures that follow from who the customer is, not from what is supplied."""


def payment_terms(text: str | None, field: str = "payment_terms") -> PaymentTerms | None:
    """Terms as people write them. Raises `NotUnderstood`."""
    if text is None:
        return None
    plain = normalise(text.replace("/", " "))
    if plain in AT_ONCE:
        return ON_RECEIPT
    found = _DAYS.fullmatch(plain)
    if found is None or not text.strip()[:2].strip(" a").isdigit():
        raise NotUnderstood(field, f"'{text}' is not understood: expected {PAYMENT_FORM}")
    days, eom = [int(each) for each in found["days"].split()], found["eom"] is not None
    extra = int(found["extra"] or 0)
    return PaymentTerms(parts=tuple(PaymentPart(days=each, end_of_month=eom, extra_days=extra) for each in days))


def supply(code: str | None, field: str = "vat_code") -> Supply | None:
    """How a VAT code taxes a supply; natures that come from the customer say nothing here. Raises `NotUnderstood`."""
    if code is None:
        return None
    plain = code.strip().upper().removesuffix("%").strip()
    if plain in RATES:
        return Supply(rate=RATES[plain])
    if FROM_CUSTOMER.fullmatch(plain):
        return Supply()
    special = {
        "N6.7": Supply(plant_in_building=True),
        "N4": Supply(exempt=True),
        "N1": Supply(kind=SupplyKind.ADVANCED_SUM),
    }
    if plain not in special:
        raise NotUnderstood(field, f"'{code}' is not a known VAT code: expected {', '.join((*RATES, *special))}, N2.1")
    return special[plain]
