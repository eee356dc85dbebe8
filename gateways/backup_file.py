"""A backup's file: a tar with a manifest, the database's dump, the documents and perhaps secrets."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from aggregates.base import Refusal

FORMAT = 1
MANIFEST, DUMP, DOCUMENTS, SECRETS = "manifest.json", "database.dump", "documents", "secrets"


class NotABackup(Refusal):
    """{file} is not a backup of Libretto."""


class BackupTooNew(Refusal):
    """This backup was made by a newer version of the program; update the program first."""


@dataclass(frozen=True)
class Backup:
    """What a backup file holds; `positions` are where the logs stood when it was begun."""

    made_at: datetime
    schema: int
    positions: dict[str, int]
    key_check: str
    files: int
    secrets: bool
    archive_elsewhere: bool


def write(
    target: Path, backup: Backup, dump: Path, documents: Sequence[tuple[Path, str]], secrets: Mapping[str, str]
) -> None:
    """The file, readable by its owner only."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
        _add_text(tar, MANIFEST, json.dumps(_manifest(backup), indent=1))
        for name, value in secrets.items():
            _add_text(tar, f"{SECRETS}/{name}.hex", value)
        tar.add(dump, arcname=DUMP)
        for path, name in documents:
            tar.add(path, arcname=f"{DOCUMENTS}/{name}")
        tar.close()
        raw.flush()
        os.fsync(raw.fileno())


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(text.encode()), 0o600
    tar.addfile(member, BytesIO(text.encode()))


def documents_in(archive: str) -> Iterator[tuple[Path, str]]:
    """Files of an archive in a folder, with their names below it; nothing of an object store."""
    root = Path(archive)
    if "://" not in archive and root.is_dir():
        for path in sorted(root.rglob("*")):
            if path.is_file():
                yield path, path.relative_to(root).as_posix()


def read_manifest(file: Path) -> Backup:
    """What a backup file says of itself. Raises `NotABackup` and `BackupTooNew`."""
    try:
        with tarfile.open(file) as tar:
            member = tar.extractfile(MANIFEST)
            return _backup(json.loads(member.read() if member else b""))
    except (tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise NotABackup(file=str(file)) from error


def unpacked(file: Path, folder: Path) -> Backup:
    """Everything in a folder. Raises `NotABackup` and `BackupTooNew`."""
    backup = read_manifest(file)
    with tarfile.open(file) as tar:
        tar.extractall(folder, filter="data")
    return backup


def _manifest(backup: Backup) -> dict[str, Any]:
    return {"format": FORMAT, **vars(backup), "made_at": backup.made_at.isoformat()}


def _backup(manifest: dict[str, Any]) -> Backup:
    if manifest.pop("format") != FORMAT:
        raise BackupTooNew
    return Backup(**{**manifest, "made_at": datetime.fromisoformat(manifest["made_at"])})
