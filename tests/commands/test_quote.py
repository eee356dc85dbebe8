"""Quotes: a snapshot of a call, revised and accepted once, and never realigned with what it was made from (S13)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.article import ArticleKind, article_id
from aggregates.base import Act
from aggregates.number_register import NumberRegister
from aggregates.promise_places import PromisePlaces
from aggregates.quote import Quote
from aggregates.quote_refusals import (
    AlreadyInvoiced,
    AlternativeTaken,
    LineUnpriced,
    QuoteExpired,
    QuoteIsAccepted,
    QuoteLinesMissing,
    QuoteNotAccepted,
    QuoteNotSent,
    QuoteStillValid,
    RevisionIsDraft,
    RevisionIsSent,
    RevisionSuperseded,
    RevisionUnknown,
)
from aggregates.quote_values import LineKind, QuoteLine, QuoteTerms, quote_totals
from aggregates.record_ref import RecordRef
from aggregates.rules.vat import VatTreatment
from aggregates.sales_order import SalesOrder
from aggregates.stock_item import StockItem
from commands.base import Command, Entry, Service
from commands.quote import CallWithoutCustomer
from tests.commands.goods import CALL, CUSTOMER, MAIN, OTHER, VAN, X, article, level, opened, registered, stocked
from tests.dsl import MORNING, Company, Do, do

QUOTE, ORDER = UUID("66666666-6666-6666-6666-666666666666"), UUID("77777777-7777-7777-7777-777777777777")
PART = UUID("88888888-8888-8888-8888-888888888888")
ACTIVITY = UUID("99999999-9999-9999-9999-999999999998")
LAURA = {"name": "Laura Bianchi", "email": "laura@example.it"}

OPEN_CALL = do(
    "open-call", call_id=CALL, party_id=CUSTOMER, fault="Non carica acqua", number="CH-2026-0101", at="2026-03-02 08:00"
)
PLAN = (
    do(
        "plan-activity",
        call_id=CALL,
        activity_id=ACTIVITY,
        kind="repair",
        minutes=180,
        mode="visit",
        note="riparazione",
    ),
    do("plan-part", call_id=CALL, line_id=PART, article_id=X, code="X", description="Ricambio X", quantity="2"),
)
QUOTE_IT = do("quote-call", call_id=CALL, quote_id=QUOTE, at="2026-03-02 10:00")
SEND = do("send-quote", quote_id=QUOTE, sent_to=LAURA, at="2026-03-02 11:00")


@pytest.fixture
def office(company: Company) -> Company:
    """S13: part X (5 on hand, 3 promised, minimum 4), prices, and a call that plans 2 pieces and 3 hours."""
    opened(company)
    registered(company)
    article(company, "MAN", ArticleKind.LABOUR, unit="H")
    article(company, "DIR", ArticleKind.CHARGE)
    prices = [
        {"article_code": "MAN", "from_on": "2026-01-01", "unit_price": "52.00"},
        {"article_code": "DIR", "from_on": "2026-01-01", "unit_price": "35.00"},
        {"article_code": "X", "from_on": "2026-01-01", "unit_price": "84.90", "discount_percent": "10"},
    ]
    charges = {"labour-hour": "MAN", "call-fee": "DIR"}
    company.given(
        do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=prices, charges=charges),
        do("set-party-terms", party_id=CUSTOMER, price_list_code="BASE"),
        stocked(5),
        do("set-minimum-stock", article_id=X, warehouse_id=MAIN, minimum="4"),
        do("reserve-part", article_id=X, warehouse_id=MAIN, quantity="3", record=OTHER, firm=True),
        do("open-number-register", document="quote", year=2026, last_number=30),
        do("open-number-register", document="order", year=2026, last_number=11),
        OPEN_CALL,
        *PLAN,
    )
    return company


def sheet(company: Company) -> dict[str, Any]:
    found: dict[str, Any] = company.ask("quote", quote_id=QUOTE)
    return found


def part_line(company: Company) -> str:
    lines = sheet(company)["revisions"][-1]["lines"]
    return next(str(line["line_id"]) for line in lines if line["code"] == "X")


def revise(company: Company, **more: Any) -> Do:
    change = {"line_id": part_line(company), "discounts": ["15"]}
    return do("revise-quote", **{"quote_id": QUOTE, "changes": [change], "at": "2026-03-05 09:00", **more})


def accept(revision: int = 0, **more: Any) -> Do:
    fields = {"quote_id": QUOTE, "revision": revision, "person": LAURA, "channel": "email", "at": "2026-03-06 09:00"}
    return do("accept-quote", **{**fields, **more})


def test_from_call_to_order_and_van(office: Company) -> None:
    """S13 step by step, up to the purchase order."""
    assert (level(office)["available"], level(office)["reserved_soft"]) == (2, 2)
    office.given().when(QUOTE_IT).then(NumberRegister.NumberTaken, (Quote.Drafted, {"number": "OFF-2026-0031"}))
    (first,) = sheet(office)["revisions"]
    assert [(line["kind"], line["quantity"], line["amount"]) for line in first["lines"]] == [
        ("labour", "3.00", "156.00"),
        ("part", "2", "152.82"),
        ("call_fee", "1", "35.00"),
    ]
    assert (first["net"], first["source"]["version"]) == (Decimal("343.82"), 3)
    office.given(SEND)
    assert office.execute(revise(office)).result["net"] == "335.33"
    office.given(do("send-quote", quote_id=QUOTE, at="2026-03-05 10:00"))
    zero, one = sheet(office)["revisions"]
    assert (zero["state"], one["state"], one["valid_until"]) == ("superseded", "sent", date(2026, 4, 4))
    assert next(line["amount"] for line in one["lines"] if line["code"] == "X") == "144.33"
    office.given().when(accept(0)).then_refused(RevisionSuperseded, latest=1)
    office.given().when(accept(1)).then((Quote.Accepted, {"revision": 1, "channel": "email"}))
    order = do("order-quote", quote_id=QUOTE, order_id=ORDER, at="2026-03-06 09:30")
    office.given().when(order).then(
        NumberRegister.NumberTaken,
        (StockItem.ReservationReleased, {"quantity": Decimal(2)}),
        StockItem.Reserved,
        (SalesOrder.Placed, {"number": "IC-2026-0012", "revision": 1}),
        Quote.Ordered,
        PromisePlaces.Noted,
    )
    office.given().when(order).then_nothing()
    main = level(office)
    assert (main["reserved_firm"], main["reserved_soft"], main["available"], main["proposal"]) == (5, 0, 0, 4)
    _changed_later(office)
    move: dict[str, Any] = {"article_id": X, "from_warehouse_id": MAIN, "to_warehouse_id": VAN, "quantity": "2"}
    office.given(do("move-stock", for_record_id=ORDER, **move))
    main, van = level(office), level(office, VAN)
    assert (main["on_hand"], main["reserved_firm"], main["available"], main["proposal"]) == (3, 3, 0, 4)
    assert (van["on_hand"], van["reserved_firm"]) == (2, 2)
    use = do(
        "use-part", call_id=CALL, planned_line_id=PART, article_id=X, description="X", quantity="2", warehouse_id=VAN
    )
    office.given(use)
    assert (level(office, VAN)["on_hand"], level(office, VAN)["reserved_firm"]) == (0, 0)
    supply = {"kind": "purchase-order", "id": str(uuid4())}
    office.given(do("expect-supply", article_id=X, warehouse_id=MAIN, quantity="4", record=supply))
    assert (level(office)["available"], level(office)["proposal"]) == (4, 0)


def _changed_later(office: Company) -> None:
    """Later changes of the call reach neither quote nor order; both say that it changed."""
    assert sheet(office)["source_changed_since"]["changed"] is False
    office.given(do("plan-part", **{**PLAN[1].fields, "quantity": "3"}, at="2026-03-06 15:00"))
    order = office.ask("sales-order", order_id=ORDER)
    for seen in (sheet(office), order):
        assert seen["source_changed_since"]["changed"] is True
        assert [fact["fact"] for fact in seen["source_changed_since"]["facts"]] == ["call.part-planned.v1"]
    assert [line["quantity"] for line in order["content"]["lines"] if line["code"] == "X"] == ["2"]
    assert (order["quote_number"], order["net"]) == ("OFF-2026-0031", Decimal("335.33"))


def test_the_same_quote_again_is_one_quote(office: Company) -> None:
    office.given(QUOTE_IT).when(QUOTE_IT).then_nothing()
    office.given(SEND).when(SEND).then_nothing()
    office.given(accept()).when(accept()).then_nothing()
    assert [one["number"] for one in office.ask("quotes")["items"]] == ["OFF-2026-0031"]


def test_two_revisions_are_compared(office: Company) -> None:
    office.given(QUOTE_IT, SEND)
    office.given(revise(office))
    told = office.ask("quote-comparison", quote_id=QUOTE, one="A0", other="A1")
    (changed,) = told["changed"]
    assert changed["differences"]["discounts"] == {"from": ["10"], "to": ["15"]}
    assert changed["differences"]["amount"] == {"from": "152.82", "to": "144.33"}
    assert told["net"]["difference"] == Decimal("-8.49")
    assert office.ask("quote-comparison", quote_id=QUOTE, one="A0", other="A7") is None


def test_a_sent_revision_never_changes(office: Company) -> None:
    office.given(QUOTE_IT)
    change = {"line_id": part_line(office), "quantity": "1"}
    edit = do("set-quote-lines", quote_id=QUOTE, changes=[change])
    office.given().when(edit).then((Quote.LinesSet, {"revision": 0}))
    office.given().when(edit).then_nothing()
    office.given().when(revise(office)).then_refused(RevisionIsDraft)
    office.given(SEND).when(edit).then_refused(RevisionIsSent)


def test_a_quote_is_taken_again_from_its_call(office: Company) -> None:
    office.given(QUOTE_IT, SEND, do("plan-part", **{**PLAN[1].fields, "quantity": "3"}))
    again = revise(office, changes=[], from_call=True)
    office.given(again)
    told = office.ask("quote-comparison", quote_id=QUOTE, one="A0", other="A1")
    assert [one["differences"]["quantity"] for one in told["changed"]] == [{"from": "2", "to": "3"}]
    assert sheet(office)["source_changed_since"]["changed"] is False


def test_an_expired_revision_is_not_accepted(office: Company) -> None:
    office.given(QUOTE_IT, SEND)
    office.given().when(accept(at="2026-04-02 09:00")).then_refused(QuoteExpired, valid_until="2026-04-01")
    assert office.ask("quotes", ends_before="2026-04-01")["items"] == []
    assert len(office.ask("quotes", ends_before="2026-04-02")["items"]) == 1
    office.given().when(do("expire-quote", quote_id=QUOTE, at="2026-04-01 23:00")).then_refused(QuoteStillValid)
    over = do("expire-quote", quote_id=QUOTE, at="2026-04-02 06:00")
    office.given().when(over).then(Quote.Expired)
    office.given().when(over).then_nothing()
    assert sheet(office)["status"] == "expired"
    office.given().when(accept(at="2026-03-30 09:00")).then_refused(QuoteExpired)
    office.given(revise(office, at="2026-04-03 09:00"))
    assert sheet(office)["status"] == "draft"


def test_the_last_day_still_counts(office: Company) -> None:
    office.given(QUOTE_IT, SEND).when(accept(at="2026-04-01 23:30")).then(Quote.Accepted)


def test_only_what_was_sent_is_accepted(office: Company) -> None:
    office.given(QUOTE_IT).when(accept()).then_refused(QuoteNotSent, state="draft")
    office.given().when(accept(3)).then_refused(RevisionUnknown)
    order = do("order-quote", quote_id=QUOTE)
    office.given().when(order).then_refused(QuoteNotAccepted)


def test_one_alternative_is_chosen(office: Company) -> None:
    other = do("add-quote-alternative", quote_id=QUOTE, alternative="B", lines=[{"article_id": X}])
    office.given(QUOTE_IT).when(other).then((Quote.AlternativeAdded, {"alternative": "B"}))
    again = do("add-quote-alternative", quote_id=QUOTE, alternative="B", lines=[{"article_id": X, "quantity": "9"}])
    office.given().when(again).then_refused(AlternativeTaken)
    office.given(SEND, do("send-quote", quote_id=QUOTE, alternative="B", at="2026-03-02 11:00"))
    office.given(accept(alternative="B"))
    states = {one["alternative"]: one["state"] for one in sheet(office)["revisions"]}
    assert states == {"A": "not_chosen", "B": "accepted"}
    assert (sheet(office)["alternative"], sheet(office)["net"]) == ("B", Decimal("76.41"))
    office.given().when(accept()).then_refused(QuoteIsAccepted)
    office.given().when(revise(office)).then_refused(QuoteIsAccepted)
    office.given().when(do("decline-quote", quote_id=QUOTE, reason="Ripensato")).then_refused(QuoteIsAccepted)


def test_a_refusal_keeps_its_reason(office: Company) -> None:
    no = do("decline-quote", quote_id=QUOTE, reason="Prezzo troppo alto", at="2026-04-01 23:59")
    late = do("decline-quote", quote_id=QUOTE, reason="Prezzo troppo alto", at="2026-04-02 00:00")
    office.given(QUOTE_IT).when(no).then_refused(QuoteNotSent)
    office.given(SEND).when(late).then_refused(QuoteExpired, valid_until="2026-04-01")  # and owes no fee (R7.5)
    office.given().when(no).then((Quote.Declined, {"reason": "Prezzo troppo alto"}))
    office.given().when(no).then_nothing()
    assert (sheet(office)["status"], sheet(office)["reason"]) == ("declined", "Prezzo troppo alto")


def test_a_fee_of_diagnosis_is_money_to_the_cent() -> None:
    """R0.1: it is billed as it stands."""
    with pytest.raises(ValidationError):
        QuoteTerms(diagnosis_fee=Decimal("45.005"))


def test_a_line_without_a_price_is_not_sent(office: Company) -> None:
    """A price that nobody knows is not zero."""
    alone = do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=[{"description": "Carpenteria"}])
    assert office.execute(alone).result["unpriced"] == ["Carpenteria"]
    office.given().when(SEND).then_refused(LineUnpriced, description="Carpenteria")
    priced = do("set-quote-lines", quote_id=QUOTE, lines=[{"description": "Carpenteria", "unit_price": "120.00"}])
    office.given(priced).when(SEND).then((Quote.Sent, {"valid_until": date(2026, 4, 1)}))
    assert sheet(office)["source_changed_since"] is None


def test_what_is_covered_is_shown_at_its_price_less_everything(office: Company) -> None:
    lines = [{"article_id": X, "quantity": "2", "covered_reason": "Garanzia fino al 30/06/2026"}]
    office.given(do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=lines))
    (line,) = sheet(office)["revisions"][0]["lines"]
    assert (line["unit_price"], line["amount"], line["covered_reason"]) == (
        "84.90",
        "0.00",
        "Garanzia fino al 30/06/2026",
    )


def test_nothing_planned_is_no_quote(office: Company) -> None:
    other = uuid4()
    office.given(do("open-call", call_id=other, party_id=CUSTOMER, fault="Perde"))
    office.given().when(do("quote-call", call_id=other)).then_refused(QuoteLinesMissing)
    stranger = uuid4()
    office.given(do("open-call", call_id=stranger, caller={"name": "Mario"}, fault="Perde"))
    office.given().when(do("quote-call", call_id=stranger)).then_refused(CallWithoutCustomer)


def test_later_prices_and_names_do_not_reach_a_quote(office: Company) -> None:
    """Editing master data never rewrites what was sent (peers 34)."""
    office.given(QUOTE_IT, SEND)
    before = sheet(office)
    new = [{"article_code": "X", "from_on": "2026-02-01", "unit_price": "99.00"}]
    office.given(do("set-prices", code="BASE", prices=new))
    registered(office, name="Rossi & Figli S.r.l.")
    assert sheet(office) == before


def test_a_cancelled_order_frees_its_parts_wherever_they_are(office: Company) -> None:
    order = do("order-quote", quote_id=QUOTE, order_id=ORDER, at="2026-03-06 09:30")
    office.given(QUOTE_IT, SEND, accept(), order)
    move: dict[str, Any] = {"article_id": X, "from_warehouse_id": MAIN, "to_warehouse_id": VAN, "quantity": "1"}
    office.given(do("move-stock", for_record_id=ORDER, **move))
    cancel = do("cancel-sales-order", order_id=ORDER, reason="Il cliente rinuncia")
    office.given(cancel).when(cancel).then_nothing()
    assert (level(office)["reserved_firm"], level(office, VAN)["reserved_firm"]) == (3, 0)
    assert office.ask("sales-orders", status="cancelled")["items"][0]["number"] == "IC-2026-0012"


class _Invoice(Command):
    number: str


def _invoice(cmd: _Invoice, act: Act, service: Service) -> None:
    order, quote = service.load(SalesOrder, ORDER), service.load(Quote, QUOTE)
    invoice = RecordRef(kind="invoice", id=service.new_id("invoice"), number=cmd.number)
    order.mark_invoiced(invoice, act)
    quote.propose_billing(invoice.id, act)
    quote.bill(invoice, act)
    service.save(order, quote)


def test_an_order_is_invoiced_once(office: Company) -> None:
    entry, act = (
        Entry("invoice-order-for-test", "/none", _Invoice, _invoice, frozenset()),
        Act(by="user:test", at=MORNING),
    )
    office.given(QUOTE_IT, SEND, accept(), do("order-quote", quote_id=QUOTE, order_id=ORDER, at="2026-03-06 10:00"))
    office.house.desk.execute(entry, _Invoice(number="2026/45"), act, uuid4())
    with pytest.raises(AlreadyInvoiced):
        office.house.desk.execute(entry, _Invoice(number="2026/46"), act, uuid4())
    assert office.ask("sales-order", order_id=ORDER)["invoice_number"] == "2026/45"
    assert sheet(office)["invoice_number"] == "2026/45"


def test_folding_again_changes_nothing(office: Company) -> None:
    office.given(QUOTE_IT, SEND, accept())
    before = sheet(office), office.ask("quotes")
    office.fold()
    assert (sheet(office), office.ask("quotes")) == before


VAT = st.sampled_from([VatTreatment(rate=Decimal(22)), VatTreatment(rate=Decimal(10))])
LINES = st.lists(
    st.builds(
        lambda price, quantity, discount, vat, covered: QuoteLine(
            line_id=article_id("L"),
            kind=LineKind.PART,
            description="Pezzo",
            quantity=quantity,
            unit="PZ",
            unit_price=price,
            discounts=(discount,),
            covered_reason=covered,
            vat=vat,
        ),
        st.decimals(min_value=0, max_value=999, places=2),
        st.decimals(min_value="0.01", max_value=99, places=2),
        st.decimals(min_value=0, max_value=100, places=1),
        VAT,
        st.sampled_from([None, "Contratto"]),
    ),
    max_size=8,
)


@given(LINES)
def test_sums_are_those_of_the_lines(lines: list[QuoteLine]) -> None:
    totals = quote_totals(lines)
    assert totals.net == sum((line.amount for line in lines), Decimal(0))
    assert totals.total == totals.net + totals.tax
    assert totals.tax == sum((one.tax for one in totals.summaries), Decimal(0))
    assert all(line.amount == 0 for line in lines if line.covered_reason)
