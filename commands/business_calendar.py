"""What people may ask about calendars (calendari di servizio), and how other commands find the one that holds."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.business_calendar import STANDARD, BusinessCalendar, at_town, calendar_id
from aggregates.company import Company
from aggregates.natural_key import CodeTaken
from aggregates.party import Party, Site
from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.public_holidays import is_feast_somewhere
from aggregates.rules.visit_times import days_of
from aggregates.technician import Technician
from aggregates.values import Slot, rome_date
from commands.base import Answer, Command, NotFound, Service
from commands.company import parameters


class DefineCalendar(Command):
    """Define when service is owed: weekly shifts, holidays, closures, or always."""

    code: str = Field(min_length=1, examples=["CAL-24X7"])
    name: str = Field(examples=["Sempre aperto"])
    terms: CalendarTerms = Field(examples=[{"always_open": True}])


class SetCalendarTerms(Command):
    """Change a calendar from a day on; clocks already counted stay as they were."""

    code: str = Field(examples=[STANDARD])
    from_on: date | None = Field(default=None, description="Left out, from today on.")
    terms: CalendarTerms


class SetTownFeast(Command):
    """Name the feast of a town's patron saint, where the table does not know it."""

    code: str = Field(default=STANDARD, examples=[STANDARD])
    town: str = Field(examples=["Bertinoro"])
    day: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", description="MM-DD", examples=["11-25"])


def define_calendar(cmd: DefineCalendar, act: Act, service: Service) -> Answer:
    """Handles `DefineCalendar`; the same definition again records nothing."""
    known = service.find(BusinessCalendar, calendar_id(cmd.code))
    if known is None:
        service.save(BusinessCalendar.define(cmd.code, cmd.name, cmd.terms, act))
    else:
        require((known.name, known.first_terms) == (cmd.name, cmd.terms), CodeTaken, code=cmd.code)
    return {"calendar_id": calendar_id(cmd.code)}


def set_calendar_terms(cmd: SetCalendarTerms, act: Act, service: Service) -> None:
    """Handles `SetCalendarTerms`."""
    calendar = _calendar(service, cmd.code, act)
    calendar.set_terms(cmd.terms, cmd.from_on or rome_date(act.at), act)
    service.save(calendar)


def set_town_feast(cmd: SetTownFeast, act: Act, service: Service) -> None:
    """Handles `SetTownFeast`."""
    calendar = _calendar(service, cmd.code, act)
    calendar.set_feast(cmd.town, cmd.day, act)
    service.save(calendar)


def calendar_terms(service: Service, on: date, code: str | None = None, town: str | None = None) -> CalendarTerms:
    """The terms of a calendar on a day at a town; without a code the company's usual one. Raises `NotFound`."""
    code = code or parameters(service, on).calendar_code
    calendar = service.find(BusinessCalendar, calendar_id(code))
    if calendar is not None:
        return calendar.terms_on(on, town)
    if code != STANDARD:
        raise NotFound(kind="BusinessCalendar", id=code)
    return at_town(CalendarTerms(), town, {})


def calendar_of(service: Service, technician: Technician, slot: Slot) -> CalendarTerms | None:
    """The company's calendar with the feast of a technician's town, or else of the company's seat (R6.5).

    None where no town has its feast in that time: most days need neither company nor calendar.
    """
    standard = service.find(BusinessCalendar, calendar_id(STANDARD))
    named = frozenset(standard.feasts.values()) if standard else frozenset()
    days = days_of(slot)
    if not any(is_feast_somewhere(day) or f"{day:%m-%d}" in named for day in days):
        return None
    company_id = service.lookups.company_id()
    company = service.find(Company, company_id) if company_id else None
    seat = company.identity.address.town if company else None
    return calendar_terms(service, days[0], town=technician.details.base_town or seat)


def calendar_streams(service: Service, slot: Slot) -> tuple[UUID, ...]:
    """What `calendar_of` reads where the standard calendar is used, to be loaded in one round trip."""
    company_id = service.lookups.company_id() if any(map(is_feast_somewhere, days_of(slot))) else None
    return (calendar_id(STANDARD), *((company_id,) if company_id else ()))


def calendar_for(service: Service, site_id: UUID, on: date, party_id: UUID | None = None) -> CalendarTerms:
    """The terms that hold at a site on a day, with the feast of its town. Give its party where it is known."""
    site = find_site(service, site_id, party_id)
    return calendar_terms(service, on, site.calendar_code, site.address.town)


def find_site(service: Service, site_id: UUID, party_id: UUID | None = None) -> Site:
    """A site by its id, from its party's facts. Raises `NotFound`."""
    owner_id = party_id or service.lookups.party_of_site(site_id)
    party = service.find(Party, owner_id) if owner_id else None
    site = party.sites.get(site_id) if party else None
    if site is None:
        raise NotFound(kind="Site", id=str(site_id))
    return site


def _calendar(service: Service, code: str, act: Act) -> BusinessCalendar:
    known = service.find(BusinessCalendar, calendar_id(code))
    if known is None and code == STANDARD:
        return BusinessCalendar.define(STANDARD, "Italia", CalendarTerms(), act)
    return known or service.load(BusinessCalendar, calendar_id(code))
