"""Whose a call is and where, when whoever opens it names only a machine or a site (R6.3, R6.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from aggregates.call import Call
from aggregates.call_refusals import CallerMissing, CallExists
from tests.commands.calls import CALL, CUSTOMER, FORLI, MILAN, ROSSI, rome
from tests.dsl import Company, Do, do

BIANCHI = UUID("11111111-1111-1111-1111-000000000009")
MACHINE = UUID("77777777-0000-0000-0000-000000000011")
SECOND = UUID("77777777-0000-0000-0000-000000000012")
CONTRACT = UUID("99999999-0000-0000-0000-000000000011")
AGREED = {"service": {"priority": "high"}}
HERE = (
    *CUSTOMER,
    do("register-party", party_id=BIANCHI, code="C2", name="Bianchi Rossana", role="prospect"),
    do(
        "register-serial-item",
        serial_item_id=MACHINE,
        number="MI-1",
        product="MP",
        type="copier",
        owner_id=ROSSI,
        site_id=MILAN,
    ),
    do(
        "register-serial-item",
        serial_item_id=SECOND,
        number="FO-1",
        product="MP",
        type="copier",
        owner_id=ROSSI,
        site_id=FORLI,
    ),
)


def opening(**fields: Any) -> Do:
    said: dict[str, Any] = {"call_id": CALL, "fault": "Perde"}
    return do("open-call", at="2026-12-04T16:45", **said | fields)


def contract(terms: dict[str, Any], **line: Any) -> tuple[Do, ...]:
    """A contract of Rossi's with one line."""
    when: dict[str, Any] = {"at": "2026-01-02T09:00", "contract_id": CONTRACT}
    header: dict[str, Any] = {"customer_id": ROSSI, "starts_on": "2026-01-01", **terms}
    fee: dict[str, Any] = {"description": "Assistenza", "annual_fee": {"amount": "1200.00"}}
    return (
        do("draft-contract", **when, **header, payment_terms={"parts": [{"days": 30}]}),
        do("add-contract-line", **when, **fee, **line),
        do("sign-contract", **when),
    )


def response_due(company: Company) -> datetime:
    clock = company.ask("service-clock", call_id=CALL, clock="response", at="2026-12-04T17:00:00+01:00")
    due_at: datetime = clock["due_at"]
    return due_at


@pytest.mark.parametrize(
    ("told", "whose", "where"),
    [
        ({"serial_item_ids": [MACHINE]}, ROSSI, MILAN),
        ({"serial_item_ids": [MACHINE, SECOND], "party_id": ROSSI}, ROSSI, MILAN),
        ({"serial_item_ids": [MACHINE], "site_id": FORLI}, ROSSI, FORLI),
        ({"site_id": MILAN}, ROSSI, MILAN),
        ({"serial_item_ids": [MACHINE], "party_id": BIANCHI}, BIANCHI, None),
        ({"caller": {"name": "Mario"}}, None, None),
    ],
    ids=["a machine", "two of a customer's", "a machine elsewhere", "a site", "another's machine", "nobody known"],
)
def test_a_machine_says_whose_it_is_and_where(
    company: Company, told: dict[str, Any], whose: UUID | None, where: UUID | None
) -> None:
    company.given(*HERE).when(opening(**told)).then(Call.Opened)
    call = company.record(CALL)
    assert (call.party_id, call.site_id) == (whose, where)
    company.given().when(opening(**told)).then_nothing()


def test_the_site_of_the_machine_decides_the_calendar(company: Company) -> None:
    """R6.5: Milan is closed on its patron saint's day and on the day after, Forlì on the latter alone."""
    company.given(*HERE, opening(serial_item_ids=[MACHINE]))
    assert response_due(company) == rome("2026-12-09T11:15")


def test_a_contract_on_the_site_covers_its_machine(company: Company) -> None:
    company.given(*HERE, *contract({}, site_id=MILAN, covered={"labour": True}))
    company.given(opening(serial_item_ids=[MACHINE]))
    assert company.record(CALL).coverage.contract_id == CONTRACT


def test_nobody_at_all_is_refused_and_another_call_under_the_same_id(company: Company) -> None:
    company.given(*HERE).when(opening()).then_refused(CallerMissing)
    company.given(opening(serial_item_ids=[MACHINE])).when(opening(party_id=BIANCHI)).then_refused(CallExists)


def priority(company: Company) -> tuple[str, str]:
    call = company.ask("call", call_id=CALL)
    return call["priority"], call["priority_from"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, ("medium", "usual")),
        ({"impact": "low"}, ("low", "matrix")),
        (AGREED, ("high", "contract")),
        ({**AGREED, "urgency": "medium"}, ("medium", "matrix")),
        ({**AGREED, "priority": "low"}, ("low", "told")),
    ],
    ids=["nothing", "an impact", "terms of service", "terms and an urgency", "terms and a priority"],
)
def test_a_call_says_where_its_priority_is_from(
    company: Company, told: dict[str, Any], expected: tuple[str, str]
) -> None:
    """R6.2: what is told counts, else what was agreed, else medium."""
    company.given(*HERE, opening(party_id=ROSSI, **told))
    assert priority(company) == expected


def test_the_contract_decides_the_priority_once_the_caller_is_known(company: Company) -> None:
    company.given(*HERE, *contract(AGREED, serial_item_ids=[MACHINE]))
    company.given(opening(caller={"name": "Mario"}))
    assert priority(company) == ("medium", "usual")
    identify = do("identify-call", call_id=CALL, party_id=ROSSI, serial_item_ids=[MACHINE])
    company.given(identify)
    assert (priority(company), company.record(CALL).site_id) == (("high", "contract"), MILAN)
    company.given().when(identify).then_nothing()
    company.given(do("change-priority", call_id=CALL, priority="low"))
    company.do("decide-coverage-again", call_id=CALL, reason="Prova")
    assert priority(company) == ("low", "told")
