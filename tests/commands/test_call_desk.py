"""The call desk: calls taken in one stroke, identified, with machines changed, handed over, merged."""

from __future__ import annotations

from uuid import UUID

import pytest

from aggregates.call import Call
from aggregates.call_desk_refusals import AlreadyIdentified, CallIsMerged, CustomersDiffer, ItemInUse, MergeIntoItself
from aggregates.call_refusals import CallerMissing, CallExists, CallIsClosed, ReasonMissing, WorkDone
from aggregates.call_values import CallStatus, CloseOutcome
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
from tests.dsl import Company, do

OTHER = UUID("44444444-0000-0000-0000-000000000002")
THIRD = UUID("44444444-0000-0000-0000-000000000003")
BIANCHI = UUID("11111111-1111-1111-1111-000000000009")
SECOND = UUID("77777777-0000-0000-0000-000000000002")
USER = UUID("88888888-0000-0000-0000-000000000001")
MARIO = {"name": "Mario", "phone": "0543 123456"}
ANOTHER_CUSTOMER = do("register-party", party_id=BIANCHI, code="C2", name="Bianchi Rossana")
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
