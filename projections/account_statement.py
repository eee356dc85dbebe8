"""A customer's account to look at (estratto conto): balances, what moved them, what is open and how late."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.rules.account import Account, Move, MoveKind, account
from projections.base import Ask, Reader

MOVES = """select m.on_day as "on", m.kind, m.group_id, m.record_id, m.part, m.number, m.reference, m.amount,
                  r.number as document, r.issued_on, p.due_on
             from {account_move} m
             left join {account_record} r on r.record_id = m.record_id
             left join {account_part} p on p.record_id = m.record_id and p.part = m.part
            where m.customer_id = %(customer_id)s and m.currency = %(currency)s and m.on_day <= %(to_on)s
              and not coalesce(r.is_refused, false)
            order by m.on_day, m.position, m.line"""


class AskAccount(Ask):
    """A customer's account over a period, both days included; in one currency."""

    customer_id: UUID
    from_on: date
    to_on: date
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")


def account_of(reader: Reader, customer_id: UUID, from_on: date, to_on: date, currency: str) -> Account:
    """See `Lookups.account_of`."""
    asked = {"customer_id": customer_id, "to_on": to_on, "currency": currency}
    moves = [Move.model_validate(row) for row in reader.rows(MOVES, asked)]
    return account(moves, from_on, to_on)


def account_statement(reader: Reader, ask: AskAccount) -> dict[str, Any] | None:
    """Opening balance, movements with the balance after each, open due dates, ageing, closing balance.

    The closing balance is what the due-date ledger has open, less what stands on account; refused invoices are left
    out of both.
    """
    customer = reader.row("select party_id, code, name from {party} where party_id = %(customer_id)s", dict(ask))
    if customer is None:
        return None
    found = account_of(reader, ask.customer_id, ask.from_on, ask.to_on, ask.currency)
    return {"customer": customer, "currency": ask.currency, **found.model_dump()}


def account_lines(reader: Reader, ask: AskAccount) -> list[dict[str, Any]]:
    """The movements as a list, from the opening to the closing balance: debit what is owed more, credit what less."""
    found = account_of(reader, ask.customer_id, ask.from_on, ask.to_on, ask.currency)
    ends = {"number": None, "reference": None, "debit": None, "credit": None}
    opening = {**ends, "on": ask.from_on, "kind": MoveKind.OPENING.value, "balance": found.opening}
    closing = {**ends, "on": ask.to_on, "kind": MoveKind.CLOSING.value, "balance": found.closing}
    told = [
        {
            **line.model_dump(include={"on", "number", "reference", "balance"}),
            "kind": line.kind.value,
            "debit": line.amount if line.amount > 0 else None,
            "credit": -line.amount if line.amount < 0 else None,
        }
        for line in found.lines
    ]
    return [opening, *told, closing]
