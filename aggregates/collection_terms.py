"""What banks need to know of a company that collects by direct debit or RiBa (coordinate di incasso)."""

from __future__ import annotations

from pydantic import Field

from aggregates.values import Value

BIC = r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"


class CollectionTerms(Value):
    """The account that is credited, and the codes that the banks gave the company."""

    iban: str | None = Field(default=None, description="The account credited; left out, the company's own.")
    bic: str | None = Field(default=None, pattern=BIC, examples=["UNCRITM1ABC"])
    creditor_id: str | None = Field(
        default=None,
        pattern=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}$",
        description="The creditor identifier for SEPA direct debits.",
        examples=["IT66ZZZ0000012345670017"],
    )
    sia_code: str | None = Field(
        default=None, pattern=r"^[A-Z0-9]{5}$", description="The SIA code for RiBa files.", examples=["A1B2C"]
    )
    lead_days: int = Field(
        default=2, ge=0, le=30, description="The fewest days between preparing a batch and the day it is collected."
    )
