"""Days in the datamart (calendario): which of them the company works, by its own business calendar (R6.3, R6.5).

The years are those that figures can be of. The table of days that analysts see is made of these rows. A company's
fiscal year is the calendar year.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.business_calendar import BusinessCalendar
from aggregates.company import Company
from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.year_days import Dated, dated_year_days
from projections.base import ReadModel, Rows, Table, on

YEARS = range(2000, 2051)
YEAR = Table("mart_year", {"year": "integer", "worked": "text", "closed": "jsonb", "position": "bigint"}, ("year",))
"""`worked` has a character for each day, 1 where it is worked; `closed` says why others are not, by date."""
CALENDAR = Table(
    "mart_calendar", {"code": "text", "calendar_id": "uuid", "dated": "jsonb"}, ("code",), ("calendar_id",)
)
"""Terms of the company's calendars, by the day from which on; the row without a code says which calendar it keeps."""
OWN = ""


class MartDates(ReadModel):
    """Years with their working days."""

    NAME = "mart-dates"
    TABLES = (YEAR, CALENDAR)

    @on(Company.Founded)
    def founded(self, fact: Company.Founded, rows: Rows) -> None:
        """The company keeps a calendar."""
        rows.put(CALENDAR, {"code": OWN, "dated": {str(date.min): fact.parameters.calendar_code}})
        _reckon(rows)

    @on(Company.ParametersSet)
    def parameters_set(self, fact: Company.ParametersSet, rows: Rows) -> None:
        """Perhaps another one from a day on."""
        if fact.change.calendar_code is not None:
            _date(rows, OWN, fact.from_on, fact.change.calendar_code)
            _reckon(rows)

    @on(BusinessCalendar.Defined)
    def defined(self, fact: BusinessCalendar.Defined, rows: Rows) -> None:
        """A calendar."""
        _date(rows, fact.code, date.min, fact.terms.model_dump(mode="json"), fact.stream_id)
        _reckon(rows, fact.code)

    @on(BusinessCalendar.TermsSet)
    def terms_set(self, fact: BusinessCalendar.TermsSet, rows: Rows) -> None:
        """Other terms of one from a day on."""
        for row in rows.select(CALENDAR, calendar_id=fact.stream_id):
            _date(rows, row["code"], fact.from_on, fact.terms.model_dump(mode="json"))
            _reckon(rows, row["code"])


def _date(rows: Rows, code: str, from_on: date, said: Any, calendar_id: UUID | None = None) -> None:
    known = rows.get(CALENDAR, code) or {"code": code, "calendar_id": calendar_id, "dated": {}}
    rows.put(CALENDAR, {**known, "dated": {**known["dated"], str(from_on): said}})


def _reckon(rows: Rows, changed: str | None = None) -> None:
    """Write the years again that are otherwise than before; another calendar than the company's changes none."""
    own = rows.get(CALENDAR, OWN)
    if own is None or (changed is not None and changed not in own["dated"].values()):
        return
    dated = _dated(rows, own["dated"])
    for year in YEARS:
        worked, closed = dated_year_days(dated, year)
        known = rows.get(YEAR, year)
        if known is None or (known["worked"], known["closed"]) != (worked, closed):
            told = {"year": year, "worked": worked, "closed": dict(closed), "position": rows.now.position}
            rows.put(YEAR, told)


def _dated(rows: Rows, codes: Mapping[str, str]) -> Dated:
    """The terms of the calendar kept on each day: of the one chosen then, those in force then."""
    found: list[tuple[date, CalendarTerms]] = []
    begins = sorted((date.fromisoformat(day), code) for day, code in codes.items())
    for (begin, code), (end, _) in zip(begins, [*begins[1:], (date.max, "")], strict=True):
        calendar = rows.get(CALENDAR, code)
        known = calendar["dated"] if calendar else {}
        versions = sorted((date.fromisoformat(day), day) for day in known)
        found.append((begin, CalendarTerms()))
        for from_on, day in versions:
            if from_on < end:
                found = [each for each in found if each[0] < max(from_on, begin)]
                found.append((max(from_on, begin), CalendarTerms.model_validate(known[day])))
    return found
