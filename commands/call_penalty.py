"""What people may ask about penalties for late service (penali): propose one as a credit on the contract."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_penalty import NoPenaltyAgreed, is_settled, month_end, penalty_charge, penalty_id
from aggregates.contract import Contract
from aggregates.rules.service_level import Clock
from aggregates.values import rome_date
from commands.base import Answer, Command, Service


class ProposePenalty(Command):
    """Give back on the contract's next invoice what a missed due time costs us, once for each call and clock.

    For a clock that still runs, what had accrued by the end of a month can be given back with `until_on`; the rest
    follows, and together it is the penalty of the whole. The credit is a charge of the contract: withdraw it if the
    delay is excused.
    """

    call_id: UUID
    clock: Clock
    until_on: date | None = Field(
        default=None,
        description="The last day of a month that is over: what had accrued.",
        examples=["2026-12-31"],
    )

    @model_validator(mode="after")
    def _ends_a_month(self) -> Self:
        if self.until_on is not None and self.until_on != month_end(self.until_on):
            raise ValueError("a part of a penalty is reckoned at the last day of a month")
        return self


def propose_penalty(cmd: ProposePenalty, act: Act, service: Service) -> Answer:
    """Handles `ProposePenalty`. One proposed, or withdrawn, before records nothing."""
    call = service.load(Call, cmd.call_id)
    contract_id = call.coverage.contract_id
    require(contract_id is not None, NoPenaltyAgreed, clock=cmd.clock)
    assert contract_id is not None
    contract = service.load(Contract, contract_id)
    charge_id = penalty_id(call.id, cmd.clock, cmd.until_on)
    if is_settled(call.id, cmd.clock, contract.state, cmd.until_on):
        known = contract.state.charge(charge_id)
        return {"charge_id": charge_id, "amount": known.amount if known else None}
    charge = penalty_charge(call, contract, cmd.clock, rome_date(act.at), cmd.until_on)
    if charge is None:
        return {"charge_id": None, "amount": None}
    contract.raise_charge(charge, act)
    service.save(contract)
    return {"charge_id": charge_id, "amount": charge.amount}
