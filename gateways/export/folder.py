"""A folder that analysts read (cartella di esportazione): `current` leads to all tables at one position of the log.

Everything is written aside and `current` is switched at once, so that a run that is killed changes nothing. Months
whose rows are as they were are not written again: their files are linked. What they were is told by the server's digest
of all rows, not by positions: so rebuilding a read model or erasing a person rewrites what differs and nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from aggregates.base import Refusal, require
from gateways.export.standing import Part, Standing, standing
from gateways.export.stars import BY_NAME, STARS, Star
from gateways.export.writing import Format, writer_of
from gateways.wiring import House

FORM = 1
NOTHING = {"all": Part(0, "")}
"""A table without rows has a file as well, so that whoever reads it finds its columns."""
CURRENT, MANIFEST, MAKING, LOCK = "current", "manifest.json", ".making", ".lock"


class UnknownTable(Refusal):
    """There is no table called {table}; there are: {known}."""

    status = 422


class FolderOfAnother(Refusal):
    """{folder} holds the figures of another company; choose another folder."""


class NotAnExport(Refusal):
    """{folder} holds other files than an export; choose an empty folder."""


class ExportRuns(Refusal):
    """Another export writes into {folder}; wait until it has ended."""


@dataclass(frozen=True)
class Asked:
    """What is to be exported: all tables if none is named; `full` writes every file again."""

    form: Format = Format.PARQUET
    tables: tuple[str, ...] = ()
    full: bool = False

    def stars(self) -> tuple[Star, ...]:
        """The tables asked for. Raises `UnknownTable`."""
        for name in self.tables:
            require(name in BY_NAME, UnknownTable, table=name, known=", ".join(BY_NAME))
        return tuple(star for star in STARS if not self.tables or star.name in self.tables)


@dataclass
class Outcome:
    """What a run did: files written and files that stayed as they were."""

    position: int
    manifest: dict[str, Any] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    kept: int = 0


def export(house: House, folder: Path, asked: Asked) -> Outcome:
    """Bring a folder up to date. Raises `FiguresBehind`, `UnknownTable`, `FolderOfAnother`, `ExportRuns`."""
    stars = asked.stars()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = _before(house, folder)
        making = folder / MAKING
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        with standing(house) as now:
            outcome = _Run(folder / CURRENT, making, asked, before).of(house, now, stars)
        (making / MANIFEST).write_bytes(told(outcome.manifest))
        _switch(folder, making, outcome.position)
    return outcome


def told(manifest: dict[str, Any]) -> bytes:
    """A manifest as it stands in its file."""
    return json.dumps(manifest, indent=1, ensure_ascii=False).encode() + b"\n"


class _Run:
    """One export: links what stayed, writes what differs."""

    def __init__(self, current: Path, making: Path, asked: Asked, before: dict[str, Any]) -> None:
        self._current = current
        self._making = making
        self._asked = asked
        self._writer, self._write = writer_of(asked.form)
        same = before.get("writer") == self._writer and not asked.full
        self._before: dict[str, Any] = before.get("tables", {}) if same else {}

    def of(self, house: House, now: Standing, stars: Sequence[Star]) -> Outcome:
        outcome = Outcome(now.position)
        outcome.manifest = {
            "form": FORM,
            "company": house.slug,
            "company_id": str(house.company_id),
            "position": now.position,
            "parked": now.parked,
            "format": self._asked.form.value,
            "writer": self._writer,
            "tables": {star.name: self._table(star, now, outcome) for star in stars},
        }
        return outcome

    def _table(self, star: Star, now: Standing, outcome: Outcome) -> dict[str, Any]:
        version = _version(star)
        before = self._before.get(star.name, {})
        old: dict[str, Any] = before.get("files", {}) if before.get("version") == version else {}
        (self._making / star.name).mkdir()
        files, todo = {}, []
        for part, rows in (now.parts(star) or NOTHING).items():
            files[part] = {**asdict(rows), **_said(old.get(part, {}))}
            if not (part in old and old[part]["digest"] == rows.digest and self._linked(star, part, old[part])):
                todo.append(part)
        if "all" in todo and not files["all"]["rows"]:
            self._write(self._path(star, "all"), star, ())
            files["all"] |= _hashed(self._path(star, "all"))
        for part, found in groupby(now.rows(star, todo) if todo else (), key=lambda row: row[0]):
            path = self._path(star, part)
            self._write(path, star, (row for _, row in found))
            files[part] |= _hashed(path)
        outcome.written += [f"{star.name}/{self._path(star, part).name}" for part in todo]
        outcome.kept += len(files) - len(todo)
        return {"version": version, "columns": dict(star.columns), "key": star.key, "files": files}

    def _path(self, star: Star, part: str) -> Path:
        return self._making / star.name / f"{part}.{self._asked.form.value}"

    def _linked(self, star: Star, part: str, old: dict[str, Any]) -> bool:
        """Whether the file of the run before is still what it was and stands in the new folder as well."""
        path = self._path(star, part)
        was = self._current / star.name / path.name
        if not was.is_file() or _hashed(was) != _said(old):
            return False
        try:
            os.link(was, path)
        except OSError:  # a file system without links
            shutil.copyfile(was, path)
        return True


def _version(star: Star) -> str:
    return hashlib.sha256(f"{star.sql} {dict(star.columns)} {star.key} {star.month}".encode()).hexdigest()[:16]


def _hashed(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _said(of: dict[str, Any]) -> dict[str, Any]:
    return {name: of[name] for name in ("bytes", "sha256") if name in of}


def _before(house: House, folder: Path) -> dict[str, Any]:
    path = folder / CURRENT / MANIFEST
    if not path.exists():
        others = [one.name for one in folder.iterdir() if not one.name.startswith((".", "at-")) and one.name != CURRENT]
        require(not others, NotAnExport, folder=str(folder))
        return {}
    manifest: dict[str, Any] = json.loads(path.read_bytes())
    require(manifest["company_id"] == str(house.company_id), FolderOfAnother, folder=str(folder))
    return manifest if manifest["form"] == FORM else {}


def _switch(folder: Path, making: Path, position: int) -> None:
    """Let `current` lead to what was made; what it led to is removed."""
    number = 1
    while (made := folder / f"at-{position}{f'-{number}' if number > 1 else ''}").exists():
        number += 1
    for path in (*(one for one in making.iterdir()), making):
        _sync(path)
    making.rename(made)
    link = folder / f"{MAKING}-link"
    link.unlink(missing_ok=True)
    link.symlink_to(made.name, target_is_directory=True)
    link.replace(folder / CURRENT)
    _sync(folder)
    for old in folder.glob("at-*"):
        if old != made:
            shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ExportRuns(folder=str(folder)) from error
        yield
