"""A technician's agenda as iCalendar (feed iCalendar, RFC 5545): visits, absences, duty on call (AGE-4).

The same data make the same bytes: what a calendar program already has need not be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event, vDuration

from aggregates.absence import AbsenceKind
from aggregates.values import ROME
from gateways.i18n import translator
from gateways.labels import label

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REFRESH = timedelta(minutes=15)
Row = Mapping[str, Any]


def calendar_file(name: str, entries: Mapping[str, Any], language: str) -> bytes:
    """The calendar of somebody, of what `projections.calendar_feeds.calendar_of` answers."""
    calendar = Calendar()
    calendar.add("prodid", "-//Libretto//Agenda//IT")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(ROME))
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    for visit in entries["visits"]:
        calendar.add_component(_visit(visit, language))
    for absence in entries["absences"]:
        calendar.add_component(_absence(absence, language))
    for duty in entries["duties"]:
        calendar.add_component(_duty(duty, language))
    return bytes(calendar.to_ical())


def _visit(visit: Row, language: str) -> Event:
    """A visit: certain when customer and technician confirmed it, unless its call waits for something."""
    event = _event(f"visit-{visit['activity_id']}", visit)
    event.add("dtstart", _utc(visit["starts_at"]))
    event.add("dtend", _utc(visit["ends_at"]))
    event.add("summary", " · ".join(filter(None, (visit["party_name"], visit["town"], visit["fault"]))))
    location = _location(visit)
    if location:
        event.add("location", location)
    if visit["latitude"] is not None and visit["longitude"] is not None:
        event.add("geo", (visit["latitude"], visit["longitude"]))
    event.add("description", _description(visit, language))
    waits = visit["paused_for"] and visit["state"] == "assigned"
    event.add("status", "CONFIRMED" if visit["confirmed"] and not waits else "TENTATIVE")
    event.add("transp", "OPAQUE")
    return event


def _absence(absence: Row, language: str) -> Event:
    """An absence: certain once it is approved. Whole days are days, whatever the reader's time zone."""
    event = _event(f"absence-{absence['absence_id']}-{absence['begins_on']}", absence)
    starts_at, ends_at = absence["starts_at"], absence["ends_at"]
    event.add("dtstart", _rome_day(starts_at) if absence["whole_days"] else _utc(starts_at))
    event.add("dtend", _rome_day(ends_at) if absence["whole_days"] else _utc(ends_at))
    event.add("summary", label(AbsenceKind(absence["kind"]), language).capitalize())
    event.add("status", "CONFIRMED" if absence["approved"] else "TENTATIVE")
    event.add("transp", "OPAQUE")
    return event


def _duty(duty: Row, language: str) -> Event:
    """A duty on call, which leaves the time free for visits."""
    event = _event(f"on-call-{duty['duty_id']}", duty)
    event.add("dtstart", _utc(duty["starts_at"]))
    event.add("dtend", _utc(duty["ends_at"]))
    _ = translator(language)
    event.add("summary", _("On call"))
    if duty["note"]:
        event.add("description", duty["note"])
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _event(uid: str, row: Row) -> Event:
    event = Event()
    event.add("uid", f"{uid}@libretto")
    changed_at = _utc(row["modified_at"] or EPOCH)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", row["sequence"])
    return event


def _location(visit: Row) -> str:
    place = " ".join(filter(None, (visit["postcode"], visit["town"])))
    if visit["province"] and visit["town"]:
        place += f" ({visit['province']})"
    return ", ".join(filter(None, (visit["site_name"], visit["street"], place)))


def _description(visit: Row, language: str) -> str:
    _ = translator(language)
    number = _("Call {number}").format(number=visit["number"] or "")
    return "\n".join(filter(None, (number.strip(), visit["fault"], visit["note"])))


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)


def _rome_day(instant: datetime) -> date:
    return instant.astimezone(ROME).date()
