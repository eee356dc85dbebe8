"""Notices of payment: the customer is asked first, and the invoice is dated the day of the payment (R1.19)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.invoice import Invoice
from aggregates.invoice_refusals import (
    DeferredNotRequested,
    NoticePaidOtherwise,
    PaymentNoticeFirst,
    PaymentRequestedAlready,
)
from tests.commands.deferred import firm as shop_firm
from tests.commands.deferred import propose, sold
from tests.contract_steps import C1, K1, ROSSI, due, founded, signed
from tests.dsl import Company, Do, do

PAYMENT = UUID("bb000000-0000-0000-0000-000000000001")


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    company.do("set-party-terms", party_id=C1, pays_by_notice=True)
    signed(company, K1)
    return company


def fee(company: Company) -> UUID:
    found = company.do("propose-invoices", at="2026-09-16T07:00", until="2026-09-16")["invoices"]
    return UUID(found[0]["invoice_id"])


def request(invoice_id: UUID) -> Do:
    return do("request-payment", at="2026-09-16T08:00", invoice_id=invoice_id)


def paid(invoice_id: UUID, on: str = "2026-09-28", amount: str = "429.17") -> Do:
    money: dict[str, Any] = {"amount": {"amount": amount}, "paid_on": on}
    return do("record-payment", at="2026-10-02T09:00", invoice_id=invoice_id, payment_id=PAYMENT, **money)


def test_a_fee_is_asked_for_then_invoiced_on_the_day_of_the_payment(firm: Company) -> None:
    invoice_id = fee(firm)
    issue = do("issue-invoice", at="2026-09-16T08:00", invoice_id=invoice_id)
    firm.given().when(issue).then_refused(PaymentNoticeFirst)
    answer = firm.execute(request(invoice_id)).result
    assert (answer["number"], answer["payable"]["amount"]) == ("AP-2026-0001", "429.17")
    firm.given().when(request(invoice_id)).then_nothing()
    row = firm.ask("invoice", invoice_id=invoice_id)
    assert (row["state"], row["number"], row["notice"]["number"]) == ("requested", None, "AP-2026-0001")
    firm.given().when(issue).then_refused(PaymentRequestedAlready, number="AP-2026-0001")
    firm.given(paid(invoice_id))
    document = firm.record(invoice_id).document
    assert (document.number, document.issued_on, document.total) == ("2026/1", date(2026, 9, 28), Decimal("429.17"))
    assert firm.ask("invoice", invoice_id=invoice_id)["open"] == Decimal(0)
    firm.given().when(paid(invoice_id)).then_nothing()
    assert due(firm, "2026-09-30") == []


def test_a_notice_is_paid_as_it_asked(firm: Company) -> None:
    invoice_id = fee(firm)
    firm.given(request(invoice_id)).when(paid(invoice_id, amount="400.00")).then_refused(
        NoticePaidOtherwise, payable="429.17", amount="400.00"
    )


def test_what_was_asked_stays_until_the_notice_is_withdrawn(firm: Company) -> None:
    invoice_id = fee(firm)
    discard = do("discard-invoice", invoice_id=invoice_id, reason="Errore")
    firm.given(request(invoice_id)).when(discard).then_refused(PaymentRequestedAlready)
    withdraw = do("withdraw-payment-request", invoice_id=invoice_id, reason="Vuole la fattura")
    firm.given().when(withdraw).then(Invoice.PaymentRequestWithdrawn)
    firm.given().when(withdraw).then_nothing()
    assert firm.execute(request(invoice_id)).result["number"] == "AP-2026-0002"
    firm.given(withdraw, discard)
    assert len(due(firm, "2026-09-16")) == 1


def test_an_invoice_follows_the_order_of_its_series_when_it_is_paid_late(firm: Company) -> None:
    """The series has a document of 30/09 already: the invoice takes the first day that is left, never a hole."""
    invoice_id = fee(firm)
    line = [{"description": "Viti", "unit_price": "1.00"}]
    other = firm.do("propose-invoice", customer_id=C1, lines=line)["invoice_id"]
    firm.given(request(invoice_id), do("issue-invoice", at="2026-09-30T09:00", invoice_id=other))
    firm.given(paid(invoice_id))
    document = firm.record(invoice_id).document
    assert (document.number, document.issued_on) == ("2026/2", date(2026, 9, 30))


def test_other_work_of_such_a_customer_is_invoiced_as_usual(firm: Company) -> None:
    line = [{"description": "Viti", "unit_price": "1.00"}]
    other = firm.do("propose-invoice", customer_id=C1, lines=line)["invoice_id"]
    firm.given(do("issue-invoice", at="2026-09-30T09:00", invoice_id=other))


def test_goods_delivered_are_invoiced_and_not_asked_for(company: Company) -> None:
    shop_firm(company)
    company.given(sold("toner", "2026-03-25"))
    (invoice,) = company.execute(propose("2026-03-31")).result["invoices"]
    company.given().when(do("request-payment", invoice_id=invoice["invoice_id"])).then_refused(DeferredNotRequested)
