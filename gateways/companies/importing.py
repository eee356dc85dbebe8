"""Importing a whole company (importazione): all of it or nothing, with positions, versions and bytes as they were.

A company that moves keeps its stream's epoch, as its log is the same and readers may go on where they stand; a copy
begins a new one, for its log will not stay the same. Read models are folded here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from aggregates.base import Refusal, require
from gateways.companies import papers, parcel
from gateways.companies.parcel import Manifest, NotACompany, ParcelDamaged, ParcelTooNew
from gateways.companies.rewrapping import PassphraseWrong, take_in, wrapping
from gateways.companies.tables import FACTS, OwnedTable, owned
from gateways.documents.archive import open_store
from gateways.postgres import companies
from gateways.postgres.database import Connection
from gateways.postgres.migrate import migrations
from gateways.wiring import Installation

CHECKED = """
select count(*), coalesce(max(position), 0), count(*) filter (where version < 1) from fact where company_id = %s"""


class CompanyExists(Refusal):
    """{company} lives on this installation already; remove it first, or import elsewhere."""


class PassphraseMissing(Refusal):
    """The keys in this file are under a passphrase; give it."""


def import_company(
    installation: Installation,
    archive: str,
    file: Path,
    *,
    passphrase: str | None = None,
    as_copy: bool = False,
    cell: Installation | None = None,
) -> Manifest:
    """Take a company in. Raises a `Refusal` and changes nothing when it cannot be taken in whole."""
    target = cell or installation
    with parcel.opened(file) as box:
        manifest = parcel.manifest_of(box)
        if manifest.schema > max(migration.number for migration in migrations()):
            raise ParcelTooNew
        require(not manifest.key_salt or passphrase is not None, PassphraseMissing)
        _refuse_existing(installation, manifest)
        written: list[str] = []
        try:
            with target.database.owner() as connection, connection.transaction():
                _put(connection, target, box, manifest, passphrase, as_copy)
                _put_papers(box, archive, manifest, written)
        except BaseException:
            store = open_store(archive)
            for path in written:
                papers.remove(store, manifest.company_id, path)
            raise
    target.shut_house(manifest.company_id)
    return manifest


def _refuse_existing(installation: Installation, manifest: Manifest) -> None:
    for cell in installation.cells.values():
        for row in companies.known(cell.database):
            require(
                row.slug != manifest.slug and row.company_id != manifest.company_id, CompanyExists, company=row.slug
            )
    for place in installation.directory.every():
        taken = place.slug == manifest.slug or place.company_id == manifest.company_id
        require(not taken, CompanyExists, company=place.slug)


def _put(
    connection: Connection,
    target: Installation,
    box: zipfile.ZipFile,
    manifest: Manifest,
    passphrase: str | None,
    as_copy: bool,
) -> None:
    master_key = target.secret("master_key")
    under = wrapping(master_key, passphrase if manifest.key_salt else None, manifest.key_salt)
    require(under.check == manifest.key_check, PassphraseWrong)
    epoch = uuid4() if as_copy else manifest.epoch
    connection.execute(
        "insert into company (company_id, slug, epoch, created_at) values (%s, %s, %s, %s)",
        (manifest.company_id, manifest.slug, epoch, manifest.created_at),
    )
    connection.execute(
        "insert into company_head (company_id, last_position, last_recorded_at) values (%s, %s, %s)",
        (manifest.company_id, manifest.position, manifest.last_recorded_at),
    )
    here = owned(connection)
    for name in [name for name in here if name in manifest.tables]:
        _put_table(connection, box, manifest, here[name])
    require(manifest.tables.keys() <= here.keys(), NotACompany, file=str(box.filename))
    count = take_in(connection, manifest.company_id, parcel.lines(box, parcel.KEYS), master_key, under)
    require(count == manifest.keys, ParcelDamaged, part=parcel.KEYS)
    _check_log(connection, manifest)


def _put_table(connection: Connection, box: zipfile.ZipFile, manifest: Manifest, table: OwnedTable) -> None:
    told = manifest.tables[table.name]
    connection.execute(_made_by_triggers(table), (manifest.company_id,))
    with connection.cursor() as cursor:
        with cursor.copy(OwnedTable(table.name, told.columns).into()) as copy:
            for chunk in parcel.chunks(box, f"{parcel.TABLES}/{table.name}.copy", told.sha256):
                copy.write(chunk)
        require(cursor.rowcount == told.rows, ParcelDamaged, part=table.name)
    foreign = connection.execute(_foreign(table), (told.rows, manifest.company_id)).fetchone()
    require(foreign is None or bool(foreign[0]), ParcelDamaged, part=table.name)


def _made_by_triggers(table: OwnedTable) -> bytes:
    return f'delete from "{table.name}" where company_id = %s'.encode()  # noqa: S608 - a name of the catalogue


def _foreign(table: OwnedTable) -> bytes:
    return f'select count(*) = %s from "{table.name}" where company_id = %s'.encode()  # noqa: S608 - a name of the catalogue


def _check_log(connection: Connection, manifest: Manifest) -> None:
    """The log has no gap and ends where the manifest says."""
    row: Sequence[int] | None = connection.execute(CHECKED, (manifest.company_id,)).fetchone()
    require(row is not None and tuple(row) == (manifest.position, manifest.position, 0), ParcelDamaged, part=FACTS)


def _put_papers(box: zipfile.ZipFile, archive: str, manifest: Manifest, written: list[str]) -> None:
    store = open_store(archive)
    found = 0
    for name in box.namelist():
        if name.startswith(f"{parcel.DOCUMENTS}/"):
            path = name.removeprefix(f"{parcel.DOCUMENTS}/")
            require(".." not in path.split("/") and not path.startswith("/"), ParcelDamaged, part=name)
            if papers.put(store, manifest.company_id, path, b"".join(parcel.chunks(box, name))):
                written.append(path)
            found += 1
    require(found == manifest.documents, ParcelDamaged, part=parcel.DOCUMENTS)
