"""A company's files in the archive (carte), as they lie there: copied out, put in, removed."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import obstore
from obstore.exceptions import AlreadyExistsError, NotFoundError
from obstore.store import ObjectStore

BATCH = 500


def paths(store: ObjectStore, company_id: UUID) -> Iterator[str]:
    """The paths of a company's files below its own folder."""
    prefix = f"{company_id}/"
    for batch in obstore.list(store, prefix=prefix, chunk_size=BATCH):
        for meta in batch:
            yield str(meta["path"]).removeprefix(prefix)


def read(store: ObjectStore, company_id: UUID, path: str) -> bytes:
    """A file's bytes."""
    return bytes(obstore.get(store, f"{company_id}/{path}").bytes())


def put(store: ObjectStore, company_id: UUID, path: str, data: bytes) -> bool:
    """Put a file where there is none; False when one lies there."""
    try:
        obstore.put(store, f"{company_id}/{path}", data, mode="create")
    except (AlreadyExistsError, FileExistsError):
        return False
    return True


def remove(store: ObjectStore, company_id: UUID, path: str) -> None:
    """Remove a file; one that is gone already is gone."""
    try:
        obstore.delete(store, f"{company_id}/{path}")
    except (NotFoundError, FileNotFoundError):
        return


def remove_all(store: ObjectStore, company_id: UUID) -> int:
    """Remove every file of a company; how many there were."""
    found = list(paths(store, company_id))
    for path in found:
        remove(store, company_id, path)
    return len(found)
