"""Any order of planning commands against a calendar on paper: the same answers, the same stretches taken.

The calendar on paper is naive on purpose: a list of stretches that is looked through from end to end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregates.base import Refusal
from aggregates.values import ROME
from gateways.wiring import Installation
from tests.commands.calls import CALL, CUSTOMER, GINO, PINA, TECHNICIANS, opened, rome
from tests.dsl import Company, do

VISITS = (UUID(int=1), UUID(int=2), UUID(int=3))
BOOKINGS = (UUID(int=11), UUID(int=12))
# Saturday before the night on which summer time ends: visits cross it.
SATURDAY = rome("2026-10-24T08:00").astimezone(UTC)
ids = st.sampled_from(VISITS)
who = st.sampled_from((GINO, PINA))
hours, lengths, travels = st.integers(0, 60), st.integers(1, 5), st.sampled_from((0, 30))


def commands() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A planning command with its fields, in hours from Saturday morning."""
    slot = {"hour": hours, "length": lengths}

    def one(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
        return st.tuples(st.just(name), st.fixed_dictionaries(fields))

    return st.one_of(
        one("assign-technician", visit=ids, who=who, travel=travels, **slot),
        one("reassign-technician", visit=ids, who=who, **slot),
        one("book-technician", visit=ids, booking=st.sampled_from(BOOKINGS), who=who, travel=travels, **slot),
        one("move-booking", booking=st.sampled_from(BOOKINGS), **slot),
        one("drop-booking", booking=st.sampled_from(BOOKINGS)),
        one("swap-visits", visit=ids, other=ids),
        one("unassign-technician", visit=ids),
    )


@dataclass(frozen=True)
class Stretch:
    """Who is where, from when to when, with the way there."""

    who: UUID
    starts_at: datetime
    ends_at: datetime
    travel: int = 0

    def clashes(self, other: Stretch) -> bool:
        leaves, others = (one.starts_at - timedelta(minutes=one.travel) for one in (self, other))
        return self.who == other.who and leaves < other.ends_at and others < self.ends_at


@dataclass
class Paper:
    """The calendar on paper: what stands on it, and which booking belongs to which visit."""

    stretches: dict[UUID, Stretch] = field(default_factory=dict)
    visit_of: dict[UUID, UUID] = field(default_factory=dict)

    def put(self, changed: dict[UUID, Stretch]) -> bool:
        """Write down, unless two would clash."""
        then = {**self.stretches, **changed}
        if any(a != b and then[a].clashes(then[b]) for a in changed for b in then):
            return False
        self.stretches = then
        return True

    def move(self, visit: UUID, to: Stretch) -> dict[UUID, Stretch]:
        """The visit and its bookings after a move, as far on the wall clock."""
        far = wall(to.starts_at) - wall(self.stretches[visit].starts_at)
        changed = {visit: to}
        for booking in (one for one, of in self.visit_of.items() if of == visit):
            before = self.stretches[booking]
            starts_at = instant(wall(before.starts_at) + far) if far else before.starts_at
            ends_at = starts_at + (before.ends_at - before.starts_at)
            changed[booking] = Stretch(before.who, starts_at, ends_at, before.travel)
        return changed

    def drop(self, *gone: UUID) -> None:
        for one in gone:
            self.stretches.pop(one, None)
            self.visit_of.pop(one, None)


def wall(at: datetime) -> datetime:
    return at.astimezone(ROME).replace(tzinfo=None)


def instant(local: datetime) -> datetime:
    return local.replace(tzinfo=ROME).astimezone(UTC)


def stretch(fields: dict[str, Any], technician_id: UUID, travel: int) -> Stretch:
    starts_at = SATURDAY + timedelta(hours=fields["hour"])
    return Stretch(technician_id, starts_at, starts_at + timedelta(hours=fields["length"]), travel)


def on_paper(paper: Paper, name: str, fields: dict[str, Any]) -> bool:
    """What the calendar on paper answers."""
    taken: dict[Any, Stretch] = paper.stretches
    visit: Any = fields.get("visit")
    booking: Any = fields.get("booking")
    if name == "assign-technician":
        new = stretch(fields, fields["who"], fields["travel"])
        return taken[visit] == new if visit in taken else paper.put({visit: new})
    if name == "reassign-technician":
        if visit not in taken:
            return False
        return paper.put(paper.move(visit, stretch(fields, fields["who"], taken[visit].travel)))
    if name == "book-technician":
        new = stretch(fields, fields["who"], fields["travel"])
        if booking in taken:
            return paper.visit_of[booking] == visit and taken[booking] == new
        if visit not in taken or not paper.put({booking: new}):
            return False
        paper.visit_of[booking] = visit
        return True
    if name == "move-booking":
        if booking not in taken:
            return False
        return paper.put({booking: stretch(fields, taken[booking].who, taken[booking].travel)})
    if name == "swap-visits":
        return swapped(paper, fields["visit"], fields["other"])
    paper.drop(*((booking,) if name == "drop-booking" else (visit, *bookings_of(paper, visit))))
    return True


def bookings_of(paper: Paper, visit: UUID) -> list[UUID]:
    return [one for one, of in paper.visit_of.items() if of == visit]


def swapped(paper: Paper, visit: UUID, other: UUID) -> bool:
    taken = paper.stretches
    if visit == other or visit not in taken or other not in taken:
        return False
    changed: dict[UUID, Stretch] = {}
    for one, place in ((visit, taken[other]), (other, taken[visit])):
        ends_at = place.starts_at + (taken[one].ends_at - taken[one].starts_at)
        changed |= paper.move(one, Stretch(place.who, place.starts_at, ends_at, taken[one].travel))
    return paper.put(changed)


def asked(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The same as a command takes it."""
    found: dict[str, Any] = {"call_id": CALL}
    if "visit" in fields:
        found["activity_id"] = fields["visit"]
    if "booking" in fields:
        found["booking_id"] = fields["booking"]
    if "hour" in fields:
        one = stretch(fields, GINO, 0)
        found["slot"] = {"starts_at": one.starts_at, "ends_at": one.ends_at}
    if "who" in fields:
        found["technician_id"] = fields["who"]
    if "travel" in fields:
        found["travel_minutes"] = fields["travel"]
    if name == "swap-visits":
        found |= {"other_call_id": CALL, "other_activity_id": fields["other"]}
    if name in ("drop-booking", "unassign-technician"):
        found["reason"] = "Ripensamento"
    return found


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(commands(), min_size=8, max_size=16))
def test_the_agenda_answers_as_a_calendar_on_paper(
    installation: Installation, history: list[tuple[str, dict[str, Any]]]
) -> None:
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    company.given(*CUSTOMER, *TECHNICIANS, opened(at="2026-10-01T09:00"))
    for visit in VISITS:
        company.do("plan-activity", call_id=CALL, activity_id=visit, kind="repair")
    paper = Paper()
    for name, fields in history:
        wanted = on_paper(paper, name, fields)
        assert accepted(company, name, fields) is wanted, (name, fields)
    seen = company.ask("agenda", from_on="2026-10-20", to_on="2026-11-10")["visits"]
    assert {one["activity_id"]: (one["technician_id"], one["leaves_at"], one["ends_at"]) for one in seen} == {
        key: (one.who, one.starts_at - timedelta(minutes=one.travel), one.ends_at)
        for key, one in paper.stretches.items()
    }


def accepted(company: Company, name: str, fields: dict[str, Any]) -> bool:
    try:
        company.execute(do(name, at="2026-10-02T09:00", **asked(name, fields)))
    except Refusal:
        return False
    return True
