"""Blocks for arrears to open and to close (blocco per morosità): what contracts should show less what they do (R1.10).

What is overdue says the due-date ledger, see `arrears.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from aggregates.company import Parameters
from aggregates.contract_state import BlockReason, ContractState
from aggregates.rules.arrears import blocks_from
from projections.arrears import owed, parameters_on
from projections.base import Page, Reader, Row, page
from projections.contracts import TODAY

ONE_DAY = timedelta(days=1)


class ArrearsBlocks(Page):
    """The blocks to open and to close as of a day."""

    on: date | None = None
    """Left out, today."""


def arrears_blocks(reader: Reader, ask: ArrearsBlocks) -> dict[str, Any]:
    """Contracts whose service is to be blocked from a day, or served again; those as they should be are left out.

    Only where the company wants it and the contract allows it; the limit counts contracts looked at.
    """
    found = page(
        reader,
        ask,
        f"""select c.contract_id, c.number, c.customer_id, c.arrears_since, c.state, o.overdue, o.oldest_due_on,
                   {TODAY} as today
              from {{contract}} c left join ({owed(TODAY)}) o on o.customer_id = c.customer_id
             where c.status in ('in_force', 'under_notice')
               and (c.arrears_since is not null or (c.ends_on >= {TODAY} and o.overdue > 0))""",  # noqa: S608 - own constants only
        order=("contract_id",),
    )
    ours = {row["today"]: parameters_on(reader, row["today"]) for row in found["items"][:1]}
    rows = (action for row in found["items"] for action in _action(row, ours[row["today"]]))
    return {"items": list(rows), "next": found["next"]}


def _action(row: Row, parameters: Parameters) -> Iterator[Row]:
    state, today = ContractState.model_validate(row["state"]), row["today"]
    known = {name: row[name] for name in ("contract_id", "number", "customer_id")}
    should_from = _from(row, parameters) if state.on(today).header.suspension_approved else None
    should = should_from is not None and should_from <= today
    if should_from is not None and should and row["arrears_since"] is None:
        ended = [b.until_on for b in state.blocks if b.reason is BlockReason.ARREARS and b.until_on is not None]
        after = [until_on + ONE_DAY for until_on in ended]
        yield {**known, "action": "block", "from_on": max(should_from, *after) if after else should_from}
    elif row["arrears_since"] is not None and not should:
        yield {**known, "action": "unblock", "from_on": today}


def _from(row: Row, parameters: Parameters) -> date | None:
    if not parameters.arrears_block or not row["overdue"]:
        return None
    grace, threshold = parameters.block_grace_days, parameters.block_threshold
    return blocks_from(row["overdue"], row["oldest_due_on"], grace, threshold)
