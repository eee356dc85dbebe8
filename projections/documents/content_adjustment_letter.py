"""Content of the letter that tells a customer a new fee (lettera di adeguamento del canone): R1.20 to R1.22."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Amount, Content, Text


class AdjustedLine(Value):
    """What is served, with its annual fee before and after."""

    description: Text
    serials: tuple[Text, ...] = ()
    old: Amount
    new: Amount
    difference: Amount


class PrintedIndex(Value):
    """A month of an index that the new fee rests on."""

    series: Text
    month: Text
    value: Text | None = None
    base: Text
    change: Text | None = None
    published_on: date
    source: Text | None = None


class AdjustmentLetterContent(Content):
    """New fees from a day on, with the reason in a sentence and the index rows."""

    KIND: ClassVar[str] = "adjustment_letter"

    issued_on: date
    contract_signed_on: date | None = None
    subject: Text
    from_on: date
    reason: tuple[Text, ...] = ()
    lines: Annotated[tuple[AdjustedLine, ...], Field(min_length=1)]
    old: Amount
    new: Amount
    difference: Amount
    indices: tuple[PrintedIndex, ...] = ()
