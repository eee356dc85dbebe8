"""What people may ask about technicians (tecnici)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.natural_key import KeyKind
from aggregates.rules.business_calendar import WeekShifts
from aggregates.technician import CalendarFeed, DatedCost, Skill, Technician, TechnicianDetails
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.natural_key import begin_id, part
from commands.words import Words

WEEK = {"monday": [["08:30", "12:30"], ["14:00", "18:00"]], "friday": [["08:30", "12:30"]]}


class RegisterTechnician(Command, TechnicianDetails):
    """Make a technician known, with skills, hours and cost; without hours they work in office hours."""

    technician_id: UUID | None = Field(default=None, description="Left out, it is made from the code.")
    code: str = Field(min_length=1, examples=["T01"])
    skills: tuple[Skill, ...] = Field(default=(), examples=[[{"name": "REFRIGERATION", "level": 4}]])
    week: WeekShifts | None = Field(default=None, examples=[WEEK])
    hourly_cost: Money | None = Field(default=None, examples=[{"amount": "28.50"}])
    from_on: date | None = Field(default=None, description="First day of hours and cost; left out, today.")


class ChangeTechnician(Command, TechnicianDetails):
    """Change a technician's name, areas, van or employment from now on."""

    technician_id: UUID


class SetSkill(Command, Skill):
    """Add a skill to a technician, or change its level or certificate."""

    technician_id: UUID


class RemoveSkill(Command):
    """Send a technician no more for a skill."""

    technician_id: UUID
    name: str = Field(examples=["REFRIGERATION"])


class SetTechnicianHours(Command):
    """Set the weekly hours of a technician from a day on."""

    technician_id: UUID
    week: WeekShifts = Field(examples=[WEEK])
    from_on: date | None = Field(default=None, description="Left out, from today on.")


class SetTechnicianCost(Command):
    """Set what an hour of a technician costs the company from a day on; the same day again corrects it."""

    technician_id: UUID
    hourly_cost: Money = Field(examples=[{"amount": "28.50"}])
    from_on: date | None = Field(default=None, description="Left out, from today on.")


class DeactivateTechnician(Command):
    """Give a technician no more work."""

    technician_id: UUID


class ReactivateTechnician(Command):
    """Let a technician work again."""

    technician_id: UUID


class MakeCalendarFeed(Command):
    """Let a technician's agenda be read at a secret address; the secret itself never arrives here.

    Programs that cannot make secrets ask `POST /technicians/{technician_id}/calendar-address`, which answers it once.
    """

    technician_id: UUID
    feed_id: UUID | None = None
    label: Words = Field(min_length=1, max_length=100, examples=["Telefono"])
    secret_hash: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of the secret, hexadecimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )


class RevokeCalendarFeed(Command):
    """Let nobody read a technician's agenda at an address any more."""

    technician_id: UUID
    feed_id: UUID


def register_technician(cmd: RegisterTechnician, act: Act, service: Service) -> Answer:
    """Handles `RegisterTechnician`."""
    technician_id = begin_id(service, KeyKind.TECHNICIAN, cmd.code, given=cmd.technician_id, act=act)
    technician = Technician.register(technician_id, cmd.code, part(TechnicianDetails, cmd), act)
    from_on = cmd.from_on or rome_date(act.at)
    for skill in cmd.skills:
        technician.set_skill(skill, act)
    if cmd.week is not None:
        technician.set_hours(cmd.week, from_on, act)
    if cmd.hourly_cost is not None:
        technician.set_cost(DatedCost(from_on=from_on, hourly=cmd.hourly_cost), act)
    service.save(technician)
    return {"technician_id": technician_id}


def change_technician(cmd: ChangeTechnician, act: Act, service: Service) -> None:
    """Handles `ChangeTechnician`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.change_details(part(TechnicianDetails, cmd), act)
    service.save(technician)


def set_skill(cmd: SetSkill, act: Act, service: Service) -> None:
    """Handles `SetSkill`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.set_skill(part(Skill, cmd), act)
    service.save(technician)


def remove_skill(cmd: RemoveSkill, act: Act, service: Service) -> None:
    """Handles `RemoveSkill`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.remove_skill(cmd.name, act)
    service.save(technician)


def set_technician_hours(cmd: SetTechnicianHours, act: Act, service: Service) -> None:
    """Handles `SetTechnicianHours`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.set_hours(cmd.week, cmd.from_on or rome_date(act.at), act)
    service.save(technician)


def set_technician_cost(cmd: SetTechnicianCost, act: Act, service: Service) -> None:
    """Handles `SetTechnicianCost`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.set_cost(DatedCost(from_on=cmd.from_on or rome_date(act.at), hourly=cmd.hourly_cost), act)
    service.save(technician)


def deactivate_technician(cmd: DeactivateTechnician, act: Act, service: Service) -> None:
    """Handles `DeactivateTechnician`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.deactivate(act)
    service.save(technician)


def reactivate_technician(cmd: ReactivateTechnician, act: Act, service: Service) -> None:
    """Handles `ReactivateTechnician`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.reactivate(act)
    service.save(technician)


def make_calendar_feed(cmd: MakeCalendarFeed, act: Act, service: Service) -> Answer:
    """Handles `MakeCalendarFeed`. Raises `TechnicianInactive`, `TooManyFeeds`."""
    technician = service.load(Technician, cmd.technician_id)
    feed_id = cmd.feed_id or service.new_id("feed")
    feed = CalendarFeed(feed_id=feed_id, label=cmd.label, secret_hash=cmd.secret_hash)
    technician.make_calendar_feed(feed, act)
    service.save(technician)
    return {"feed_id": feed_id}


def revoke_calendar_feed(cmd: RevokeCalendarFeed, act: Act, service: Service) -> None:
    """Handles `RevokeCalendarFeed`."""
    technician = service.load(Technician, cmd.technician_id)
    technician.revoke_calendar_feed(cmd.feed_id, act)
    service.save(technician)
