"""What people may ask about number registers (numerazione), and how other commands take numbers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.number_register import NumberRegister, RegisterInUse, register_id
from aggregates.rules.numbering import Document
from commands.base import Command, Service


class OpenNumberRegister(Command):
    """Say where the numbers of a document begin in a year, after those given by the system used before."""

    document: Document
    series: str = ""
    year: int = Field(ge=1900, le=2999)
    last_number: int = Field(ge=0)
    last_on: date | None = None
    pattern: str | None = Field(default=None, examples=["{year}/{n}"])


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
            pattern=cmd.pattern,
        )
    )


def take_number(
    service: Service, document: Document, document_id: UUID, dated_on: date, act: Act, series: str = ""
) -> str:
    """The next number for a document, taken in this command's append. Raises `DateOutOfOrder`."""
    register = service.find(NumberRegister, register_id(document, series, dated_on.year))
    if register is None:
        register = NumberRegister.open(document, series, dated_on.year, act)
    number = register.take(document_id, dated_on, act)
    service.save(register)
    return number
