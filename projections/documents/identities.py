"""Who issues a document and who receives it, as the records know them (intestazioni)."""

from __future__ import annotations

from uuid import UUID

from aggregates import party
from aggregates.company import Company, LegalIdentity
from aggregates.counterparty import Counterparty, Destination
from aggregates.invoice_values import ABROAD, NO_CODE, BilledCustomer
from aggregates.values import Address
from projections.documents.content import Customer, Letterhead, Site
from projections.documents.records import ContentMissing, Records

UNKNOWN = Address(street="–", postcode="–", town="indirizzo non registrato")


def letterhead(identity: LegalIdentity) -> Letterhead:
    """The company's letterhead."""
    register = (
        f"REA {identity.rea_office}-{identity.rea_number}" if identity.rea_office and identity.rea_number else None
    )
    shared = {"vat_number", "tax_code", "share_capital", "phone", "email", "bank", "iban"}
    told = {name: getattr(identity, name) or None for name in shared}
    return Letterhead.model_validate(
        {"name": identity.name, "address": identity.address, "business_register": register, **told}
    )


def own_letterhead(records: Records, company_id: UUID) -> Letterhead:
    """The letterhead as it was known. Raises `ContentMissing` before the company was founded."""
    company = records.find(Company, company_id)
    if company is None:
        raise ContentMissing("The company's legal identity is not known: found the company first.")
    return letterhead(company.identity)


def customer_of(known: party.Party, fallback: Address | None = None) -> Customer:
    """A party as it is known."""
    return Customer(
        name=known.name,
        kind=known.nature.value,
        code=known.code,
        address=known.address or fallback or UNKNOWN,
        vat_number=known.tax.vat_number or None,
        tax_code=known.tax.tax_code or None,
        recipient_code=_code(known.tax.recipient_code),
        certified_email=known.tax.certified_mail or None,
    )


def counterparty(frozen: Counterparty) -> Customer:
    """A party as a record froze it."""
    address = frozen.address or (frozen.destination.address if frozen.destination else UNKNOWN)
    return Customer(
        name=frozen.name,
        kind=frozen.nature.value,
        code=frozen.code,
        address=address,
        vat_number=frozen.vat_number or None,
        tax_code=frozen.tax_code or None,
    )


def billed(frozen: BilledCustomer) -> Customer:
    """A customer as an invoice froze it."""
    return Customer(
        name=frozen.name,
        kind=frozen.nature.value,
        code=frozen.code,
        address=frozen.address,
        vat_number=frozen.vat_number or None,
        tax_code=frozen.tax_code or None,
        recipient_code=_code(frozen.recipient_code),
        certified_email=frozen.certified_mail or None,
    )


def site_of(site: party.Site | Destination) -> Site:
    """A place of a party."""
    return Site(name=site.name or site.code, address=site.address)


def _code(recipient_code: str) -> str | None:
    """None where it is no code of the customer's: address and certified mail decide then where the file goes (R9.9)."""
    return None if recipient_code in ("", NO_CODE, ABROAD) else recipient_code
