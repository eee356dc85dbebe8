"""The file that holds a whole company (pacco): a zip of tables as PostgreSQL copies them, keys, documents, a manifest.

Everything streams, whatever the size: chunks go from the database into the file and back. The manifest is written last
and has the SHA-256 of each table, so half a file is none.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from aggregates.base import Refusal

FORMAT = 1
CHUNK = 1 << 20
MANIFEST, KEYS, TABLES, DOCUMENTS = "manifest.json", "keys.jsonl", "tables", "documents"


class NotACompany(Refusal):
    """{file} is not a whole company exported by Libretto."""


class ParcelTooNew(Refusal):
    """This file was exported by a newer version of the program; update the program first."""


class ParcelDamaged(Refusal):
    """{part} in this file is not what was exported; take another copy of the file."""


@dataclass(frozen=True)
class Part:
    """What a table's copy holds."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the file holds; `position` and `last_recorded_at` are the log's head, `key_check` tells what wraps keys."""

    company_id: UUID
    slug: str
    epoch: UUID
    created_at: str
    position: int
    last_recorded_at: str
    schema: int
    made_at: str
    closed: bool
    key_salt: str
    key_check: str
    keys: int = 0
    documents: int = 0
    tables: dict[str, Part] = field(default_factory=dict)


def add(parcel: zipfile.ZipFile, name: str, chunks: Iterable[bytes | memoryview]) -> str:
    """Add a member chunk by chunk; its SHA-256."""
    digest = hashlib.sha256()
    with parcel.open(name, "w", force_zip64=True) as member:
        for chunk in chunks:
            digest.update(chunk)
            member.write(bytes(chunk))
    return digest.hexdigest()


def close(parcel: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest: from now on the file is whole."""
    parcel.writestr(MANIFEST, json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, default=str))


def opened(file: Path) -> zipfile.ZipFile:
    """The file, for reading. Raises `NotACompany`."""
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise NotACompany(file=str(file)) from error


def manifest_of(parcel: zipfile.ZipFile) -> Manifest:
    """What a file says of itself. Raises `NotACompany` and `ParcelTooNew`."""
    try:
        told: dict[str, Any] = json.loads(parcel.read(MANIFEST))
        if told.pop("format") != FORMAT:
            raise ParcelTooNew
        tables = {name: Part(tuple(p["columns"]), p["rows"], p["sha256"]) for name, p in told.pop("tables").items()}
        told |= {name: UUID(told[name]) for name in ("company_id", "epoch")}
        return Manifest(**told, tables=tables)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise NotACompany(file=str(parcel.filename)) from error


def chunks(parcel: zipfile.ZipFile, name: str, sha256: str | None = None) -> Iterator[bytes]:
    """A member chunk by chunk. Raises `ParcelDamaged`, in the end, when it is not the one of the manifest."""
    digest = hashlib.sha256()
    try:
        with parcel.open(name) as member:
            while chunk := member.read(CHUNK):
                digest.update(chunk)
                yield chunk
    except (KeyError, zipfile.BadZipFile) as error:
        raise ParcelDamaged(part=name) from error
    if sha256 is not None and digest.hexdigest() != sha256:
        raise ParcelDamaged(part=name)


def lines(parcel: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A member line by line."""
    member: IO[bytes]
    with parcel.open(name) as member:
        yield from member
