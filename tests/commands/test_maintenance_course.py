"""Services of a machine: calls made, skipped, postponed, done, due again (MNT-1, #12, #13, #33)."""

from __future__ import annotations

from typing import Any

from aggregates.call import Call
from aggregates.call_refusals import WorkDone
from aggregates.call_values import Channel
from aggregates.maintenance_course import MaintenanceCourse, OccurrenceOver, OccurrenceUnknown
from aggregates.rules.priority import Level
from commands.base import NotFound
from tests.commands.calls import GINO, rome
from tests.commands.maintenance import (
    COPIER,
    FORLI,
    MONTHLY,
    OTHER,
    PLAN,
    TECHNICIANS,
    THIRD,
    an_id,
    begin,
    calls,
    closed,
    course,
    due_days,
    machine,
    plan,
    read,
    run,
)
from tests.dsl import Company, Do, do

FEBRUARY, MARCH = "interval/2026-02-28", "interval/2026-03-31"


def generate(at: str, *items: Any) -> Do:
    return do("generate-maintenance", at=f"{at}T06:00", plan_id=PLAN, serial_item_ids=items or (COPIER,))


def skip(key: str, at: str = "2026-02-28T08:00") -> Do:
    return do("skip-occurrence", at=at, plan_id=PLAN, serial_item_id=COPIER, key=key, reason="Macchina ferma")


def postpone(key: str, to_on: str, at: str = "2026-02-20T08:00") -> Do:
    fields = {"serial_item_id": COPIER, "key": key, "to_on": to_on, "reason": "Dopo le ferie"}
    return do("postpone-occurrence", at=at, plan_id=PLAN, **fields)  # type: ignore[arg-type] # fields of a command


def test_a_due_service_is_a_call_with_all_that_the_plan_says(company: Company) -> None:
    rule = {"who": "fixed", "technician_id": GINO}
    part = {"code": "KIT-3", "description": "Kit manutenzione"}
    said: dict[str, Any] = {
        "minutes": 45,
        "skill": "GAS",
        "protocol": "P-COP",
        "parts": [part],
        "before_days": 5,
        "after_days": 10,
    }
    begin(company, *TECHNICIANS, plan(**said, text="Revisione mensile", assignment=rule, priority="high"))
    situation = company.given().when(generate("2026-02-28"))
    kinds = [type(one.fact).__name__ for one in situation.new]
    assert sorted(kinds) == ["ActivityPlanned", "Begun", "OccurrenceGenerated", "Opened", "PartPlanned"]
    (opened,) = [one.fact for one in situation.new if isinstance(one.fact, Call.Opened)]
    assert (opened.fault, opened.channel, opened.priority) == ("Revisione mensile", Channel.MAINTENANCE, Level.HIGH)
    ref = opened.maintenance
    assert ref is not None
    assert (str(ref.due_on), str(ref.earliest_on), str(ref.latest_on)) == ("2026-02-28", "2026-02-23", "2026-03-10")
    assert (ref.plan_code, ref.protocol, ref.technician_id) == ("COP", "P-COP", GINO)
    call = company.record(opened.stream_id)
    (activity,) = call.activities.values()
    assert (activity.minutes, activity.skill, activity.serial_item_ids) == (45, "GAS", (COPIER,))
    assert company.ask("call", call_id=call.id)["maintenance"]["plan_code"] == "COP"


def test_the_same_again_makes_nothing(company: Company) -> None:
    begin(company, plan())
    company.given(generate("2026-02-28")).when(generate("2026-02-28")).then_nothing()
    company.given().when(generate("2026-03-15")).then_nothing()
    assert due_days(company) == ["2026-02-28"]


def test_services_of_one_site_are_one_call(company: Company) -> None:
    begin(company, machine(OTHER, "M2"), machine(THIRD, "M3", FORLI), plan(group_days=5, minutes=30))
    company.given(generate("2026-02-28", COPIER, OTHER, THIRD))
    milan, forli = sorted(calls(company), key=lambda call: -len(call["serial_item_ids"]))
    assert milan["serial_item_ids"] == [str(COPIER), str(OTHER)]
    assert forli["serial_item_ids"] == [str(THIRD)]
    (activity,) = company.record(milan["call_id"]).activities.values()
    assert activity.minutes == 60
    company.given(closed(milan, "2026-03-02T10:00"))
    run(company, "2026-03-02")
    assert course(company, COPIER) == course(company, OTHER) == {FEBRUARY: "done"}
    assert course(company, THIRD) == {FEBRUARY: "planned"}


def test_a_visit_takes_along_what_is_due_soon_after(company: Company) -> None:
    begin(company, plan(interval=MONTHLY, group_days=5, meters=[{"meter": "bw", "every": 1000}]))
    company.given(read("2026-01-20", 0), read("2026-02-27", 1000), generate("2026-02-27"))
    (call,) = calls(company)
    refs = [ref["key"] for ref in call["maintenance"]["occurrences"]]
    assert refs == ["service/1", FEBRUARY]


def test_a_service_is_skipped_and_the_next_stays(company: Company) -> None:
    begin(company, plan())
    company.given().when(skip(FEBRUARY, at="2026-02-10T08:00")).then(
        MaintenanceCourse.Begun, (MaintenanceCourse.OccurrenceSkipped, {"reason": "Macchina ferma"})
    )
    company.given().when(skip(FEBRUARY, at="2026-02-10T08:00")).then_nothing()
    run(company, "2026-02-28", "2026-03-31")
    assert due_days(company) == ["2026-03-31"]
    company.given().when(skip("interval/2026-03-30")).then_refused(OccurrenceUnknown)


def test_skipping_a_service_withdraws_its_call(company: Company) -> None:
    begin(company, plan())
    company.given(generate("2026-02-28")).when(skip(FEBRUARY)).then(MaintenanceCourse.OccurrenceSkipped, Call.Cancelled)
    run(company, "2026-03-01")
    assert course(company) == {FEBRUARY: "skipped"}


def test_a_service_that_was_begun_is_not_skipped(company: Company) -> None:
    begin(company, *TECHNICIANS, plan())
    company.given(generate("2026-02-28"))
    (call,) = calls(company)
    times = {"starts_at": rome("2026-03-02T09:00"), "ends_at": rome("2026-03-02T10:00")}
    work: dict[str, Any] = {"technician_id": GINO, "kind": "maintenance", "mode": "phone", **times}
    company.do("perform-activity", at="2026-03-02T10:05", call_id=call["call_id"], **work)
    company.given().when(skip(FEBRUARY, at="2026-03-02T11:00")).then_refused(WorkDone)
    assert course(company) == {FEBRUARY: "planned"}


def test_only_the_service_that_is_put_off_moves(company: Company) -> None:
    begin(company, plan())
    company.given().when(postpone(FEBRUARY, "2026-03-10")).then(
        MaintenanceCourse.Begun, MaintenanceCourse.OccurrencePostponed
    )
    company.given().when(postpone(FEBRUARY, "2026-03-10")).then_nothing()
    run(company, "2026-02-28")
    assert calls(company) == []
    run(company, "2026-03-10", "2026-03-31", "2026-04-30")
    assert due_days(company) == ["2026-03-10", "2026-03-31", "2026-04-30"]
    company.given(closed(calls(company)[0], "2026-05-01T10:00"))
    run(company, "2026-05-01")
    company.given().when(postpone(FEBRUARY, "2026-06-01")).then_refused(OccurrenceOver, state="done")


def test_a_cancelled_call_is_due_again(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-02-28")
    (first,) = calls(company)
    company.do("cancel-call", at="2026-03-01T09:00", call_id=first["call_id"], reason="Aperta per errore")
    run(company, "2026-03-02")
    again = [call for call in calls(company) if call["status"] == "open"]
    assert [call["maintenance"]["due_on"] for call in again] == ["2026-02-28"]
    occurrence = company.ask("maintenance", on="2026-03-02", plan_id=PLAN)["items"][0]
    assert (occurrence["attempt"], occurrence["call_id"]) == (2, again[0]["call_id"])


def test_a_cancelled_call_is_skipped_where_the_plan_says_so(company: Company) -> None:
    begin(company, plan(after_cancelling="skip"))
    run(company, "2026-02-28")
    company.do("cancel-call", at="2026-03-01T09:00", call_id=calls(company)[0]["call_id"], reason="Non serve")
    run(company, "2026-03-02")
    assert course(company) == {FEBRUARY: "skipped"}


def test_a_call_that_solved_nothing_leaves_the_service_due(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-02-28")
    company.given(closed(calls(company)[0], "2026-03-01T09:00", outcome="not_solved"))
    run(company, "2026-03-02")
    assert [call["status"] for call in calls(company)].count("open") == 1
    assert company.ask("maintenance", on="2026-03-02")["items"][0]["attempt"] == 2


def test_a_reopened_call_takes_the_service_up_again(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-02-28")
    (call,) = calls(company)
    company.given(closed(call, "2026-03-01T09:00"))
    run(company, "2026-03-02")
    company.do("reopen-call", at="2026-03-03T09:00", call_id=call["call_id"], reason="Perde ancora")
    run(company, "2026-03-03")
    assert course(company) == {FEBRUARY: "planned"}
    company.given(closed(call, "2026-03-04T09:00", solution="Rifatto"))
    run(company, "2026-03-04")
    assert course(company) == {FEBRUARY: "done"}


def test_from_completion_counts_from_the_day_of_the_work(company: Company) -> None:
    begin(company, *TECHNICIANS, plan(interval={"every": 1, "counting": "from_completion", "anchor_on": "2026-01-31"}))
    run(company, "2026-02-28")
    (call,) = calls(company)
    times = {"starts_at": rome("2026-03-04T09:00"), "ends_at": rome("2026-03-04T10:00")}
    work: dict[str, Any] = {"technician_id": GINO, "kind": "maintenance", "mode": "phone", **times}
    company.do("perform-activity", at="2026-03-04T10:05", call_id=call["call_id"], **work)
    company.given(closed(call, "2026-03-09T09:00"))
    run(company, "2026-03-31", "2026-04-03", "2026-04-04")
    assert due_days(company) == ["2026-02-28", "2026-04-04"]


def test_only_calls_of_plans_are_followed(company: Company) -> None:
    begin(company)
    company.do("open-call", call_id=an_id("call"), fault="Perde", caller={"name": "Mario"})
    company.given().when(do("follow-maintenance-call", call_id=an_id("call"))).then_refused(NotFound)
