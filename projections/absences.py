"""Absences (assenze): who is not there, when, and how far each has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from aggregates.absence import Absence, AbsenceKind, AbsenceState, Commitment, Hold
from aggregates.rules.business_calendar import MIDNIGHT, local_instant
from aggregates.values import ROME, Slot, rome_date
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

ABSENCE = Table(
    "absence",
    {
        "absence_id": "uuid", "technician_id": "uuid", "kind": "text", "state": "text", "reason": "text",
        "from_on": "date", "to_on": "date", "from_time": "text", "to_time": "text", "whole_days": "boolean",
        "repeats": "jsonb", "asked_at": "timestamptz", "asked_by": "text", "decided_at": "timestamptz",
        "decided_by": "text", "decision_reason": "text", "override": "text", "in_the_way": "jsonb",
        "shortened_at": "timestamptz", "shortened_because": "text",
    },
    ("absence_id",),
    ("technician_id, from_on", "state, from_on"),
)  # fmt: skip
ABSENCE_SLOT = Table(
    "absence_slot",
    {
        "absence_id": "uuid", "begins_on": "date", "technician_id": "uuid", "kind": "text", "approved": "boolean",
        "starts_at": "timestamptz", "ends_at": "timestamptz", "shared": "boolean",
    },
    ("absence_id", "begins_on"),
    ("technician_id, starts_at", "starts_at"),
)  # fmt: skip


class Absences(ReadModel):
    """Absences asked for, approved, refused and cancelled; `shared` is where visits were there first."""

    NAME = "absences"
    TABLES = (ABSENCE, ABSENCE_SLOT)

    @on(Absence.Asked)
    def asked(self, fact: Absence.Asked, rows: Rows) -> None:
        """Somebody wants to be absent."""
        whose = {"absence_id": fact.stream_id, "technician_id": fact.technician_id, "kind": fact.kind.value}
        when = fact.when
        rows.put(
            ABSENCE,
            {
                **whose,
                "state": AbsenceState.ASKED.value,
                "reason": fact.reason,
                "from_on": fact.occurrences[0].on,
                "to_on": fact.occurrences[-1].on + (when.last_on - when.from_on),
                "from_time": when.from_time.isoformat("minutes") if when.from_time else None,
                "to_time": when.to_time.isoformat("minutes") if when.to_time else None,
                "whole_days": when.is_whole_days,
                "repeats": when.repeats.model_dump(mode="json") if when.repeats else None,
                "asked_at": fact.act.at,
                "asked_by": fact.act.by,
                "in_the_way": [],
            },
        )
        for one in fact.occurrences:
            slot = {"starts_at": one.slot.starts_at, "ends_at": one.slot.ends_at}
            rows.put(ABSENCE_SLOT, {**whose, "begins_on": one.on, "approved": False, "shared": False, **slot})

    @on(Absence.Approved)
    def approved(self, fact: Absence.Approved, rows: Rows) -> None:
        """The technician's time is taken."""
        _decided(fact, AbsenceState.APPROVED, rows)
        _held(fact, rows)

    @on(Absence.HoldsChanged)
    def held_otherwise(self, fact: Absence.HoldsChanged, rows: Rows) -> None:
        """Less is shared with visits, or something else is."""
        _held(fact, rows)

    @on(Absence.Refused)
    def refused(self, fact: Absence.Refused, rows: Rows) -> None:
        """The technician cannot be spared."""
        _decided(fact, AbsenceState.REFUSED, rows, fact.reason)
        _dropped(fact.stream_id, rows)

    @on(Absence.Cancelled)
    def cancelled(self, fact: Absence.Cancelled, rows: Rows) -> None:
        """The technician is there after all."""
        _decided(fact, AbsenceState.CANCELLED, rows, fact.reason)
        _dropped(fact.stream_id, rows)

    @on(Absence.DayLifted)
    def lifted(self, fact: Absence.DayLifted, rows: Rows) -> None:
        """One occurrence does not take place."""
        rows.drop(ABSENCE_SLOT, fact.stream_id, fact.on)

    @on(Absence.Shortened)
    def shortened(self, fact: Absence.Shortened, rows: Rows) -> None:
        """It ends sooner: what was to come later is gone, what runs over the new end is cut."""
        row = rows.get(ABSENCE, fact.stream_id)
        if row is None:
            return
        end = fact.occurrences[-1].slot.ends_at
        told: dict[str, Any] = {"shortened_at": fact.act.at, "shortened_because": fact.reason}
        told["to_on"] = rome_date(end - timedelta(microseconds=1))
        if row["repeats"] is None:
            local = end.astimezone(ROME).time()
            told["to_time"] = None if local == MIDNIGHT else local.isoformat("minutes")
            told["whole_days"] = row["from_time"] in (None, "00:00") and local == MIDNIGHT
        rows.put(ABSENCE, {**row, **told})
        left = {one.on: one.slot for one in fact.occurrences}
        shared = {hold.on for hold in fact.holds if not hold.exclusive}
        for slot in rows.select(ABSENCE_SLOT, absence_id=fact.stream_id):
            day = slot["begins_on"]
            if day in left:
                rows.put(ABSENCE_SLOT, {**slot, "ends_at": left[day].ends_at, "shared": day in shared})
            else:
                rows.drop(ABSENCE_SLOT, fact.stream_id, day)


def _decided(
    fact: Absence.Approved | Absence.Refused | Absence.Cancelled,
    state: AbsenceState,
    rows: Rows,
    reason: str | None = None,
) -> None:
    told = {"decided_at": fact.act.at, "decided_by": fact.act.by, "decision_reason": reason}
    rows.patch(ABSENCE, fact.stream_id, state=state.value, **told)


def _held(fact: Absence.Approved | Absence.HoldsChanged, rows: Rows) -> None:
    way = [one.model_dump(mode="json") for one in fact.in_the_way]
    rows.patch(ABSENCE, fact.stream_id, override=fact.override, in_the_way=way)
    of_day: dict[date, list[Hold]] = {}
    for hold in fact.holds:
        of_day.setdefault(hold.on, []).append(hold)
    for day, holds in of_day.items():
        shared = any(not hold.exclusive for hold in holds)
        rows.patch(ABSENCE_SLOT, fact.stream_id, day, approved=True, shared=shared)


def _dropped(absence_id: UUID, rows: Rows) -> None:
    for row in rows.select(ABSENCE_SLOT, absence_id=absence_id):
        rows.drop(ABSENCE_SLOT, absence_id, row["begins_on"])


class FindAbsences(Page):
    """Absences that touch some days (Italian dates, both included), by their first day."""

    from_on: date | None = None
    to_on: date | None = None
    technician_id: UUID | None = None
    state: AbsenceState | None = None
    kind: AbsenceKind | None = None


def find_absences(reader: Reader, ask: FindAbsences) -> dict[str, Any]:
    """Absences with how many times they come, and which visits are in the way of those approved in spite of them."""
    begins = local_instant(ask.from_on, time(0)) if ask.from_on else None
    ends = local_instant(ask.to_on + timedelta(days=1), time(0)) if ask.to_on else None
    return page(
        reader,
        ask,
        """select a.*, t.name as technician_name, t.code as technician_code,
                  (select count(*) from {absence_slot} s where s.absence_id = a.absence_id) as occurrences,
                  (select bool_or(s.shared) from {absence_slot} s where s.absence_id = a.absence_id) as shared
             from {absence} a
             left join {technician} t on t.technician_id = a.technician_id
            where (%(technician_id)s::uuid is null or a.technician_id = %(technician_id)s)
              and (%(state)s::text is null or a.state = %(state)s)
              and (%(kind)s::text is null or a.kind = %(kind)s)
              and (%(from_on)s::date is null or a.to_on >= %(from_on)s)
              and (%(to_on)s::date is null or a.from_on <= %(to_on)s)
              and (a.state in ('refused', 'cancelled') or exists (
                    select from {absence_slot} s where s.absence_id = a.absence_id
                       and (%(begins)s::timestamptz is null or s.ends_at > %(begins)s)
                       and (%(ends)s::timestamptz is null or s.starts_at < %(ends)s)))""",
        order=("from_on", "absence_id"),
        begins=begins,
        ends=ends,
    )


def absences_within(reader: Reader, technician_id: UUID, slots: Sequence[Slot]) -> list[Commitment]:
    """Approved absences of a technician that touch some slots, by time."""
    found = reader.rows(
        """select s.absence_id, s.starts_at, s.ends_at from {absence_slot} s
            where s.technician_id = %(technician_id)s and s.approved
              and exists (select from unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) as w(begins, ends)
                           where s.starts_at < w.ends and s.ends_at > w.begins)
            order by s.starts_at, s.absence_id""",
        {
            "technician_id": technician_id,
            "starts": [slot.starts_at for slot in slots],
            "ends": [slot.ends_at for slot in slots],
        },
    )
    return [
        Commitment(record_id=row["absence_id"], slot=Slot(starts_at=row["starts_at"], ends_at=row["ends_at"]))
        for row in found
    ]
