"""WordCopy (copia Word): the Word file of an issued document, made from the same frozen content, or why there is none.

Its stream is beside the document's own: a template that fails never holds up the document.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.holding import Hold
from aggregates.issued_document import SHA256, KeptFile
from aggregates.values import Value


class WordCopyNotHeld(Refusal):
    """The Word file of this document is not waiting for anything to be put right."""


class WordCopyReplaced(Refusal):
    """The Word file of this document was already made; an issued file is never replaced."""


class WordFile(Value):
    """The file and all that it was made from."""

    document_id: UUID
    file: KeptFile
    template_id: UUID
    template_version: int = Field(ge=1)
    template_sha256: str = Field(pattern=SHA256)
    content_sha256: str = Field(pattern=SHA256)


class WordCopy(Aggregate):
    """The Word file of one document; it never changes."""

    TOPIC = "word-copy"

    class Made(FirstEvent):
        """The file lies in the archive and may be sent."""

        TOPIC = "word-copy.made.v1"
        word: WordFile

    @staticmethod
    def stream_of(document_id: UUID) -> UUID:
        """The id of a document's Word file."""
        return uuid5(document_id, "word")

    @classmethod
    def make(cls, word: WordFile, act: Act) -> WordCopy:
        """Record a file that lies in the archive."""
        return cls.begin(cls.Made, id=cls.stream_of(word.document_id), act=act, word=word)

    def confirm_same(self, word: WordFile) -> None:
        """The same file again is nothing new. Raises `WordCopyReplaced`."""
        require(self.word == word, WordCopyReplaced)

    @event(Made)
    def __init__(self, word: WordFile) -> None:
        self.word = word


class WordHold(Hold, Aggregate):
    """A Word file that could not be made, and why."""

    TOPIC = "word-hold"
    NOT_HELD = WordCopyNotHeld

    class Held(FirstEvent):
        """It cannot be made until something is put right; the document itself is issued."""

        TOPIC = "word-hold.held.v1"
        document_id: UUID
        reason: str

    class HeldAgain(Aggregate.Event):
        """It was tried again, and there is still something to put right."""

        TOPIC = "word-hold.held-again.v1"
        document_id: UUID
        reason: str

    class Released(Aggregate.Event):
        """Somebody put it right: it is to be tried again."""

        TOPIC = "word-hold.released.v1"
        document_id: UUID

    @staticmethod
    def stream_of(document_id: UUID) -> UUID:
        """The id of the hold of a document's Word file."""
        return uuid5(document_id, "word-hold")

    @classmethod
    def begin_with(cls, document_id: UUID, reason: str, act: Act) -> WordHold:
        """Hold it for the first time."""
        stream = cls.stream_of(document_id)
        return cls.begin(cls.Held, id=stream, act=act, document_id=document_id, reason=reason)

    @event(Held)
    def __init__(self, document_id: UUID, reason: str) -> None:
        self.document_id, self.reason, self.is_held = document_id, reason, True

    @event(HeldAgain)
    def _held_again(self, reason: str) -> None:
        self.reason, self.is_held = reason, True

    @event(Released)
    def _released(self) -> None:
        self.is_held = False
