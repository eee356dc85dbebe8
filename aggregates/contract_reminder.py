"""Consumers and tacit renewal (consumatori, art. 65-bis cod. cons.): when they must be told, when they go free (R1.8).

Everything follows from the facts: terms, reminders and a day. Dates are Europe/Rome.
"""

from __future__ import annotations

from datetime import date, timedelta

from aggregates.contract_state import ContractState
from aggregates.rules.periods import last_notice_day
from aggregates.values import Period

FREE_WITHDRAWAL = "Recesso del consumatore non avvisato della scadenza (art. 65-bis cod. cons.)"
ADVANCE = timedelta(days=30)
"""How long before the expiry the law wants the consumer to know."""
ONE_DAY = timedelta(days=1)


def remind_by(state: ContractState, term: Period) -> date:
    """The last day to remind of a term's expiry: thirty days before it, and before the last day for notice."""
    last_notice_on = last_notice_day(term.ends_on, state.on(term.ends_on).header.notice)
    return min(term.ends_on - ADVANCE, last_notice_on - ONE_DAY)


def to_remind(state: ContractState) -> date | None:
    """The day by which the consumer has to be told of the next tacit renewal; None when nobody has to be told."""
    if not state.header.is_consumer or state.renews_on is None:
        return None
    last = state.terms[-1]
    if any(reminder.expiry_on == last.ends_on for reminder in state.reminders):
        return None
    return remind_by(state, last)


def free_withdrawal_until(state: ContractState, on: date) -> date | None:
    """Until when a consumer may withdraw at any time and for nothing, asked on a day; None when they may not.

    Not reminded in time of an expiry that the contract renews at, they may until the expiry after it. A contract that
    grants free withdrawal by itself grants it to its end.
    """
    if not state.terms or not state.header.is_consumer or state.ends_on is None or on > state.ends_on:
        return None
    if state.on(on).header.free_withdrawal:
        return state.ends_on
    for number, term in enumerate(state.terms[1:], 2):
        before = state.terms[number - 2]
        if number in state.tacit_terms and _is_missed(state, before) and remind_by(state, before) < on <= term.ends_on:
            return min(term.ends_on, state.ends_on)
    last = state.terms[-1]
    if state.renews_on is not None and _is_missed(state, last) and remind_by(state, last) < on:
        return last.ends_on
    return None


def _is_missed(state: ContractState, term: Period) -> bool:
    by = remind_by(state, term)
    return not any(each.expiry_on == term.ends_on and each.sent_on <= by for each in state.reminders)
