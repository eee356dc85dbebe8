"""What people may ask about parties (anagrafica)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.party import Contact, Party, PartyNature, PartyRole, Site, TaxIdentity
from aggregates.values import Address, Rate
from commands.base import Answer, Command, Service


class RegisterParty(Command):
    """Make a prospect, customer, end user or supplier known."""

    party_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    code: str = Field(examples=["C0001"])
    name: str = Field(examples=["Rossi Gilbo"], max_length=80)
    role: PartyRole = PartyRole.CUSTOMER
    nature: PartyNature = PartyNature.BUSINESS
    tax: TaxIdentity = TaxIdentity()
    address: Address | None = None


class ChangePartyIdentity(Command):
    """Change a party's name, nature, tax data or registered address from now on."""

    party_id: UUID
    name: str = Field(max_length=80)
    role: PartyRole
    nature: PartyNature
    tax: TaxIdentity
    address: Address | None = None


class AddSite(Command):
    """Add a place of the party (destinazione), or change one by giving its id."""

    party_id: UUID
    site_id: UUID | None = None
    code: str
    name: str
    address: Address
    travel_km: Rate | None = Field(default=None, description="Kilometres there and back.")
    area: str | None = None


class AddContact(Command):
    """Add a person to speak to, or change one by giving the id."""

    party_id: UUID
    contact_id: UUID | None = None
    name: str
    phone: str | None = None
    email: str | None = None
    role: str | None = None


def register_party(cmd: RegisterParty, act: Act, service: Service) -> Answer:
    """Handles `RegisterParty`."""
    party_id = cmd.party_id or service.new_id()
    service.save(Party.register(party_id, cmd.code, cmd.name, cmd.role, cmd.nature, cmd.tax, cmd.address, act))
    return {"party_id": party_id}


def change_party_identity(cmd: ChangePartyIdentity, act: Act, service: Service) -> None:
    """Handles `ChangePartyIdentity`."""
    party = service.load(Party, cmd.party_id)
    party.change_identity(cmd.name, cmd.role, cmd.nature, cmd.tax, cmd.address, act)
    service.save(party)


def add_site(cmd: AddSite, act: Act, service: Service) -> Answer:
    """Handles `AddSite`."""
    party = service.load(Party, cmd.party_id)
    site_id = cmd.site_id or service.new_id("site")
    fields = cmd.model_dump(include={"code", "name", "travel_km", "area"})
    party.add_site(Site(site_id=site_id, address=cmd.address, **fields), act)
    service.save(party)
    return {"site_id": site_id}


def add_contact(cmd: AddContact, act: Act, service: Service) -> Answer:
    """Handles `AddContact`."""
    party = service.load(Party, cmd.party_id)
    contact_id = cmd.contact_id or service.new_id("contact")
    fields = cmd.model_dump(include={"name", "phone", "email", "role"})
    party.add_contact(Contact(contact_id=contact_id, **fields), act)
    service.save(party)
    return {"contact_id": contact_id}
