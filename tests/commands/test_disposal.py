"""Waste: a line in the schedule, a transport form, its fourth copy within 90 days; never a delivery note (R8.7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.disposal import AlreadyHandedOver, Disposal, FormBeforeWaste, FormInFuture, NotHandedOver
from aggregates.number_register import NumberRegister
from tests.commands.goods import CUSTOMER, registered
from tests.dsl import Company, Do, do

FIRST, SECOND = (UUID(f"d1500000-0000-0000-0000-00000000000{n}") for n in (1, 2))
FORM = {
    "number": "XRFDN 012345",
    "dated_on": "2026-03-04",
    "cer_code": "16 02 14",
    "carrier": "Ecotrasporti S.r.l.",
    "plant": "Centro di raccolta",
    "weight_kg": "32.5",
}


@pytest.fixture
def yard(company: Company) -> Company:
    registered(company)
    company.given(do("open-number-register", document="waste", year=2026, last_number=0))
    return company


def waste(disposal_id: UUID = FIRST, **more: Any) -> Do:
    thing = {"description": "Lavastoviglie fuori uso", "ownership": "customer"}
    asked = {"disposal_id": disposal_id, "customer_id": CUSTOMER, "item": thing, "at": "2026-03-02T09:00"}
    return do("record-waste", **{**asked, **more})


def hand_over(*disposals: UUID, at: str = "2026-03-04T18:00", **form: str) -> Do:
    return do("hand-over-waste", at=at, disposal_ids=disposals or (FIRST,), form={**FORM, **form})


def copy(on: str, *disposals: UUID, at: str = "2026-07-01T09:00") -> Do:
    return do("receive-waste-copy", at=at, disposal_ids=disposals or (FIRST,), received_on=on)


def states(company: Company, on: str) -> list[str]:
    return [line["state"] for line in company.ask("waste-schedule", on=on)["items"]]


def test_from_the_schedule_to_the_fourth_copy(yard: Company) -> None:
    """One form for two lines; 90 days from 4 March end on 2 June, and the alarm is on from the day after."""
    yard.given().when(waste()).then(NumberRegister.NumberTaken, (Disposal.TakenIn, {"number": "RAEE-2026-0001"}))
    yard.given().when(waste()).then_nothing()
    yard.given(waste(SECOND)).when(copy("2026-03-05")).then_refused(NotHandedOver)
    yard.given().when(hand_over(FIRST, SECOND)).then(Disposal.HandedOver, Disposal.HandedOver)
    yard.given().when(hand_over(FIRST, SECOND)).then_nothing()
    yard.given().when(hand_over(number="ALTRO")).then_refused(AlreadyHandedOver, number="XRFDN 012345")
    assert states(yard, "2026-03-03") == ["here", "here"]
    assert states(yard, "2026-06-02") == ["awaiting_copy", "awaiting_copy"]
    assert states(yard, "2026-06-03") == ["copy_late", "copy_late"]
    yard.given().when(copy("2026-06-10")).then(Disposal.CopyReceived)
    yard.given().when(copy("2026-06-11")).then_nothing()
    assert states(yard, "2026-06-10") == ["done", "copy_late"]
    late = yard.ask("waste-schedule", on="2026-06-10", state="copy_late")["items"]
    assert [line["disposal_id"] for line in late] == [SECOND]
    assert yard.ask("delivery-notes")["items"] == []


def test_days_in_their_order(yard: Company) -> None:
    yard.given(waste()).when(hand_over(dated_on="2026-03-01")).then_refused(FormBeforeWaste)
    yard.given().when(hand_over(dated_on="2026-03-05")).then_refused(FormInFuture)
    yard.given(hand_over()).when(copy("2026-03-03")).then_refused(FormBeforeWaste)
    yard.given().when(copy("2026-07-02")).then_refused(FormInFuture)
