"""What people may ask about parties as they change (anagrafiche): sites located or closed, contacts, prospects won."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.party import Party, TaxIdentity
from aggregates.party_refusals import ContactUnknown, NoSuchSite
from aggregates.values import Address, Rate, rome_date
from commands.base import Command, Service
from commands.words import Words


class ChangeSite(Command):
    """Change what is known of a site; what is left out stays, and the history keeps what it was."""

    party_id: UUID
    site_id: UUID
    code: str | None = Field(default=None, min_length=1)
    name: str | None = None
    address: Address | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90, description="Degrees north.", examples=[44.2227])
    longitude: float | None = Field(default=None, ge=-180, le=180, description="Degrees east.", examples=[12.0407])
    travel_km: Rate | None = Field(default=None, description="Kilometres there and back.")
    area: str | None = None
    calendar_code: str | None = None
    notes: str | None = None


class CloseSite(Command):
    """Let nothing new go to a site from a day on; its history stays."""

    party_id: UUID
    site_id: UUID
    closed_on: date | None = Field(default=None, description="The first day without it; left out, today.")


class ReopenSite(Command):
    """Use a closed site again."""

    party_id: UUID
    site_id: UUID


class ChangeContact(Command):
    """Change what is known of a person; what is left out stays, null takes it away."""

    party_id: UUID
    contact_id: UUID
    name: Words | None = Field(default=None, min_length=1)
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    role: str | None = None
    site_id: UUID | None = None


class RemoveContact(Command):
    """Speak to a person no more; the history keeps who it was."""

    party_id: UUID
    contact_id: UUID


class ConvertProspect(Command):
    """Make a prospect a customer: the same record, with quotes, calls and contacts, and now a tax identity."""

    party_id: UUID
    converted_on: date | None = Field(default=None, description="Left out, today.")
    tax: TaxIdentity | None = Field(default=None, description="Left out, as it is known.")
    address: Address | None = Field(default=None, description="Left out, as it is known.")


class LinkEndUser(Command):
    """Say through which customer of ours an end user has its things; null unties them."""

    party_id: UUID
    customer_id: UUID | None = None


def change_site(cmd: ChangeSite, act: Act, service: Service) -> None:
    """Handles `ChangeSite`. Raises `NoSuchSite`, `SiteCodeTaken`, `SiteIsClosed`."""
    party = service.load(Party, cmd.party_id)
    require(cmd.site_id in party.sites, NoSuchSite)
    known = party.sites[cmd.site_id]
    given = _given(cmd, "latitude", "longitude")
    where: dict[str, Any] = {
        name: getattr(cmd, name) for name in ("latitude", "longitude") if name in cmd.model_fields_set
    }
    address = (cmd.address or known.address).model_copy(update=where)
    never_null = {name for name in ("code", "name", "address") if given.get(name, "") is None}
    changed = {name: value for name, value in given.items() if name not in never_null}
    party.add_site(known.model_copy(update={**changed, "address": address}), act)
    service.save(party)


def close_site(cmd: CloseSite, act: Act, service: Service) -> None:
    """Handles `CloseSite`. Raises `NoSuchSite`."""
    party = service.load(Party, cmd.party_id)
    party.close_site(cmd.site_id, cmd.closed_on or rome_date(act.at), act)
    service.save(party)


def reopen_site(cmd: ReopenSite, act: Act, service: Service) -> None:
    """Handles `ReopenSite`. Raises `NoSuchSite`."""
    party = service.load(Party, cmd.party_id)
    party.reopen_site(cmd.site_id, act)
    service.save(party)


def change_contact(cmd: ChangeContact, act: Act, service: Service) -> None:
    """Handles `ChangeContact`. Raises `ContactUnknown`."""
    party = service.load(Party, cmd.party_id)
    require(cmd.contact_id in party.contacts, ContactUnknown)
    given = _given(cmd)
    if given.get("name", "") is None:
        del given["name"]
    party.add_contact(party.contacts[cmd.contact_id].model_copy(update=given), act)
    service.save(party)


def remove_contact(cmd: RemoveContact, act: Act, service: Service) -> None:
    """Handles `RemoveContact`. Raises `ContactUnknown`."""
    party = service.load(Party, cmd.party_id)
    party.remove_contact(cmd.contact_id, act)
    service.save(party)


def convert_prospect(cmd: ConvertProspect, act: Act, service: Service) -> None:
    """Handles `ConvertProspect`. Raises `NotAProspect`, `TaxIdentityMissing` and what `register-party` raises."""
    party = service.load(Party, cmd.party_id)
    converted_on = cmd.converted_on or rome_date(act.at)
    party.convert(converted_on, cmd.tax or party.tax, cmd.address or party.address, act)
    service.save(party)


def link_end_user(cmd: LinkEndUser, act: Act, service: Service) -> None:
    """Handles `LinkEndUser`. Raises `NotAnEndUser`, `OwnCustomer`, `NotFound`."""
    if cmd.customer_id is not None:
        service.load(Party, cmd.customer_id).check_active()
    party = service.load(Party, cmd.party_id)
    party.link_customer(cmd.customer_id, act)
    service.save(party)


def _given(cmd: Command, *without: str) -> dict[str, Any]:
    """The fields that the request named, but for those that say which record."""
    ids = {"party_id", "contact_id", *without} | ({"site_id"} if isinstance(cmd, ChangeSite) else set())
    return {name: getattr(cmd, name) for name in cmd.model_fields_set - ids}
