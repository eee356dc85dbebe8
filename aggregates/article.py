"""Article (articolo): a catalogue item: part, consumable, labour, charge, service or product."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.natural_key import KeyKind, natural_id
from aggregates.rules.law import VatRateCode
from aggregates.values import Rate, Value


def article_id(code: str) -> UUID:
    """The id of an article: always made from its code, so that everyone can name it."""
    return natural_id(KeyKind.ARTICLE, code)


class ArticleKind(StrEnum):
    """What an article is to a service company; coverage tells the kinds apart (R4.1)."""

    PART = "part"
    CONSUMABLE = "consumable"
    LABOUR = "labour"
    CHARGE = "charge"
    SERVICE = "service"
    PRODUCT = "product"

    @property
    def is_stocked(self) -> bool:
        """Whether it lies in a warehouse."""
        return self in (ArticleKind.PART, ArticleKind.CONSUMABLE, ArticleKind.PRODUCT)


class ArticleDetails(Value):
    """What an article is, how it is taxed and kept."""

    description: str = Field(min_length=1, max_length=1000, examples=["Compressore ermetico 1/3 HP"])
    kind: ArticleKind
    unit: str = Field(default="PZ", min_length=1, max_length=10, examples=["PZ"])
    vat_rate: VatRateCode = VatRateCode.ORDINARY
    vat_exempt: bool = Field(default=False, description="Exempt by its nature (art. 10 DPR 633/72).")
    revenue_account: str | None = Field(default=None, examples=["58.01.001"])
    price_multiplier: Rate = Field(
        default=Decimal(1), gt=0, description="How many units the price is for: 100 for a price per hundred (R11.8)."
    )
    serial_tracked: bool = Field(default=False, description="Every piece has a serial number.")
    lot_tracked: bool = Field(default=False, description="Quantities are kept by lot, the first to expire goes first.")
    skill: str | None = Field(default=None, description="The skill that working on it needs.")
    warranty_months: int | None = Field(default=None, ge=0, le=240)
    standard_cost: Rate | None = Field(default=None, ge=0, description="Cost of one unit, euro.")
    supplier_code: str | None = Field(default=None, description="The party code of the usual supplier.")
    order_lot: Rate | None = Field(
        default=None, gt=0, description="Orders to the supplier are multiples of it (R11.5)."
    )
    notes: str | None = None


class Article(Aggregate):
    """A catalogue item."""

    TOPIC = "article"

    class Registered(FirstEvent):
        """The article is in the catalogue."""

        TOPIC = "article.registered.v1"
        code: str
        details: ArticleDetails

    class Changed(Aggregate.Event):
        """The article is described, taxed or kept otherwise from now on; documents keep what they froze."""

        TOPIC = "article.changed.v1"
        details: ArticleDetails

    class Discontinued(Aggregate.Event):
        """The article is no longer offered; what is in stock may still be used."""

        TOPIC = "article.discontinued.v1"

    class Resumed(Aggregate.Event):
        """The article is offered again."""

        TOPIC = "article.resumed.v1"

    # Decide

    @classmethod
    def register(cls, code: str, details: ArticleDetails, act: Act) -> Article:
        """Put an article in the catalogue."""
        return cls.begin(cls.Registered, id=article_id(code), act=act, code=code.strip(), details=details)

    def change(self, details: ArticleDetails, act: Act) -> None:
        """Describe it otherwise from now on; the same details again record nothing."""
        if self.details != details:
            self.trigger_event(self.Changed, act=act, details=details)

    def discontinue(self, act: Act) -> None:
        """Stop offering it."""
        if not self.discontinued:
            self.trigger_event(self.Discontinued, act=act)

    def resume(self, act: Act) -> None:
        """Offer it again."""
        if self.discontinued:
            self.trigger_event(self.Resumed, act=act)

    # Evolve

    @event(Registered)
    def __init__(self, code: str, details: ArticleDetails) -> None:
        self.code, self.details, self.discontinued = code, details, False

    @event(Changed)
    def _changed(self, details: ArticleDetails) -> None:
        self.details = details

    @event(Discontinued)
    def _discontinued(self) -> None:
        self.discontinued = True

    @event(Resumed)
    def _resumed(self) -> None:
        self.discontinued = False
