"""Keys of persons in the database, wrapped by the installation's master key (chiavi degli interessati)."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from gateways.codec import KeyDestroyed
from gateways.postgres.database import Database


class PostgresKeys:
    """The subject keys of one company. Keys are remembered for a minute, so that erasing takes hold everywhere soon."""

    KEPT_S = 60

    def __init__(self, database: Database, company_id: UUID, master_key: bytes) -> None:
        self.company_id = company_id
        self._database = database
        self._master_key = master_key
        self._kept: dict[UUID, tuple[float, bytes | None]] = {}
        self._mutex = threading.Lock()

    def key(self, subject_id: UUID) -> bytes:
        """See `SubjectKeys.key`."""
        kept = self._remembered(subject_id)
        if kept is not None:
            return kept
        with self._database.company(self.company_id) as connection:
            made = aes_key_wrap(self._master_key, os.urandom(32))
            row = connection.execute(
                """insert into subject_key (company_id, subject_id, wrapped) values (%s, %s, %s)
                   on conflict (company_id, subject_id) do update set subject_id = excluded.subject_id
                   returning wrapped""",
                (self.company_id, subject_id, made),
            ).fetchone()
        if row is None or row[0] is None:
            raise KeyDestroyed(subject_id=subject_id)
        return self._remember(subject_id, aes_key_unwrap(self._master_key, row[0]))

    def known(self, subject_id: UUID) -> bytes | None:
        """See `SubjectKeys.known`."""
        kept = self._remembered(subject_id)
        if kept is not None:
            return kept
        with self._database.company(self.company_id) as connection:
            row = connection.execute(
                "select wrapped from subject_key where company_id = %s and subject_id = %s",
                (self.company_id, subject_id),
            ).fetchone()
        if row is None or row[0] is None:
            return None
        return self._remember(subject_id, aes_key_unwrap(self._master_key, row[0]))

    def gather(self, subject_ids: Iterable[UUID], *, make: bool = False) -> None:
        """See `SubjectKeys.gather`."""
        missing = sorted(one for one in subject_ids if self._remembered(one) is None)
        if not missing:
            return
        with self._database.company(self.company_id) as connection:
            if make:
                made = [aes_key_wrap(self._master_key, os.urandom(32)) for _ in missing]
                connection.execute(
                    """insert into subject_key (company_id, subject_id, wrapped)
                       select %s, * from unnest(%s::uuid[], %s::bytea[]) on conflict do nothing""",
                    (self.company_id, missing, made),
                )
            found = connection.execute(
                """select subject_id, wrapped from subject_key
                    where company_id = %s and subject_id = any(%s) and wrapped is not null""",
                (self.company_id, missing),
            ).fetchall()
        for subject_id, wrapped in found:
            self._remember(subject_id, aes_key_unwrap(self._master_key, wrapped))

    def destroy(self, subject_id: UUID) -> None:
        """Make everything under this key unreadable for ever."""
        with self._database.company(self.company_id) as connection:
            connection.execute(
                """insert into subject_key (company_id, subject_id, wrapped, destroyed_at)
                   values (%s, %s, null, clock_timestamp()) on conflict (company_id, subject_id)
                   do update set wrapped = null, destroyed_at = clock_timestamp()""",
                (self.company_id, subject_id),
            )
        with self._mutex:
            self._kept.pop(subject_id, None)

    def _remembered(self, subject_id: UUID) -> bytes | None:
        until, key = self._kept.get(subject_id, (0.0, None))
        return key if until > time.monotonic() else None

    def _remember(self, subject_id: UUID, key: bytes) -> bytes:
        with self._mutex:
            if len(self._kept) > 100_000:
                self._kept.clear()
            self._kept[subject_id] = (time.monotonic() + self.KEPT_S, key)
        return key
