"""Billing of a contract (fatturazione del contratto): what is due, held, billed and credited (R1.14, R1.15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from aggregates import contract_facts as facts
from aggregates import contract_refusals as refused
from aggregates.base import Act, require
from aggregates.because import Because
from aggregates.contract_charge import charges_due
from aggregates.contract_ledger import Fee, FeeCredit, FeeState
from aggregates.contract_parts import ContractParts
from aggregates.contract_rules import check_as_due
from aggregates.contract_settlement import differences_due
from aggregates.rules.billing import FEE, DueKey, Instalment, instalments_due
from aggregates.rules.copies import NOTHING
from aggregates.rules.meter_dues import Settled


class ContractBilling(ContractParts):
    """The decisions of a contract about its money."""

    # Decide: billing

    def set_billed_through(self, through_on: date, act: Act) -> None:
        """Take over a contract billed elsewhere through a day; only before the first proposal."""
        if self.state.billed_through == through_on:
            return
        require(not self.ledger.entries, refused.AlreadyBilling)
        self._record(facts.BilledThroughSet, act=act, through_on=through_on)

    def due(self, until: date) -> list[Instalment]:
        """The instalments and charges to bill by a day that no invoice or proposal holds."""
        terms, held, reopened = self.state.fee_terms(), self.ledger.held, self.ledger.reopened
        charges = charges_due(self.state.charges, held, reopened, until)
        fees = instalments_due(terms, held, self.state.billed_through, until, reopened) if terms else []
        return [*fees, *differences_due(self.state, self.ledger, until), *charges]

    def propose_fees(self, invoice_id: UUID, fees: Sequence[Fee], act: Act) -> None:
        """Hold instalments for a proposed invoice. Raises `AlreadyBilled`, `FeeNotDue`."""
        held = self.ledger.held
        for fee in fees:
            require(fee.key not in held, refused.AlreadyBilled, number=fee.key.number)
        check_as_due(self.state, self.ledger, fees)
        self._record(facts.FeesProposed, act=act, invoice_id=invoice_id, fees=tuple(fees))

    def settle_meters(self, periods: Iterable[Settled], act: Act) -> None:
        """Note meter periods that come to nothing, with what was measured; those noted already are left out (R3.8)."""
        held = self.ledger.held
        fees = tuple(
            Fee(key=each.key, period=each.period, amount=NOTHING, measured=each.measured)
            for each in periods
            if each.key not in held
        )
        if fees:
            self._record(facts.MeterPeriodsSettled, act=act, fees=fees)

    def release_fees(self, invoice_id: UUID, keys: Iterable[DueKey], act: Act) -> None:
        """Give back instalments of a proposal that will not be issued."""
        wanted = frozenset(keys)
        held = tuple(
            entry.fee.key
            for entry in self.ledger.of_invoice(invoice_id)
            if entry.state is FeeState.PROPOSED and entry.fee.key in wanted
        )
        if held:
            self._record(facts.FeesReleased, act=act, invoice_id=invoice_id, keys=held)

    def bill(
        self,
        invoice_id: UUID,
        number: str,
        billed_on: date,
        fees: Sequence[Fee],
        act: Act,
        *,
        is_credit_note: bool = False,
    ) -> None:
        """Bind proposed instalments to their issued invoice. Raises `AlreadyBilled`, `FeeNotDue`."""
        for fee in fees:
            entry = self.ledger.entry(fee.key)
            is_ours = entry is not None and entry.invoice_id == invoice_id and entry.state is FeeState.PROPOSED
            require(is_ours, refused.AlreadyBilled, number=fee.key.number)
        known = self.is_as_proposed(invoice_id)
        check_as_due(self.state, self.ledger, [fee for fee in fees if not (known and fee.key.kind == FEE)])
        self._record(
            facts.PeriodBilled,
            act=act,
            invoice_id=invoice_id,
            number=number,
            billed_on=billed_on,
            fees=tuple(fees),
            is_credit_note=is_credit_note,
        )

    def credit(
        self,
        invoice_id: UUID,
        credit_note_id: UUID,
        number: str,
        fees: Sequence[FeeCredit],
        is_reopened: bool,
        act: Act,
    ) -> None:
        """Take back amounts of billed instalments. Raises `NotOnInvoice`."""
        for fee in fees:
            entry = self.ledger.entry(fee.key)
            is_billed = entry is not None and entry.invoice_id == invoice_id and entry.state is FeeState.BILLED
            require(is_billed, refused.NotOnInvoice, number=fee.key.number)
        self._record(
            facts.PeriodCredited,
            act=act,
            invoice_id=invoice_id,
            credit_note_id=credit_note_id,
            number=number,
            fees=tuple(fees),
            is_reopened=is_reopened,
        )

    def park(self, code: str, reason: str, act: Act, because: Because | None = None) -> None:
        """Note why a run left this contract alone; the same reason again records nothing."""
        if self.parked != (code, reason):
            self._record(facts.BillingParked, act=act, code=code, reason=reason, because=because)
