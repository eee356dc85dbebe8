"""Issues documents (emissione): what is due is made, printed, put into the archive, and only then recorded.

Killed anywhere, the next run ends in the same one document: the archive takes a file once, a file already there is the
document, and the command's id follows from the document's. A document that cannot be made is held with its reason,
and the others go on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid5

import psycopg
from eventsourcing.persistence import PersistenceError
from obstore.exceptions import BaseError as StoreError
from psycopg_pool import PoolTimeout

from aggregates.base import Act
from aggregates.issued_document import DocumentData, DocumentProblem, Findable, KeptFile, SourceStream
from commands.base import CommandIdReused, RecordBusy
from commands.issued_document import HOLD, RECORD, HoldDocument, RecordIssuedDocument
from gateways.documents.archive import (
    AlreadyArchived,
    Archive,
    ArchiveKey,
    Card,
    Deposit,
    Finding,
    NotArchived,
)
from gateways.documents.due_source import NotYet
from gateways.documents.einvoice_file import FORMAT, InvoiceFile, invoice_file, problems, sender_of
from gateways.documents.findable import said
from gateways.documents.illustrated import illustrated
from gateways.documents.logo import without_logo
from gateways.documents.making import Making, making
from gateways.documents.photos import without_photos
from gateways.documents.pictures import printed
from gateways.documents.press import Press, PressBusy
from gateways.documents.renderer import Attachment, canonical_sha256
from gateways.documents.typesetter import typeset
from gateways.einvoice import Sender
from gateways.files import file_key
from gateways.logs import log
from projections.base import Row
from projections.documents.content_invoice import InvoiceContent

if TYPE_CHECKING:
    from gateways.wiring import House

SYSTEM = "system:documents"
Recorded = tuple[DocumentData, Findable]
"""What is recorded of a document in the archive, and by what it is found again."""
AT_ONCE = 100
STILL_THERE = """select kind, record_id, version, sha256, attachments from {issued_document} d
                  where not exists (select from {erased_document} e where e.document_id = d.document_id)"""
COPIES_STILL_THERE = """select archive_kind, record_id, version, sha256 from {word_copy} d where state = 'made'
                  and not exists (select from {erased_document} e where e.document_id = d.document_id)"""
FILES_STILL_THERE = """select sha256 from {stored_file} f
                  where not exists (select from {erased_file} e where e.sha256 = f.sha256)"""
"""What the archive must hold: all but what was erased (R10.4)."""
AWAY = (psycopg.Error, PersistenceError, PoolTimeout, StoreError, OSError, RecordBusy)
"""Database or archive do not answer: not the document's fault; try again later."""


class FileAltered(RuntimeError):
    """The file that lies in the archive does not have the hash on its card; restore it from a copy."""


class Issuer:
    """Makes due documents of any company; keeps nothing in memory.

    With a press as many are printed at once as it has workers; they are recorded in the order in which they were due.
    """

    def __init__(self, archive: Archive, *, schema: Path | None = None, press: Press | None = None) -> None:
        self.archive = archive
        self._schema = schema
        self._hands = press.workers if press else 1
        self._typeset = press.typeset if press else typeset

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Issue what is due, at most a hundred at once; the number of documents newly recorded."""
        at = now or datetime.now(UTC)
        due = self.due(house)
        kept_ones = zip(due, self._kept_ones(house, due, at), strict=True)
        return sum(self._issued(house, row, kept, at) for row, kept in kept_ones)

    def due(self, house: House) -> list[Row]:
        """What is to be issued, the oldest first."""
        return house.reader.rows(
            "select * from {document_due} where state = 'due' order by position, document_id limit %(limit)s",
            {"limit": AT_ONCE},
        )

    def verify(self, house: House) -> list[Finding]:
        """See `verify_documents`."""
        return verify_documents(house, self.archive)

    def _kept_ones(self, house: House, due: Sequence[Row], at: datetime) -> Iterator[Callable[[], Recorded]]:
        """Each due document in the archive, in order; asked for one that could not be made, it raises why."""
        if self._hands == 1 or len(due) < 2:
            yield from (partial(self._archived, house, row, at) for row in due)
            return
        hands = ThreadPoolExecutor(self._hands, "printing")
        try:
            waiting = [hands.submit(self._archived, house, row, at) for row in due]
            yield from (one.result for one in waiting)
        finally:
            hands.shutdown(cancel_futures=True)

    def _issued(self, house: House, due: Row, kept: Callable[[], Recorded], at: datetime) -> bool:
        try:
            return self._record(house, *kept(), at)
        except (NotYet, PressBusy):
            return False
        except AWAY:
            raise
        except Exception as error:
            log.warning("document held", document=str(due["document_id"]), kind=due["kind"], error=repr(error))
            self._hold(house, due, str(error) or repr(error), at)
            return False

    def _archived(self, house: House, due: Row, at: datetime) -> Recorded:
        """The document with its files in the archive; what is recorded of it."""
        made = making(house.reader, house.company_id, due)
        attached: list[KeptFile] = []
        found: tuple[DocumentProblem, ...] = ()
        carried: list[Attachment] = []
        if isinstance(made.content, InvoiceContent) and made.seller is not None:
            file = self._kept_invoice(house, made, made.content, sender_of(made.seller), at)
            kind = f"{made.origin.kind}_xml"
            sha256 = hashlib.sha256(file.xml).hexdigest()
            attached.append(KeptFile(name=file.name, media_type="application/xml", sha256=sha256, archive_kind=kind))
            carried.append(Attachment(name=file.name, data=file.xml))
            found = problems(made.content, file.xml, self._schema)
        card, _ = self._kept(house, made, made.origin.kind, lambda: self._printed(house, made, carried), at)
        document = _recorded(made, card, tuple(attached), found)
        words = said(made.title, card.content)
        return document, Findable(words=words, asked_by=made.asked_by, records=made.records)

    def _record(self, house: House, document: DocumentData, found_by: Findable, at: datetime) -> bool:
        act = Act(by=SYSTEM, at=at)
        asked = RecordIssuedDocument(**dict(document), found_by=found_by)
        try:
            outcome = house.desk.execute(RECORD, asked, act, document.document_id)
        except CommandIdReused:
            log.info("another worker recorded this document", document=str(document.document_id))
            return False
        return not outcome.repeated

    def _printed(self, house: House, made: Making, carried: list[Attachment]) -> Deposit:
        content = illustrated(made.content, self.archive, house.reader, house.company_id)
        whole = printed(made.origin.kind, content, made.happened_at, carried, by=self._typeset)
        return without_photos(without_logo(whole))

    def _kept_invoice(
        self, house: House, made: Making, content: InvoiceContent, sender: Sender, at: datetime
    ) -> InvoiceFile:
        made_now = invoice_file(content, sender, made.position)

        def written() -> Deposit:
            plain = content.model_dump(mode="json")
            return Deposit(
                data=made_now.xml,
                media_type="application/xml",
                number=content.number,
                content_sha256=canonical_sha256(plain),
                template_version=FORMAT,
                renderer="libretto",
                content=plain,
            )

        _, data = self._kept(house, made, f"{made.origin.kind}_xml", written, at)
        return InvoiceFile(name=made_now.name, xml=data)

    def _kept(
        self, house: House, made: Making, kind: str, write: Callable[[], Deposit], at: datetime
    ) -> tuple[Card, bytes]:
        """The file in the archive: the one that lies there, or the one written now."""
        key = archive_key(house, kind, made.origin.record_id, made.origin.version)
        try:
            card, data = self.archive.get(key)
        except NotArchived:
            written = write()
            try:
                return self.archive.put(key, written, archived_at=at), written.data
            except AlreadyArchived:
                card, data = self.archive.get(key)
        if hashlib.sha256(data).hexdigest() != card.sha256:
            raise FileAltered(f"{key.path} was altered in the archive; restore it from a copy.")
        return card, data

    def _hold(self, house: House, due: Row, reason: str, at: datetime) -> None:
        asked = HoldDocument(
            kind=due["kind"],
            record_id=due["record_id"],
            version=due["version"],
            part=due["part"],
            reason=reason[:2000],
        )
        command_id = uuid5(due["document_id"], f"hold/{due['attempts']}")
        try:
            house.desk.execute(HOLD, asked, Act(by=SYSTEM, at=at), command_id)
        except CommandIdReused:
            log.info("another worker held this document", document=str(due["document_id"]))


def archive_key(house: House, kind: str, record_id: Any, version: int) -> ArchiveKey:
    """Where a document of a company lies."""
    return ArchiveKey(company=str(house.company_id), kind=kind, stream_id=record_id, version=version)


def verify_documents(house: House, archive: Archive) -> list[Finding]:
    """Compare every recorded hash with the archive: files altered, missing, or without a record."""
    expected: dict[ArchiveKey, str] = {}
    for row in house.reader.rows(STILL_THERE):
        expected[archive_key(house, row["kind"], row["record_id"], row["version"])] = row["sha256"]
        for kept in row["attachments"]:
            expected[archive_key(house, kept["archive_kind"], row["record_id"], row["version"])] = kept["sha256"]
    for row in house.reader.rows(COPIES_STILL_THERE):
        expected[archive_key(house, row["archive_kind"], row["record_id"], row["version"])] = row["sha256"]
    for row in house.reader.rows(FILES_STILL_THERE):
        expected[file_key(house.company_id, row["sha256"])] = row["sha256"]
    return list(archive.verify(str(house.company_id), expected))


def _recorded(
    made: Making, card: Card, attachments: tuple[KeptFile, ...], found: tuple[DocumentProblem, ...]
) -> DocumentData:
    """What is recorded: whatever the archive holds is what was issued."""
    return DocumentData(
        **dict(made.origin),
        number=card.number or "",
        title=made.title,
        dated_on=made.dated_on,
        party_id=made.party_id,
        language=card.content.get("language") or "it",
        customer_kind=card.content["customer"].get("kind"),
        sources=tuple(SourceStream.model_validate(each) for each in card.content["source"]),
        template_version=card.template_version,
        renderer=card.renderer,
        content_sha256=card.content_sha256,
        file=KeptFile(
            name=file_name(made.title), media_type=card.media_type, sha256=card.sha256, archive_kind=made.origin.kind
        ),
        attachments=attachments,
        problems=found,
    )


def file_name(title: str) -> str:
    """The name a document is downloaded under."""
    return re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-") + ".pdf"
