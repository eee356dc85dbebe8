"""The interventions of a call (interventi della chiamata): its work as an hour pool counts it, by report (R2.3)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from aggregates.call import Call
from aggregates.call_values import ChargeItem
from aggregates.hour_pool_values import Admission, Work
from aggregates.rules.hour_pools import Stretch
from aggregates.rules.priority import Level
from aggregates.work_report import Performed


def pools_paying(call: Call) -> tuple[UUID, ...]:
    """The pools that pay for labour on the call or on one of its machines, as its coverage was decided (R4.1)."""
    decided = [call.coverage, *call.coverage.items]
    paying = [each.decide(ChargeItem.LABOUR).cover for each in decided]
    return tuple(dict.fromkeys(cover.pool_id for cover in paying if cover is not None and cover.pool_id is not None))


def works_of(call: Call, pool_id: UUID, admission: Admission | None = None) -> tuple[Work, ...]:
    """One intervention for each report, with all activities that the pool pays; one for work that no report declares.

    The coverage decided says what is paid; given an admission, that does: hours are drawn though others should pay.
    An activity that two reports declare counts in the first. A call of high priority is urgent.
    """
    counted = {key: done for key, done in call.performed.items() if done.is_chargeable}
    left = {key: done for key, done in counted.items() if _is_paid(call, done, pool_id, admission)}
    works = []
    for report in call.reports.values():
        declared = [left.pop(done.activity_id) for done in report.performed if done.activity_id in left]
        works.append(_work(call, report.report_id, declared))
    works.append(_work(call, call.id, left.values()))
    return tuple(work for work in works if work is not None)


def _is_paid(call: Call, done: Performed, pool_id: UUID, admission: Admission | None) -> bool:
    if admission is not None:
        return admission.admits_activity(done.kind)
    machine = done.serial_item_ids[0] if len(done.serial_item_ids) == 1 else None
    cover = call.coverage.of(machine).decide(ChargeItem.LABOUR).cover
    return cover is not None and cover.pool_id == pool_id and cover.admits(done.kind)


def _work(call: Call, work_id: UUID, performed: Iterable[Performed]) -> Work | None:
    done = sorted(performed, key=lambda one: (one.time.starts_at, one.time.ends_at, one.activity_id))
    if not done:
        return None
    return Work(
        work_id=work_id,
        call_id=call.id,
        stretches=tuple(_stretch(one) for one in done),
        activity_ids=tuple(one.activity_id for one in done),
        urgent=call.priority is Level.HIGH,
    )


def _stretch(done: Performed) -> Stretch:
    return Stretch(
        starts_at=done.time.starts_at,
        ends_at=done.time.ends_at,
        pause_minutes=done.pause_minutes,
        travel_minutes=done.travel_minutes,
    )
