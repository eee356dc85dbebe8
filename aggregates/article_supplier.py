"""ArticleSupplier (fornitore dell'articolo): what a supplier sells us an article for, and how (R11.5)."""

from __future__ import annotations

from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.rules.purchasing import Packing
from aggregates.rules.stock_levels import Level, Quantity
from aggregates.values import Discount

ARTICLE_SUPPLIERS = UUID("8f0e2b7a-6c43-5f1e-9a55-2f6d1c0b7e08")


def article_supplier_id(article_id: UUID, supplier_id: UUID) -> UUID:
    """The stream of an article with a supplier."""
    return uuid5(ARTICLE_SUPPLIERS, f"{article_id}/{supplier_id}")


class SupplyTerms(Packing):
    """What a supplier asks for an article, and how long it takes."""

    supplier_code: str | None = Field(default=None, max_length=60, description="Their code.", examples=["EMB-NJ6226"])
    unit_price: Level | None = Field(default=None, description="Euro, for `price_per` units.", examples=["41.80"])
    price_per: Quantity | None = Field(
        default=None, description="How many units the price is for (R11.8); left out, those of one order unit."
    )
    discounts: tuple[Discount, ...] = ()
    lead_days: int = Field(default=0, ge=0, le=365, description="Working days from the order to the goods.")
    rank: int = Field(default=1, ge=1, le=99, description="Of several suppliers the lowest is asked first.")


class ArticleSupplier(Aggregate):
    """The terms of one supplier for one article."""

    TOPIC = "article-supplier"

    class TermsSet(FirstEvent):
        """The supplier sells us the article."""

        TOPIC = "article-supplier.terms-set.v1"
        article_id: UUID
        supplier_id: UUID
        terms: SupplyTerms

    class TermsChanged(Aggregate.Event):
        """Price, packing or time are different from now on; orders keep what they say."""

        TOPIC = "article-supplier.terms-changed.v1"
        terms: SupplyTerms

    class Dropped(Aggregate.Event):
        """The article is bought of this supplier no longer."""

        TOPIC = "article-supplier.dropped.v1"

    # Decide

    @classmethod
    def agree(cls, article_id: UUID, supplier_id: UUID, terms: SupplyTerms, act: Act) -> ArticleSupplier:
        """Begin to buy an article of a supplier."""
        return cls.begin(
            cls.TermsSet,
            id=article_supplier_id(article_id, supplier_id),
            act=act,
            article_id=article_id,
            supplier_id=supplier_id,
            terms=terms,
        )

    def change(self, terms: SupplyTerms, act: Act) -> None:
        """Buy it otherwise from now on, or again; the same terms record nothing."""
        if self.dropped or self.terms != terms:
            self.trigger_event(self.TermsChanged, act=act, terms=terms)

    def drop(self, act: Act) -> None:
        """Buy it there no longer."""
        if not self.dropped:
            self.trigger_event(self.Dropped, act=act)

    # Evolve

    @event(TermsSet)
    def __init__(self, article_id: UUID, supplier_id: UUID, terms: SupplyTerms) -> None:
        self.article_id, self.supplier_id, self.terms, self.dropped = article_id, supplier_id, terms, False

    @event(TermsChanged)
    def _terms_changed(self, terms: SupplyTerms) -> None:
        self.terms, self.dropped = terms, False

    @event(Dropped)
    def _dropped(self) -> None:
        self.dropped = True
