"""What contracts cover for a call (copertura da contratto): the line in force for a serial item, site or customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.contract_state import Block
from projections.base import Reader, Row


def covering(
    reader: Reader, serial_item_ids: Sequence[UUID], party_id: UUID | None, site_id: UUID | None, on: date
) -> Row | None:
    """The contract line that covers a call on a day: by serial item first, then by site, then by customer.

    The row has `contract_id`, `line_id`, `number`, `target`, `target_id`, `from_on`, `to_on`, `covered` (flags by
    item), `service` (a `ServiceTerms` or None), `block_policy`, and `is_blocked` with `block_reason` on that day. Of
    several the one that began last counts. None when no contract covers the call.
    """
    found = reader.rows(
        """select * from {contract_coverage}
            where target_id = any(%(targets)s::uuid[]) and from_on <= %(on)s and %(on)s <= to_on
            order by case target when 'serial_item' then 0 when 'site' then 1 else 2 end,
                     array_position(%(targets)s::uuid[], target_id), from_on desc, number, line_id
            limit 1""",
        {"targets": [each for each in (*serial_item_ids, site_id, party_id) if each is not None], "on": on},
    )
    if not found:
        return None
    row = found[0]
    blocks = (Block.model_validate(block) for block in row.pop("blocks"))
    block = next((block for block in blocks if block.holds(on)), None)
    return {**row, "is_blocked": block is not None, "block_reason": block.reason.value if block else None}


def covering_each(
    reader: Reader, serial_item_ids: Sequence[UUID], party_id: UUID | None, site_id: UUID | None, on: date
) -> dict[UUID, Row]:
    """For each serial item that a contract covers on a day, the row of `covering`."""
    found: dict[UUID, Any] = {}
    for serial_item_id in serial_item_ids:
        row = covering(reader, [serial_item_id], party_id, site_id, on)
        if row is not None:
            found[serial_item_id] = row
    return found
