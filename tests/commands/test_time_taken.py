"""When planning is refused because time is taken, the sentence names what is in the way: the visit, or an absence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.base import SlotTaken
from aggregates.call_refusals import TakenByAbsence, TakenByVisit
from tests.commands.calls import CALL, CUSTOMER, GINO, ROSSI, TECHNICIANS, VISIT, opened, rome, slot
from tests.dsl import Company, Do, do

OTHER = UUID("44444444-4444-4444-4444-444444444445")
NINE = slot("2026-12-09T09:00", "2026-12-09T11:00")


@pytest.fixture
def planned(company: Company) -> Company:
    """Gino visits from nine to eleven, having set out half an hour before; another call waits."""
    first = do("plan-activity", call_id=CALL, activity_id=VISIT, kind="visit")
    visit = do("assign-technician", call_id=CALL, activity_id=VISIT, technician_id=GINO, slot=NINE, travel_minutes=30)
    company.given(*CUSTOMER, *TECHNICIANS, opened(), first, visit)
    company.given(do("open-call", call_id=OTHER, party_id=ROSSI, fault="Perde"))
    company.fold()
    return company


def elsewhere(start: str, end: str, **more: Any) -> Do:
    """The other call's visit."""
    return do("assign-technician", call_id=OTHER, technician_id=GINO, slot=slot(start, end), **more)


def test_the_visit_in_the_way_is_named_with_its_call_and_times(planned: Company) -> None:
    number = planned.ask("call", call_id=CALL)["number"]
    refused = planned.given().when(elsewhere("2026-12-09T08:00", "2026-12-09T08:45"))
    refused.then_refused(TakenByVisit, number=number, call_id=CALL, from_at=rome("2026-12-09T08:30"))
    assert type(refused.refusal) is TakenByVisit
    assert number in str(refused.refusal)
    assert refused.refusal.code() == "slot-taken", "programs know one code"


def test_an_absence_is_named_without_its_kind_or_reason(planned: Company) -> None:
    said: dict[str, Any] = {
        "technician_id": GINO,
        "kind": "sickness",
        "reason": "Influenza",
        "from_on": "2026-12-10",
        "to_on": "2026-12-10",
    }
    planned.do("record-absence", **said)
    planned.fold()
    refused = planned.given().when(elsewhere("2026-12-10T09:00", "2026-12-10T10:00"))
    refused.then_refused(TakenByAbsence, from_at=rome("2026-12-10T00:00"))
    assert type(refused.refusal) is TakenByAbsence
    assert "nfluenza" not in f"{refused.refusal} {refused.refusal.values}"
    assert "sickness" not in f"{refused.refusal.values}"


def test_a_visit_moved_does_not_stand_in_its_own_way(planned: Company) -> None:
    planned.given(elsewhere("2026-12-09T11:00", "2026-12-09T12:00"))
    planned.fold()
    number = planned.ask("call", call_id=OTHER)["number"]
    moved = do(
        "reassign-technician", call_id=CALL, activity_id=VISIT, slot=slot("2026-12-09T10:00", "2026-12-09T11:30")
    )
    planned.given().when(moved).then_refused(TakenByVisit, number=number, from_at=rome("2026-12-09T11:00"))


def test_what_the_views_do_not_know_yet_is_only_taken(planned: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projections.lookups.commitments_of", lambda *_: [])
    refused = planned.given().when(elsewhere("2026-12-09T10:00", "2026-12-09T12:00"))
    refused.then_refused(SlotTaken, starts_at=rome("2026-12-09T10:00"), ends_at=rome("2026-12-09T12:00"))
    assert type(refused.refusal) is SlotTaken


def test_nothing_is_asked_while_the_time_is_free(planned: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*asked: Any) -> Any:
        raise AssertionError("asked although nothing was refused")

    monkeypatch.setattr("projections.lookups.commitments_of", never)
    planned.given(elsewhere("2026-12-09T11:00", "2026-12-09T12:00"))
