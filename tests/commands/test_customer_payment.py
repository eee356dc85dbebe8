"""Customers' money: several documents at once, a chosen due date, on account, set off, paid back, reversed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.customer_payment import (
    AllocationTooLarge,
    CustomerPayment,
    CustomerPaymentDiffers,
    CustomerPaymentReversed,
)
from aggregates.invoice import Invoice, PaymentTooLarge
from aggregates.open_item import OpenItem
from aggregates.payable import CreditNotLeft, DuePartUnknown, PaymentUnknown
from tests.contract_steps import C1, MARIO, ROSSI, founded
from tests.dsl import Company, do

MONEY = UUID("b0000000-0000-0000-0000-000000000001")
THREE = {"parts": [{"days": 30}, {"days": 60}, {"days": 90}]}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, MARIO)
    return company


def invoice(firm: Company, net: str = "300.00", on: str = "2026-01-10", **fields: Any) -> UUID:
    """An issued invoice; its id."""
    terms = {"customer_id": C1, "payment_terms": THREE, **fields}
    lines = [{"description": "Assistenza", "unit_price": net}]
    invoice_id = firm.do("propose-invoice", at=f"{on}T09:00", lines=lines, **terms)["invoice_id"]
    firm.do("issue-invoice", at=f"{on}T09:00", invoice_id=invoice_id, dated_on=on)
    return UUID(str(invoice_id))


def receive(amount: str, **fields: Any) -> Any:
    given = {"payment_id": MONEY, "customer_id": C1, "amount": {"amount": amount}, "paid_on": "2026-02-15"}
    return do("record-customer-payment", at="2026-02-16T10:00", **{**given, **fields})


def dues(firm: Company, **where: Any) -> list[tuple[str, int, str]]:
    """Number, due date and open amount of what is not settled."""
    items = firm.ask("due-ledger", limit=500, on="2026-02-16", **where)["items"]
    return [(item["number"], item["part"], str(item["open"])) for item in items if item["open"] != 0]


def on_account(firm: Company) -> str:
    (row,) = firm.ask("customer-payments", customer_id=C1)["items"]
    return str(row["on_account"])


def test_a_payment_settles_the_oldest_due_dates_of_several_invoices_and_the_rest_stays_on_account(
    firm: Company,
) -> None:
    one = invoice(firm)  # 366.00 in three parts of 122.00
    invoice(firm, "100.00", "2026-01-12")  # 122.00: 40.67, 40.66, 40.67
    firm.given().when(receive("162.67")).then(
        (CustomerPayment.Received, {"customer_id": C1, "paid_on": date(2026, 2, 15)}),
        CustomerPayment.Allocated,
        (Invoice.PaymentRecorded, {"customer_payment_id": MONEY}),
        (Invoice.PaymentRecorded, {"customer_payment_id": MONEY}),
    )
    assert dues(firm) == [
        ("2026/1", 2, "122.00"),
        ("2026/2", 2, "40.66"),
        ("2026/1", 3, "122.00"),
        ("2026/2", 3, "40.67"),
    ]
    assert on_account(firm) == "0.00"
    assert str(firm.record(one).open_amount) == "244.00"


def test_the_same_payment_again_changes_nothing_and_another_under_its_id_is_refused(firm: Company) -> None:
    invoice(firm)
    firm.execute(receive("50.00"))
    firm.given().when(receive("50.00")).then_nothing()
    firm.given().when(receive("51.00")).then_refused(CustomerPaymentDiffers)


def test_more_than_is_owed_stays_on_account_until_it_is_needed(firm: Company) -> None:
    invoice(firm, "100.00")
    firm.execute(receive("200.00"))
    assert (dues(firm), on_account(firm)) == ([], "78.00")
    invoice(firm, "50.00", "2026-02-01")
    allocate = do("allocate-customer-payment", payment_id=MONEY)
    three = (Invoice.PaymentRecorded, Invoice.PaymentRecorded, Invoice.PaymentRecorded)
    firm.given().when(allocate).then(*three, CustomerPayment.Allocated)
    assert (dues(firm), on_account(firm)) == ([], "17.00")
    firm.given().when(allocate).then_nothing()


def test_a_payment_for_a_chosen_due_date(firm: Company) -> None:
    one = invoice(firm)
    wanted = [{"record_id": str(one), "part": 3, "amount": "100.00"}]
    firm.execute(receive("100.00", allocations=wanted))
    assert dues(firm) == [("2026/1", 1, "122.00"), ("2026/1", 2, "122.00"), ("2026/1", 3, "22.00")]
    too_much = do("record-payment", invoice_id=one, amount={"amount": "22.01"}, part=3)
    firm.given().when(too_much).then_refused(PaymentTooLarge, open="22.00")
    firm.given().when(do("record-payment", invoice_id=one, amount={"amount": "1.00"}, part=4)).then_refused(
        DuePartUnknown
    )


def test_an_empty_list_leaves_all_on_account_and_it_can_be_paid_back(firm: Company) -> None:
    invoice(firm)
    firm.execute(receive("80.00", allocations=[]))
    assert on_account(firm) == "80.00"
    refund: dict[str, Any] = {"payment_id": MONEY, "refund_id": uuid5(MONEY, "r"), "amount": {"amount": "30.00"}}
    firm.given().when(do("refund-customer-payment", **refund)).then(CustomerPayment.Refunded)
    firm.given().when(do("refund-customer-payment", **refund)).then_nothing()
    assert on_account(firm) == "50.00"
    more = do("refund-customer-payment", payment_id=MONEY, amount={"amount": "50.01"})
    firm.given().when(more).then_refused(AllocationTooLarge, left="50.00")


def test_a_reversed_payment_opens_all_that_it_settled(firm: Company) -> None:
    invoice(firm)
    firm.do("import-open-item", customer_id=C1, number="V/1", issued_on="2025-10-01", due_on="2025-11-30",
            amount={"amount": "90.00"}, residual={"amount": "90.00"})  # fmt: skip
    before = dues(firm)
    firm.execute(receive("300.00"))
    back = do("reverse-customer-payment", payment_id=MONEY, reversed_on="2026-02-20", reason="Assegno insoluto")
    settled = (OpenItem.PaymentReversed, Invoice.PaymentReversed, Invoice.PaymentReversed)
    firm.given().when(back).then(*settled, CustomerPayment.Reversed)
    assert dues(firm) == before
    firm.given().when(back).then_nothing()
    later = [{"record_id": str(invoice(firm, on="2026-02-21")), "amount": "1.00"}]
    allocate = do("allocate-customer-payment", payment_id=MONEY, allocations=later)
    firm.given().when(allocate).then_refused(CustomerPaymentReversed)


def test_a_payment_of_one_invoice_comes_back(firm: Company) -> None:
    one = invoice(firm)
    paid = uuid5(MONEY, "p")
    pay = do("record-payment", invoice_id=one, payment_id=paid, amount={"amount": "150.00"}, paid_on="2026-02-15")
    firm.given().when(pay).then(Invoice.PaymentRecorded)
    assert dues(firm) == [("2026/1", 2, "94.00"), ("2026/1", 3, "122.00")]
    back = do("reverse-payment", invoice_id=one, payment_id=paid, reason="Insoluto")
    firm.given().when(back).then((Invoice.PaymentReversed, {"payment_id": paid}))
    firm.given().when(back).then_nothing()
    firm.given().when(pay).then_nothing()
    assert [open_ for _, _, open_ in dues(firm)] == ["122.00", "122.00", "122.00"]
    row = firm.ask("invoice", invoice_id=one)
    assert (str(row["paid"]), str(row["open"])) == ("0.00", "366.00")
    unknown = do("reverse-payment", invoice_id=one, payment_id=uuid5(MONEY, "x"))
    firm.given().when(unknown).then_refused(PaymentUnknown)


def test_one_document_of_a_payment_can_be_taken_back(firm: Company) -> None:
    one = invoice(firm)
    answer = firm.execute(receive("122.00")).result
    (allocation,) = answer["allocations"]
    take = do("reverse-payment", invoice_id=one, payment_id=allocation["allocation_id"])
    firm.given().when(take).then(CustomerPayment.AllocationTakenBack, Invoice.PaymentReversed)
    assert (on_account(firm), len(dues(firm))) == ("122.00", 3)
    firm.execute(do("allocate-customer-payment", payment_id=MONEY))
    assert (on_account(firm), len(dues(firm))) == ("0.00", 2)


def test_a_credit_note_lowers_its_invoice_from_the_oldest_due_date_and_stands_settled(firm: Company) -> None:
    one = invoice(firm)
    firm.do("credit-invoice", at="2026-02-01T09:00", invoice_id=one, lines=[{"number": 1, "amount": "150.00"}],
            reason="Sconto", dated_on="2026-02-01")  # fmt: skip
    assert dues(firm) == [("2026/1", 2, "61.00"), ("2026/1", 3, "122.00")]
    (note,) = [row for row in firm.ask("due-ledger")["items"] if row["kind"] == "credit_note"]
    assert (str(note["amount"]), str(note["open"]), note["state"]) == ("-183.00", "0.00", "settled")


def test_a_credit_note_of_a_paid_invoice_leaves_the_customer_money_that_settles_others(firm: Company) -> None:
    one = invoice(firm)
    firm.execute(receive("366.00"))
    firm.do("credit-invoice", at="2026-02-17T09:00", invoice_id=one, reason="Reso", dated_on="2026-02-17")
    assert dues(firm) == [("2026/1", 3, "-366.00")]
    invoice(firm, "200.00", "2026-02-18")
    use: dict[str, Any] = {"record_id": one, "payment_id": uuid5(MONEY, "use")}
    firm.execute(do("use-customer-credit", at="2026-02-19T09:00", **use, amount={"amount": "300.00"}))
    assert dues(firm) == [("2026/1", 3, "-66.00")]
    assert str(firm.record(one).open_amount) == "-66.00"
    firm.given().when(do("use-customer-credit", **use)).then_nothing()
    more = do("use-customer-credit", record_id=one, amount={"amount": "66.01"})
    firm.given().when(more).then_refused(CreditNotLeft, left="66.00")
    used = next(m for m in firm.ask("customer-payments")["items"] if m["origin"] == "credit")
    assert (str(used["on_account"]), used["source_number"]) == ("56.00", "2026/1")
    firm.do("reverse-customer-payment", at="2026-02-20T09:00", payment_id=use["payment_id"])
    assert [open_ for number, _, open_ in dues(firm) if number == "2026/1"] == ["-366.00"]
    assert sum(Decimal(open_) for number, _, open_ in dues(firm) if number == "2026/3") == Decimal("244.00")


def test_what_an_imported_credit_note_leaves_can_be_set_off(firm: Company) -> None:
    note = UUID("d0000000-0000-0000-0000-000000000001")
    firm.do("import-open-item", open_item_id=note, customer_id=C1, kind="credit_note", number="NC/9",
            issued_on="2025-12-01", due_on="2025-12-01", amount={"amount": "50.00"},
            residual={"amount": "50.00"})  # fmt: skip
    invoice(firm)
    firm.do("use-customer-credit", record_id=note)
    assert dues(firm)[0] == ("2026/1", 1, "72.00")
    assert ("NC/9", 1, "-50.00") not in dues(firm)


def test_the_ledger_by_age_by_day_and_for_one_customer(firm: Company) -> None:
    invoice(firm)  # due 09/02, 11/03, 10/04
    ageing = firm.ask("due-ageing", on="2026-03-20")
    (row,) = ageing["items"]
    names = ("not_due", "to_30", "to_60", "to_90", "over_90", "open")
    assert [str(row[name]) for name in names] == ["122.00", "122.00", "122.00", "0", "0", "366.00"]
    assert str(ageing["sums"]["open"]) == "366.00"
    march = firm.ask("due-dates", from_on="2026-03-01", to_on="2026-03-31")
    assert [(str(row["due_on"]), str(row["open"])) for row in march] == [("2026-03-11", "122.00")]
    position = firm.ask("customer-position", customer_id=C1, on="2026-03-20")
    told = {name: str(position[name]) for name in ("open", "late", "overdue", "oldest_due_on", "on_account")}
    assert told == {"open": "366.00", "late": "244.00", "overdue": "244.00", "oldest_due_on": "2026-02-09",
                    "on_account": "0.00"}  # fmt: skip
    assert [(item["part"], item["days_late"]) for item in position["open_items"]] == [(1, 39), (2, 9), (3, 0)]
    overdue = firm.ask("due-ledger", state="overdue", on="2026-03-20")["items"]
    assert [item["part"] for item in overdue] == [1, 2]


def test_arrears_follow_the_ledger_and_end_with_the_payment(firm: Company) -> None:
    invoice(firm, "360.00", "2026-01-29", payment_terms={"parts": [{"days": 30}]})  # 439.20 due 28/02
    firm.fold()
    lookups = firm.house.desk.lookups
    assert lookups.arrears_of(C1, date(2026, 2, 28)) is None
    known = lookups.arrears_of(C1, date(2026, 3, 30))
    assert known is not None
    assert (known.overdue.amount, str(known.oldest_due_on)) == (Decimal("439.20"), "2026-02-28")
    (row,) = firm.ask("customers-in-arrears", on="2026-03-30")["items"]
    assert (str(row["blocks_from"]), row["is_blocking"]) == ("2026-03-31", False)
    firm.do("set-company-parameters", from_on="2026-01-01", change={"arrears_block": True})
    assert firm.ask("customers-in-arrears", on="2026-03-30")["items"][0]["is_blocking"] is False
    assert firm.ask("customers-in-arrears", on="2026-03-31")["items"][0]["is_blocking"] is True
    firm.execute(receive("439.20", paid_on="2026-04-10"))
    assert firm.ask("customers-in-arrears", on="2026-04-11")["items"] == []


def test_money_on_account_lowers_the_arrears_and_reported_ones_count_too(firm: Company) -> None:
    invoice(firm)
    firm.execute(receive("100.00", allocations=[]))
    (row,) = firm.ask("customers-in-arrears", on="2026-02-20")["items"]
    assert str(row["overdue"]) == "22.00"
    arrears: dict[str, Any] = {"overdue": {"amount": "500.00"}, "oldest_due_on": "2025-12-31"}
    firm.do("report-arrears", at="2026-02-01T09:00", party_id=C1, **arrears)
    (row,) = firm.ask("customers-in-arrears", on="2026-02-20")["items"]
    assert (str(row["overdue"]), str(row["oldest_due_on"])) == ("500.00", "2025-12-31")
