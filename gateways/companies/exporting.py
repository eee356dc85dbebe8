"""Exporting a whole company (esportazione): its log byte for byte, commands, claims, seals, keys and documents.

One snapshot of the database is read, so everybody may go on working; documents are copied after it, so that every one
the log names is there.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gateways.companies import papers, parcel
from gateways.companies.parcel import Manifest, Part
from gateways.companies.rewrapping import Wrapping, wrapped_keys, wrapping
from gateways.companies.tables import FACTS, HEAD, KEYS, OwnedTable, owned
from gateways.documents.archive import open_store
from gateways.postgres import companies
from gateways.postgres.companies import CompanyRow
from gateways.postgres.database import Connection
from gateways.postgres.migrate import migrations
from gateways.wiring import Installation

HEAD_OF = """
select c.created_at::text, h.last_position, h.last_recorded_at::text, h.closed_at is not null
  from company c join company_head h using (company_id) where c.company_id = %s"""


def export(cell: Installation, archive: str, slug_or_id: str, file: Path, passphrase: str | None = None) -> Manifest:
    """Write a company into a file that only its owner may read, whole or not at all. Raises `UnknownCompany`."""
    row = companies.find(cell.database, slug_or_id)
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
                manifest = _fill(box, cell, archive, row, wrapping(cell.secret("master_key"), passphrase))
            raw.flush()
            os.fsync(raw.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    return manifest


def log_sha256(connection: Connection, row: CompanyRow) -> str:
    """The SHA-256 of a company's facts as they would be exported."""
    digest = hashlib.sha256()
    for chunk in _copied(connection, owned(connection)[FACTS], row)[0]:
        digest.update(chunk)
    return digest.hexdigest()


def _fill(box: zipfile.ZipFile, cell: Installation, archive: str, row: CompanyRow, under: Wrapping) -> Manifest:
    tables: dict[str, Part] = {}
    with cell.database.owner() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        manifest = _begun(connection, row, under)
        for table in owned(connection).values():
            if table.name not in (HEAD, KEYS):
                copied, rows = _copied(connection, table, row)
                sha256 = parcel.add(box, f"{parcel.TABLES}/{table.name}.copy", copied)
                tables[table.name] = Part(table.columns, rows[0], sha256)
        keys = _Counted(wrapped_keys(connection, row.company_id, cell.secret("master_key"), under))
        parcel.add(box, parcel.KEYS, keys)
    store, documents = open_store(archive), 0
    for path in papers.paths(store, row.company_id):
        parcel.add(box, f"{parcel.DOCUMENTS}/{path}", [papers.read(store, row.company_id, path)])
        documents += 1
    manifest = replace(manifest, tables=tables, keys=keys.count, documents=documents)
    parcel.close(box, manifest)
    return manifest


def _begun(connection: Connection, row: CompanyRow, under: Wrapping) -> Manifest:
    head = connection.execute(HEAD_OF, (row.company_id,)).fetchone()
    assert head is not None, "a company has a head"
    created_at, position, last_recorded_at, closed = head
    return Manifest(
        company_id=row.company_id,
        slug=row.slug,
        epoch=row.epoch,
        created_at=created_at,
        position=position,
        last_recorded_at=last_recorded_at,
        schema=max(migration.number for migration in migrations()),
        made_at=datetime.now(UTC).isoformat(),
        closed=closed,
        key_salt=under.salt,
        key_check=under.check,
    )


def _copied(connection: Connection, table: OwnedTable, row: CompanyRow) -> tuple[Iterator[bytes], list[int]]:
    """A table's rows as chunks, and how many there were once all are read; facts in the order of the log."""
    rows: list[int] = []

    def read() -> Iterator[bytes]:
        order = "position" if table.name == FACTS else None
        with connection.cursor() as cursor:
            with cursor.copy(table.out_of(row.company_id, order=order)) as copy:
                for chunk in copy:
                    yield bytes(chunk)
            rows.append(cursor.rowcount)

    return read(), rows


class _Counted:
    """Lines that count themselves."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.count += 1
            yield line
