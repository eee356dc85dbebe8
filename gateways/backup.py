"""Backup and restore (copia di sicurezza): database, documents and, if asked for, secrets in one tar file.

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

from aggregates.base import Refusal
from gateways.backup_file import DOCUMENTS, DUMP, SECRETS, Backup, BackupTooNew, documents_in, unpacked, write
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


class KeyMissing(Refusal):
    """The personal data of this backup needs its own master key; put it into {path} or LIBRETTO_MASTER_KEY first."""


class KeySettingWrong(Refusal):
    """LIBRETTO_MASTER_KEY is not the key of this backup; set it to the one that is."""


class KeyDiffers(Refusal):
    """{path} holds another key than the backup; --replace replaces it."""


def back_up(installation: Installation, archive: str, file: Path, *, with_secrets: bool = False) -> Backup:
    """Write the file, whole or not at all. Raises `ServerFailed`."""
    owner_dsn = _owner_dsn(installation)
    aside = file.with_name(f".{file.name}.{os.getpid()}.part")
    with tempfile.TemporaryDirectory(prefix="libretto-backup-", dir=file.resolve().parent) as folder:
        dumped, positions = Path(folder) / DUMP, _positions(installation)
        dump(owner_dsn, dumped)
        documents = list(documents_in(archive))
        backup = Backup(
            made_at=datetime.now(UTC),
            schema=max(migration.number for migration in migrations()),
            positions=positions,
            key_check=_key_check(installation),
            files=len(documents),
            secrets=with_secrets,
            archive_elsewhere="://" in archive,
        )
        try:
            write(aside, backup, dumped, documents, _secrets(installation) if with_secrets else {})
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
    return backup


def restore(installation: Installation, archive: str, file: Path, *, replace: bool = False) -> Backup:
    """Put a backup in place. Raises a `Refusal` before anything was changed, and `ServerFailed`."""
    owner_dsn = _owner_dsn(installation)
    with tempfile.TemporaryDirectory(prefix="libretto-restore-") as name:
        folder = Path(name)
        backup = unpacked(file, folder)
        _check(owner_dsn, backup, archive, replace)
        _check_keys(installation, backup, folder, replace)
        with Installation(installation.settings.model_copy(update={"database_url": installation.dsn})) as aside:
            aside.migrate()  # makes the roles that the dump grants to
        _check_alone(owner_dsn)
        replay(owner_dsn, folder / DUMP, "update public.company set epoch = gen_random_uuid()")
        _keep_secrets(installation, folder)
        _put_documents(folder / DOCUMENTS, archive)
    return backup


def _secrets(installation: Installation) -> dict[str, str]:
    return {name: installation.secret(name).hex() for name in SECRET_NAMES}


def _positions(installation: Installation) -> dict[str, int]:
    rows = companies.every(installation.database)
    return {row.slug: installation.house(str(row.company_id)).log.position() for row in rows}


# Putting one back


def _check(owner_dsn: str, backup: Backup, archive: str, replace: bool) -> None:
    if backup.schema > max(migration.number for migration in migrations()):
        raise BackupTooNew
    if replace:
        return
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        row = connection.execute("select to_regclass('public.company')").fetchone()
        held = row and row[0] and connection.execute("select slug from company limit 1").fetchone()
    if held:
        raise DatabaseNotEmpty(company=held[0])
    if any(True for _ in documents_in(archive)):
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
