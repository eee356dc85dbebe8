"""Contractors: offered, accepted or declined, done, approved, owed (REP-2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from aggregates.call import Call
from aggregates.contractor_work import (
    ContractorWork,
    NotAContractor,
    NothingPerformed,
    OfferNotAccepted,
    OfferNotOpen,
    OfferTooLate,
    TermsEmpty,
    contractor_work_id,
)
from tests.commands.calls import CALL, CUSTOMER, GINO, PINA, PLANNED, TECHNICIANS, VISIT, assigned, opened, rome
from tests.dsl import Company, Do, do

OUTSIDE = do("change-technician", technician_id=PINA, name="Pina Neri", external=True)
ASSIGNED = assigned("2026-12-09T09:00", "2026-12-09T11:00", at="2026-12-04T17:00", technician_id=PINA)
BEGUN = (*CUSTOMER, *TECHNICIANS, OUTSIDE, opened(), PLANNED, ASSIGNED)
TERMS = {"hourly": "32.00", "per_visit": "25.00", "per_km": "0.45"}
WORK = contractor_work_id(VISIT, PINA)
DONE = do(
    "perform-activity", at="2026-12-09T12:00", call_id=CALL, activity_id=VISIT, starts_at=rome("2026-12-09T09:00"),
    ends_at=rome("2026-12-09T10:45"), pause_minutes=10, travel_minutes=30, travel_km="42.5",
)  # fmt: skip
DECLINE = do("decline-visit", work_id=WORK, reason="In ferie", at="2026-12-05T10:00")
APPROVE = do("approve-contractor-work", work_id=WORK, at="2026-12-10T10:00")


def offer(terms: Any = TERMS, at: str = "2026-12-04T17:05") -> Do:
    return do("offer-to-contractor", at=at, call_id=CALL, activity_id=VISIT, terms=terms)


def accept(at: str = "2026-12-05T09:00") -> Do:
    return do("accept-visit", at=at, work_id=WORK)


def test_a_visit_is_offered_and_taken(company: Company) -> None:
    company.given(*BEGUN).when(offer()).then(ContractorWork.Offered)
    company.given().when(offer()).then_nothing()
    company.given().when(accept()).then(ContractorWork.Accepted)
    company.given().when(accept()).then_nothing()
    (work,) = company.ask("contractor-work", technician_id=PINA)["items"]
    assert (work["state"], work["town"], work["terms"]["hourly"]) == ("accepted", "Milano", "32.00")
    assert company.ask("contractor-work", technician_id=GINO)["items"] == []


def test_only_outside_technicians_are_asked_and_for_money(company: Company) -> None:
    company.given(*BEGUN).when(offer({})).then_refused(TermsEmpty)
    inside = do("change-technician", technician_id=PINA, name="Pina Neri", external=False)
    company.given(inside).when(offer()).then_refused(NotAContractor)


def test_an_offer_runs_out(company: Company) -> None:
    company.given(*BEGUN, offer()).when(accept("2026-12-05T17:06")).then_refused(OfferTooLate)
    company.given(offer(at="2026-12-05T18:00")).when(accept("2026-12-05T18:30")).then(ContractorWork.Accepted)


def test_declining_frees_the_visit(company: Company) -> None:
    company.given(*BEGUN, offer()).when(DECLINE).then(
        Call.Unassigned, (ContractorWork.Declined, {"reason": "In ferie"})
    )
    company.given().when(DECLINE).then_nothing()
    company.given().when(accept()).then_refused(OfferNotOpen)
    again = assigned("2026-12-10T09:00", "2026-12-10T11:00", technician_id=PINA)
    company.given(again).when(offer(at="2026-12-05T11:00")).then(ContractorWork.OfferedAgain)


def test_terms_accepted_are_frozen(company: Company) -> None:
    company.given(*BEGUN, offer(), accept()).when(offer({"hourly": "50.00"})).then_refused(OfferNotOpen)
    company.given().when(DECLINE).then_refused(OfferNotOpen)
    withdraw = do("withdraw-offer", work_id=WORK, reason="Va Gino")
    company.given().when(withdraw).then(ContractorWork.Withdrawn)
    company.given().when(withdraw).then_nothing()


def test_work_done_is_approved_and_costs_what_was_agreed(company: Company) -> None:
    company.given(*BEGUN, offer()).when(APPROVE).then_refused(OfferNotAccepted)
    company.given(accept()).when(APPROVE).then_refused(NothingPerformed)
    company.given(DONE)
    assert company.ask("contractor-statement", year=2026, month=12)["to_approve"] == 1
    situation = company.given().when(APPROVE).then(Call.ExpenseNoted, ContractorWork.Approved)
    assert situation.result["total"] == "94.80"
    fact = situation.new[0].fact
    assert isinstance(fact, Call.ExpenseNoted)
    assert (fact.expense.item.value, fact.expense.unit_cost) == ("third_parties", Decimal("94.80"))
    company.given().when(APPROVE).then_nothing()
    statement = company.ask("contractor-statement", year=2026, month=12)
    (contractor,) = statement["contractors"]
    assert (contractor["technician_name"], contractor["total"], statement["to_approve"]) == (
        "Pina Neri", Decimal("94.80"), 0,
    )  # fmt: skip
    assert company.ask("contractor-statement", year=2026, month=11)["contractors"] == []


def test_work_of_somebody_else_is_not_the_contractor_s(company: Company) -> None:
    other = do(DONE.name, at=DONE.at, **{**DONE.fields, "technician_id": GINO})
    company.given(*BEGUN, offer(), accept(), other).when(APPROVE).then_refused(NothingPerformed)


def test_the_cost_of_a_call_that_is_over_stands_in_the_statement_alone(company: Company) -> None:
    report = do("report-work", at="2026-12-09T12:05", call_id=CALL, work_done="Fatto")
    close = do("close-call", at="2026-12-09T13:00", call_id=CALL, outcome="solved")
    company.given(*BEGUN, offer(), accept(), DONE, report, close)
    situation = company.given().when(APPROVE).then((ContractorWork.Approved, {"expense_line_id": None}))
    assert situation.result["on_call"] is False
