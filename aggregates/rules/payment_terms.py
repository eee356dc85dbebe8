"""Payment terms (condizioni di pagamento): due dates and amounts of a document's instalments.

Amounts are euro; dates are not moved when they fall on a holiday (R0.6). Days are counted as days, months clip to the
month's end; "end of month" comes after both, extra days last (30 days end of month plus 10 → the 10th).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from pydantic import Field

from aggregates.rules.periods import months_after
from aggregates.rules.rounding import split_over_time
from aggregates.values import Rate, Value


class PaymentPart(Value):
    """One instalment: how long after the document's date, and its weight among the others."""

    months: int = Field(default=0, ge=0)
    days: int = Field(default=0, ge=0)
    end_of_month: bool = False
    extra_days: int = Field(default=0, ge=0)
    weight: Rate = Field(default=Decimal(1), gt=0)


class PaymentTerms(Value):
    """When a document is to be paid, in one or more instalments."""

    parts: tuple[PaymentPart, ...] = Field(min_length=1)


class DuePart(Value):
    """An amount and the day it falls due; euro."""

    due_on: date
    amount: Rate


ON_RECEIPT = PaymentTerms(parts=(PaymentPart(),))


def net_days(*days: int, end_of_month: bool = False) -> PaymentTerms:
    """Equal instalments after so many days each: `net_days(30, 60, 90, end_of_month=True)`."""
    return PaymentTerms(parts=tuple(PaymentPart(days=each, end_of_month=end_of_month) for each in days))


def due_on(part: PaymentPart, issued_on: date) -> date:
    """The day an instalment of a document falls due."""
    day = months_after(issued_on, part.months) + timedelta(days=part.days)
    if part.end_of_month:
        day = day.replace(day=monthrange(day.year, day.month)[1])
    return day + timedelta(days=part.extra_days)


def due_parts(total: Decimal, issued_on: date, terms: PaymentTerms) -> tuple[DuePart, ...]:
    """What falls due and when, in the order of the terms; the parts sum exactly to the total (R0.3).

    Raises `ValueError` for a total finer than the cent.
    """
    amounts = split_over_time(total, [part.weight for part in terms.parts])
    return tuple(
        DuePart(due_on=due_on(part, issued_on), amount=amount)
        for part, amount in zip(terms.parts, amounts, strict=True)
    )
