"""What was billed against the terms (conguagli e crediti del contratto): differences, credits, marks of other bills."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates import contract_facts as facts
from aggregates import contract_refusals as refused
from aggregates.base import Act, require
from aggregates.because import Reasons
from aggregates.contract_ledger import Fee, FeeCredit, FeeEntry, FeeLedger, FeeState
from aggregates.contract_parts import ContractParts
from aggregates.contract_state import ContractState, Elsewhere
from aggregates.rules.billing import DueKey, Instalment, instalments
from aggregates.rules.settlement import BilledFee, Overbilled, differences, overbilled, taken_back

NOTHING = Decimal("0.00")


def billed_fees(state: ContractState, entries: Iterable[BilledFee]) -> list[BilledFee]:
    """Entries of a ledger with what the state knows of them: settled credits, and what was billed elsewhere."""
    foreign = {key.parts for mark in state.elsewhere for key in mark.keys}
    settled: dict[tuple[object, ...], Decimal] = {}
    for credit in state.settled:
        settled[credit.key.parts] = settled.get(credit.key.parts, NOTHING) + credit.amount
    return [
        entry.model_copy(
            update={"settled": settled.get(entry.key.parts, NOTHING), "is_foreign": entry.key.parts in foreign}
        )
        for entry in entries
    ]


def differences_of(state: ContractState, billed: Sequence[BilledFee], reopened: Sequence[DueKey]) -> list[Instalment]:
    """What a contract has still to bill of periods billed already."""
    found: list[Instalment] = []
    if state.fees or state.settled or state.blocks or state.changes:
        # only these make a period worth more than what was billed: most contracts have none
        found += differences(state.fee_terms(), billed_fees(state, billed), state.billed_through, reopened)
    if any(entry.is_on_note for entry in billed):
        terms = state.fee_terms(open_blocks=False)
        found += taken_back(terms, billed_fees(state, billed), state.billed_through, reopened)
    return found


def overbilled_of(state: ContractState, billed: Sequence[BilledFee], reopened: Sequence[DueKey]) -> list[Overbilled]:
    """What a contract has billed above its terms: early ends, notices, lines removed, fees lowered (R1.12)."""
    terms = state.fee_terms(open_blocks=False)
    return overbilled(terms, billed_fees(state, billed), state.billed_through, reopened)


def differences_due(state: ContractState, ledger: FeeLedger, until: date) -> list[Instalment]:
    """What periods billed already still lack by a day, since terms changed that reach back into them."""
    found = differences_of(state, list(_billed(ledger)), list(ledger.reopened))
    return [each for each in found if each.billing_on <= until]


def check_differences(state: ContractState, ledger: FeeLedger, fees: Sequence[Fee]) -> None:
    """Each further instalment is what the terms still lack. Raises `FeeNotDue`."""
    if fees:
        own = frozenset(fee.key for fee in fees)
        found = differences_of(state, list(_billed(ledger, own)), list(ledger.reopened))
        now = {each.key: (each.amount, each.period) for each in found}
        for fee in fees:
            require(now.get(fee.key) == (fee.amount, fee.period), refused.FeeNotDue, number=fee.key.number)


def elsewhere(ledger: FeeLedger, mark_id: UUID, reference: str, fees: Iterable[Fee]) -> FeeLedger:
    """A ledger that holds instalments which another document billed; they count as billed, by that document."""
    added = tuple(FeeEntry(fee=fee, invoice_id=mark_id, state=FeeState.ELSEWHERE, number=reference) for fee in fees)
    return ledger.model_copy(update={"entries": (*ledger.entries, *added)})


def undone(ledger: FeeLedger, keys: Collection[DueKey]) -> FeeLedger:
    """A ledger without the marks on some instalments."""
    kept = (each for each in ledger.entries if each.state is not FeeState.ELSEWHERE or each.fee.key not in keys)
    return ledger.model_copy(update={"entries": tuple(kept)})


def _billed(ledger: FeeLedger, without: Collection[DueKey] = ()) -> Iterator[BilledFee]:
    for entry in ledger.entries:
        if entry.state is not FeeState.REOPENED and entry.fee.key not in without:
            yield BilledFee(
                key=entry.fee.key,
                period=entry.fee.period,
                amount=entry.fee.amount,
                credited=entry.credited,
                is_open=entry.state is FeeState.PROPOSED,
                is_on_note=entry.is_on_note,
            )


class ContractSettlement(ContractParts):
    """The decisions of a contract about what was billed otherwise than its terms say."""

    # Answers

    def overbilled(self) -> list[Overbilled]:
        """What is to be credited: billed − credited − what the terms say now (R1.12)."""
        return overbilled_of(self.state, list(_billed(self.ledger)), self._reopened())

    # Decide

    def note_settled(
        self, credit_note_id: UUID, number: str, settled: Sequence[tuple[FeeCredit, Reasons]], act: Act
    ) -> None:
        """Note that a credit note took back what was billed above the terms; each with its reason."""
        self._record(
            facts.OverbilledCredited,
            act=act,
            credit_note_id=credit_note_id,
            number=number,
            fees=tuple(fee for fee, _ in settled),
            because=tuple(why for _, why in settled),
        )

    def mark_elsewhere(
        self, mark_id: UUID, wanted: Sequence[tuple[UUID, int]], reference: str, reason: str, act: Act
    ) -> None:
        """Take instalments as billed by another document, by line and number; marked ones stay marked.

        Raises `AlreadyBilled`, `NothingToMark`, `ContractNotSigned`.
        """
        require(bool(self.state.terms), refused.ContractNotSigned)
        terms = self.state.fee_terms()
        found = instalments(terms, self.state.billed_through, None, self._reopened()) if terms else ()
        now = {(each.key.line_id, each.key.number): each for each in found}
        marked = {key for mark in self.state.elsewhere for key in mark.keys}
        fees = []
        for line_id, number in dict.fromkeys(wanted):
            due = now.get((line_id, number))
            if due is None:
                raise refused.NothingToMark(number=number)
            if due.key not in marked:
                require(due.key not in self.ledger.held, refused.AlreadyBilled, number=number)
                fees.append(Fee(key=due.key, period=due.period, amount=due.amount))
        if fees:
            self._record(
                facts.BilledElsewhere, act=act, mark_id=mark_id, fees=tuple(fees), reference=reference, reason=reason
            )

    def undo_elsewhere(self, wanted: Sequence[tuple[UUID, int]], act: Act) -> None:
        """Let instalments be due here again; those that are not marked stay as they are."""
        places = set(wanted)
        keys = tuple(k for mark in self.state.elsewhere for k in mark.keys if (k.line_id, k.number) in places)
        if keys:
            self._record(facts.ElsewhereUndone, act=act, keys=keys)

    def _reopened(self) -> list[DueKey]:
        return list(self.ledger.reopened)


def mark_of(mark_id: UUID, fees: Iterable[Fee], reference: str, reason: str) -> Elsewhere:
    """The mark that a fact makes."""
    return Elsewhere(mark_id=mark_id, keys=tuple(fee.key for fee in fees), reference=reference, reason=reason)
