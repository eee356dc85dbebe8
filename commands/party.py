"""What people may ask about parties (anagrafica)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.natural_key import KeyKind
from aggregates.party import (
    Arrears,
    CommercialTerms,
    Contact,
    Party,
    PartyNature,
    PartyRole,
    Site,
    TaxIdentity,
    site_id,
)
from aggregates.values import Address, Money, Rate, rome_date
from commands.base import Answer, Command, Service
from commands.natural_key import begin_id, part
from commands.words import Words


class RegisterParty(Command):
    """Make a prospect, customer, end user or supplier known."""

    party_id: UUID | None = Field(default=None, description="Left out, it is made from the code.")
    code: str = Field(min_length=1, examples=["C0001"])
    name: str = Field(examples=["Rossi Gilbo"], max_length=80)
    role: PartyRole = PartyRole.CUSTOMER
    nature: PartyNature = PartyNature.BUSINESS
    tax: TaxIdentity = TaxIdentity()
    address: Address | None = None
    terms: CommercialTerms | None = Field(default=None, description="How it pays, where it differs from our usual.")


class ChangePartyIdentity(Command):
    """Change a party's name, nature, tax data or registered address from now on."""

    party_id: UUID
    name: str = Field(max_length=80)
    role: PartyRole
    nature: PartyNature
    tax: TaxIdentity
    address: Address | None = None


class AddSite(Command):
    """Add a place of the party (destinazione), or change one by giving its id or code."""

    party_id: UUID
    site_id: UUID | None = None
    code: str = Field(min_length=1, examples=["SEDE"])
    name: str = Field(examples=["Sede di Forlì"])
    address: Address
    travel_km: Rate | None = Field(default=None, description="Kilometres there and back.")
    area: str | None = Field(default=None, examples=["Forlì"])
    calendar_code: str | None = Field(default=None, description="When service is owed here, if not as usual.")
    notes: str | None = None


class AddContact(Command):
    """Add a person to speak to, or change one by giving the id or the same name."""

    party_id: UUID
    contact_id: UUID | None = None
    name: Words = Field(min_length=1, examples=["Maria Bianchi"])
    phone: str | None = Field(default=None, examples=["0543 123456"])
    mobile: str | None = None
    email: str | None = None
    role: str | None = Field(default=None, examples=["Responsabile manutenzione"])
    site_id: UUID | None = Field(default=None, description="The site they are at, if they belong to one.")


class SetPartyTerms(Command, CommercialTerms):
    """Set how a party pays and is taxed from now on: terms, method, IBAN, price list, split payment."""

    party_id: UUID


class ReportArrears(Command):
    """Report what a party has not paid in time, as accounting knows it; nothing overdue clears it."""

    party_id: UUID
    overdue: Money | None = Field(default=None, examples=[{"amount": "1250.00"}])
    oldest_due_on: date | None = Field(default=None, examples=["2026-08-31"])


class DeactivateParty(Command):
    """Make nothing new for a party; its history stays."""

    party_id: UUID


class ReactivateParty(Command):
    """Deal with a party again."""

    party_id: UUID


def register_party(cmd: RegisterParty, act: Act, service: Service) -> Answer:
    """Handles `RegisterParty`."""
    party_id = begin_id(service, KeyKind.PARTY, cmd.code, given=cmd.party_id, act=act)
    party = Party.register(party_id, cmd.code, cmd.name, cmd.role, cmd.nature, cmd.tax, cmd.address, act)
    if cmd.terms is not None:
        party.set_terms(cmd.terms, act)
    service.save(party)
    return {"party_id": party_id}


def change_party_identity(cmd: ChangePartyIdentity, act: Act, service: Service) -> None:
    """Handles `ChangePartyIdentity`."""
    party = service.load(Party, cmd.party_id)
    party.change_identity(cmd.name, cmd.role, cmd.nature, cmd.tax, cmd.address, act)
    service.save(party)


def add_site(cmd: AddSite, act: Act, service: Service) -> Answer:
    """Handles `AddSite`."""
    party = service.load(Party, cmd.party_id)
    known = party.site_by_code(cmd.code)
    chosen = cmd.site_id or (known.site_id if known else site_id(party.id, cmd.code))
    fields = cmd.model_dump(include={"code", "name", "travel_km", "area", "calendar_code", "notes"})
    party.add_site(Site(site_id=chosen, address=cmd.address, **fields), act)
    service.save(party)
    return {"site_id": chosen}


def add_contact(cmd: AddContact, act: Act, service: Service) -> Answer:
    """Handles `AddContact`."""
    party = service.load(Party, cmd.party_id)
    known = party.contact_by_name(cmd.name)
    contact_id = cmd.contact_id or (known.contact_id if known else service.new_id("contact"))
    fields = cmd.model_dump(include={"name", "phone", "mobile", "email", "role", "site_id"})
    party.add_contact(Contact(contact_id=contact_id, **fields), act)
    service.save(party)
    return {"contact_id": contact_id}


def set_party_terms(cmd: SetPartyTerms, act: Act, service: Service) -> None:
    """Handles `SetPartyTerms`."""
    party = service.load(Party, cmd.party_id)
    party.set_terms(part(CommercialTerms, cmd), act)
    service.save(party)


def report_arrears(cmd: ReportArrears, act: Act, service: Service) -> None:
    """Handles `ReportArrears`."""
    party = service.load(Party, cmd.party_id)
    today = rome_date(act.at)
    arrears = None
    if cmd.overdue is not None and cmd.overdue.amount > 0:
        arrears = Arrears(overdue=cmd.overdue, oldest_due_on=cmd.oldest_due_on or today, reported_on=today)
    party.report_arrears(arrears, act)
    service.save(party)


def deactivate_party(cmd: DeactivateParty, act: Act, service: Service) -> None:
    """Handles `DeactivateParty`."""
    party = service.load(Party, cmd.party_id)
    party.deactivate(act)
    service.save(party)


def reactivate_party(cmd: ReactivateParty, act: Act, service: Service) -> None:
    """Handles `ReactivateParty`."""
    party = service.load(Party, cmd.party_id)
    party.reactivate(act)
    service.save(party)
