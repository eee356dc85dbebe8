"""The table of days: complete, as Python counts days, worked as the company's calendar says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gateways.export.standing import standing
from gateways.export.stars import BY_NAME
from tests.contract_steps import founded
from tests.dsl import Company

SHIFTS = {"saturday": [["09:00", "13:00"]]}


def days(company: Company) -> dict[date, dict[str, Any]]:
    """The table as it is read."""
    company.fold()
    star = BY_NAME["dim_date"]
    with standing(company.behind) as now:
        rows = [dict(zip(star.columns, row, strict=True)) for _, row in now.rows(star, ["all"])]
    return {row["day"]: row for row in rows}


def test_every_day_is_there_once_as_the_calendar_has_it(company: Company) -> None:
    company.given(founded(company))
    found = days(company)
    day = date(2000, 1, 1)
    assert min(found) == day
    assert len(found) == (date(2051, 1, 1) - day).days
    while day in found:
        row, iso = found[day], day.isocalendar()
        assert (row["year"], row["quarter"], row["month_number"], row["day_of_month"]) == (
            day.year, (day.month + 2) // 3, day.month, day.day,
        )  # fmt: skip
        assert (row["iso_year"], row["iso_week"], row["weekday"]) == tuple(iso)
        assert (row["month"], row["week"]) == (day.replace(day=1), day - timedelta(days=day.weekday()))
        day += timedelta(days=1)
    christmas = found[date(2026, 12, 25)]
    assert (christmas["month_name"], christmas["weekday_name"]) == ("dicembre", "venerdì")
    assert (christmas["is_worked"], christmas["closed_for"]) == (False, "Natale")
    assert found[date(2026, 12, 28)]["is_worked"] is True


def test_the_companys_own_calendar_decides(company: Company) -> None:
    """Its terms from their day on, another calendar from the day it is chosen; one that is not kept changes nothing."""
    company.given(founded(company))
    saturday, monday = date(2026, 10, 10), date(2026, 10, 12)
    assert (days(company)[saturday]["is_worked"], days(company)[monday]["is_worked"]) == (False, True)
    company.do("define-calendar", code="SAB", name="Sabato", terms={"shifts": SHIFTS})
    assert days(company)[saturday]["is_worked"] is False
    company.do("set-company-parameters", from_on="2026-10-01", change={"calendar_code": "SAB"})
    found = days(company)
    assert (found[saturday]["is_worked"], found[monday]["is_worked"]) == (True, False)
    assert found[date(2026, 9, 26)]["is_worked"] is False
    closed = {"shifts": SHIFTS, "closures": [{"starts_on": "2026-10-09", "ends_on": "2026-10-11"}]}
    company.do("set-calendar-terms", code="SAB", terms=closed, from_on="2026-10-05")
    found = days(company)
    assert (found[saturday]["is_worked"], found[saturday]["closed_for"]) == (False, "closure")
    assert found[date(2026, 10, 3)]["is_worked"] is True
