"""The call desk: calls taken in one stroke, identified, with machines changed, handed over, merged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.call import Call
from aggregates.call_desk_refusals import AlreadyIdentified, CallIsMerged, CustomersDiffer, ItemInUse, MergeIntoItself
from aggregates.call_refusals import CallerMissing, CallExists, CallIsClosed, ReasonMissing, WorkDone
from aggregates.call_values import CallStatus, CloseOutcome
from aggregates.rules.service_level import Clock
from commands.base import NotFound
from tests.commands.calls import (
    CALL,
    COPIER,
    CUSTOMER,
    FORLI,
    GINO,
    MACHINE,
    MILAN,
    PLANNED,
    ROSSI,
    TECHNICIANS,
    WORKED,
    assigned,
    opened,
)
from tests.dsl import Company, Do, do

OTHER = UUID("44444444-0000-0000-0000-000000000002")
THIRD = UUID("44444444-0000-0000-0000-000000000003")
BIANCHI = UUID("11111111-1111-1111-1111-000000000009")
SECOND = UUID("77777777-0000-0000-0000-000000000002")
USER = UUID("88888888-0000-0000-0000-000000000001")
MARIO = {"name": "Mario", "phone": "0543 123456"}
ANOTHER_CUSTOMER = do("register-party", party_id=BIANCHI, code="C2", name="Bianchi Rossana", role="prospect")
SECOND_COPIER = do(
    "register-serial-item",
    serial_item_id=SECOND,
    manufacturer="Ricoh",
    number="SN-00123",
    product="MP C6004",
    type="copier",
    owner_id=ROSSI,
    site_id=FORLI,
)
COLLEAGUE = do("register-user", user_id=USER, email="lia@example.it", name="Lia", roles=["call_centre"])


def test_a_call_taken_by_a_serial_number_in_words_knows_its_customer(company: Company) -> None:
    company.given(*CUSTOMER, SECOND_COPIER)
    answer = company.do("take-call", call_id=CALL, caller=MARIO, said="sn 123", fault="Non stampa")
    assert answer["identified"]
    assert (answer["customer"], answer["site"], answer["coverage"]) == ("Rossi Gilbo", "Forlì", "chargeable")
    assert answer["candidates"] == []
    call = company.record(CALL)
    assert (call.party_id, call.site_id, call.serial_item_ids, call.said) == (ROSSI, FORLI, (SECOND,), None)


def test_what_several_may_be_meant_by_opens_a_call_to_be_identified(company: Company) -> None:
    company.given(*CUSTOMER, ANOTHER_CUSTOMER)
    answer = company.do("take-call", call_id=CALL, caller=MARIO, said="ross", fault="Non stampa")
    assert not answer["identified"]
    assert {one["label"] for one in answer["candidates"]} >= {"Rossi Gilbo", "Bianchi Rossana"}
    assert company.record(CALL).said == "ross"
    (waiting,) = company.ask("triage")["items"]
    assert (waiting["unidentified"], waiting["said"], waiting["caller"]) == (True, "ross", "Mario")


def test_a_mistyped_number_is_never_beyond_doubt(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, SECOND_COPIER)
    mistyped = company.do("take-call", caller=MARIO, said="SN-00124", fault="Non stampa")
    assert not mistyped["identified"]
    assert [one["label"] for one in mistyped["candidates"]] == ["SN-00123"]


def test_without_customer_and_caller_nobody_called(company: Company) -> None:
    company.given(*CUSTOMER).when(do("take-call", said="nessuno", fault="Perde")).then_refused(CallerMissing)


def test_a_machine_says_whose_it_is(company: Company) -> None:
    company.given(*CUSTOMER, SECOND_COPIER).when(
        do("take-call", call_id=CALL, serial_item_ids=[SECOND], fault="Perde")
    ).then((Call.Opened, {"party_id": ROSSI, "site_id": FORLI}))


def test_the_same_call_taken_twice_is_one(company: Company) -> None:
    step = do("take-call", call_id=CALL, party_id=ROSSI, fault="Perde")
    company.given(*CUSTOMER, step).when(step).then_nothing()
    company.given().when(do("take-call", call_id=CALL, party_id=ROSSI, fault="Altro")).then_refused(CallExists)


def test_the_answer_tells_of_calls_already_open(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, SECOND_COPIER, opened(serial_item_ids=[MACHINE]))
    same = company.do("take-call", serial_item_ids=[MACHINE], fault="Ancora")
    assert [one["call_id"] for one in same["already_open"]] == [str(CALL)]
    assert [one["number"] for one in same["already_open"]] == ["CH-2026-0001"]
    other = company.do("take-call", serial_item_ids=[SECOND], fault="Un'altra")
    assert other["already_open"] == []
    assert len(other["open_calls"]) == 2


def test_a_call_solved_on_the_telephone_is_one_append(company: Company) -> None:
    step = do("take-call", call_id=CALL, party_id=ROSSI, fault="Password?", solved_on_phone="Reimpostata", minutes=4)
    company.given(*CUSTOMER).when(step).then(
        Call.Opened, Call.ActivityPerformed, (Call.Closed, {"outcome": CloseOutcome.SOLVED, "solution": "Reimpostata"})
    )
    (done,) = company.record(CALL).performed.values()
    assert (done.time.minutes, done.text) == (4, "Reimpostata")


def test_an_identified_call_has_its_first_decision(company: Company) -> None:
    company.given(*CUSTOMER, SECOND_COPIER, do("take-call", call_id=CALL, caller=MARIO, said="?", fault="Perde"))
    identified = do("identify-call", call_id=CALL, party_id=ROSSI, site_id=FORLI, serial_item_ids=[SECOND])
    company.given().when(identified).then(
        (Call.Identified, {"party_id": ROSSI, "site_id": FORLI, "serial_item_ids": (SECOND,)}),
        Call.CoverageDecidedAgain,
    )
    assert company.record(CALL).coverage.items[0].serial_item_id == SECOND
    row = company.ask("call-board", serial_item_id=SECOND)["items"][0]
    assert (row["party_id"], row["town"]) == (ROSSI, "Forlì")
    assert company.ask("triage", unidentified=True)["items"] == []
    assert len(company.ask("triage", unidentified=False)["items"]) == 1
    company.given().when(identified).then_nothing()


def test_another_customer_needs_a_reason_and_no_work_done(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, ANOTHER_CUSTOMER, opened())
    moved: dict[str, Any] = {"call_id": CALL, "party_id": BIANCHI}
    company.given().when(do("identify-call", **moved)).then_refused(ReasonMissing)
    company.given().when(do("identify-call", **moved, site_id=MILAN, reason="x")).then_refused(NotFound)
    company.given().when(do("identify-call", **moved, reason="Chiamava per loro")).then(
        Call.Identified, Call.CoverageDecidedAgain
    )
    company.given(PLANNED, assigned("2026-12-09T09:00", "2026-12-09T11:00"), WORKED)
    back = do("identify-call", call_id=CALL, party_id=ROSSI, reason="x")
    company.given().when(back).then_refused(AlreadyIdentified)


def test_machines_come_and_go_and_what_was_decided_stays(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, SECOND_COPIER, opened(serial_item_ids=[MACHINE], at="2026-09-01T09:00"))
    warranty: dict[str, Any] = {"kind": "manufacturer", "period": {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}}
    for n, key in enumerate((MACHINE, SECOND)):
        company.do("give-warranty", serial_item_id=key, warranty_id=UUID(int=n + 1), **warranty)
    added = do("change-call-items", call_id=CALL, add=[SECOND], reason="Anche quella")
    company.given().when(added).then(
        (Call.ItemsChanged, {"serial_item_ids": (MACHINE, SECOND), "added": (SECOND,), "removed": ()}),
        Call.CoverageDecidedAgain,
    )
    coverage = company.record(CALL).coverage
    assert [(one.serial_item_id, one.kind.value) for one in coverage.items] == [
        (MACHINE, "chargeable"),
        (SECOND, "warranty"),
    ]
    assert coverage.kind.value == "warranty"
    company.given().when(added).then_nothing()
    removed = do("change-call-items", call_id=CALL, remove=[SECOND], reason="Era a posto")
    company.given().when(removed).then(Call.ItemsChanged, Call.CoverageDecidedAgain)
    assert company.record(CALL).coverage.kind.value == "chargeable"
    assert company.ask("call-board", serial_item_id=SECOND)["items"] == []


def test_a_machine_that_something_stands_on_stays(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, opened(serial_item_ids=[MACHINE]))
    charge: dict[str, Any] = {
        "item": "labour",
        "description": "Ore",
        "unit_price": "40.00",
        "amount": {"amount": "40.00"},
    }
    company.do("add-charge", call_id=CALL, serial_item_id=MACHINE, **charge)
    removed = do("change-call-items", call_id=CALL, remove=[MACHINE], reason="x")
    company.given().when(removed).then_refused(ItemInUse)


def test_a_call_handed_over_has_another_owner(company: Company) -> None:
    company.given(*CUSTOMER, COLLEAGUE, opened(), do("take-charge", call_id=CALL))
    handed = do("hand-over-call", call_id=CALL, user_id=USER, note="Richiamare alle 15")
    assert company.ask("call-board")["items"][0]["owner"] == "user:test"
    company.given().when(handed).then((Call.HandedOver, {"to": f"user:{USER}", "previous": "user:test"}))
    assert company.ask("call-board")["items"][0]["owner"] == f"user:{USER}"
    company.given().when(handed).then_nothing()
    nobody = do("hand-over-call", call_id=CALL, user_id=ROSSI, note="x")
    company.given().when(nobody).then_refused(NotFound)


def test_an_activity_handed_over_leaves_the_call_where_it_is(company: Company) -> None:
    company.given(*CUSTOMER, COLLEAGUE, opened(), PLANNED)
    (activity_id,) = company.record(CALL).activities
    company.do("hand-over-call", call_id=CALL, user_id=USER, note="x", activity_id=activity_id)
    assert company.ask("call-board")["items"][0]["owner"] is None
    assert company.record(CALL).operators == {activity_id: f"user:{USER}"}


def merge(duplicate: UUID, survivor: UUID, **fields: Any) -> Do:
    """A duplicate merged into another call."""
    return do("merge-call", call_id=duplicate, survivor_id=survivor, **fields)


def test_a_duplicate_ends_and_what_it_said_goes_along(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, SECOND_COPIER, opened(serial_item_ids=[MACHINE]))
    second: dict[str, Any] = {
        "call_id": OTHER,
        "serial_item_ids": [SECOND],
        "caller": MARIO,
        "customer_reference": "R1",
    }
    company.given(opened(**second), do("add-call-note", call_id=OTHER, text="Urla al telefono"))
    situation = company.given().when(merge(OTHER, CALL))
    situation.then(Call.Absorbed, Call.CoverageDecidedAgain, Call.Cancelled, Call.MergedInto)
    survivor, duplicate = company.record(CALL), company.record(OTHER)
    assert (duplicate.status, duplicate.merged_into) == (CallStatus.CANCELLED, CALL)
    assert survivor.serial_item_ids == (MACHINE, SECOND)
    assert list(survivor.notes.values()) == ["Urla al telefono"]
    assert survivor.absorbed == {OTHER: "CH-2026-0002"}
    row = next(row for row in company.ask("call-board")["items"] if row["call_id"] == OTHER)
    assert (row["status"], row["outcome"], row["merged_into"]) == ("cancelled", "duplicate", CALL)
    assert [duplicate.clock(clock) for clock in Clock] == [None] * 4
    assert len(company.ask("call-board", serial_item_id=SECOND)["items"]) == 2
    company.given().when(merge(OTHER, CALL)).then_nothing()


@pytest.mark.parametrize(
    "step",
    [
        do("reopen-call", call_id=OTHER, reason="x"),
        do("add-call-note", call_id=OTHER, text="Risposta del cliente"),
        do("take-charge", call_id=OTHER),
        do("close-call", call_id=OTHER),
        do("log-phone-activity", call_id=OTHER, text="x"),
        do("merge-call", call_id=OTHER, survivor_id=THIRD),
    ],
    ids=lambda step: step.name,
)
def test_a_merged_call_says_where_to_go_on(company: Company, step: Do) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=OTHER), opened(call_id=THIRD))
    company.do("merge-call", call_id=OTHER, survivor_id=CALL)
    company.given().when(step).then_refused(CallIsMerged, call_id=str(CALL), number="CH-2026-0001")


def test_calls_are_not_merged_in_a_circle(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=OTHER))
    company.given().when(merge(CALL, CALL)).then_refused(MergeIntoItself)
    company.do("merge-call", call_id=OTHER, survivor_id=CALL)
    company.given().when(merge(CALL, OTHER)).then_refused(MergeIntoItself)


def test_only_calls_of_one_customer_without_work_are_duplicates(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, ANOTHER_CUSTOMER, opened(), opened(call_id=OTHER, party_id=BIANCHI))
    company.given().when(merge(OTHER, CALL)).then_refused(CustomersDiffer)
    company.given(opened(call_id=THIRD), PLANNED, assigned("2026-12-09T09:00", "2026-12-09T11:00"), WORKED)
    company.given().when(merge(CALL, THIRD)).then_refused(WorkDone)
    company.do("merge-call", call_id=THIRD, survivor_id=CALL)
    company.do("close-call", call_id=OTHER)
    company.given().when(merge(OTHER, CALL)).then_refused(CustomersDiffer)


def test_a_call_that_is_over_is_not_merged(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=OTHER), do("close-call", call_id=OTHER))
    company.given().when(merge(OTHER, CALL)).then_refused(CallIsClosed)
    company.given().when(merge(CALL, OTHER)).then_refused(CallIsClosed)


def test_planned_time_of_a_duplicate_is_free_again(company: Company) -> None:
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, assigned("2026-12-09T09:00", "2026-12-09T11:00"))
    company.given(opened(call_id=OTHER))
    company.do("merge-call", call_id=CALL, survivor_id=OTHER)
    again = {"call_id": OTHER, "activity_id": UUID(int=5), "technician_id": GINO}
    company.do("plan-activity", call_id=OTHER, activity_id=UUID(int=5), kind="repair")
    company.execute(assigned("2026-12-09T09:00", "2026-12-09T11:00", **again))
