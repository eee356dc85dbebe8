"""Dates, instants and hours in cells (date e orari), as Italians write them; the day always comes before the month."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from aggregates.values import ROME
from gateways.imports.cells import CellType, Language, Unacceptable
from gateways.imports.files import Cell
from gateways.imports.quantities import to_decimal
from gateways.imports.words import normalise

DATE_FORM = "a date such as 16/09/2026, 16-9-26 or 2026-09-16"
INSTANT_FORM = "a date and time such as 16/09/2026 14:30 (Italian time) or 2026-09-16T14:30:00+02:00"
DURATION_FORM = "hours such as 10, 7,5 or 10:30"
WEEK_FORM = "days and hours such as 'lun-ven 08:30-12:30 14:00-18:00; sab 08:30-12:30'"

EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)
"""Day numbers of Excel that are plainly dates: from 1954 to 2119."""

_ITALIAN_DATE = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?")


def _date(cell: Cell, _: Language) -> date:
    if isinstance(cell, datetime):
        if cell.time() != time(0):
            raise Unacceptable(cell, DATE_FORM, "holds a time too")
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(cell))
    if isinstance(cell, str) and (found := _parse_date(cell.strip())):
        return found
    raise Unacceptable(cell, DATE_FORM, "is not a date")


def _parse_date(typed: str) -> date | None:
    typed = re.sub(r"[T ]00[:.]00([:.]00)?(\.0+)?$", "", typed)
    if match := _ITALIAN_DATE.fullmatch(typed):
        day, month, year = (int(part) for part in match.groups())
        year += 0 if year > 99 else 1900 if year >= 70 else 2000
    elif match := _ISO_DATE.fullmatch(typed):
        year, month, day = (int(part) for part in match.groups() if part)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _instant(cell: Cell, _: Language) -> datetime:
    if isinstance(cell, str):
        return _parse_instant(cell)
    if isinstance(cell, datetime):
        return _rome(cell, cell) if cell.tzinfo is None else cell.astimezone(UTC)
    if isinstance(cell, date):
        return _rome(datetime.combine(cell, time(0)), cell)
    raise Unacceptable(cell, INSTANT_FORM, "is not a date and time")


def _parse_instant(typed: str) -> datetime:
    bare = typed.strip()
    try:
        aware = datetime.fromisoformat(bare)
    except ValueError:
        aware = None
    if aware is not None and aware.tzinfo is not None:
        return aware.astimezone(UTC)
    day_part, _, time_part = re.sub(r"T(?=\d)|\s+(ore|h|alle)\s+|,\s*", " ", bare, count=1).partition(" ")
    day, clock = _parse_date(day_part), _parse_time(time_part.strip() or "00:00")
    if day is None or clock is None:
        raise Unacceptable(typed, INSTANT_FORM, "is not a date and time")
    return _rome(datetime.combine(day, clock), typed)


def _parse_time(typed: str) -> time | None:
    match = _TIME.fullmatch(typed)
    if match is None:
        return None
    try:
        hour, minute, second = (int(part or 0) for part in match.groups())
        return time(hour, minute, second)
    except ValueError:
        return None


def _rome(naive: datetime, cell: Cell) -> datetime:
    """Italian wall time as an instant; of the hour that comes twice in October the first is meant."""
    instant = naive.replace(tzinfo=ROME).astimezone(UTC)
    if instant.astimezone(ROME).replace(tzinfo=None) != naive:
        raise Unacceptable(cell, INSTANT_FORM, "does not exist: the clocks go forward at that hour")
    return instant


def _minutes(cell: Cell, language: Language) -> int:
    if isinstance(cell, timedelta):
        return round(cell.total_seconds() / 60)
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    if isinstance(cell, str) and (match := re.fullmatch(r"\s*(\d+):([0-5]\d)(?::00)?\s*", cell)):
        return int(match[1]) * 60 + int(match[2])
    typed = re.sub(r"\s*(ore|h|hours?)\s*$", "", cell, flags=re.IGNORECASE) if isinstance(cell, str) else cell
    minutes = to_decimal(typed, language, DURATION_FORM) * 60
    if minutes < 0 or minutes != minutes.to_integral_value():
        raise Unacceptable(cell, DURATION_FORM, "is not a whole number of minutes from 0")
    return int(minutes)


class Shift(NamedTuple):
    """Ordinary working time on one weekday (turno): 0 is Monday; Italian wall time."""

    weekday: int
    starts: time
    ends: time


DAYS = (
    ("lun", "lunedi", "mon", "monday"),
    ("mar", "martedi", "tue", "tuesday"),
    ("mer", "mercoledi", "wed", "wednesday"),
    ("gio", "giovedi", "thu", "thursday"),
    ("ven", "venerdi", "fri", "friday"),
    ("sab", "sabato", "sat", "saturday"),
    ("dom", "domenica", "sun", "sunday"),
)
_SHIFT = re.compile(r"(\d{1,2}[:.]\d{2})\s*[-–]\s*(\d{1,2}[:.]\d{2})")


def _week(cell: Cell, _: Language) -> tuple[Shift, ...]:
    shifts: list[Shift] = []
    for group in re.split(r"[;|\n]", str(cell)):
        spans = _SHIFT.findall(group)
        if not spans or _SHIFT.sub("", re.sub(r"^[^\d]*", "", group)).strip(" ,/e"):
            raise Unacceptable(cell, WEEK_FORM, f"is not understood at '{group.strip()}'")
        for weekday in _weekdays(re.split(r"\d", group, maxsplit=1)[0], cell):
            shifts += [_shift(weekday, starts, ends, cell) for starts, ends in spans]
    shifts.sort()
    for earlier, later in pairwise(shifts):
        if earlier.weekday == later.weekday and later.starts < earlier.ends:
            raise Unacceptable(cell, WEEK_FORM, "has hours that overlap")
    return tuple(shifts)


def _weekdays(typed: str, cell: Cell) -> list[int]:
    days: list[int] = []
    for part in re.split(r"[,/]|\be\b", typed):
        if not part.strip():
            continue
        first, *last = (normalise(end) for end in re.split(r"[-–]", part.strip(" :")))
        numbers = [next((index for index, names in enumerate(DAYS) if end in names), None) for end in (first, *last)]
        if None in numbers or len(numbers) > 2 or (numbers[-1] or 0) < (numbers[0] or 0):
            raise Unacceptable(cell, WEEK_FORM, f"has no such days as '{part.strip()}'")
        days += range(numbers[0] or 0, (numbers[-1] or 0) + 1)
    if not days:
        raise Unacceptable(cell, WEEK_FORM, "names no day")
    return days


def _shift(weekday: int, starts: str, ends: str, cell: Cell) -> Shift:
    first, last = _parse_time(starts), _parse_time(ends)
    if first is None or last is None or last <= first:
        raise Unacceptable(cell, WEEK_FORM, f"has the impossible hours {starts}-{ends}")
    return Shift(weekday, first, last)


DAY = CellType(DATE_FORM, _date)
INSTANT = CellType(f"{INSTANT_FORM}; a date alone means midnight", _instant)
DURATION = CellType(f"{DURATION_FORM}; kept in minutes", _minutes)
WEEK = CellType(WEEK_FORM, _week)
