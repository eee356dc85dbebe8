"""Duty on call: one at a time for each technician, and never in the way of a visit."""

from __future__ import annotations

from uuid import UUID

from aggregates.on_call_duty import OnCallAlready, OnCallDuty, OnCallTooLong
from aggregates.technician import TechnicianInactive, technician_id
from commands.base import NotFound
from tests.dsl import Company, Do, do

GINO, PINA = technician_id("T01"), technician_id("T02")
PEOPLE = (
    do("register-technician", code="T01", name="Gino Bianchi"),
    do("register-technician", code="T02", name="Pina Neri"),
)


def on_call(n: int, starts: str, ends: str, technician: UUID = GINO) -> Do:
    slot = {"starts_at": f"{starts}:00+01:00", "ends_at": f"{ends}:00+01:00"}
    return do("set-on-call", duty_id=UUID(int=n), technician_id=technician, slot=slot)


WEEKEND = on_call(1, "2026-12-11T18:00", "2026-12-14T08:30")


def test_a_technician_is_on_call_and_no_longer(company: Company) -> None:
    company.given(*PEOPLE).when(WEEKEND).then((OnCallDuty.Set, {"technician_id": GINO}))
    remove = do("remove-on-call", duty_id=UUID(int=1))
    company.given().when(remove).then(OnCallDuty.Removed)
    company.given().when(remove).then_nothing()
    company.given().when(on_call(2, "2026-12-12T18:00", "2026-12-13T08:30")).then(OnCallDuty.Set)


def test_one_technician_has_one_duty_at_a_time(company: Company) -> None:
    company.given(*PEOPLE, WEEKEND)
    company.given().when(on_call(2, "2026-12-14T08:29", "2026-12-15T08:30")).then_refused(OnCallAlready)
    company.given().when(on_call(3, "2026-12-14T08:30", "2026-12-15T08:30")).then(OnCallDuty.Set)
    company.given().when(on_call(4, "2026-12-11T18:00", "2026-12-14T08:30", PINA)).then(OnCallDuty.Set)


def test_a_visit_may_be_planned_on_duty(company: Company) -> None:
    party = do("register-party", party_id=UUID(int=50), code="C1", name="Bar Sport", role="prospect")
    opened = do("open-call", call_id=UUID(int=100), party_id=UUID(int=50), fault="Gas")
    slot = {"starts_at": "2026-12-12T10:00:00+01:00", "ends_at": "2026-12-12T11:00:00+01:00"}
    assigned = do("assign-technician", call_id=UUID(int=100), technician_id=GINO, slot=slot)
    company.given(*PEOPLE, party, opened, WEEKEND, assigned)


def test_duties_that_cannot_be(company: Company) -> None:
    company.given(*PEOPLE).when(on_call(1, "2026-12-01T00:00", "2027-01-01T00:01")).then_refused(OnCallTooLong)
    company.given().when(on_call(1, "2026-12-01T00:00", "2027-01-01T00:00")).then(OnCallDuty.Set)
    company.given(do("deactivate-technician", technician_id=PINA))
    company.given().when(on_call(2, "2026-12-11T18:00", "2026-12-14T08:30", PINA)).then_refused(TechnicianInactive)
    company.given().when(on_call(3, "2026-12-11T18:00", "2026-12-14T08:30", UUID(int=9))).then_refused(NotFound)
