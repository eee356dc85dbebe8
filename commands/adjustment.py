"""What people may ask about new prices (adeguamento canoni): one contract, many at once, late indices; and charges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.adjustment_terms import PriceChange
from aggregates.base import Act, Refusal
from aggregates.because import refused
from aggregates.contract import Contract
from aggregates.contract_adjusted import FeeAdjustment
from aggregates.contract_charge import ContractCharge
from aggregates.fee_plan import next_term_on, series_of
from aggregates.index_series import IndexSeries, index_series_id
from aggregates.rules.indexation import IndexTable
from aggregates.rules.vat import Supply
from aggregates.values import Period, Rate, rome_date
from commands.base import Answer, Command, Service
from commands.words import Words

CHANGE = Field(examples=[{"way": "percent", "percent": "2.5"}])
FROM_ON = Field(
    default=None, description="First day of the new fees; left out, that of the next term.", examples=["2027-01-01"]
)
ON_TOP = Field(default=False, description="On top of a change from the same day.")


class AdjustContract(Command):
    """Change a contract's fees from a day on: by percent, index, amount or typed total; all lines or some.

    Days billed already keep their invoices; the difference is due with the next one. The same again changes nothing.
    """

    contract_id: UUID
    change: PriceChange = CHANGE
    from_on: date | None = FROM_ON
    on_top: bool = ON_TOP


class AdjustContracts(Command):
    """Change the fees of chosen contracts at once, as `adjustment-preview` showed them.

    Each contract by itself: one that refuses is answered with its reason, and the others go on. A second run changes
    nothing.
    """

    contract_ids: tuple[UUID, ...] = Field(min_length=1, max_length=1000)
    change: PriceChange = CHANGE
    from_on: date | None = FROM_ON
    on_top: bool = ON_TOP


class SettleAdjustment(Command):
    """Give renewals at a provisional fee their true one, once their index is known; before, nothing changes (R1.21)."""

    contract_id: UUID


class RaiseContractCharge(Command):
    """Bill an amount with a contract's next invoice, beside its fees; below zero it is in the customer's favour."""

    contract_id: UUID
    charge_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    description: Words = Field(min_length=1, max_length=1000, examples=["Conguaglio ISTAT 2026"])
    amount: Rate = Field(decimal_places=2, examples=["9.90"], description="Euro, before VAT.")
    period: Period | None = Field(default=None, description="The days it is for; left out, the day it is due.")
    due_on: date | None = Field(default=None, description="Left out, today.")
    supply: Supply | None = Field(default=None, description="How the law taxes it; left out, as the contract says.")
    reason: Words = Field(min_length=1, examples=["Differenza del canone da gennaio a marzo"])


class WithdrawContractCharge(Command):
    """Take a charge back that no invoice holds yet."""

    contract_id: UUID
    charge_id: UUID
    reason: Words = Field(min_length=1, examples=["Inserito due volte"])


def adjust_contract(cmd: AdjustContract, act: Act, service: Service) -> Answer:
    """Handles `AdjustContract`."""
    return _adjust(cmd.contract_id, cmd.change, cmd.from_on, cmd.on_top, act, service)


def adjust_contracts(cmd: AdjustContracts, act: Act, service: Service) -> Answer:
    """Handles `AdjustContracts`."""
    contract_ids = tuple(dict.fromkeys(cmd.contract_ids))
    service.preload(*contract_ids)
    adjusted: list[dict[str, Any]] = []
    unchanged: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    for contract_id in contract_ids:
        try:
            answer = _adjust(contract_id, cmd.change, cmd.from_on, cmd.on_top, act, service)
        except Refusal as problem:
            why = {"code": problem.code(), "reason": str(problem), "because": refused(problem).model_dump()}
            left.append({"contract_id": contract_id, **why})
        else:
            (adjusted if answer["adjustment_id"] else unchanged).append(answer)
    return {"adjusted": adjusted, "unchanged": unchanged, "refused": left}


def settle_adjustment(cmd: SettleAdjustment, act: Act, service: Service) -> Answer:
    """Handles `SettleAdjustment`; answers how many renewals were settled and how many still wait."""
    contract = service.load(Contract, cmd.contract_id)
    settled = contract.settle(index_tables(service, contract), act)
    service.save(contract)
    return {"settled": len(settled), "waiting": len(contract.state.open_adjustments)}


def raise_contract_charge(cmd: RaiseContractCharge, act: Act, service: Service) -> Answer:
    """Handles `RaiseContractCharge`."""
    contract = service.load(Contract, cmd.contract_id)
    due_on = cmd.due_on or rome_date(act.at)
    charge = ContractCharge(
        charge_id=cmd.charge_id or service.new_id("charge"),
        description=cmd.description,
        amount=cmd.amount,
        period=cmd.period or Period(starts_on=due_on, ends_on=due_on),
        due_on=due_on,
        supply=cmd.supply,
        why=cmd.reason,
    )
    contract.raise_charge(charge, act)
    service.save(contract)
    return {"charge_id": charge.charge_id}


def withdraw_contract_charge(cmd: WithdrawContractCharge, act: Act, service: Service) -> None:
    """Handles `WithdrawContractCharge`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.withdraw_charge(cmd.charge_id, cmd.reason, act)
    service.save(contract)


def adjust_renewed(contract: Contract, known_terms: int, act: Act, service: Service) -> None:
    """Apply the index clause to the terms that a renewal just added (R1.20); part of the renewal's append."""
    if series_of(contract.state):
        contract.adjust_renewals(known_terms, index_tables(service, contract), act)


def index_tables(service: Service, contract: Contract, change: PriceChange | None = None) -> Mapping[str, IndexTable]:
    """The series that a contract and a change name, as far as they are followed."""
    codes = series_of(contract.state, change)
    found = {code: service.find(IndexSeries, index_series_id(code)) for code in codes}
    return {code: series.table for code, series in found.items() if series is not None}


def _adjust(
    contract_id: UUID, change: PriceChange, from_on: date | None, is_on_top: bool, act: Act, service: Service
) -> dict[str, Any]:
    contract = service.load(Contract, contract_id)
    tables = index_tables(service, contract, change)
    day = from_on or next_term_on(contract.state, rome_date(act.at))
    adjustment_id = contract.adjust(change, day, tables, act, is_on_top=is_on_top)
    service.save(contract)
    made = next((e for e in reversed(contract.state.adjustments) if e.from_on == day and e.change == change), None)
    return {"contract_id": contract_id, "adjustment_id": adjustment_id, "from_on": day, **_told(made)}


def _told(made: FeeAdjustment | None) -> dict[str, Any]:
    return {"old": made.old, "new": made.new, "difference": made.new - made.old} if made else {}
