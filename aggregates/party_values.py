"""What a party (anagrafica) is made of: role, nature, tax identity, sites, contacts, terms, arrears."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.call_values import ChargeItem
from aggregates.rules.law import CustomerKind
from aggregates.rules.payment_terms import PaymentTerms
from aggregates.values import OWNER, Address, Money, Personal, Rate, Value


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
    tax_code: Annotated[str | None, Personal(OWNER, blank=True)] = None
    recipient_code: str = Field(default="0000000", description="Six characters for public bodies, seven for others.")
    certified_mail: Annotated[str | None, Personal(OWNER)] = None


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
    name: Annotated[str, Personal(OWNER)]
    address: Annotated[Address, Personal(OWNER)]
    travel_km: Rate | None = Field(default=None, description="Kilometres there and back.")
    area: str | None = None
    calendar_code: str | None = Field(default=None, description="When service is owed here, if not as usual.")
    notes: Annotated[str | None, Personal(OWNER)] = None


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
    document_language: str | None = Field(
        default=None, pattern=r"^[a-z]{2}$", description="Of its Word documents and texts; left out, Italian."
    )


class Arrears(Value):
    """What the party has not paid in time (insoluto), as accounting reported it."""

    overdue: Money
    oldest_due_on: date
    reported_on: date
