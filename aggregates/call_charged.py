"""What of a call is charged at all (voci a pagamento): its items of cost, and who pays for each (R4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from uuid import UUID

from aggregates.because import Because
from aggregates.call_state import CallState
from aggregates.call_values import ChargeItem, CloseOutcome
from aggregates.coverage import CoverageKind, Decision
from aggregates.rules.hour_pools import Band
from aggregates.rules.work_bands import work_bands
from aggregates.work_report import ActivityMode, Performed, UsedPart

USUAL_NIGHT = (time(22), time(6))


def decide(
    call: CallState,
    outcome: CloseOutcome | None,
    item: ChargeItem,
    machine: UUID | None = None,
    *,
    in_fix: bool = False,
    article_code: str | None = None,
) -> Decision:
    """Who pays for an item of cost; a call without a fault that we answer for is charged whatever covers it."""
    if outcome is not None and outcome.overrides_coverage:
        why = Because(code=outcome.value)
        return Decision(kind=CoverageKind.CHARGEABLE, because=why, reason=why.italian)
    return call.coverage.of(machine).decide(item, in_fix=in_fix, article_code=article_code)


def decide_part(call: CallState, outcome: CloseOutcome | None, used: UsedPart, code: str | None = None) -> Decision:
    """Who pays for a part or consumable that was used."""
    return decide(
        call,
        outcome,
        part_item(used),
        machine_of_part(call, used),
        in_fix=used.part_of_fix,
        article_code=code or used.part.code,
    )


def part_item(used: UsedPart) -> ChargeItem:
    """Which item of cost a used part is."""
    return ChargeItem.CONSUMABLES if used.is_consumable else ChargeItem.PARTS


def machine_of(done: Performed) -> UUID | None:
    """The machine that work was done on; None when it was several or none in particular."""
    return done.serial_item_ids[0] if len(done.serial_item_ids) == 1 else None


def machine_of_part(call: CallState, used: UsedPart) -> UUID | None:
    """The machine that a part went into: as told, else the one of its activity."""
    if used.serial_item_id is not None or used.activity_id is None:
        return used.serial_item_id
    done = call.performed.get(used.activity_id)
    return machine_of(done) if done else None


def items_to_charge(call: CallState, outcome: CloseOutcome) -> tuple[ChargeItem, ...]:
    """The items of cost that happened and that nothing covers; without prices, so that some may still cost nothing.

    Hours of a pool count as charged: more may have been worked than were left.
    """
    found = {item for item, decision in _happened(call, outcome) if not _is_settled(decision)}
    return tuple(item for item in ChargeItem if item in found)


def bands_of(call: CallState, done: Performed, night: tuple[time, time] = USUAL_NIGHT) -> dict[Band, int]:
    """Minutes of work by band, on the calendar that the call was opened under."""
    return work_bands(call.service.calendar, done.time, done.pause_minutes, night)


def _is_settled(decision: Decision) -> bool:
    return decision.is_covered and decision.kind is not CoverageKind.POOL


def _happened(call: CallState, outcome: CloseOutcome) -> Iterator[tuple[ChargeItem, Decision]]:
    work = [done for done in call.performed.values() if done.is_chargeable]
    visits = [done for done in work if done.mode is ActivityMode.VISIT]
    if visits:
        yield from ((item, decide(call, outcome, item)) for item in (ChargeItem.CALL_FEE, ChargeItem.PER_DIEM))
    if visits or any(done.travel_minutes for done in work):
        yield ChargeItem.TRAVEL, decide(call, outcome, ChargeItem.TRAVEL)
    for done in work:
        if done.work_minutes:
            yield ChargeItem.LABOUR, decide(call, outcome, ChargeItem.LABOUR, machine_of(done))
        if bands_of(call, done).keys() - {Band.ORDINARY}:
            yield ChargeItem.OVERTIME, decide(call, outcome, ChargeItem.OVERTIME, machine_of(done))
    for used in call.used_parts.values():
        yield part_item(used), decide_part(call, outcome, used)
    for expense in call.expenses.values():
        yield expense.item, decide(call, outcome, expense.item, expense.serial_item_id)
