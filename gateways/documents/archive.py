"""Archive of issued documents (archivio documenti): every file once, with what proves it was not touched.

A document lies under company, kind, source stream and version, named by its SHA-256, with a JSON card beside it:
number, sources, template, hashes and the whole content. The card is written last and only once, so a crash leaves no
half document and a second, different document under the same key is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import obstore
from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url
from pydantic import Field, SkipValidation

from aggregates.values import Instant, Value
from gateways.documents.renderer import RenderedDocument, canonical_sha256
from gateways.said import said
from projections.documents.content import Content

RECORDED_WITHIN = timedelta(hours=1)
"""How long a document may lie in the archive before a fact records it."""
SUFFIX = {"application/pdf": "pdf", "application/xml": "xml"}


class ArchiveKey(Value):
    """Where a document lies: one per company, kind, source stream and its version (or revision)."""

    company: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")
    kind: str = Field(pattern=r"^[a-z][a-z_]{0,40}$")
    stream_id: UUID
    version: int = Field(ge=0)

    @property
    def path(self) -> str:
        """The key as a path, without an ending."""
        return f"{self.company}/{self.kind}/{self.stream_id}/{self.version}"


class Card(Value):
    """What the archive knows of a document, kept as JSON beside it."""

    key: ArchiveKey
    number: str | None
    media_type: str
    sha256: str
    size: int
    content_sha256: str
    template_version: str
    renderer: str
    archived_at: Instant
    content: dict[str, Any]


class Deposit(Value):
    """A document to be archived: the bytes and the facts about them."""

    data: bytes
    media_type: str = "application/pdf"
    number: str | None
    content_sha256: str
    template_version: str
    renderer: str
    content: dict[str, Any]


class Finding(Value):
    """Something `verify` found wrong: `missing`, `altered`, `unreadable` or `unexpected`, and where."""

    path: str
    problem: SkipValidation[str]
    detail: SkipValidation[str]
    """Both remember how they were made (see `gateways.said`); validation would make plain texts of them."""


class AlreadyArchived(RuntimeError):
    """Another document lies under this key; an issued document is never replaced (house rule 8)."""


class NotArchived(LookupError):
    """No document lies under this key."""


class Archive(Protocol):
    """The port: documents are put once, got back with their card, and listed."""

    def put(self, key: ArchiveKey, deposit: Deposit, *, archived_at: Instant) -> Card:
        """Keep a document; the same bytes again return the first card, others raise `AlreadyArchived`."""

    def get(self, key: ArchiveKey) -> tuple[Card, bytes]:
        """The card and the bytes, as they lie there; raises `NotArchived`."""

    def remove(self, key: ArchiveKey) -> bool:
        """Take a document out because the law wants it gone (R10.4); False when it is not there any more."""

    def list(self, company: str, kind: str | None = None) -> Iterator[Card]:
        """The cards of a company, by path."""

    def verify(self, company: str, expected: Mapping[ArchiveKey, str] | None = None) -> tuple[Finding, ...]:
        """Recompute every hash and name what is altered or missing.

        `expected` are the hashes that the event log recorded: with them, a removed or exchanged pair of file and card
        is found as well.
        """


def deposit(document: RenderedDocument, content: Content) -> Deposit:
    """A rendered document with its content, ready for the archive."""
    return Deposit(
        data=document.pdf,
        number=content.number,
        content_sha256=document.content_sha256,
        template_version=document.template_version,
        renderer=document.renderer,
        content=content.model_dump(mode="json"),
    )


def open_archive(location: str | Path) -> Archive:
    """An archive in a local folder (a path or `file://`), or in an object store named by URL (`s3://bucket/prefix`, `memory:///`)."""
    return ObjectArchive(open_store(location))


def open_store(location: str | Path) -> ObjectStore:
    """The store below an archive, for copying and removing a company's files as they lie there."""
    if str(location).startswith("file://"):
        return LocalStore(str(location).removeprefix("file://"), mkdir=True)
    if "://" in str(location):
        return from_url(str(location))
    return LocalStore(str(location), mkdir=True)


class ObjectArchive:
    """The archive on any object store; the local folder is one."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, key: ArchiveKey, deposit: Deposit, *, archived_at: Instant) -> Card:
        """See `Archive.put`."""
        card = Card(
            key=key,
            sha256=hashlib.sha256(deposit.data).hexdigest(),
            size=len(deposit.data),
            archived_at=archived_at,
            **deposit.model_dump(exclude={"data"}),
        )
        first = self._card(f"{key.path}.json")
        if first is None:
            self._write_once(_file_path(card), deposit.data)
            first = card if self._write_once(f"{key.path}.json", _encoded(card)) else self._card(f"{key.path}.json")
        if first is None or first.sha256 != card.sha256:
            raise AlreadyArchived(f"{key.path} holds another document")
        return first

    def get(self, key: ArchiveKey) -> tuple[Card, bytes]:
        """See `Archive.get`."""
        card = self._card(f"{key.path}.json")
        if card is None:
            raise NotArchived(key.path)
        data = self._read(_file_path(card))
        if data is None:
            raise NotArchived(_file_path(card))
        return card, data

    def remove(self, key: ArchiveKey) -> bool:
        """See `Archive.remove`; the card goes last, so that a crash leaves what names the file."""
        card = self._card(f"{key.path}.json")
        if card is None:
            return False
        for path in (_file_path(card), f"{key.path}.json"):
            with suppress(NotFoundError, FileNotFoundError):
                obstore.delete(self._store, path)
        return True

    def list(self, company: str, kind: str | None = None) -> Iterator[Card]:
        """See `Archive.list`."""
        for path in self._paths(company, kind):
            card = self._card(path) if path.endswith(".json") else None
            if card is not None:
                yield card

    def verify(self, company: str, expected: Mapping[ArchiveKey, str] | None = None) -> tuple[Finding, ...]:
        """See `Archive.verify`."""
        findings: list[Finding] = []
        known: dict[ArchiveKey, str] = {}
        strangers: list[Finding] = []
        files: set[str] = set()
        paths = self._paths(company, None)
        for path in (p for p in paths if p.endswith(".json")):
            try:
                card = self._card(path)
            except ValueError as error:
                findings.append(Finding(path=path, problem=said("unreadable"), detail=str(error).splitlines()[0]))
                continue
            if card is not None:
                known[card.key] = card.sha256
                files.add(_file_path(card))
                findings += self._checked(card, path)
                if expected is not None and card.key not in expected and not _just_archived(card):
                    detail = said("no fact records it: put there by somebody, or left by a crash")
                    strangers.append(Finding(path=path, problem=said("unexpected"), detail=detail))
        strays = (p for p in paths if not p.endswith(".json") and p not in files)
        findings += [
            Finding(path=p, problem=said("unexpected"), detail=said("no card names this file")) for p in strays
        ]
        findings += [*strangers, *_compared(known, expected or {})]
        return tuple(sorted(findings, key=lambda finding: finding.path))

    def _checked(self, card: Card, path: str) -> Iterator[Finding]:
        data = self._read(_file_path(card))
        if path != f"{card.key.path}.json":
            yield Finding(
                path=path,
                problem=said("altered"),
                detail=said("the card says it belongs to {path}", path=card.key.path),
            )
        if canonical_sha256(card.content) != card.content_sha256:
            yield Finding(
                path=path, problem=said("altered"), detail=said("the content does not have the hash the card records")
            )
        if data is None:
            yield Finding(
                path=_file_path(card), problem=said("missing"), detail=said("the card is there, the file is not")
            )
        elif hashlib.sha256(data).hexdigest() != card.sha256:
            yield Finding(
                path=_file_path(card), problem=said("altered"), detail=said("the file does not have the recorded hash")
            )

    def _paths(self, company: str, kind: str | None) -> Iterable[str]:
        prefix = f"{company}/{kind}/" if kind else f"{company}/"
        return sorted(meta["path"] for batch in obstore.list(self._store, prefix=prefix) for meta in batch)

    def _card(self, path: str) -> Card | None:
        data = self._read(path)
        if data is None:
            return None
        envelope = json.loads(data)
        if canonical_sha256(envelope["card"]) != envelope["card_sha256"]:
            raise ValueError("the card does not have the hash it carries")
        return Card.model_validate(envelope["card"])

    def _read(self, path: str) -> bytes | None:
        try:
            return bytes(obstore.get(self._store, path).bytes())
        except (NotFoundError, FileNotFoundError):
            return None

    def _write_once(self, path: str, data: bytes) -> bool:
        try:
            obstore.put(self._store, path, data, mode="create")
        except (AlreadyExistsError, FileExistsError):
            return False
        return True


def _file_path(card: Card) -> str:
    return f"{card.key.path}.{card.sha256}.{SUFFIX.get(card.media_type, 'bin')}"


def _just_archived(card: Card) -> bool:
    """Whether its fact may be on its way: a document is archived before it is recorded."""
    return timedelta(0) <= datetime.now(UTC) - card.archived_at < RECORDED_WITHIN


def _encoded(card: Card) -> bytes:
    body = card.model_dump(mode="json")
    envelope = {"card": body, "card_sha256": canonical_sha256(body)}
    return json.dumps(envelope, indent=1, ensure_ascii=False, sort_keys=True).encode()


def _compared(known: Mapping[ArchiveKey, str], expected: Mapping[ArchiveKey, str]) -> Iterator[Finding]:
    for key, sha256 in expected.items():
        if key not in known:
            yield Finding(
                path=f"{key.path}.json",
                problem=said("missing"),
                detail=said("the log records it, the archive has no card"),
            )
        elif known[key] != sha256:
            yield Finding(path=f"{key.path}.json", problem=said("altered"), detail=said("the log records another hash"))
