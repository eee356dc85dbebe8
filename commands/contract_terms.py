"""What people may ask of the terms of a signed contract (variazioni contrattuali): change them from a day on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.contract import Contract
from aggregates.contract_changes import HeaderChange, LineChange, TermsChange
from aggregates.contract_terms import LineFee
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.contract_serials import keep
from commands.words import Words


class ChangeContractTerms(Command):
    """Change terms of a signed contract from a day on: fees, coverage, service levels, payment, notes.

    What was billed stays as it was billed. Where a new fee reaches into billed days, the difference is due with the
    next invoice, or to be credited; two changes inside one period both count for their days.
    """

    contract_id: UUID
    from_on: date | None = Field(default=None, description="First day of the new terms; left out, today.")
    fees: tuple[LineFee, ...] = Field(
        default=(), description="New annual fees, net; the header's fee is the line with the contract's own id."
    )
    header: HeaderChange | None = None
    lines: tuple[LineChange, ...] = ()
    reason: Words | None = Field(default=None, max_length=200, examples=["Aggiunta copertura ricambi"])


def change_contract_terms(cmd: ChangeContractTerms, act: Act, service: Service) -> Answer:
    """Handles `ChangeContractTerms`; answers how many billed fees are above the new terms."""
    contract = service.load(Contract, cmd.contract_id)
    fields = cmd.model_dump(include={"fees", "header", "lines", "reason"}, exclude_unset=False)
    change = TermsChange.model_validate({**fields, "from_on": cmd.from_on or rome_date(act.at)})
    contract.change_terms(change, act)
    keep(service, contract)
    return {"from_on": change.from_on, "credits": len(contract.overbilled())}
