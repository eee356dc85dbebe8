"""Party (anagrafica): whoever the company deals with, from the first enquiry (lead) to a customer, and end users."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.natural_key import KeyKind, natural_id
from aggregates.party_refusals import (
    ContactUnknown,
    IbanWrong,
    NoSuchSite,
    NotAnEndUser,
    NotAProspect,
    OwnCustomer,
    PartyInactive,
    RecipientCodeWrong,
    SiteCodeTaken,
    SiteIsClosed,
    TaxCodeWrong,
    TaxIdentityMissing,
    VatNumberWrong,
)
from aggregates.party_values import (
    Arrears,
    CommercialTerms,
    Contact,
    DeclarationOfIntent,
    PartyNature,
    PartyRole,
    PaymentMethod,
    Site,
    TaxIdentity,
)
from aggregates.rules.identifiers import is_iban, is_recipient_code, is_tax_code, is_vat_number
from aggregates.rules.law import CustomerKind
from aggregates.rules.vat import VatCustomer
from aggregates.values import Address, Money, Personal

__all__ = [
    "Arrears",
    "CommercialTerms",
    "Contact",
    "DeclarationOfIntent",
    "IbanWrong",
    "Party",
    "PartyInactive",
    "PartyNature",
    "PartyRole",
    "PaymentMethod",
    "RecipientCodeWrong",
    "Site",
    "SiteCodeTaken",
    "TaxCodeWrong",
    "TaxIdentity",
    "TaxIdentityMissing",
    "VatNumberWrong",
    "party_id",
    "site_id",
]


def party_id(code: str) -> UUID:
    """The id of a party registered without one."""
    return natural_id(KeyKind.PARTY, code)


def site_id(party_id: UUID, code: str) -> UUID:
    """The id of a site added without one: each party gives its sites codes of its own."""
    return natural_id(KeyKind.SITE, str(party_id), code)


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
        tax: Annotated[TaxIdentity, Personal("stream_id")]
        address: Annotated[Address | None, Personal("stream_id")]

    class IdentityChanged(Aggregate.Event):
        """Name, tax data or registered address are different from now on; issued documents keep the old ones."""

        TOPIC = "party.identity-changed.v1"
        name: Annotated[str, Personal("stream_id")]
        role: PartyRole
        nature: PartyNature
        tax: Annotated[TaxIdentity, Personal("stream_id")]
        address: Annotated[Address | None, Personal("stream_id")]

    class SiteAdded(Aggregate.Event):
        """The party has one more place, or different data for a known one."""

        TOPIC = "party.site-added.v1"
        site: Annotated[Site, Personal("stream_id")]

    class ContactAdded(Aggregate.Event):
        """There is one more person to speak to, or different data for a known one."""

        TOPIC = "party.contact-added.v1"
        contact: Contact

    class SiteClosed(Aggregate.Event):
        """Nothing new goes to this place from a day on; its history stays."""

        TOPIC = "party.site-closed.v1"
        site_id: UUID
        closed_on: date

    class SiteReopened(Aggregate.Event):
        """The place is in use again."""

        TOPIC = "party.site-reopened.v1"
        site_id: UUID

    class ContactRemoved(Aggregate.Event):
        """This person is spoken to no more."""

        TOPIC = "party.contact-removed.v1"
        contact_id: UUID

    class Converted(Aggregate.Event):
        """The prospect is a customer from a day on; all that was done before stays with it."""

        TOPIC = "party.converted.v1"
        converted_on: date
        tax: Annotated[TaxIdentity, Personal("stream_id")]
        address: Annotated[Address | None, Personal("stream_id")]

    class CustomerLinked(Aggregate.Event):
        """This end user has its things through that customer of ours; none, through nobody."""

        TOPIC = "party.customer-linked.v1"
        customer_id: UUID | None

    class TermsSet(Aggregate.Event):
        """How the party pays and is taxed from now on; issued documents keep the old terms."""

        TOPIC = "party.terms-set.v1"
        terms: CommercialTerms

    class ArrearsReported(Aggregate.Event):
        """Accounting says what is overdue; nothing, when everything was paid."""

        TOPIC = "party.arrears-reported.v1"
        arrears: Arrears | None

    class Deactivated(Aggregate.Event):
        """Nothing new is made for this party."""

        TOPIC = "party.deactivated.v1"

    class Reactivated(Aggregate.Event):
        """The company deals with this party again."""

        TOPIC = "party.reactivated.v1"

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
        """Add a place, or change one. Raises `SiteCodeTaken`, `SiteIsClosed`."""
        other = self.site_by_code(site.code)
        require(other is None or other.site_id == site.site_id, SiteCodeTaken, code=site.code)
        if self.sites.get(site.site_id) != site:
            self.check_site_open(site.site_id)
            self.trigger_event(self.SiteAdded, act=act, site=site)

    def close_site(self, site_id: UUID, closed_on: date, act: Act) -> None:
        """Let nothing new go to a place from a day on. Raises `NoSuchSite`."""
        require(site_id in self.sites, NoSuchSite)
        if self.closed_sites.get(site_id) != closed_on:
            self.trigger_event(self.SiteClosed, act=act, site_id=site_id, closed_on=closed_on)

    def reopen_site(self, site_id: UUID, act: Act) -> None:
        """Use a place again. Raises `NoSuchSite`."""
        require(site_id in self.sites, NoSuchSite)
        if site_id in self.closed_sites:
            self.trigger_event(self.SiteReopened, act=act, site_id=site_id)

    def add_contact(self, contact: Contact, act: Act) -> None:
        """Add a person, or change one."""
        if self.contacts.get(contact.contact_id) != contact:
            self.trigger_event(self.ContactAdded, act=act, contact=contact)

    def remove_contact(self, contact_id: UUID, act: Act) -> None:
        """Speak to a person no more; removed already, nothing. Raises `ContactUnknown`."""
        if contact_id in self.removed_contacts:
            return
        require(contact_id in self.contacts, ContactUnknown)
        self.trigger_event(self.ContactRemoved, act=act, contact_id=contact_id)

    def convert(self, converted_on: date, tax: TaxIdentity, address: Address | None, act: Act) -> None:
        """Make a prospect a customer, under the same id and code. Raises `NotAProspect` and what `register` raises."""
        if self.converted_on == converted_on and (self.tax, self.address) == (tax, address):
            return
        require(self.role is PartyRole.PROSPECT, NotAProspect, code=self.code)
        _check_identity(PartyRole.CUSTOMER, self.nature, tax)
        self.trigger_event(self.Converted, act=act, converted_on=converted_on, tax=tax, address=address)

    def link_customer(self, customer_id: UUID | None, act: Act) -> None:
        """Say through which customer an end user has its things. Raises `NotAnEndUser`, `OwnCustomer`."""
        require(self.role is PartyRole.END_USER, NotAnEndUser, code=self.code)
        require(customer_id != self.id, OwnCustomer)
        if self.customer_id != customer_id:
            self.trigger_event(self.CustomerLinked, act=act, customer_id=customer_id)

    def set_terms(self, terms: CommercialTerms, act: Act) -> None:
        """Set how the party pays and is taxed; the same again records nothing. Raises `IbanWrong`."""
        if terms.iban is not None:
            require(is_iban(terms.iban), IbanWrong, iban=terms.iban)
        if self.terms != terms:
            self.trigger_event(self.TermsSet, act=act, terms=terms)

    def report_arrears(self, arrears: Arrears | None, act: Act) -> None:
        """Say what is overdue, None when nothing is; the same sum reported on another day records nothing."""
        if _owed(self.arrears) != _owed(arrears):
            self.trigger_event(self.ArrearsReported, act=act, arrears=arrears)

    def deactivate(self, act: Act) -> None:
        """Make nothing new for this party."""
        if self.active:
            self.trigger_event(self.Deactivated, act=act)

    def reactivate(self, act: Act) -> None:
        """Deal with the party again."""
        if not self.active:
            self.trigger_event(self.Reactivated, act=act)

    # Answers

    def check_active(self) -> None:
        """Refuse to make something new for a party that was deactivated. Raises `PartyInactive`."""
        require(self.active, PartyInactive, code=self.code)

    def check_site_open(self, site_id: UUID | None, on: date | None = None) -> None:
        """Refuse to bring something new to a place that is closed, on a day or at all. Raises `SiteIsClosed`."""
        closed_on = self.closed_sites.get(site_id) if site_id else None
        if closed_on is not None and site_id is not None:
            is_open = on is not None and on < closed_on
            require(is_open, SiteIsClosed, code=self.sites[site_id].code, on=str(closed_on))

    def site_by_code(self, code: str) -> Site | None:
        """The site with this code, if the party has one."""
        wanted = code.strip().casefold()
        return next((site for site in self.sites.values() if site.code.strip().casefold() == wanted), None)

    def contact_by_name(self, name: str) -> Contact | None:
        """The contact with this name, if the party has one."""
        wanted = name.strip().casefold()
        return next((one for one in self.contacts.values() if one.name.strip().casefold() == wanted), None)

    @property
    def vat_customer(self) -> VatCustomer:
        """The party as the VAT rules see it now."""
        return self._vat_customer(self.terms.declaration_of_intent or self.terms.intent is not None)

    def vat_customer_on(self, day: date) -> VatCustomer:
        """The party as the VAT rules see it on a document's date: a declaration of intent has its own days."""
        intent = self.terms.intent
        is_valid = intent is not None and intent.valid_from_on <= day <= intent.valid_until_on
        return self._vat_customer(is_valid if intent is not None else self.terms.declaration_of_intent)

    def _vat_customer(self, has_declared: bool) -> VatCustomer:
        return VatCustomer(
            kind=self.terms.vat_kind or _VAT_KINDS[self.nature],
            country=self.address.country if self.address else "IT",
            vat_subject=self.terms.vat_subject,
            declaration_of_intent=has_declared,
        )

    # Evolve

    @event(Registered)
    def __init__(
        self, code: str, name: str, role: PartyRole, nature: PartyNature, tax: TaxIdentity, address: Address | None
    ) -> None:
        self.code, self.name, self.role, self.nature = code, name, role, nature
        self.tax, self.address = tax, address
        self.sites: dict[UUID, Site] = {}
        self.contacts: dict[UUID, Contact] = {}
        self.terms, self.active = CommercialTerms(), True
        self.arrears: Arrears | None = None
        self.closed_sites: dict[UUID, date] = {}
        self.removed_contacts: set[UUID] = set()
        self.converted_on: date | None = None
        self.customer_id: UUID | None = None

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
        self.removed_contacts.discard(contact.contact_id)

    @event(ContactRemoved)
    def _contact_removed(self, contact_id: UUID) -> None:
        self.removed_contacts.add(contact_id)
        del self.contacts[contact_id]

    @event(SiteClosed)
    def _site_closed(self, site_id: UUID, closed_on: date) -> None:
        self.closed_sites[site_id] = closed_on

    @event(SiteReopened)
    def _site_reopened(self, site_id: UUID) -> None:
        del self.closed_sites[site_id]

    @event(Converted)
    def _converted(self, converted_on: date, tax: TaxIdentity, address: Address | None) -> None:
        self.role, self.converted_on, self.tax, self.address = PartyRole.CUSTOMER, converted_on, tax, address

    @event(CustomerLinked)
    def _customer_linked(self, customer_id: UUID | None) -> None:
        self.customer_id = customer_id

    @event(TermsSet)
    def _terms_set(self, terms: CommercialTerms) -> None:
        self.terms = terms

    @event(ArrearsReported)
    def _arrears_reported(self, arrears: Arrears | None) -> None:
        self.arrears = arrears

    @event(Deactivated)
    def _deactivated(self) -> None:
        self.active = False

    @event(Reactivated)
    def _reactivated(self) -> None:
        self.active = True


_VAT_KINDS = {
    PartyNature.BUSINESS: CustomerKind.BUSINESS,
    PartyNature.CONSUMER: CustomerKind.CONSUMER,
    PartyNature.PUBLIC_BODY: CustomerKind.PUBLIC_BODY,
}


def _owed(arrears: Arrears | None) -> tuple[Money, date] | None:
    return (arrears.overdue, arrears.oldest_due_on) if arrears else None


def _check_identity(role: PartyRole, nature: PartyNature, tax: TaxIdentity) -> None:
    if tax.vat_number is not None:
        require(is_vat_number(tax.vat_number), VatNumberWrong, vat_number=tax.vat_number)
    if tax.tax_code is not None:
        require(is_tax_code(tax.tax_code), TaxCodeWrong, tax_code=tax.tax_code)
    length = 6 if nature is PartyNature.PUBLIC_BODY else 7
    require(is_recipient_code(tax.recipient_code, length), RecipientCodeWrong, recipient_code=tax.recipient_code)
    require(role is not PartyRole.CUSTOMER or bool(tax.vat_number or tax.tax_code), TaxIdentityMissing)
