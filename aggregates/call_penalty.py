"""Penalty of a call (penale): the credit that a contract owes for a due time missed, with its reckoning (R6.7).

Amounts are euro. The recorded breach counts, whatever the clock would say now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Refusal, require
from aggregates.because import Because, because
from aggregates.call import Call
from aggregates.contract import Contract
from aggregates.contract_charge import ContractCharge
from aggregates.contract_state import ContractState
from aggregates.rules.billing import Instalment, instalments
from aggregates.rules.business_calendar import local_instant
from aggregates.rules.penalties import DelayUnit, PenaltyDue, penalty_due, penalty_part
from aggregates.rules.service_level import Clock, business_minutes
from aggregates.values import Period, rome_date

NAMES = {
    Clock.RESPONSE: "presa in carico",
    Clock.ON_SITE: "intervento sul posto",
    Clock.RESTORE: "ripristino",
    Clock.RESOLVE: "risoluzione",
}


class NoPenaltyAgreed(Refusal):
    """The contract of this call provides for no penalty on the clock {clock}."""


class NotLate(Refusal):
    """No breach of the clock {clock} is recorded on this call: there is nothing to give back."""


class StillLate(Refusal):
    """The clock {clock} still runs; propose what had accrued by the end of a month, or the whole once it stopped."""


class MonthNotOver(Refusal):
    """{until_on} is still to come; propose what has accrued once the month is over."""


class FeeMissing(Refusal):
    """The contract has no fee for {day}; a penalty is a share of it. Raise a charge of the contract instead."""


def penalty_id(call_id: UUID, clock: Clock, until_on: date | None = None) -> UUID:
    """The id of the charge: one for each call and clock, so that it can never be raised twice.

    With the last day of a month, that of the part that had accrued by then.
    """
    month = f"/{until_on:%Y-%m}" if until_on else ""
    return uuid5(call_id, f"penalty/{clock.value}{month}")


def penalty_charge(
    call: Call, contract: Contract, clock: Clock, on: date, until_on: date | None = None
) -> ContractCharge | None:
    """The charge below zero that makes up for a delay; None where it costs nothing more than was given back before.

    With the last day of a month, of a clock that ran on then, what had accrued by its end: the rest follows later, and
    all parts together are the penalty of the whole delay. Raises `NoPenaltyAgreed`, `NotLate`, `StillLate`,
    `FeeMissing`, `MonthNotOver`.
    """
    terms = call.service.penalty
    if terms is None or not terms.holds_for(clock):
        raise NoPenaltyAgreed(clock=clock)
    require(until_on is None or until_on < on, MonthNotOver, until_on=until_on and until_on.isoformat())
    due_at, stopped_at = _missed(call, clock, until_on)
    fee, period = _fee(contract, call.coverage.contract_line_id, rome_date(due_at))
    due = penalty_due(terms, call.service.calendar, _late(call, clock, due_at, stopped_at), fee)
    part = penalty_part(due.amount, _given_back(call, contract, clock, due_at, fee, on))
    if not part:
        return None
    return ContractCharge(
        charge_id=penalty_id(call.id, clock, until_on),
        description=f"Penale per ritardo ({NAMES[clock]}), chiamata {call.billing_name}",
        amount=-part,
        period=period,
        due_on=on,
        because=tuple(_because(due, terms.unit, (due_at, stopped_at), period, part=part, until_on=until_on)),
    )


def is_settled(call_id: UUID, clock: Clock, contract_state: ContractState, until_on: date | None = None) -> bool:
    """Whether a penalty, or its part by the end of a month, was proposed before, even if it was withdrawn."""
    wanted = {penalty_id(call_id, clock), penalty_id(call_id, clock, until_on)}
    return any(contract_state.charge(one) or one in contract_state.withdrawn_charges for one in wanted)


def _missed(call: Call, clock: Clock, until_on: date | None) -> tuple[datetime, datetime]:
    """The due time that was missed, and until when the delay is counted."""
    due_at, stopped_at = call.breached.get(clock), call.stopped.get(clock)
    if due_at is None or call.clock(clock) is None:
        raise NotLate(clock=clock)
    if until_on is not None:
        ends_at = _end_of(until_on)
        stopped_at = min(stopped_at or ends_at, ends_at)
    if stopped_at is None:
        raise StillLate(clock=clock)
    return due_at, stopped_at


def _late(call: Call, clock: Clock, due_at: datetime, stopped_at: datetime) -> int:
    """The business minutes of a delay, pauses taken out."""
    running, until = call.clock(clock), max(stopped_at, due_at)
    assert running is not None
    return business_minutes(running.terms.calendar, due_at, until, running.pauses_until(until))


def _given_back(
    call: Call, contract: Contract, clock: Clock, due_at: datetime, fee: Decimal, on: date
) -> Iterator[Decimal]:
    """The parts of other months: as charged, or, where one was withdrawn, as it was reckoned: it is excused."""
    terms, state, given = call.service.penalty, contract.state, Decimal("0.00")
    assert terms is not None
    for until_on in _month_ends(rome_date(due_at), on):
        charge_id = penalty_id(call.id, clock, until_on)
        charge, part = state.charge(charge_id), Decimal("0.00")
        if charge is not None:
            part = -charge.amount
        elif charge_id in state.withdrawn_charges:
            late = _late(call, clock, due_at, min(_end_of(until_on), call.stopped.get(clock) or _end_of(until_on)))
            part = penalty_part(penalty_due(terms, call.service.calendar, late, fee).amount, [given])
        given += part
        yield part


def _month_ends(first: date, last: date) -> Iterator[date]:
    """The last days of the months from one day's to another's, the latter's own included."""
    ends_on = month_end(first)
    while ends_on <= month_end(last):
        yield ends_on
        ends_on = month_end(ends_on + timedelta(days=1))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _end_of(day: date) -> datetime:
    return local_instant(day + timedelta(days=1), time(0))


def _fee(contract: Contract, line_id: UUID | None, day: date) -> tuple[Decimal, Period]:
    """The fee of the period that holds the day: of the line that covers the call, else of the whole contract."""
    terms = contract.state.fee_terms()
    held = [each for each in instalments(terms) if each.period.holds(day)] if terms else []
    of_line = [each for each in held if each.key.line_id == line_id]
    meant: list[Instalment] = of_line or held
    require(bool(meant), FeeMissing, day=day.isoformat())
    return sum((each.amount for each in meant), Decimal("0.00")), meant[0].period


def _because(
    due: PenaltyDue,
    unit: DelayUnit,
    late: tuple[datetime, datetime],
    period: Period,
    *,
    part: Decimal,
    until_on: date | None,
) -> Iterator[Because]:
    due_at, stopped_at = late
    if until_on is None:
        yield because("penalty-done", due_at=due_at, done_at=stopped_at)
    else:
        yield because("penalty-accrued", due_at=due_at, until_on=until_on)
    yield because(f"penalty-{unit.value}", minutes=due.late_minutes, units=due.units)
    days = {"from_on": period.starts_on, "to_on": period.ends_on}
    share = "penalty-capped" if due.is_capped else "penalty-share"
    yield because(share, percent=due.percent, fee=due.fee, **days, amount=due.amount)
    if before := due.amount - part:
        yield because("penalty-rest", before=before, rest=part)
