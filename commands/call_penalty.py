"""What people may ask about penalties for late service (penali): propose one as a credit on the contract."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_penalty import NoPenaltyAgreed, penalty_charge, penalty_id
from aggregates.contract import Contract
from aggregates.rules.service_level import Clock
from aggregates.values import rome_date
from commands.base import Answer, Command, Service


class ProposePenalty(Command):
    """Give back on the contract's next invoice what a missed due time costs us, once for each call and clock.

    The credit is a charge of the contract: withdraw it if the delay is excused.
    """

    call_id: UUID
    clock: Clock


def propose_penalty(cmd: ProposePenalty, act: Act, service: Service) -> Answer:
    """Handles `ProposePenalty`. One proposed, or withdrawn, before records nothing."""
    call = service.load(Call, cmd.call_id)
    contract_id = call.coverage.contract_id
    require(contract_id is not None, NoPenaltyAgreed, clock=cmd.clock.value)
    assert contract_id is not None
    contract = service.load(Contract, contract_id)
    charge_id = penalty_id(call.id, cmd.clock)
    known = contract.state.charge(charge_id)
    if known is not None or charge_id in contract.state.withdrawn_charges:
        return {"charge_id": charge_id, "amount": known.amount if known else None}
    charge = penalty_charge(call, contract, cmd.clock, rome_date(act.at))
    if charge is None:
        return {"charge_id": None, "amount": None}
    contract.raise_charge(charge, act)
    service.save(contract)
    return {"charge_id": charge_id, "amount": charge.amount}
