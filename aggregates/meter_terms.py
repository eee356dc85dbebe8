"""Terms of metered fees (condizioni del costo copia): what is counted, included and priced, and when (R3.1–R3.8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from aggregates.rules.copies import Tier, Tiering, are_complete
from aggregates.rules.counter_names import counter_name
from aggregates.values import Money, Rate, Value

NOT_A_COUNTER = "minimum"
"""The kind of due that completes the variable sum; no counter can be called so."""


def _step(months: int) -> int:
    if months not in (1, 2, 3, 4, 6, 12):
        raise ValueError("a meter period lasts 1, 2, 3, 4, 6 or 12 months")
    return months


class Pooling(StrEnum):
    """Whose included volume it is: one for all machines together, or one for each (R3.3)."""

    CONTRACT = "contract"
    MACHINE = "machine"


class Unused(StrEnum):
    """What becomes of included copies that were not made: lost at the period's end, or settled once a year (R3.4)."""

    LOST = "lost"
    ANNUAL = "annual"


class LeftOver(StrEnum):
    """What becomes of copies billed in advance that were not made: given back, set off later, or kept as a minimum."""

    CREDITED = "credited"
    CARRIED = "carried"
    LOST = "lost"


class Advance(Value):
    """Copies beyond the included ones that each period bills at its start; readings settle them at its end (R3.7)."""

    volume: int = Field(gt=0, description="Counts of one whole meter period, agreed or expected.", examples=[4000])
    left_over: LeftOver = Field(
        default=LeftOver.CREDITED,
        description="Of copies not made: taken off the next invoice, set off against later periods and given back "
        "when the contract ends, or lost.",
    )


class CountedMeter(Value):
    """A meter that counts for a price. Clicks that another meter counted already add only what they weigh more."""

    kind: str = Field(min_length=1, max_length=40, examples=["a3"])
    weight: Rate | None = Field(default=None, gt=0, description="Left out, the meter's own; an A3 click may weigh 2.")
    inside_total: bool = Field(default=False, description="The total has counted these clicks once already (R3.1).")

    def weighs(self, own: Decimal) -> Decimal:
        """How much one click adds, with the weight the meter itself has."""
        weight = own if self.weight is None else self.weight
        return weight - 1 if self.inside_total else weight


class CounterTerms(Value):
    """What one kind of count costs: the meters that make it up, the included volume of a period, the tiers."""

    counter: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,29}$", examples=["bw"])
    label: str | None = Field(default=None, max_length=80, examples=["Copie B/N"], description="As invoices print it.")
    meters: tuple[CountedMeter, ...] = Field(default=(), description="Left out, the meter of the counter's own name.")
    included: int = Field(default=0, ge=0, description="Counts of one whole meter period that the fee pays.")
    tiers: tuple[Tier, ...] = Field(examples=[[{"up_to": 2000, "unit_price": "0.065"}, {"unit_price": "0.055"}]])
    tiering: Tiering = Tiering.GRADUATED
    advance: Advance | None = Field(default=None, description="Left out, copies are billed in arrears.")

    @model_validator(mode="after")
    def _tiers_reach_everything(self) -> Self:
        if not are_complete(self.tiers):
            raise ValueError("tiers need rising bounds, and a last one without")
        if self.counter == NOT_A_COUNTER:
            raise ValueError(f"a counter cannot be called {NOT_A_COUNTER}")
        return self

    @property
    def counted(self) -> tuple[CountedMeter, ...]:
        """The meters that make it up."""
        return self.meters or (CountedMeter(kind=self.counter),)

    @property
    def name(self) -> str:
        """As documents call it."""
        return self.label or counter_name(self.counter)


class MeterTerms(Value):
    """How copies are billed: counters, pooling, the least that a period brings, its length, and what to do unread."""

    counters: tuple[CounterTerms, ...] = Field(min_length=1)
    pooling: Pooling = Pooling.CONTRACT
    unused: Unused = Unused.LOST
    minimum: Money | None = Field(default=None, description="Least variable sum of a meter period (R3.6), euro.")
    step_months: Annotated[int, AfterValidator(_step)] | None = Field(
        default=None, description="Length of a meter period; left out, that of the fee period."
    )
    offset_days: int = Field(default=1, ge=0, le=90, description="Days from the period's end to its billing (R1.14).")
    tolerance_days: int = Field(
        default=10, ge=0, le=45, description="A reading so many days around the period's end closes it."
    )
    estimate_after_days: int | None = Field(
        default=0, ge=0, description="Unread so long after the billing day it is estimated (R3.8); null: never."
    )
    billed_through: date | None = Field(
        default=None, description="Opening balance: copies up to this day were billed elsewhere."
    )

    @model_validator(mode="after")
    def _each_counter_once(self) -> Self:
        names = [each.counter for each in self.counters]
        if len(set(names)) != len(names):
            raise ValueError("each counter can be priced once")
        return self
