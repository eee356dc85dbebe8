"""Any order of commands leaves a call that loads, an agenda that agrees with it, and clocks that agree with both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregates.base import Refusal
from aggregates.call import Call
from aggregates.rules.service_level import Clock
from gateways.wiring import Installation
from tests.commands.calls import CALL, CUSTOMER, GINO, PINA, REPORT, SHA, TECHNICIANS, opened, rome
from tests.dsl import Company, Do, do

VISITS = (UUID(int=1), UUID(int=2))
BOOKINGS = (UUID(int=3), UUID(int=4))
MONDAY = rome("2026-12-14T08:30")

visits = st.sampled_from(VISITS)
bookings = st.sampled_from(BOOKINGS)
anything = st.sampled_from(VISITS + BOOKINGS)
technicians = st.sampled_from((GINO, PINA))
hours = st.integers(0, 6).map(
    lambda hour: {"starts_at": MONDAY + timedelta(hours=hour), "ends_at": MONDAY + timedelta(hours=hour + 2)}
)


def step(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A command on the call with some of its fields drawn."""
    return st.tuples(st.just(name), st.fixed_dictionaries({"call_id": st.just(CALL), **fields}))


TIMES = {"starts_at": st.just(MONDAY), "ends_at": st.just(MONDAY + timedelta(hours=1))}
SIGNED = {"revision": st.integers(0, 1), "signer_name": st.just("Anna"), "image_sha256": st.just(SHA)}
steps = st.one_of(
    step("take-charge"),
    step("plan-activity", activity_id=visits, kind=st.just("repair")),
    step("assign-technician", activity_id=visits, technician_id=technicians, slot=hours),
    step("reassign-technician", activity_id=visits, technician_id=technicians, slot=hours),
    step("unassign-technician", activity_id=visits, reason=st.just("malato")),
    step("book-technician", activity_id=visits, booking_id=bookings, technician_id=technicians, slot=hours),
    step("drop-booking", booking_id=bookings, reason=st.just("basta")),
    step("drop-visit", activity_id=anything, minutes=st.just(30)),
    step("miss-appointment", activity_id=visits, side=st.just("customer"), reason=st.just("assente")),
    step("record-arrival", activity_id=anything),
    step("perform-activity", activity_id=anything, **TIMES),
    step("report-work", report_id=st.just(REPORT), work_done=st.sampled_from(("Fatto", "Rifatto"))),
    step("sign-report", report_id=st.just(REPORT), document_sha256=st.just(SHA), **SIGNED),
    step("pause-call", reason=st.sampled_from(("no-access", "waiting-part"))),
    step("resume-call"),
    step("change-priority", priority=st.sampled_from(("high", "low"))),
    step("restore-service"),
    step("close-call"),
    step("reopen-call", reason=st.just("ancora")),
    step("cancel-call", reason=st.just("risolto")),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=4, max_size=16))
def test_any_history_loads_and_agrees(installation: Installation, history: list[tuple[str, dict[str, Any]]]) -> None:
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    company.given(*CUSTOMER, *TECHNICIANS, opened())
    for place, (name, fields) in enumerate(history):
        attempt(company, do(name, at=MONDAY + timedelta(minutes=20 * place), **fields))
    call = company.record(CALL)
    assert isinstance(call, Call)
    assert on_agenda(company) == {
        (activity.activity_id, activity.technician_id, activity.slot.starts_at, activity.slot.ends_at)
        for activity in call.activities.values()
        if activity.on_agenda and activity.slot
    } | {
        (booking.booking_id, booking.technician_id, booking.slot.starts_at, booking.slot.ends_at)
        for activity in call.activities.values()
        for booking in activity.bookings
    }
    asked = MONDAY + timedelta(days=2)
    for clock in Clock:
        running = call.clock(clock)
        shown = company.ask("service-clock", call_id=CALL, clock=clock, at=asked)
        if running is not None:
            assert (shown["due_at"], shown["stopped_at"]) == (running.due_at(asked), running.stopped_at)
    assert company.ask("call", call_id=CALL)["status"] == call.status


def attempt(company: Company, command: Do) -> None:
    """Give the command; a refusal is an answer too."""
    try:
        company.execute(command)
    except Refusal:
        return


def on_agenda(company: Company) -> set[tuple[Any, ...]]:
    """What the agenda holds still to be finished."""
    found = company.ask("agenda", from_on="2026-12-01", to_on="2026-12-31")["visits"]
    live = [visit for visit in found if visit["state"] in ("assigned", "arrived")]
    return {(visit["activity_id"], visit["technician_id"], visit["starts_at"], visit["ends_at"]) for visit in live}
