"""The catalogue of articles (articoli)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.article import Article, ArticleDetails, article_id
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

ARTICLE = Table(
    "article",
    {
        "article_id": "uuid", "code": "text", "description": "text", "kind": "text", "unit": "text",
        "vat_rate": "text", "vat_exempt": "boolean", "revenue_account": "text", "price_multiplier": "numeric",
        "serial_tracked": "boolean", "lot_tracked": "boolean", "skill": "text",
        "warranty_months": "integer", "standard_cost": "numeric", "supplier_code": "text", "order_lot": "numeric",
        "notes": "text", "discontinued": "boolean",
    },
    ("article_id",),
    ("code",),
)  # fmt: skip


class Articles(ReadModel):
    """What can be sold, used and charged."""

    NAME = "articles"
    TABLES = (ARTICLE,)

    @on(Article.Registered)
    def registered(self, fact: Article.Registered, rows: Rows) -> None:
        """An article appears."""
        row = {"article_id": fact.stream_id, "code": fact.code, "discontinued": False}
        rows.put(ARTICLE, {**row, **_details(fact.details)})

    @on(Article.Changed)
    def changed(self, fact: Article.Changed, rows: Rows) -> None:
        """The list shows the article as it is now."""
        rows.patch(ARTICLE, fact.stream_id, **_details(fact.details))

    @on(Article.Discontinued)
    def discontinued(self, fact: Article.Discontinued, rows: Rows) -> None:
        """The article is offered no longer."""
        rows.patch(ARTICLE, fact.stream_id, discontinued=True)

    @on(Article.Resumed)
    def resumed(self, fact: Article.Resumed, rows: Rows) -> None:
        """The article is offered again."""
        rows.patch(ARTICLE, fact.stream_id, discontinued=False)


def _details(details: ArticleDetails) -> Row:
    return {**details.model_dump(), "kind": details.kind.value, "vat_rate": details.vat_rate.value}


class FindArticles(Page):
    """Articles whose code or description contain the words, perhaps of a kind."""

    text: str | None = None
    kind: str | None = None
    discontinued: bool | None = False


def find_articles(reader: Reader, ask: FindArticles) -> dict[str, Any]:
    """The articles by code."""
    columns = ", ".join(ARTICLE.columns)
    return page(
        reader,
        ask,
        f"""select {columns} from {{article}}
             where (%(text)s::text is null or concat_ws(' ', code, description) ilike '%%' || %(text)s || '%%')
               and (%(kind)s::text is null or kind = %(kind)s)
               and (%(discontinued)s::boolean is null or discontinued = %(discontinued)s)""",  # noqa: S608 - our own columns
        order=("code", "article_id"),
    )


class ArticleSheet(Ask):
    """One article, by its id."""

    article_id: UUID


def article_sheet(reader: Reader, ask: ArticleSheet) -> dict[str, Any] | None:
    """The article."""
    columns = ", ".join(ARTICLE.columns)
    sql = f"select {columns} from {{article}} where article_id = %(article_id)s"  # noqa: S608 - our own columns
    return reader.row(sql, ask.model_dump())


class ArticleByCode(Ask):
    """One article, by its code."""

    code: str


def article_by_code(reader: Reader, ask: ArticleByCode) -> dict[str, Any] | None:
    """The article."""
    return article_sheet(reader, ArticleSheet(article_id=article_id(ask.code)))
