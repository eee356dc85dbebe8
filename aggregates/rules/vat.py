"""Value added tax (IVA): the treatment of a supply, summaries per rate and nature, stamp duty (R9.3–R9.8).

Amounts are euro, rates percentages; the document's date decides which rows of the law table hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from aggregates.rules.law import (
    Chargeability,
    CustomerKind,
    LawTerms,
    VatRateCode,
    reference,
    splits_payment,
    stamp_duty_row,
    vat_percent,
)
from aggregates.rules.rounding import share
from aggregates.values import Rate, Value, cents

__all__ = [
    "Chargeability",
    "CustomerKind",
    "LawTerms",
    "Supply",
    "SupplyKind",
    "TaxedLine",
    "VatCustomer",
    "VatRateCode",
    "VatSummary",
    "VatTreatment",
    "amount_due",
    "document_total",
    "stamp_duty",
    "vat_summaries",
    "vat_treatment",
]

ZERO = Decimal(0)
DEFAULT_LAW = LawTerms()
_NEED_SUB_CODE = ("N2", "N3", "N6")
_NO_VAT_NUMBER = (CustomerKind.CONSUMER, CustomerKind.PUBLIC_BODY)


class VatCustomer(Value):
    """What the VAT law asks about a customer.

    `vat_subject` says whether they buy in the exercise of a business; by default businesses do, consumers and public
    bodies do not. `declaration_of_intent` is a habitual exporter's, valid on the document's date.
    """

    kind: CustomerKind
    country: str = Field(default="IT", pattern=r"^[A-Z]{2}$")
    vat_subject: bool | None = None
    declaration_of_intent: bool = False

    @property
    def buys_as_business(self) -> bool:
        """Whether reverse charge and the rules between businesses may reach them."""
        return self.vat_subject if self.vat_subject is not None else self.kind not in _NO_VAT_NUMBER


class SupplyKind(StrEnum):
    """What is supplied; parts used in a service follow the service, goods are sold on their own."""

    SERVICE = "service"
    GOODS = "goods"
    ADVANCED_SUM = "advanced-sum"
    """Money spent in the customer's name and charged as it was (art. 15)."""


class Supply(Value):
    """What the VAT law asks about a supply. Goods for a foreign customer are taken to leave Italy."""

    kind: SupplyKind = SupplyKind.SERVICE
    plant_in_building: bool = False
    exempt: bool = False
    rate: VatRateCode = VatRateCode.ORDINARY
    nature: str | None = Field(
        default=None,
        pattern=r"^N(1|2\.[12]|3\.[1-6]|4|5|6\.[1-9]|7)$",
        description="Why it has no VAT, where an accountant says so; left out, as the law table and the customer say.",
        examples=["N2.2"],
    )


class VatTreatment(Value):
    """How a line is taxed: a rate, or a nature that says why there is none (R9.4), and when VAT is chargeable.

    Untaxed lines have no chargeability.
    """

    rate: Rate = Field(ge=0, le=100)
    nature: str | None = Field(default=None, pattern=r"^N[1-7](\.[1-9])?$")
    chargeability: Chargeability | None = Chargeability.IMMEDIATE
    reference: str | None = Field(default=None, max_length=100)

    @model_validator(mode="after")
    def _rate_or_nature(self) -> Self:
        if (self.rate == 0) != (self.nature is not None):
            raise ValueError("a rate of zero needs a nature, any other rate has none (00400, 00401)")
        if self.nature in _NEED_SUB_CODE:
            raise ValueError(f"{self.nature} needs its sub-code, for example {self.nature}.1")
        if self.nature and self.chargeability is Chargeability.SPLIT:
            raise ValueError("split payment needs a taxed line (00420)")
        return self


class TaxedLine(Value):
    """A document line's total before VAT and its treatment."""

    amount: Rate
    treatment: VatTreatment


class VatSummary(Value):
    """The lines of one rate, nature and chargeability together: taxable base and tax."""

    rate: Rate
    nature: str | None
    chargeability: Chargeability | None
    reference: str | None
    base: Rate
    tax: Rate


def vat_treatment(
    customer: VatCustomer, supply: Supply, document_on: date, law: LawTerms = DEFAULT_LAW
) -> VatTreatment:
    """How a supply to a customer is taxed on the document's date (R9.5–R9.7).

    In this order: the nature said of the supply itself, N1 sums advanced, N4 exempt, foreign customers (N2.1, N3.1,
    N3.2), N6.7 plant in buildings, N3.5 declaration of intent, split payment, ordinary. Reverse charge goes before
    split payment, which it excludes (00420).
    Raises `ValueError` when the law table has no rate for the date.
    """
    nature = _nature(customer, supply, document_on, law)
    if nature:
        text = reference(law, nature, document_on)
        return VatTreatment(rate=ZERO, nature=nature, chargeability=None, reference=text)
    chargeability = _chargeability(customer, document_on, law)
    return VatTreatment(
        rate=vat_percent(law, supply.rate, document_on),
        chargeability=chargeability,
        reference=reference(law, chargeability, document_on),
    )


def vat_summaries(lines: Iterable[TaxedLine]) -> tuple[VatSummary, ...]:
    """One summary per rate, nature and chargeability, in order of appearance; VAT on the sum, not per line (R9.3)."""
    groups: dict[tuple[Decimal, str | None, Chargeability | None], list[TaxedLine]] = {}
    for line in lines:
        by = line.treatment
        groups.setdefault((by.rate, by.nature, by.chargeability), []).append(line)
    return tuple(_summary(group) for group in groups.values())


def document_total(summaries: Iterable[VatSummary]) -> Decimal:
    """Bases plus VAT: what the document amounts to, split VAT included."""
    return sum((each.base + each.tax for each in summaries), Decimal("0.00"))


def amount_due(summaries: Iterable[VatSummary]) -> Decimal:
    """What the customer pays us: the total less the VAT that split payment sends to the State (R9.5)."""
    return sum(
        (each.base + (ZERO if each.chargeability is Chargeability.SPLIT else each.tax) for each in summaries),
        Decimal("0.00"),
    )


def stamp_duty(summaries: Sequence[VatSummary], document_on: date, law: LawTerms = DEFAULT_LAW) -> Decimal:
    """The stamp duty due on the document, 0 when none: untaxed sums of the listed natures above the threshold (R9.8).

    Exactly at the threshold nothing is due; N6 does not count. Pass the summaries without the duty's own line.
    """
    row = stamp_duty_row(law, document_on)
    untaxed = sum((each.base for each in summaries if _is_stamped(each.nature, law)), ZERO)
    return row.amount if row and abs(untaxed) > row.threshold else Decimal("0.00")


def _nature(customer: VatCustomer, supply: Supply, on: date, law: LawTerms) -> str | None:
    if supply.nature is not None:
        return supply.nature
    if supply.kind is SupplyKind.ADVANCED_SUM:
        return "N1"
    if supply.exempt:
        return "N4"
    if customer.country != "IT":
        return _foreign_nature(customer, supply, law)
    if not customer.buys_as_business:
        return None
    service_in_building = supply.kind is SupplyKind.SERVICE and supply.plant_in_building
    if service_in_building and on >= law.building_reverse_charge_from_on:
        return "N6.7"
    return "N3.5" if customer.declaration_of_intent else None


def _foreign_nature(customer: VatCustomer, supply: Supply, law: LawTerms) -> str | None:
    if supply.kind is SupplyKind.GOODS and customer.country not in law.eu_countries:
        return "N3.1"
    if not customer.buys_as_business:
        return None
    return "N3.2" if supply.kind is SupplyKind.GOODS else "N2.1"


def _chargeability(customer: VatCustomer, on: date, law: LawTerms) -> Chargeability:
    if customer.country != "IT":
        return Chargeability.IMMEDIATE
    if splits_payment(law, customer.kind, on):
        return Chargeability.SPLIT
    return law.public_body_chargeability if customer.kind is CustomerKind.PUBLIC_BODY else Chargeability.IMMEDIATE


def _summary(lines: Sequence[TaxedLine]) -> VatSummary:
    by = lines[0].treatment
    base = cents(sum((line.amount for line in lines), ZERO))
    return VatSummary(
        rate=by.rate,
        nature=by.nature,
        chargeability=by.chargeability,
        reference=by.reference,
        base=base,
        tax=share(base, by.rate, 100),
    )


def _is_stamped(nature: str | None, law: LawTerms) -> bool:
    return nature is not None and any(nature == each or nature.startswith(f"{each}.") for each in law.stamp_natures)
