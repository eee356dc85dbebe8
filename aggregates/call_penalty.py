"""Penalty of a call (penale): the credit that a contract owes for a due time missed, with its reckoning (R6.7).

Amounts are euro. The recorded breach counts, whatever the clock would say now.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from aggregates.base import Refusal, require
from aggregates.call import Call
from aggregates.contract import Contract
from aggregates.contract_charge import ContractCharge
from aggregates.rules.billing import Instalment, instalments
from aggregates.rules.penalties import DelayUnit, PenaltyDue, penalty_due
from aggregates.rules.service_level import Clock, business_minutes
from aggregates.values import ROME, Period, rome_date

NAMES = {
    Clock.RESPONSE: "presa in carico",
    Clock.ON_SITE: "intervento sul posto",
    Clock.RESTORE: "ripristino",
    Clock.RESOLVE: "risoluzione",
}
UNITS = {DelayUnit.HOURS: "ore", DelayUnit.DAYS: "giorni"}


class NoPenaltyAgreed(Refusal):
    """The contract of this call provides for no penalty on the clock {clock}."""


class NotLate(Refusal):
    """No breach of the clock {clock} is recorded on this call: there is nothing to give back."""


class StillLate(Refusal):
    """The clock {clock} still runs; propose the penalty once it has stopped, when the delay is known."""


class FeeMissing(Refusal):
    """The contract has no fee for {day}; a penalty is a share of it. Raise a charge of the contract instead."""


def penalty_id(call_id: UUID, clock: Clock) -> UUID:
    """The id of the charge: one for each call and clock, so that it can never be raised twice."""
    return uuid5(call_id, f"penalty/{clock.value}")


def penalty_charge(call: Call, contract: Contract, clock: Clock, on: date) -> ContractCharge | None:
    """The charge below zero that makes up for a delay; None where the delay costs nothing.

    Raises `NoPenaltyAgreed`, `NotLate`, `StillLate`, `FeeMissing`.
    """
    terms = call.service.penalty
    if terms is None or not terms.holds_for(clock):
        raise NoPenaltyAgreed(clock=clock.value)
    due_at, stopped_at, late = _delay(call, clock)
    day = rome_date(due_at)
    fee, period = _fee(contract, call.coverage.contract_line_id, day)
    due = penalty_due(terms, call.service.calendar, late, fee)
    if not due.amount:
        return None
    return ContractCharge(
        charge_id=penalty_id(call.id, clock),
        description=f"Penale per ritardo ({NAMES[clock]}), chiamata {call.billing_name}",
        amount=-due.amount,
        period=period,
        due_on=on,
        why=_why(due, UNITS[terms.unit], due_at, stopped_at, period),
    )


def _delay(call: Call, clock: Clock) -> tuple[datetime, datetime, int]:
    """The due time that was missed, when it was done, and the business minutes between, pauses taken out."""
    due_at, stopped_at, running = call.breached.get(clock), call.stopped.get(clock), call.clock(clock)
    if due_at is None or running is None:
        raise NotLate(clock=clock.value)
    if stopped_at is None:
        raise StillLate(clock=clock.value)
    until = max(stopped_at, due_at)
    return due_at, stopped_at, business_minutes(running.terms.calendar, due_at, until, running.pauses_until(until))


def _fee(contract: Contract, line_id: UUID | None, day: date) -> tuple[Decimal, Period]:
    """The fee of the period that holds the day: of the line that covers the call, else of the whole contract."""
    terms = contract.state.fee_terms()
    held = [each for each in instalments(terms) if each.period.holds(day)] if terms else []
    of_line = [each for each in held if each.key.line_id == line_id]
    meant: list[Instalment] = of_line or held
    require(bool(meant), FeeMissing, day=day.isoformat())
    return sum((each.amount for each in meant), Decimal("0.00")), meant[0].period


def _why(due: PenaltyDue, unit: str, due_at: datetime, stopped_at: datetime, period: Period) -> str:
    cap = ", limite raggiunto" if due.is_capped else ""
    return (
        f"Scadenza {_moment(due_at)}, fatto {_moment(stopped_at)}: ritardo di {due.late_minutes} minuti lavorativi, "
        f"{due.units} {unit}; {_figure(due.percent)}%{cap} del canone di {_figure(due.fee)} euro "
        f"dal {period.starts_on:%d/%m/%Y} al {period.ends_on:%d/%m/%Y} = {_figure(due.amount)} euro."
    )


def _moment(at: datetime) -> str:
    return at.astimezone(ROME).strftime("%d/%m/%Y %H:%M")


def _figure(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")
