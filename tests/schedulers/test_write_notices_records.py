"""Notices beside a call's own course: quotes to expire, lent goods, parts that came, visits lost (CAL-7, QUO-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.commands.buying import arrived, ordered, with_supplier
from tests.commands.buying import sent as order_sent
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    GINO,
    MILAN,
    PINA,
    PLANNED,
    REPORTED,
    ROSSI,
    VISIT,
    WORKED,
    opened,
    slot,
)
from tests.commands.goods import MAIN, WAREHOUSES, X, article, stocked
from tests.commands.notices import CONTACT, EARLY, REACHABLE, TECHNICIAN, notices, rule, told
from tests.contract_steps import tick
from tests.dsl import Company, Do, do

NAME = "write-notices"
QUOTE, NOTE, SARA = UUID(int=66), UUID(int=67), UUID(int=5)
OWNER, OFFICE = {"whom": "owner"}, {"whom": "role", "role": "department_head"}
LINES = [{"description": "Riparazione", "unit_price": "100.00"}]
BY_SARA = do("register-user", at=EARLY, user_id=SARA, name="Sara Conti", email="sara@example.it")
QUOTED = (
    do("draft-quote", quote_id=QUOTE, customer_id=ROSSI, lines=LINES, at="2026-12-02T09:00", by=f"user:{SARA}",
       terms={"subject": "Compressore"}, validity_days=18),
    do("send-quote", quote_id=QUOTE, at="2026-12-02T10:00"),
)  # fmt: skip


def of_quotes(**fields: Any) -> Do:
    """A rule that reminds who prepared a quote, and another for the customer."""
    return rule("quote_expiring", OWNER, CONTACT, code="Q", **fields)


def test_who_prepared_a_quote_and_the_customer_are_reminded_once_before_it_expires(company: Company) -> None:
    company.given(*REACHABLE, BY_SARA, of_quotes(days_before=5), *QUOTED)
    assert tick(company, NAME, "2026-12-15T06:59") == 0
    assert tick(company, NAME, "2026-12-15T07:00") == 1
    assert tick(company, NAME, "2026-12-16T07:00") == 0
    assert told(company) == [
        ("quote_expiring", "maria@example.it", "due"),
        ("quote_expiring", "sara@example.it", "due"),
    ]
    written = notices(company, customer_id=ROSSI)
    assert {each["cause_id"] for each in written} == {QUOTE}
    number = company.ask("quote", quote_id=QUOTE)["number"]
    assert written[0]["subject"] == f"Preventivo {number}: scade il 20/12/2026"
    assert "(Rossi Gilbo: Compressore)" in written[0]["text"]
    assert written[0]["use_by_at"].isoformat() == "2026-12-20T23:00:00+00:00", "the end of its last day"


def test_what_was_written_to_a_customer_stands_on_their_sheet_and_what_colleagues_got_does_not(
    company: Company,
) -> None:
    company.given(*REACHABLE, BY_SARA, of_quotes(days_before=5), *QUOTED)
    tick(company, NAME, "2026-12-15T07:00")
    for view in ("customer-sheet", "customer-card"):
        messages = company.ask(view, party_id=ROSSI)["messages"]
        assert (messages["total"], messages["link"]) == (1, f"/notices?customer_id={ROSSI}&to_customer=true")
        (message,) = messages["items"]
        assert (message["happening"], message["address"], message["state"]) == (
            "quote_expiring",
            "maria@example.it",
            "due",
        )


@pytest.mark.parametrize(
    "answer",
    [
        do("decline-quote", quote_id=QUOTE, at="2026-12-10T09:00", reason="Troppo caro"),
        do("revise-quote", quote_id=QUOTE, at="2026-12-10T09:00"),
    ],
    ids=lambda step: step.name,
)
def test_an_answered_or_replaced_quote_reminds_nobody(company: Company, answer: Do) -> None:
    company.given(*REACHABLE, BY_SARA, of_quotes(), *QUOTED, answer)
    assert tick(company, NAME, "2026-12-18T08:00") == 0


def test_after_downtime_a_quote_is_still_told_of_and_an_expired_one_is_not(company: Company) -> None:
    company.given(*REACHABLE, BY_SARA, of_quotes(days_before=10), *QUOTED)
    assert tick(company, NAME, "2026-12-21T08:00") == 0
    assert tick(company, NAME, "2026-12-20T23:30") == 1
    assert {each["state"] for each in notices(company)} == {"due"}


def test_a_rule_set_late_tells_of_days_to_come_and_other_days_never_tell_twice(company: Company) -> None:
    late = of_quotes(days_before=10, at="2026-12-17T12:00")
    company.given(*REACHABLE, BY_SARA, *QUOTED, late)
    assert tick(company, NAME, "2026-12-17T12:00") == 1
    company.given(of_quotes(days_before=1, at="2026-12-18T09:00"))
    assert tick(company, NAME, "2026-12-19T12:00") == 0


def lent(company: Company, reason: str = "loan", **fields: Any) -> None:
    """Goods at Rossi's until the 20th of December."""
    company.given(*REACHABLE, *WAREHOUSES)
    article(company, "X")
    lines = [{"article_id": X, "quantity": "2"}]
    said: dict[str, Any] = {
        "note_id": NOTE,
        "recipient_id": ROSSI,
        "site_id": MILAN,
        "lines": lines,
        "reason": reason,
        "return_by": "2026-12-20",
    }
    company.given(stocked(3), do("lend-goods", at="2026-12-02T10:00", **said | fields))


BACK, OVERDUE = rule("goods_due_back", CONTACT, code="B"), rule("goods_overdue", CONTACT, code="O")


def test_lent_goods_are_told_of_before_and_after_their_day(company: Company) -> None:
    lent(company)
    company.given(BACK, OVERDUE)
    assert [tick(company, NAME, f"2026-12-{day}T07:00") for day in (16, 17, 18, 20, 21, 22)] == [0, 1, 0, 0, 1, 0]
    texts = {each["happening"]: each["text"] for each in notices(company)}
    assert "deve rientrare entro il 20/12/2026" in texts["goods_due_back"]
    assert "doveva rientrare entro il 20/12/2026" in texts["goods_overdue"]


def test_a_loan_extended_is_told_of_anew_and_goods_that_are_back_never(company: Company) -> None:
    lent(company)
    company.given(BACK, OVERDUE)
    assert tick(company, NAME, "2026-12-18T08:00") == 1
    company.given(do("extend-loan", note_id=NOTE, return_by="2026-12-30", reason="Ricambio in ritardo"))
    assert [tick(company, NAME, f"2026-12-{day}T08:00") for day in (21, 26, 27)] == [0, 0, 1]
    company.do("take-back-goods", note_id=NOTE, at="2026-12-29T09:00")
    assert tick(company, NAME, "2026-12-31T08:00") == 0


def test_goods_on_approval_are_told_of_before_their_year_and_sold_after_it(company: Company) -> None:
    lent(company, "on_approval")
    company.given(BACK, OVERDUE)
    assert [tick(company, NAME, f"2026-12-{day}T08:00") for day in (18, 21)] == [1, 0]


def test_who_waits_for_parts_is_told_when_all_are_there(company: Company) -> None:
    with_supplier(company)
    company.given(*REACHABLE, BY_SARA, rule("parts_arrived", TECHNICIAN), opened(), PLANNED, ASSIGNED)
    number = company.ask("call", call_id=CALL)["number"]
    waits = {"kind": "call", "id": str(CALL), "number": number}
    reserved = do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="4", record=waits, firm=True)
    company.given(reserved, ordered("4", line={"bought_for": [waits]}), order_sent())
    company.given(arrived("3", at="2026-12-05T09:00"))
    assert tick(company, NAME, "2026-12-05T09:01") == 0, "one is still to come"
    company.given(arrived("1", at="2026-12-06T09:00"))
    assert tick(company, NAME, "2026-12-06T09:01") == 1
    assert tick(company, NAME, "2026-12-06T09:02") == 0
    (only,) = notices(company, call_id=CALL)
    order = company.ask("purchase-orders")["items"][0]["number"]
    assert (only["address"], only["subject"]) == ("gino@example.it", f"{number}: ricambi arrivati")
    assert order in only["text"]


def moved(technician_id: UUID, begins: str = "2026-12-09T09:00", ends: str = "2026-12-09T11:00") -> Do:
    """The visit with another technician, or at another time."""
    visit: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT, "technician_id": technician_id}
    return do("reassign-technician", at="2026-12-07T09:00", **visit, slot=slot(begins, ends))


LOST = rule("visit_lost", TECHNICIAN, code="P")
ALONG: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT, "booking_id": UUID(int=8), "technician_id": PINA}
HELPED = do("book-technician", at="2026-12-05T09:00", **ALONG)


@pytest.mark.parametrize(
    ("steps", "losers"),
    [
        ([moved(PINA)], {"gino": "assegnato a un altro tecnico"}),
        ([moved(GINO, "2026-12-10T09:00", "2026-12-10T11:00")], {}),
        (
            [HELPED, do("unassign-technician", at="2026-12-07T09:00", call_id=CALL, activity_id=VISIT, reason="Neve")],
            {"gino": "Neve", "pina": "Neve"},
        ),
        (
            [HELPED, do("drop-booking", at="2026-12-07T09:00", call_id=CALL, booking_id=UUID(int=8), reason="Basta")],
            {"pina": "Basta"},
        ),
        ([HELPED, moved(GINO, "2026-12-10T09:00", "2026-12-10T11:00")], {}),
        ([do("cancel-call", at="2026-12-07T09:00", call_id=CALL, reason="Non serve")], {"gino": "Non serve"}),
        ([do("close-call", at="2026-12-07T09:00", call_id=CALL, solution="Ok")], {"gino": "la chiamata è chiusa"}),
        ([WORKED, REPORTED, do("close-call", at="2026-12-09T13:00", call_id=CALL, solution="Ok")], {}),
        ([do("close-call", at="2026-12-09T11:00", call_id=CALL, solution="Ok")], {}),
    ],
)
def test_who_loses_a_visit_is_told_why(company: Company, steps: list[Do], losers: dict[str, str]) -> None:
    company.given(*REACHABLE, LOST, opened(), PLANNED, ASSIGNED, *steps)
    tick(company, NAME, "2026-12-09T13:01")
    written = {each["address"].split("@")[0]: each["text"] for each in notices(company)}
    assert written.keys() == losers.keys()
    for name, reason in losers.items():
        assert f"non è più nella sua agenda: {reason}." in written[name]
        assert "intervento del 09/12/2026 09:00" in written[name]
