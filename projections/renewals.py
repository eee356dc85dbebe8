"""Renewals to come (rinnovi): who renews and who ends between two days, consumers to be told (R1.6–R1.9).

The preview asks the same questions of the same state as the duty that acts, so that it says what will happen.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.contract_reminder import free_withdrawal_until, remind_by
from aggregates.contract_state import ContractState
from projections.base import Page, Reader, Row, page
from projections.contracts import TODAY

NOTHING = Decimal("0.00")


class RenewalPreview(Page):
    """Between which days contracts renew or end; left out, from today for ninety days."""

    from_on: date | None = None
    to_on: date | None = None
    customer_id: UUID | None = None
    on: date | None = None
    """Today; left out, today."""


def renewal_preview(reader: Reader, ask: RenewalPreview) -> dict[str, Any]:
    """Each contract that renews itself or ends in these days: when, into which term, at which annual fee."""
    found = page(
        reader,
        ask,
        f"""select c.contract_id, c.number, c.customer_id, p.name as customer, c.starts_on, c.ends_on, c.renews_on,
                   c.state, c.status, coalesce(c.renews_on, c.ends_on) as happens_on
              from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
             where c.number is not null and c.status <> 'cancelled'
               and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)
               and coalesce(c.renews_on, c.ends_on) between coalesce(%(from_on)s::date, {TODAY})
                   and coalesce(%(to_on)s::date, {TODAY} + 90)""",  # noqa: S608 - own constants only
        order=("happens_on", "contract_id"),
    )
    return {"items": [_preview(row) for row in found["items"]], "next": found["next"]}


def _preview(row: Row) -> Row:
    state = ContractState.model_validate(row.pop("state"))
    ends_on, renews = state.terms[-1].ends_on, row["renews_on"] is not None
    following = state.next_term() if renews else None
    return {
        **row,
        "outcome": "renews" if renews else "ends",
        "why": _why(state),
        "last_notice_on": state.last_notice_on,
        "term": {"number": len(state.terms) + 1, **following.model_dump()} if following else None,
        "annual_fee": annual_fee(state, ends_on),
        "next_annual_fee": annual_fee(state, following.starts_on) if following else None,
    }


def _why(state: ContractState) -> str:
    """Why a contract renews or ends, as a code."""
    header = state.on(state.terms[-1].ends_on).header
    if state.ending is not None:
        return state.ending.status.value
    if state.notice is not None and state.notice.acts_on <= state.terms[-1].ends_on:
        return "notice"
    if not header.tacit_renewal:
        return "no_clause"
    return "tacit" if header.clause_approved else "clause_not_approved"


def annual_fee(state: ContractState, day: date) -> Decimal:
    """The annual fees of the lines in force on a day; euro."""
    terms = state.fee_terms()
    if terms is None:
        return NOTHING
    in_force = (
        line
        for line in terms.lines
        if (line.starts_on is None or line.starts_on <= day) and (line.ends_on is None or day <= line.ends_on)
    )
    return sum((line.annual_fee(day) for line in in_force), NOTHING)


class ConsumerRemindersDue(Page):
    """Consumers to be told by the day asked, or some days later with `days`."""

    on: date | None = None
    days: int = Field(default=0, ge=0, le=365)


def consumer_reminders_due(reader: Reader, ask: ConsumerRemindersDue) -> dict[str, Any]:
    """Consumers' contracts that renew themselves and of whose expiry nobody told them, the most urgent first (R1.8)."""
    return page(
        reader,
        ask,
        f"""select c.contract_id, c.number, c.customer_id, p.name as customer, c.ends_on as expiry_on, c.last_notice_on,
                   c.remind_by, c.remind_by < {TODAY} as is_late
              from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
             where c.remind_by <= {TODAY} + %(days)s::integer""",  # noqa: S608 - own constants only
        order=("remind_by", "contract_id"),
    )


def consumer_rights(state: ContractState, on: date) -> Row | None:
    """What the sheet says of a consumer's contract: reminders, and until when withdrawal is free (R1.8)."""
    if not state.header.is_consumer or not state.terms:
        return None
    until = free_withdrawal_until(state, on)
    return {
        "remind_by": remind_by(state, state.terms[-1]),
        "reminders": [each.model_dump() for each in state.reminders],
        "free_withdrawal": until is not None,
        "free_withdrawal_until": until,
    }
