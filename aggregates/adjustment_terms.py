"""Terms of price adjustment (adeguamento del canone): which index, how much of it, from which base (R1.20–R1.22).

Percentages are of the fee: 75 means three quarters. Months are written `2025-12`; amounts are euro a year.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from aggregates.values import Rate, Value

Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
"""A month of a year, as in `2025-12`; months sort as texts."""


class Precision(StrEnum):
    """How exactly a change is taken: the percentage as published, with one decimal, or the exact ratio (R1.20)."""

    PUBLISHED_PCT = "published_pct"
    RATIO = "ratio"


class Chaining(StrEnum):
    """What a change is applied to: last year's fee, or the original fee with the change since its base month."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"


class Reference(StrEnum):
    """Which month counts: the last published on the last notice day, one named month, or some months before."""

    LAST_PUBLISHED = "last_published"
    FIXED_MONTH = "fixed_month"
    LAG = "lag"


class AdjustmentTerms(Value):
    """How a fee follows an index at each renewal (clausola ISTAT); by default it never falls."""

    series: str = Field(default="FOI", min_length=1, max_length=20, examples=["FOI"])
    share_percent: Rate = Field(default=Decimal(100), ge=0, description="How much of the change counts: 75, 100 …")
    reference: Reference = Reference.LAST_PUBLISHED
    reference_month: int | None = Field(default=None, ge=1, le=12, description="With fixed_month: 12 is December.")
    lag_months: int | None = Field(default=None, ge=0, description="With lag: months before the new fee's first month.")
    span_months: int = Field(default=12, ge=1, description="The change is over so many months.")
    precision: Precision = Precision.PUBLISHED_PCT
    chaining: Chaining = Chaining.RELATIVE
    base_month: Month | None = Field(
        default=None, description="With absolute: the original fee's month; left out, the first adjustment's."
    )
    floor_percent: Rate | None = Field(
        default=Decimal(0), description="The least change of the fee; 0 is no decrease, none is no floor."
    )
    cap_percent: Rate | None = Field(default=None, description="The greatest change of the fee.")

    @model_validator(mode="after")
    def _reference_is_whole(self) -> Self:
        if self.reference is Reference.FIXED_MONTH and self.reference_month is None:
            raise ValueError("a fixed reference month needs the month, 1 to 12")
        if self.reference is Reference.LAG and self.lag_months is None:
            raise ValueError("a lag needs its number of months")
        if self.floor_percent is not None and self.cap_percent is not None and self.cap_percent < self.floor_percent:
            raise ValueError("the cap lies below the floor")
        return self


class ChangeWay(StrEnum):
    """How a new fee is found: by percent, by index, by an amount on each line, by a typed total (R1.22)."""

    PERCENT = "percent"
    INDEX = "index"
    AMOUNT = "amount"
    TOTAL = "total"


class PriceChange(Value):
    """One change of price as it was asked: the way, its figure, and the lines it is about (all, if none is named).

    A percent or index on a whole contract is applied to its total and spread over the lines; on chosen lines, or with
    `each_line`, to each of them. An amount is added to each line.
    """

    way: ChangeWay
    percent: Rate | None = Field(default=None, gt=-100, examples=["2.5"])
    amount: Rate | None = Field(default=None, decimal_places=2, description="Euro a year for each line.")
    total: Rate | None = Field(default=None, ge=0, decimal_places=2, description="The new annual total, euro.")
    terms: AdjustmentTerms | None = Field(default=None, description="For an index; left out, the contract's own.")
    each_line: bool = False
    line_ids: tuple[UUID, ...] = ()
    article_codes: tuple[str, ...] = Field(
        default=(), description="Lines of these articles; a class of articles as in `STA-*`.", examples=[["STA-*"]]
    )

    @model_validator(mode="after")
    def _has_its_figure(self) -> Self:
        if self.way is not ChangeWay.INDEX and getattr(self, self.way.value) is None:
            raise ValueError(f"a change by {self.way.value} needs its {self.way.value}")
        return self

    @property
    def is_partial(self) -> bool:
        """Whether only some lines were chosen."""
        return bool(self.line_ids or self.article_codes)
