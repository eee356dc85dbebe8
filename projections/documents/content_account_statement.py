"""Content of a statement of a customer's account (estratto conto)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Amount, Content, Text

Cents = Annotated[Amount, Field(decimal_places=2)]


class AccountMovement(Value):
    """A line: what is owed more or less from that day, and the balance after it."""

    moved_on: date
    description: Text
    number: Text | None = None
    debit: Cents | None = None
    credit: Cents | None = None
    balance: Cents


class OpenDueDate(Value):
    """A due date that is open on the last day; below zero, what is owed to the customer."""

    document: Text
    issued_on: date | None = None
    due_on: date | None = None
    days_late: Annotated[int, Field(ge=0)] = 0
    amount: Cents


class AgeingShown(Value):
    """What is open by how late it is; credits and money on account below zero."""

    not_due: Cents
    to_30: Cents
    to_60: Cents
    to_90: Cents
    over_90: Cents
    credit: Cents
    on_account: Cents


class AccountStatementContent(Content):
    """Opening balance, movements, what is open, closing balance; amounts in the account's currency."""

    KIND: ClassVar[str] = "account_statement"

    issued_on: date
    revision: Annotated[int, Field(ge=0)] = 0
    from_on: date
    until_on: date
    currency: Text = "EUR"
    opening: Cents
    lines: tuple[AccountMovement, ...] = ()
    debits: Cents
    credits: Cents
    total: Cents
    """What the customer owes on the last day; below zero, what is owed to the customer."""
    parts: tuple[OpenDueDate, ...] = ()
    ageing: AgeingShown
