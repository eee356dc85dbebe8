"""What a batch for the bank holds (righe di distinta): debtors, accounts, mandates as they were when prepared."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.mandate import MandateScheme, Sequence
from aggregates.values import FISCAL, Address, Keep, Personal, Rate, Value


class CollectionMethod(StrEnum):
    """How the bank collects."""

    DIRECT_DEBIT = "direct_debit"
    RIBA = "riba"


class CollectionState(StrEnum):
    """Where a batch stands; it is settled when each of its lines was paid or came back."""

    PREPARED = "prepared"
    SENT = "sent"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class LineState(StrEnum):
    """Where a line of a batch stands."""

    OPEN = "open"
    SETTLED = "settled"
    RETURNED = "returned"


class Creditor(Value):
    """The company as the bank knows it."""

    name: str
    vat_number: str
    tax_code: str | None = None
    address: Address
    iban: str
    bic: str | None = None
    creditor_id: str | None = None
    sia_code: str | None = None


class UsedMandate(Value):
    """The mandate that a direct debit rests on, and how the debit is announced."""

    mandate_id: UUID
    reference: str
    signed_on: date
    scheme: MandateScheme
    sequence: Sequence


class CollectionLine(Value):
    """One due date that the bank is to collect."""

    number: int = Field(ge=1)
    record_id: UUID
    part: int = Field(ge=1)
    document: str
    issued_on: date
    due_on: date
    collect_on: date
    amount: Rate = Field(gt=0)
    end_to_end_id: str = Field(max_length=35)
    customer_id: UUID
    customer_code: str
    name: Annotated[str, Personal("customer_id", part=FISCAL, keep=Keep.FISCAL)]
    tax_code: Annotated[str | None, Personal("customer_id", part=FISCAL, keep=Keep.FISCAL, blank=True)] = None
    address: Annotated[Address | None, Personal("customer_id", part=FISCAL, keep=Keep.FISCAL)] = None
    iban: Annotated[str, Personal("customer_id", part=FISCAL, keep=Keep.FISCAL)]
    mandate: UsedMandate | None = None
