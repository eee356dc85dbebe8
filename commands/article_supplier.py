"""What people may ask about the suppliers of an article (fornitori dell'articolo)."""

from __future__ import annotations

from uuid import UUID

from aggregates.article import Article
from aggregates.article_supplier import ArticleSupplier, SupplyTerms, article_supplier_id
from aggregates.base import Act
from aggregates.party import Party
from commands.base import Answer, Command, Service
from commands.natural_key import part


class SetArticleSupplier(Command, SupplyTerms):
    """Say how a supplier sells us an article: its code, price, packing and lead time."""

    article_id: UUID
    supplier_id: UUID


class DropArticleSupplier(Command):
    """Buy an article of a supplier no longer; orders that are under way stay."""

    article_id: UUID
    supplier_id: UUID


def set_article_supplier(cmd: SetArticleSupplier, act: Act, service: Service) -> Answer:
    """Handles `SetArticleSupplier`; the same terms again record nothing."""
    service.load(Article, cmd.article_id)
    service.load(Party, cmd.supplier_id)
    known = service.find(ArticleSupplier, article_supplier_id(cmd.article_id, cmd.supplier_id))
    terms = part(SupplyTerms, cmd)
    if known is None:
        known = ArticleSupplier.agree(cmd.article_id, cmd.supplier_id, terms, act)
    else:
        known.change(terms, act)
    service.save(known)
    return {"article_supplier_id": known.id}


def drop_article_supplier(cmd: DropArticleSupplier, act: Act, service: Service) -> None:
    """Handles `DropArticleSupplier`."""
    known = service.load(ArticleSupplier, article_supplier_id(cmd.article_id, cmd.supplier_id))
    known.drop(act)
    service.save(known)
