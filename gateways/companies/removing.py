"""Removing a company (eliminazione): closed first, exported, then nothing of it is left; with a certificate.

It can be interrupted anywhere and repeated: what is gone stays gone, the company's own row goes last.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from aggregates.base import Refusal, require
from gateways.companies import closing, papers, parcel
from gateways.companies.exporting import log_sha256
from gateways.companies.parcel import Manifest
from gateways.companies.tables import FACTS
from gateways.documents.archive import open_store
from gateways.postgres import companies
from gateways.postgres.companies import CompanyRow
from gateways.wiring import Installation


class CompanyStillOpen(Refusal):
    """{company} still takes commands; close it first with libretto company close {company}."""


class ExportOfAnother(Refusal):
    """{file} is not the whole of {company} as it is now; export it again, after closing it."""


@dataclass(frozen=True)
class Certificate:
    """What was removed, and what proves what it was."""

    company_id: str
    slug: str
    removed_at: str
    last_position: int
    log_sha256: str
    export: str
    export_sha256: str
    rows: dict[str, int]
    documents: int


def remove(installation: Installation, cell: Installation, archive: str, slug: str, exported: Path) -> Certificate:
    """Remove a closed company that lives in a cell. Raises `CompanyStillOpen`, `ExportOfAnother`, `MoveInHand`."""
    row = companies.find(cell.database, slug)
    with installation.directory.locked(row.company_id, row.slug):
        manifest = _export_of(cell, row, exported)
        closing.mark(cell.database, row.company_id, "removing")
        closing.clear(cell.database, row.company_id)
        documents = papers.remove_all(open_store(archive), row.company_id)
        certificate = Certificate(
            company_id=str(row.company_id),
            slug=row.slug,
            removed_at=datetime.now(UTC).isoformat(),
            last_position=manifest.position,
            log_sha256=manifest.tables[FACTS].sha256,
            export=exported.name,
            export_sha256=_sha256(exported),
            rows={name: part.rows for name, part in manifest.tables.items()},
            documents=documents,
        )
        certificate_of(exported).write_text(json.dumps(asdict(certificate), indent=1) + "\n")
        closing.strike_off(cell.database, row.company_id)
        installation.directory.leave(row.company_id)
    cell.shut_house(row.company_id)
    return certificate


def certificate_of(exported: Path) -> Path:
    """Where the certificate lies: beside the export."""
    return exported.with_name(f"{exported.name}.removed.json")


def _export_of(cell: Installation, row: CompanyRow, file: Path) -> Manifest:
    """The manifest of an export that is the company as it is now; or as it was when an earlier removal compared it."""
    with parcel.opened(file) as box:
        manifest = parcel.manifest_of(box)
        require(manifest.company_id == row.company_id and box.testzip() is None, ExportOfAnother, **_named(row, file))
    if row.state == "removing":
        return manifest
    require(
        row.state == "closed" and closing.is_closed(cell.database, row.company_id), CompanyStillOpen, company=row.slug
    )
    with cell.database.owner() as connection:
        same = manifest.closed and log_sha256(connection, row) == manifest.tables[FACTS].sha256
    require(same, ExportOfAnother, **_named(row, file))
    return manifest


def _named(row: CompanyRow, file: Path) -> dict[str, str]:
    return {"file": str(file), "company": row.slug}


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
