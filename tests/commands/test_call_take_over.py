"""A technician takes over a call that nobody has; of two at once one wins, the other is told who (AGE-2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act, Refusal, SlotTaken
from aggregates.call import Call
from aggregates.call_refusals import CallIsCancelled, SkillMissing
from aggregates.call_take_over import CallAlreadyTaken, ContractorsAreOffered, TechnicianUnknown
from aggregates.technician import technician_id
from commands.catalog import BY_NAME
from commands.technician_position import NotYourself
from tests.dsl import Company, Do, do

GINO, PINA, UGO, TEA = (technician_id(f"T0{n}") for n in range(1, 5))
CALL = UUID(int=1)
GAS = {"name": "GAS", "certified_until_on": "2026-12-09"}
PEOPLE = (
    do("register-technician", code="T01", name="Gino Bianchi", skills=[{"name": "GAS"}]),
    do("register-technician", code="T02", name="Pina Neri", skills=[GAS]),
    do("register-technician", code="T03", name="Ugo Verdi"),
    do("register-technician", code="T04", name="Tea Rosa", skills=[{"name": "GAS"}], external=True),
    do("register-party", party_id=UUID(int=50), code="C1", name="Bar Sport", role="prospect"),
    do("open-call", at="2026-12-09T08:00", call_id=CALL, party_id=UUID(int=50), fault="Perde", skill="GAS"),
)
NINE = {"starts_at": "2026-12-09T09:00:00+01:00", "ends_at": "2026-12-09T10:00:00+01:00"}


def take(technician: UUID | None = GINO, at: str = "2026-12-09T08:30", **fields: Any) -> Do:
    who: dict[str, Any] = {"technician_id": technician} if technician else {}
    return do("take-over-call", at=at, call_id=CALL, **who, **fields)


def test_an_unassigned_call_becomes_theirs_and_leaves_the_queue(company: Company) -> None:
    company.given(*PEOPLE)
    assert len(company.ask("triage")["items"]) == 1
    company.given().when(take()).then((Call.TakenInCharge, {"technician_id": GINO}))
    assert company.ask("triage")["items"] == []
    company.given().when(take()).then_nothing()


def test_with_a_time_the_visit_is_planned_in_the_same_append(company: Company) -> None:
    company.given(*PEOPLE).when(take(slot=NINE, travel_minutes=10)).then(
        Call.TakenInCharge, Call.ActivityPlanned, (Call.TechnicianAssigned, {"technician_id": GINO})
    )
    company.given().when(take(slot=NINE, travel_minutes=10)).then_nothing()
    (visit,) = company.ask("agenda", from_on="2026-12-09", to_on="2026-12-09")["visits"]
    assert (visit["technician_id"], visit["travel_minutes"] or visit["planned_travel_minutes"]) == (GINO, 10)


def test_a_time_that_is_taken_leaves_the_call_where_it_was(company: Company) -> None:
    company.given(*PEOPLE, do("record-absence", technician_id=GINO, kind="leave", from_on="2026-12-09"))
    company.given().when(take(slot=NINE)).then_refused(SlotTaken)
    assert len(company.ask("triage")["items"]) == 1


def test_whoever_lacks_the_skill_on_that_day_cannot(company: Company) -> None:
    company.given(*PEOPLE).when(take(UGO)).then_refused(SkillMissing, skill="GAS")
    company.given().when(take(PINA, at="2026-12-10T09:00")).then_refused(SkillMissing)
    later = {"starts_at": "2026-12-10T09:00:00+01:00", "ends_at": "2026-12-10T10:00:00+01:00"}
    company.given().when(take(PINA, slot=later)).then_refused(SkillMissing)


def test_contractors_are_offered_visits_instead(company: Company) -> None:
    company.given(*PEOPLE).when(take(TEA)).then_refused(ContractorsAreOffered)


def test_who_has_the_call_is_told(company: Company) -> None:
    company.given(*PEOPLE, take()).when(take(PINA)).then_refused(CallAlreadyTaken, who="Gino Bianchi")


def test_a_visit_on_an_agenda_or_an_operator_has_it_too(company: Company) -> None:
    company.given(*PEOPLE, do("assign-technician", call_id=CALL, technician_id=PINA, slot=NINE))
    company.given().when(take()).then_refused(CallAlreadyTaken, who="Pina Neri")
    user: dict[str, Any] = {"user_id": UUID(int=70), "email": "a@example.it", "name": "Anna", "roles": ["dispatcher"]}
    second = do("open-call", call_id=UUID(int=2), party_id=UUID(int=50), fault="Altro")
    company.given(second, do("register-user", **user))
    company.given(do("take-charge", by=f"user:{UUID(int=70)}", call_id=UUID(int=2)))
    taking = do("take-over-call", call_id=UUID(int=2), technician_id=GINO)
    company.given().when(taking).then_refused(CallAlreadyTaken, who="Anna")


def test_a_call_that_is_over_is_refused_as_such(company: Company) -> None:
    company.given(*PEOPLE, do("cancel-call", call_id=CALL, reason="Risolto da soli"))
    company.given().when(take()).then_refused(CallIsCancelled)


def test_the_user_says_who(company: Company) -> None:
    user: dict[str, Any] = {
        "user_id": UUID(int=70),
        "email": "gino@example.it",
        "name": "Gino",
        "roles": ["technician"],
    }
    company.given(*PEOPLE, do("register-user", **user, technician_id=GINO))
    company.given().when(take(None)).then_refused(TechnicianUnknown)
    of_pina = take(PINA)
    mine = Do(of_pina.name, of_pina.fields, of_pina.at, f"user:{UUID(int=70)}", None)
    company.given().when(mine).then_refused(NotYourself)
    own = take(None)
    company.given().when(Do(own.name, own.fields, own.at, f"user:{UUID(int=70)}", None)).then(Call.TakenInCharge)


@pytest.mark.parametrize("round_", range(3))
def test_of_two_at_once_one_has_it(company: Company, round_: int) -> None:
    company.given(*PEOPLE)
    company.fold()
    start, entry = Barrier(2), BY_NAME["take-over-call"]

    def taking(technician: UUID) -> Refusal | None:
        step = take(technician, slot=NINE)
        cmd = entry.command.model_validate(step.fields)
        start.wait()
        try:
            company.house.desk.execute(entry, cmd, Act(by="user:test", at=step.at), uuid4())
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(2) as threads:
        answers = dict(zip((GINO, PINA), threads.map(taking, (GINO, PINA)), strict=True))
    (winner,) = (one for one, refusal in answers.items() if refusal is None)
    (refusal,) = (refusal for refusal in answers.values() if refusal is not None)
    assert isinstance(refusal, CallAlreadyTaken)
    assert refusal.values["who"] == {GINO: "Gino Bianchi", PINA: "Pina Neri"}[winner]
    taken = [r.fact for r in company.facts(CALL) if isinstance(r.fact, Call.TakenInCharge)]
    assert [fact.technician_id for fact in taken] == [winner]
