"""Service clocks as rows of the datamart (orologi del livello di servizio): due, met or missed, minutes and pauses.

The clocks stand in `sla_clock`, where the board folds them; here each is judged and measured by the terms of its call.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.rules.service_level import Clock, business_minutes
from projections.base import Page, Reader, Row, page
from projections.sla_tables import clock_of

JUDGED = """case when c.void then 'void'
     when c.breached_at is not null or c.stopped_at > c.due_at then 'missed'
     when c.stopped_at is null then 'running'
     else 'met' end"""
"""What became of a clock: `void` where its call was cancelled, `running` until it stops or its breach is recorded."""


class FindServiceClocks(Page):
    """Clocks of calls opened in some days, of one kind, customer, contract or technician, or with one result."""

    from_on: date | None = None
    to_on: date | None = None
    clock: Clock | None = None
    customer_id: UUID | None = None
    contract_id: UUID | None = None
    technician_id: UUID | None = None
    result: str | None = None


def find_service_clocks(reader: Reader, ask: FindServiceClocks) -> dict[str, Any]:
    """Each call's clocks; `minutes` are business minutes from the start to the stop without pauses."""
    found = page(
        reader,
        ask,
        f"""select c.call_id, k.number as call_number, c.clock, c.party_id as customer_id, c.contract_id,
                  c.technician_id, c.priority, k.opened_on, c.starts_at, c.target_minutes, c.due_at, c.stopped_at,
                  c.breached_at, c.paused_minutes, {JUDGED} as result
             from {{sla_clock}} c join {{call}} k on k.call_id = c.call_id
            where (%(from_on)s::date is null or k.opened_on >= %(from_on)s)
              and (%(to_on)s::date is null or k.opened_on <= %(to_on)s)
              and (%(clock)s::text is null or c.clock = %(clock)s)
              and (%(customer_id)s::uuid is null or c.party_id = %(customer_id)s)
              and (%(contract_id)s::uuid is null or c.contract_id = %(contract_id)s)
              and (%(technician_id)s::uuid is null or c.technician_id = %(technician_id)s)
              and (%(result)s::text is null or {JUDGED} = %(result)s)""",  # noqa: S608 - own words only
        order=("opened_on", "call_id", "clock"),
    )
    calls = {
        row["call_id"]: row
        for row in reader.rows(
            "select * from {sla_call} where call_id = any(%(ids)s::uuid[])",
            {"ids": [row["call_id"] for row in found["items"]]},
        )
    }
    return {**found, "items": [{**row, "minutes": _minutes(row, calls[row["call_id"]])} for row in found["items"]]}


def _minutes(row: Row, call: Row) -> int | None:
    if row["stopped_at"] is None or row["result"] == "void":
        return None
    running = clock_of(call, Clock(row["clock"]), row["stopped_at"])
    calendar = running.terms.calendar
    paused = sum(
        business_minutes(calendar, max(slot.starts_at, running.from_at), min(slot.ends_at, row["stopped_at"]))
        for slot in running.pauses_until(row["stopped_at"])
        if slot.ends_at > running.from_at and slot.starts_at < row["stopped_at"]
    )
    return max(0, business_minutes(calendar, running.from_at, max(running.from_at, row["stopped_at"])) - paused)
