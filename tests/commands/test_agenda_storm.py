"""The storm (peers, row 31): 200 planners at once on 8 technicians never take one minute twice, and none is unanswered.

What is on agendas is counted from the facts alone, beside the database that refused.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

from aggregates.base import Act, Refusal, SlotTaken
from aggregates.call import Call
from commands.base import Entry, RecordBusy
from commands.catalog import BY_NAME
from tests.commands.calls import CUSTOMER, opened, rome
from tests.document_steps import founded
from tests.dsl import Company, do

PLANNERS, TECHNICIANS, CALLS = 200, 8, 60
ACT = Act(by="user:test", at=rome("2026-12-05T09:00"))
NINE = rome("2026-12-09T08:00")
EXPLAINED = {
    "already-assigned",
    "not-assigned",
    "slot-taken",
    "same-visit",
}
GINO_AND_OTHERS = tuple(UUID(int=100 + n) for n in range(TECHNICIANS))
CALL_IDS = tuple(UUID(int=1000 + n) for n in range(CALLS))
VISITS = tuple(UUID(int=2000 + n) for n in range(CALLS))


def wishes(planner: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What one planner asks, one thing after another: assign, move, book a second one, drop, swap, take off."""
    chance = random.Random(planner)
    mine = chance.randrange(CALLS)
    visit = {"call_id": CALL_IDS[mine], "activity_id": VISITS[mine]}

    def somewhere() -> dict[str, Any]:
        begins = NINE + timedelta(minutes=15 * chance.randrange(28))
        slot = {"starts_at": begins, "ends_at": begins + timedelta(minutes=chance.choice((30, 45, 60)))}
        return {"technician_id": chance.choice(GINO_AND_OTHERS), "slot": slot, "travel_minutes": chance.choice((0, 15))}

    yield "assign-technician", visit | somewhere()
    yield "reassign-technician", visit | somewhere()
    yield "book-technician", visit | somewhere() | {"booking_id": uuid4()}
    dropped = {"day": NINE.date(), "starts": (NINE + timedelta(minutes=15 * chance.randrange(28))).time()}
    yield "drop-visit", visit | dropped | {"technician_id": chance.choice(GINO_AND_OTHERS)}
    other = chance.randrange(CALLS)
    yield "swap-visits", visit | {"other_call_id": CALL_IDS[other], "other_activity_id": VISITS[other]}
    if planner % 7 == 0:
        yield "unassign-technician", visit | {"reason": "Ripensamento"}


def plan(company: Company, planner: int, start: Barrier) -> list[tuple[str, Refusal | None]]:
    """Everything one planner asks, through the desk, and what it was answered."""
    start.wait()
    return [(name, ask(company, BY_NAME[name], fields, uuid4())) for name, fields in wishes(planner)]


def ask(company: Company, entry: Entry, fields: dict[str, Any], command_id: UUID) -> Refusal | None:
    """Why it was refused, if it was. Who is told that the record is busy asks the same again, as they are told."""
    while True:
        try:
            company.behind.desk.execute(entry, entry.command.model_validate(fields), ACT, command_id)
        except RecordBusy:
            continue
        except Refusal as refusal:
            return refusal
        return None


def held(company: Company) -> dict[UUID, tuple[UUID, Any, Any]]:
    """By claim, who is taken from when to when, as the facts of all calls say it in the order of the log."""
    taken: dict[UUID, tuple[UUID, Any, Any]] = {}
    recorded = sorted((one for call_id in CALL_IDS for one in company.facts(call_id)), key=lambda one: one.position)
    for one in recorded:
        for claim_id in one.fact.releases():
            taken.pop(claim_id, None)
        for claim in one.fact.claims():
            assert claim.exclusive
            taken[claim.claim_id] = (claim.resource_id, claim.slot.starts_at, claim.slot.ends_at)
    return taken


def test_two_hundred_planners_on_eight_technicians(company: Company) -> None:
    technicians = (
        do("register-technician", technician_id=one, code=f"T{n}", name=f"Tecnico {n}")
        for n, one in enumerate(GINO_AND_OTHERS)
    )
    company.given(founded(company), *CUSTOMER, *technicians)
    for call_id, visit in zip(CALL_IDS, VISITS, strict=True):
        company.given(opened(call_id=call_id))
        company.do("plan-activity", call_id=call_id, activity_id=visit, kind="repair", minutes=60)
    before = company.house.log.position()

    start = Barrier(PLANNERS)
    with ThreadPoolExecutor(PLANNERS) as planners:
        answers = list(planners.map(lambda planner: plan(company, planner, start), range(PLANNERS)))

    asked = [answer for each in answers for answer in each]
    refusals = [refusal for _, refusal in asked if refusal is not None]
    accepted = Counter(name for name, refusal in asked if refusal is None)
    assert len(asked) == sum(1 for planner in range(PLANNERS) for _ in wishes(planner))
    assert {refusal.code() for refusal in refusals} <= EXPLAINED
    taken = [refusal for refusal in refusals if isinstance(refusal, SlotTaken)]
    assert all(refusal.values["starts_at"] < refusal.values["ends_at"] for refusal in taken)
    assert min(len(taken), *(accepted[name] for name in ("assign-technician", "book-technician", "swap-visits"))) > 0
    assert_never_twice(company)
    assert_nothing_lost(company, before, accepted)


def assert_never_twice(company: Company) -> None:
    """By the facts, by the calls as they load and by the agenda that people see."""
    stretches = held(company)
    for technician_id in GINO_AND_OTHERS:
        own = sorted((begins, ends) for who, begins, ends in stretches.values() if who == technician_id)
        assert all(one[1] <= two[0] for one, two in pairwise(own)), technician_id
    loaded = {}
    for call_id in CALL_IDS:
        call = company.record(call_id)
        assert isinstance(call, Call)
        for activity in call.activities.values():
            if activity.on_agenda:
                loaded[activity.activity_id] = activity.technician_id
            loaded |= {booking.booking_id: booking.technician_id for booking in activity.bookings}
    assert loaded == {claim_id: who for claim_id, (who, _, _) in stretches.items()}
    seen = company.ask("agenda", from_on="2026-12-09", to_on="2026-12-09")["visits"]
    assert {(v["activity_id"], v["technician_id"], v["leaves_at"], v["ends_at"]) for v in seen} == {
        (claim_id, *stretch) for claim_id, stretch in stretches.items()
    }


def assert_nothing_lost(company: Company, before: int, accepted: Counter[str]) -> None:
    """Every command that was answered with yes has its facts; whoever changed nothing has none."""
    facts = Counter(type(one.fact).__name__ for one in company.house.recorded_after(before))
    assert facts["TechnicianAssigned"] + facts["Reassigned"] <= sum(
        count * (2 if name == "swap-visits" else 1)
        for name, count in accepted.items()
        if name not in ("book-technician", "unassign-technician")
    )
    assert facts["BookingAdded"] == accepted["book-technician"]
    assert facts["Unassigned"] <= accepted["unassign-technician"]
