"""Parts used on a call are left with a delivery note: once each, without a second movement or invoice (R8.1, R8.3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.call_notes import CallNotes, NothingToNote, PartNoted
from aggregates.delivery_note import DeliveryNote
from aggregates.number_register import NumberRegister
from aggregates.record_ref import RecordRef
from tests.commands.goods import CUSTOMER, level, opened, registered, stocked
from tests.dsl import Company, Do, do

CALL = UUID(int=0xD0)
FIRST, SECOND = UUID(int=0xD1), UUID(int=0xD2)


@pytest.fixture
def shop(company: Company) -> Company:
    """A call of the customer's on which a part from stock and one in words were used."""
    registered(opened(company))
    company.given(
        stocked(10),
        do("open-number-register", document="delivery-note", series="A", year=2026, last_number=0),
        do("open-call", at="2026-03-02T08:00", call_id=CALL, party_id=CUSTOMER, fault="Perde", number="CH-2026-0101"),
        used(FIRST, code="X", quantity="2"),
        used(SECOND, description="Guarnizione"),
    )
    return company


def used(line_id: UUID, **fields: Any) -> Do:
    said: dict[str, Any] = {"call_id": CALL, "line_id": line_id, "description": "Articolo X"}
    return do("use-part", at="2026-03-02T11:00", **said | fields)


def note(**fields: Any) -> Do:
    return do("issue-note-for-call", at="2026-03-02T12:00", call_id=CALL, **fields)


def test_parts_of_a_call_are_noted_once_and_move_nothing(shop: Company) -> None:
    assert level(shop)["on_hand"] == 8
    shop.given().when(note(part_ids=[FIRST])).then(
        NumberRegister.NumberTaken,
        (
            DeliveryNote.Issued,
            {"number": "A/2026/0001", "billed_with": RecordRef(kind="call", id=CALL, number="CH-2026-0101")},
        ),
        CallNotes.Begun,
        (CallNotes.PartsNoted, {"part_ids": (FIRST,)}),
    )
    assert level(shop)["on_hand"] == 8
    shop.given().when(note(part_ids=[FIRST])).then_refused(PartNoted, note="A/2026/0001")
    second = shop.execute(note()).result
    assert [line.description for line in shop.record(UUID(str(second["note_id"]))).lines] == ["Guarnizione"]
    shop.given().when(note()).then_refused(NothingToNote)
    assert shop.ask("delivery-notes", to_invoice=True)["items"] == []


def test_a_cancelled_note_frees_its_parts(shop: Company) -> None:
    shop.given(note(note_id=UUID(int=0xD3)))
    cancel = do("cancel-delivery-note", at="2026-03-02T13:00", note_id=UUID(int=0xD3), reason="Errore")
    shop.given().when(cancel).then(DeliveryNote.Cancelled, CallNotes.NoteUndone)
    assert level(shop)["on_hand"] == 8
    shop.given().when(note()).then(NumberRegister.NumberTaken, DeliveryNote.Issued, CallNotes.PartsNoted)


def test_the_same_note_again_is_one(shop: Company) -> None:
    step = note(note_id=UUID(int=0xD3))
    shop.given(step).when(step).then_nothing()


def test_an_unknown_part_is_not_noted(shop: Company) -> None:
    shop.given().when(note(part_ids=[UUID(int=1)])).then_refused(NothingToNote)
