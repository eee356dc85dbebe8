"""Who can do a visit, against a naive check minute by minute; what may never make a proposal worse (AGE-2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from aggregates.because import SENTENCES
from aggregates.rules.availability import free_time, united
from aggregates.rules.distance import Point
from aggregates.rules.instruments import HeldInstrument
from aggregates.rules.ranking import (
    USUAL_TERMS,
    Candidate,
    DispatchTerms,
    Person,
    Stop,
    Wanted,
    judged,
    rank,
    way_minutes,
)
from aggregates.technician import Skill
from aggregates.values import Slot, rome_date

BEGIN = datetime(2026, 12, 9, 6, 0, tzinfo=UTC)
FORLI = Point(latitude=44.2227, longitude=12.0407)
MINUTE = timedelta(minutes=1)


def stretch(start: int, length: int) -> Slot:
    """A stretch some minutes after the beginning."""
    starts_at = BEGIN + timedelta(minutes=start)
    return Slot(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=length))


def person(name: str = "Gino", n: int = 1, **fields: object) -> Person:
    usual: dict[str, object] = {"open": (stretch(60, 480),), "free": (stretch(60, 480),), "start": FORLI}
    return Person.model_validate({"id": UUID(int=n), "name": name, **usual, **fields})


def wanted(**fields: object) -> Wanted:
    usual: dict[str, object] = {"minutes": 60, "window": stretch(0, 2 * 24 * 60), "place": FORLI}
    return Wanted.model_validate({**usual, **fields})


def only(found: object) -> Candidate:
    assert isinstance(found, Candidate), found
    return found


def code(found: object) -> str:
    return str(getattr(found, "code", "none"))


slots = st.lists(st.builds(stretch, st.integers(0, 2600), st.integers(1, 600)), max_size=5)
points = st.builds(Point, latitude=st.floats(43.5, 45), longitude=st.floats(11, 13))
skills = st.sampled_from(["GAS", "ELECTRIC"])
instruments = st.builds(
    HeldInstrument,
    kind=st.just("FUMI"),
    needs_calibration=st.booleans(),
    valid_until_on=st.none() | st.dates(date(2026, 12, 8), date(2026, 12, 12)),
)


@st.composite
def people(draw: st.DrawFn, n: int = 1) -> Person:
    opens, duty, busy = united(draw(slots)), united(draw(slots)), draw(slots)
    own = draw(
        st.lists(
            st.builds(
                Skill,
                name=skills,
                level=st.integers(1, 5),
                certified_until_on=st.none() | st.dates(date(2026, 12, 8), date(2026, 12, 12)),
            ),
            max_size=2,
            unique_by=lambda skill: skill.name,
        )
    )
    return Person(
        id=UUID(int=n),
        name=draw(st.sampled_from(["Gino", "Pina", "Ugo"])),
        skills=tuple(own),
        areas=tuple(draw(st.lists(st.sampled_from(["FC", "RA"]), max_size=2))),
        instruments=tuple(draw(st.lists(instruments, max_size=2))),
        is_external=draw(st.booleans()),
        is_usual=draw(st.booleans()),
        start=draw(st.none() | points),
        open=opens,
        on_call=duty,
        free=free_time((*opens, *duty), busy),
        stops=tuple(Stop(slot=slot, place=draw(st.none() | points)) for slot in busy),
        load={date(2026, 12, 9): draw(st.integers(0, 480))},
        parts_there=draw(st.integers(0, 4)),
    )


@st.composite
def visits(draw: st.DrawFn) -> Wanted:
    return Wanted(
        minutes=draw(st.integers(1, 240)),
        window=stretch(draw(st.integers(0, 1500)), draw(st.integers(60, 2000))),
        skill=draw(st.none() | skills),
        least_level=draw(st.integers(1, 4)),
        area=draw(st.none() | st.sampled_from(["FC", "RA"])),
        place=draw(st.none() | points),
        instrument=draw(st.none() | st.just("Fumi")),
        due_at=draw(st.none() | st.integers(0, 2600).map(lambda n: BEGIN + n * MINUTE)),
        parts=draw(st.integers(0, 3)),
    )


@given(visits(), people())
def test_nobody_is_proposed_who_is_not_free_or_lacks_the_skill_on_that_day(visit: Wanted, who: Person) -> None:
    found = judged(visit, who, USUAL_TERMS)
    if isinstance(found, Candidate):
        minute = found.slot.starts_at - found.travel_minutes * MINUTE
        while minute < found.slot.ends_at:
            assert any(free.starts_at <= minute < free.ends_at for free in who.free)
            minute += MINUTE
        assert found.slot.minutes == visit.minutes
        assert visit.window.starts_at <= found.slot.starts_at
        assert found.slot.ends_at <= visit.window.ends_at
        if visit.skill is not None:
            (own,) = [skill for skill in who.skills if skill.name == visit.skill]
            assert own.level >= visit.least_level
            last = own.certified_until_on
            assert last is None or rome_date(found.slot.ends_at) <= last
        if visit.instrument is not None:
            assert any(each.serves(rome_date(found.slot.ends_at)) for each in who.instruments)
        after = [stop for stop in who.stops if stop.slot.starts_at >= found.slot.ends_at]
        following = min(after, key=lambda stop: stop.slot.starts_at, default=None)
        if following is not None and following.place is not None and visit.place is not None:
            onward = way_minutes(visit.place, following.place, USUAL_TERMS.travel)
            assert found.slot.ends_at + onward * MINUTE <= following.slot.starts_at
    else:
        assert found.code in SENTENCES


@given(visits(), st.lists(people(), max_size=6), st.randoms())
def test_the_order_is_total_stable_and_scores_are_sums(visit: Wanted, some: list[Person], chance: object) -> None:
    crowd = [one.model_copy(update={"id": UUID(int=n)}) for n, one in enumerate(some)]
    shuffled = list(crowd)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis' source of chance
    can, cannot = rank(visit, crowd)
    assert (can, cannot) == rank(visit, shuffled)
    assert len(can) + len(cannot) == len(crowd)
    assert all(one.score == sum(reason.points for reason in one.reasons) for one in can)
    keys = [(-one.score, one.slot.starts_at, one.name, str(one.technician_id)) for one in can]
    assert keys == sorted(keys)


@given(visits(), people(), points, points)
def test_closer_is_never_worse(visit: Wanted, who: Person, one: Point, other: Point) -> None:
    assume(visit.place is not None)
    who = who.model_copy(update={"stops": (), "load": {}})  # arriving sooner may be on a day with more to do
    near, far = sorted((one, other), key=lambda place: way_minutes(place, visit.place, USUAL_TERMS.travel))
    from_near = judged(visit, who.model_copy(update={"start": near}), USUAL_TERMS)
    from_far = judged(visit, who.model_copy(update={"start": far}), USUAL_TERMS)
    if isinstance(from_far, Candidate):
        assert only(from_near).score >= from_far.score


@given(visits(), people(), st.integers(0, 2600), st.integers(0, 600))
def test_a_later_due_time_is_never_worse(visit: Wanted, who: Person, due: int, more: int) -> None:
    sooner = visit.model_copy(update={"due_at": BEGIN + due * MINUTE})
    later = visit.model_copy(update={"due_at": BEGIN + (due + more) * MINUTE})
    first, second = judged(sooner, who, USUAL_TERMS), judged(later, who, USUAL_TERMS)
    assert isinstance(first, Candidate) == isinstance(second, Candidate)
    if isinstance(first, Candidate):
        assert only(second).score >= first.score


def test_each_condition_has_its_reason() -> None:
    gas = (Skill(name="GAS", level=2, certified_until_on=date(2026, 12, 8)),)
    ask = wanted(skill="GAS")
    assert code(judged(ask, person(), USUAL_TERMS)) == "out-skill"
    assert code(judged(wanted(skill="GAS", least_level=3), person(skills=gas), USUAL_TERMS)) == "out-level"
    assert code(judged(ask, person(skills=gas), USUAL_TERMS)) == "out-certificate"
    assert code(judged(wanted(), person(open=(), free=()), USUAL_TERMS)) == "out-not-working"
    gone = person(absent=(stretch(0, 2000),), free=())
    assert code(judged(wanted(), gone, USUAL_TERMS)) == "out-absent"
    assert code(judged(wanted(minutes=481), person(), USUAL_TERMS)) == "out-no-time"


def test_a_certificate_that_ends_tomorrow_leaves_today() -> None:
    gas = (Skill(name="GAS", certified_until_on=date(2026, 12, 9)),)
    tomorrow = stretch(24 * 60 + 60, 480)
    both = person(skills=gas, free=(stretch(60, 480), tomorrow), open=(stretch(60, 480), tomorrow))
    assert rome_date(only(judged(wanted(skill="GAS"), both, USUAL_TERMS)).slot.starts_at) == date(2026, 12, 9)
    late = person(skills=gas, free=(tomorrow,), open=(tomorrow,))
    assert code(judged(wanted(skill="GAS"), late, USUAL_TERMS)) == "out-certificate"


def test_the_way_begins_at_the_visit_before_then_where_one_was_seen_then_at_the_start() -> None:
    cesena, rimini = Point(latitude=44.1391, longitude=12.2431), Point(latitude=44.0594, longitude=12.5683)
    after = stretch(180, 300)
    before = Stop(slot=stretch(60, 120), place=cesena)
    ways = [way_minutes(place, FORLI, USUAL_TERMS.travel) for place in (FORLI, cesena, rimini)]
    assert ways[0] == 0 < ways[1] < ways[2]
    at_start = only(judged(wanted(), person(free=(after,)), USUAL_TERMS))
    from_visit = only(judged(wanted(), person(free=(after,), stops=(before,)), USUAL_TERMS))
    seen = Stop(slot=stretch(190, 120), place=rimini)
    now = person(free=(stretch(200, 280),), stops=(before,), seen=seen)
    from_seen = only(judged(wanted(), now, USUAL_TERMS))
    assert [one.travel_minutes for one in (at_start, from_visit, from_seen)] == ways


def test_the_way_on_to_the_next_visit_counts_and_must_fit() -> None:
    rimini = Point(latitude=44.0594, longitude=12.5683)
    way = way_minutes(FORLI, rimini, USUAL_TERMS.travel)
    following = Stop(slot=stretch(400, 60), place=rimini)
    who = person(free=(stretch(60, 340),), stops=(following,))
    found = only(judged(wanted(), who, USUAL_TERMS))
    assert found.onward_minutes == way
    assert {one.because.code: one.points for one in found.reasons}["rank-onward"] == -way
    longest = 340 - way
    assert only(judged(wanted(minutes=longest), who, USUAL_TERMS)).slot.minutes == longest
    assert code(judged(wanted(minutes=longest + 1), who, USUAL_TERMS)) == "out-no-time"
    here = who.model_copy(update={"stops": (Stop(slot=following.slot, place=FORLI),)})
    assert only(judged(wanted(minutes=340), here, USUAL_TERMS)).onward_minutes == 0
    tomorrow = who.model_copy(update={"stops": (Stop(slot=stretch(26 * 60, 60), place=rimini),)})
    assert only(judged(wanted(), tomorrow, USUAL_TERMS)).onward_minutes is None


def test_every_reason_counts_as_the_company_says() -> None:
    terms = DispatchTerms(area=7, usual=11, contractor=13, parts=10, per_load_hour=60, per_skill_level=2, on_time=5)
    ask = wanted(skill="GAS", least_level=2, area="FC", parts=3, due_at=BEGIN + 90 * MINUTE)
    who = person(
        skills=(Skill(name="GAS", level=5),),
        areas=("FC",),
        is_usual=True,
        is_external=True,
        parts_there=2,
        load={date(2026, 12, 9): 30},
    )
    found = only(judged(ask, who, terms))
    points = {reason.because.code: reason.points for reason in found.reasons}
    assert points == {
        "rank-on-time": 5, "rank-travel": 0, "rank-skill": 6, "rank-area": 7, "rank-usual": 11, "rank-parts": 6,
        "rank-load": -30, "rank-contractor": -13,
    }  # fmt: skip
    late = only(judged(wanted(due_at=BEGIN - 30 * MINUTE), person(), DispatchTerms(per_late_hour=10, most_late=12)))
    assert {one.because.code: one.points for one in late.reasons}["rank-late"] == -12
    night = person(open=(), on_call=(stretch(60, 480),))
    assert "rank-on-call" in {one.because.code for one in only(judged(wanted(), night, terms)).reasons}
