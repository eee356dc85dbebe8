"""Content of the statement of meters (prospetto letture) that goes with an invoice of copies: R3.1 to R3.9."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Amount, Content, Text


class StatementMeter(Value):
    """What one meter counted, from reading to reading; a click may weigh more or less than one."""

    serial: Text | None = None
    meter: Text
    opening: Text
    closing: Text
    clicks: Amount
    weight: Amount


class StatementSection(Value):
    """One counter of some days: its meters, what is included, what it costs, what was billed before; euro."""

    title: Text
    starts_on: date
    ends_on: date
    is_estimated: bool = False
    meters: tuple[StatementMeter, ...] = ()
    consumption: Amount
    included: Amount
    excess: Amount
    rated: Amount
    billed_before: Amount
    amount: Amount


class MeterStatementContent(Content):
    """The readings behind the copies of one invoice, as they were when it was made."""

    KIND: ClassVar[str] = "meter_statement"

    issued_on: date
    contract_number: Text
    invoice_number: Text
    sections: Annotated[tuple[StatementSection, ...], Field(min_length=1)]
    minimum: Amount | None = Field(default=None, description="What completes the least variable sum, euro.")
    total: Amount
