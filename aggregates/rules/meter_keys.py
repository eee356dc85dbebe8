"""Keys of metered dues (chiavi delle copie): what a due is of, as its key in the ledger says it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from aggregates.meter_terms import NOT_A_COUNTER

METER, TRUE_UP, ADVANCE = "meter", "true-up", "advance"


class Of(NamedTuple):
    """What a due of metered fees is of: a counter or the minimum, and the machine that has a volume of its own."""

    counter: str
    machine_id: UUID | None = None


MINIMUM = Of(NOT_A_COUNTER)


def tier_kind(of: Of, tier: int) -> str:
    """The kind in the key of a tier's due, or of what was settled with nothing (tier 0)."""
    if of == MINIMUM:
        return NOT_A_COUNTER if tier else f"{NOT_A_COUNTER}:0"
    return _joined(METER, of.counter, str(tier), of.machine_id)


def true_up_kind(of: Of) -> str:
    """The kind in the key of a true-up."""
    return _joined(TRUE_UP, of.counter, None, of.machine_id)


def advance_kind(of: Of) -> str:
    """The kind in the key of copies billed at their period's start."""
    return _joined(ADVANCE, of.counter, None, of.machine_id)


def is_advance(kind: str) -> bool:
    """Whether a key is of copies billed at their period's start: the period is still to be measured."""
    return kind.startswith(f"{ADVANCE}:")


def kind_of(kind: str) -> Of | None:
    """What a key's kind says it is of; None for fees, charges and all else."""
    head, *rest = kind.split(":")
    if head == NOT_A_COUNTER:
        return MINIMUM
    if head not in (METER, TRUE_UP, ADVANCE) or not rest:
        return None
    machine = rest[2 if head == METER else 1 :]
    return Of(rest[0], UUID(machine[0]) if machine else None)


def _joined(head: str, counter: str, tier: str | None, machine_id: UUID | None) -> str:
    return ":".join(part for part in (head, counter, tier, str(machine_id) if machine_id else None) if part is not None)
