"""Accruals and deferrals (ratei e risconti): how much of an amount belongs to the time gone by (R1.18).

Straight line over days or over months of thirty days; a company chooses one basis and never mixes them (OIC 18).
Amounts are euro; the dates are closing dates, the closing day counted.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from aggregates.rules.day_count import days_of_thirty
from aggregates.rules.rounding import share
from aggregates.values import Period, Rate, Value

NOTHING = Decimal("0.00")


class AccrualBasis(StrEnum):
    """What time is counted in: days, or months (whole months equal, a part of one in thirtieths)."""

    DAYS = "days"
    MONTHS = "months"


class ClosingKind(StrEnum):
    """The entry at a closing date: risconto passivo, rateo attivo, fatture da emettere."""

    DEFERRED_INCOME = "deferred-income"
    ACCRUED_INCOME = "accrued-income"
    INVOICES_TO_ISSUE = "invoices-to-issue"


class ClosingEntry(Value):
    """What a closing books for one amount; euro."""

    kind: ClosingKind
    amount: Rate


class MonthShare(Value):
    """The revenue of one calendar month; euro."""

    month: Period
    amount: Rate


def recognised(total: Decimal, over: Period, until: date, basis: AccrualBasis = AccrualBasis.DAYS) -> Decimal:
    """Revenue recognised from the period's start to the end of a day: `round(A × elapsed ÷ total)` (R1.18)."""
    if until < over.starts_on:
        return NOTHING
    if until >= over.ends_on:
        return total
    elapsed = Period(starts_on=over.starts_on, ends_on=until)
    # A single 30th counts no thirtieth of its own: such a period can only be counted in days.
    if basis is AccrualBasis.MONTHS and days_of_thirty(over) > 0:
        return share(total, days_of_thirty(elapsed), days_of_thirty(over))
    return share(total, elapsed.days, over.days)


def deferred(total: Decimal, over: Period, until: date, basis: AccrualBasis = AccrualBasis.DAYS) -> Decimal:
    """What is not yet earned at the end of a day: the whole less what is recognised."""
    return total - recognised(total, over, until, basis)


def monthly(total: Decimal, over: Period, basis: AccrualBasis = AccrualBasis.DAYS) -> Iterator[MonthShare]:
    """The revenue of each calendar month the period touches, by difference; together they make the total (R1.18)."""
    before = NOTHING
    for month in _months(over):
        now = recognised(total, over, month.ends_on, basis)
        yield MonthShare(month=month, amount=now - before)
        before = now


def monthly_of(
    parts: Sequence[tuple[Decimal, Period]], basis: AccrualBasis = AccrualBasis.DAYS
) -> Iterator[MonthShare]:
    """The revenue of each calendar month of amounts that are earned each over its own days, month by month."""
    found: dict[date, MonthShare] = {}
    for amount, over in parts:
        for each in monthly(amount, over, basis):
            known = found.get(each.month.starts_on)
            found[each.month.starts_on] = (
                each.model_copy(update={"amount": known.amount + each.amount}) if known else each
            )
    yield from (found[starts_on] for starts_on in sorted(found))


def monthly_change(
    before: Decimal,
    after: Decimal,
    over: Period,
    basis: AccrualBasis = AccrualBasis.DAYS,
    served: Period | None = None,
) -> Iterator[MonthShare]:
    """How the revenue of each month changes when an amount becomes another one, as a credit note makes it (R1.18).

    What is left is earned over `served`, left out, over the days before. Together the changes are the difference of
    the amounts, and with what was told before they make the new months.
    """
    yield from changes(monthly(before, over, basis), monthly(after, served or over, basis))


def changes(before: Iterable[MonthShare], after: Iterable[MonthShare]) -> Iterator[MonthShare]:
    """What the months of one course of revenue are to become those of another."""
    was, now = ({each.month.starts_on: each for each in months} for months in (before, after))
    for starts_on, each in sorted({**was, **now}.items()):
        then, earlier = (found[starts_on].amount if starts_on in found else NOTHING for found in (now, was))
        yield MonthShare(month=each.month, amount=then - earlier)


def closing_entry(
    total: Decimal,
    over: Period,
    closing_on: date,
    invoiced_on: date | None,
    basis: AccrualBasis = AccrualBasis.DAYS,
    earned: Decimal | None = None,
) -> ClosingEntry | None:
    """The entry that a closing date needs for one amount, if any (R1.18, table of cases at 31/12).

    `invoiced_on` is the invoice's date, None while there is none; an invoice dated after the closing counts as none.
    `earned`, left out, is straight line over all its days.
    """
    if earned is None:
        earned = recognised(total, over, closing_on, basis)
    if invoiced_on is not None and invoiced_on <= closing_on:
        return _entry(ClosingKind.DEFERRED_INCOME, total - earned)
    if closing_on >= over.ends_on:
        return _entry(ClosingKind.INVOICES_TO_ISSUE, total)
    return _entry(ClosingKind.ACCRUED_INCOME, earned)


def _entry(kind: ClosingKind, amount: Decimal) -> ClosingEntry | None:
    return ClosingEntry(kind=kind, amount=amount) if amount else None


def _months(over: Period) -> Iterator[Period]:
    starts_on = over.starts_on.replace(day=1)
    while starts_on <= over.ends_on:
        ends_on = starts_on.replace(day=monthrange(starts_on.year, starts_on.month)[1])
        yield Period(starts_on=starts_on, ends_on=ends_on)
        starts_on = ends_on + timedelta(days=1)
