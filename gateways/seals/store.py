"""The seals of a company as the database keeps them: added, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateways.postgres.database import Connection
from gateways.seals.chain import Seal
from gateways.seals.leaves import SIZE

ID_SIZE = 16
"""Bytes of an event id."""
COLUMNS = """company_id::text, number, first_position, last_position, root, previous,
    to_char(made_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), hash"""


@dataclass(frozen=True)
class Block:
    """What is kept beside a seal: the leaf and the event id of each fact, by place in the block."""

    leaves: list[bytes]
    event_ids: list[str]

    @property
    def packed(self) -> tuple[bytes, bytes]:
        """Leaves and ids as stored."""
        return b"".join(self.leaves), b"".join(UUID(each).bytes for each in self.event_ids)


@dataclass(frozen=True)
class Stamp:
    """The token of an authority over the hash of a seal."""

    number: int
    authority: str
    token: bytes
    stamped_at: datetime


@dataclass(frozen=True)
class Head:
    """What the database says the last seal is."""

    number: int
    last: int
    hash: bytes


def seals(
    connection: Connection, company_id: UUID, first_number: int = 1, last_number: int | None = None
) -> list[Seal]:
    """The seals of a company between two numbers, both included."""
    rows = connection.execute(
        f"""select {COLUMNS} from seal
             where company_id = %s and number >= %s and (%s::integer is null or number <= %s) order by number""",  # noqa: S608 - a constant list of columns
        (company_id, first_number, last_number, last_number),
        binary=True,
    )
    return [Seal(*row) for row in rows]


def last_seal(connection: Connection, company_id: UUID) -> Seal | None:
    """The newest seal of a company."""
    row = connection.execute(
        f"select {COLUMNS} from seal where company_id = %s order by number desc limit 1",  # noqa: S608 - a constant list of columns
        (company_id,),
        binary=True,
    ).fetchone()
    return Seal(*row) if row else None


def seal_over(connection: Connection, company_id: UUID, position: int) -> Seal | None:
    """The seal whose block holds a position."""
    row = connection.execute(
        f"""select {COLUMNS} from seal
             where company_id = %s and first_position <= %s and last_position >= %s order by number limit 1""",  # noqa: S608 - a constant list of columns
        (company_id, position, position),
        binary=True,
    ).fetchone()
    return Seal(*row) if row else None


def block(connection: Connection, company_id: UUID, number: int) -> Block | None:
    """What is kept beside a seal."""
    row = connection.execute(
        "select leaves, event_ids from seal where company_id = %s and number = %s", (company_id, number), binary=True
    ).fetchone()
    return unpacked(*row) if row else None


def leaves_of(connection: Connection, company_id: UUID, number: int) -> bytes | None:
    """The leaves kept beside a seal, one after the other."""
    row = connection.execute(
        "select leaves from seal where company_id = %s and number = %s", (company_id, number), binary=True
    ).fetchone()
    return row[0] if row else None


def unpacked(leaves: bytes, ids: bytes) -> Block:
    """What is kept beside a seal, from its bytes."""
    return Block(
        [leaves[at : at + SIZE] for at in range(0, len(leaves), SIZE)],
        [str(UUID(bytes=ids[at : at + ID_SIZE])) for at in range(0, len(ids), ID_SIZE)],
    )


def add(connection: Connection, company_id: UUID, seal: Seal, kept: Block) -> None:
    """Keep a seal. Raises psycopg's `SerializationFailure` or `UniqueViolation` when another has come before it."""
    connection.execute(
        """insert into seal (company_id, number, first_position, last_position, root, previous, hash, made_at,
                             leaves, event_ids)
           values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        (
            company_id,
            seal.number,
            seal.first,
            seal.last,
            seal.root,
            seal.previous,
            seal.hash,
            seal.made_at,
            *kept.packed,
        ),
    )


def head(connection: Connection, company_id: UUID) -> Head | None:
    """What the last seal must be."""
    row = connection.execute(
        "select number, last_position, hash from seal_head where company_id = %s", (company_id,), binary=True
    ).fetchone()
    return Head(*row) if row else None


def stamps(connection: Connection, company_id: UUID, first_number: int = 1) -> list[Stamp]:
    """The time-stamps over a company's seals, by number of the seal."""
    rows = connection.execute(
        """select number, authority, token, stamped_at from seal_stamp
            where company_id = %s and number >= %s order by number, authority""",
        (company_id, first_number),
        binary=True,
    )
    return [Stamp(*row) for row in rows]


def last_stamped(connection: Connection, company_id: UUID, authority: str) -> int:
    """The newest seal that an authority has stamped; 0 when there is none."""
    row = connection.execute(
        "select coalesce(max(number), 0) from seal_stamp where company_id = %s and authority = %s",
        (company_id, authority),
    ).fetchone()
    return row[0] if row else 0


def add_stamp(connection: Connection, company_id: UUID, stamp: Stamp) -> None:
    """Keep a time-stamp; one that is there stays."""
    connection.execute(
        """insert into seal_stamp (company_id, number, authority, token, stamped_at) values (%s, %s, %s, %s, %s)
           on conflict do nothing""",
        (company_id, stamp.number, stamp.authority, stamp.token, stamp.stamped_at),
    )
