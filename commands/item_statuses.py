"""What people may ask about the statuses of items (stati della matricola), and how other commands check one."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.item_statuses import ItemStatus, ItemStatuses, item_statuses_id
from aggregates.values import rome_date
from commands.base import Command, Service
from commands.company import parameters
from commands.words import Words

USUAL = "active"


class StatusUnknown(Refusal):
    """{status} is not one of the company's statuses ({known}); choose one of them or add it to the list."""

    status = 422


class DefineItemStatus(Command):
    """Put a status on the company's list, or change its meaning from a day on; what is not on the list is refused."""

    code: str = Field(min_length=1, max_length=40, examples=["in_repair"])
    label: Words = Field(min_length=1, max_length=80, examples=["In riparazione"])
    in_service: bool = Field(default=True, description="Whether the item works for its customer.")
    takes_maintenance: bool = Field(default=True, description="Whether planned maintenance is owed to it.")
    from_on: date | None = Field(default=None, description="Left out, from today on.")


def define_item_status(cmd: DefineItemStatus, act: Act, service: Service) -> None:
    """Handles `DefineItemStatus`."""
    listed = service.find(ItemStatuses, item_statuses_id()) or ItemStatuses.begin_with(act)
    fields = cmd.model_dump(exclude={"from_on"})
    listed.define(ItemStatus(**fields, from_on=cmd.from_on or rome_date(act.at)), act)
    service.save(listed)


def status_of(service: Service, asked: str | None, on: date) -> str:
    """The status asked for, or the usual one where none is: the list's first that is in service. `StatusUnknown`."""
    listed = service.find(ItemStatuses, item_statuses_id())
    defined = listed.on(on) if listed else {}
    known = (*defined, *(code for code in parameters(service, on).item_statuses if code not in defined))
    if asked is None:
        serving = (code for code in known if code not in defined or defined[code].in_service)
        return USUAL if not known or USUAL in known else next(serving, known[0])
    require(not known or asked in known, StatusUnknown, status=asked, known=", ".join(known))
    return asked
