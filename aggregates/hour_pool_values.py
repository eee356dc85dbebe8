"""What an hour pool is made of (monte ore): terms, lots, and what an intervention draws from them (R2.1–R2.8).

Minutes are weighed minutes unless a name says otherwise; amounts are euro before VAT; dates are Italian ones.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.because import Reasons, in_italian
from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.hour_pools import NONE, Charged, ChargeRules, Minutes, Offer, Stretch, earned, plain
from aggregates.rules.rounding import share
from aggregates.rules.vat import Supply
from aggregates.values import Money, Value

HOUR = 60
ONE_DAY = timedelta(days=1)


class TravelPolicy(StrEnum):
    """How travel to an intervention of a pool is charged (R2.6)."""

    FREE = "free"
    KILOMETRES = "kilometres"
    MINUTES = "minutes"


class TopUpPolicy(StrEnum):
    """What a further purchase does to the lots before it (R2.5)."""

    SEPARATE = "separate"
    MERGE = "merge"


class EarlyEnd(StrEnum):
    """What becomes of minutes left when the customer leaves early; at expiry they always lapse (R2.5)."""

    LAPSE = "lapse"
    REFUND = "refund"


class PoolAlert(StrEnum):
    """What people are warned of (R2.8)."""

    LOW = "low"
    EXPIRING = "expiring"


class PoolTerms(Value):
    """The tariff table of a pool; every figure is a parameter (R2.1–R2.8)."""

    rules: ChargeRules = ChargeRules()
    calendar: CalendarTerms | None = Field(
        default=None, description="Whose shifts are ordinary hours; left out, the call's, else the company's."
    )
    travel: TravelPolicy = TravelPolicy.FREE
    overage_rate: Money | None = Field(
        default=None, description="Euro an hour beyond the pool; left out, the customer's price of an hour's work."
    )
    overdraft_minutes: int = Field(default=0, ge=0, description="How far the balance may fall below zero.")
    top_up: TopUpPolicy = TopUpPolicy.SEPARATE
    early_end: EarlyEnd = EarlyEnd.LAPSE
    alert_percent: int = Field(default=20, ge=0, le=100)
    alert_days: int = Field(default=30, ge=0)


class Admission(Value):
    """For whom and for what hours may be drawn; what is left out admits everything of the customer's (R2.1)."""

    site_ids: tuple[UUID, ...] = ()
    serial_item_ids: tuple[UUID, ...] = ()
    activity_kinds: tuple[str, ...] = Field(default=(), examples=[["visit", "phone"]])

    def admits(self, site_id: UUID | None, serial_item_ids: tuple[UUID, ...]) -> bool:
        """Whether a call at a site for these machines may draw; every machine must be admitted."""
        if self.site_ids and site_id not in self.site_ids:
            return False
        return not self.serial_item_ids or (bool(serial_item_ids) and set(serial_item_ids) <= set(self.serial_item_ids))

    def admits_activity(self, kind: str) -> bool:
        """Whether this kind of activity is paid with hours."""
        return not self.activity_kinds or kind in self.activity_kinds


class Lot(Value):
    """Minutes bought at once (acquisto, ricarica): price, first and last day (R2.1)."""

    lot_id: UUID
    minutes: int = Field(ge=1, examples=[600])
    price: Money
    valid_from: date
    valid_to: date = Field(examples=["2027-09-15"])
    bought_on: date
    used_before: Minutes = Field(default=NONE, description="Opening balance: minutes consumed in another system.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError(f"the hours end on {self.valid_to}, before they begin on {self.valid_from}")
        if self.used_before > self.minutes:
            raise ValueError(f"{self.used_before} minutes cannot have been used of {self.minutes}")
        return self


class LotState(Value):
    """A lot and what has become of its minutes: used, lapsed, refunded or left."""

    lot: Lot
    valid_to: date
    used: Minutes
    repaid: Minutes = NONE
    """How many of the used ones paid back an overdraft."""
    lapsed: Minutes = NONE
    refunded: Minutes = NONE
    refund: Money | None = None

    @property
    def left(self) -> Decimal:
        """Minutes that can still be drawn or lapse."""
        return plain(self.lot.minutes - self.used - self.lapsed - self.refunded)

    @property
    def earned(self) -> Decimal:
        """Revenue of the minutes consumed and lapsed, euro (R2.7)."""
        return earned(self.lot.price.amount, self.used + self.lapsed, self.lot.minutes)

    @property
    def deferred(self) -> Decimal:
        """What of the price is neither earned nor given back, euro."""
        return self.lot.price.amount - self.earned - (self.refund.amount if self.refund else NONE)

    def offer(self, on: date) -> Offer | None:
        """What it can give to work of a day; what lapsed meanwhile too, because the work came before (R2.4)."""
        minutes = self.left + self.lapsed
        if minutes <= 0 or not self.holds(on):
            return None
        return Offer(self.valid_to, self.lot.bought_on, minutes)

    def holds(self, day: date) -> bool:
        """Whether it is valid for work of a day."""
        return self.lot.valid_from <= day <= self.valid_to

    def taken(self, minutes: Decimal, from_lapsed: Decimal) -> LotState:
        """The lot after minutes were drawn, some of them lapsed already."""
        return self.changed(used=self.used + minutes, lapsed=self.lapsed - from_lapsed)

    def expired(self, minutes: Decimal, expired_on: date) -> LotState:
        """The lot after minutes lapsed on a day: it is valid no longer than the day before."""
        last_on = min(self.valid_to, expired_on - ONE_DAY)
        return self.changed(lapsed=self.lapsed + minutes, valid_to=last_on)

    def changed(self, **values: Any) -> LotState:
        """The same lot with other values."""
        return self.model_copy(update=values)


class Work(Value):
    """An intervention that hours are drawn for: all stretches of one report, or of a call's unreported work."""

    work_id: UUID
    call_id: UUID | None = None
    stretches: tuple[Stretch, ...] = Field(min_length=1)
    activity_ids: tuple[UUID, ...] = ()
    urgent: bool = False


class LotPart(Value):
    """Minutes that a draw takes from a lot; `from_lapsed` of them had lapsed before the work was told."""

    pool_id: UUID
    lot_id: UUID
    minutes: Minutes
    from_lapsed: Minutes = NONE


class PoolDraw(Value):
    """What an intervention draws: charged by band, taken lot by lot, the rest as overdraft or overage (R2.3, R2.4).

    `pool_id` is the pool whose terms hold; parts may come from other pools of the same customer.
    """

    work: Work
    attempt: int = Field(default=0, ge=0, description="How often hours were drawn for this work and given back.")
    pool_id: UUID
    drawn_on: date
    """The day of the work: lots must be valid then."""
    calendar: CalendarTerms
    charged: Charged
    parts: tuple[LotPart, ...]
    overdraft_minutes: Minutes = NONE
    overage_minutes: Minutes = NONE
    hourly_rate: Money | None = None
    """Of the overage; None where the customer's own price of an hour holds."""
    travel: TravelPolicy = TravelPolicy.FREE
    why: str = Field(default="", description="The sentence of draws from before reasons were codes.")
    because: Reasons = ()

    @property
    def told(self) -> str:
        """The reason in Italian words."""
        return in_italian(self.because, self.why) or ""

    @property
    def call_id(self) -> UUID | None:
        """The call it belongs to."""
        return self.work.call_id

    @property
    def from_pool_minutes(self) -> Decimal:
        """Minutes that need not be paid any more: from lots, or on credit."""
        return plain(sum((part.minutes for part in self.parts), NONE) + self.overdraft_minutes)

    @property
    def overage_amount(self) -> Decimal | None:
        """Overage ÷ 60 × rate, rounded once; euro (R2.4). None without a rate of its own."""
        if self.hourly_rate is None:
            return None
        return share(self.hourly_rate.amount, self.overage_minutes, HOUR)


class PoolSubject(Value):
    """Whose pool it is, what it is called and how the law sees its sale."""

    customer_id: UUID
    name: str = Field(min_length=1, max_length=100, examples=["Monte ore assistenza 2026"])
    contract_id: UUID | None = None
    admission: Admission = Admission()
    supply: Supply | None = Field(default=None, description="VAT particulars; left out, the customer's usual ones.")
