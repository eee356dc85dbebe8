"""Decisions on the work of a return (lavoro sul reso): parts fitted, hours, the fee of a mere diagnosis."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates import rma_facts as facts
from aggregates.base import Act, require
from aggregates.delivery_note_refusals import ReasonForActMissing
from aggregates.delivery_note_values import NoteCharge, NoteChargeKind
from aggregates.rma_items import FittedPart
from aggregates.rma_parts import RmaParts
from aggregates.rma_refusals import NoFeeProposed
from aggregates.rma_state import Outcome

UNMENDED = (Outcome.NO_FAULT_FOUND, Outcome.NOT_REPAIRABLE)
"""Outcomes of a diagnosis without a repair: only the diagnosis is charged."""


class RmaWork(RmaParts):
    """The decisions of a return about work and what it costs."""

    def work_on(
        self,
        item_id: UUID,
        work_id: UUID,
        parts: tuple[FittedPart, ...],
        hours: Decimal | None,
        charges: tuple[NoteCharge, ...],
        act: Act,
    ) -> None:
        """Record parts fitted and hours worked, with what the customer pays for them; the same work again is nothing.

        Raises `ItemNotReceived`, `ItemSettled`, `ItemAtSupplier`.
        """
        if work_id not in self.works:
            self._require_here(item_id)
            told = {"work_id": work_id, "parts": parts, "hours": hours, "charges": charges}
            self._record(facts.Worked, act=act, item_id=item_id, **told)

    def propose_fee(self, item_id: UUID, fee: NoteCharge, source: str | None, act: Act) -> None:
        """Propose a diagnosis fee, once: it is charged where the item goes back unmended and nobody waives it."""
        if self.fees.get(item_id) != fee and not self.is_fee_waived(item_id):
            self._record(facts.DiagnosisFeeProposed, act=act, item_id=item_id, fee=fee, source=source)

    def waive_fee(self, item_id: UUID, reason: str, act: Act) -> None:
        """Do not charge the diagnosis; waived once is waived.

        Raises `NoFeeProposed`, `ReasonForActMissing`, `ItemSettled`.
        """
        if self.is_fee_waived(item_id):
            return
        self._require_here(item_id)
        require(item_id in self.fees, NoFeeProposed, description=self.item(item_id).description)
        require(bool(reason.strip()), ReasonForActMissing)
        self._record(facts.DiagnosisFeeWaived, act=act, item_id=item_id, reason=reason.strip())

    def is_fee_waived(self, item_id: UUID) -> bool:
        """Whether somebody waived the diagnosis fee of an item."""
        return item_id in self.fees_waived

    def charges_of(self, item_id: UUID) -> tuple[NoteCharge, ...]:
        """What the customer pays when an item goes back: what was said, and the fee of a diagnosis that mended nothing.

        A diagnosis charged by hand stands in place of the fee.
        """
        said = self.charges.get(item_id, ())
        fee = self.fees.get(item_id)
        is_said = any(one.kind is NoteChargeKind.DIAGNOSIS for one in said)
        if fee is None or is_said or self.is_fee_waived(item_id) or self.outcomes.get(item_id) not in UNMENDED:
            return said
        return (*said, fee)
