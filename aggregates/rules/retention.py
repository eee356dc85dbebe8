"""For how long personal data are kept (conservazione dei dati), and why they outlive a request to erase them (R10.4).

Books and what stands behind them: ten years from the last entry (art. 2220 c.c.), which art. 17(3)(b) GDPR lets stay.
What proves service done: until the warranty has ended, and some months (art. 17(3)(e)). Access logs: months. Nothing
else may stay once the person asks.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from pydantic import Field

from aggregates.values import Keep, Value


class RetentionTerms(Value):
    """A company's periods; the law's ten years may be longer, never shorter."""

    fiscal_years: int = Field(default=10, ge=10, le=30, description="From the last entry (art. 2220 c.c.).")
    service_months: int = Field(default=24, ge=0, le=120, description="After the warranty's end or the last service.")
    access_months: int = Field(default=12, ge=6, le=12, description="Of who came in by which link.")


class Ground(StrEnum):
    """Why something goes at once or stays."""

    NO_GROUND = "no_ground"
    """Nothing asks for it to be kept: it goes."""
    LAW = "law"
    """The books must be kept: art. 17(3)(b) GDPR, art. 2220 c.c."""
    CLAIMS = "claims"
    """Claims may still be made from it: art. 17(3)(e) GDPR."""
    SECURITY = "security"
    """It guards the installation: art. 17(3)(e) GDPR, for months."""


GROUNDS = {Keep.FISCAL: Ground.LAW, Keep.SERVICE: Ground.CLAIMS, Keep.ACCESS: Ground.SECURITY}
STRONGEST = (Keep.FISCAL, Keep.SERVICE, Keep.ACCESS, Keep.OPERATIONAL)
"""Of several reasons to keep the same thing the first counts."""
MONTHS_TO_ANSWER = 1


def strongest(reasons: set[Keep]) -> Keep:
    """The reason that counts where there are several."""
    return next(keep for keep in STRONGEST if keep in reasons)


def kept_until(
    keep: Keep, last_on: date, terms: RetentionTerms, *, asked_on: date, warranty_until_on: date | None = None
) -> date:
    """The day from which something may not be kept: the day of asking where nothing keeps it, or where its time is up.

    `last_on` is the day of the last entry, `warranty_until_on` the last day of the longest warranty on what was sold.
    """
    match keep:
        case Keep.FISCAL:
            free = last_on + relativedelta(years=terms.fiscal_years, days=1)
        case Keep.SERVICE:
            free = max(last_on, warranty_until_on or last_on) + relativedelta(months=terms.service_months, days=1)
        case Keep.ACCESS:
            free = last_on + relativedelta(months=terms.access_months, days=1)
        case Keep.OPERATIONAL:
            free = asked_on
    return max(free, asked_on)


def answer_by(asked_on: date) -> date:
    """The last day for the answer: one month, or the end of the next month where it has no such day (art. 12(3))."""
    return asked_on + relativedelta(months=MONTHS_TO_ANSWER)
