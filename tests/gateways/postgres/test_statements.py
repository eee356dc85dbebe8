"""How many statements a command costs, from looking up its id to its append: what people wait for on the phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from aggregates.base import Act
from commands.catalog import BY_NAME
from projections.intake import AskIntake, intake
from tests.commands import goods
from tests.commands.calls import (
    CALL,
    COPIER,
    CUSTOMER,
    GINO,
    MACHINE,
    ROSSI,
    TECHNICIANS,
    opened,
    slot,
)
from tests.document_steps import founded
from tests.dsl import Company, Do, do

AT_MOST = 3


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that any cursor executes meanwhile."""
    told: list[str] = []
    execute: Callable[..., Any] = psycopg.Cursor.execute

    def noting(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        told.append(query.decode() if isinstance(query, bytes) else str(query))
        return execute(self, query, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", noting)
        yield told


def statements(company: Company, monkeypatch: pytest.MonkeyPatch, step: Do) -> list[str]:
    """What a command executes on connections that know their company."""
    entry = BY_NAME[step.name]
    cmd = entry.command.model_validate(step.fields)
    company.fold()
    with counted(monkeypatch) as told:
        company.behind.desk.execute(entry, cmd, Act(by=step.by, at=step.at, why=step.why), uuid4())
    return own(told)


def own(told: list[str]) -> list[str]:
    """Without what is asked every second whatever is done, the generations there are, and the bell rung afterwards."""
    return [one for one in told if not any(each in one for each in ("set_config", "from read_model", "notify "))]


@pytest.fixture
def office(company: Company) -> Company:
    """A company at work: a process asks once for the id that it was founded with."""
    company.given(founded(company), *CUSTOMER, *TECHNICIANS, COPIER)
    company.behind.desk.lookups.company_id()
    return company


OPEN = opened(serial_item_ids=[MACHINE])
VISIT = do("assign-technician", call_id=CALL, technician_id=GINO, slot=slot("2026-12-09T09:00", "2026-12-09T11:00"))


def test_opening_a_call_with_its_coverage(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(statements(office, monkeypatch, OPEN)) <= AT_MOST


def test_a_caller_not_known_before_costs_a_key_more(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    step = do("open-call", **{**OPEN.fields, "caller": {"name": "Mario", "phone": "0543 123456"}})
    told = statements(office, monkeypatch, step)
    assert ["subject_key" in one for one in told].count(True) == 1
    assert len(told) <= AT_MOST + 1


def test_taking_a_call_with_ids_costs_what_opening_one_does(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    step = do("take-call", call_id=CALL, party_id=ROSSI, serial_item_ids=[MACHINE], fault="Perde")
    assert len(statements(office, monkeypatch, step)) <= AT_MOST


def test_what_was_said_costs_one_statement_more(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    step = do("take-call", call_id=CALL, said="r-1", fault="Perde")
    assert len(statements(office, monkeypatch, step)) <= AT_MOST + 1
    assert office.record(CALL).serial_item_ids == (MACHINE,)


def test_candidates_cost_the_same_however_many_they_are(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(text: str) -> int:
        office.fold()
        with counted(monkeypatch) as told:
            intake(office.behind.reader, AskIntake(text=text, on=date(2026, 9, 1)))
        return len(own(told))

    assert asked("r-1") <= AT_MOST
    for n in range(6):
        office.do("register-party", code=f"P{n}", name=f"Rossi {n}", role="prospect")
    assert asked("rossi") <= asked("r-1")


def test_assigning_a_technician(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    office.given(OPEN)
    assert len(statements(office, monkeypatch, VISIT)) <= AT_MOST


def test_closing_a_call(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    office.given(OPEN)
    assert len(statements(office, monkeypatch, do("close-call", call_id=CALL))) <= AT_MOST


def test_what_a_command_rests_on_costs_its_append_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Goods of a lot cost one statement more than others: the one that reads whether the lot is blocked."""
    goods.opened(company)
    gas = goods.article(company, "GAS", lot_tracked=True)
    company.given(goods.stocked(5), goods.stocked(5, of=gas, lots=[{"code": "L-1", "quantity": "5"}]))
    plain = statements(company, monkeypatch, goods.issue(1))
    by_lot = statements(company, monkeypatch, goods.issue(1, of=gas))
    assert len(by_lot) == len(plain) + 1
    assert "append_facts" in by_lot[-1]
    assert "append_facts" not in plain[-1]


def test_a_call_on_its_way_through_the_workshop(office: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the ring to the end, without a report: what one case costs the server."""
    office.do("define-activity-type", code="bench", terms={"name": "Banco", "mode": "workshop"})
    time: dict[str, Any] = dict(slot("2026-12-09T09:00", "2026-12-09T11:00"))
    assign = do("assign-technician", call_id=CALL, technician_id=GINO, slot=time, kind="bench")
    opening = statements(office, monkeypatch, OPEN) + statements(office, monkeypatch, assign)
    activity_id = next(iter(office.record(CALL).activities))
    work = do("perform-activity", call_id=CALL, activity_id=activity_id, **time, text="Sostituita elettrovalvola")
    working = statements(office, monkeypatch, work)
    closing = statements(office, monkeypatch, do("close-call", call_id=CALL, outcome="solved"))
    assert len(opening + working + closing) <= 4 * AT_MOST, "\n".join(opening + working + closing)
