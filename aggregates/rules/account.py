"""A customer's account (conto cliente): opening balance, what moved it, what is open at the end and how late that is.

Amounts are euro, or the account's currency: above zero what the customer owes, below zero what is owed to the customer.
Every balance is a plain sum of moves, so that the closing of a period is the opening of the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from aggregates.values import Rate, Value

NOTHING = Decimal("0.00")
AGES = (("to_30", 30), ("to_60", 60), ("to_90", 90))
"""Days late, at most, of the columns of the ageing; later than the last is `over_90`."""


class MoveKind(StrEnum):
    """What moves an account."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    IMPORTED = "imported"
    """A document issued elsewhere, as it was open when the company came."""
    PAYMENT = "payment"
    PAYMENT_REVERSED = "payment_reversed"
    REFUND = "refund"
    SETTLEMENT = "settlement"
    """Money on account or a credit that settles a document: the account itself does not change by it."""
    OPENING = "opening"
    CLOSING = "closing"
    """On lists alone: the balance before the first move and after the last one."""


class Move(Value):
    """One change of an account, on its day: of a due date, or of money on account."""

    on: date
    kind: MoveKind
    group_id: UUID
    """What belongs together on a line: a document, or a payment."""
    amount: Rate
    record_id: UUID | None = None
    """The document whose due date it moves; None for money on account."""
    part: int | None = None
    number: str | None = None
    reference: str | None = None
    document: str | None = None
    """The number of the document that is moved."""
    issued_on: date | None = None
    due_on: date | None = None


class AccountLine(Value):
    """A line of a statement (movimento), with the balance after it."""

    on: date
    kind: MoveKind
    number: str | None
    reference: str | None
    amount: Rate
    balance: Rate


class OpenPart(Value):
    """A due date that is open at the end (partita aperta), or money on account where it has none."""

    record_id: UUID | None
    number: str | None
    part: int | None
    issued_on: date | None
    due_on: date | None
    open: Rate
    days_late: int


class Ageing(Value):
    """What is open by how late it is (anzianità); credits and money on account stand by themselves, below zero."""

    not_due: Rate = NOTHING
    to_30: Rate = NOTHING
    to_60: Rate = NOTHING
    to_90: Rate = NOTHING
    over_90: Rate = NOTHING
    credit: Rate = NOTHING
    on_account: Rate = NOTHING


class Account(Value):
    """An account over a period, both days included."""

    from_on: date
    to_on: date
    opening: Rate
    lines: tuple[AccountLine, ...]
    closing: Rate
    parts: tuple[OpenPart, ...]
    ageing: Ageing


def account(moves: Sequence[Move], from_on: date, to_on: date) -> Account:
    """An account as its moves tell it; moves after the period are left out. The moves stand in their order."""
    told = sorted((move for move in moves if move.on <= to_on), key=lambda move: move.on)
    opening = total(move.amount for move in told if move.on < from_on)
    lines = _lines([move for move in told if move.on >= from_on], opening)
    parts = _parts(told, to_on)
    return Account(
        from_on=from_on,
        to_on=to_on,
        opening=opening,
        lines=lines,
        closing=lines[-1].balance if lines else opening,
        parts=parts,
        ageing=ageing(parts),
    )


def ageing(parts: Sequence[OpenPart]) -> Ageing:
    """The open parts in columns; their sum is the balance."""
    sums: dict[str, Decimal] = {}
    for part in parts:
        column = _column(part)
        sums[column] = sums.get(column, NOTHING) + part.open
    return Ageing(**sums)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts; zero of none."""
    return sum(amounts, NOTHING)


def _column(part: OpenPart) -> str:
    if part.record_id is None:
        return "on_account"
    if part.open < 0:
        return "credit"
    if part.days_late <= 0:
        return "not_due"
    return next((name for name, most in AGES if part.days_late <= most), "over_90")


def _lines(moves: Sequence[Move], opening: Decimal) -> tuple[AccountLine, ...]:
    """What happened on a day to one document or payment is one line; what changes nothing is none."""
    lines: list[AccountLine] = []
    balance = opening
    for on, of_day in groupby(moves, key=lambda move: move.on):
        groups: dict[UUID, list[Move]] = {}
        for move in of_day:
            groups.setdefault(move.group_id, []).append(move)
        for group in groups.values():
            amount = total(move.amount for move in group)
            if amount:
                balance += amount
                lines.append(_line(on, group, amount, balance))
    return tuple(lines)


def _line(on: date, group: Sequence[Move], amount: Decimal, balance: Decimal) -> AccountLine:
    first = next((move for move in group if move.kind is not MoveKind.SETTLEMENT), group[0])
    return AccountLine(
        on=on, kind=first.kind, number=first.number, reference=first.reference, amount=amount, balance=balance
    )


def _parts(moves: Sequence[Move], to_on: date) -> tuple[OpenPart, ...]:
    """Every due date and every payment that is not settled, by due date; money on account at the end."""
    known: dict[tuple[UUID, int | None], list[Move]] = {}
    for move in moves:
        known.setdefault((move.record_id or move.group_id, move.part), []).append(move)
    parts = [_part(group, to_on) for group in known.values() if total(move.amount for move in group)]
    return tuple(sorted(parts, key=lambda part: (part.due_on or date.max, part.number or "", part.part or 0)))


def _part(group: Sequence[Move], to_on: date) -> OpenPart:
    first, amount = group[0], total(move.amount for move in group)
    is_late = first.due_on is not None and amount > 0
    return OpenPart(
        record_id=first.record_id,
        number=first.document if first.record_id else first.reference or first.number,
        part=first.part,
        issued_on=first.issued_on if first.record_id else first.on,
        due_on=first.due_on,
        open=amount,
        days_late=max((to_on - first.due_on).days, 0) if is_late and first.due_on else 0,
    )
