"""What people may ask of a signed contract: renew, give notice, block, end it (rinnovo, disdetta, risoluzione)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.contract import Contract
from aggregates.contract_refusals import ContractNotSigned
from aggregates.contract_state import BlockReason
from aggregates.contract_terms import LineFee
from aggregates.values import rome_date
from commands.adjustment import adjust_renewed
from commands.base import Answer, Command, Service
from commands.contract_serials import keep
from commands.words import Words


class RenewContract(Command):
    """Append the next term (Rinnovo): the tacit ones that have become due, or one that both parties agree."""

    contract_id: UUID
    agreed: bool = Field(default=False, description="Both parties agree: no clause is needed, and late is allowed.")
    until: date | None = Field(default=None, description="Tacit terms due by this day; left out, today.")
    expiry_on: date | None = Field(
        default=None, description="The expiry after which an agreed term follows; left out, the current one's."
    )
    fees: tuple[LineFee, ...] = Field(default=(), description="New annual fees, net, from an agreed term's start.")


class ReceiveNotice(Command):
    """Keep a notice of non-renewal (disdetta): what counts is the day it was received; a late one acts a term later."""

    contract_id: UUID
    received_on: date | None = Field(default=None, description="Left out, today.", examples=["2026-10-30"])


class WithdrawNotice(Command):
    """Go on as if no notice had come, as both parties agree."""

    contract_id: UUID
    withdrawn_on: date | None = Field(default=None, description="Left out, today.")


class BlockContract(Command):
    """Suspend the service from a day on (assistenza bloccata); fees go on, unless the contract says otherwise.

    For arrears only where the right to suspend is in the contract and was approved separately.
    """

    contract_id: UUID
    from_on: date | None = Field(default=None, description="Left out, today.", examples=["2026-03-31"])
    reason: BlockReason = BlockReason.MANUAL
    note: str | None = None


class UnblockContract(Command):
    """Serve again from a day on."""

    contract_id: UUID
    on: date | None = Field(default=None, description="First day served again; left out, today.")
    reason: BlockReason | None = Field(default=None, description="Only blocks for this reason; left out, all.")


class TerminateContract(Command):
    """End a contract before its expiry, for breach or a consumer's withdrawal (risoluzione)."""

    contract_id: UUID
    last_on: date | None = Field(default=None, description="Last day in force; left out, today.")
    reason: Words = Field(min_length=1, examples=["Mancato pagamento"])


class CancelContract(Command):
    """Call off a contract that has not started and of which nothing is billed."""

    contract_id: UUID
    reason: Words = Field(min_length=1, examples=["Il cliente ha cambiato idea"])


def renew_contract(cmd: RenewContract, act: Act, service: Service) -> Answer:
    """Handles `RenewContract`; a term that is there already is not added again."""
    contract = service.load(Contract, cmd.contract_id)
    today, known_terms = rome_date(act.at), len(contract.state.terms)
    if cmd.agreed:
        contract.renew_by_agreement(cmd.expiry_on or _current_expiry(contract, today), cmd.fees, act)
    else:
        contract.renew_tacitly(cmd.until or today, act)
    adjust_renewed(contract, known_terms, act, service)
    keep(service, contract)
    return {"terms": len(contract.state.terms), "ends_on": contract.state.ends_on}


def receive_notice(cmd: ReceiveNotice, act: Act, service: Service) -> Answer:
    """Handles `ReceiveNotice`; answers the expiry on which it acts."""
    contract = service.load(Contract, cmd.contract_id)
    contract.receive_notice(cmd.received_on or rome_date(act.at), act)
    service.save(contract)
    return {"acts_on": contract.state.notice.acts_on if contract.state.notice else None}


def withdraw_notice(cmd: WithdrawNotice, act: Act, service: Service) -> None:
    """Handles `WithdrawNotice`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.withdraw_notice(cmd.withdrawn_on or rome_date(act.at), act)
    keep(service, contract)


def block_contract(cmd: BlockContract, act: Act, service: Service) -> None:
    """Handles `BlockContract`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.block(cmd.from_on or rome_date(act.at), cmd.reason, cmd.note, act)
    service.save(contract)


def unblock_contract(cmd: UnblockContract, act: Act, service: Service) -> None:
    """Handles `UnblockContract`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.unblock(cmd.on or rome_date(act.at), act, cmd.reason)
    service.save(contract)


def terminate_contract(cmd: TerminateContract, act: Act, service: Service) -> None:
    """Handles `TerminateContract`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.terminate(cmd.last_on or rome_date(act.at), cmd.reason, act)
    service.save(contract)


def cancel_contract(cmd: CancelContract, act: Act, service: Service) -> None:
    """Handles `CancelContract`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.cancel(cmd.reason, act)
    service.save(contract)


def _current_expiry(contract: Contract, today: date) -> date:
    terms = contract.state.terms
    require(bool(terms), ContractNotSigned)
    return next((term.ends_on for term in terms if today <= term.ends_on), terms[-1].ends_on)
