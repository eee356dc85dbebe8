"""What contracts cover for a call (copertura da contratto): the line in force for a serial item, site or customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from aggregates.contract_state import Block, BlockReason
from projections.base import Reader, Row

IN_FORCE = """select * from {contract_coverage}
               where target_id = any(%(targets)s::uuid[]) and from_on <= %(on)s and %(on)s <= to_on
               order by case target when 'serial_item' then 0 when 'site' then 1 else 2 end,
                        array_position(%(targets)s::uuid[], target_id), from_on desc, number, line_id"""
"""The lines in force on a day for any of the targets, in the order in which they count; the latest begun is first."""


def targets(serial_item_ids: Sequence[UUID], site_id: UUID | None, party_id: UUID | None) -> list[UUID]:
    """What contracts may name of a call: its serial items, else its site, else its customer."""
    return [each for each in (*serial_item_ids, site_id, party_id) if each is not None]


def covering(in_force: Sequence[Row], among: Sequence[UUID], on: date, arrears_from: date | None = None) -> Row | None:
    """Of the lines in force, the first for any of these targets; None when no contract covers them.

    The row says with `is_blocked` and `block_reason` whether the service is blocked on that day: by the contract, or by
    the customer's arrears since `arrears_from` where the right to suspend was approved (R1.10).
    """
    return next(iter(covering_all(in_force, among, on, arrears_from)), None)


def covering_all(
    in_force: Sequence[Row],
    among: Sequence[UUID],
    on: date,
    arrears_from: date | None = None,
    *,
    ledger_decides: bool = False,
) -> list[Row]:
    """All lines in force for any of these targets, each as `covering` answers it, in the order in which they count.

    Where `ledger_decides`, a block for arrears holds only while there are arrears: it ends with the payment, not when
    the duty notices it.
    """
    wanted = {str(target) for target in among}
    return [_told(row, on, arrears_from, ledger_decides) for row in in_force if str(row["target_id"]) in wanted]


def _told(row: Row, on: date, arrears_from: date | None, ledger_decides: bool) -> Row:
    is_in_arrears = arrears_from is not None and arrears_from <= on
    is_paid = ledger_decides and not is_in_arrears
    blocks = (Block.model_validate(block) for block in row["blocks"])
    reasons = (block.reason for block in blocks if block.holds(on))
    reason = next((each for each in reasons if not (is_paid and each is BlockReason.ARREARS)), None)
    if reason is None and row["suspension_approved"] and is_in_arrears:
        reason = BlockReason.ARREARS
    return {**row, "is_blocked": reason is not None, "block_reason": reason.value if reason else None}


def covering_each(
    in_force: Sequence[Row],
    serial_item_ids: Sequence[UUID],
    others: Sequence[UUID],
    on: date,
    arrears_from: date | None = None,
) -> Mapping[UUID, Row]:
    """For each serial item that a contract covers, by itself or by its site or customer, the row of `covering`."""
    found = ((key, covering(in_force, [key, *others], on, arrears_from)) for key in serial_item_ids)
    return {key: row for key, row in found if row is not None}


def cover_of_serial(
    reader: Reader, serial_item_id: UUID, item: str, from_on: date, to_on: date, except_id: UUID
) -> tuple[str, date, date] | None:
    """See `Lookups.cover_of_serial`; a line that names the item of cost goes before one that names none."""
    row = reader.row(
        """select number, from_on, to_on from {contract_coverage}
            where target_id = %(serial_item_id)s and contract_id <> %(except_id)s
              and from_on <= %(to_on)s and to_on >= %(from_on)s
            order by (covered ->> %(item)s)::boolean desc nulls last, from_on, number, line_id""",
        {"serial_item_id": serial_item_id, "item": item, "from_on": from_on, "to_on": to_on, "except_id": except_id},
    )
    return (row["number"], row["from_on"], row["to_on"]) if row else None


def covered_by(reader: Reader, contract_id: UUID) -> Sequence[tuple[UUID, date, date]]:
    """See `Lookups.covered_by`."""
    sql = """select target_id, from_on, to_on from {contract_coverage} where contract_id = %(contract_id)s
              order by from_on, target_id"""
    return [(row["target_id"], row["from_on"], row["to_on"]) for row in reader.rows(sql, {"contract_id": contract_id})]
