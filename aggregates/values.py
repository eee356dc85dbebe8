"""Frozen values that several aggregates share (valori): money, periods, slots, addresses.

Units: amounts in the currency's main unit (euro) as `Decimal`; instants are timezone-aware UTC; dates are
Europe/Rome calendar dates; durations are whole minutes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

CENT = Decimal("0.01")
MOST_DIGITS, MOST_DECIMALS = 15, 28
ROME = ZoneInfo("Europe/Rome")


class Value(BaseModel):
    """A frozen value: equal when its parts are equal; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Keep(StrEnum):
    """Why something personal is kept (ambito di conservazione), and so for how long (R10.4)."""

    OPERATIONAL = "operational"
    """For the work at hand alone: goes when the person asks."""
    SERVICE = "service"
    """Proves what was done or agreed: until the warranty has ended, and some months."""
    FISCAL = "fiscal"
    """Books, invoices, transport documents, orders, contracts and the reports behind them: ten years."""
    ACCESS = "access"
    """Who came in by which link: months."""


class Personal:
    """Marks a field that tells something of a person; it is stored encrypted under that person's key.

    `subject` names the field, beside it, further out or on the fact itself, that holds the person's id; dots lead
    inwards, and one in front begins in the marked value itself. `part` makes another key of the same person, so that
    what the law keeps outlives the rest. On a field that holds a value, it seals the fields of that value that are
    marked `Personal(OWNER)`. Text reads `ERASED` once the key is gone; a `blank` field, which must be optional, None.
    """

    def __init__(
        self, subject: str, *, part: str | None = None, keep: Keep = Keep.OPERATIONAL, blank: bool = False
    ) -> None:
        self.subject, self.part, self.keep, self.blank = subject, part, keep, blank


OWNER = "@"
"""The subject of a field whose value belongs to whoever the field around it names; to nobody where it names none."""
FISCAL = "fiscal"
"""The part of a person's data that stands in the books."""


def fiscal_subject(person_id: UUID) -> UUID:
    """The id of the key under which the books know a person (R10.4)."""
    return uuid5(person_id, FISCAL)


ERASED = "[erased]"
"""What a personal field reads after its subject's key was destroyed (R10.4)."""


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC, for example 2026-04-16T16:30:00+02:00")
    return value.astimezone(UTC)


def _no_float(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError('write decimals as strings, for example "351.78"')
    return value


def _bounded(value: Decimal) -> Decimal:
    """Written out in full, a decimal such as 1e999999999 would fill the memory."""
    if value.adjusted() >= MOST_DIGITS or value.as_tuple().exponent < -MOST_DECIMALS:  # type: ignore[operator] # it is finite
        raise ValueError("a decimal has at most 15 digits before the point and 28 after it")
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


Instant = Annotated[datetime, AfterValidator(_utc)]
"""A moment in the world: an offset is required on entry, UTC is kept."""

Rate = Annotated[
    Decimal,
    BeforeValidator(_no_float),
    AfterValidator(_bounded),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]
"""A decimal that travels as a string: a percentage, a unit price (up to 8 decimals), a quantity."""

Discount = Annotated[Rate, Field(le=100)]
"""Percent off a price; all of it at most. Below zero it is a surcharge."""


def cents(amount: Decimal) -> Decimal:
    """The amount rounded to 2 decimals, half away from zero (R0.1)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


class Money(Value):
    """An amount in a currency (importo), kept to 2 decimals; finer amounts must be rounded first (R0.1)."""

    amount: Rate
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")

    @model_validator(mode="after")
    def _two_decimals(self) -> Self:
        if self.amount != cents(self.amount):
            raise ValueError(f"{self.amount} has more than two decimals")
        return self


def euro(amount: Decimal | int | str) -> Money:
    """Money in euro, rounded to the cent."""
    return Money(amount=cents(Decimal(amount)))


class Period(Value):
    """A closed interval of dates (periodo): both ends belong to it (R0.2)."""

    starts_on: date
    ends_on: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError(f"the period ends on {self.ends_on}, before its start on {self.starts_on}")
        return self

    @property
    def days(self) -> int:
        """How many days it holds, both ends counted."""
        return (self.ends_on - self.starts_on).days + 1

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return self.starts_on <= day <= self.ends_on


class Slot(Value):
    """A stretch of working time on an agenda (impegno in agenda): from an instant up to, not including, another."""

    starts_at: Instant
    ends_at: Instant

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("a slot must end after it starts")
        return self

    @property
    def minutes(self) -> int:
        """Its length in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    def overlaps(self, other: Slot) -> bool:
        """Whether the two share any time; touching ends do not overlap."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Address(Value):
    """A postal address (indirizzo), as the exchange system wants it; street and place may be a person's."""

    street: Annotated[str, Personal(OWNER)] = Field(max_length=60)
    postcode: str = Field(max_length=15)
    town: str = Field(max_length=60)
    province: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    country: str = Field(default="IT", pattern=r"^[A-Z]{2}$")
    latitude: Annotated[float | None, Personal(OWNER, blank=True)] = Field(default=None, ge=-90, le=90)
    longitude: Annotated[float | None, Personal(OWNER, blank=True)] = Field(default=None, ge=-180, le=180)


def rome_date(instant: datetime) -> date:
    """The calendar date of an instant in Italy (R0.4)."""
    return instant.astimezone(ROME).date()


class PersonRef(Value):
    """Someone named in a fact (persona): the words are personal data under the person's own key."""

    person_id: UUID
    name: Annotated[str, Personal("person_id")]
    phone: Annotated[str | None, Personal("person_id")] = None
    email: Annotated[str | None, Personal("person_id")] = None
