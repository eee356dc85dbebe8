"""When technicians are free (disponibilità): hours in force, less holidays, absences and what is planned (AGE-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any, Literal, NamedTuple
from uuid import UUID

from aggregates.absence import LONGEST_DAYS
from aggregates.base import Refusal, require
from aggregates.business_calendar import at_town
from aggregates.company import DEFAULT_PARAMETERS, Company
from aggregates.rules.availability import common_time, free_time, open_time, total_minutes, united, within
from aggregates.rules.business_calendar import CalendarTerms, WeekShifts, closed_because, local_instant
from aggregates.values import Slot
from projections.base import Page, Reader, Row, SortUnknown, decode_cursor, encode_cursor
from projections.commitments import visits_within
from projections.company import company_id

MOST_DAYS = 92
Span = tuple[date, date]


class TooManyDays(Refusal):
    """At most {days} days can be asked for at once; choose an earlier last day."""

    status = 422


class TechnicianTime(NamedTuple):
    """A technician's time within some days; each part is in order and apart."""

    open: tuple[Slot, ...]
    planned: tuple[Slot, ...]
    absent: tuple[Slot, ...]
    on_call: tuple[Slot, ...]

    @property
    def free(self) -> tuple[Slot, ...]:
        """Working time that nothing takes."""
        return free_time(self.open, (*self.planned, *self.absent))

    def during(self, first_on: date, last_on: date) -> TechnicianTime:
        """The part of it in some days."""
        whole = days_slot(first_on, last_on)
        return TechnicianTime(*(within(slots, whole) for slots in self))


class Calendars:
    """Which days are closed where, by the company's calendar in force on each day."""

    def __init__(self, reader: Reader) -> None:
        own_id = company_id(reader)
        found = reader.record(own_id) if own_id else None
        self._company = found if isinstance(found, Company) else None
        rows = reader.rows("select code, versions, feasts from {business_calendar}")
        self._calendars = {row["code"]: row for row in rows}
        self._known: dict[tuple[str, str | None], CalendarTerms] = {}

    def terms_on(self, day: date, town: str | None) -> CalendarTerms:
        """The calendar on a day at a technician's base; without one, at the company's seat."""
        parameters = self._company.parameters_on(day) if self._company else DEFAULT_PARAMETERS
        calendar = self._calendars.get(parameters.calendar_code) or {"versions": [], "feasts": {}}
        begun = [v for v in calendar["versions"] if v["from_on"] is None or v["from_on"] <= day.isoformat()]
        key = (f"{parameters.calendar_code} {begun[-1]['from_on'] if begun else None}", town)
        if key not in self._known:
            terms = CalendarTerms.model_validate(begun[-1]["terms"]) if begun else CalendarTerms()
            seat = self._company.identity.address.town if self._company else None
            self._known[key] = at_town(terms, town or seat, calendar["feasts"])
        return self._known[key]


def free_time_of(
    reader: Reader, technician_ids: Sequence[UUID], from_on: date, to_on: date
) -> Mapping[UUID, tuple[Slot, ...]]:
    """The working time of technicians that nothing takes, from a day to another, both included, by start."""
    return {key: one.free for key, one in times_of(reader, technician_ids, from_on, to_on).items()}


def times_of(
    reader: Reader, technician_ids: Sequence[UUID], from_on: date, to_on: date
) -> Mapping[UUID, TechnicianTime]:
    """The time of technicians, open, planned, absent and on call; technicians who do not exist are left out."""
    whole, asked = days_slot(from_on, to_on), {"technicians": list(technician_ids)}
    known = reader.rows(
        "select technician_id, hours, base_town from {technician} where technician_id = any(%(technicians)s)", asked
    )
    calendars = Calendars(reader)
    planned: dict[UUID, list[Slot]] = {}
    for visit in visits_within(reader, technician_ids, whole.starts_at, whole.ends_at):
        planned.setdefault(visit.technician_id, []).append(visit.slot)
    absent = _slots(reader, "{absence_slot}", "s.approved", technician_ids, whole)
    on_call = _slots(reader, "{on_call_duty}", "true", technician_ids, whole)
    return {
        row["technician_id"]: TechnicianTime(
            _open_time(row, calendars, from_on, to_on),
            *(within(united(taken.get(row["technician_id"], ())), whole) for taken in (planned, absent, on_call)),
        )
        for row in known
    }


def days_slot(first_on: date, last_on: date) -> Slot:
    """Some days as one stretch of Italian time."""
    return Slot(starts_at=local_instant(first_on, time(0)), ends_at=local_instant(last_on + timedelta(days=1), time(0)))


def _open_time(row: Row, calendars: Calendars, from_on: date, to_on: date) -> tuple[Slot, ...]:
    versions = {date.fromisoformat(v["from_on"]): WeekShifts.model_validate(v["week"]) for v in row["hours"]}
    days = (from_on + timedelta(days=n) for n in range((to_on - from_on).days + 1))
    found: list[Slot] = []
    for terms, same in groupby(days, key=lambda day: calendars.terms_on(day, row["base_town"])):
        of_terms = list(same)
        found.extend(open_time(versions, terms, of_terms[0], of_terms[-1]))
    return united(found)


def _slots(
    reader: Reader, table: str, condition: str, technician_ids: Sequence[UUID], whole: Slot
) -> dict[UUID, list[Slot]]:
    rows = reader.rows(
        f"""select s.technician_id, s.starts_at, s.ends_at from {table} s
             where s.technician_id = any(%(technicians)s) and {condition}
               and s.starts_at >= %(begins)s::timestamptz - make_interval(days => %(longest)s)
               and s.starts_at < %(ends)s and s.ends_at > %(begins)s""",  # noqa: S608 - own words only
        {
            "technicians": list(technician_ids),
            "begins": whole.starts_at,
            "ends": whole.ends_at,
            "longest": LONGEST_DAYS + 1,
        },
    )
    found: dict[UUID, list[Slot]] = {}
    for row in rows:
        found.setdefault(row["technician_id"], []).append(Slot(starts_at=row["starts_at"], ends_at=row["ends_at"]))
    return found


# Lists of technicians by day or week


class AskTechnicians(Page):
    """Active technicians, perhaps one, or those with a skill or of an area, over some days (both included)."""

    from_on: date
    to_on: date | None = None
    technician_id: UUID | None = None
    skill: str | None = None
    area: str | None = None

    @property
    def last_on(self) -> date:
        """The last day asked for; a week when none is given. Raises `TooManyDays`."""
        last_on = self.to_on or self.from_on + timedelta(days=6)
        require((last_on - self.from_on).days < MOST_DAYS, TooManyDays, days=MOST_DAYS)
        return last_on


def find_staff(reader: Reader, ask: AskTechnicians) -> list[Row]:
    """The technicians asked for, by name; a skill counts while its certificate holds on the first day."""
    return reader.rows(
        """select technician_id, code, name, base_town from {technician}
            where active and (%(technician_id)s::uuid is null or technician_id = %(technician_id)s)
              and (%(area)s::text is null or areas ? %(area)s)
              and (%(skill)s::text is null or exists (
                    select from jsonb_array_elements(skills) as skill
                     where skill->>'name' = %(skill)s
                       and (skill->>'certified_until_on' is null
                            or (skill->>'certified_until_on')::date >= %(from_on)s)))
            order by name, technician_id""",
        ask.model_dump(),
    )


def spans(first_on: date, last_on: date, by: str) -> list[Span]:
    """The days, or the calendar weeks cut at both ends."""
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    if by == "day":
        return [(day, day) for day in days]
    weeks = (list(week) for _, week in groupby(days, key=lambda day: day.isocalendar()[:2]))
    return [(week[0], week[-1]) for week in weeks]


def part_of(
    ask: AskTechnicians, staff: Sequence[Row], cut: Sequence[Span]
) -> tuple[list[tuple[Row, Span]], str | None]:
    """One page of technicians by span, and the cursor of the next one. Raises `SortUnknown`, `CursorWrong`."""
    require(ask.sort is None, SortUnknown, sort=ask.sort)
    cells = [(row, span) for row in staff for span in cut]
    if ask.after:
        name, key, day = decode_cursor(ask.after, 3)
        cells = [(row, span) for row, span in cells if _place(row, span) > (name, key, day)]
    limit = max(1, min(ask.limit, 500))
    chosen = cells[:limit]
    return chosen, encode_cursor(_place(*chosen[-1])) if len(cells) > limit else None


def _place(row: Row, span: Span) -> tuple[str, str, str]:
    return row["name"], str(row["technician_id"]), span[0].isoformat()


class AskAvailability(AskTechnicians):
    """The time of technicians by day or calendar week; a week when no last day is given."""

    by: Literal["day", "week"] = "day"


def availability(reader: Reader, ask: AskAvailability) -> dict[str, Any]:
    """Minutes of working time, planned, absent, free and on call, with the stretches that are free.

    `absent_minutes` are those of working time. Visits outside working hours count as planned.
    """
    last_on, staff = ask.last_on, find_staff(reader, ask)
    cells, after = part_of(ask, staff, spans(ask.from_on, last_on, ask.by))
    times = times_of(reader, list({row["technician_id"] for row, _ in cells}), ask.from_on, last_on)
    calendars = Calendars(reader)
    items = [
        _shown(row, span, times[row["technician_id"]], calendars.terms_on(span[0], row["base_town"]))
        for row, span in cells
    ]
    return {"items": items, "next": after}


def _shown(row: Row, span: Span, whole: TechnicianTime, calendar: CalendarTerms) -> Row:
    part = whole.during(*span)
    return {
        "technician_id": row["technician_id"],
        "technician_code": row["code"],
        "technician_name": row["name"],
        "from_on": span[0],
        "to_on": span[1],
        "closed_because": closed_because(calendar, span[0]) if span[0] == span[1] else None,
        "open_minutes": total_minutes(part.open),
        "planned_minutes": total_minutes(part.planned),
        "absent_minutes": total_minutes(common_time(part.absent, part.open)),
        "free_minutes": total_minutes(part.free),
        "on_call_minutes": total_minutes(part.on_call),
        "free": list(told(part.free)),
        "on_call": list(told(part.on_call)),
    }


def told(slots: Iterable[Slot]) -> Iterator[dict[str, Any]]:
    """Slots as a view answers them."""
    return (slot.model_dump() for slot in slots)
