"""What people may ask about articles (articoli)."""

from __future__ import annotations

from pydantic import Field

from aggregates.article import Article, ArticleDetails, article_id
from aggregates.base import Act
from aggregates.natural_key import KeyKind
from commands.base import Answer, Command, Service
from commands.natural_key import begin_id, part


class RegisterArticle(Command, ArticleDetails):
    """Put an article in the catalogue: part, consumable, labour, charge, service or product."""

    code: str = Field(min_length=1, examples=["CMP-033"])


class ChangeArticle(Command, ArticleDetails):
    """Describe, tax or keep an article otherwise from now on; documents keep what they froze."""

    code: str = Field(examples=["CMP-033"])


class DiscontinueArticle(Command):
    """Offer an article no longer; what is in stock may still be used."""

    code: str = Field(examples=["CMP-033"])


class ResumeArticle(Command):
    """Offer a discontinued article again."""

    code: str = Field(examples=["CMP-033"])


def register_article(cmd: RegisterArticle, act: Act, service: Service) -> Answer:
    """Handles `RegisterArticle`."""
    begin_id(service, KeyKind.ARTICLE, cmd.code, given=None, act=act)
    article = Article.register(cmd.code, part(ArticleDetails, cmd), act)
    service.save(article)
    return {"article_id": article.id}


def change_article(cmd: ChangeArticle, act: Act, service: Service) -> None:
    """Handles `ChangeArticle`."""
    article = service.load(Article, article_id(cmd.code))
    article.change(part(ArticleDetails, cmd), act)
    service.save(article)


def discontinue_article(cmd: DiscontinueArticle, act: Act, service: Service) -> None:
    """Handles `DiscontinueArticle`."""
    article = service.load(Article, article_id(cmd.code))
    article.discontinue(act)
    service.save(article)


def resume_article(cmd: ResumeArticle, act: Act, service: Service) -> None:
    """Handles `ResumeArticle`."""
    article = service.load(Article, article_id(cmd.code))
    article.resume(act)
    service.save(article)
