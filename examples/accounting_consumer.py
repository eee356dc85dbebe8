#!/usr/bin/env python3
"""An accounting program that keeps a double-entry ledger from Libretto's public stream, exactly once.

It stands alone: the standard library, and kafka-python unless it reads over HTTP. The ledger, the last sequence seen of
each company and the place in Kafka change together in one SQLite transaction, so that it may be killed at any moment.

    python accounting_consumer.py ledger.db --kafka localhost:9092 --topic libretto.public.v1
    LIBRETTO_TOKEN=… python accounting_consumer.py ledger.db --http http://localhost:8000 --company rossi
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

Event = dict[str, Any]
Row = tuple[str, Decimal]
"""An account and what is booked to it: debit above zero, credit below."""

RECEIVABLES, BANK, VAT_PAYABLE, UNASSIGNED_REVENUE = "customers", "bank", "vat-payable", "revenue"
HOLE = 3
"""Exit status when the stream has a hole: someone must look before anything else is booked."""

SCHEMA = """
create table if not exists stream (company text, epoch text, last_sequence integer not null,
    primary key (company, epoch)) without rowid;
create table if not exists place (topic text, part integer, next_offset integer not null,
    primary key (topic, part)) without rowid;
create table if not exists entry (company text, event_id text, row integer, epoch text not null,
    sequence integer not null, booked_on text not null, document text not null, party text not null,
    account text not null, debit_cents integer not null, credit_cents integer not null,
    primary key (company, event_id, row)) without rowid;
"""


class Hole(Exception):
    """The stream skipped a sequence: facts are missing, and booking on would make the ledger wrong."""


class Ledger:
    """The books, and how far the stream has been read."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = full")
        self.db.executescript(SCHEMA)

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
        company, epoch = event["source"].removeprefix("/companies/"), event["epoch"]
        last = self.last(company, epoch)
        if event["sequence"] <= last:
            return False
        if event["sequence"] != last + 1:
            raise Hole(f"company {company}: sequence {event['sequence']} follows {last}")
        for number, (account, amount) in enumerate(rows_of(event)):
            self._book(company, event, number, account, amount)
        self.db.execute(
            "insert into stream values (?, ?, ?) on conflict do update set last_sequence = excluded.last_sequence",
            (company, epoch, event["sequence"]),
        )
        return True

    def last(self, company: str, epoch: str) -> int:
        """The last sequence seen of a company's stream; 0 when none was."""
        found = self.db.execute(
            "select last_sequence from stream where company = ? and epoch = ?", (company, epoch)
        ).fetchone()
        return found[0] if found else 0

    def _book(self, company: str, event: Event, number: int, account: str, amount: Decimal) -> None:
        data, booked_on, document = event["data"], *_paper(event["data"])
        party = data["party_id"] if "party_id" in data else data["customer"]["party_id"]
        # After a restore the stream begins anew under another epoch and tells the same events again, by the same id.
        self.db.execute(
            """insert into entry values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update
               set epoch = excluded.epoch, sequence = excluded.sequence""",
            (
                company, event["id"], number, event["epoch"], event["sequence"], booked_on, document, party, account,
                cents(max(amount, Decimal(0))), cents(max(-amount, Decimal(0))),
            ),
        )  # fmt: skip


def _paper(data: Event) -> tuple[str, str]:
    if "paid_on" in data:
        return data["paid_on"], data["invoice_number"]
    return data["issued_on"], data["number"]


def cents(amount: Decimal) -> int:
    """Whole cents; amounts of the stream never have finer parts."""
    return int(amount * 100)


def rows_of(event: Event) -> list[Row]:
    """The balanced rows of an event; none for events that do not concern the ledger."""
    if event["type"] == "libretto.invoice.issued.v1":
        return invoice_rows(event["data"])
    if event["type"] == "libretto.invoice.credited.v1":
        return [(account, -amount) for account, amount in invoice_rows(event["data"])]
    if event["type"] == "libretto.payment.recorded.v1":
        amount = Decimal(event["data"]["amount"])
        return [(BANK, amount), (RECEIVABLES, -amount)]
    return []


def invoice_rows(data: Event) -> list[Row]:
    """Receivable against revenue by account and VAT; VAT under split payment is never ours to collect or to owe."""
    revenue: dict[str, Decimal] = {}
    for line in data["lines"]:
        account = line["account"] or UNASSIGNED_REVENUE
        revenue[account] = revenue.get(account, Decimal(0)) + Decimal(line["amount"])
    vat = sum((Decimal(each["vat"]) for each in data["vat_summary"] if not each["split_payment"]), Decimal(0))
    rows = [(RECEIVABLES, Decimal(data["payable"]))]
    rows += [(account, -amount) for account, amount in sorted(revenue.items())]
    rows += [(VAT_PAYABLE, -vat)] if vat else []
    if sum(amount for _, amount in rows) != 0:
        raise ValueError(f"document {data['number']} does not balance")
    return rows


class Stop:
    """Whether somebody asked to stop; the transaction at hand is finished first."""

    asked = False

    def listen(self) -> Stop:
        """Take SIGTERM and Ctrl-C as asking."""
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, self._ask)
        return self

    def _ask(self, *_: object) -> None:
        self.asked = True


def from_kafka(ledger: Ledger, args: argparse.Namespace, stop: Stop) -> None:
    """Follow every partition of the topic from where the ledger stands, not from where a group committed."""
    from kafka import KafkaConsumer, TopicPartition

    version = tuple(map(int, args.api_version.split("."))) if args.api_version else None
    consumer = KafkaConsumer(
        bootstrap_servers=args.kafka.split(","),
        api_version=version,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        reconnect_backoff_max_ms=500,
    )
    while not (parts := consumer.partitions_for_topic(args.topic)) and not stop.asked:
        time.sleep(0.2)
    assigned = [TopicPartition(args.topic, part) for part in sorted(parts or ())]
    consumer.assign(assigned)
    for part in assigned:
        place = ledger.db.execute(
            "select next_offset from place where topic = ? and part = ?", (part.topic, part.partition)
        ).fetchone()
        consumer.seek(part, place[0]) if place else consumer.seek_to_beginning(part)
    idle_since = time.monotonic()
    while not stop.asked and not (args.idle and time.monotonic() - idle_since > args.idle):
        for part, records in consumer.poll(timeout_ms=200, max_records=args.batch).items():
            idle_since = time.monotonic()
            with ledger.transaction():
                for record in records:
                    ledger.take(json.loads(record.value))
                ledger.db.execute(
                    "insert into place values (?, ?, ?) on conflict do update set next_offset = excluded.next_offset",
                    (part.topic, part.partition, records[-1].offset + 1),
                )
    consumer.close()


def from_http(ledger: Ledger, args: argparse.Namespace, stop: Stop) -> None:
    """Follow one company's stream page by page, waiting at its end."""
    epoch, after = "", 0
    while not stop.asked:
        wait = 0 if args.idle else 20
        page = _get(f"{args.http}/v1/{args.company}/events?after={after}&limit={args.batch}&wait={wait}")
        if page["epoch"] != epoch:
            epoch, after = page["epoch"], ledger.last(page["company_id"], page["epoch"])
            continue
        with ledger.transaction():
            for event in page["items"]:
                ledger.take(event)
        after = page["next"]
        if args.idle and not page["items"]:
            return


def _get(address: str) -> Any:
    headers = {"authorization": f"Bearer {os.environ.get('LIBRETTO_TOKEN', '')}"}
    asked = urllib.request.Request(address, headers=headers)  # noqa: S310 - the address comes from whoever starts this
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - the same address
        return json.load(answer)


def balances(ledger: Ledger) -> Iterable[tuple[str, str, int]]:
    """Company, account and balance in cents, debit above zero."""
    return ledger.db.execute(
        "select company, account, sum(debit_cents - credit_cents) from entry group by 1, 2 order by 1, 2"
    ).fetchall()


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the stream until stopped; exit status 3 when it has a hole."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", help="the SQLite file")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--kafka", help="servers, with commas between them")
    source.add_argument("--http", help="address of the API; the token is taken from LIBRETTO_TOKEN")
    parser.add_argument("--topic", default="libretto.public.v1")
    parser.add_argument("--company", help="the company's short name, with --http")
    parser.add_argument("--api-version", help="such as 2.3, for brokers that cannot negotiate it")
    parser.add_argument("--batch", type=int, default=200, help="events to a transaction")
    parser.add_argument("--idle", type=float, help="stop when nothing has come for so many seconds")
    args = parser.parse_args(arguments)
    ledger = Ledger(args.ledger)
    try:
        (from_kafka if args.kafka else from_http)(ledger, args, Stop().listen())
    except Hole as hole:
        sys.stderr.write(f"ALARM: {hole}; nothing was booked after it\n")
        return HOLE
    for company, account, balance in balances(ledger):
        sys.stdout.write(f"{company}  {account:<12} {balance / 100:>14.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
