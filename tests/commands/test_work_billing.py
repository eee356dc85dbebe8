"""Closed calls and accepted quotes become lines of invoices, each once (R4.1, R4.2, R7.4, S10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.billable import BilledAlready, BillingChanged, BillingHeld
from aggregates.call import Call
from aggregates.call_pricing import PricesMissing
from aggregates.call_refusals import CallNotClosed
from aggregates.invoice import Invoice
from aggregates.quote import Quote
from tests.commands.calls import CALL, TECHNICIANS
from tests.contract_steps import C1, K1, ROSSI, draft, founded, line, sign, tick
from tests.dsl import Company, Do, do

VISIT = UUID("55555555-5555-5555-5555-555555555555")
MACHINE = UUID("77777777-7777-7777-7777-777777777777")
QUOTE = UUID("99999999-9999-9999-9999-999999999999")
LAURA = {"name": "Laura Verdi", "email": "laura@example.it"}
ARTICLES = {
    "DIR": ("charge", "35.00"),
    "KM": ("charge", "0.65"),
    "VIA": ("labour", "40.00"),
    "MAN": ("labour", "52.00"),
    "STR": ("labour", "30"),
    "FUS": ("part", "189.00"),
    "KIT": ("consumable", "24.50"),
}
CHARGES = {
    "call-fee": "DIR",
    "travel-km": "KM",
    "travel-hour": "VIA",
    "labour-hour": "MAN",
    "overtime-percent": "STR",
}
OPENED = do("open-call", at="2026-04-16T15:00", call_id=CALL, party_id=C1, fault="Non stampa", number="CH-2026-0415")
WORKED = do(
    "perform-activity",
    at="2026-04-16T19:10",
    call_id=CALL,
    activity_id=VISIT,
    kind="repair",
    starts_at="2026-04-16T16:30:00+02:00",
    ends_at="2026-04-16T19:00:00+02:00",
    travel_minutes=90,
    travel_km="84",
    text="Sostituito fusore",
)
PARTS = tuple(
    do("use-part", at="2026-04-16T19:10", call_id=CALL, line_id=UUID(int=n), code=code, description=code)
    for n, code in enumerate(("FUS", "KIT"))
)
REPORTED = do("report-work", at="2026-04-16T19:10", call_id=CALL, work_done="Sostituito fusore")
CLOSED = do("close-call", at="2026-04-16T19:20", call_id=CALL)
DONE = (OPENED, WORKED, *PARTS, REPORTED, CLOSED)
PROPOSE = do("propose-invoices", at="2026-04-30T18:00", until="2026-04-30")


@pytest.fixture
def firm(company: Company) -> Company:
    """S10: a customer and a price list that charges kilometres and travel time both."""
    company.given(founded(company), ROSSI, *TECHNICIANS)
    for code, (kind, _) in ARTICLES.items():
        company.do("register-article", code=code, description=f"Voce {code}", kind=kind)
    prices = [
        {"article_code": code, "from_on": "2026-01-01", "unit_price": price} for code, (_, price) in ARTICLES.items()
    ]
    company.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=prices, charges=CHARGES)
    company.do("set-party-terms", party_id=C1, price_list_code="BASE")
    return company


def due(company: Company) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = company.ask("billing-due", on="2026-04-30")["items"]
    return rows


def proposed(company: Company) -> list[dict[str, Any]]:
    """What a run proposes."""
    answer = company.execute(PROPOSE).result
    assert answer["parked"] == []
    invoices: list[dict[str, Any]] = answer["invoices"]
    return invoices


def issue(company: Company, invoice_id: str) -> dict[str, Any]:
    return company.execute(do("issue-invoice", at="2026-04-30T18:10", invoice_id=invoice_id)).result


ALL = dict.fromkeys(("call_fee", "travel", "labour", "overtime", "parts", "consumables", "per_diem"), True)


def contract(company: Company) -> None:
    """A contract that covers everything of the customer's in April."""
    company.given(draft(starts_on="2026-01-01"), line(covered=ALL), sign(at="2026-01-01T10:00"))
    company.do("set-billed-through", contract_id=K1, through_on="2026-12-31")


def test_a_chargeable_call_is_billed_item_by_item(firm: Company) -> None:
    """S10 a: 508.70 + 111.91 = 620.61, in seven lines."""
    firm.given(*DONE)
    (row,) = due(firm)
    assert (row["kind"], row["record_number"], row["amount"]) == ("call", "CH-2026-0415", Decimal("508.70"))
    (invoice,) = proposed(firm)
    assert (invoice["lines"], invoice["net"]) == (7, "508.70")
    assert due(firm) == []
    issued = issue(firm, invoice["invoice_id"])
    assert issued["total"]["amount"] == "620.61"
    document = firm.record(invoice["invoice_id"]).document
    assert [(line.code, str(line.quantity), str(line.amount)) for line in document.lines] == [
        ("DIR", "1", "35.00"),
        ("KM", "84", "54.60"),
        ("VIA", "1.50", "60.00"),
        ("MAN", "2.50", "130.00"),
        ("STR", "1.00", "15.60"),
        ("FUS", "1", "189.00"),
        ("KIT", "1", "24.50"),
    ]
    assert (document.taxable, document.tax) == (Decimal("508.70"), Decimal("111.91"))
    assert document.lines[0].source.record.number == "CH-2026-0415"
    assert firm.record(CALL).invoice.number == issued["number"]


def test_a_call_is_billed_once(firm: Company) -> None:
    firm.given(*DONE)
    (invoice,) = proposed(firm)
    firm.given().when(PROPOSE).then_nothing()
    line = {"description": "Ancora", "unit_price": "1.00", "record": {"kind": "call", "id": str(CALL)}}
    by_hand = do("propose-invoice", customer_id=C1, lines=[line])
    firm.given().when(by_hand).then_refused(BillingHeld)
    issue(firm, invoice["invoice_id"])
    assert due(firm) == []
    firm.given().when(PROPOSE).then_nothing()
    firm.given().when(by_hand).then_refused(BilledAlready, number="CH-2026-0415")


def test_a_proposal_given_up_leaves_the_call_due_again(firm: Company) -> None:
    firm.given(*DONE)
    (invoice,) = proposed(firm)
    firm.given().when(do("discard-invoice", invoice_id=invoice["invoice_id"], reason="Prova")).then(
        Call.BillingReleased, Invoice.Discarded
    )
    assert [row["amount"] for row in due(firm)] == [Decimal("508.70")]
    (again,) = proposed(firm)
    for number in range(1, 7):
        firm.do("exclude-invoice-line", invoice_id=again["invoice_id"], number=number)
    assert due(firm) == []
    assert issue(firm, again["invoice_id"])["total"]["amount"] == "29.89"


def test_a_call_opened_again_is_no_longer_what_was_proposed(firm: Company) -> None:
    firm.given(*DONE)
    (invoice,) = proposed(firm)
    firm.given(do("reopen-call", at="2026-04-30T18:05", call_id=CALL, reason="Manca un pezzo"))
    refused = do("issue-invoice", at="2026-04-30T18:10", invoice_id=invoice["invoice_id"])
    firm.given().when(refused).then_refused(BillingChanged)
    assert due(firm) == []
    firm.given(do("close-call", at="2026-04-30T19:00", call_id=CALL))
    assert len(due(firm)) == 1


def test_only_closed_calls_are_billed(firm: Company) -> None:
    firm.given(*DONE[:-1])
    assert due(firm) == []
    answer = firm.execute(do(PROPOSE.name, at=PROPOSE.at, call_ids=[CALL])).result
    assert [(one["call_id"], one["code"]) for one in answer["parked"]] == [(str(CALL), CallNotClosed.code())]


def test_a_covered_call_is_worth_nothing_and_never_proposed(firm: Company) -> None:
    contract(firm)
    firm.given(*DONE)
    assert due(firm) == []
    firm.given().when(PROPOSE).then_nothing()


def test_a_charge_on_a_covered_call_is_billed_beside_its_covered_lines(firm: Company) -> None:
    """R4.2: the covered items stand there at 100 % discount, with the reason."""
    contract(firm)
    charge = do(
        "add-charge",
        call_id=CALL,
        item="third_parties",
        description="Noleggio piattaforma",
        unit_price="80.00",
        amount={"amount": "80.00"},
    )
    firm.given(*DONE[:-1], charge, CLOSED)
    (invoice,) = proposed(firm)
    assert (invoice["lines"], invoice["net"]) == (8, "80.00")
    lines = firm.record(invoice["invoice_id"]).lines
    assert {line.discounts for line in lines[:-1]} == {(Decimal(100),)}
    assert lines[0].note.startswith("Coperto dal contratto")
    assert (lines[0].unit_price, lines[0].amount) == (Decimal("35.00"), Decimal("0.00"))


def test_an_unfounded_call_is_charged_whatever_covers_it(firm: Company) -> None:
    """S10 e: the call without parts."""
    contract(firm)
    firm.given(OPENED, WORKED, REPORTED, do("close-call", at=CLOSED.at, call_id=CALL, outcome="unfounded"))
    assert [row["amount"] for row in due(firm)] == [Decimal("295.20")]


def test_a_written_charge_stands_for_its_item(firm: Company) -> None:
    flat = do(
        "add-charge",
        call_id=CALL,
        item="labour",
        description="Forfait manodopera",
        unit_price="100.00",
        amount={"amount": "100.00"},
    )
    firm.given(*DONE[:-1], flat, CLOSED)
    assert [row["amount"] for row in due(firm)] == [Decimal("478.70")]


def test_a_part_without_a_price_leaves_the_call_alone_with_its_reason(firm: Company) -> None:
    firm.do("register-article", code="NEW", description="Nuovo", kind="part")
    firm.given(*DONE[:-1], do("use-part", call_id=CALL, code="NEW", description="Scheda nuova"), CLOSED)
    (row,) = due(firm)
    assert "Scheda nuova" in row["parked_reason"]
    answer = firm.execute(PROPOSE).result
    assert [one["code"] for one in answer["parked"]] == [PricesMissing.code()]
    assert answer["invoices"] == []


def test_minutes_that_are_no_hundredths_of_an_hour_are_exact(firm: Company) -> None:
    short = {**WORKED.fields, "ends_at": "2026-04-16T16:40:00+02:00", "travel_minutes": 0, "travel_km": None}
    firm.given(OPENED, do(WORKED.name, at=WORKED.at, **short), REPORTED, CLOSED)
    (row,) = due(firm)
    assert row["amount"] == Decimal("43.67")


def test_the_duty_proposes_calls_too(firm: Company) -> None:
    firm.given(*DONE)
    assert tick(firm, "propose-invoices", "2026-04-17T07:00") == 1
    assert tick(firm, "propose-invoices", "2026-04-17T08:00") == 0
    (row,) = firm.ask("invoices", state="proposed")["items"]
    assert row["taxable"] == Decimal("508.70")


# Quotes


def quoted(call_id: UUID | None = None) -> tuple[Do, ...]:
    """A quote of 100 for the customer or a call, accepted."""
    lines = [{"description": "Revisione", "unit_price": "100.00"}]
    drafted = (
        do("quote-call", at="2026-04-16T15:30", quote_id=QUOTE, call_id=call_id)
        if call_id
        else do("draft-quote", at="2026-04-16T15:30", quote_id=QUOTE, customer_id=C1, lines=lines)
    )
    return (
        drafted,
        do("set-quote-lines", at="2026-04-16T15:30", quote_id=QUOTE, lines=lines),
        do("send-quote", at="2026-04-16T15:40", quote_id=QUOTE, sent_to=LAURA),
        do("accept-quote", at="2026-04-16T16:00", quote_id=QUOTE, revision=0, person=LAURA, channel="email"),
    )


def test_an_accepted_quote_is_billed_once_with_its_order(firm: Company) -> None:
    firm.given(*quoted(), do("order-quote", at="2026-04-16T16:05", quote_id=QUOTE))
    assert [(row["kind"], row["amount"]) for row in due(firm)] == [("quote", Decimal("100.00"))]
    (invoice,) = proposed(firm)
    issued = issue(firm, invoice["invoice_id"])
    assert issued["total"]["amount"] == "122.00"
    assert firm.ask("quote", quote_id=QUOTE)["invoice_number"] == issued["number"]
    assert firm.ask("sales-orders")["items"][0]["invoice_number"] == issued["number"]
    firm.given().when(PROPOSE).then_nothing()


def test_a_calls_quote_is_billed_in_its_place_when_it_is_closed(firm: Company) -> None:
    plan = do("plan-activity", at=OPENED.at, call_id=CALL, activity_id=VISIT, kind="repair", minutes=60)
    firm.given(OPENED, plan, *quoted(CALL), *DONE[1:-1])
    assert due(firm) == []
    firm.given(CLOSED)
    assert [(row["kind"], row["amount"]) for row in due(firm)] == [("quote", Decimal("100.00"))]
    firm.given().when(PROPOSE).then(Quote.BillingProposed, Invoice.Proposed)


def test_a_cancelled_order_leaves_the_call_to_be_billed_by_itself(firm: Company) -> None:
    plan = do("plan-activity", at=OPENED.at, call_id=CALL, activity_id=VISIT, kind="repair", minutes=60)
    order = do("order-quote", at="2026-04-16T16:05", quote_id=QUOTE, order_id=MACHINE)
    firm.given(OPENED, plan, *quoted(CALL), order, *DONE[1:])
    firm.given(do("cancel-sales-order", order_id=MACHINE, reason="Il cliente rinuncia"))
    assert [(row["kind"], row["amount"]) for row in due(firm)] == [("call", Decimal("508.70"))]


def test_folding_again_changes_nothing(firm: Company) -> None:
    firm.given(*DONE)
    before = due(firm), firm.ask("customers-due", on="2026-04-30")
    firm.fold()
    assert (due(firm), firm.ask("customers-due", on="2026-04-30")) == before
    assert before[1]["items"][0]["works"] == 1
