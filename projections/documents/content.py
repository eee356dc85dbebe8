"""What every printed document shares (contenuto dei documenti): letterhead, customer, site, sources.

A content is frozen data: all that a document says and nothing of how it looks. It is made from facts, rendered once and
kept beside the file, so that the same content can be read again in ten years. Texts are Italian, because the reader is.

Units: amounts in euro as `Decimal`, quantities in the line's own unit, dates Europe/Rome, instants UTC.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from aggregates.values import Address, Rate, Value

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A text that says something: an empty one is left out (`None`) instead."""

Amount = Annotated[Rate, Field(allow_inf_nan=False)]
"""A decimal of a document: euro, a quantity, a percentage."""


class Source(Value):
    """A stream the content was taken from, at the version it had then: later changes can be told from it (R7.2)."""

    stream_id: UUID
    version: Annotated[int, Field(ge=1)]
    topic: Text | None = None


class Picture(Value):
    """An image inside a document: a logo, a signature. In JSON the bytes travel as base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    media_type: Literal["image/png", "image/jpeg", "image/svg+xml"]
    data: Annotated[bytes, Field(min_length=1, max_length=1_000_000)]


class Letterhead(Value):
    """The company that issues the document (carta intestata)."""

    name: Text
    address: Address
    vat_number: Text
    tax_code: Text | None = None
    business_register: Text | None = None
    share_capital: Amount | None = None
    phone: Text | None = None
    email: Text | None = None
    certified_email: Text | None = None
    website: Text | None = None
    bank: Text | None = None
    iban: Text | None = None
    logo: Picture | None = None
    logo_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Of the picture: it freezes the logo, whose bytes lie in the archive once."""
    accent: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")] | None = None
    motto: Text | None = None
    footer: Text | None = None


class Customer(Value):
    """The receiver of a document (cliente), with what the exchange system needs to reach it (R9.9)."""

    name: Text
    given_name: Text | None = None
    family_name: Text | None = None
    address: Address
    kind: Literal["business", "consumer", "public_body"] = "business"
    code: Text | None = None
    vat_number: Text | None = None
    tax_code: Text | None = None
    recipient_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{6,7}$")] | None = None
    certified_email: Text | None = None
    attention: Text | None = None

    @model_validator(mode="after")
    def _both_names(self) -> Self:
        if (self.given_name is None) != (self.family_name is None):
            raise ValueError("a person needs both the given and the family name")
        return self


class Site(Value):
    """A place of the customer where work is done or goods arrive (ubicazione, destinazione)."""

    name: Text
    address: Address
    contact: Text | None = None
    phone: Text | None = None
    notes: Text | None = None


class Item(Value):
    """A machine a document speaks of (apparecchiatura)."""

    product: Text
    serial: Text | None = None
    location: Text | None = None


class PricedLine(Value):
    """A line with a price, on a quote or an invoice (riga)."""

    description: Text
    code: Text | None = None
    quantity: Annotated[Amount, Field(ge=0, decimal_places=8)] = Decimal(1)
    unit: Text | None = None
    unit_price: Annotated[Amount, Field(decimal_places=8)]
    price_per: Annotated[Amount, Field(gt=0)] = Decimal(1)
    """How many units the price is for: 100 for a price per hundred (R11.8)."""
    discounts: tuple[Annotated[Amount, Field(ge=-100, le=100, decimal_places=2)], ...] = ()
    """Percentages taken one after the other; a negative one is a surcharge."""
    amount: Annotated[Amount, Field(decimal_places=2)]
    vat_rate: Annotated[Amount, Field(ge=0, le=100, decimal_places=2)]
    vat_nature: Annotated[str, Field(pattern=r"^N[1-7](\.[1-9])?$")] | None = None
    serials: tuple[Text, ...] = ()
    note: Text | None = None
    """Printed under the description: why a covered line is free, which meter a count is from."""


class VatSummary(Value):
    """Base and tax of one rate or nature (riepilogo IVA), computed on the sum and not per line (R9.3)."""

    rate: Annotated[Amount, Field(ge=0, le=100, decimal_places=2)]
    nature: Annotated[str, Field(pattern=r"^N[1-7](\.[1-9])?$")] | None = None
    taxable: Annotated[Amount, Field(decimal_places=2)]
    tax: Annotated[Amount, Field(decimal_places=2)]
    chargeability: Literal["I", "D", "S"] | None = None
    """Immediate, deferred, or split payment (R9.5)."""
    reference: Text | None = None
    """The law the rate or nature rests on, from the dated law table (R9.7b)."""


class HouseTexts(Value):
    """What the company adds to every document of a kind, its fields filled in (testi)."""

    introduction: tuple[Text, ...] = ()
    conditions: tuple[Text, ...] = ()
    payment: tuple[Text, ...] = ()
    footer: tuple[Text, ...] = ()


class Content(Value):
    """What every document has: who issues it, to whom, its number and date, and the facts it rests on.

    A draft needs no number and is printed with a watermark.
    """

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    KIND: ClassVar[str]

    issuer: Letterhead
    customer: Customer
    source: Annotated[tuple[Source, ...], Field(min_length=1)]
    number: Text | None = None
    draft: bool = False
    notes: tuple[Text, ...] = ()
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "it"
    """Of the customer: for texts and Word files; what the house prints is Italian."""
    texts: HouseTexts | None = None

    @property
    def kind(self) -> str:
        """The kind of document, as templates and the archive name it."""
        return self.KIND

    @model_validator(mode="after")
    def _numbered(self) -> Self:
        if self.number is None and not self.draft:
            raise ValueError("an issued document needs its number")
        return self
