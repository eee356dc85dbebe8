"""Readings asked by a checklist: noted on the call and on its machine in the same append, as note-reading does."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.call import Call
from aggregates.checklist import Checklist
from aggregates.protocol import protocol_id
from aggregates.rules.answers import AnswerUnfit
from aggregates.serial_item import MeterUnknown, ReadingTooLow, SerialItem
from tests.commands.calls import CALL, COPIER, CUSTOMER, MACHINE, ROSSI
from tests.dsl import Company, Do, do

BW = {"key": "bw", "text": "Contatore b/n", "kind": "reading", "meter_kind": "BW"}
OTHER_METER = {"key": "hours", "text": "Ore", "kind": "reading", "meter_kind": "hours", "mandatory": False}
DEFINED = do("define-protocol", code="annual", terms={"name": "Annuale"})
SET = do("set-protocol-operations", code="annual", from_on="2026-01-01", operations=[BW, OTHER_METER])
OPENED = do("open-call", call_id=CALL, party_id=ROSSI, fault="Manutenzione", serial_item_ids=[MACHINE])
OPEN = do("open-checklist", call_id=CALL, protocol="annual", serial_item_id=MACHINE)
LIST = Checklist.stream_of(CALL, MACHINE, protocol_id("annual"))


@pytest.fixture
def opened(company: Company) -> Company:
    """A copier's call with a checklist that asks for its meter."""
    company.given(*CUSTOMER, COPIER, OPENED, DEFINED, SET, OPEN)
    return company


def answer(value: Any, at: str = "2026-09-01T10:00", key: str = "bw", **more: Any) -> Do:
    """A technician answers."""
    return do("answer-operation", at=at, checklist_id=LIST, key=key, value=value, **more)


def on_machine(company: Company) -> list[int]:
    """What the machine knows, in order of time."""
    found = company.record(MACHINE).readings.values()
    return [one.value for one in sorted(found, key=lambda one: one.read_at)]


def on_call(company: Company) -> list[tuple[str, int]]:
    return [(one.meter, one.value) for one in company.record(CALL).readings.values()]


def test_a_reading_is_noted_on_call_and_machine(opened: Company) -> None:
    facts = opened.given().when(answer("15400"))
    facts.then(
        Checklist.Answered,
        Checklist.Completed,
        Call.ReadingNoted,
        Call.ChecklistDone,
        SerialItem.ReadingRecorded,
    )
    opened.given().when(answer("15400")).then_nothing()
    assert (on_call(opened), on_machine(opened)) == ([("BW", 15400)], [15400])


def test_another_answer_of_the_day_corrects_and_one_of_another_day_is_another_reading(opened: Company) -> None:
    opened.given(answer("15400"), answer("15410", at="2026-09-01T11:00"))
    assert (on_call(opened), on_machine(opened)) == ([("BW", 15410)], [15410])
    opened.given(answer("15500", at="2026-09-03T11:00"))
    assert on_machine(opened) == [15410, 15500]


def test_an_answer_that_comes_late_and_does_not_count_is_not_noted(opened: Company) -> None:
    opened.given(answer("15410", at="2026-09-01T11:00"))
    opened.given().when(answer("15400", at="2026-09-01T10:00")).then(Checklist.Answered)
    opened.given().when(answer("15300", at="2026-08-31T10:00")).then(Checklist.Answered)
    assert on_machine(opened) == [15410]


def test_the_meters_own_refusals(opened: Company) -> None:
    opened.given(answer("15400"))
    opened.given().when(answer("15399", at="2026-09-03T10:00")).then_refused(ReadingTooLow, value=15399, before=15400)
    opened.given().when(answer("12", key="hours")).then_refused(MeterUnknown)
    opened.given().when(answer("15400.5")).then_refused(AnswerUnfit)
    opened.given().when(answer("-3")).then_refused(AnswerUnfit)
    opened.given(answer("120", at="2026-09-03T10:00", rollover=True))
    assert on_machine(opened) == [15400, 120]


def test_what_a_device_tells_after_the_call_is_on_the_machine_all_the_same(opened: Company) -> None:
    opened.given(answer("15400"), do("close-call", at="2026-09-01T18:00", call_id=CALL))
    opened.given().when(answer("15405", at="2026-09-01T17:00")).then(Checklist.Answered, SerialItem.ReadingCorrected)
    assert (on_call(opened), on_machine(opened)) == ([("BW", 15400)], [15405])


def test_a_checklist_of_the_call_means_its_only_machine(opened: Company) -> None:
    whole = UUID(opened.do("open-checklist", call_id=CALL, protocol="annual")["checklist_id"])
    opened.given(do("answer-operation", at="2026-09-01T10:00", checklist_id=whole, key="bw", value="15400"))
    assert on_machine(opened) == [15400]
    second = do(
        "register-serial-item", serial_item_id=uuid4(), number="R-2", product="X", type="copier", owner_id=ROSSI
    )
    added = opened.do(second.name, **second.fields)["serial_item_id"]
    opened.do("change-call-items", call_id=CALL, add=[added], reason="Anche questa")
    opened.given(do("answer-operation", at="2026-09-03T10:00", checklist_id=whole, key="bw", value="15500"))
    assert on_machine(opened) == [15400], "which of the two is not said"
