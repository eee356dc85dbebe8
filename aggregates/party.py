"""Party (anagrafica): whoever the company deals with, from the first enquiry (lead) to a customer, and end users."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.identifiers import is_recipient_code, is_tax_code, is_vat_number
from aggregates.values import Address, Personal, Rate, Value


class PartyRole(StrEnum):
    """What the party is to the company."""

    PROSPECT = "prospect"
    CUSTOMER = "customer"
    END_USER = "end_user"
    SUPPLIER = "supplier"


class PartyNature(StrEnum):
    """Which law applies to it: consumers have their own code, public bodies their own invoices."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC_BODY = "public_body"


class TaxIdentity(Value):
    """How the tax office and the exchange system know a party (R9.9)."""

    vat_number: str | None = Field(default=None, description="Country code and number, as in IT12345670017.")
    tax_code: str | None = None
    recipient_code: str = Field(default="0000000", description="Six characters for public bodies, seven for others.")
    certified_mail: Annotated[str | None, Personal("stream_id")] = None


class Contact(Value):
    """A person to speak to."""

    contact_id: UUID
    name: Annotated[str, Personal("contact_id")]
    phone: Annotated[str | None, Personal("contact_id")] = None
    email: Annotated[str | None, Personal("contact_id")] = None
    role: str | None = None


class Site(Value):
    """A place where the party's things are (destinazione), with its distance from us."""

    site_id: UUID
    code: str
    name: str
    address: Address
    travel_km: Rate | None = Field(default=None, description="Kilometres there and back.")
    area: str | None = None


class VatNumberWrong(Refusal):
    """{vat_number} is not a valid VAT number; check its digits."""

    status = 422


class TaxCodeWrong(Refusal):
    """{tax_code} is not a valid tax code; check its characters."""

    status = 422


class RecipientCodeWrong(Refusal):
    """{recipient_code} is not a recipient code: six characters for public bodies, seven for everyone else."""

    status = 422


class TaxIdentityMissing(Refusal):
    """A customer needs a VAT number or a tax code to be invoiced."""

    status = 422


class Party(Aggregate):
    """A prospect, customer, end user or supplier, with its sites and contacts."""

    TOPIC = "party"

    class Registered(FirstEvent):
        """The party is known to the company."""

        TOPIC = "party.registered.v1"
        code: str
        name: Annotated[str, Personal("stream_id")]
        role: PartyRole
        nature: PartyNature
        tax: TaxIdentity
        address: Address | None

    class IdentityChanged(Aggregate.Event):
        """Name, tax data or registered address are different from now on; issued documents keep the old ones."""

        TOPIC = "party.identity-changed.v1"
        name: Annotated[str, Personal("stream_id")]
        role: PartyRole
        nature: PartyNature
        tax: TaxIdentity
        address: Address | None

    class SiteAdded(Aggregate.Event):
        """The party has one more place, or different data for a known one."""

        TOPIC = "party.site-added.v1"
        site: Site

    class ContactAdded(Aggregate.Event):
        """There is one more person to speak to, or different data for a known one."""

        TOPIC = "party.contact-added.v1"
        contact: Contact

    # Decide

    @classmethod
    def register(
        cls,
        party_id: UUID,
        code: str,
        name: str,
        role: PartyRole,
        nature: PartyNature,
        tax: TaxIdentity,
        address: Address | None,
        act: Act,
    ) -> Party:
        """Make a party known. Raises `VatNumberWrong`, `TaxCodeWrong`, `RecipientCodeWrong`, `TaxIdentityMissing`."""
        _check_identity(role, nature, tax)
        return cls.begin(
            cls.Registered,
            id=party_id,
            act=act,
            code=code,
            name=name,
            role=role,
            nature=nature,
            tax=tax,
            address=address,
        )

    def change_identity(
        self, name: str, role: PartyRole, nature: PartyNature, tax: TaxIdentity, address: Address | None, act: Act
    ) -> None:
        """Change who the party is from now on; the same data again records nothing."""
        _check_identity(role, nature, tax)
        if (self.name, self.role, self.nature, self.tax, self.address) != (name, role, nature, tax, address):
            self.trigger_event(
                self.IdentityChanged, act=act, name=name, role=role, nature=nature, tax=tax, address=address
            )

    def add_site(self, site: Site, act: Act) -> None:
        """Add a place, or change one."""
        if self.sites.get(site.site_id) != site:
            self.trigger_event(self.SiteAdded, act=act, site=site)

    def add_contact(self, contact: Contact, act: Act) -> None:
        """Add a person, or change one."""
        if self.contacts.get(contact.contact_id) != contact:
            self.trigger_event(self.ContactAdded, act=act, contact=contact)

    # Evolve

    @event(Registered)
    def __init__(
        self, code: str, name: str, role: PartyRole, nature: PartyNature, tax: TaxIdentity, address: Address | None
    ) -> None:
        self.code, self.name, self.role, self.nature = code, name, role, nature
        self.tax, self.address = tax, address
        self.sites: dict[UUID, Site] = {}
        self.contacts: dict[UUID, Contact] = {}

    @event(IdentityChanged)
    def _identity_changed(
        self, name: str, role: PartyRole, nature: PartyNature, tax: TaxIdentity, address: Address | None
    ) -> None:
        self.name, self.role, self.nature, self.tax, self.address = name, role, nature, tax, address

    @event(SiteAdded)
    def _site_added(self, site: Site) -> None:
        self.sites[site.site_id] = site

    @event(ContactAdded)
    def _contact_added(self, contact: Contact) -> None:
        self.contacts[contact.contact_id] = contact


def _check_identity(role: PartyRole, nature: PartyNature, tax: TaxIdentity) -> None:
    if tax.vat_number is not None:
        require(is_vat_number(tax.vat_number), VatNumberWrong, vat_number=tax.vat_number)
    if tax.tax_code is not None:
        require(is_tax_code(tax.tax_code), TaxCodeWrong, tax_code=tax.tax_code)
    length = 6 if nature is PartyNature.PUBLIC_BODY else 7
    require(is_recipient_code(tax.recipient_code, length), RecipientCodeWrong, recipient_code=tax.recipient_code)
    require(role is not PartyRole.CUSTOMER or bool(tax.vat_number or tax.tax_code), TaxIdentityMissing)
