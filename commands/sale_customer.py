"""Whose a sale is (cliente della vendita): a known customer, or a new one where the sale says enough to register it."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.natural_key import KeyKind
from aggregates.party import Party, PartyNature, PartyRole, TaxIdentity
from aggregates.values import Address, Value
from commands.base import Service
from commands.natural_key import id_of
from commands.party import RegisterParty, register_party


class SaleCustomer(Value):
    """The customer as a document names it; with name, address and a tax number an unknown one is registered."""

    code: str | None = Field(default=None, examples=["C0001"])
    name: str | None = Field(default=None, examples=["Rossi Gilbo"])
    nature: PartyNature | None = Field(default=None, description="Left out, a tax code of a person means a consumer.")
    tax: TaxIdentity = Field(default=TaxIdentity(), examples=[{"vat_number": "IT12345670017"}])
    address: Address | None = None

    @property
    def said_nature(self) -> PartyNature:
        """Its nature as told, or as its tax numbers show it."""
        is_person = self.tax.vat_number is None and len(self.tax.tax_code or "") == 16
        return self.nature or (PartyNature.CONSUMER if is_person else PartyNature.BUSINESS)


class SaleCustomerUnknown(Refusal):
    """The customer {customer} is not known; register it first, or tell name, address and VAT number or tax code."""

    status = 422


class SaleCustomerAmbiguous(Refusal):
    """{count} customers have the VAT number or tax code {code}; say which one by its id or code."""

    status = 422


def customer_of(service: Service, customer_id: UUID | None, told: SaleCustomer | None, act: Act) -> Party:
    """The customer, registered now if need be. Raises `SaleCustomerUnknown`, `SaleCustomerAmbiguous`, `NotFound`."""
    if customer_id is None and told is not None:
        customer_id = _known(service, told) or _registered(service, told, act)
    if customer_id is None:
        raise SaleCustomerUnknown(customer="")
    party = service.load(Party, customer_id)
    party.check_active()
    return party


def _known(service: Service, told: SaleCustomer) -> UUID | None:
    if told.code is not None:
        return id_of(service, KeyKind.PARTY, told.code) or service.lookups.party_by_code(told.code)
    number = told.tax.vat_number or told.tax.tax_code
    found = service.lookups.parties_by_tax(told.tax.vat_number, told.tax.tax_code)
    require(len(found) <= 1, SaleCustomerAmbiguous, count=len(found), code=number)
    # A party that a sale registered a moment ago has its tax number as code; the read model may not know it yet.
    return found[0] if found else id_of(service, KeyKind.PARTY, number) if number else None


def _registered(service: Service, told: SaleCustomer, act: Act) -> UUID:
    number = told.tax.vat_number or told.tax.tax_code
    code = told.code or number
    if code is None or number is None or told.name is None or told.address is None:
        raise SaleCustomerUnknown(customer=told.code or told.name or number or "")
    asked = RegisterParty(
        code=code,
        name=told.name,
        role=PartyRole.CUSTOMER,
        nature=told.said_nature,
        tax=told.tax,
        address=told.address,
    )
    party_id = register_party(asked, act, service)
    return UUID(str((party_id or {})["party_id"]))
