"""What a contract keeps of its price changes and charges (adeguamenti, addebiti): all that each rests on (R1.22).

Fees are annual, in euro.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self
from uuid import UUID

from pydantic import Field

from aggregates.adjustment_terms import Month, PriceChange
from aggregates.because import Reasons, in_italian
from aggregates.contract_charge import ContractCharge
from aggregates.contract_terms import LineFee
from aggregates.rules.fee_adjustment import NewFee
from aggregates.rules.indexation import IndexRow
from aggregates.values import Rate, Value


class FeeAdjustment(Value):
    """One change of price as it was made: what was asked, what came of it, by which formula and index rows.

    A provisional one left the fees as they were, because the index was not known; another `settles` it later (R1.21).
    """

    adjustment_id: UUID
    from_on: date
    change: PriceChange
    lines: tuple[NewFee, ...]
    formula: str = Field(default="", description="The sentence of changes from before reasons were codes.")
    because: Reasons = ()
    notice_on: date | None = None
    from_month: Month | None = None
    to_month: Month | None = None
    index_percent: Rate | None = None
    index_rows: tuple[IndexRow, ...] = ()
    is_provisional: bool = False
    settles: UUID | None = None

    @property
    def told(self) -> str:
        """The formula in Italian words."""
        return in_italian(self.because, self.formula) or ""

    @property
    def old(self) -> Decimal:
        """The annual total before, of the lines it is about."""
        return sum((line.old for line in self.lines), Decimal("0.00"))

    @property
    def new(self) -> Decimal:
        """The annual total after."""
        return sum((line.new for line in self.lines), Decimal("0.00"))

    @property
    def noted(self) -> FeeAdjustment:
        """What a contract remembers of it: the reasons stay with the fact."""
        return self.model_copy(update={"index_rows": (), "formula": "", "because": ()})

    @property
    def fees(self) -> tuple[LineFee, ...]:
        """The new fees, of the lines that have one."""
        return tuple(LineFee(line_id=e.line_id, annual_fee=e.new) for e in self.lines if e.new != e.old)


class Priced(Value):
    """The part of a contract's state that is about price changes and charges."""

    adjustments: tuple[FeeAdjustment, ...] = ()
    charges: tuple[ContractCharge, ...] = ()
    withdrawn_charges: tuple[UUID, ...] = ()

    @property
    def open_adjustments(self) -> tuple[FeeAdjustment, ...]:
        """The provisional ones that still wait for their index, the oldest first (R1.21)."""
        settled = {each.settles for each in self.adjustments}
        waiting = (e for e in self.adjustments if e.is_provisional and e.adjustment_id not in settled)
        return tuple(sorted(waiting, key=lambda each: each.from_on))

    def charge(self, charge_id: UUID) -> ContractCharge | None:
        """A charge by its id."""
        return next((charge for charge in self.charges if charge.charge_id == charge_id), None)

    def noting(self, adjustment: FeeAdjustment) -> Self:
        """With one more price change in its history; the fees themselves are dated fees."""
        return self.model_copy(update={"adjustments": (*self.adjustments, adjustment.noted)})

    def with_charge(self, charge: ContractCharge) -> Self:
        """With one more charge."""
        return self.model_copy(update={"charges": (*self.charges, charge)})

    def without_charge(self, charge_id: UUID) -> Self:
        """Without a charge that was withdrawn."""
        left = tuple(charge for charge in self.charges if charge.charge_id != charge_id)
        return self.model_copy(update={"charges": left, "withdrawn_charges": (*self.withdrawn_charges, charge_id)})
