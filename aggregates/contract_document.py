"""The printed contract (contratto stampato): asked for once the contract is signed, as it stands on that day."""

from __future__ import annotations

from datetime import date

from aggregates import contract_facts as facts
from aggregates.base import Act
from aggregates.contract_clauses import Clause
from aggregates.contract_parts import ContractParts
from aggregates.contract_rules import require_signed
from aggregates.contract_state import ContractState
from aggregates.values import Value


class Printed(Value):
    """What was last printed: the contract as it stood, with its clauses."""

    state: ContractState
    clauses: tuple[Clause, ...] = ()


class ContractDocument(ContractParts):
    """The decision to print."""

    printed: Printed | None

    def ask_document(self, dated_on: date, clauses: tuple[Clause, ...], act: Act) -> None:
        """Have the contract printed as it stands; printed so already, nothing is recorded. `ContractNotSigned`."""
        require_signed(self.state)
        if self.printed != Printed(state=self.state, clauses=clauses):
            self._record(facts.DocumentAsked, act=act, dated_on=dated_on, clauses=clauses)
