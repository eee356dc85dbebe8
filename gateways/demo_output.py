"""The documents of a company as files in a folder, for people to open (uscita della dimostrazione)."""

from __future__ import annotations

from pathlib import Path

from gateways.documents.archive import Archive
from gateways.documents.issuer import archive_key
from gateways.wiring import House


def write_documents(house: House, archive: Archive, folder: Path) -> int:
    """Every issued document with its attachments, in one folder a kind; how many files there are."""
    count = 0
    for row in house.reader.rows("select kind, record_id, version, file_name, attachments from {issued_document}"):
        own = {"name": row["file_name"], "archive_kind": row["kind"]}
        for kept in (own, *row["attachments"]):
            key = archive_key(house, kept["archive_kind"], row["record_id"], row["version"])
            written(folder / row["kind"] / kept["name"], archive.get(key)[1])
            count += 1
    for row in house.reader.rows("select * from {word_copy} where state = 'made'"):
        key = archive_key(house, row["archive_kind"], row["record_id"], row["version"])
        written(folder / row["kind"] / row["file_name"], archive.get(key)[1])
        count += 1
    return count


def written(target: Path, data: bytes) -> None:
    """Write a file, whole or not at all; one that is there already with the same bytes stays."""
    if not target.exists() or target.read_bytes() != data:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.part")
        aside.write_bytes(data)
        aside.replace(target)
