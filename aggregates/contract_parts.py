"""What the decisions of a contract share (parti del contratto): state, ledger, how a decision becomes a fact."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act, Aggregate
from aggregates.contract_ledger import FeeLedger
from aggregates.contract_state import ContractState


class ContractParts:
    """State and ledger of a contract; `Contract` in `contract.py` fills them from its facts."""

    id: UUID
    state: ContractState
    ledger: FeeLedger
    parked: tuple[str, str] | None

    def _record(self, fact: type[Aggregate.Event], /, *, act: Act, **values: object) -> None:
        """End a decision: one more fact."""
        assert isinstance(self, Aggregate)
        # The library makes each fact anew for the class that has it; the base it came from is not the one to record.
        self.trigger_event(getattr(type(self), fact.__name__), act=act, **values)
