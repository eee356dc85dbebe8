"""Payments from bank statements (incassi da estratto conto): matched, recorded once, the rest listed for people.

An entry is known by the batch that it settles or returns, or by the documents that its text names for its amount. The
same file again changes nothing: each entry's payment has an id that follows from the account and the bank's reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from aggregates.base import Act, Refusal
from aggregates.customer_payment import BankEntry
from aggregates.rules.payment_matching import Match, MatchKind, OpenDueDate, match_payment
from aggregates.values import Money
from commands.base import Command
from commands.catalog import BY_NAME
from commands.collection import ReturnCollectionLine, SettleCollection
from commands.customer_payment import RecordCustomerPayment
from commands.payables import WantedAllocation
from gateways.collections.statements import StatementEntry, read
from projections.collections import collection_line_of

if TYPE_CHECKING:
    from gateways.wiring import House

ENTRIES = UUID("9f6e2f0a-6d59-5b0c-8a2b-57d0c3f4e218")
OPEN = """select record_id, part, customer_id, number, due_on, open from {due_part}
 where open > 0 and kind = 'invoice' order by due_on, number, part"""


@dataclass(frozen=True)
class EntryTaken:
    """What became of an entry: `matched`, `known`, `settled`, `returned`, `refused`, or why it waits for people."""

    entry_id: str
    value_on: str
    amount: str
    status: str
    customer_id: str | None = None
    documents: tuple[str, ...] = ()
    text: str = ""
    detail: str | None = None


def take_statement(house: House, data: bytes, act: Act, *, dry_run: bool = False) -> list[EntryTaken]:
    """Take a statement in; one that cannot be recorded leaves the others alone. Raises `NotAStatement`."""
    entries = read(data)
    open_dates = {(row["record_id"], row["part"]): OpenDueDate(**row) for row in house.reader.rows(OPEN)}
    return [_take(house, entry, open_dates, act, dry_run) for entry in entries]


def payment_id(house: House, entry: StatementEntry) -> UUID:
    """The id of an entry's payment: the same whenever it is read."""
    return uuid5(ENTRIES, f"{house.company_id}/{entry.account or ''}/{entry.entry_id}")


def _take(
    house: House, entry: StatementEntry, due: dict[tuple[UUID, int], OpenDueDate], act: Act, dry_run: bool
) -> EntryTaken:
    line = collection_line_of(house.reader, entry.end_to_end_id) if entry.end_to_end_id else None
    if line is not None:
        return _of_batch(house, entry, line, act, dry_run)
    if entry.amount <= 0:
        return _told(entry, "outgoing")
    if entry.currency != "EUR":
        return _told(entry, "unmatched", detail=entry.currency)
    known = payment_id(house, entry)
    if house.reader.row("select 1 as n from {customer_money} where payment_id = %(id)s", {"id": known}):
        return _told(entry, "known")
    match = match_payment(entry.text, entry.amount, due.values())
    if match.kind is not MatchKind.MATCHED:
        return _told(entry, match.kind.value, match)
    if not dry_run:
        refused = _do(house, "record-customer-payment", _payment(entry, known, match), known, act)
        if refused is not None:
            return _told(entry, "refused", match, refused)
    for part in match.parts:
        # What one entry settles, the next of the same file finds no more.
        due.pop((part.record_id, part.part), None)
    return _told(entry, "matched", match)


def _payment(entry: StatementEntry, known: UUID, match: Match) -> RecordCustomerPayment:
    assert match.customer_id is not None
    return RecordCustomerPayment(
        payment_id=known,
        customer_id=match.customer_id,
        amount=Money(amount=entry.amount),
        paid_on=entry.value_on,
        reference=entry.text[:140] or None,
        allocations=tuple(
            WantedAllocation(record_id=part.record_id, part=part.part, amount=part.open) for part in match.parts
        ),
        entry=BankEntry(account=entry.account, entry=entry.entry_id, text=entry.text[:500] or None),
    )


def _of_batch(house: House, entry: StatementEntry, line: tuple[UUID, int], act: Act, dry_run: bool) -> EntryTaken:
    """The outcome of a line of a batch: paid, or back."""
    collection_id, number = line
    is_back = entry.is_return or entry.amount < 0
    row = house.reader.row(
        "select * from {collection_line} where collection_id = %(id)s and line = %(line)s",
        {"id": collection_id, "line": number},
    )
    assert row is not None
    told: dict[str, Any] = {"documents": (row["document"],), "customer_id": str(row["customer_id"])}
    if abs(entry.amount) != row["amount"]:
        return _told(entry, "other_amount", detail=f"{row['amount']}", **told)
    if row["state"] == "returned" or (row["state"] == "settled" and not is_back):
        return _told(entry, "known", **told)
    if not dry_run:
        known = uuid5(payment_id(house, entry), "returned" if is_back else "settled")
        command: Command = SettleCollection(collection_id=collection_id, lines=(number,), settled_on=entry.value_on)
        if is_back:
            command = ReturnCollectionLine(
                collection_id=collection_id,
                line=number,
                returned_on=entry.value_on,
                code=entry.return_code,
                reason=entry.text[:140] or None,
            )
        refused = _do(house, "return-collection-line" if is_back else "settle-collection", command, known, act)
        if refused is not None:
            return _told(entry, "refused", detail=refused, **told)
    return _told(entry, "returned" if is_back else "settled", **told)


def _do(house: House, name: str, command: Command, command_id: UUID, act: Act) -> str | None:
    """Give a command; the sentence of its refusal, if it is refused."""
    try:
        house.desk.execute(BY_NAME[name], command, act, uuid5(command_id, name))
    except Refusal as refusal:
        return str(refusal)
    return None


def _told(
    entry: StatementEntry,
    status: str,
    match: Match | None = None,
    detail: str | None = None,
    **more: Any,
) -> EntryTaken:
    if match is not None:
        more.setdefault("documents", _numbers(match.parts))
        more.setdefault("customer_id", str(match.customer_id) if match.customer_id else None)
    amount: Decimal = entry.amount
    day = entry.value_on.isoformat()
    return EntryTaken(entry.entry_id, day, str(amount), status, text=entry.text[:200], detail=detail, **more)


def _numbers(parts: Iterable[OpenDueDate]) -> tuple[str, ...]:
    numbers: Sequence[str] = list(dict.fromkeys(part.number for part in parts))
    return tuple(numbers)
