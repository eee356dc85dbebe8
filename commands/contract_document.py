"""What people may ask to have printed of contracts (stampa del contratto)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_clauses import Clause
from aggregates.values import rome_date
from commands.base import Command, Service


class PrintContract(Command):
    """Have a signed contract printed as it stands, for the parties to sign; printed so already, nothing happens."""

    contract_id: UUID
    dated_on: date | None = Field(default=None, description="Left out, today.")
    clauses: tuple[Clause, ...] = Field(default=(), description="The company's own, after the usual ones.")


def print_contract(cmd: PrintContract, act: Act, service: Service) -> None:
    """Handles `PrintContract`. Raises `ContractNotSigned`, `ContractHasEnded`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.ask_document(cmd.dated_on or rome_date(act.at), cmd.clauses, act)
    service.save(contract)
