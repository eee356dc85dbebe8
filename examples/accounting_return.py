#!/usr/bin/env python3
"""The way back: what accounting registers of customers' money becomes commands of Libretto, each exactly once.

Reads accounting's entries from a CSV file and keeps what became of each in the ledger of `accounting_consumer.py`. It
may be run again at any time, with the same file or a longer one: `Idempotency-Key` and the ids of what is recorded come
from the entry's own id, so that neither a second run nor a lost answer records anything twice.

    LIBRETTO_TOKEN=… python -m examples.accounting_return ledger.db entries.csv --http http://localhost:8000 \\
        --company rossi

Columns: entry_id, kind, booked_on, customer_id, number, amount, due_on, residual, of.

* `payment`: money came; it settles the invoice or open item `number`, or stays on the account of `customer_id`.
* `reversal`: the money of entry `of` went back.
* `invoice`, `credit_note`: accounting issued a document of its own; Libretto is to collect what is open of it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from examples.accounting_ledger import Ledger
from examples.accounting_rules import BANK, ON_ACCOUNT, Entry

ENTRIES = UUID("5f3d1c2e-9a47-5b80-8d1f-6e2a7c4b9d30")
DONE, WAITING = "done", "unknown-document"
ALREADY_PAID = "already-paid"
OUTCOMES = {"payment-too-large": ALREADY_PAID}
"""What a refusal of Libretto means to accounting, where it has a name of its own there."""

Row = Mapping[str, str]
Send = Callable[[str, dict[str, Any], UUID], "Answer"]


class Answer(NamedTuple):
    """What Libretto said: accepted, or the code and sentence of its refusal."""

    code: str | None
    said: str


class NotAnswered(Exception):
    """Libretto cannot be reached or does not work; nothing is noted, so that the next run tries again."""


def take(ledger: Ledger, company_id: str, rows: Iterable[Row], send: Send) -> Counter[str]:
    """Carry out every entry that is not done yet; how many came to which outcome. Raises `NotAnswered`."""
    counted: Counter[str] = Counter()
    for row in rows:
        if ledger.outcome(company_id, row["entry_id"]) == DONE:
            counted["repeated"] += 1
            continue
        outcome, said = _one(ledger, company_id, row, send)
        with ledger.transaction():
            ledger.note_outcome(company_id, row["entry_id"], outcome, said)
        counted[outcome] += 1
    return counted


def entry_key(company_id: str, entry_id: str, what: str) -> UUID:
    """The id that Libretto knows an entry by: the same one however often it is sent."""
    return uuid5(ENTRIES, f"{company_id}/{what}/{entry_id}")


def _one(ledger: Ledger, company_id: str, row: Row, send: Send) -> tuple[str, str]:
    asked = KINDS[row["kind"]](ledger, company_id, row)
    if asked is None:
        return WAITING, f"{row['number'] or row['of']} is not known yet"
    path, body = asked
    answer = send(path, body, entry_key(company_id, row["entry_id"], "command"))
    return (DONE if answer.code is None else OUTCOMES.get(answer.code, answer.code)), answer.said


Asked = tuple[str, dict[str, Any]]


def _payment(ledger: Ledger, company_id: str, row: Row) -> Asked | None:
    """Money is booked here by accounting; by the stream it is only moved from the customer's account to documents."""
    payment_id, amount = entry_key(company_id, row["entry_id"], "payment"), Decimal(row["amount"])
    found = ledger.document(company_id, row["number"]) if row["number"] else None
    party = found[1] if found else row["customer_id"]
    with ledger.transaction():
        ledger.claim(company_id, str(payment_id))
        rows = (Entry(row["booked_on"], row["number"], party, BANK, amount), Entry(
            row["booked_on"], row["number"], party, ON_ACCOUNT, -amount))  # fmt: skip
        ledger.book(company_id, f"accounting:{row['entry_id']}", rows)
    if row["number"] and found is None:
        return None
    settles = [{"record_id": found[0], "amount": row["amount"]}] if found else []
    return "customer-payments", {
        "payment_id": str(payment_id),
        "customer_id": party,
        "amount": {"amount": row["amount"]},
        "paid_on": row["booked_on"],
        "reference": row["entry_id"],
        "allocations": settles,
    }


def _reversal(ledger: Ledger, company_id: str, row: Row) -> Asked | None:
    payment_id, amount = entry_key(company_id, row["of"], "payment"), Decimal(row["amount"])
    with ledger.transaction():
        ledger.claim(company_id, f"reversed:{payment_id}")
        rows = (
            Entry(row["booked_on"], row["of"], row["customer_id"], ON_ACCOUNT, amount),
            Entry(row["booked_on"], row["of"], row["customer_id"], BANK, -amount),
        )
        ledger.book(company_id, f"accounting:{row['entry_id']}", rows)
    if ledger.outcome(company_id, row["of"]) != DONE:
        return None
    body = {"reversed_on": row["booked_on"], "reason": row["entry_id"]}
    return f"customer-payments/{payment_id}/reverse", body


def _open_item(ledger: Ledger, company_id: str, row: Row) -> Asked | None:
    item_id = str(entry_key(company_id, row["entry_id"], "open-item"))
    with ledger.transaction():
        ledger.name_document(company_id, row["number"], item_id, row["customer_id"])
    return "open-items", {
        "open_item_id": item_id,
        "customer_id": row["customer_id"],
        "kind": row["kind"],
        "number": row["number"],
        "issued_on": row["booked_on"],
        "due_on": row["due_on"] or row["booked_on"],
        "amount": {"amount": row["amount"]},
        "residual": {"amount": row["residual"] or row["amount"]},
    }


KINDS: dict[str, Callable[[Ledger, str, Row], Asked | None]] = {
    "payment": _payment,
    "reversal": _reversal,
    "invoice": _open_item,
    "credit_note": _open_item,
}


def sender(address: str, company: str) -> Send:
    """Commands over HTTP; the token is taken from LIBRETTO_TOKEN."""

    def send(path: str, body: dict[str, Any], key: UUID) -> Answer:
        headers = {
            "authorization": f"Bearer {os.environ.get('LIBRETTO_TOKEN', '')}",
            "content-type": "application/json",
            "idempotency-key": str(key),
        }
        url = f"{address}/v1/{company}/{path}"
        asked = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - the user's own address
        try:
            with urllib.request.urlopen(asked, timeout=60):  # noqa: S310 - the same address
                return Answer(None, "")
        except urllib.error.HTTPError as error:
            return answer_of(error.code, error.read())
        except OSError as error:
            raise NotAnswered(str(error)) from error

    return send


def answer_of(status: int, body: bytes) -> Answer:
    """What an answer means: done, refused for good, or no answer at all. Raises `NotAnswered`."""
    if status < 400:
        return Answer(None, "")
    if status >= 500 or status in (401, 403, 408, 429):
        raise NotAnswered(f"{status}: {body.decode(errors='replace')[:200]}")
    problem = json.loads(body)
    return Answer(problem["code"], problem.get("detail") or problem.get("title") or "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Send what is not done; print what was refused; exit status 1 when something was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ledger", help="the SQLite file of accounting_consumer.py")
    parser.add_argument("entries", help="the CSV file")
    parser.add_argument("--http", required=True, help="address of the API")
    parser.add_argument("--company", required=True, help="the company's short name")
    parser.add_argument("--company-id", required=True, help="the company's id, as the stream names it")
    args = parser.parse_args(arguments)
    ledger = Ledger(args.ledger)
    with Path(args.entries).open(encoding="utf-8", newline="") as file:
        counted = take(ledger, args.company_id, csv.DictReader(file), sender(args.http, args.company))
    for outcome, count in sorted(counted.items()):
        sys.stdout.write(f"{outcome:<20} {count}\n")
    refused = ledger.db.execute("select entry_id, outcome, said from returned where outcome != ?", (DONE,)).fetchall()
    for entry_id, outcome, said in refused:
        sys.stdout.write(f"{entry_id}: {outcome}: {said}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
