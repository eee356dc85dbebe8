"""Clocks of calls opened under a block start when it ends (S06, R1.10), dated by what ended it."""

from __future__ import annotations

from typing import Any

import pytest

from aggregates.call import Call
from aggregates.call_refusals import ApprovalMissing, CallIsClosed, StartsBeforeOpening
from aggregates.values import ROME
from gateways.clerk import HouseClerk
from schedulers.catalog import BY_NAME
from schedulers.start_waiting_clocks import NAME, tick
from tests.commands.calls import CALL, PLANNED, TECHNICIANS, assigned, rome
from tests.contract_steps import C1, K1, ROSSI, draft, founded, line, sign
from tests.dsl import Company, Do, do

HIGH = {"medium": {"response_minutes": 480, "resolve_minutes": 960}}
OPENED = "2026-04-01T09:00"
PAID = "2026-04-10T11:00"


def call(at: str = OPENED) -> Do:
    return do("open-call", at=at, call_id=CALL, party_id=C1, fault="Non carica", service=HIGH)


@pytest.fixture
def firm(company: Company) -> Company:
    """A company that blocks for arrears after 30 days."""
    company.given(founded(company), ROSSI)
    change = {"arrears_block": True, "block_grace_days": 30}
    company.do("set-company-parameters", at="2026-01-01T09:00", from_on="2026-01-01", change=change)
    return company


@pytest.fixture
def owing(firm: Company) -> Company:
    """439.20 due on 28/02/2026: the block opens on 31/03."""
    bill(firm)
    return firm


def bill(firm: Company, price: str = "360.00") -> Any:
    terms = {"parts": [{"days": 30}]}
    lines = [{"description": "Assistenza", "unit_price": price}]
    made = firm.do("propose-invoice", at="2026-01-29T09:00", customer_id=C1, lines=lines, payment_terms=terms)
    firm.do("issue-invoice", at="2026-01-29T09:00", invoice_id=made["invoice_id"], dated_on="2026-01-29")
    return made["invoice_id"]


def the_invoice(firm: Company) -> Any:
    """The only one there is."""
    (row,) = firm.ask("invoices")["items"]
    return row["invoice_id"]


def pay(firm: Company, amount: str = "439.20", at: str = PAID, **fields: Any) -> None:
    firm.do("record-payment", at=at, invoice_id=the_invoice(firm), amount={"amount": amount}, **fields)


def tick_at(firm: Company, at: str) -> int:
    clerk = HouseClerk(firm.house, NAME, settle=lambda _models, _position: firm.fold())
    given = tick(rome(at), clerk)
    assert clerk.parked == []
    return given


def due(firm: Company, clock: str = "response", at: str = PAID) -> str | None:
    found = firm.ask("service-clock", call_id=CALL, clock=clock, at=rome(at))
    return found and str(found["due_at"].astimezone(ROME).strftime("%d/%m/%Y %H:%M"))


def test_s06_the_response_clock_starts_when_the_payment_is_recorded(owing: Company) -> None:
    owing.given(call())
    assert due(owing) is None
    assert tick_at(owing, "2026-04-10T10:59") == 0
    pay(owing, paid_on="2026-04-08")
    assert tick_at(owing, "2026-04-10T11:01") == 1
    assert due(owing) == "13/04/2026 11:00"
    assert due(owing, "resolve") == "14/04/2026 11:00"
    assert owing.record(CALL).coverage.kind == "blocked", "decided at the opening, until somebody decides again"


def test_after_downtime_the_start_is_still_the_moment_of_the_payment(owing: Company) -> None:
    owing.given(call())
    pay(owing)
    assert tick_at(owing, "2026-05-20T08:00") == 1
    assert due(owing) == "13/04/2026 11:00"
    assert tick_at(owing, "2026-05-20T08:00") == 0
    assert [type(each.fact) for each in owing.facts(CALL)].count(Call.ClocksStarted) == 1


def test_the_first_payment_that_is_enough_counts_not_the_last(firm: Company) -> None:
    firm.do("set-company-parameters", at="2026-01-02T09:00", from_on="2026-01-02", change={"block_threshold": "100.00"})
    bill(firm)
    firm.given(call())
    pay(firm, "300.00", at="2026-04-07T10:00")
    pay(firm, "40.00", at="2026-04-08T10:00")
    pay(firm, "99.20", at="2026-04-09T10:00")
    tick_at(firm, "2026-04-20T08:00")
    assert firm.record(CALL).clocks_from == rome("2026-04-08T10:00"), "99.20 is below the threshold"


def test_a_partial_payment_leaves_the_block(owing: Company) -> None:
    owing.given(call())
    pay(owing, "439.00")
    assert tick_at(owing, "2026-04-20T08:00") == 0


def test_a_credit_note_ends_it_too(owing: Company) -> None:
    owing.given(call())
    owing.do("credit-invoice", at=PAID, invoice_id=the_invoice(owing), reason="Emessa per errore")
    tick_at(owing, "2026-04-20T08:00")
    assert owing.record(CALL).clocks_from == rome(PAID)


def test_money_on_account_ends_it_before_it_is_allocated(owing: Company) -> None:
    """What the customer overall still owes counts: the credit is theirs, whichever invoice takes it in the end."""
    owing.given(call())
    money: dict[str, Any] = {"customer_id": C1, "amount": {"amount": "439.20"}, "allocations": []}
    payment = owing.do("record-customer-payment", at="2026-04-08T10:00", **money)["payment_id"]
    assert tick_at(owing, "2026-04-09T08:00") == 1
    settled = [{"record_id": the_invoice(owing), "amount": "439.20"}]
    owing.do("allocate-customer-payment", at=PAID, payment_id=payment, allocations=settled)
    assert tick_at(owing, "2026-04-20T08:00") == 0
    assert owing.record(CALL).clocks_from == rome("2026-04-08T10:00")


def test_a_payment_that_settles_by_itself_ends_it(owing: Company) -> None:
    owing.given(call())
    owing.do("record-customer-payment", at=PAID, customer_id=C1, amount={"amount": "439.20"})
    tick_at(owing, "2026-04-20T08:00")
    assert owing.record(CALL).clocks_from == rome(PAID)


def test_reported_arrears_that_are_gone_end_it(firm: Company) -> None:
    told: dict[str, Any] = {"overdue": {"amount": "439.20"}, "oldest_due_on": "2026-02-28"}
    firm.given(do("report-arrears", at="2026-03-02T09:00", party_id=C1, **told), call())
    assert firm.record(CALL).clocks_from is None
    firm.given(do("report-arrears", at=PAID, party_id=C1, overdue={"amount": "0.00"}, oldest_due_on=None))
    tick_at(firm, "2026-04-20T08:00")
    assert firm.record(CALL).clocks_from == rome(PAID)


@pytest.mark.parametrize(
    ("on", "starts"), [("2026-04-10", PAID), ("2026-04-08", PAID), ("2026-04-13", "2026-04-13T00:00")]
)
def test_a_contract_unblocked_by_hand_starts_them_from_its_day_and_never_before_it_was_recorded(
    firm: Company, on: str, starts: str
) -> None:
    firm.given(draft(starts_on="2026-01-01"), line(), sign())
    block: dict[str, Any] = {"contract_id": K1, "from_on": "2026-03-31"}
    firm.given(do("block-contract", at="2026-03-31T09:00", **block), call())
    assert firm.record(CALL).clocks_from is None
    firm.given(do("unblock-contract", at=PAID, contract_id=K1, on=on))
    tick_at(firm, "2026-04-20T08:00")
    assert firm.record(CALL).clocks_from == rome(starts)


def test_the_payment_counts_not_the_hour_at_which_the_contract_is_unblocked(firm: Company) -> None:
    firm.given(draft(starts_on="2026-01-01", suspension_approved=True), line(), sign())
    bill(firm)
    block: dict[str, Any] = {"contract_id": K1, "from_on": "2026-03-31", "reason": "arrears"}
    firm.given(do("block-contract", at="2026-03-31T09:00", **block), call())
    pay(firm)
    assert tick_at(firm, "2026-04-10T11:05") == 1, "before the contract was unblocked"
    assert firm.record(CALL).clocks_from == rome(PAID)


def test_a_block_that_begins_on_a_running_call_leaves_its_clocks_alone(firm: Company) -> None:
    bill(firm)
    firm.given(call(at="2026-03-30T09:00"))
    before = due(firm, at="2026-03-30T10:00")
    assert tick_at(firm, "2026-04-05T08:00") == 0
    assert due(firm, at="2026-04-05T08:00") == before == "31/03/2026 09:00"


def test_a_closed_call_waits_for_nothing(owing: Company) -> None:
    owing.given(call(), do("close-call", at="2026-04-02T09:00", call_id=CALL))
    pay(owing)
    assert tick_at(owing, "2026-04-20T08:00") == 0
    owing.given().when(do("start-clocks", at=PAID, call_id=CALL)).then_refused(CallIsClosed)


def test_started_once_is_started(owing: Company) -> None:
    owing.given(call())
    start = do("start-clocks", at=PAID, call_id=CALL)
    early = do("start-clocks", at="2026-03-31T09:00", call_id=CALL)
    owing.given().when(early).then_refused(StartsBeforeOpening)
    owing.given().when(start).then(Call.ClocksStarted)
    owing.given().when(start).then_nothing()


def test_a_coverage_decided_again_starts_them_then_and_never_from_the_opening(owing: Company) -> None:
    owing.given(call())
    pay(owing)
    again = do("decide-coverage-again", at="2026-04-10T11:30", call_id=CALL, reason="Pagato")
    owing.given(again)
    assert owing.record(CALL).coverage.kind == "chargeable"
    assert owing.record(CALL).clocks_from == rome("2026-04-10T11:30")
    assert tick_at(owing, "2026-04-20T08:00") == 0


def test_work_under_a_block_needs_approval_and_is_then_assigned(owing: Company) -> None:
    owing.given(*TECHNICIANS, call(), PLANNED)
    visit = assigned("2026-04-02T09:00", "2026-04-02T11:00", at="2026-04-01T10:00")
    assert owing.record(CALL).awaits_approval
    owing.given().when(visit).then_refused(ApprovalMissing)
    approve = do(
        "approve-chargeable-work", at="2026-04-01T11:00", call_id=CALL, approver="customer", person_name="Laura"
    )
    owing.given().when(approve).then((Call.ChargeableWorkApproved, {"approver": "customer"}))
    owing.given().when(approve).then_nothing()
    owing.given().when(visit).then(Call.TechnicianAssigned)


def test_when_the_block_is_over_nobody_has_to_approve(owing: Company) -> None:
    owing.given(*TECHNICIANS, call(), PLANNED)
    pay(owing)
    tick_at(owing, "2026-04-10T11:01")
    owing.given().when(assigned("2026-04-13T09:00", "2026-04-13T11:00", at="2026-04-10T12:00")).then(
        Call.TechnicianAssigned
    )


def test_a_clock_stopped_before_it_started_is_met(owing: Company) -> None:
    owing.given(call(), do("take-charge", at="2026-04-02T09:00", call_id=CALL))
    pay(owing)
    tick_at(owing, "2026-04-10T11:01")
    found = owing.ask("service-clock", call_id=CALL, clock="response", at=rome("2026-05-01T09:00"))
    assert (found["state"], found["stopped_at"]) == ("met", rome("2026-04-02T09:00"))


def test_the_duty_is_in_the_catalogue() -> None:
    assert BY_NAME[NAME].tick is tick
