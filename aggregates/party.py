"""Party (anagrafica): whoever the company deals with, from the first enquiry (lead) to a customer, and end users."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.call_values import ChargeItem
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.identifiers import is_iban, is_recipient_code, is_tax_code, is_vat_number
from aggregates.rules.law import CustomerKind
from aggregates.rules.payment_terms import PaymentTerms
from aggregates.rules.vat import VatCustomer
from aggregates.values import Address, Money, Personal, Rate, Value


def party_id(code: str) -> UUID:
    """The id of a party registered without one."""
    return natural_id(KeyKind.PARTY, code)


def site_id(party_id: UUID, code: str) -> UUID:
    """The id of a site added without one: each party gives its sites codes of its own."""
    return natural_id(KeyKind.SITE, str(party_id), code)


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


class PaymentMethod(StrEnum):
    """How a debt is paid (modalità di pagamento)."""

    TRANSFER = "transfer"
    RIBA = "riba"
    DIRECT_DEBIT = "direct_debit"
    CASH = "cash"
    CARD = "card"
    CHEQUE = "cheque"

    @property
    def fatturapa_code(self) -> str:
        """The code of the electronic invoice (ModalitaPagamento)."""
        return _MP_CODES[self]


_MP_CODES = {
    PaymentMethod.CASH: "MP01",
    PaymentMethod.CHEQUE: "MP02",
    PaymentMethod.TRANSFER: "MP05",
    PaymentMethod.CARD: "MP08",
    PaymentMethod.RIBA: "MP12",
    PaymentMethod.DIRECT_DEBIT: "MP19",
}


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
    mobile: Annotated[str | None, Personal("contact_id")] = None
    email: Annotated[str | None, Personal("contact_id")] = None
    role: str | None = None
    site_id: UUID | None = Field(default=None, description="The site they are at, if they belong to one.")


class Site(Value):
    """A place where the party's things are (destinazione), with its distance from us."""

    site_id: UUID
    code: str
    name: str
    address: Address
    travel_km: Rate | None = Field(default=None, description="Kilometres there and back.")
    area: str | None = None
    calendar_code: str | None = Field(default=None, description="When service is owed here, if not as usual.")
    notes: str | None = None


class DeclarationOfIntent(Value):
    """A habitual exporter's declaration (dichiarazione d'intento): its protocol stands on every invoice under it."""

    protocol: str = Field(pattern=r"^\d{17}-\d{6}$", examples=["08060120341234567-000001"])
    received_on: date
    valid_from_on: date
    valid_until_on: date


class CommercialTerms(Value):
    """How the party buys and pays, where it differs from the company's parameters."""

    payment_terms: PaymentTerms | None = None
    payment_method: PaymentMethod | None = None
    iban: Annotated[str | None, Personal("stream_id")] = None
    price_list_code: str | None = None
    discount_percent: Rate = Field(default=Decimal(0), ge=0, le=100, description="Off the list prices of calls.")
    item_discounts: dict[ChargeItem, Rate] = Field(
        default={}, description="Other discounts by item of cost, in percent.", examples=[{"labour": "10"}]
    )
    vat_kind: CustomerKind | None = Field(
        default=None, description="Listed bodies and quoted companies pay split (R9.5); the rest follows the nature."
    )
    vat_subject: bool | None = Field(
        default=None, description="Whether it buys as a business, for reverse charge; left out, by its nature (R9.6)."
    )
    declaration_of_intent: bool = Field(default=False, description="A habitual exporter's, now valid (N3.5).")
    intent: DeclarationOfIntent | None = Field(default=None, description="The declaration, with its protocol (N3.5).")
    plant_in_building: bool = Field(default=False, description="Its contracts are on plant in buildings (R9.6).")
    charge_stamp_duty: bool | None = Field(
        default=None, description="Whether the stamp duty is charged to it; left out, as the company does (R9.8)."
    )
    pays_by_notice: bool = Field(
        default=False, description="Advance fees are asked for by a notice and invoiced when paid (R1.19)."
    )


class Arrears(Value):
    """What the party has not paid in time (insoluto), as accounting reported it."""

    overdue: Money
    oldest_due_on: date
    reported_on: date


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


class IbanWrong(Refusal):
    """{iban} is not a valid IBAN; check its digits."""

    status = 422


class SiteCodeTaken(Refusal):
    """This party already has a site with the code {code}; change that one, or choose another code."""


class PartyInactive(Refusal):
    """{code} was deactivated; reactivate the party first."""


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
        """Add a place, or change one. Raises `SiteCodeTaken`."""
        other = self.site_by_code(site.code)
        require(other is None or other.site_id == site.site_id, SiteCodeTaken, code=site.code)
        if self.sites.get(site.site_id) != site:
            self.trigger_event(self.SiteAdded, act=act, site=site)

    def add_contact(self, contact: Contact, act: Act) -> None:
        """Add a person, or change one."""
        if self.contacts.get(contact.contact_id) != contact:
            self.trigger_event(self.ContactAdded, act=act, contact=contact)

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
