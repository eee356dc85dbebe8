"""The table of days for analysts (dimensione tempo): one row a day, with names as an Italian reader writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from babel.dates import get_day_names, get_month_names

from projections.mart_dates import YEAR

LANGUAGE = "it"
COLUMNS: Mapping[str, tuple[str, str]] = {
    "day": ("date", "d.day"),
    "year": ("integer", "t.year"),
    "quarter": ("integer", "extract(quarter from d.day)::integer"),
    "month_number": ("integer", "extract(month from d.day)::integer"),
    "month_name": ("text", "<months>[extract(month from d.day)::integer]"),
    "month": ("date", "date_trunc('month', d.day::timestamp)::date"),
    "day_of_month": ("integer", "extract(day from d.day)::integer"),
    "iso_year": ("integer", "extract(isoyear from d.day)::integer"),
    "iso_week": ("integer", "extract(week from d.day)::integer"),
    "week": ("date", "date_trunc('week', d.day::timestamp)::date"),
    "weekday": ("integer", "extract(isodow from d.day)::integer"),
    "weekday_name": ("text", "<weekdays>[extract(isodow from d.day)::integer]"),
    "is_worked": ("boolean", "substr(t.worked, extract(doy from d.day)::integer, 1) = '1'"),
    "closed_for": ("text", "t.closed ->> to_char(d.day, 'YYYY-MM-DD')"),
}
"""By column: its type and how it follows from the day. `month` and `week` are their first days."""
FROM = f"""from {{{YEAR.name}}} t
cross join lateral (select n::date as day from generate_series(make_date(t.year, 1, 1)::timestamp,
                                                               make_date(t.year, 12, 31), interval '1 day') n) d"""  # noqa: S608 - our own names


def select() -> str:
    """The query of a row for each day, over the years of a company."""
    months, days = get_month_names("wide", locale=LANGUAGE), get_day_names("wide", locale=LANGUAGE)
    listed = ", ".join(f"{expression} as {name}" for name, (_, expression) in COLUMNS.items())
    listed = listed.replace("<months>", _array(months[number] for number in range(1, 13)))
    return f"select {listed.replace('<weekdays>', _array(days[number] for number in range(7)))} {FROM}"


def _array(words: Iterable[str]) -> str:
    return f"(array[{', '.join(repr(word) for word in words)}])"
