"""What the company adds to a content before it is frozen (veste): letterhead, texts, the customer's language.

All as known when the fact that made the document due was recorded: what is changed later belongs to later documents.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from aggregates.company import Company
from aggregates.document_texts import DocumentTexts, TextsOfDocument, document_texts_id
from aggregates.issued_document import IssuedKind
from aggregates.letterhead import LetterheadLook, ShownData
from aggregates.party import Party
from aggregates.rules.text_fields import filled
from gateways.documents.shown import show
from projections.base import Reader
from projections.documents.content import Content, HouseTexts, Letterhead, Source
from projections.documents.records import source
from projections.documents.template_fields import CONTENT_OF, data_of

C = TypeVar("C", bound=Content)
ITALIAN = "it"
HIDES = {
    ShownData.PHONE: ("phone",),
    ShownData.EMAIL: ("email",),
    ShownData.BANK: ("bank", "iban"),
    ShownData.SHARE_CAPITAL: ("share_capital",),
    ShownData.BUSINESS_REGISTER: ("business_register",),
}


class Dresser:
    """Letterhead, texts and language as they were known at an instant; remembers which streams it took."""

    def __init__(self, reader: Reader, company_id: UUID, known_at: datetime) -> None:
        self._reader = reader
        self._company_id = company_id
        self._known_at = known_at
        self.used: list[Source] = []

    def dressed(self, content: C, kind: IssuedKind, party_id: UUID | None) -> C:
        """The content with what the company adds to it."""
        if kind not in CONTENT_OF:
            return content.model_copy(update={"issuer": self._issuer(content.issuer)})
        content = content.model_copy(
            update={"issuer": self._issuer(content.issuer), "language": self._language(party_id)}
        )
        texts = self._texts(kind, content.language)
        return content if texts is None else _with_texts(content, _filled(texts, content))

    def _issuer(self, issuer: Letterhead) -> Letterhead:
        company = self._reader.record(self._company_id, known_at=self._known_at)
        if not isinstance(company, Company) or company.look == LetterheadLook():
            return issuer
        self.used.append(source(company))
        return looking(issuer, company.look)

    def _language(self, party_id: UUID | None) -> str:
        party = self._reader.record(party_id, known_at=self._known_at) if party_id else None
        return (isinstance(party, Party) and party.terms.document_language) or ITALIAN

    def _texts(self, kind: IssuedKind, language: str) -> TextsOfDocument | None:
        for each in dict.fromkeys((language, ITALIAN)):
            known = self._reader.record(document_texts_id(kind, each), known_at=self._known_at)
            if isinstance(known, DocumentTexts):
                self.used.append(source(known))
                return known.texts
        return None


def looking(issuer: Letterhead, look: LetterheadLook) -> Letterhead:
    """A letterhead with the company's looks."""
    hidden = {name: None for each in look.hidden for name in HIDES[each]}
    given = look.model_dump(exclude={"hidden"}, exclude_none=True)
    return issuer.model_copy(update={**hidden, **given})


def _filled(texts: TextsOfDocument, content: Content) -> HouseTexts:
    data = data_of(content)

    def shown(path: str, how: str | None) -> str:
        return show(_at(data, path), content.language, how)

    def told(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for each in paragraphs if (text := filled(each, shown).strip()))

    return HouseTexts(
        introduction=told(texts.introduction),
        conditions=told(texts.conditions),
        payment=told(texts.payment),
        footer=told(texts.footer),
    )


def _with_texts(content: C, texts: HouseTexts) -> C:
    """A document with an introduction of its own keeps it; conditions of its own stand before the company's."""
    own: dict[str, Any] = {}
    fields = type(content).model_fields
    if "introduction" in fields:
        own["introduction"] = getattr(content, "introduction") or texts.introduction  # noqa: B009 - not of every kind
        texts = texts.model_copy(update={"introduction": ()})
    if "conditions" in fields:
        conditions = getattr(content, "conditions")  # noqa: B009 - not of every kind
        own["conditions"] = (*conditions, *texts.conditions, *texts.payment)  # above the signatures
        texts = texts.model_copy(update={"conditions": (), "payment": ()})
    is_empty = texts == HouseTexts()
    return content.model_copy(update={**own, "texts": None if is_empty else texts})


def _at(data: dict[str, Any], path: str) -> Any:
    value: Any = data
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
