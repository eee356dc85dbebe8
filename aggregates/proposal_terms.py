"""What a sale offers beside the goods (regole di proposta): the contract, its fee, the warranties; frozen values."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Self

from pydantic import Field, model_validator

from aggregates.article import ArticleKind
from aggregates.contract_terms import ContractKind, ContractNature, Covered, FeeDetermination, StepMonths
from aggregates.coverage import ServiceTerms
from aggregates.rules.instalments import FirstPeriod
from aggregates.rules.periods import Alignment, Notice, Timing
from aggregates.rules.sold_goods import SaleDocumentKind
from aggregates.serial_item import CoverageItem, WarrantyKind
from aggregates.values import Money, Rate, Value


class FeeBasis(StrEnum):
    """What the annual fee of an offer follows from."""

    PER_UNIT = "per_unit"
    PERCENT_OF_PRICE = "percent_of_price"
    FIXED = "fixed"
    NONE = "none"


class OfferedFee(Value):
    """How much a year (canone): so much a piece, a percentage of what the goods were sold for, or one fixed sum."""

    basis: FeeBasis = FeeBasis.PER_UNIT
    amount: Money | None = Field(default=None, description="A year: of one piece, or of the whole when it is fixed.")
    percent: Rate | None = Field(default=None, ge=0, description="A year, of the price the goods were sold for.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        wants_amount = self.basis in (FeeBasis.PER_UNIT, FeeBasis.FIXED)
        if wants_amount != (self.amount is not None):
            raise ValueError("a fee per unit or a fixed one needs its amount, and no other has one")
        if (self.basis is FeeBasis.PERCENT_OF_PRICE) != (self.percent is not None):
            raise ValueError("a fee in percent of the price needs its percentage, and no other has one")
        return self


class OfferStart(StrEnum):
    """From when goods are served."""

    DELIVERY = "delivery"
    NEXT_MONTH = "next_month"
    AFTER_WARRANTY = "after_warranty"


class Offer(Value):
    """The contract that a sale offers: what every contract made by the rule has in its header, and its lines' fee."""

    kind: ContractKind = ContractKind.MAINTENANCE
    nature: ContractNature = ContractNature.SERVICE
    template: str | None = None
    title: str | None = Field(default=None, max_length=200, examples=["Assistenza stampanti"])
    starts: OfferStart = OfferStart.DELIVERY
    term_months: int = Field(default=12, ge=1)
    step_months: StepMonths = 12
    timing: Timing = Timing.ADVANCE
    offset_days: int = 0
    alignment: Alignment = Alignment.NONE
    first_period: FirstPeriod = FirstPeriod.PRORATA
    tacit_renewal: bool | None = Field(default=None, description="Left out, as the company does.")
    notice: Notice | None = None
    fee: OfferedFee = OfferedFee(basis=FeeBasis.NONE)
    covered: Covered = Covered()
    service: ServiceTerms | None = None
    is_direct: bool = Field(default=False, description="The contract is made with the sale; nobody is asked.")
    validity_days: int = Field(default=30, ge=1, le=365, description="How long it is offered, from sending.")

    @property
    def determination(self) -> FeeDetermination:
        """How the contract's fee is computed."""
        if self.fee.basis is FeeBasis.NONE:
            return FeeDetermination.ZERO
        is_fixed = self.fee.basis is FeeBasis.FIXED
        return FeeDetermination.HEADER_AMOUNT if is_fixed else FeeDetermination.SUM_OF_LINES

    def goes_with(self, other: Offer) -> bool:
        """Whether goods of both can be lines of one contract: only fee and coverage of the lines differ."""
        own = {"fee": self.fee, "covered": self.covered, "service": self.service}
        is_fixed = FeeBasis.FIXED in (self.fee.basis, other.fee.basis)
        same_fee = self.fee == other.fee if is_fixed else self.determination is other.determination
        return same_fee and other.model_copy(update=own) == self


class WarrantyOffer(Value):
    """A warranty that the sale gives (§5): the legal one by the customer's nature, or a commercial one after it."""

    kind: WarrantyKind = WarrantyKind.LEGAL
    consumer_months: int = Field(default=24, ge=0, le=240, description="For consumers: legal 24 (art. 133 Cod. cons.).")
    business_months: int = Field(default=12, ge=0, le=240, description="For all others: legal 12 (art. 1495 c.c.).")
    after_legal: bool = Field(default=False, description="Begins when the legal one has ended (art. 135-quinquies).")
    covers: tuple[CoverageItem, ...] = tuple(CoverageItem)

    def months(self, *, is_consumer: bool) -> int:
        """How many months it lasts for a customer."""
        return self.consumer_months if is_consumer else self.business_months


LEGAL = WarrantyOffer()


class ProposalRule(Value):
    """What the sale of some articles offers, from a day on."""

    code: str = Field(min_length=1, max_length=40, examples=["STAMPANTI"])
    from_on: date = Field(examples=["2026-01-01"])
    to_on: date | None = Field(default=None, description="Its last day; left out, it goes on.")
    articles: str = Field(
        default="*", min_length=1, description="An article's code, or a pattern: LT-* is all that begin with LT-."
    )
    article_kinds: tuple[ArticleKind, ...] = Field(default=(), description="Only these; empty means any.")
    made_from: tuple[SaleDocumentKind, ...] = Field(
        default=tuple(SaleDocumentKind), description="Documents that make a proposal."
    )
    registers_serials: bool = Field(default=True, description="Delivered serials enter the installed base.")
    product_type: str = Field(default="da classificare", min_length=1, description="Of the items registered.")
    warranties: tuple[WarrantyOffer, ...] = (LEGAL,)
    offer: Offer | None = Field(default=None, description="Left out, the sale offers no contract.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_on is not None and self.to_on < self.from_on:
            raise ValueError(f"the rule ends on {self.to_on}, before its start on {self.from_on}")
        return self

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)

    def speaks_of(self, article_code: str | None, kind: ArticleKind | None) -> bool:
        """Whether it is about an article; one that the catalogue does not know has no kind."""
        is_kind = not self.article_kinds or kind in self.article_kinds
        return is_kind and fnmatchcase((article_code or "").strip().casefold(), self.articles.strip().casefold())

    @property
    def sureness(self) -> tuple[bool, int]:
        """How closely it names its articles: a whole code before a pattern, a longer pattern before a shorter."""
        plain = self.articles.translate({ord(sign): None for sign in "*?[]!"})
        return (plain == self.articles, len(plain))


USUAL = ProposalRule(code="-", from_on=date(2000, 1, 1))
"""What holds where no rule does: serials are registered with their legal warranty, nothing is offered."""
