"""Customers, their sites and their contacts (clienti, destinazioni, contatti)."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from gateways.imports.cells import MULTILINE, TEXT, YES_NO, choice
from gateways.imports.identifiers import (
    COUNTRY,
    EMAIL,
    IBAN_CODE,
    PHONE,
    POSTCODE,
    PROVINCE,
    RECIPIENT_CODE,
    TAX_CODE,
    VAT_NUMBER,
)
from gateways.imports.quantities import COORDINATE, KILOMETRES
from gateways.imports.sheets.base import Reference, Row, Sheet, column, rule

FOREIGN_RECIPIENT = "XXXXXXX"
"""The recipient code of customers outside Italy (R9.9)."""


class CustomerKind(StrEnum):
    """What a customer is before the law: it decides VAT, withdrawal and the form of the invoice."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC_BODY = "public_body"


class PartyRole(StrEnum):
    """What a party is to us (CUS-1)."""

    CUSTOMER = "customer"
    PROSPECT = "prospect"
    END_USER = "end_user"


class PaymentMethod(StrEnum):
    """How a customer pays."""

    TRANSFER = "transfer"
    RIBA = "riba"
    DIRECT_DEBIT = "direct_debit"
    CASH = "cash"
    CARD = "card"
    CHEQUE = "cheque"


CUSTOMER_KIND = choice(
    {
        CustomerKind.BUSINESS: ("azienda", "company", "impresa", "ditta", "società", "professionista"),
        CustomerKind.CONSUMER: ("privato", "private person", "consumatore", "persona fisica"),
        CustomerKind.PUBLIC_BODY: ("ente pubblico", "public administration", "PA", "pubblica amministrazione"),
    }
)
PARTY_ROLE = choice(
    {
        PartyRole.CUSTOMER: ("cliente", "client"),
        PartyRole.PROSPECT: ("potenziale", "lead"),
        PartyRole.END_USER: ("utilizzatore finale", "end user", "utilizzatore"),
    }
)
PAYMENT_METHOD = choice(
    {
        PaymentMethod.TRANSFER: ("bonifico", "bank transfer", "MP05", "bonifico bancario"),
        PaymentMethod.RIBA: ("RiBa", "MP12", "ricevuta bancaria"),
        PaymentMethod.DIRECT_DEBIT: ("addebito diretto", "SDD", "MP19", "RID"),
        PaymentMethod.CASH: ("contanti", "MP01", "rimessa diretta"),
        PaymentMethod.CARD: ("carta", "MP08", "carta di credito", "POS", "bancomat"),
        PaymentMethod.CHEQUE: ("assegno", "MP02"),
    }
)


class CustomerRow(Row):
    """A party (anagrafica): customer, prospect or end user, with its legal seat and how it is invoiced."""

    SHEET: ClassVar[Sheet] = Sheet(
        "customers", ("clienti", "anagrafica clienti", "anagrafiche"), ("parties",), key=("code",)
    )

    code: Annotated[str, column(TEXT, "Codice cliente|Codice|Cod. cliente|Cliente", "Customer code|Code|Customer")]
    name: Annotated[str, column(TEXT, "Ragione sociale|Denominazione|Nome|Cognome e nome", "Name|Company name")]
    kind: Annotated[CustomerKind, column(CUSTOMER_KIND, "Tipo cliente|Tipo|Natura", "Customer kind|Kind|Type")]
    role: Annotated[PartyRole, column(PARTY_ROLE, "Ruolo|Rapporto", "Role")] = PartyRole.CUSTOMER
    vat_number: Annotated[str | None, column(VAT_NUMBER, "Partita IVA|P.IVA|PIVA", "VAT number|VAT id|VAT")] = None
    tax_code: Annotated[str | None, column(TAX_CODE, "Codice fiscale|Cod. fiscale|C.F.", "Tax code|Fiscal code")] = None
    recipient_code: Annotated[
        str | None,
        column(RECIPIENT_CODE, "Codice SDI|Codice destinatario|SDI|Codice univoco", "Recipient code|SDI code"),
    ] = None
    pec: Annotated[str | None, column(EMAIL, "PEC|Posta certificata", "Certified e-mail")] = None
    street: Annotated[str, column(TEXT, "Indirizzo|Via", "Street|Address")]
    postcode: Annotated[str, column(POSTCODE, "CAP", "Postcode|Zip|Zip code|Postal code")]
    town: Annotated[str, column(TEXT, "Comune|Città|Località", "Town|City")]
    province: Annotated[str | None, column(PROVINCE, "Provincia|Prov.|PR", "Province")] = None
    country: Annotated[str, column(COUNTRY, "Nazione|Paese|Stato", "Country")] = "IT"
    email: Annotated[str | None, column(EMAIL, "E-mail|Posta elettronica", "Mail|Email address")] = None
    phone: Annotated[str | None, column(PHONE, "Telefono|Tel.", "Phone|Telephone")] = None
    iban: Annotated[str | None, column(IBAN_CODE, "IBAN|Coordinate bancarie", "Bank account")] = None
    payment_terms: Annotated[
        str | None, column(TEXT, "Condizioni di pagamento|Pagamento|Termini", "Payment terms|Terms")
    ] = None
    payment_method: Annotated[
        PaymentMethod | None, column(PAYMENT_METHOD, "Modalità di pagamento|Modo pagamento", "Payment method")
    ] = None
    split_payment: Annotated[bool, column(YES_NO, "Scissione pagamenti|Split payment", "Split VAT")] = False
    price_list: Annotated[str | None, column(TEXT, "Listino|Codice listino", "Price list")] = None
    notes: Annotated[str | None, column(MULTILINE, "Note|Annotazioni", "Notes|Remarks")] = None

    @rule("vat_number", "kind", "country", "role")
    def _a_business_has_a_vat_number(self) -> str | None:
        needed = self.kind is CustomerKind.BUSINESS and self.role is PartyRole.CUSTOMER
        if needed and self.country == "IT" and self.vat_number is None:
            return "an Italian business needs its P.IVA"
        return None

    @rule("tax_code", "kind", "country", "vat_number", "role")
    def _others_have_a_tax_code(self) -> str | None:
        if self.country != "IT" or self.role is not PartyRole.CUSTOMER or self.tax_code is not None:
            return None
        if self.kind is CustomerKind.CONSUMER:
            return "a private customer needs a codice fiscale"
        if self.kind is CustomerKind.PUBLIC_BODY and self.vat_number is None:
            return "a public body needs a codice fiscale or a P.IVA"
        return None

    @rule("recipient_code", "kind", "country")
    def _recipient_code_fits_the_kind(self) -> str | None:
        code = self.recipient_code
        if self.kind is CustomerKind.PUBLIC_BODY and self.country == "IT" and (code is None or len(code) != 6):
            return "a public body needs its office code of 6 characters (R9.9)"
        if code is None:
            return None
        if self.country != "IT" and code != FOREIGN_RECIPIENT:
            return f"the recipient code of a foreign customer is {FOREIGN_RECIPIENT} (R9.9)"
        if self.country == "IT" and self.kind is not CustomerKind.PUBLIC_BODY and len(code) != 7:
            return f"'{code}' has {len(code)} characters: a private customer's code has 7 (R9.9)"
        return None

    @rule("province", "country")
    def _italian_addresses_have_a_province(self) -> str | None:
        return "an Italian address needs its province" if self.country == "IT" and self.province is None else None

    @rule("postcode", "country")
    def _italian_postcodes_have_five_digits(self) -> str | None:
        return italian_postcode_reason(self.postcode, self.country)


class SiteRow(Row):
    """A customer's place of service (destinazione); its town decides the patron saint, its km the travel charge."""

    SHEET: ClassVar[Sheet] = Sheet(
        "sites",
        ("destinazioni", "sedi", "destinazioni clienti"),
        ("ship-to sites", "ship to"),
        key=("customer_code", "code"),
        references=(Reference("customers", ("customer_code",)),),
    )

    customer_code: Annotated[str, column(TEXT, "Codice cliente|Cliente|Cod. cliente", "Customer code|Customer")]
    code: Annotated[str, column(TEXT, "Codice destinazione|Destinazione|Codice sede|Codice", "Site code|Site|Code")]
    name: Annotated[str, column(TEXT, "Descrizione|Nome|Nome sede", "Name|Site name|Description")]
    street: Annotated[str, column(TEXT, "Indirizzo|Via", "Street|Address")]
    postcode: Annotated[str, column(POSTCODE, "CAP", "Postcode|Zip|Zip code|Postal code")]
    town: Annotated[str, column(TEXT, "Comune|Città|Località", "Town|City")]
    province: Annotated[str | None, column(PROVINCE, "Provincia|Prov.|PR", "Province")] = None
    country: Annotated[str, column(COUNTRY, "Nazione|Paese", "Country")] = "IT"
    latitude: Annotated[float | None, column(COORDINATE, "Latitudine|Lat.", "Latitude")] = None
    longitude: Annotated[float | None, column(COORDINATE, "Longitudine|Lon.|Long.", "Longitude|Lng")] = None
    distance_km: Annotated[
        Decimal | None, column(KILOMETRES, "Distanza km|Km|Km sola andata", "Distance km|Distance|Km one way")
    ] = None
    area: Annotated[str | None, column(TEXT, "Zona|Area", "Service area|Territory")] = None
    notes: Annotated[str | None, column(MULTILINE, "Note|Annotazioni|Accesso", "Notes|Remarks")] = None

    @rule("latitude", "longitude")
    def _coordinates_come_in_pairs(self) -> str | None:
        if (self.latitude is None) != (self.longitude is None):
            return "latitude and longitude go together"
        if self.latitude is not None and abs(self.latitude) > 90:
            return f"{self.latitude} is not a latitude: it lies between -90 and 90"
        return None

    @rule("province", "country")
    def _italian_addresses_have_a_province(self) -> str | None:
        return "an Italian address needs its province" if self.country == "IT" and self.province is None else None

    @rule("postcode", "country")
    def _italian_postcodes_have_five_digits(self) -> str | None:
        return italian_postcode_reason(self.postcode, self.country)


class ContactRow(Row):
    """A person at a customer's (contatto)."""

    SHEET: ClassVar[Sheet] = Sheet(
        "contacts",
        ("contatti", "persone", "referenti"),
        ("people",),
        key=("customer_code", "name"),
        references=(Reference("customers", ("customer_code",)), Reference("sites", ("customer_code", "site_code"))),
    )

    customer_code: Annotated[str, column(TEXT, "Codice cliente|Cliente|Cod. cliente", "Customer code|Customer")]
    name: Annotated[str, column(TEXT, "Nome e cognome|Nome|Referente|Contatto", "Name|Contact|Full name")]
    job: Annotated[str | None, column(TEXT, "Mansione|Ruolo|Incarico", "Job|Role|Job title")] = None
    site_code: Annotated[str | None, column(TEXT, "Codice destinazione|Destinazione", "Site code|Site")] = None
    email: Annotated[str | None, column(EMAIL, "E-mail|Posta elettronica", "Mail|Email address")] = None
    phone: Annotated[str | None, column(PHONE, "Telefono|Tel.", "Phone|Telephone")] = None
    mobile: Annotated[str | None, column(PHONE, "Cellulare|Cell.", "Mobile|Cell phone")] = None


def italian_postcode_reason(code: str, country_code: str) -> str | None:
    """Why a postcode is wrong for its country; only the Italian form is known."""
    if country_code == "IT" and not (len(code) == 5 and code.isdigit()):
        return f"'{code}' is not an Italian postcode: it has 5 digits"
    return None
