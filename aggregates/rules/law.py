"""Law and tax parameters (tabelle di legge): dated rows that a company's administrator may replace (R0.5).

Rates are percentages, amounts euro. The row in force is the last one that begins on or before the document's date.
The defaults are data to be checked by whoever runs the system, not tax advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from pydantic import Field

from aggregates.values import Rate, Value

VAT_CONSOLIDATION_ON = date(2027, 1, 1)
"""D.Lgs. 10/2026 (Testo unico IVA) takes the place of DPR 633/1972 (R0.5)."""


class CustomerKind(StrEnum):
    """Who the customer is to the VAT law."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC_BODY = "public-body"
    LISTED_BODY = "listed-body"
    """A company controlled by public bodies, in the ministry's split-payment list."""
    QUOTED_COMPANY = "quoted-company"


class Chargeability(StrEnum):
    """When VAT becomes chargeable (esigibilità): immediate, deferred to payment, split payment."""

    IMMEDIATE = "I"
    DEFERRED = "D"
    SPLIT = "S"


class VatRateCode(StrEnum):
    """Which of the law's rates a supply takes."""

    ORDINARY = "ordinary"
    REDUCED = "reduced"
    MINIMUM = "minimum"


class VatRateRow(Value):
    """A VAT rate from a day on, percent."""

    code: VatRateCode
    from_on: date
    percent: Rate


class ReferenceRow(Value):
    """The law reference printed for a nature (N6.7) or chargeability (S) from a day on (R9.7b)."""

    code: str
    from_on: date
    text: str = Field(max_length=100)
    provisional: bool = False
    """True while the text still has to be confirmed by an accountant."""


class StampDutyRow(Value):
    """The stamp duty (bollo) on untaxed sums above a threshold, from a day on; euro (R9.8)."""

    from_on: date
    amount: Rate
    threshold: Rate


class SplitPaymentRow(Value):
    """The days on which split payment holds for a kind of customer; without an end it goes on (R9.5)."""

    customer: CustomerKind
    from_on: date
    ends_on: date | None = None


def _texts(from_on: date, provisional: bool, **texts: str) -> tuple[ReferenceRow, ...]:
    return tuple(
        ReferenceRow(code=code.replace("_", "."), from_on=from_on, text=text, provisional=provisional)
        for code, text in texts.items()
    )


_REFERENCES = _texts(
    date(1973, 1, 1),
    False,
    S="Scissione dei pagamenti art. 17-ter DPR 633/72",
    N1="Escluso art. 15 DPR 633/72",
    N2_1="Non soggetto art. 7-ter DPR 633/72",
    N2_2="Fuori campo IVA art. 2 e seguenti DPR 633/72",
    N3_1="Non imponibile art. 8 c. 1 lett. a DPR 633/72",
    N3_2="Non imponibile art. 41 DL 331/93",
    N3_5="Non imponibile art. 8 c. 1 lett. c DPR 633/72",
    N4="Esente art. 10 DPR 633/72",
    N6_7="Inversione contabile art. 17 c. 6 lett. a-ter DPR 633/72",
) + _texts(
    VAT_CONSOLIDATION_ON,
    True,
    S="Scissione dei pagamenti D.Lgs. 10/2026 (Testo unico IVA)",
    N1="Escluso D.Lgs. 10/2026 (Testo unico IVA)",
    N2_1="Non soggetto D.Lgs. 10/2026 (Testo unico IVA)",
    N2_2="Fuori campo IVA D.Lgs. 10/2026 (Testo unico IVA)",
    N3_1="Non imponibile, esportazione, D.Lgs. 10/2026 (Testo unico IVA)",
    N3_2="Non imponibile, cessione intra-UE, D.Lgs. 10/2026 (Testo unico IVA)",
    N3_5="Non imponibile, dichiarazione d'intento, D.Lgs. 10/2026 (Testo unico IVA)",
    N4="Esente D.Lgs. 10/2026 (Testo unico IVA)",
    N6_7="Inversione contabile D.Lgs. 10/2026 (Testo unico IVA)",
)

_RATES = (
    VatRateRow(code=VatRateCode.ORDINARY, from_on=date(1997, 10, 1), percent=Decimal(20)),
    VatRateRow(code=VatRateCode.ORDINARY, from_on=date(2011, 9, 17), percent=Decimal(21)),
    VatRateRow(code=VatRateCode.ORDINARY, from_on=date(2013, 10, 1), percent=Decimal(22)),
    VatRateRow(code=VatRateCode.REDUCED, from_on=date(1997, 10, 1), percent=Decimal(10)),
    VatRateRow(code=VatRateCode.MINIMUM, from_on=date(1997, 10, 1), percent=Decimal(4)),
)

_STAMP_DUTIES = (
    StampDutyRow(from_on=date(2007, 9, 1), amount=Decimal("1.81"), threshold=Decimal("77.47")),
    StampDutyRow(from_on=date(2013, 6, 26), amount=Decimal("2.00"), threshold=Decimal("77.47")),
)

_SPLIT_PAYMENTS = (
    SplitPaymentRow(customer=CustomerKind.PUBLIC_BODY, from_on=date(2015, 1, 1), ends_on=date(2026, 6, 30)),
    SplitPaymentRow(customer=CustomerKind.LISTED_BODY, from_on=date(2017, 7, 1), ends_on=date(2026, 6, 30)),
    SplitPaymentRow(customer=CustomerKind.QUOTED_COMPANY, from_on=date(2017, 7, 1), ends_on=date(2025, 6, 30)),
)

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"


class LawTerms(Value):
    """The law table: the frozen value a document keeps and an administrator may replace (R0.5, R9.5–R9.8).

    `public_body_chargeability` is how public bodies are invoiced on days without split payment. Stamp natures match
    their sub-codes too: N2 stands for N2.1 and N2.2.
    """

    vat_rates: tuple[VatRateRow, ...] = _RATES
    references: tuple[ReferenceRow, ...] = _REFERENCES
    stamp_duties: tuple[StampDutyRow, ...] = _STAMP_DUTIES
    stamp_natures: tuple[str, ...] = ("N1", "N2", "N3.5", "N4")
    split_payments: tuple[SplitPaymentRow, ...] = _SPLIT_PAYMENTS
    public_body_chargeability: Chargeability = Chargeability.DEFERRED
    building_reverse_charge_from_on: date = date(2015, 1, 1)
    eu_countries: tuple[str, ...] = tuple(_EU.split())


class _Dated(Protocol):
    @property
    def from_on(self) -> date: ...


_Row = TypeVar("_Row", bound=_Dated)


def _in_force(rows: Iterable[_Row], on: date) -> _Row | None:
    return max((row for row in rows if row.from_on <= on), key=lambda row: row.from_on, default=None)


def vat_percent(law: LawTerms, code: VatRateCode, on: date) -> Decimal:
    """The VAT rate on a day, percent. Raises `ValueError` on a day before the table begins."""
    row = _in_force((each for each in law.vat_rates if each.code is code), on)
    if row is None:
        raise ValueError(f"the law table has no {code} VAT rate for {on}")
    return row.percent


def reference(law: LawTerms, code: str, on: date) -> str | None:
    """The text printed for a nature or chargeability on a day; None when the table has none (R9.7b)."""
    row = _in_force((each for each in law.references if each.code == code), on)
    return row.text if row else None


def stamp_duty_row(law: LawTerms, on: date) -> StampDutyRow | None:
    """The stamp duty in force on a day."""
    return _in_force(law.stamp_duties, on)


def splits_payment(law: LawTerms, customer: CustomerKind, on: date) -> bool:
    """Whether split payment holds for the kind of customer on a day (R9.5)."""
    return any(
        row.customer is customer and row.from_on <= on and (row.ends_on is None or on <= row.ends_on)
        for row in law.split_payments
    )
