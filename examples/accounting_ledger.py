"""The books of an accounting program: a double-entry ledger in an SQLite file, and how far the stream has been read.

Entries, the last sequence seen of each company and the place in Kafka change together in one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from examples.accounting_rules import Deferral, Entry, Event, entries_of
from examples.consumer_kit.sequence_guard import SequenceGuard, SqlitePlaces, company_of

SCHEMA = """
create table if not exists place (topic text, part integer, next_offset integer not null,
    primary key (topic, part)) without rowid;
create table if not exists entry (company text, event_id text, row integer, epoch text not null,
    sequence integer not null, booked_on text not null, document text not null, party text not null,
    account text not null, debit_cents integer not null, credit_cents integer not null,
    primary key (company, event_id, row)) without rowid;
create table if not exists document (company text, number text, document_id text not null, party text not null,
    primary key (company, number)) without rowid;
create table if not exists own (company text, key text, primary key (company, key)) without rowid;
create table if not exists returned (company text, entry_id text, outcome text not null, said text not null,
    primary key (company, entry_id)) without rowid;
"""


class Ledger:
    """The books, and how far the stream has been read."""

    def __init__(self, path: str, deferral: Deferral = Deferral.MONTHLY) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = full")
        self.db.executescript(SCHEMA)
        self._places = SqlitePlaces(self.db)
        self._guard = SequenceGuard(self._places)
        self._deferral = deferral

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    def take(self, event: Event) -> bool:
        """Book one event inside a transaction; False when it was seen before. Raises `Hole`."""
        if not self._guard.admits(event):
            return False
        company = company_of(event)
        entries = entries_of(event, lambda key: self.is_own(company, key), self._deferral)
        self.book(company, event["id"], entries, event["epoch"], event["sequence"])
        if event["type"] == "libretto.invoice.issued.v1":
            data = event["data"]
            self.name_document(company, data["number"], data["document_id"], data["customer"]["party_id"])
        return True

    def last(self, company: str, epoch: str) -> int:
        """The last sequence seen of a company's stream; 0 when none was."""
        return self._places.last(company, epoch)

    def book(self, company: str, key: str, entries: Iterable[Entry], epoch: str = "", sequence: int = 0) -> None:
        """Book entries under a key, once; a balanced set of them."""
        for number, entry in enumerate(entries):
            # After a restore the stream begins anew under another epoch and tells the same events by the same ids.
            self.db.execute(
                """insert into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update
                   set epoch = excluded.epoch, sequence = excluded.sequence""",
                (
                    company, key, number, epoch, sequence, entry.booked_on, entry.document, entry.party,
                    entry.account, cents(max(entry.amount, Decimal(0))), cents(max(-entry.amount, Decimal(0))),
                ),
            )  # fmt: skip

    # What accounting itself registers

    def name_document(self, company: str, number: str, document_id: str, party: str) -> None:
        """Note a document's id by its number."""
        self.db.execute(
            "insert into document values (?, ?, ?, ?) on conflict do nothing", (company, number, document_id, party)
        )

    def document(self, company: str, number: str) -> tuple[str, str] | None:
        """Id and customer of a document; None before the stream has told it."""
        found = self.db.execute(
            "select document_id, party from document where company = ? and number = ?", (company, number)
        ).fetchone()
        return (found[0], found[1]) if found else None

    def claim(self, company: str, key: str) -> None:
        """Note that accounting has booked this itself: when the stream tells it, it is not booked again."""
        self.db.execute("insert into own values (?, ?) on conflict do nothing", (company, key))

    def is_own(self, company: str, key: str) -> bool:
        """Whether accounting has booked this itself."""
        sql = "select 1 from own where company = ? and key = ?"
        return self.db.execute(sql, (company, key)).fetchone() is not None

    def outcome(self, company: str, entry_id: str) -> str | None:
        """What became of an entry that was sent to Libretto."""
        found = self.db.execute(
            "select outcome from returned where company = ? and entry_id = ?", (company, entry_id)
        ).fetchone()
        return str(found[0]) if found else None

    def note_outcome(self, company: str, entry_id: str, outcome: str, said: str) -> None:
        """Keep what became of an entry."""
        self.db.execute(
            "insert into returned values (?, ?, ?, ?) on conflict do update "
            "set outcome = excluded.outcome, said = excluded.said",
            (company, entry_id, outcome, said),
        )


def cents(amount: Decimal) -> int:
    """Whole cents; amounts of the stream never have finer parts."""
    return int(amount * 100)


def balances(ledger: Ledger) -> Iterable[tuple[str, str, int]]:
    """Company, account and balance in cents, debit above zero, with everything that is booked for days to come."""
    return ledger.db.execute(
        "select company, account, sum(debit_cents - credit_cents) from entry group by 1, 2 order by 1, 2"
    ).fetchall()


def trial_balance(ledger: Ledger, on: str) -> list[tuple[str, str, int, int]]:
    """Company, account, debit and credit in cents up to a day; all debits are all credits."""
    return ledger.db.execute(
        """select company, account, sum(debit_cents), sum(credit_cents) from entry where booked_on <= ?
            group by 1, 2 order by 1, 2""",
        (on,),
    ).fetchall()
