"""Machines of a contract's lines (matricole in contratto): one takes the place of another, and the line goes on."""

from __future__ import annotations

from datetime import date, timedelta

from aggregates import contract_facts as facts
from aggregates import contract_refusals as refused
from aggregates.base import Act, require
from aggregates.contract_changes import SerialSwap, TermsChange
from aggregates.contract_parts import ContractParts
from aggregates.contract_rules import check_serials, require_signed
from aggregates.contract_serials import rehold
from aggregates.contract_state import ContractState

ONE_DAY = timedelta(days=1)


class ContractMachines(ContractParts):
    """The decisions of a contract about which machines its lines serve."""

    def replace_serial(self, swap: SerialSwap, from_on: date, reason: str | None, act: Act) -> None:
        """Let a line go on with another machine from a day on; fee, coverage and term stay (R1.13).

        The old machine is served up to the day before. Nothing billed changes: the line's fee is the same on every
        day. The same again records nothing. Raises `ContractNotSigned`, `ContractHasEnded`, `LineUnknown`,
        `SerialIsSame`, `ChangeOutsideContract`, `SerialNotOnLine`, `SerialAlreadyCovered`.
        """
        require_signed(self.state)
        require(self.state.line(swap.line_id) is not None, refused.LineUnknown, line_id=str(swap.line_id))
        require(swap.old_id != swap.new_id, refused.SerialIsSame)
        change = TermsChange(from_on=from_on, serials=(swap,), reason=reason)
        if _is_done(self.state, change, swap):
            return
        _check_day(self.state, from_on)
        after = self.state.with_change(change)
        _check_on_line(self.state, swap, from_on)
        for stretch, then in after.versions():
            line = then.line(swap.line_id)
            if line is not None and stretch.ends_on >= from_on:
                check_serials(then, line)
        self._record(
            facts.SerialReplaced, act=act, from_on=from_on, swap=swap, reason=reason, **rehold(self.state, after)
        )


def _is_done(state: ContractState, change: TermsChange, swap: SerialSwap) -> bool:
    now = state.on(change.from_on).line(swap.line_id)
    is_there = now is not None and swap.new_id in now.serial_item_ids and swap.old_id not in now.serial_item_ids
    return is_there and any(swap in each.serials and each.from_on == change.from_on for each in state.changes)


def _check_day(state: ContractState, from_on: date) -> None:
    first_on, last_on = state.terms[0].starts_on, state.ends_on
    is_inside = last_on is not None and first_on <= from_on <= last_on
    require(is_inside, refused.ChangeOutsideContract, first_on=str(first_on), last_on=str(last_on))


def _check_on_line(state: ContractState, swap: SerialSwap, from_on: date) -> None:
    """The old machine stands on the line from that day to the last one, the new one on none of those days."""
    told = {"serial_item_id": str(swap.old_id), "from_on": str(from_on)}
    days = []
    for stretch, then in state.versions():
        line = then.line(swap.line_id)
        served = state.served(line, stretch) if line is not None else None
        if line is not None and served is not None and served.ends_on >= from_on:
            days.append(served)
            require(swap.old_id in line.serial_item_ids, refused.SerialNotOnLine, **told)
            is_free = swap.new_id not in line.serial_item_ids
            require(is_free, refused.SerialAlreadyCovered, serial_item_id=str(swap.new_id))
    require(bool(days) and days[0].starts_on <= from_on, refused.SerialNotOnLine, **told)
