"""Devices that were offline: late, twice, in any order, after the office changed the visit; nothing counts twice."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from aggregates.article import article_id
from aggregates.call import Call
from aggregates.values import ROME
from aggregates.warehouse import warehouse_id
from gateways.http import device_batch
from gateways.http.app import create_app
from gateways.wiring import Installation
from tests.commands.calls import CALL, CUSTOMER, GINO, PINA, TECHNICIANS, VISIT, assigned, opened, slot
from tests.dsl import Company, do
from tests.gateways.devices import Device, named, send, sent, technician
from tests.gateways.http.visitors import Visitor, visitor

NOW = datetime(2026, 12, 10, 18, 0, tzinfo=ROME)
TIMES: dict[str, Any] = {"starts_at": "2026-12-09T09:10:00+01:00", "ends_at": "2026-12-09T10:40:00+01:00"}
ARRIVED = sent("arrive", "record-arrival", "2026-12-09T09:10", call_id=str(CALL), activity_id=str(VISIT))
WORKED = sent("work", "perform-activity", "2026-12-09T10:40", call_id=str(CALL), activity_id=str(VISIT), **TIMES)
DONE = {"call_id": str(CALL), "report_id": str(named("report")), "work_done": "Sostituita elettrovalvola"}
REPORTED = sent("report", "report-work", "2026-12-09T10:45", "work", **DONE, activity_ids=[str(VISIT)])
REPORTED_ALONE = {**REPORTED, "after": []}


@pytest.fixture(scope="module")
def client(installation: Installation) -> Iterator[TestClient]:
    with TestClient(create_app(installation), raise_server_exceptions=False) as ready:
        yield ready


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices may not tell of the future: the tests' days are past."""
    monkeypatch.setattr(device_batch, "now", lambda: NOW)


@pytest.fixture
def gino(client: TestClient, company: Company) -> Visitor:
    """A technician with a visit on the agenda."""
    planned = do("plan-activity", call_id=CALL, activity_id=VISIT, kind="repair", minutes=90)
    company.given(*CUSTOMER, *TECHNICIANS, opened(at="2026-12-04T16:45"), planned)
    company.given(assigned("2026-12-09T09:00", "2026-12-09T11:00", at="2026-12-04T17:00"))
    return technician(client, company)


@pytest.fixture
def dispatcher(client: TestClient, company: Company, gino: Visitor) -> Visitor:
    return visitor(client, company, "dispatcher")


def outcomes(answers: list[dict[str, Any]]) -> list[str]:
    return [one["outcome"] for one in answers]


def conflicts(company: Company, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = company.ask("device-conflicts", **asked)["items"]
    return found


def test_a_queue_is_taken_and_the_same_queue_again_changes_nothing(gino: Visitor) -> None:
    company = gino.company
    first = send(gino, ARRIVED, WORKED, REPORTED)
    assert outcomes(first) == ["accepted"] * 3
    position = company.house.log.position()
    again = send(gino, ARRIVED, WORKED, REPORTED)
    assert outcomes(again) == ["repeated"] * 3
    assert [one["result"] for one in again] == [one["result"] for one in first]
    assert company.house.log.position() == position
    facts = company.facts(CALL)
    assert facts[-1].fact.act.at == datetime(2026, 12, 9, 10, 45, tzinfo=ROME), "the device's time"
    assert facts[-1].fact.act.by == f"user:{gino.user_id}"
    assert facts[-1].metadata["device"] == "tablet-07"


def test_inside_a_batch_the_order_does_not_matter(gino: Visitor) -> None:
    assert outcomes(send(gino, REPORTED, WORKED, ARRIVED)) == ["accepted"] * 3
    assert len(gino.company.record(CALL).reports[named("report")].performed) == 1


def test_what_builds_on_something_that_has_not_arrived_waits_on_the_device(gino: Visitor) -> None:
    (waiting,) = send(gino, REPORTED)
    assert (waiting["outcome"], waiting["awaited"]) == ("wait", [str(named("work"))])
    assert outcomes(send(gino, WORKED)) == ["accepted"]
    assert outcomes(send(gino, REPORTED)) == ["accepted"]
    assert conflicts(gino.company) == []


def test_without_being_told_what_it_builds_on_it_waits_a_week(gino: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcomes(send(gino, REPORTED_ALONE)) == ["wait"]
    monkeypatch.setattr(device_batch, "now", lambda: datetime(2026, 12, 17, 12, 0, tzinfo=ROME))
    (late,) = send(gino, REPORTED_ALONE)
    assert (late["outcome"], late["code"], late["what_to_do"]) == ("refused", "activity-unknown", "ask_dispatcher")


def test_the_same_queue_from_two_connections_at_once_counts_once(gino: Visitor) -> None:
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: outcomes(send(gino, ARRIVED, WORKED, REPORTED)), range(4)))
    for n in range(3):
        assert sorted(one[n] for one in told) == ["accepted", "repeated", "repeated", "repeated"]
    topics = [recorded.topic for recorded in gino.company.facts(CALL)]
    assert topics.count(Call.ActivityPerformed.TOPIC) == 1
    assert topics.count(Call.WorkReported.TOPIC) == 1


def test_work_on_a_visit_meanwhile_given_to_another_is_unplanned_work(gino: Visitor) -> None:
    company = gino.company
    company.do("reassign-technician", at="2026-12-09T08:00", call_id=CALL, activity_id=VISIT, technician_id=PINA)
    part = sent(
        "part", "use-part", "2026-12-09T10:00", call_id=str(CALL), activity_id=str(VISIT), description="Valvola"
    )
    worked, used, reported = send(gino, WORKED, part, REPORTED)
    assert outcomes([worked, used, reported]) == ["accepted"] * 3
    assert worked["result"]["warnings"] == ["recorded-as-unplanned-work"]
    call = company.record(CALL)
    own = UUID(worked["result"]["activity_id"])
    assert own != VISIT
    assert (call.activities[VISIT].technician_id, call.activities[VISIT].state.value) == (PINA, "assigned")
    assert (call.performed[own].technician_id, call.performed[own].work_minutes) == (GINO, 90)
    assert [done.activity_id for done in call.reports[named("report")].performed] == [own]
    assert next(iter(call.used_parts.values())).activity_id == own
    assert outcomes(send(gino, WORKED, part, REPORTED)) == ["repeated"] * 3


def test_work_that_another_has_done_meanwhile_stays_theirs(gino: Visitor) -> None:
    """The office recorded that Pina did Gino's visit; then Gino's tablet comes back."""
    company = gino.company
    company.do("perform-activity", at="2026-12-09T12:00", call_id=CALL, activity_id=VISIT, technician_id=PINA, **TIMES)
    (worked,) = send(gino, WORKED)
    assert worked["result"]["warnings"] == ["recorded-as-unplanned-work"]
    assert company.record(CALL).performed[VISIT].technician_id == PINA


def test_a_visit_taken_off_the_agenda_and_done_all_the_same_is_done(gino: Visitor) -> None:
    company = gino.company
    company.do("unassign-technician", at="2026-12-09T08:00", call_id=CALL, activity_id=VISIT, reason="Rinviata")
    (worked,) = send(gino, WORKED)
    assert worked["result"] == {"activity_id": str(VISIT), "warnings": []}
    assert company.record(CALL).performed[VISIT].technician_id == GINO


def test_arriving_at_a_visit_that_is_another_s_is_told_to_the_dispatcher(gino: Visitor) -> None:
    company = gino.company
    company.do("reassign-technician", at="2026-12-09T08:00", call_id=CALL, activity_id=VISIT, technician_id=PINA)
    (arrived,) = send(gino, ARRIVED)
    assert (arrived["outcome"], arrived["code"], arrived["what_to_do"]) == ("refused", "visit-moved", "ask_dispatcher")
    (conflict,) = conflicts(company)
    assert (conflict["command"], conflict["device_id"], conflict["record_id"]) == ("record-arrival", "tablet-07", CALL)
    assert json.loads(conflict["fields"])["activity_id"] == str(VISIT)
    assert send(gino, ARRIVED)[0]["outcome"] == "refused"
    assert len(conflicts(company)) == 1, "the same refusal again is no news"


def test_an_arrival_that_comes_after_its_work_changes_nothing(gino: Visitor) -> None:
    assert outcomes(send(gino, WORKED)) == ["accepted"]
    assert outcomes(send(gino, ARRIVED)) == ["accepted"]
    assert gino.company.record(CALL).status.value == "worked"


ENDED = (
    (do("close-call", at="2026-12-09T09:00", call_id=CALL, outcome="solved", solution="Risolto"), "call-is-closed"),
    (do("cancel-call", at="2026-12-09T08:00", call_id=CALL, reason="Disdetta"), "call-is-cancelled"),
)


@pytest.mark.parametrize(("ending", "code"), ENDED)
def test_work_on_a_call_that_is_over_waits_for_the_dispatcher(
    gino: Visitor, dispatcher: Visitor, ending: Any, code: str
) -> None:
    company = gino.company
    company.given(ending)
    (worked,) = send(gino, WORKED)
    assert (worked["outcome"], worked["code"], worked["what_to_do"]) == ("refused", code, "ask_dispatcher")
    (conflict,) = conflicts(company)
    again = f"/device-conflicts/{conflict['conflict_id']}/retry"
    assert dispatcher.post(again).json()["code"] == code, "the call is still over"
    company.do("reopen-call", at="2026-12-10T08:00", call_id=CALL, reason="Il tecnico ha lavorato")
    assert gino.post(again).status_code == 403
    answer = dispatcher.post(again)
    assert answer.status_code == 200, answer.text
    fact = company.facts(CALL)[-1].fact
    assert isinstance(fact, Call.ActivityPerformed)
    assert (fact.act.by, fact.act.at) == (f"user:{gino.user_id}", datetime(2026, 12, 9, 10, 40, tzinfo=ROME))
    assert conflicts(company) == []
    assert conflicts(company, settled_too=True)[0]["settled"] == "retried"
    assert outcomes(send(gino, WORKED)) == ["repeated"]


def test_what_follows_a_refused_command_is_not_waited_for_for_ever(gino: Visitor) -> None:
    company = gino.company
    company.given(ENDED[0][0])
    assert outcomes(send(gino, WORKED, REPORTED)) == ["refused", "refused"]
    assert {one["command"] for one in conflicts(company)} == {"perform-activity", "report-work"}


def test_a_device_does_only_what_its_user_may(gino: Visitor) -> None:
    (answer,) = send(gino, sent("user", "register-user", "2026-12-09T09:00", email="x@example.it", name="X"))
    assert (answer["outcome"], answer["code"], answer["what_to_do"]) == ("refused", "role-missing", "discard")
    assert conflicts(gino.company)[0]["code"] == "role-missing"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (sent("x", "fly-to-the-moon", "2026-12-09T09:00"), "command-unknown"),
        (sent("x", "perform-activity", "2026-12-09T09:00", call_id=str(CALL)), "invalid-request"),
        (sent("x", "add-call-note", "2026-12-09T09:00", call_id=str(CALL), text="a\0b"), "invalid-request"),
    ],
)
def test_what_no_program_can_use_is_given_up(gino: Visitor, command: dict[str, Any], code: str) -> None:
    (answer,) = send(gino, command)
    assert (answer["outcome"], answer["code"], answer["what_to_do"]) == ("refused", code, "discard")


def test_one_bad_command_does_not_hold_up_the_others(gino: Visitor) -> None:
    bad = sent("x", "perform-activity", "2026-12-09T09:00", call_id="?")
    assert outcomes(send(gino, bad, WORKED)) == ["refused", "accepted"]


def test_the_future_is_sent_again_and_the_distant_past_is_asked_about(gino: Visitor) -> None:
    (ahead,) = send(gino, {**WORKED, "at": "2026-12-10T18:06:00+01:00"})
    assert (ahead["outcome"], ahead["code"]) == ("retry", "device-clock-ahead")
    assert outcomes(send(gino, {**WORKED, "at": "2026-12-10T18:04:00+01:00"})) == ["accepted"]
    (behind,) = send(gino, {**ARRIVED, "at": "2025-12-01T09:00:00+01:00"})
    assert (behind["code"], behind["what_to_do"]) == ("device-clock-behind", "ask_dispatcher")


def test_a_wrong_clock_is_noted_beside_the_facts(gino: Visitor) -> None:
    batch = {"device_id": "t", "sent_at": "2026-12-10T17:00:00+01:00", "commands": [WORKED]}
    answer = gino.post("/device-batches", batch).json()
    assert answer["clock_skew_seconds"] == -3600
    assert gino.company.facts(CALL)[-1].metadata["clock_skew_seconds"] == "-3600"


def test_an_id_used_for_something_else_is_told(gino: Visitor) -> None:
    assert outcomes(send(gino, WORKED)) == ["accepted"]
    other = {**WORKED, "fields": {**WORKED["fields"], "travel_minutes": 5}}
    (answer,) = send(gino, other)
    assert (answer["outcome"], answer["code"], answer["what_to_do"]) == ("refused", "command-id-reused", "discard")


def test_a_settled_conflict_is_off_the_list_and_the_device_forgets_it(gino: Visitor, dispatcher: Visitor) -> None:
    company = gino.company
    company.given(ENDED[0][0])
    send(gino, WORKED)
    (conflict,) = conflicts(company)
    path = f"/device-conflicts/{conflict['conflict_id']}/settle"
    assert dispatcher.post(path, {"how": "recorded_otherwise", "note": "Ore inserite a mano"}).status_code == 200
    assert dispatcher.post(path, {"how": "recorded_otherwise"}).status_code == 200
    assert dispatcher.post(path, {"how": "discarded"}).json()["code"] == "conflict-settled"
    assert conflicts(company) == []
    assert send(gino, WORKED)[0]["what_to_do"] == "discard"


# The simulation: a day on two devices of one technician, with a connection that comes and goes.

MORNING, NOON, EVENING = (named(f"call {n}") for n in range(3))
VAN_ARTICLE = "X"


def day(company: Company) -> None:
    """What the office knows: three visits on Gino's agenda, a van with ten valves."""
    company.given(*CUSTOMER, *TECHNICIANS)
    company.do("register-article", code=VAN_ARTICLE, description="Elettrovalvola", kind="part")
    company.do("open-warehouse", code="VAN", name="Furgone", kind="van", technician_id=GINO)
    place = {"article_id": article_id(VAN_ARTICLE), "warehouse_id": warehouse_id("VAN")}
    company.do("stock-article", **place, quantity="10", unit_cost="50.00")
    for n, call_id in enumerate((MORNING, NOON, EVENING)):
        begins, ends = f"2026-12-09T{9 + 3 * n:02}:00", f"2026-12-09T{11 + 3 * n:02}:00"
        company.given(opened(at="2026-12-04T16:45", call_id=call_id))
        visit = {"call_id": call_id, "activity_id": named(f"visit {call_id}"), "technician_id": GINO}
        company.do("plan-activity", call_id=call_id, activity_id=visit["activity_id"], kind="repair")
        company.do("assign-technician", at="2026-12-04T17:00", **visit, slot=slot(begins, ends))


def visit_of(call_id: UUID, hour: int) -> list[dict[str, Any]]:
    """What a device records of one visit, each step built on the one before."""
    call, visit, report = str(call_id), str(named(f"visit {call_id}")), str(named(f"report {call_id}"))
    told = {"starts_at": f"2026-12-09T{hour:02}:05:00+01:00", "ends_at": f"2026-12-09T{hour + 1:02}:20:00+01:00"}
    used = {"activity_id": visit, "code": VAN_ARTICLE, "description": "Elettrovalvola", "quantity": "2"}
    whole = {"report_id": report, "work_done": "Fatto", "activity_ids": [visit]}
    signature = {"signer_name": "Anna Verdi", "image_sha256": "a" * 64, "document_sha256": "b" * 64, "revision": 0}
    steps: list[tuple[str, int, dict[str, Any]]] = [
        ("record-arrival", 5, {"activity_id": visit}),
        ("use-part", 20, used),
        ("perform-activity", 40, {"activity_id": visit, "travel_minutes": 30, "travel_km": "12.5", **told}),
        ("report-work", 45, whole),
        ("sign-report", 50, {"report_id": report, **signature}),
        ("close-call", 55, {"outcome": "solved", "solution": "Fatto"}),
    ]
    keys = [f"{name} {call}" for name, _, _ in steps]
    return [
        sent(key, name, f"2026-12-09T{hour:02}:{minute:02}:00", *keys[n - 1 : n], call_id=call, **fields)
        for n, (key, (name, minute, fields)) in enumerate(zip(keys, steps, strict=True))
    ]


def queues() -> dict[str, list[dict[str, Any]]]:
    """Two devices of one technician; both take parts from the same van, one writes on the other's call."""
    note = sent("note", "add-call-note", "2026-12-09T09:30", call_id=str(MORNING), text="Portare la scala")
    return {"phone": visit_of(MORNING, 9) + visit_of(EVENING, 15), "tablet": [*visit_of(NOON, 12), note]}


def end_state(company: Company) -> dict[str, Any]:
    """What is true in the end: the facts of the calls by content, the stock, the hours."""
    told = [
        (recorded.topic, recorded.fact.act.at, recorded.fact.model_dump_json(exclude={"act": {"by"}}))
        for call_id in (MORNING, NOON, EVENING)
        for recorded in company.facts(call_id)
    ]
    agenda = company.ask("agenda", from_on="2026-12-07", technician_id=GINO)["visits"]
    hours = ("state", "performed_starts_at", "performed_ends_at", "travel_minutes", "arrived_at")
    stock = company.ask("stock")["items"]
    return {
        "facts": sorted(told),
        "hours": [tuple(one[name] for name in hours) for one in agenda],
        "stock": [one["on_hand"] for one in stock],
        "conflicts": conflicts(company, settled_too=True),
    }


@pytest.fixture
def online(client: TestClient, company: Company) -> dict[str, Any]:
    """The same day with a signal everywhere: each command at once, in the order of the day."""
    day(company)
    gino = technician(client, company)
    whole = sorted((one for queue in queues().values() for one in queue), key=lambda one: one["at"])
    for command in whole:
        assert outcomes(send(gino, command)) == ["accepted"]
    state = end_state(company)
    assert state["stock"] == [4]
    assert len(state["hours"]) == 3
    return state


@pytest.mark.parametrize("seed", range(6))
def test_two_devices_offline_end_where_online_ends(
    client: TestClient, installation: Installation, online: dict[str, Any], seed: int
) -> None:
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    day(company)
    gino, chance = technician(client, company), random.Random(seed)
    devices = [Device(name, gino, chance, queue) for name, queue in queues().items()]
    for _ in range(500):
        waiting = [device for device in devices if device.queue]
        if not waiting:
            break
        chance.choice(waiting).try_to_send()
    assert [device.queue for device in devices] == [[], []]
    assert end_state(company) == online
