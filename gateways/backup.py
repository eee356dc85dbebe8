"""Backup and restore (copia di sicurezza): database, documents and, if asked for, secrets in a tar file for each cell.

The database is one consistent snapshot (pg_dump); documents are copied after it, so that every file the log names is
there. A restore takes place whole or not at all, refuses a database in use or not empty, and gives each company a new
stream epoch: consumers of the public stream then know that its numbers may mean other facts than before.
"""

from __future__ import annotations

import hmac
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from aggregates.base import Refusal, require
from gateways.backup_file import DOCUMENTS, DUMP, SECRETS, Backup, BackupTooNew, documents_in, unpacked, write
from gateways.cells.address import HOME
from gateways.cells.directory import Place
from gateways.postgres import companies
from gateways.postgres.dumping import dump, replay
from gateways.postgres.migrate import migrations
from gateways.wiring import Installation

SECRET_NAMES = ("master_key", "token_key")
CLOSING_S = 3.0
"""How long connections that were just given back may take to end."""


class DatabaseNotEmpty(Refusal):
    """The database holds the company {company}; --replace throws away all that it holds."""


class DatabaseInUse(Refusal):
    """Other processes are using this database; stop them first."""


class ArchiveNotEmpty(Refusal):
    """There are documents in {archive} already; --replace leaves them beside those of the backup."""


class CellsChanged(Refusal):
    """A company moved to another cell while the files were written, and they do not go together; back up again."""


class FileOfCellMissing(Refusal):
    """There is no {file} for the cell {cell}; give it, or restore one cell alone with --cell."""


class KeyMissing(Refusal):
    """The personal data of this backup needs its own master key; put it into {path} or LIBRETTO_MASTER_KEY first."""


class KeySettingWrong(Refusal):
    """LIBRETTO_MASTER_KEY is not the key of this backup; set it to the one that is."""


class KeyDiffers(Refusal):
    """{path} holds another key than the backup; --replace replaces it."""


def back_up_cells(
    installation: Installation, archive: str, file: Path, *, with_secrets: bool = False
) -> dict[Path, Backup]:
    """A file for each cell, home's last: its documents and its directory are then no older than the others' logs.

    Raises `CellsChanged` when a company moved meanwhile, and `ServerFailed`.
    """
    before, made = installation.directory.every(), dict[Path, Backup]()
    for name, cell in sorted(installation.cells.items(), key=lambda one: one[0] == HOME):
        where = archive if name == HOME else None
        path = file_of(file, name)
        made[path] = back_up(cell, where, path, with_secrets=with_secrets and name == HOME)
    require(_moves(before) == _moves(installation.directory.every()), CellsChanged)
    return made


def file_of(file: Path, cell: str) -> Path:
    """The file of a cell beside that of home: libretto.tar and libretto.north.tar."""
    return file if cell == HOME else file.with_name(f"{file.stem}.{cell}{file.suffix}")


def back_up(installation: Installation, archive: str | None, file: Path, *, with_secrets: bool = False) -> Backup:
    """Write one cell's file, whole or not at all; without an archive it holds no documents. Raises `ServerFailed`."""
    owner_dsn = _owner_dsn(installation)
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    with tempfile.TemporaryDirectory(prefix="libretto-backup-", dir=file.resolve().parent) as folder:
        dumped, positions = Path(folder) / DUMP, _positions(installation)
        dump(owner_dsn, dumped)
        documents = list(documents_in(archive)) if archive else []
        backup = Backup(
            made_at=datetime.now(UTC),
            schema=max(migration.number for migration in migrations()),
            positions=positions,
            key_check=_key_check(installation),
            files=len(documents),
            secrets=with_secrets,
            archive_elsewhere="://" in (archive or ""),
        )
        try:
            write(aside, backup, dumped, documents, _secrets(installation) if with_secrets else {})
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
    return backup


def restore_cells(installation: Installation, archive: str, file: Path, *, replace: bool = False) -> dict[Path, Backup]:
    """Put the files of all cells in place, home's first as it has the keys; each whole or not at all, as `restore`."""
    files = {name: file_of(file, name) for name in sorted(installation.cells, key=lambda name: name != HOME)}
    for name, path in files.items():
        require(path.exists(), FileOfCellMissing, file=str(path), cell=name)
    return {
        path: restore(installation.cells[name], archive if name == HOME else None, path, replace=replace)
        for name, path in files.items()
    }


def restore(installation: Installation, archive: str | None, file: Path, *, replace: bool = False) -> Backup:
    """Put one cell's backup in place. Raises a `Refusal` before anything was changed, and `ServerFailed`."""
    owner_dsn = _owner_dsn(installation)
    with tempfile.TemporaryDirectory(prefix="libretto-restore-") as name:
        folder = Path(name)
        backup = unpacked(file, folder)
        _check(owner_dsn, backup, archive, replace)
        _check_keys(installation, backup, folder, replace)
        with Installation(
            installation.settings.model_copy(update={"database_url": installation.dsn, "cells": {}})
        ) as aside:
            aside.migrate()  # makes the roles that the dump grants to
        _check_alone(owner_dsn)
        replay(owner_dsn, folder / DUMP, "update public.company set epoch = gen_random_uuid()")
        _keep_secrets(installation, folder)
        if archive:
            _put_documents(folder / DOCUMENTS, archive)
    return backup


def _secrets(installation: Installation) -> dict[str, str]:
    return {name: installation.secret(name).hex() for name in SECRET_NAMES}


def _positions(installation: Installation) -> dict[str, int]:
    rows = [row for row in companies.known(installation.database) if row.state in companies.WHOLE]
    return {row.slug: installation.house_here(str(row.company_id)).log.position() for row in rows}


def _moves(places: list[Place]) -> set[Place]:
    """The companies that have moved or are about to; one that was just entered has not."""
    return {place for place in places if place.version or place.moving_to}


# Putting one back


def _check(owner_dsn: str, backup: Backup, archive: str | None, replace: bool) -> None:
    if backup.schema > max(migration.number for migration in migrations()):
        raise BackupTooNew
    if replace:
        return
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        row = connection.execute("select to_regclass('public.company')").fetchone()
        held = row and row[0] and connection.execute("select slug from company limit 1").fetchone()
    if held:
        raise DatabaseNotEmpty(company=held[0])
    if archive and any(True for _ in documents_in(archive)):
        raise ArchiveNotEmpty(archive=archive)


def _check_keys(installation: Installation, backup: Backup, folder: Path, replace: bool) -> None:
    """The backup's personal data must be readable afterwards."""
    kept = _kept_secret(folder / SECRETS / "master_key.hex")
    path = installation.settings.data_dir / "master_key.hex"
    given = installation.settings.master_key
    own = bytes.fromhex(given.get_secret_value()) if given else _kept_secret(path)
    if own is not None and _check_of(own) == backup.key_check:
        return
    if kept is None:
        raise KeyMissing(path=str(path))
    if given is not None:
        raise KeySettingWrong
    if own is not None and not replace:
        raise KeyDiffers(path=str(path))


def _check_alone(owner_dsn: str) -> None:
    until = time.monotonic() + CLOSING_S
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        while True:
            row = connection.execute(
                """select count(*) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()
                      and backend_type = 'client backend'"""
            ).fetchone()
            if not row or not row[0]:
                return
            if time.monotonic() > until:
                raise DatabaseInUse
            time.sleep(0.05)


def _keep_secrets(installation: Installation, folder: Path) -> None:
    for name in SECRET_NAMES:
        kept = folder / SECRETS / f"{name}.hex"
        if kept.exists() and getattr(installation.settings, name) is None:
            target = installation.settings.data_dir / kept.name
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_suffix(".new")
            aside.touch(0o600)
            aside.write_bytes(kept.read_bytes())
            aside.replace(target)


def _put_documents(folder: Path, archive: str) -> None:
    if "://" in archive or not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        target = Path(archive) / path.relative_to(folder)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = target.with_name(f".{target.name}.part")
            aside.write_bytes(path.read_bytes())
            aside.replace(target)


# Keys


def _key_check(installation: Installation) -> str:
    return _check_of(installation.secret("master_key"))


def _check_of(key: bytes) -> str:
    """Tells one master key from another without telling the key."""
    return hmac.new(key, b"libretto backup", "sha256").hexdigest()[:32]


def _kept_secret(path: Path) -> bytes | None:
    return bytes.fromhex(path.read_text().strip()) if path.exists() else None


def _owner_dsn(installation: Installation) -> str:
    return installation.settings.owner_database_url or installation.dsn
