#!/usr/bin/env python3
"""An accounting program that keeps a double-entry ledger from Libretto's public stream, exactly once.

It stands alone: the standard library, and kafka-python unless it reads over HTTP. The ledger, the last sequence seen of
each company and the place in Kafka change together in one SQLite transaction, so that it may be killed at any moment.

    python -m examples.accounting_consumer ledger.db --kafka localhost:9092 --topic libretto.public.v1
    LIBRETTO_TOKEN=… python -m examples.accounting_consumer ledger.db --http http://localhost:8000 --company rossi
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

from examples.accounting_ledger import Ledger, balances, trial_balance
from examples.accounting_rules import Deferral
from examples.consumer_kit.sequence_guard import Hole

HOLE = 3
"""Exit status when the stream has a hole: someone must look before anything else is booked."""


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
    parser.add_argument("--deferral", type=Deferral, choices=list(Deferral), default=Deferral.MONTHLY)
    parser.add_argument("--on", help="print the trial balance of this day instead of the balances, as 2026-12-31")
    args = parser.parse_args(arguments)
    ledger = Ledger(args.ledger, args.deferral)
    try:
        (from_kafka if args.kafka else from_http)(ledger, args, Stop().listen())
    except Hole as hole:
        sys.stderr.write(f"ALARM: {hole}; nothing was booked after it\n")
        return HOLE
    for company, account, debit, credit in trial_balance(ledger, args.on) if args.on else ():
        sys.stdout.write(f"{company}  {account:<26} {debit / 100:>14.2f} {credit / 100:>14.2f}\n")
    for company, account, balance in () if args.on else balances(ledger):
        sys.stdout.write(f"{company}  {account:<26} {balance / 100:>14.2f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
