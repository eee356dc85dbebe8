"""What people may ask about number registers (numerazione), and how other commands take numbers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.number_register import NumberRegister, RegisterInUse, register_id
from aggregates.rules.numbering import Document
from commands.base import Command, Service

YEARS_BACK = 3
"""A series that was not used for longer is opened anew."""


class OpenNumberRegister(Command):
    """Say where the numbers of a document begin in a year, after those given by the system used before."""

    document: Document
    series: str = ""
    year: int = Field(ge=1900, le=2999)
    last_number: int = Field(ge=0)
    last_on: date | None = None
    pattern: str | None = Field(
        default=None,
        examples=["{year}/{n}"],
        description="How a number is written: `{n}` (`{n:4}` with zeros), `{year}`, `{yy}`, `{code}` of the series; "
        "left out, as in the year before, or the document's usual pattern.",
    )


def open_number_register(cmd: OpenNumberRegister, act: Act, service: Service) -> None:
    """Handles `OpenNumberRegister`; the same beginning again records nothing."""
    known = service.find(NumberRegister, register_id(cmd.document, cmd.series, cmd.year))
    if known is not None:
        require((known.version, known.last_number) == (1, cmd.last_number), RegisterInUse)
        return
    service.save(
        NumberRegister.open(
            cmd.document,
            cmd.series,
            cmd.year,
            act,
            last_number=cmd.last_number,
            last_on=cmd.last_on,
            pattern=cmd.pattern or _written_before(service, cmd.document, cmd.series, cmd.year),
        )
    )


def take_number(
    service: Service, document: Document, document_id: UUID, dated_on: date, act: Act, series: str = ""
) -> str:
    """The next number for a document, taken in this command's append. Raises `DateOutOfOrder`."""
    register = _register(service, document, dated_on.year, series, act)
    number = register.take(document_id, dated_on, act)
    service.save(register)
    return number


class NumberBlock:
    """Numbers of many documents of one day, taken as one fact in this command's append."""

    def __init__(self, service: Service, document: Document, dated_on: date, series: str, act: Act) -> None:
        self._service, self._dated_on, self._act = service, dated_on, act
        self._register = _register(service, document, dated_on.year, series, act)
        self._taken: list[UUID] = []

    def take(self, document_id: UUID) -> str:
        """The next number. Raises `DateOutOfOrder`."""
        number = self._register.number_after(len(self._taken), self._dated_on)
        self._taken.append(document_id)
        return number

    def give_back(self, document_id: UUID) -> None:
        """Free the last number, where that document took it and was then refused."""
        if self._taken and self._taken[-1] == document_id:
            self._taken.pop()

    def keep(self) -> None:
        """Record the numbers taken."""
        if self._taken:
            self._register.take_block(self._taken, self._dated_on, self._act)
            self._service.save(self._register)


def _register(service: Service, document: Document, year: int, series: str, act: Act) -> NumberRegister:
    known = service.find(NumberRegister, register_id(document, series, year))
    if known is not None:
        return known
    return NumberRegister.open(document, series, year, act, pattern=_written_before(service, document, series, year))


def _written_before(service: Service, document: Document, series: str, year: int) -> str | None:
    """How the series' numbers were last written: a new year begins at 1, in the company's own pattern."""
    for earlier in range(year - 1, year - 1 - YEARS_BACK, -1):
        register = service.find(NumberRegister, register_id(document, series, earlier))
        if register is not None:
            return register.series.pattern
    return None
