"""Copies of contracts that will make no further invoice (conguaglio dopo la fine): when to look at them once more.

What readings change of copies billed goes on the contract's next invoice (R3.8). After the last one only a fact can
tell that there is something to bill or to take back: a reading, a correction, an earlier end. Whether there really is,
is computed from the readings when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from aggregates.contract_state import ContractState
from aggregates.rules.meter_keys import kind_of
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from projections.base import Row, Rows
from projections.contract_tables import CONTRACT, COVERAGE, next_due_on

A_YEAR = timedelta(days=366)
"""A machine goes on counting for others: what it shows so long after the end says nothing of the contract any more."""

MeterFact = SerialItem.ReadingRecorded | SerialItem.ReadingCorrected | SerialItem.MeterReplaced


def are_copies(stored_keys: Iterable[Row]) -> bool:
    """Whether some of these keys are of copies."""
    return any(kind_of(key["kind"]) is not None for key in stored_keys)


def counted(fact: MeterFact, rows: Rows) -> None:
    """Look again at the contracts that billed this machine's copies and have nothing else to bill."""
    day = _told_of(fact)
    for covered in rows.select(COVERAGE, target_id=fact.stream_id):
        if day <= covered["to_on"] + A_YEAR:
            _look_again(covered["contract_id"], rows)


def _look_again(contract_id: UUID, rows: Rows) -> None:
    row = rows.get(CONTRACT, contract_id)
    if row is not None and row["next_billing_on"] is None and are_copies(row["held"]):
        state = ContractState.model_validate(row["state"])
        due_on = next_due_on(state, row["held"], row["reopened"], (), copies_again=True)
        rows.patch(CONTRACT, contract_id, copies_again=True, next_billing_on=due_on)


def _told_of(fact: MeterFact) -> date:
    return rome_date(fact.swap.replaced_at if isinstance(fact, SerialItem.MeterReplaced) else fact.reading.read_at)
