"""The files of evidence (documenti allegati): documents, attachments, drawings whose hash a fact states."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mimetypes import guess_extension
from typing import Any
from uuid import UUID

from gateways.documents.archive import Archive, ArchiveKey, NotArchived
from gateways.evidence.gathering import Stream
from gateways.files import file_key
from gateways.seals.leaves import SealedFact
from projections.base import Reader
from projections.erasures import erased_document, erased_file

SAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Paper:
    """A file that a fact states the hash of: enclosed, erased, missing from the archive, or altered there."""

    name: str
    sha256: str
    stated_by: int
    state: str
    title: str
    data: bytes | None = None

    @property
    def file(self) -> str:
        """Its place in the evidence."""
        return f"documents/{self.sha256[:12]}-{self.name}"

    def told(self) -> dict[str, Any]:
        """The file as JSON."""
        told = {"name": self.name, "title": self.title, "sha256": self.sha256, "stated_by": self.stated_by}
        return {**told, "state": self.state, **({"file": self.file} if self.data is not None else {})}


class Papers:
    """Finds the files of a company that facts state."""

    def __init__(self, archive: Archive, reader: Reader, company_id: UUID) -> None:
        self._archive = archive
        self._reader = reader
        self._company_id = company_id

    def of(self, facts: Sequence[tuple[Stream, SealedFact]]) -> list[Paper]:
        """Every file once, by the first fact that states it."""
        found: dict[str, Paper] = {}
        for stream, fact in facts:
            state = json.loads(fact.state)
            made = self._issued(stream, fact, state) if fact.topic.startswith("issued-document.") else ()
            for paper in (*made, *self._kept(fact, state)):
                known = found.get(paper.sha256)
                if known is None or known.state == "missing":
                    found[paper.sha256] = paper
        return [paper for paper in found.values() if paper.state != "unknown"]

    def _issued(self, stream: Stream, fact: SealedFact, state: dict[str, Any]) -> Iterator[Paper]:
        document = state["document"]
        is_erased = erased_document(self._reader, stream.id) is not None
        for file in (document["file"], *document["attachments"]):
            key = ArchiveKey(
                company=str(self._company_id),
                kind=file["archive_kind"],
                stream_id=document["record_id"],
                version=document["version"],
            )
            yield self._paper(key, file["name"], file["sha256"], fact.position, document["title"], is_erased=is_erased)

    def _kept(self, fact: SealedFact, state: Any) -> Iterator[Paper]:
        """Uploaded files and drawings of signatures: any hash under which a file lies in the archive."""
        for holder, sha256 in _hashes(state):
            is_erased = erased_file(self._reader, sha256) is not None
            name = holder.get("name") or holder.get("file_name") or sha256[:12]
            name = name if isinstance(name, str) else sha256[:12]
            paper = self._paper(
                file_key(self._company_id, sha256), name, sha256, fact.position, fact.topic, is_erased=is_erased
            )
            if paper.state != "missing" or fact.topic.startswith("attachment."):
                yield paper

    def _paper(self, key: ArchiveKey, name: str, sha256: str, position: int, title: str, *, is_erased: bool) -> Paper:
        plain = SAFE.sub("-", name)[-80:]
        try:
            card, data = self._archive.get(key)
        except NotArchived:
            return Paper(plain, sha256, position, "erased" if is_erased else "missing", title)
        plain = plain if "." in plain else f"{plain}{guess_extension(card.media_type) or '.bin'}"
        if hashlib.sha256(data).hexdigest() != sha256:
            return Paper(plain, sha256, position, "altered", title)
        return Paper(plain, sha256, position, "enclosed", title, data)


def _hashes(node: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Hashes of files anywhere in a fact, with what holds them."""
    if isinstance(node, dict):
        yield from ((node, node[name]) for name in ("sha256", "image_sha256") if isinstance(node.get(name), str))
    if isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _hashes(part)
