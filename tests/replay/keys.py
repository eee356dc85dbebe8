"""Keys of persons for frozen facts (chiavi di prova): always the same, so that any year can read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from gateways.codec import KeyDestroyed


@dataclass
class FrozenKeys:
    """A key for everybody, made from the person's id; nobody's once `erased` names them, or all of them."""

    erased: set[UUID] = field(default_factory=set)
    everybody_erased: bool = False

    def key(self, subject_id: UUID) -> bytes:
        """See `SubjectKeys.key`."""
        key = self.known(subject_id)
        if key is None:
            raise KeyDestroyed(subject_id=subject_id)
        return key

    def known(self, subject_id: UUID) -> bytes | None:
        """See `SubjectKeys.known`."""
        if self.everybody_erased or subject_id in self.erased:
            return None
        return sha256(f"frozen|{subject_id}".encode()).digest()

    def gather(self, subject_ids: Iterable[UUID], *, make: bool = False) -> None:
        """See `SubjectKeys.gather`; every key is at hand."""
