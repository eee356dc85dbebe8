"""What keeps a reader of the public stream exact: one number per company and epoch, saved with the work it counts.

Standard library only; copy it. `Places` is where the numbers are kept: put them into the transaction of your own work.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Protocol

Event = dict[str, Any]


class Hole(Exception):
    """The stream skipped a sequence: facts are missing, and going on would make what is built from it wrong."""


class Places(Protocol):
    """The last sequence that was dealt with, for each company and epoch."""

    def last(self, company: str, epoch: str) -> int:
        """The last sequence; 0 when none was."""

    def save(self, company: str, epoch: str, sequence: int) -> None:
        """Note that this one is dealt with, inside the caller's transaction."""


class SqlitePlaces:
    """Places in a table of an SQLite database."""

    SCHEMA = """
    create table if not exists stream (company text, epoch text, last_sequence integer not null,
        primary key (company, epoch)) without rowid;
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(self.SCHEMA)

    def last(self, company: str, epoch: str) -> int:
        """See `Places`."""
        sql = "select last_sequence from stream where company = ? and epoch = ?"
        found = self._db.execute(sql, (company, epoch)).fetchone()
        return int(found[0]) if found else 0

    def save(self, company: str, epoch: str, sequence: int) -> None:
        """See `Places`."""
        self._db.execute(
            "insert into stream values (?, ?, ?) on conflict do update set last_sequence = excluded.last_sequence",
            (company, epoch, sequence),
        )


class SequenceGuard:
    """Lets each event through once, in order, and stops at a hole."""

    def __init__(self, places: Places) -> None:
        self._places = places

    def admits(self, event: Event) -> bool:
        """True for the next event, whose place is noted; False for one that was seen before. Raises `Hole`."""
        company, epoch, sequence = company_of(event), event["epoch"], event["sequence"]
        last = self._places.last(company, epoch)
        if sequence <= last:
            return False
        if sequence != last + 1:
            raise Hole(f"company {company}: sequence {sequence} follows {last}")
        self._places.save(company, epoch, sequence)
        return True


def company_of(event: Event) -> str:
    """The company that an event is of."""
    return str(event["source"]).removeprefix("/companies/")
