"""Price adjustment of a contract (adeguamento ISTAT, rinnovo prezzi): decided at renewals and by hand (R1.20–R1.22).

An adjustment is a dated fee of the lines. What was billed stays as it is; where days were billed already at the old
fee, the difference is due by itself, as with every change of terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from aggregates import contract_facts as facts
from aggregates.adjustment_terms import ChangeWay, PriceChange
from aggregates.base import Act
from aggregates.because import because
from aggregates.contract_adjusted import FeeAdjustment
from aggregates.contract_parts import ContractParts
from aggregates.contract_rules import require_signed
from aggregates.contract_state import ContractState
from aggregates.fee_plan import (
    AdjustmentTermsMissing,
    FeePlan,
    FeesSumToNothing,
    IndexNotKnown,
    IndexTables,
    NothingToAdjust,
    fee_plan,
    index_unknown,
    is_made,
    unchanged,
)
from aggregates.rules.indexation import IndexMissing
from aggregates.rules.periods import months_after

AT_RENEWAL = PriceChange(way=ChangeWay.INDEX)


class ContractAdjustment(ContractParts):
    """The decisions of a contract about new prices."""

    # Decide: adjustments

    def adjust(
        self, change: PriceChange, from_on: date, tables: IndexTables, act: Act, *, is_on_top: bool = False
    ) -> UUID | None:
        """Change fees from a day on and answer the adjustment's id; the same again records nothing and answers None.

        Another change from a day that was adjusted already must say that it comes on top; an open provisional one of
        that day is settled by it. Raises `AlreadyAdjusted`, `IndexNotKnown` and what `fee_plan` raises.
        """
        require_signed(self.state)
        if is_made(self.state, change, from_on, is_on_top=is_on_top):
            return None
        try:
            plan = fee_plan(self.state, change, from_on, tables)
        except IndexMissing as missing:
            raise IndexNotKnown(series=missing.series, month=missing.month) from missing
        pending = next((each for each in self.state.open_adjustments if each.from_on == from_on), None)
        return self._adjusted(plan, act, settles=pending.adjustment_id if pending else None)

    def adjust_renewals(self, known_terms: int, tables: IndexTables, act: Act) -> None:
        """Apply the index clause to the terms added since there were so many; an unknown index leaves the old fee.

        A term with fees agreed or adjusted for its first day is left alone; terms shorter than a year are adjusted once
        a year. While an earlier renewal waits for its index, later ones wait too.
        """
        self.settle(tables, act)
        for term in self.state.terms[max(known_terms, 1) :]:
            if not follows_index(self.state, term.starts_on):
                continue
            try:
                plan = fee_plan(self.state, AT_RENEWAL, term.starts_on, tables)
                pending = self.state.open_adjustments
                if pending:
                    plan = unchanged(plan, because("adjust-waits", from_on=pending[0].from_on))
            except IndexMissing as missing:
                plan = unchanged(self._without_index(term.starts_on), index_unknown("adjust-index-unknown", missing))
            except (AdjustmentTermsMissing, NothingToAdjust, FeesSumToNothing):
                continue
            self._adjusted(plan, act)

    def settle(self, tables: IndexTables, act: Act) -> Sequence[UUID]:
        """Give provisional renewals their true fee now that their index is known, the oldest first (R1.21)."""
        settled = []
        for pending in self.state.open_adjustments:
            try:
                plan = fee_plan(self.state, pending.change, pending.from_on, tables)
            except IndexMissing:
                break
            settled.append(self._adjusted(plan, act, settles=pending.adjustment_id))
        return settled

    def _without_index(self, from_on: date) -> FeePlan:
        """The lines that the clause is about, by a change of nothing."""
        return fee_plan(self.state, AT_RENEWAL, from_on, None)

    def _adjusted(self, plan: FeePlan, act: Act, *, settles: UUID | None = None) -> UUID:
        adjustment_id = uuid5(self.id, f"adjustment/{len(self.state.adjustments) + 1}")
        made = FeeAdjustment(adjustment_id=adjustment_id, settles=settles, **dict(plan))
        self._record(facts.FeesAdjusted, act=act, adjustment=made)
        return adjustment_id


def follows_index(state: ContractState, from_on: date) -> bool:
    """Whether a term from this day takes its fees from the index clause: none were agreed or adjusted for that day.

    Terms shorter than a year are adjusted once a year.
    """
    is_agreed = any(dated.from_on == from_on for dated in state.fees)
    is_adjusted = any(each.from_on == from_on for each in state.adjustments)
    if is_agreed or is_adjusted:
        return False
    if state.header.term_months >= 12:
        return True
    indexed = (each.from_on for each in state.adjustments if each.change.way is ChangeWay.INDEX)
    return months_after(max(indexed, default=state.terms[0].starts_on), 12) <= from_on
