"""Verification (verifica): seals, logs without gaps, readable facts, read models equal to a fresh fold, documents.

One snapshot of the database is read, so that commands, sealing and a daemon may go on. Read models of long logs are
compared only when asked for; those that say which documents there are always are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateways.documents.archive import open_archive
from gateways.documents.issuer import verify_documents
from gateways.fresh_fold import FreshFold
from gateways.postgres.database import Connection
from gateways.said import said
from gateways.seals.audit import Audit
from gateways.seals.exchange import KeptSeal
from gateways.seals.stamp_check import StampCheck
from gateways.wiring import House, Installation

VIEWS_BELOW = 100_000
"""Facts of a company up to which all its read models are compared without being asked for."""
OF_DOCUMENTS = ("issued_documents", "document_templates", "attachments", "erasures")
"""The read models that name documents and their hashes: nobody may change a record together with its file."""
Kept = Mapping[str, Mapping[int, KeptSeal]]
"""Seals from a file, by company and number."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be."""

    company: str
    what: str
    detail: str


class Verification:
    """Checks every company of all cells, also closed ones, or those of `houses` alone.

    `against` are seals that somebody else kept; `views` says whether read models are compared (None: where quick).
    """

    def __init__(
        self,
        installation: Installation,
        archive: str,
        *,
        against: Kept | None = None,
        views: bool | None = None,
        houses: Sequence[House] = (),
    ) -> None:
        self._installation = installation
        self._chosen = houses
        self._archive = open_archive(archive)
        self._against = against or {}
        self._views = views
        self._stamps = StampCheck(installation.settings)
        self._counts = {"companies": 0, "facts": 0, "seals": 0, "models": 0, "documents": 0}
        self.left_out: list[str] = []
        """Companies whose read models were not compared."""
        self.being_erased: list[str] = []
        """Companies that are erasing persons: keys are gone before read models are mended, so that they may differ."""

    def size(self) -> int:
        """How many facts there are to be read."""
        return sum(house.log.position() for house in self._houses())

    def counts(self) -> dict[str, int]:
        """What was checked so far."""
        return dict(self._counts)

    def run(self, told: Callable[[int], object] = lambda _: None) -> Iterator[Finding]:
        """Everything that is wrong; `told` hears how many facts were read."""
        for house in self._houses():
            self._counts["companies"] += 1
            with house.database.company(house.company_id) as connection, connection.transaction():
                connection.execute("set transaction isolation level repeatable read, read only")
                connection.execute("set local idle_in_transaction_session_timeout = 0")
                for what, detail in self._checked(connection, house, told):
                    yield Finding(house.slug, what, detail)
            yield from self._documents(house)
        here = {str(house.company_id) for house in self._installation.houses()}
        for company_id in () if self._chosen else self._against.keys() - here:
            yield Finding(company_id, said("log"), said("the file has seals of this company, which is not here"))

    def _houses(self) -> Sequence[House]:
        return self._chosen or self._installation.houses()

    def _checked(
        self, connection: Connection, house: House, told: Callable[[int], object]
    ) -> Iterator[tuple[str, str]]:
        yield from ((said("log"), detail) for detail in _gaps(connection, house))
        yield from ((said("command"), detail) for detail in _commands(connection, house))
        audit = Audit(self._installation, house, connection, self._against.get(str(house.company_id)))
        yield from ((said("log"), detail) for detail in audit.run(told))
        yield from ((said("time-stamp"), detail) for detail in self._stamps.run(connection, house))
        self._counts["facts"] += audit.facts
        self._counts["seals"] += audit.seals
        names = None if self._views or (self._views is None and audit.facts <= VIEWS_BELOW) else OF_DOCUMENTS
        if names:
            self.left_out.append(house.slug)
        fold = FreshFold(house.installation.registry, house, connection)
        erasing = _is_erasing(connection, house)
        yield from fold.run(names)
        if erasing or _is_erasing(connection, house):
            self.being_erased.append(house.slug)
        self._counts["models"] = fold.models

    def _documents(self, house: House) -> Iterator[Finding]:
        row = house.reader.row("select count(*) as number from {issued_document}")
        self._counts["documents"] += row["number"] if row else 0
        for finding in verify_documents(house, self._archive):
            parts = {"path": finding.path, "problem": finding.problem, "detail": finding.detail}
            yield Finding(house.slug, said("document"), said("{path}: {problem}: {detail}", **parts))


def _is_erasing(connection: Connection, house: House) -> bool:
    """Whether read models may still say, or said when the snapshot was taken, what keys that are gone told (R10.4)."""
    since = connection.execute("select transaction_timestamp()").fetchone()
    row = house.reader.row(
        """select exists (select from {erasure_scope} where state = 'released')
               or exists (select from subject_key where destroyed_at > %(since)s) as erasing""",
        {"since": since[0] if since else None},
    )
    return bool(row and row["erasing"])


def _gaps(connection: Connection, house: House) -> Iterator[str]:
    """The head row beside the log, and the versions of each stream."""
    row = connection.execute(
        """select h.last_position, count(f.position), coalesce(min(f.position), 0), coalesce(max(f.position), 0),
                  h.last_recorded_at = coalesce(max(f.recorded_at), '-infinity')
             from company_head h left join fact f using (company_id) where h.company_id = %s
            group by h.last_position, h.last_recorded_at""",
        (house.company_id,),
    ).fetchone()
    head, count, first, last, on_time = row or (0, 0, 0, 0, True)
    if (count, last) != (head, head) or first != min(1, head):
        told = {"count": count, "first": first, "last": last, "head": head}
        yield said("{count} facts from {first} to {last}, but the head says {head}", **told)
    elif not on_time:
        yield said("the head says another instant than the last fact")
    broken = connection.execute(
        """select stream_id, count(*), min(version), max(version) from fact where company_id = %s
            group by stream_id having min(version) <> 1 or max(version) <> count(*)""",
        (house.company_id,),
    )
    for stream_id, number, lowest, highest in broken:
        told = {"stream": stream_id, "number": number, "lowest": lowest, "highest": highest}
        yield said("stream {stream}: {number} facts with versions {lowest} to {highest}", **told)
    disordered = connection.execute(
        """select position, version, stream_id from (
               select position, version, stream_id,
                      lag(position) over (partition by stream_id order by version) as before
                 from fact where company_id = %s) each where before > position order by position""",
        (house.company_id,),
    )
    for position, version, stream_id in disordered:
        yield said(
            "fact {position} is version {version} of stream {stream}, but stands before the version below it",
            position=position,
            version=version,
            stream=stream_id,
        )


def _commands(connection: Connection, house: House) -> Iterator[str]:
    """Commands that name another last position or instant than their facts; facts without a command are old ones."""
    lying = connection.execute(
        """select c.command_id, c.name, c.last_position, f.last, f.apart, h.last_position
             from command c join company_head h using (company_id)
             left join (select command_id, max(position) as last, max(recorded_at) as at,
                               max(position) - min(position) + 1 <> count(*) as apart
                          from fact where company_id = %(company)s group by command_id) f using (command_id)
            where c.company_id = %(company)s
              and (c.last_position <> f.last or c.recorded_at <> f.at or f.apart
                   or c.last_position not between 0 and h.last_position)
            order by c.last_position, c.command_id""",
        {"company": house.company_id},
    )
    for command_id, name, claimed, last, apart, head in lying:
        if apart:
            yield said("{command} ({name}): its facts do not stand together", command=command_id, name=name)
        elif last is not None and claimed != last:
            told = {"command": command_id, "name": name, "claimed": claimed, "last": last}
            yield said("{command} ({name}) says its last fact is {claimed}, but it is {last}", **told)
        elif not 0 <= claimed <= head:
            told = {"command": command_id, "name": name, "claimed": claimed, "head": head}
            yield said("{command} ({name}) says the log stood at {claimed}, but it ends at {head}", **told)
        else:
            yield said("{command} ({name}) says another instant than its facts", command=command_id, name=name)
