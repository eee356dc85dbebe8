"""Protocols and their checklists on calls: frozen, answered in any order, needed for closing (INS-8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from aggregates.attachment import FileUnknown
from aggregates.call import Call
from aggregates.call_checklists import ChecklistOpen
from aggregates.call_refusals import CallIsClosed
from aggregates.checklist import Checklist, ChecklistIsDropped, OperationUnknown
from aggregates.protocol import Protocol, ProtocolNotValidYet, ProtocolTerms, ProtocolVersion, protocol_id
from aggregates.rules.answers import AnswerUnfit
from commands.base import NotFound
from projections.checklists import checklist_results_for
from tests.commands.calls import CALL, COPIER, CUSTOMER, MACHINE, ROSSI
from tests.commands.test_attachment import SHA, upload
from tests.dsl import Company, Do, do

PRESSURE = {"key": "pressure", "text": "Pressione", "kind": "number", "unit": "bar", "lowest": "1.2", "highest": "1.8"}
LEAK = {"key": "leak", "text": "Perdite", "kind": "yes_no"}
PHOTO = {"key": "plate", "text": "Targhetta", "kind": "photo", "mandatory": False}
DEFINED = do("define-protocol", code="annual", terms={"name": "Annuale"})
SET = do("set-protocol-operations", code="annual", from_on="2026-01-01", operations=[PRESSURE, LEAK, PHOTO])
OPENED = do("open-call", call_id=CALL, party_id=ROSSI, fault="Manutenzione", serial_item_ids=[MACHINE])
LIST = Checklist.stream_of(CALL, MACHINE, protocol_id("annual"))
OPEN = do("open-checklist", call_id=CALL, protocol="annual", serial_item_id=MACHINE)
BEFORE = (*CUSTOMER, COPIER, OPENED, DEFINED, SET)
CLOSE = do("close-call", at="2026-09-01T18:00", call_id=CALL, solution="Fatto")


def answer(key: str, value: Any, at: str = "2026-09-01T10:00", **more: Any) -> Do:
    """Somebody did an operation."""
    return do("answer-operation", at=at, checklist_id=LIST, key=key, value=value, **more)


def results(company: Company) -> dict[str, Any]:
    """The answers that count."""
    return {key: one.value or one.skipped_because for key, one in company.record(LIST).results.items()}


def test_a_protocol_is_defined_and_changed(company: Company) -> None:
    given = company.given()
    given.when(DEFINED).then(Protocol.Defined)
    given.when(DEFINED).then_nothing()
    given.when(do("define-protocol", code="ANNUAL", terms={"name": "Annuale 2"})).then(Protocol.Changed)
    given.when(SET).then(Protocol.OperationsSet)
    given.when(SET).then_nothing()
    other = do("set-protocol-operations", code="x", from_on="2026-01-01", operations=[LEAK])
    given.when(other).then_refused(NotFound)


def test_a_checklist_freezes_the_operations_of_its_day(company: Company) -> None:
    later = do("set-protocol-operations", code="annual", from_on="2026-09-02", operations=[LEAK])
    given = company.given(*BEFORE, later)
    given.when(OPEN).then((Checklist.Opened, {"serial_item_id": MACHINE}), (Call.ChecklistOpened, {"name": "Annuale"}))
    given.when(OPEN).then_nothing()
    assert [one.key for one in company.record(LIST).operations] == ["pressure", "leak", "plate"]
    company.given(do("set-protocol-operations", code="annual", from_on="2026-01-01", operations=[LEAK]))
    assert len(company.record(LIST).operations) == 3, "frozen"
    other = company.do("open-checklist", at="2026-09-02T09:00", call_id=CALL, protocol="annual")
    assert [one.key for one in company.record(other["checklist_id"]).operations] == ["leak"]


def test_no_operations_yet(company: Company) -> None:
    company.given(*CUSTOMER, COPIER, OPENED, DEFINED).when(OPEN).then_refused(ProtocolNotValidYet)


def test_what_is_not_there_is_refused(company: Company) -> None:
    given = company.given(*BEFORE)
    given.when(do("open-checklist", call_id=CALL, protocol="none")).then_refused(NotFound)
    given.when(do("open-checklist", call_id=CALL, protocol="annual", activity_id=uuid4())).then_refused(NotFound)
    given.when(do("open-checklist", call_id=CALL, protocol="annual", serial_item_id=uuid4())).then_refused(NotFound)


def test_answers_are_checked(company: Company) -> None:
    given = company.given(*BEFORE, OPEN)
    given.when(answer("pressure", "tanto")).then_refused(AnswerUnfit, value="tanto", question="Pressione")
    given.when(answer("other", True)).then_refused(OperationUnknown, key="other")
    given.when(answer("plate", SHA)).then_refused(FileUnknown)
    upload(company)
    company.given().when(answer("plate", SHA)).then(Checklist.Answered)


def test_the_last_in_the_world_counts(company: Company) -> None:
    given = company.given(*BEFORE, OPEN)
    given.when(answer("pressure", "1.50", at="2026-09-01T11:00")).then(Checklist.Answered)
    given.when(answer("pressure", "1.5", at="2026-09-01T11:00")).then_nothing()
    given.when(answer("pressure", "9", at="2026-09-01T10:00")).then(Checklist.Answered)
    assert results(company) == {"pressure": "1.5"}
    (row,) = company.ask("checklists", call_id=CALL)["items"]
    assert (row["answered"], row["out_of_limits"], row["state"]) == (1, [], "open")
    given.when(answer("pressure", "1.81", at="2026-09-01T12:00")).then(Checklist.Answered)
    assert company.ask("checklists", call_id=CALL)["items"][0]["out_of_limits"] == ["pressure"]


def test_a_call_with_open_operations_stays_open(company: Company) -> None:
    given = company.given(*BEFORE, OPEN)
    given.when(CLOSE).then_refused(ChecklistOpen, checklists="Annuale")
    company.given(answer("pressure", "1.5")).when(CLOSE).then_refused(ChecklistOpen)
    skip = do("skip-operation", checklist_id=LIST, key="leak", reason="Coperchio bloccato")
    done = company.given()
    done.when(skip).then(Checklist.Answered, Checklist.Completed, (Call.ChecklistDone, {"checklist_id": LIST}))
    done.when(answer("leak", False, at="2026-09-01T15:00")).then(Checklist.Answered)
    done.when(CLOSE).then(Call.Closed)
    done.when(answer("leak", True, at="2026-09-01T16:00")).then(Checklist.Answered)
    assert company.ask("checklists", call_id=CALL)["items"][0]["state"] == "complete"


def test_a_dropped_checklist_blocks_nothing(company: Company) -> None:
    drop = do("drop-checklist", checklist_id=LIST, reason="Macchina ritirata")
    given = company.given(*BEFORE, OPEN)
    given.when(drop).then((Checklist.Dropped, {"reason": "Macchina ritirata"}), Call.ChecklistDone)
    given.when(drop).then_nothing()
    given.when(answer("leak", True)).then_refused(ChecklistIsDropped)
    again = company.given()
    again.when(OPEN).then(Checklist.TakenUp, Call.ChecklistOpened)
    again.when(drop).then(Checklist.Dropped, Call.ChecklistDone)
    again.when(CLOSE).then(Call.Closed)
    again.when(OPEN).then_refused(CallIsClosed)


def test_a_protocol_can_leave_closing_alone(company: Company) -> None:
    soft = do("define-protocol", code="annual", terms={"name": "Annuale", "blocks_closing": False})
    given = company.given(*BEFORE, soft)
    given.when(OPEN).then(Checklist.Opened)
    given.when(CLOSE).then(Call.Closed)


def test_a_value_outside_its_limits_proposes_a_call(company: Company) -> None:
    measured = {**PRESSURE, "out_of_limits": "propose_call"}
    again = do("set-protocol-operations", code="annual", from_on="2026-02-01", operations=[measured])
    company.given(*BEFORE, again, OPEN)
    told = company.execute(answer("pressure", "1.9")).result
    assert (list(told["missing"]), told["proposes_call"]) == ([], ["pressure"])
    assert company.ask("checklist", checklist_id=LIST)["proposes_call"] == ["pressure"]
    company.execute(answer("pressure", "1.8", at="2026-09-01T10:05"))
    assert company.ask("checklist", checklist_id=LIST)["proposes_call"] == []


def test_reports_get_the_results_frozen(company: Company) -> None:
    company.given(*BEFORE, OPEN, answer("pressure", "1.90", note="Tarata"))
    company.fold()
    (frozen,) = checklist_results_for(company.house.reader, CALL)
    assert (frozen.protocol, frozen.serial_item_id, frozen.is_complete) == ("annual", MACHINE, False)
    first = frozen.results[0]
    assert (first.text, first.value, first.unit, first.note) == ("Pressione", "1.9", "bar", "Tarata")
    assert first.is_out_of_limits
    assert frozen.results[1].value is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "a", "text": "A", "kind": "choice"},
        {"key": "a", "text": "A", "kind": "text", "lowest": "1"},
        {"key": "a", "text": "A", "kind": "number", "lowest": "2", "highest": "1"},
        {"key": "a", "text": "A", "kind": "reading"},
        {"key": "a", "text": "A", "kind": "done", "meter_kind": "bw"},
        {"key": "A b", "text": "A"},
    ],
)
def test_operations_must_make_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProtocolVersion.model_validate({"from_on": "2026-01-01", "operations": [wrong]})


def test_keys_differ_and_rules_say_something() -> None:
    with pytest.raises(ValidationError):
        ProtocolVersion.model_validate({"from_on": "2026-01-01", "operations": [LEAK, LEAK]})
    with pytest.raises(ValidationError):
        ProtocolTerms.model_validate({"name": "X", "rules": [{}]})


def test_ids_follow_from_call_item_and_protocol() -> None:
    annual = protocol_id("annual")
    assert annual == protocol_id(" ANNUAL ")
    ids = {Checklist.stream_of(CALL, item, annual) for item in (None, MACHINE, UUID(int=1))}
    assert len(ids) == 3
