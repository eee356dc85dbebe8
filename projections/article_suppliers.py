"""Who sells us an article, and how (fornitori degli articoli): the terms that proposals and orders start from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.article_supplier import ArticleSupplier
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

SUPPLIER = Table(
    "article_supplier",
    {
        "article_id": "uuid", "supplier_id": "uuid", "supplier_code": "text", "order_unit": "text",
        "units_per": "numeric", "minimum": "numeric", "multiple": "numeric", "unit_price": "numeric",
        "price_per": "numeric", "discounts": "jsonb", "lead_days": "integer", "rank": "integer", "dropped": "boolean",
        "since_at": "timestamptz",
    },
    ("article_id", "supplier_id"),
    ("supplier_id",),
)  # fmt: skip
STREAM = Table(
    "article_supplier_stream",
    {"article_supplier_id": "uuid", "article_id": "uuid", "supplier_id": "uuid"},
    ("article_supplier_id",),
)


class ArticleSuppliers(ReadModel):
    """The suppliers of each article."""

    NAME = "article_suppliers"
    TABLES = (SUPPLIER, STREAM)

    @on(ArticleSupplier.TermsSet)
    def terms_set(self, fact: ArticleSupplier.TermsSet, rows: Rows) -> None:
        """Somebody sells us the article."""
        named = {"article_id": fact.article_id, "supplier_id": fact.supplier_id}
        rows.put(STREAM, {"article_supplier_id": fact.stream_id, **named})
        rows.put(SUPPLIER, {**named, **_told(fact)})

    @on(ArticleSupplier.TermsChanged)
    def terms_changed(self, fact: ArticleSupplier.TermsChanged, rows: Rows) -> None:
        """At another price, in another packing, or again."""
        named = rows.get(STREAM, fact.stream_id)
        if named is not None:
            rows.patch(SUPPLIER, named["article_id"], named["supplier_id"], **_told(fact))

    @on(ArticleSupplier.Dropped)
    def dropped(self, fact: ArticleSupplier.Dropped, rows: Rows) -> None:
        """It is bought there no longer."""
        named = rows.get(STREAM, fact.stream_id)
        if named is not None:
            rows.patch(SUPPLIER, named["article_id"], named["supplier_id"], dropped=True)


def _told(fact: ArticleSupplier.TermsSet | ArticleSupplier.TermsChanged) -> dict[str, Any]:
    discounts = [str(one) for one in fact.terms.discounts]
    return {**fact.terms.model_dump(), "discounts": discounts, "dropped": False, "since_at": fact.act.at}


class FindArticleSuppliers(Page):
    """Who sells an article, or what a supplier sells."""

    article_id: UUID | None = None
    supplier_id: UUID | None = None
    dropped: bool = False


def find_article_suppliers(reader: Reader, ask: FindArticleSuppliers) -> dict[str, Any]:
    """The terms by article, the supplier that is asked first in front."""
    return page(
        reader,
        ask,
        """select s.*, a.code as article_code, a.description, a.unit, p.code as supplier_party_code,
                  p.name as supplier
             from {article_supplier} s
             join {stock_article} a using (article_id)
             left join {party} p on p.party_id = s.supplier_id
            where (%(article_id)s::uuid is null or s.article_id = %(article_id)s)
              and (%(supplier_id)s::uuid is null or s.supplier_id = %(supplier_id)s)
              and s.dropped = %(dropped)s::boolean""",
        order=("article_code", "rank", "supplier_id"),
    )
