"""DocumentTexts (testi dei documenti): what a company adds to every document of a kind, in one language.

The texts may name fields of the document (`{{ customer.name }}`); they are filled when the document is made and then
stand frozen in it.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field, StringConstraints

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.issued_document import IssuedKind
from aggregates.values import Value

TEXTS = UUID("3f9c2a61-7d0e-5b1c-9a44-0e6b7d5c2f18")
LANGUAGE = r"^[a-z]{2}$"
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
Paragraphs = Annotated[tuple[Paragraph, ...], Field(max_length=20)]


def document_texts_id(kind: IssuedKind, language: str) -> UUID:
    """The stream of a kind's texts in a language."""
    return uuid5(TEXTS, f"{kind}/{language}")


class TextsOfDocument(Value):
    """Paragraphs of a document; each part may be empty."""

    introduction: Paragraphs = Field(default=(), description="Before the lines.")
    conditions: Paragraphs = Field(default=(), description="After the lines.")
    payment: Paragraphs = Field(default=(), description="How to pay.")
    footer: Paragraphs = Field(default=(), description="The last words.")

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All of them, in the order of the document."""
        return (*self.introduction, *self.conditions, *self.payment, *self.footer)


class TextFieldsWrong(Refusal):
    """The text names what this document does not have: {found}. Use the fields that the document lists."""

    status = 422


class DocumentTexts(Aggregate):
    """A kind's texts in one language; issued documents keep those they were made with."""

    TOPIC = "document-texts"

    class Written(FirstEvent):
        """Documents of the kind bear these texts from now on."""

        TOPIC = "document-texts.written.v1"
        kind: IssuedKind
        language: str
        texts: TextsOfDocument

    class Rewritten(Aggregate.Event):
        """They bear others from now on."""

        TOPIC = "document-texts.rewritten.v1"
        kind: IssuedKind
        language: str
        texts: TextsOfDocument

    # Decide

    @classmethod
    def write(cls, kind: IssuedKind, language: str, texts: TextsOfDocument, act: Act) -> DocumentTexts:
        """The first texts of a kind in a language."""
        stream = document_texts_id(kind, language)
        return cls.begin(cls.Written, id=stream, act=act, kind=kind, language=language, texts=texts)

    def rewrite(self, texts: TextsOfDocument, act: Act) -> None:
        """Other texts; the same again record nothing."""
        if self.texts != texts:
            self.trigger_event(self.Rewritten, act=act, kind=self.kind, language=self.language, texts=texts)

    # Evolve

    @event(Written)
    def __init__(self, kind: IssuedKind, language: str, texts: TextsOfDocument) -> None:
        self.kind, self.language, self.texts = kind, language, texts

    @event(Rewritten)
    def _rewritten(self, texts: TextsOfDocument) -> None:
        self.texts = texts


def require_known(found: tuple[str, ...]) -> None:
    """Raises `TextFieldsWrong`."""
    require(not found, TextFieldsWrong, found=", ".join(found[:10]))
