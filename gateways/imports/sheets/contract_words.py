"""The fixed words of contracts (parole dei contratti): types, periods, fees, and the price tiers of metered lines."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from aggregates.rules.periods import Alignment, Timing
from gateways.imports.cells import CellType, Language, Unacceptable, choice
from gateways.imports.files import Cell
from gateways.imports.quantities import UNIT_PRICE, WHOLE


class ContractKind(StrEnum):
    """What is sold (CON-2)."""

    WARRANTY = "warranty"
    MAINTENANCE = "maintenance"
    FLAT_FEE = "flat_fee"
    ACTUALS = "actuals"
    HOUR_POOL = "hour_pool"
    HOURLY_RATES = "hourly_rates"
    COST_PER_COPY = "cost_per_copy"


class FeePeriod(StrEnum):
    """The billing grain (periodicità)."""

    MONTHLY = "monthly"
    BIMONTHLY = "bimonthly"
    QUARTERLY = "quarterly"
    FOUR_MONTHLY = "four_monthly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def months(self) -> int:
        """Its length in months."""
        return MONTHS[self]


MONTHS = {
    FeePeriod.MONTHLY: 1,
    FeePeriod.BIMONTHLY: 2,
    FeePeriod.QUARTERLY: 3,
    FeePeriod.FOUR_MONTHLY: 4,
    FeePeriod.HALF_YEARLY: 6,
    FeePeriod.YEARLY: 12,
}


class FirstPeriod(StrEnum):
    """How a first short period is billed (ratei nel primo periodo, §1.1)."""

    PRORATA = "prorata"
    FREE = "free"
    FULL = "full"


class FeeBasis(StrEnum):
    """What the fee is for: a year, split into the periods (R1.17), or one period."""

    YEAR = "year"
    PERIOD = "period"


class ContractStatus(StrEnum):
    """The state on the first day (R1.2); ended contracts are not imported."""

    DRAFT = "draft"
    SIGNED = "signed"
    ACTIVE = "active"
    NOTICE_GIVEN = "notice_given"


CONTRACT_KIND = choice(
    {
        ContractKind.WARRANTY: ("garanzia", "guarantee"),
        ContractKind.MAINTENANCE: ("manutenzione", "maintenance contract"),
        ContractKind.FLAT_FEE: ("forfait", "flat fee", "canone", "assistenza forfait"),
        ContractKind.ACTUALS: ("consuntivo", "time and materials", "a consuntivo", "assistenza a consuntivo"),
        ContractKind.HOUR_POOL: ("monte ore", "prepaid hours", "pacchetto ore"),
        ContractKind.HOURLY_RATES: ("tariffe orarie", "agreed rates", "ore a tariffa"),
        ContractKind.COST_PER_COPY: ("costo copia", "click contract", "costo per copia"),
    }
)
FEE_PERIOD = choice(
    {
        FeePeriod.MONTHLY: ("mensile", "month", "1"),
        FeePeriod.BIMONTHLY: ("bimestrale", "every two months", "2"),
        FeePeriod.QUARTERLY: ("trimestrale", "quarter", "3"),
        FeePeriod.FOUR_MONTHLY: ("quadrimestrale", "every four months", "4"),
        FeePeriod.HALF_YEARLY: ("semestrale", "half year", "6"),
        FeePeriod.YEARLY: ("annuale", "annual", "12"),
    }
)
TIMING = choice(
    {
        Timing.ADVANCE: ("anticipata", "in advance", "anticipato"),
        Timing.ARREARS: ("posticipata", "in arrears", "posticipato"),
    }
)
ALIGNMENT = choice(
    {
        Alignment.NONE: ("da decorrenza", "from the start", "nessuno"),
        Alignment.CALENDAR: ("anno solare", "calendar year", "solare", "calendario"),
    }
)
FIRST_PERIOD = choice(
    {
        FirstPeriod.PRORATA: ("rateo", "pro rata", "si", "sì"),
        FirstPeriod.FREE: ("gratuito", "free of charge", "no"),
        FirstPeriod.FULL: ("intero", "full fee"),
    }
)
FEE_BASIS = choice({FeeBasis.YEAR: ("annuo", "per year"), FeeBasis.PERIOD: ("periodo", "per period", "per periodo")})
CONTRACT_STATUS = choice(
    {
        ContractStatus.DRAFT: ("bozza",),
        ContractStatus.SIGNED: ("stipulato",),
        ContractStatus.ACTIVE: ("attivo", "in force"),
        ContractStatus.NOTICE_GIVEN: ("disdettato", "notice given"),
    }
)


class Tier(NamedTuple):
    """A slice of the excess and its unit price (scaglione); no limit means all the rest (R3.5)."""

    up_to: int | None
    unit_price: Decimal


TIERS_FORM = (
    "excess prices such as 0,0085 or '2000: 0,0650; oltre: 0,0550' (each slice its length, the last 'oltre' or 'rest')"
)
_REST = ("oltre", "rest", "beyond", "resto")


def _tiers(cell: Cell, language: Language) -> tuple[Tier, ...]:
    if not isinstance(cell, str) or ":" not in cell:
        return (Tier(None, UNIT_PRICE.read(cell, language)),)
    found: list[Tier] = []
    for part in re.split(r"[;|\n]", cell.strip(" ;")):
        length, colon, price = part.partition(":")
        if not colon:
            raise Unacceptable(cell, TIERS_FORM, f"is not understood at '{part.strip()}'")
        limit = None if length.strip().casefold() in _REST else WHOLE.read(length.strip(), language)
        found.append(Tier(limit, UNIT_PRICE.read(price.strip(), language)))
    if found[-1].up_to is not None or any(tier.up_to is None for tier in found[:-1]):
        raise Unacceptable(cell, TIERS_FORM, "must end with one slice without limit")
    return tuple(found)


TIERS = CellType(TIERS_FORM, _tiers)
