"""NumberRegister (registro dei numeri): gap-free numbers of one document, series and year, in the order of dates.

A number is taken in the same append as the document that carries it: of two documents that want the same number the
log accepts one, and the other takes the next (R8.4, R9.10).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.numbering import Document, Series, date_in_order, format_number, standard_series

REGISTERS = UUID("6f6a3c0e-7a54-5e0c-9a7d-2d1f5f6e1b01")


def register_id(document: Document, code: str, year: int) -> UUID:
    """The stream of a register: one for each document, series and year of a company."""
    return uuid5(REGISTERS, f"{document}/{code}/{year}")


class DateOutOfOrder(Refusal):
    """Series {series} already has a document dated {last_on}; a new one cannot be dated {dated_on}."""

    status = 422


class SeriesUnknown(Refusal):
    """There is no series {series} of {document}; use one that exists, or open it with a pattern of its own."""

    status = 422


class RegisterInUse(Refusal):
    """Numbers of this series and year were already given; its starting number can no longer be set."""


class NumberRegister(Aggregate):
    """Counts the documents of one series and year."""

    TOPIC = "number-register"

    class Opened(FirstEvent):
        """Numbers begin after `last_number`: 0, or the last one given before the company came to Libretto."""

        TOPIC = "number-register.opened.v1"
        series: Series
        year: int
        last_number: int
        last_on: date | None

    class NumberTaken(Aggregate.Event):
        """A document has the next number, for ever: a cancelled document keeps it."""

        TOPIC = "number-register.number-taken.v1"
        document_id: UUID
        number: int
        text: str
        dated_on: date

    class BlockTaken(Aggregate.Event):
        """Many documents of one day have the next numbers, in this order, for ever."""

        TOPIC = "number-register.block-taken.v1"
        document_ids: tuple[UUID, ...]
        first_number: int
        dated_on: date

    # Decide

    @classmethod
    def open(
        cls,
        document: Document,
        code: str,
        year: int,
        act: Act,
        *,
        last_number: int = 0,
        last_on: date | None = None,
        pattern: str | None = None,
    ) -> NumberRegister:
        """Begin a register, where needed after numbers given elsewhere; `pattern` replaces the standard one.

        Raises `SeriesUnknown` when the series is none of the standard ones and has no pattern.
        """
        if pattern is None:
            try:
                pattern = standard_series(document, code).pattern
            except ValueError as error:
                raise SeriesUnknown(series=code, document=document.value) from error
        series = Series(document=document, code=code, pattern=pattern)
        format_number(series, year, last_number + 1)
        return cls.begin(
            cls.Opened,
            id=register_id(document, code, year),
            act=act,
            series=series,
            year=year,
            last_number=last_number,
            last_on=last_on,
        )

    def take(self, document_id: UUID, dated_on: date, act: Act) -> str:
        """The document's number, as people write it. Raises `DateOutOfOrder`; asking again answers the same."""
        if document_id in self.numbers:
            return self.numbers[document_id]
        text = self.number_after(0, dated_on)
        self.trigger_event(
            self.NumberTaken,
            act=act,
            document_id=document_id,
            number=self.last_number + 1,
            text=text,
            dated_on=dated_on,
        )
        return text

    def number_after(self, others: int, dated_on: date) -> str:
        """The number, as people write it, that follows `others` not yet taken. Raises `DateOutOfOrder`."""
        require(
            date_in_order(self.last_on, dated_on, self.year),
            DateOutOfOrder,
            series=f"{self.series.code or self.series.document} {self.year}",
            last_on=str(self.last_on or self.year),
            dated_on=str(dated_on),
        )
        return format_number(self.series, self.year, self.last_number + others + 1)

    def take_block(self, document_ids: Sequence[UUID], dated_on: date, act: Act) -> None:
        """Take the numbers of many documents as one fact; none of them may have one. Raises `DateOutOfOrder`."""
        self.number_after(0, dated_on)
        self.trigger_event(
            self.BlockTaken,
            act=act,
            document_ids=tuple(document_ids),
            first_number=self.last_number + 1,
            dated_on=dated_on,
        )

    # Evolve

    @event(Opened)
    def __init__(self, series: Series, year: int, last_number: int, last_on: date | None) -> None:
        self.series, self.year, self.last_number, self.last_on = series, year, last_number, last_on
        self.numbers: dict[UUID, str] = {}

    @event(NumberTaken)
    def _number_taken(self, document_id: UUID, number: int, text: str, dated_on: date) -> None:
        self.last_number, self.last_on = number, dated_on
        self.numbers[document_id] = text

    @event(BlockTaken)
    def _block_taken(self, document_ids: tuple[UUID, ...], first_number: int, dated_on: date) -> None:
        for number, document_id in enumerate(document_ids, first_number):
            self.numbers[document_id] = format_number(self.series, self.year, number)
        self.last_number, self.last_on = first_number + len(document_ids) - 1, dated_on
