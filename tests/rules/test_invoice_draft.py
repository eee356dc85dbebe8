"""How a proposal becomes a document: sums that hold, negative totals turned, and no finding of its own making."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aggregates.invoice_draft import Frame, drafted, findings
from aggregates.invoice_values import STAMP, DocumentKind, InvoiceLine, Terms
from aggregates.rules.law import CustomerKind, LawTerms
from aggregates.rules.line_amounts import line_total
from aggregates.rules.payment_terms import net_days
from aggregates.rules.vat import Supply, VatRateCode
from tests.gateways.bills import SELLER, customer

ON = date(2026, 4, 16)
SUPPLIES = [Supply(), Supply(exempt=True), Supply(rate=VatRateCode.REDUCED), Supply(plant_in_building=True)]


@st.composite
def lines(draw: st.DrawFn) -> InvoiceLine:
    price, quantity = draw(st.decimals(-500, 500, places=4)), draw(st.decimals(0, 40, places=2))
    discounts = tuple(draw(st.lists(st.decimals(0, 50, places=2), max_size=2)))
    amount = line_total(price, quantity, discounts)
    supply = draw(st.sampled_from(SUPPLIES))
    shown: dict[str, Any] = {"unit_price": price, "quantity": quantity, "discounts": discounts, "amount": amount}
    return InvoiceLine(number=1, description="Riga", supply=supply, **shown)


@given(
    st.lists(lines(), min_size=1, max_size=6),
    st.sampled_from([CustomerKind.BUSINESS, CustomerKind.CONSUMER, CustomerKind.PUBLIC_BODY]),
    st.booleans(),
)
def test_whatever_is_proposed_sums_up_and_passes_the_checks(
    found: list[InvoiceLine], kind: CustomerKind, charged: bool
) -> None:
    """R9.2-R9.8: totals are sums of summaries, due dates of what is payable; below zero everything turns its sign."""
    buyer = customer(kind).model_copy(
        update={"recipient_code": "UF1234" if kind is CustomerKind.PUBLIC_BODY else "0000000"}
    )
    frame = Frame(seller=SELLER, customer=buyer, law=LawTerms(), charges_stamp_duty=charged)
    terms = Terms(customer_id=buyer.party_id, payment_terms=net_days(30, 60, 90))
    numbered = [line.model_copy(update={"number": n}) for n, line in enumerate(found, 1)]
    document = drafted(terms, numbered, frame, ON)
    assert document.total == document.taxable + document.tax >= 0
    assert sum((part.amount for part in document.due_dates), Decimal(0)) == document.payable
    net = sum((line.amount for line in found), Decimal(0))
    stamp = sum((line.amount for line in document.lines if line.source.kind == STAMP), Decimal(0))
    is_note = document.kind is DocumentKind.CREDIT_NOTE
    assert document.taxable - stamp == (-net if is_note else net)
    assert stamp in (0, document.stamp_duty if charged and not is_note else 0)
    assert [each.code for each in findings(document, frame) if each.code != "LIB04"] == []
