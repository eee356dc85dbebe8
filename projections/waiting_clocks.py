"""Clocks that wait for a block to end (orologi in attesa): which calls may start them, and since when (R1.10).

The moment is found from what was recorded: the first payment, credit, report of arrears or change of the contract
after which nothing blocks the call. Its own `act.at` counts, not the money's value date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_state import BlockReason
from aggregates.party import Arrears, Party
from aggregates.rules.arrears import blocks_from
from aggregates.rules.business_calendar import local_instant
from aggregates.values import Instant, rome_date
from projections.arrears import parameters_on
from projections.base import Page, Reader, Recorded, Row, page

NOTHING = Decimal("0.00")
ONE_DAY = timedelta(days=1)
PARTS = """select record_id, part, due_on, open, credited, credited_at from {due_part}
            where customer_id = %(customer_id)s and not is_refused
              and (open <> 0 or credited_at > %(since)s or record_id in (
                     select record_id from {due_payment}
                      where customer_id = %(customer_id)s and recorded_at > %(since)s))"""
PAYMENTS = """select record_id, customer_payment_id, amount, parts, recorded_at from {due_payment}
               where customer_id = %(customer_id)s and recorded_at > %(since)s and reversed_on is null"""
MONEY = """select payment_id, on_account, recorded_at from {customer_money}
            where customer_id = %(customer_id)s and reversed_on is null
              and (on_account > 0 or recorded_at > %(since)s or payment_id in (
                     select customer_payment_id from {due_payment}
                      where customer_id = %(customer_id)s and recorded_at > %(since)s))"""


class ClocksToStart(Page):
    """Calls opened under a block that has ended by an instant, whose clocks have not started."""

    at: Instant


def clocks_to_start(reader: Reader, ask: ClocksToStart) -> dict[str, Any]:
    """The calls with the moment at which their block ended, the oldest first; the limit counts calls looked at."""
    found = page(
        reader,
        ask,
        """select m.call_id, m.opened_at, m.blocked_because, coalesce(m.party_id, s.party_id) as customer_id,
                  case when m.blocked_because like 'blocked%%' then m.contract_id end as contract_id
             from {sla_call} m left join {party_site} s on s.site_id = m.site_id
            where m.starts_at is null and m.is_live and m.opened_at <= %(at)s""",
        order=("opened_at", "call_id"),
    )
    moments = ((row["call_id"], block_ended(reader, row, ask.at)) for row in found["items"])
    return {**found, "items": [{"call_id": call_id, "at": at} for call_id, at in moments if at is not None]}


def block_ended(reader: Reader, call: Row, until: datetime) -> datetime | None:
    """When the block of a call ended, up to an instant; None while it goes on."""
    opened_at = call["opened_at"]
    money = _money(reader, call["customer_id"], opened_at) if call["customer_id"] else _Money((), (), (), ())
    facts = reader.facts(call["contract_id"]) if call["contract_id"] else ()
    contract = _ContractBlocks(reader, facts, money.blocks(reader, opened_at))
    moments = {*money.moments(), *contract.moments(), until}
    return next(
        (at for at in sorted(moments) if opened_at < at <= until and not _blocked(reader, contract, money, at)), None
    )


def _blocked(reader: Reader, contract: _ContractBlocks, money: _Money, at: datetime) -> bool:
    if contract.facts:
        return contract.blocks(at, money)
    return money.blocks(reader, at)


@dataclass(frozen=True)
class _Money:
    """What a customer owed, from the ledger as it is now less what was recorded after an instant."""

    parts: Sequence[Row]
    payments: Sequence[Row]
    received: Sequence[Row]
    reports: Sequence[tuple[datetime, Arrears | None]]

    def moments(self) -> Iterator[datetime]:
        """Everything that may have lowered what is overdue."""
        yield from (row["recorded_at"] for row in (*self.payments, *self.received) if row["recorded_at"])
        yield from (row["credited_at"] for row in self.parts if row["credited_at"])
        yield from (at for at, _ in self.reports)

    def blocks(self, reader: Reader, at: datetime) -> bool:
        """Whether arrears blocked the customer then (R1.10)."""
        day = rome_date(at)
        ours = parameters_on(reader, day)
        overdue, oldest = self._overdue(at, day)
        if not ours.arrears_block or oldest is None:
            return False
        since = blocks_from(overdue, oldest, ours.block_grace_days, ours.block_threshold)
        return since is not None and since <= day

    def _overdue(self, at: datetime, day: date) -> tuple[Decimal, date | None]:
        open_then = [(row["due_on"], self._open(row, at)) for row in self.parts]
        late = [(due_on, amount) for due_on, amount in open_then if amount > 0 and due_on < day]
        credit = sum((amount for _, amount in open_then if amount < 0), NOTHING)
        total = sum((amount for _, amount in late), NOTHING) + credit - self._on_account(at)
        told = next((arrears for moment, arrears in reversed(self.reports) if moment <= at), None)
        reported = [told] if told is not None and told.oldest_due_on < day else []
        days = [due_on for due_on, _ in late] if total > 0 else []
        days += [each.oldest_due_on for each in reported]
        return max(total, *(each.overdue.amount for each in reported), NOTHING), min(days, default=None)

    def _open(self, part: Row, at: datetime) -> Decimal:
        amount: Decimal = part["open"]
        if part["credited_at"] is not None and part["credited_at"] > at:
            amount += part["credited"]
        later = (pay for pay in self.payments if pay["record_id"] == part["record_id"] and pay["recorded_at"] > at)
        shares = (each for pay in later for each in pay["parts"] if each["part"] == part["part"])
        return amount + sum((Decimal(each["amount"]) for each in shares), NOTHING)

    def _on_account(self, at: datetime) -> Decimal:
        total = NOTHING
        for row in self.received:
            if row["recorded_at"] is None or row["recorded_at"] <= at:
                later = (
                    pay["amount"]
                    for pay in self.payments
                    if pay["customer_payment_id"] == row["payment_id"] and pay["recorded_at"] > at
                )
                total += row["on_account"] + sum(later, NOTHING)
        return total


@dataclass(frozen=True)
class _ContractBlocks:
    """The blocks of the contract that covers a call, as known at an instant."""

    reader: Reader
    facts: Sequence[Recorded]
    is_money: bool
    """Whether arrears blocked the call when it was opened: then they decide, not the contract's block for them."""

    def moments(self) -> Iterator[datetime]:
        """Every change of the contract, and the mornings after its blocks."""
        yield from (recorded.fact.act.at for recorded in self.facts)
        last = self._known(None)
        for block in last.state.blocks if last else ():
            if block.until_on is not None:
                yield local_instant(block.until_on + ONE_DAY, time(0))

    def blocks(self, at: datetime, money: _Money) -> bool:
        """Whether the contract's service was blocked then, by itself or by arrears where that was agreed."""
        contract, day = self._known(at), rome_date(at)
        if contract is None:
            return True
        reasons = {block.reason for block in contract.state.blocks if block.holds(day)}
        usual = contract.state.block(day)
        if not reasons and usual is not None:
            reasons = {usual.reason}
        if self.is_money:
            reasons -= {BlockReason.ARREARS}
        is_agreed = contract.state.on(day).header.suspension_approved
        return bool(reasons) or (is_agreed and money.blocks(self.reader, at))

    def _known(self, at: datetime | None) -> Contract | None:
        known = [recorded for recorded in self.facts if at is None or recorded.fact.act.at <= at]
        if not known:
            return None
        found = self.reader.record(known[-1].fact.stream_id, known_at=known[-1].recorded_at)
        return found if isinstance(found, Contract) else None


def _money(reader: Reader, customer_id: UUID, since: datetime) -> _Money:
    asked = {"customer_id": customer_id, "since": since}
    reports = [
        (recorded.fact.act.at, recorded.fact.arrears)
        for recorded in reader.facts(customer_id)
        if isinstance(recorded.fact, Party.ArrearsReported)
    ]
    return _Money(reader.rows(PARTS, asked), reader.rows(PAYMENTS, asked), reader.rows(MONEY, asked), reports)
