"""Technicians' time and van stock while the month is made up (agenda, furgoni): nothing is promised twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from aggregates.values import ROME
from examples.demo.catalogue import MAIN, Catalogue
from gateways.imports.sheets.articles import ReservationRow
from gateways.imports.sheets.calls import OpenCallRow
from gateways.imports.sheets.technicians import TechnicianRow

STEP = timedelta(minutes=15)
MONTH_END = datetime(2026, 9, 30, 18, 0, tzinfo=ROME)

Slot = tuple[datetime, datetime]


class Agenda:
    """Who is busy when; slots lie inside the technician's hours and never overlap."""

    def __init__(self, technicians: Iterable[TechnicianRow], calls: Iterable[OpenCallRow]) -> None:
        self.technicians = {technician.code: technician for technician in technicians}
        self.busy: dict[str, list[Slot]] = {code: [] for code in self.technicians}
        for call in calls:
            if call.technician_code and call.planned_start_at and call.planned_end_at:
                self.busy[call.technician_code].append((call.planned_start_at, call.planned_end_at))

    def book(self, skill: str, area: str | None, after: datetime, minutes: int) -> tuple[TechnicianRow, Slot] | None:
        """The earliest slot of a technician with the skill, in the area if anyone serves it; None after the month."""
        able = [technician for technician in self.technicians.values() if skill in technician.skills]
        near = [technician for technician in able if area in technician.areas] or able
        found = [(slot, technician) for technician in near if (slot := self._earliest(technician, after, minutes))]
        if not found:
            return None
        slot, technician = min(found, key=lambda pair: (pair[0], pair[1].code))
        self.busy[technician.code].append(slot)
        return technician, slot

    def _earliest(self, technician: TechnicianRow, after: datetime, minutes: int) -> Slot | None:
        day = after.date()
        while day <= MONTH_END.date():
            for shift in technician.weekly_hours:
                if shift.weekday == day.weekday():
                    opens = datetime.combine(day, shift.starts, tzinfo=ROME)
                    closes = datetime.combine(day, shift.ends, tzinfo=ROME)
                    if slot := self._within(technician.code, max(opens, _quarter(after)), closes, minutes):
                        return slot
            day += timedelta(days=1)
        return None

    def _within(self, code: str, start: datetime, closes: datetime, minutes: int) -> Slot | None:
        length = timedelta(minutes=minutes)
        while start + length <= closes:
            clash = next((end for begin, end in self.busy[code] if begin < start + length and start < end), None)
            if clash is None:
                return start, start + length
            start = max(_quarter(clash.astimezone(ROME)), start + STEP)
        return None


def _quarter(moment: datetime) -> datetime:
    """The next full quarter of an hour."""
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + STEP


class Stock:
    """What lies where; what is reserved on the first day is left alone."""

    def __init__(self, catalogue: Catalogue, reservations: Iterable[ReservationRow]) -> None:
        self.free = {(row.article_code, row.warehouse): row.on_hand for row in catalogue.stock}
        self.by_skill: dict[str, list[str]] = {}
        for code, skill in catalogue.skill_of.items():
            self.by_skill.setdefault(skill, []).append(code)
        for reservation in reservations:
            self.free[reservation.article_code, reservation.warehouse] -= reservation.quantity

    def at(self, warehouse: str, skill: str) -> list[str]:
        """The parts for a skill of which a warehouse has at least one to give."""
        return [code for code in self.by_skill.get(skill, []) if self.free.get((code, warehouse), 0) >= 1]

    def take(self, code: str, warehouse: str) -> None:
        """One piece leaves a warehouse."""
        self.free[code, warehouse] -= Decimal(1)

    def load(self, code: str, van: str) -> None:
        """One piece moves from the main warehouse to a van."""
        self.take(code, MAIN)
        self.free[code, van] = self.free.get((code, van), Decimal(0)) + 1
