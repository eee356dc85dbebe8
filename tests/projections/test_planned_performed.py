"""Planned against performed: minutes, lateness, what did not happen and what nobody had planned (REP-4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.commands.calls import (
    ASSIGNED,
    CALL,
    CUSTOMER,
    GINO,
    PINA,
    PLANNED,
    TECHNICIANS,
    VISIT,
    WORKED,
    opened,
    rome,
    slot,
)
from tests.dsl import Company, Do, do

OTHER = UUID("44444444-4444-4444-4444-000000000002")
MISSED, LATER, PHONED = UUID(int=1), UUID(int=2), UUID(int=3)
DAY = {"from_on": "2026-12-09", "to_on": "2026-12-09"}
AT = {"at": rome("2026-12-10T09:00")}


def of_other(activity_id: UUID, technician_id: UUID, begins: str, ends: str) -> tuple[Do, ...]:
    """A visit of another call."""
    visit: dict[str, Any] = {"call_id": OTHER, "activity_id": activity_id}
    return (
        do("plan-activity", **visit, kind="visit"),
        do("assign-technician", **visit, technician_id=technician_id, slot=slot(begins, ends)),
    )


def a_day(company: Company) -> None:
    """Gino 10 minutes late and half an hour quicker, Pina did not go; she phoned, and goes again on Friday."""
    phoned = do(
        "perform-activity",
        at="2026-12-09T16:00",
        call_id=OTHER,
        activity_id=PHONED,
        kind="phone",
        mode="phone",
        technician_id=PINA,
        starts_at=rome("2026-12-09T15:00"),
        ends_at=rome("2026-12-09T15:25"),
        pause_minutes=5,
    )
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, WORKED, opened(call_id=OTHER))
    company.given(*of_other(MISSED, PINA, "2026-12-09T09:00", "2026-12-09T10:00"), phoned)
    company.given(*of_other(LATER, PINA, "2026-12-11T09:00", "2026-12-11T10:00"))


def test_each_activity_is_told(company: Company) -> None:
    a_day(company)
    found = company.ask("planned-performed", **DAY, **AT)["items"]
    columns = ("planned_minutes", "performed_minutes", "difference_minutes", "late_minutes", "outcome")
    assert {one["activity_id"]: tuple(one[column] for column in columns) for one in found} == {
        VISIT: (120, 90, -30, 10, "performed"),
        MISSED: (60, None, None, None, "not_performed"),
        PHONED: (None, 20, None, None, "unplanned"),
    }
    ahead = company.ask("planned-performed", from_on="2026-12-09", to_on="2026-12-11", outcome="ahead", **AT)["items"]
    assert [one["activity_id"] for one in ahead] == [LATER]
    hers = company.ask("planned-performed", **DAY, **AT, technician_id=PINA)["items"]
    assert {one["activity_id"] for one in hers} == {MISSED, PHONED}


def test_arrival_counts_before_the_work(company: Company) -> None:
    there = do("record-arrival", at="2026-12-09T09:05", call_id=CALL, activity_id=VISIT)
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, there, WORKED)
    (visit,) = company.ask("planned-performed", **DAY)["items"]
    assert visit["late_minutes"] == 5


def test_totals_by_technician_day_and_call(company: Company) -> None:
    a_day(company)
    three = {"from_on": "2026-12-09", "to_on": "2026-12-11", **AT}
    columns = (
        "planned_minutes",
        "performed_minutes",
        "difference_minutes",
        "late",
        "not_performed",
        "unplanned",
        "ahead",
    )

    def summed(**fields: Any) -> dict[str, tuple[Any, ...]]:
        found = company.ask("planned-performed-totals", **fields)["items"]
        return {one["name"]: tuple(one[column] for column in columns) for one in found}

    assert summed(**three) == {"Gino Bianchi": (120, 90, -30, 1, 0, 0, 0), "Pina Neri": (60, 20, 0, 0, 1, 1, 1)}
    assert summed(**three, by="day") == {
        "2026-12-09": (180, 110, -30, 1, 1, 1, 0),
        "2026-12-11": (0, 0, 0, 0, 0, 0, 1),
    }
    assert summed(**three, by="call") == {
        "CH-2026-0001": (120, 90, -30, 1, 0, 0, 0),
        "CH-2026-0002": (60, 20, 0, 0, 1, 1, 1),
    }
    total = company.ask("planned-performed-totals", **three)["total"]
    assert tuple(total[column] for column in columns) == (180, 110, -30, 1, 1, 1, 1)
    assert (total["activities"], total["performed"], total["latest_minutes"]) == (4, 1, 10)


def test_each_technicians_time_counts(company: Company) -> None:
    """A visit of two: two rows, and the second one's own minutes."""
    booking = uuid4()
    along = do("book-technician", call_id=CALL, activity_id=VISIT, booking_id=booking, technician_id=PINA)
    hers: dict[str, Any] = {"call_id": CALL, "activity_id": booking, "starts_at": rome("2026-12-09T09:00")}
    done = do("perform-activity", at="2026-12-09T12:00", **hers, ends_at=rome("2026-12-09T10:00"))
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, along, WORKED, done)
    found = company.ask("planned-performed-totals", **DAY)["items"]
    assert {one["name"]: (one["planned_minutes"], one["performed_minutes"]) for one in found} == {
        "Gino Bianchi": (120, 90),
        "Pina Neri": (120, 60),
    }


def test_a_call_that_ends_before_the_visit_drops_it(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED)
    company.given(do("close-call", at="2026-12-07T09:00", call_id=CALL))
    assert [one["outcome"] for one in company.ask("planned-performed", **DAY, **AT)["items"]] == ["dropped"]


def test_a_call_that_ends_after_it_should_have_begun_shows_it(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED)
    company.given(do("close-call", at="2026-12-09T10:00", call_id=CALL))
    shown = company.ask("planned-performed", **DAY, at=rome("2026-12-09T10:30"))["items"]
    assert [(one["outcome"], one["technician_id"]) for one in shown] == [("not_performed", GINO)]
