"""Work done by e-mail on a call: who, to whom, about what, how long; charged as its type says (CAL-4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.call import Call
from aggregates.call_charged import items_to_charge
from aggregates.call_refusals import ActivityOver
from aggregates.call_values import ChargeItem, CloseOutcome
from commands.base import NotFound
from tests.commands.calls import CALL, CUSTOMER, GINO, PLANNED, TECHNICIANS, VISIT, opened, rome
from tests.dsl import Company, Do, do

ANNA = UUID(int=0xA1)
TOLD: dict[str, Any] = {"to": "anna@example.it", "person_id": ANNA, "subject": "Re: E4", "text": "Inviato il manuale"}
AT = "2026-12-04T17:00"


def written(at: str = AT, **fields: Any) -> Do:
    said = {"call_id": CALL, "technician_id": GINO, "minutes": 15, **TOLD, **fields}
    return do("log-email-activity", at=at, **said)


def typed(*, chargeable: bool) -> Do:
    terms = {"name": "Assistenza per e-mail", "mode": "email", "chargeable": chargeable}
    return do("define-activity-type", at="2026-12-01T09:00", code="email", terms=terms)


@pytest.fixture
def called(company: Company) -> Company:
    return company.given(*CUSTOMER, *TECHNICIANS, opened()).company


def test_an_email_is_recorded_with_whom_and_what_about(called: Company) -> None:
    called.given().when(written()).then(Call.ActivityPerformed)
    called.fold()
    (done,) = called.record(CALL).performed.values()
    assert (done.mode, done.kind, done.technician_id, done.work_minutes) == ("email", "email", GINO, 15)
    assert done.correspondence.model_dump() == {"person_id": ANNA, "to": "anna@example.it", "subject": "Re: E4"}
    assert called.ask("call", call_id=CALL)["status"] != "closed"
    agenda = called.ask("agenda", technician_id=GINO, from_on="2026-12-04", to_on="2026-12-04")
    assert "'mode': 'email'" in str(agenda)
    with called.installation.database.company(called.house.company_id) as connection:
        rows = connection.execute("select state from fact where stream_id = %s", (CALL,)).fetchall()
    assert b"anna@example.it" not in b"".join(bytes(state) for (state,) in rows), "sealed under her key"


def test_an_email_may_perform_what_was_planned_and_close_the_call(called: Company) -> None:
    solved = written(activity_id=VISIT, close="solved")
    called.given(PLANNED).when(solved).then(Call.ActivityPerformed, (Call.Closed, {"outcome": CloseOutcome.SOLVED}))
    called.given().when(written(technician_id=UUID(int=9))).then_refused(NotFound)


def test_the_same_email_twice_is_one_fact_and_another_is_refused(called: Company) -> None:
    same = written(activity_id=VISIT)
    called.given(PLANNED, same).when(same).then_nothing()
    called.given(typed(chargeable=False)).when(same).then_nothing()
    called.given().when(written(activity_id=VISIT, text="Altro")).then_refused(ActivityOver)


@pytest.mark.parametrize("chargeable", [True, False])
def test_its_type_says_whether_it_is_charged(called: Company, chargeable: bool) -> None:
    called.given(typed(chargeable=chargeable), written())
    call = called.record(CALL)
    assert (ChargeItem.LABOUR in items_to_charge(call, CloseOutcome.SOLVED)) is chargeable
    visit = do("perform-activity", at=AT, call_id=CALL, kind="visit", starts_at=rome(AT), ends_at=rome(f"{AT[:-2]}30"))
    called.given(visit)
    assert ChargeItem.LABOUR in items_to_charge(called.record(CALL), CloseOutcome.SOLVED), (
        "types that nobody defined are"
    )
