"""Charges of a contract (addebiti del contratto): raised and withdrawn; what one is stands in `contract_charge.py`."""

from __future__ import annotations

from uuid import UUID

from aggregates import contract_facts as facts
from aggregates.base import Act, require
from aggregates.contract_charge import ChargeKnown, ChargeOnInvoice, ChargeUnknown, ContractCharge
from aggregates.contract_parts import ContractParts
from aggregates.contract_refusals import ContractNotSigned


class ContractCharges(ContractParts):
    """The decisions of a contract about its charges."""

    # Decide: charges

    def raise_charge(self, charge: ContractCharge, act: Act) -> None:
        """Let an amount be billed with the next invoice from its day on. Raises `ContractNotSigned`, `ChargeKnown`.

        A contract that has ended still takes charges: they are corrections (R1.2).
        """
        require(bool(self.state.terms), ContractNotSigned)
        known = self.state.charge(charge.charge_id)
        if known is not None or charge.charge_id in self.state.withdrawn_charges:
            require(known == charge, ChargeKnown)
            return
        self._record(facts.ChargeRaised, act=act, charge=charge)

    def withdraw_charge(self, charge_id: UUID, reason: str, act: Act) -> None:
        """Take a charge back before it is billed. Raises `ChargeUnknown`, `ChargeOnInvoice`."""
        if charge_id in self.state.withdrawn_charges:
            return
        require(self.state.charge(charge_id) is not None, ChargeUnknown, charge_id=str(charge_id))
        is_held = any(entry.fee.key.line_id == charge_id for entry in self.ledger.entries)
        require(not is_held, ChargeOnInvoice)
        self._record(facts.ChargeWithdrawn, act=act, charge_id=charge_id, reason=reason)
