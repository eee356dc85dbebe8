"""The workload of technicians by week: capacity, planned, performed, percent (AGE-1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from projections.workload import percent
from tests.dsl import Company, do
from tests.projections.test_availability import GINO, PEOPLE, PINA, absent, slot, visit


def load(company: Company, **asked: Any) -> list[dict[str, Any]]:
    """The workload of a week with a holiday in it."""
    return list(company.ask("workload", **{"from_on": "2026-12-07", "to_on": "2026-12-13", **asked})["items"])


def test_capacity_is_working_time_less_holidays_and_absences(company: Company) -> None:
    company.given(*PEOPLE, absent(from_on="2026-12-10", to_on="2026-12-13"))
    gino, pina = load(company)
    assert (gino["week"], gino["capacity_minutes"], gino["planned_percent"]) == ("2026-W50", 960, Decimal("0.0"))
    assert (pina["capacity_minutes"], pina["planned_percent"], pina["performed_percent"]) == (0, None, None)


def test_planned_and_performed_stand_beside_each_other(company: Company) -> None:
    company.given(*PEOPLE, *visit(1, "2026-12-07T09:00", "2026-12-07T11:00", travel_minutes=30))
    company.given(*visit(2, "2026-12-09T09:00", "2026-12-09T10:00"))
    (activity_id,) = company.record(UUID(int=1)).activities
    done = {"starts_at": "2026-12-07T09:10:00+01:00", "ends_at": "2026-12-07T12:10:00+01:00"}
    work = {"call_id": UUID(int=1), "activity_id": activity_id, "technician_id": PINA, "kind": "visit"}
    company.given(do("perform-activity", at="2026-12-07T13:00", **work, **done, travel_minutes=40, pause_minutes=15))
    gino, pina = load(company)
    assert (gino["capacity_minutes"], gino["planned_minutes"], gino["performed_minutes"]) == (1920, 210, 0)
    assert gino["planned_percent"] == Decimal("10.9")
    assert (pina["planned_minutes"], pina["performed_minutes"]) == (0, 205)


def test_a_further_booking_is_its_own_technician_s(company: Company) -> None:
    company.given(*PEOPLE, *visit(1, "2026-12-09T09:00", "2026-12-09T10:00"))
    (activity_id,) = company.record(UUID(int=1)).activities
    more = {"call_id": UUID(int=1), "activity_id": activity_id, "technician_id": PINA, "helper": True}
    company.given(do("book-technician", **more, slot=slot("2026-12-10T08:00", "2026-12-10T11:00")))
    assert [(one["technician_id"], one["planned_minutes"]) for one in load(company)] == [(GINO, 60), (PINA, 180)]


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(1, 3, "33.3"), (1, 1600, "0.1"), (1, 2400, "0.0"), (600, 480, "125.0"), (5, 0, None)]
)
def test_percent_is_rounded_half_up(part: int, whole: int, told: str | None) -> None:
    assert percent(part, whole) == (None if told is None else Decimal(told))
