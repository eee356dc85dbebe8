"""Erases what is released (cancellazione eseguita): keys, files, and what views still say; then confirms it (R10.4).

All of it is derived from the recorded decision, what is to be gone minus what is gone: killed anywhere, the next run
ends in the same. Other processes remember a key for a while, so views are mended only once nobody can have it any more.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

from aggregates.base import Act
from aggregates.erasure import MendedTable
from aggregates.values import Keep
from commands.erasure import CONFIRM, ConfirmErasure
from gateways.documents.archive import Archive
from gateways.documents.issuer import archive_key
from gateways.files import file_key
from gateways.logs import log
from gateways.postgres.checkpoints import forget_checkpoints
from gateways.postgres.database import Connection
from gateways.postgres.mending import Mender, MovedMeanwhile
from gateways.postgres.subject_keys import PostgresKeys
from gateways.wiring import House, Installation
from projections.base import Row

SYSTEM = "system:erasing"
DUE_KEYS = """
select e.key_id from {erased_key} e
  left join subject_key s on s.subject_id = e.key_id
 where s.subject_id is null or s.wrapped is not null order by e.key_id limit 1000"""
RELEASED = """
select c.erasure_id, c.keep from {erasure_scope} c
 where c.state = 'released' and not exists (
     select from {erased_key} e left join subject_key s on s.subject_id = e.key_id
      where e.erasure_id = c.erasure_id and e.keep = c.keep
        and (s.destroyed_at is null or s.destroyed_at > clock_timestamp() - make_interval(secs => %(settled_s)s)))
 order by c.erasure_id, c.keep"""
DOCUMENTS = """
select d.kind, d.record_id, d.version, d.attachments
  from {erased_document} e join {issued_document} d using (document_id)
 where e.erasure_id = %(erasure_id)s and e.keep = %(keep)s"""
COPIES = """
select w.archive_kind, w.record_id, w.version from {erased_document} e join {word_copy} w using (document_id)
 where e.erasure_id = %(erasure_id)s and e.keep = %(keep)s and w.state = 'made'"""
FILES = "select sha256 from {erased_file} where erasure_id = %(erasure_id)s and keep = %(keep)s"
STREAMS = """
select distinct k.stream_id from {person_key} k join {erased_key} e using (key_id)
 where e.erasure_id = %(erasure_id)s and e.keep = %(keep)s"""


class Eraser:
    """Erases for the companies of an installation. `settled_s`: how long other processes may remember a key."""

    def __init__(self, installation: Installation, archive: Archive, settled_s: float = PostgresKeys.KEPT_S) -> None:
        self._installation = installation
        self._archive = archive
        self._settled_s = settled_s

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Destroy every key that is due and finish the scopes that can be; the number of scopes finished."""
        destroy_erased_keys(house)
        scopes = house.reader.rows(RELEASED, {"settled_s": self._settled_s})
        if not scopes:
            return 0
        for scope in scopes:
            self._remove_files(house, scope)
        try:
            mended = self._mend(house, scopes)
        except MovedMeanwhile:
            log.info("erasing goes on later: parked facts were folded meanwhile", company=house.slug)
            return 0
        for n, scope in enumerate(scopes):
            self._confirm(house, scope, mended if n == 0 else {}, now or datetime.now(UTC))
        return len(scopes)

    def waiting(self, house: House) -> int:
        """How many released scopes are not finished: other processes may still remember their keys."""
        row = house.reader.row("select count(*) as number from {erasure_scope} where state = 'released'")
        return row["number"] if row else 0

    def _remove_files(self, house: House, scope: Row) -> None:
        for row in house.reader.rows(DOCUMENTS, scope):
            for kind in (row["kind"], *(kept["archive_kind"] for kept in row["attachments"])):
                self._archive.remove(archive_key(house, kind, row["record_id"], row["version"]))
        for row in house.reader.rows(COPIES, scope):
            self._archive.remove(archive_key(house, row["archive_kind"], row["record_id"], row["version"]))
        for row in house.reader.rows(FILES, scope):
            self._archive.remove(file_key(house.company_id, row["sha256"]))

    def _mend(self, house: House, scopes: list[Row]) -> dict[str, int]:
        database, registry = self._installation.database, self._installation.registry
        mended = Mender(database, registry, house.company_id, house.codec).mend()
        forget_checkpoints(database, house.company_id)
        streams = [row["stream_id"] for scope in scopes for row in house.reader.rows(STREAMS, scope)]
        with database.company(house.company_id) as connection:
            _forget_requests(connection, streams)
        return mended

    def _confirm(self, house: House, scope: Row, mended: dict[str, int], at: datetime) -> None:
        keep = Keep(scope["keep"])
        tables = tuple(MendedTable(table=table, rows=rows) for table, rows in sorted(mended.items()))
        asked = ConfirmErasure(erasure_id=scope["erasure_id"], keep=keep, mended=tables)
        house.desk.execute(CONFIRM, asked, Act(by=SYSTEM, at=at), uuid5(scope["erasure_id"], f"{keep}/{at}"))


def destroy_erased_keys(house: House) -> int:
    """Destroy every key that was released; how many it were."""
    destroyed = 0
    while due := [row["key_id"] for row in house.reader.rows(DUE_KEYS)]:
        for key_id in due:
            house.keys.destroy(key_id)
        destroyed += len(due)
    return destroyed


def _forget_requests(connection: Connection, streams: list[UUID]) -> None:
    """Hashes of requests and errors of folding may be guessed from, or tell, what was erased."""
    connection.execute("select blot_commands(%s)", (streams,))
    connection.execute(
        """update parked_fact set error = split_part(error, '(', 1)
            where company_id = (select current_company()) and stream_id = any(%s)""",
        (streams,),
    )
