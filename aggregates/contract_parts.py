"""What the decisions of a contract share (parti del contratto): state, ledger, how a decision becomes a fact."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act, Aggregate
from aggregates.contract_ledger import FeeLedger
from aggregates.contract_state import ContractState


class ContractParts:
    """State and ledger of a contract; `Contract` in `contract.py` fills them from its facts."""

    id: UUID
    version: int
    ledger: FeeLedger
    parked: tuple[str, str] | None
    terms_version: int
    """The version in which anything but its bills last changed."""
    proposed_version: dict[UUID, int]
    """The version in which each proposal that is open took its instalments."""

    @property
    def state(self) -> ContractState:
        """The contract as its facts make it, but for what was billed."""
        return self._state

    @state.setter
    def state(self, state: ContractState) -> None:
        self._state, self.terms_version = state, self.version

    def is_as_proposed(self, invoice_id: UUID) -> bool:
        """Whether the terms are those under which a proposal took its instalments: they need no second look."""
        return self.proposed_version.get(invoice_id, 0) > self.terms_version

    def _record(self, fact: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        """End a decision: one more fact."""
        assert isinstance(self, Aggregate)
        # The library makes each fact anew for the class that has it; the base it came from is not the one to record.
        self.trigger_event(getattr(type(self), fact.__name__), act=act, **values)
