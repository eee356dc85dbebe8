"""The audit of a log against its seals (controllo dei sigilli): every leaf anew, block by block, and what was done.

What a seal in somebody else's file says goes before what the database says. A block whose facts do not have the sealed
root is compared fact by fact with the list kept beside the seal; if that list was changed too, the root still tells the
block, and the list of the file, where it has one, the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gateways.postgres.database import Connection
from gateways.said import said
from gateways.seals import leaves, store, trees
from gateways.seals.chain import Seal
from gateways.seals.exchange import KeptSeal
from gateways.seals.naming import Deed, Entry, Naming
from gateways.seals.reading import Read, Stretch, read_all
from gateways.wiring import House, Installation

SPAN = 4096
MOST_DEEDS = 50
"""How many deeds are told one by one."""
MOST_MOVED = 2000
"""How many moved facts are looked at for having been altered as well."""
Told = Callable[[int], object]


class Audit:
    """One company's log beside its seals; yields sentences."""

    def __init__(
        self, installation: Installation, house: House, connection: Connection, kept: Mapping[int, KeptSeal] | None
    ) -> None:
        self._installation = installation
        self._house = house
        self._connection = connection
        self._kept = kept or {}
        self._naming = Naming()
        self._seals = {seal.number: seal for seal in store.seals(connection, house.company_id)}
        self.facts = 0

    @property
    def seals(self) -> int:
        """How many seals the database has."""
        return len(self._seals)

    def run(self, told: Told) -> Iterator[str]:
        """Everything that is wrong with the log."""
        yield from self._chain()
        yield from self._file()
        head, trusted = self._head(), self._trusted()
        blocks = {(seal.first, seal.last): seal for seal in trusted}
        end = max((seal.last for seal in trusted), default=0)
        if head < end:
            yield said("the log ends at {head}, before its last seal (fact {end})", head=head, end=end)
        stretches = [Stretch(seal.first, seal.last, seal.root) for seal in trusted]
        stretches += [Stretch(at, min(at + SPAN - 1, head)) for at in range(end + 1, head + 1, SPAN)]
        for read in read_all(self._installation, self._house, self._connection, stretches, max(head, end)):
            self.facts += read.count
            told(read.count)
            for fact in read.unreadable:
                told_of = {"position": fact.position, "topic": fact.topic, "error": fact.error}
                yield said("fact {position} ({topic}) is unreadable: {error}", **told_of)
            if read.stretch.root is not None:
                yield from self._compared(blocks[read.stretch.first, read.stretch.last], read)
            else:
                yield from (Deed("missing", first, last).sentence() for first, last in read.gaps)
        self._look_behind(end)
        yield from self._told()

    def _look_behind(self, end: int) -> None:
        """Sealed facts may have been pushed behind the last seal."""
        if missing := self._naming.missing()[:MOST_MOVED]:
            rows = self._connection.execute(
                """select event_id::text, position from fact
                    where company_id = %s and position > %s and event_id = any(%s::uuid[])""",
                (self._house.company_id, end, missing),
            )
            self._naming.take_elsewhere(rows.fetchall())

    def _head(self) -> int:
        row = self._connection.execute(
            "select last_position from company_head where company_id = %s", (self._house.company_id,)
        ).fetchone()
        return row[0] if row else 0

    def _trusted(self) -> list[Seal]:
        """The seals that the log is held against: the file's, and ours where it has none."""
        given = [kept.seal for kept in self._kept.values()]
        own = [s for s in self._seals.values() if not any(s.first <= g.last and g.first <= s.last for g in given)]
        return sorted([*given, *own], key=lambda seal: seal.first)

    def _chain(self) -> Iterator[str]:
        before: Seal | None = None
        for seal in self._seals.values():
            if seal.own_hash() != seal.hash:
                yield said("seal {number} was altered: it does not have the hash it carries", number=seal.number)
            if not seal.follows(before):
                follows = said("seal {number}", number=before.number) if before else said("the beginning")
                yield said(
                    "seal {number} does not follow on {follows}: what was between was altered or removed",
                    number=seal.number,
                    follows=follows,
                )
            before = seal
        head = store.head(self._connection, self._house.company_id)
        if (head.number, head.hash) != (before.number, before.hash) if head and before else head or before:
            claimed = said("seal {number} is", number=head.number) if head else said("no seal is")
            last = str(before.number) if before else said("none")
            yield said("{claimed} said to be the last one, but the last one is {last}", claimed=claimed, last=last)

    def _file(self) -> Iterator[str]:
        for number, kept in sorted(self._kept.items()):
            own, where = (
                self._seals.get(number),
                said("(facts {first} to {last})", first=kept.seal.first, last=kept.seal.last),
            )
            if own is None:
                yield said("seal {number} of the file {where} is not here any more", number=number, where=where)
            elif own != kept.seal:
                yield said(
                    "seal {number} {where} is not the one of the file: it was made anew over other facts",
                    number=number,
                    where=where,
                )

    def _compared(self, seal: Seal, read: Read) -> Iterator[str]:
        own, company_id = self._seals.get(seal.number), self._house.company_id
        if read.sound:
            if own == seal and store.leaves_of(self._connection, company_id, seal.number) != read.leaves:
                yield said(
                    "seal {number}: the leaves kept beside it were altered, its facts were not", number=seal.number
                )
            return
        block = store.block(self._connection, company_id, seal.number) if own else None
        kept = self._kept.get(seal.number)
        for one in (kept.block if kept else None, block):
            if one and trees.root(one.leaves) == seal.root:
                self._naming.take(_sealed(seal, one), [Entry(f.position, f.event_id, f.leaf) for f in read.found])
                return
        yield from (Deed("missing", first, last).sentence() for first, last in read.gaps)
        if read.found:
            yield said(
                "facts {first} to {last} are not those of seal {number}, nor is what was kept beside it",
                first=seal.first,
                last=seal.last,
                number=seal.number,
            )

    def _told(self) -> Iterator[str]:
        self._naming.add_altered(self._altered_too())
        deeds = self._naming.deeds()
        for deed in deeds[:MOST_DEEDS]:
            topic = self._topic(deed)
            yield said("{deed} ({topic})", deed=deed.sentence(), topic=topic) if topic else deed.sentence()
        if len(deeds) > MOST_DEEDS:
            yield said("{count} more differences", count=len(deeds) - MOST_DEEDS)

    def _topic(self, deed: Deed) -> str:
        if deed.first != deed.last or deed.kind in ("removed", "moved"):
            return ""
        row = self._connection.execute(
            "select topic from fact where company_id = %s and position = %s", (self._house.company_id, deed.first)
        ).fetchone()
        return row[0] if row else ""

    def _altered_too(self) -> Iterator[int]:
        """Of the facts that were moved, those that are not what they were at their old place."""
        moved = sorted(self._naming.moved.items())[:MOST_MOVED]
        for position, now in moved:
            sealed = self._sealed_leaf(position)
            for fact in leaves.stored(self._connection, self._house.company_id, now, now):
                if sealed not in _as_before(str(self._house.company_id), fact, position):
                    yield now

    def _sealed_leaf(self, position: int) -> bytes | None:
        for seal in (kept.seal for kept in self._kept.values()):
            if seal.first <= position <= seal.last and (block := self._kept[seal.number].block):
                return block.leaves[position - seal.first]
        row = self._connection.execute(
            """select substr(leaves, (%(at)s - first_position)::integer * 32 + 1, 32) from seal
                where company_id = %(company)s and %(at)s between first_position and last_position""",
            {"company": self._house.company_id, "at": position},
        ).fetchone()
        return row[0] if row else None


def _sealed(seal: Seal, block: store.Block) -> list[Entry]:
    return [
        Entry(seal.first + at, event_id, leaf)
        for at, (event_id, leaf) in enumerate(zip(block.event_ids, block.leaves, strict=True))
    ]


def _as_before(company: str, fact: leaves.SealedFact, position: int) -> set[bytes]:
    """The leaf a fact would have at another position, also if its version was counted up or down with it."""
    return {
        leaves.leaf(company, fact._replace(position=position, version=version))
        for version in (fact.version, fact.version - 1, fact.version + 1)
    }
