"""Quotes above a threshold wait for somebody else's approval; what is covered needs no quote (QUO-1, R7.6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.quote import Quote
from aggregates.quote_refusals import (
    ApprovalAboveLimit,
    ApprovalNotAsked,
    NothingToApprove,
    OwnQuote,
    QuoteNeedsApproval,
    RevisionIsSent,
)
from tests.commands.goods import CUSTOMER, MAIN, OTHER, X, opened, registered, stocked
from tests.contract_steps import founded
from tests.dsl import Company, Do, do

QUOTE = UUID("66666666-6666-6666-6666-666666666666")
ANNA, BRUNO, CARLA = (UUID(int=n) for n in (101, 102, 103))
SELLER, HEAD, BOSS = (f"user:{one}" for one in (ANNA, BRUNO, CARLA))
TERMS: dict[str, Any] = {
    "net_above": "1000.00",
    "discount_above": "15",
    "below_cost": True,
    "approvers": [
        {"role": "department_head", "net_up_to": "2000.00", "discount_up_to": "20", "below_cost": False},
        {"role": "manager"},
    ],
}
ASK = do("ask-quote-approval", quote_id=QUOTE, note="Cliente importante", by=SELLER)
SEND = do("send-quote", quote_id=QUOTE, by=SELLER)


def approve(by: str) -> Do:
    return do("approve-quote", quote_id=QUOTE, by=by)


def lines(quantity: str = "1", **more: Any) -> list[dict[str, Any]]:
    return [{"article_id": X, "quantity": quantity, "unit_price": "84.90", **more}]


def drafted(*asked: dict[str, Any]) -> Do:
    return do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=asked, by=SELLER)


@pytest.fixture
def office(company: Company) -> Company:
    """A seller, a head of department with limits and a manager without; X costs us 51.20."""
    opened(company)
    registered(company)
    company.given(founded(company), stocked(5))
    company.do("set-company-parameters", company_id=company.house.company_id, change={"quote_approval": TERMS})
    for user_id, name, role in (
        (ANNA, "Anna", "sales"),
        (BRUNO, "Bruno", "department_head"),
        (CARLA, "Carla", "manager"),
    ):
        company.do("register-user", user_id=user_id, email=f"{name}@example.it", name=name, roles=[role])
    return company


def waiting(office: Company) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.ask("quotes-to-approve")["items"]
    return found


def test_below_all_thresholds_it_is_sent_at_once(office: Company) -> None:
    office.given(drafted(*lines())).when(ASK).then_refused(NothingToApprove)
    office.given().when(approve(BOSS)).then_refused(ApprovalNotAsked)
    office.given().when(SEND).then(Quote.Sent)


@pytest.mark.parametrize(
    ("asked", "passed", "approvers"),
    [
        (lines("12"), "imponibile 1018,80 oltre 1000,00 euro", "department_head, manager"),
        (lines("24"), "imponibile 2037,60 oltre 1000,00 euro", "manager"),
        (lines(discounts=["20"]), "Articolo X: sconto 20% oltre 15%", "department_head, manager"),
        (lines("2", unit_price="51.19"), "Articolo X: 102,38 sotto il costo di 102,40 euro", "manager"),
    ],
)
def test_above_a_threshold_it_says_what_and_who(
    office: Company, asked: list[dict[str, Any]], passed: str, approvers: str
) -> None:
    office.given(drafted(*asked)).when(SEND).then_refused(QuoteNeedsApproval, passed=passed, approvers=approvers)


def test_somebody_else_within_their_limits_approves_exactly_this_revision(office: Company) -> None:
    office.given(drafted(*lines(discounts=["18"]))).when(ASK).then((Quote.ApprovalAsked, {"revision": 0}))
    office.given().when(ASK).then_nothing()
    office.given().when(SEND).then_refused(QuoteNeedsApproval)
    (row,) = waiting(office)
    assert (row["approval"]["passed"][0]["value"], row["approval"]["asked_by"]) == ("18", SELLER)
    office.given().when(approve(SELLER)).then_refused(OwnQuote)
    office.given().when(approve("user:test")).then_refused(ApprovalAboveLimit)
    office.given().when(approve(HEAD)).then(Quote.Approved)
    office.given().when(approve(HEAD)).then_nothing()
    assert waiting(office) == []
    change = {"line_id": office.record(QUOTE).latest("A").lines[0].line_id, "discounts": ["19"]}
    office.given(do("set-quote-lines", quote_id=QUOTE, changes=[change], by=SELLER))
    office.given().when(SEND).then_refused(QuoteNeedsApproval)
    office.given(ASK, approve(HEAD)).when(SEND).then(Quote.Sent)
    office.given().when(SEND).then_nothing()
    office.given().when(ASK).then_refused(RevisionIsSent)
    office.given(do("revise-quote", quote_id=QUOTE, by=SELLER)).when(SEND).then_refused(QuoteNeedsApproval)


def test_above_ones_limit_somebody_higher_decides(office: Company) -> None:
    office.given(drafted(*lines(unit_price="50.00")), ASK).when(approve(HEAD)).then_refused(ApprovalAboveLimit)
    no = do("refuse-quote-approval", quote_id=QUOTE, reason="Sotto costo", by=BOSS)
    office.given().when(no).then((Quote.ApprovalRefused, {"reason": "Sotto costo"}))
    office.given().when(no).then_nothing()
    office.given().when(approve(BOSS)).then_refused(ApprovalNotAsked)
    (revision,) = office.ask("quote", quote_id=QUOTE)["revisions"]
    assert (revision["approval_state"], revision["approval"]["reason"]) == ("refused", "Sotto costo")
    office.given(ASK).when(approve(BOSS)).then(Quote.Approved)


def test_a_cost_that_rises_after_the_approval_changes_nothing(office: Company) -> None:
    """The cost of the moment of asking is frozen."""
    office.given(drafted(*lines(unit_price="50.00")), ASK, approve(BOSS))
    received = do("receive-stock", article_id=X, warehouse_id=MAIN, quantity="5", unit_cost="90", source=OTHER)
    office.given(received).when(SEND).then(Quote.Sent)


def test_who_changes_the_lines_does_not_approve_them(office: Company) -> None:
    office.given(drafted(*lines()))
    change = {"line_id": office.record(QUOTE).latest("A").lines[0].line_id, "discounts": ["18"]}
    office.given(do("set-quote-lines", quote_id=QUOTE, changes=[change], by=HEAD), ASK)
    office.given().when(approve(HEAD)).then_refused(OwnQuote)
    office.given().when(approve(BOSS)).then(Quote.Approved)
