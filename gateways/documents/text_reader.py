"""Reads what filed documents say (lettura dei testi), so that they are found by their words.

A PDF of somebody else is opened in a process of its own, with a limit of time and memory: a broken one ends that
process alone, and is then found by its title. A scan without text says nothing; nothing is guessed from pictures.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid5

from aggregates.base import Act
from aggregates.rules.document_words import told_words
from commands.base import CommandIdReused
from commands.filed_document import READ, NoteDocumentText
from gateways.documents.archive import Archive, NotArchived
from gateways.documents.issuer import SYSTEM
from gateways.documents.text_process import MOST_TEXT, text_of_pdf
from gateways.files import read_file
from gateways.logs import log
from projections.base import Row

if TYPE_CHECKING:
    from gateways.wiring import House

AT_ONCE = 20


class TextReader:
    """Reads what waits to be read in any company; keeps nothing in memory."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Read what waits, at most twenty at once; the number of documents read."""
        at = now or datetime.now(UTC)
        waiting = house.reader.rows(
            "select * from {document_unread} order by position limit %(limit)s", {"limit": AT_ONCE}
        )
        return sum(self._read(house, row, at) for row in waiting)

    def _read(self, house: House, row: Row, at: datetime) -> bool:
        told = NoteDocumentText(document_id=row["document_id"], words=self._words(house, row))
        command_id = uuid5(row["document_id"], "text")
        try:
            outcome = house.desk.execute(READ, told, Act(by=SYSTEM, at=at), command_id)
        except CommandIdReused:
            return False
        return not outcome.repeated

    def _words(self, house: House, row: Row) -> str | None:
        """Every word of the file, once; none where it cannot be read."""
        try:
            data = read_file(self._archive, house.company_id, row["sha256"])
        except (NotArchived, ValueError) as error:
            log.warning("filed document is not in the archive", document=str(row["document_id"]), error=repr(error))
            return None
        text = text_of_pdf(data) if row["media_type"] == "application/pdf" else data.decode("utf-8", "replace")
        return told_words([text[:MOST_TEXT].replace("\0", " ")]) or None
