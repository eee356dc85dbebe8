"""Public facts about when revenue is earned (competenza): months of each billed line, hours consumed, closed dates.

Summed over all facts, the months of a line make its amount, less what was credited; so deferred income can be booked
with the invoice and taken back month by month, to the cent.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.values import Rate
from gateways.public_facts import EXAMPLE_ID, OTHER_ID, PublicData

Earned = Literal["over-time", "at-issue", "when-consumed", "advance"]


class MonthRevenue(BaseModel):
    """What is earned in one calendar month."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    month: date = Field(description="The month's first day.")
    amount: Rate


class RevenueLine(BaseModel):
    """One line of the document; amounts of a credit note take revenue back and have the other sign."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int = Field(description="The line's number on the document.")
    account: str | None
    cost_centre: str | None
    job: str | None
    amount: Rate
    earned: Earned = Field(
        description="over-time: straight over the days paid for. at-issue: in the document's month. when-consumed: "
        "hours bought beforehand, told as they are used. advance: never; the deducting invoice bills it."
    )
    starts_on: date | None
    ends_on: date | None
    months: tuple[MonthRevenue, ...] = Field(description="They sum to the amount; empty where the time is not known.")


class RevenueScheduled(PublicData):
    """What of each line of an issued document belongs to which month; told with the document, right after it."""

    TYPE = "libretto.revenue.scheduled.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "document_id": EXAMPLE_ID, "document_number": "2026/45", "issued_on": "2026-09-16", "party_id": OTHER_ID,
        "invoice_id": None, "basis": "days",
        "lines": [{
            "line": 1, "account": "58.01.001", "cost_centre": None, "job": None, "amount": "100.00",
            "earned": "over-time", "starts_on": "2026-09-16", "ends_on": "2026-10-15",
            "months": [{"month": "2026-09-01", "amount": "50.00"}, {"month": "2026-10-01", "amount": "50.00"}],
        }],
    }  # fmt: skip

    document_id: UUID
    document_number: str
    issued_on: date
    party_id: UUID
    invoice_id: UUID | None = Field(description="The invoice whose months a credit note changes.")
    basis: Literal["days", "months"] = Field(description="What time is counted in, for lines of this day.")
    lines: tuple[RevenueLine, ...]


class HoursBought(PublicData):
    """Hours were bought beforehand (monte ore): their price is earned as they are consumed."""

    TYPE = "libretto.pool-hours.bought.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "pool_id": EXAMPLE_ID, "lot_id": OTHER_ID, "bought_on": "2026-09-16", "valid_from": "2026-09-16",
        "valid_to": "2027-09-15", "minutes": "600", "price": "580.00", "used_before_minutes": "0",
        "earned_minutes": "0", "earned": "0.00",
    }  # fmt: skip

    pool_id: UUID
    lot_id: UUID
    bought_on: date
    valid_from: date
    valid_to: date
    minutes: Rate
    price: Rate = Field(description="Before VAT.")
    used_before_minutes: Rate = Field(description="Consumed before the company came to Libretto: earned elsewhere.")
    earned_minutes: Rate = Field(description="That pay back hours overdrawn before.")
    earned: Rate = Field(description="Of the price, for those; earned at once.")


class LotRevenue(BaseModel):
    """What is earned of hours bought at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lot_id: UUID
    account: str | None = Field(description="Of the line that billed it; null while none did.")
    minutes: Rate
    amount: Rate = Field(description="Below zero when consumed hours were given back.")


class PoolRevenueRecognised(PublicData):
    """Hours bought beforehand were consumed, given back or lapsed: so much of their price is earned (R2.7)."""

    TYPE = "libretto.pool-revenue.recognised.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "pool_id": EXAMPLE_ID, "earned_on": "2026-10-02", "why": "consumed",
        "lots": [{"lot_id": OTHER_ID, "account": "58.01.005", "minutes": "105", "amount": "101.50"}],
    }  # fmt: skip

    pool_id: UUID
    earned_on: date
    why: Literal["consumed", "given-back", "lapsed"]
    lots: tuple[LotRevenue, ...]


class ClosingTotal(BaseModel):
    """The sum of one kind of entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(description="deferred-income, accrued-income or invoices-to-issue.")
    amount: Rate


class ClosingRecorded(PublicData):
    """A date is closed: its sums; the entries follow as `accruals.recorded`, and none comes for an earlier date."""

    TYPE = "libretto.closing.recorded.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "closing_id": EXAMPLE_ID, "closing_on": "2026-12-31", "reversed_on": "2027-01-01", "basis": "days",
        "entries": 1, "totals": [{"kind": "deferred-income", "amount": "848.22"}],
    }  # fmt: skip

    closing_id: UUID
    closing_on: date
    reversed_on: date
    basis: Literal["days", "months"]
    entries: int
    totals: tuple[ClosingTotal, ...]
