"""Which open due dates a bank's entry pays (abbinamento incassi): the documents it names, for the amount it brings.

Only what is certain is matched: all that is open of the documents named, or one of their due dates whole, or their
oldest due dates up to the amount. Everything else is left for people. Amounts are euro.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from itertools import accumulate
from uuid import UUID

from aggregates.rules.due_dates import NOTHING
from aggregates.values import Rate, Value

_NUMBER = re.compile(r"[0-9]")


class OpenDueDate(Value):
    """A due date that waits for its money."""

    record_id: UUID
    part: int
    customer_id: UUID
    number: str
    due_on: date
    open: Rate


class MatchKind(StrEnum):
    """How sure a match is."""

    MATCHED = "matched"
    OTHER_AMOUNT = "other_amount"
    """The documents are named, the amount is none of theirs."""
    SEVERAL_CUSTOMERS = "several_customers"
    UNMATCHED = "unmatched"


class Match(Value):
    """What an entry pays, or why nobody can tell."""

    kind: MatchKind
    customer_id: UUID | None = None
    parts: tuple[OpenDueDate, ...] = ()


def names(text: str, number: str) -> bool:
    """Whether a text names a document: its number stands alone, whatever capitals and spaces around the stroke.

    A number of one or two digits alone says nothing: it may be a day or a house.
    """
    if not _NUMBER.search(number) or len(re.sub(r"[^0-9A-Za-z]", "", number)) < 3:
        return False
    written = r"\s*".join(re.escape(each) for each in re.split(r"([/\-])", number.strip()))
    return re.search(rf"(?<![0-9A-Za-z/\-]){written}(?![0-9A-Za-z/])", text, re.IGNORECASE) is not None


def match_payment(text: str, amount: Rate, due: Iterable[OpenDueDate]) -> Match:
    """What a payment of an amount settles, going by the documents that its text names."""
    named = sorted((each for each in due if names(text, each.number)), key=_age)
    customers = {each.customer_id for each in named}
    if not named:
        return Match(kind=MatchKind.UNMATCHED)
    if len(customers) > 1:
        return Match(kind=MatchKind.SEVERAL_CUSTOMERS, parts=tuple(named))
    customer_id = customers.pop()
    found = _whole(named, amount)
    if found is None:
        return Match(kind=MatchKind.OTHER_AMOUNT, customer_id=customer_id, parts=tuple(named))
    return Match(kind=MatchKind.MATCHED, customer_id=customer_id, parts=found)


def _whole(named: Sequence[OpenDueDate], amount: Rate) -> tuple[OpenDueDate, ...] | None:
    """The due dates that make the amount exactly: the oldest up to it, or one alone."""
    sums = list(accumulate((each.open for each in named), initial=NOTHING))
    if amount in sums[1:]:
        return tuple(named[: sums.index(amount)])
    one = next((each for each in named if each.open == amount), None)
    return (one,) if one else None


def _age(each: OpenDueDate) -> tuple[date, str, int]:
    return each.due_on, each.number, each.part
