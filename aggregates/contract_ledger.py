"""Ledger of a contract's fees (canoni proposti e fatturati): which key is held by which invoice, and what was credited.

A frozen value that the aggregate and the read model both build with the same methods. A key is held once proposed, so
that two runs can't propose it twice, and stays held once billed; a credited key may be opened again (R1.14, R1.15).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.rules.billing import DueKey
from aggregates.rules.meter_windows import Measured
from aggregates.rules.recognition import Credit
from aggregates.values import Period, Rate, Value


class FeeState(StrEnum):
    """Where an instalment stands with its invoice; `reopened` ones were credited and are due with a new attempt;
    `elsewhere` ones were billed by another document."""

    PROPOSED = "proposed"
    BILLED = "billed"
    REOPENED = "reopened"
    ELSEWHERE = "elsewhere"


class Fee(Value):
    """One instalment on an invoice; euro. Of a metered fee it keeps what the amount was reckoned from."""

    key: DueKey
    period: Period
    amount: Rate
    measured: Measured | None = None


class FeeCredit(Value):
    """How much of an instalment a credit note takes back; euro."""

    key: DueKey
    amount: Rate
    since: date | None = Field(default=None, description="First day whose fee was too high; left out, all days were.")


class DatedCredit(Value):
    """What was taken back of the days from one on; euro."""

    amount: Rate
    since: date


class FeeEntry(Value):
    """One instalment in the ledger."""

    fee: Fee
    invoice_id: UUID
    state: FeeState = FeeState.PROPOSED
    number: str | None = None
    billed_on: date | None = None
    credited: Rate = Decimal("0.00")
    dated: tuple[DatedCredit, ...] = ()
    """Of what was credited, what knows from which day on."""
    is_on_note: bool = False
    """Billed by a document whose sum was below zero: no credit note can take it back."""

    def taking_back(self, credit: FeeCredit) -> FeeEntry:
        """With a credit."""
        more = (DatedCredit(amount=credit.amount, since=credit.since),) if credit.since else ()
        return self.model_copy(update={"credited": self.credited + credit.amount, "dated": (*self.dated, *more)})

    def credits(self) -> list[Credit]:
        """What credit notes took back."""
        rest = self.credited - sum((each.amount for each in self.dated), Decimal(0))
        return [*(Credit(each.amount, each.since) for each in self.dated), *([Credit(rest)] if rest else ())]


class FeeLedger(Value):
    """Every instalment proposed or billed, in the order in which it was proposed."""

    entries: tuple[FeeEntry, ...] = ()
    settled: tuple[Fee, ...] = ()
    """Meter periods that came to nothing: no invoice holds them, and they are not due again (R3.8)."""

    def entry(self, key: DueKey) -> FeeEntry | None:
        """The entry of a key."""
        return next((entry for entry in self.entries if entry.fee.key == key), None)

    @property
    def held(self) -> frozenset[DueKey]:
        """The keys that may not be billed by anyone else."""
        return frozenset((*(e.fee.key for e in self.entries), *(fee.key for fee in self.settled)))

    @property
    def reopened(self) -> frozenset[DueKey]:
        """The keys that were credited and are due again."""
        return frozenset(entry.fee.key for entry in self.entries if entry.state is FeeState.REOPENED)

    def of_invoice(self, invoice_id: UUID) -> tuple[FeeEntry, ...]:
        """The entries of an invoice."""
        return tuple(entry for entry in self.entries if entry.invoice_id == invoice_id)

    def proposed(self, invoice_id: UUID, fees: Iterable[Fee]) -> FeeLedger:
        """With instalments held by a proposal."""
        added = (FeeEntry(fee=fee, invoice_id=invoice_id) for fee in fees)
        return self._but((*self.entries, *added))

    def released(self, invoice_id: UUID, keys: Collection[DueKey]) -> FeeLedger:
        """Without instalments that a proposal gave back."""
        kept = (e for e in self.entries if e.invoice_id != invoice_id or e.fee.key not in keys)
        return self._but(kept)

    def billed(
        self, invoice_id: UUID, number: str, on: date, fees: Iterable[Fee], *, is_on_note: bool = False
    ) -> FeeLedger:
        """With instalments billed by an issued invoice."""
        by_key = {fee.key: fee for fee in fees}
        return self._but(
            FeeEntry(
                fee=fee if fee.measured else fee.model_copy(update={"measured": entry.fee.measured}),
                invoice_id=invoice_id,
                state=FeeState.BILLED,
                number=number,
                billed_on=on,
                is_on_note=is_on_note,
            )
            if (fee := by_key.get(entry.fee.key))
            else entry
            for entry in self.entries
        )

    def credited(self, taken_back: Iterable[FeeCredit], is_reopened: bool) -> FeeLedger:
        """With amounts taken back by a credit note, and perhaps the keys opened again."""
        by_key = {credit.key: credit for credit in taken_back}
        state = FeeState.REOPENED if is_reopened else FeeState.BILLED
        return self._but(
            entry.taking_back(by_key[entry.fee.key]).model_copy(update={"state": state})
            if entry.fee.key in by_key
            else entry
            for entry in self.entries
        )

    def settling(self, fees: Iterable[Fee]) -> FeeLedger:
        """With meter periods that came to nothing."""
        return FeeLedger(entries=self.entries, settled=(*self.settled, *fees))

    def _but(self, entries: Iterable[FeeEntry]) -> FeeLedger:
        return FeeLedger(entries=tuple(entries), settled=self.settled)
