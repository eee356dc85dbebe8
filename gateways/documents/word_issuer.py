"""Makes the Word files of issued documents (copie Word): from the content that was printed, once, beside the document.

What is due says which version of which template. The content is the one that lies on the document's card; the file is
put into the archive once and then recorded. A template that fails holds up its Word file alone.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid5

from pydantic import ValidationError

from aggregates.base import Act
from aggregates.issued_document import IssuedKind, KeptFile
from aggregates.word_copy import WordFile
from commands.base import CommandIdReused
from commands.document_template import HOLD_WORD, RECORD_WORD, HoldWordCopy, RecordWordCopy
from gateways.documents.archive import AlreadyArchived, Archive, Card, Deposit, NotArchived
from gateways.documents.illustrated import illustrated
from gateways.documents.issuer import AWAY, SYSTEM, FileAltered, archive_key, file_name
from gateways.documents.word_process import WordNotMade, filled
from gateways.files import read_file
from gateways.logs import log
from projections.base import Row
from projections.documents.records import ContentMissing
from projections.documents.template_fields import CONTENT_OF, data_of

if TYPE_CHECKING:
    from gateways.wiring import House

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
AT_ONCE = 50


class WordIssuer:
    """Makes due Word files of any company; keeps nothing in memory."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Make what is due, at most fifty at once; the number of files newly recorded."""
        at = now or datetime.now(UTC)
        due = house.reader.rows(
            "select * from {word_copy} where state = 'due' order by position, document_id limit %(limit)s",
            {"limit": AT_ONCE},
        )
        return sum(self._made(house, row, at) for row in due)

    def _made(self, house: House, due: Row, at: datetime) -> bool:
        try:
            word = self._kept(house, due, at)
        except AWAY:
            raise
        except (WordNotMade, ContentMissing, NotArchived, FileAltered, ValidationError, ValueError, KeyError) as error:
            log.warning("word file held", document=str(due["document_id"]), error=repr(error))
            self._hold(house, due, str(error) or repr(error), at)
            return False
        command_id = uuid5(due["document_id"], "word-copy")
        try:
            outcome = house.desk.execute(RECORD_WORD, RecordWordCopy(word=word), Act(by=SYSTEM, at=at), command_id)
        except CommandIdReused:
            return False
        return not outcome.repeated

    def _kept(self, house: House, due: Row, at: datetime) -> WordFile:
        """The file in the archive: the one that lies there, or the one made now."""
        kind = f"{due['kind']}_word"
        key = archive_key(house, kind, due["record_id"], due["version"])
        try:
            card, data = self._archive.get(key)
        except NotArchived:
            written = self._written(house, due)
            try:
                card, data = self._archive.put(key, written, archived_at=at), written.data
            except AlreadyArchived:
                card, data = self._archive.get(key)
        if hashlib.sha256(data).hexdigest() != card.sha256:
            raise FileAltered(f"{key.path} was altered in the archive; restore it from a copy.")
        return _recorded(due, card, kind)

    def _written(self, house: House, due: Row) -> Deposit:
        card, _ = self._archive.get(archive_key(house, due["kind"], due["record_id"], due["version"]))
        content = CONTENT_OF[IssuedKind(due["kind"])].model_validate(card.content)
        template = read_file(self._archive, house.company_id, due["template_sha256"])
        shown = illustrated(content, self._archive, house.reader, house.company_id)
        data = filled(template, data_of(shown), due["template_language"])
        return Deposit(
            data=data,
            media_type=WORD,
            number=card.number,
            content_sha256=card.content_sha256,
            template_version=f"{due['template_id']}/{due['template_version']}/{due['template_sha256']}",
            renderer="docxtpl",
            content=card.content,
        )

    def _hold(self, house: House, due: Row, reason: str, at: datetime) -> None:
        asked = HoldWordCopy(document_id=due["document_id"], reason=reason[:2000])
        command_id = uuid5(due["document_id"], f"hold-word/{due['attempts']}")
        try:
            house.desk.execute(HOLD_WORD, asked, Act(by=SYSTEM, at=at), command_id)
        except CommandIdReused:
            log.info("another worker held this word file", document=str(due["document_id"]))


def _recorded(due: Row, card: Card, kind: str) -> WordFile:
    """What is recorded: whatever the archive holds is the file, made with the template that its card names."""
    template_id, version, sha256 = card.template_version.split("/")
    name = f"{word_name(due['title'])}.docx"
    return WordFile.model_validate(
        {
            "document_id": due["document_id"],
            "file": KeptFile(name=name, media_type=card.media_type, sha256=card.sha256, archive_kind=kind),
            "template_id": template_id,
            "template_version": int(version),
            "template_sha256": sha256,
            "content_sha256": card.content_sha256,
        }
    )


def word_name(title: str) -> str:
    """The name that a Word file is downloaded under, without its ending."""
    return file_name(title).removesuffix(".pdf")
