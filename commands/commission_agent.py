"""What people may ask about agents' commissions (provvigioni): agree terms, settle a month."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.commission_agent import CommissionAgent, commission_agent_id, month_end
from aggregates.rules.commissions import CommissionTerms
from aggregates.values import rome_date
from commands.base import Answer, Command, Service


class AgentCodeMissing(Refusal):
    """Give the new agent a code; statements are numbered by it."""

    status = 422


class SetCommissionTerms(Command):
    """Agree with an agent what they earn on documents from a day on; the first time with a code for statements."""

    agent_id: UUID = Field(description="As contracts name the agent.")
    code: str | None = Field(default=None, min_length=1, max_length=20, examples=["AG01"])
    from_on: date = Field(examples=["2026-01-01"])
    terms: CommissionTerms


class SettleCommissions(Command):
    """Settle an agent's commissions of a month that is over: the statement is frozen and gets its number."""

    agent_id: UUID
    month: date = Field(description="Any day of the month.", examples=["2026-09-01"])
    settled_on: date | None = Field(default=None, description="Left out, today.")


def set_commission_terms(cmd: SetCommissionTerms, act: Act, service: Service) -> Answer:
    """Handles `SetCommissionTerms`."""
    agent = service.find(CommissionAgent, commission_agent_id(cmd.agent_id))
    if agent is None:
        require(cmd.code is not None, AgentCodeMissing)
        agent = CommissionAgent.engage(cmd.agent_id, cmd.code or "", act)
    agent.set_terms(cmd.terms, cmd.from_on, act)
    service.save(agent)
    return {"agent_id": cmd.agent_id, "code": agent.code}


def settle_commissions(cmd: SettleCommissions, act: Act, service: Service) -> Answer:
    """Handles `SettleCommissions`; answers number and total."""
    agent = service.load(CommissionAgent, commission_agent_id(cmd.agent_id))
    entries = service.lookups.commissions_of(cmd.agent_id, month_end(cmd.month))
    number = agent.settle(cmd.month, entries, cmd.settled_on or rome_date(act.at), act)
    service.save(agent)
    return {"number": number, "total": str(sum(each.amount for each in entries)), "entries": len(entries)}
