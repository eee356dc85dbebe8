"""Batches for the bank: each due date in one live batch, settled and returned line by line, nothing lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act, Refusal
from aggregates.collection import (
    Collection,
    CollectionCancelled,
    CollectionEmpty,
    CollectionLineReturned,
    CollectionLineUnknown,
    CollectionNotSent,
    CollectionSent,
)
from aggregates.customer_payment import CustomerPayment
from aggregates.invoice import Invoice
from aggregates.mandate import Mandate, MandateDiffers, MandateIbanWrong
from aggregates.number_register import NumberRegister
from aggregates.open_item import OpenItem
from aggregates.payable import DuePartPresented
from aggregates.rules.due_dates import PartAmount
from commands.catalog import BY_NAME
from commands.collection_lines import CollectionDataMissing, CreditorAccountWrong
from tests.commands.collections import OTHERS, THEIRS, collecting, invoice, states
from tests.contract_steps import C1, C2, C4, MARIO
from tests.dsl import Company, do

BATCH = UUID("e0000000-0000-0000-0000-000000000001")
OTHER = UUID("e0000000-0000-0000-0000-000000000002")


@pytest.fixture
def firm(company: Company) -> Company:
    return collecting(company)


def prepare(key: UUID = BATCH, due_by: str = "2026-02-28", **fields: Any) -> Any:
    given = {"collection_id": key, "method": "direct_debit", "due_by": due_by, **fields}
    return do("prepare-collection", at="2026-02-01T09:00", **given)


def send(key: UUID = BATCH) -> Any:
    return do("send-collection", at="2026-02-01T10:00", collection_id=key)


def settle(key: UUID = BATCH, on: str = "2026-02-28", **fields: Any) -> Any:
    return do("settle-collection", at=f"{on}T10:00", collection_id=key, settled_on=on, **fields)


def give_back(line: int, key: UUID = BATCH, **fields: Any) -> Any:
    return do("return-collection-line", at="2026-03-05T10:00", collection_id=key, line=line, **fields)


def lines(firm: Company, key: UUID = BATCH) -> list[tuple[str, int, str, str, str]]:
    found = firm.ask("collection", collection_id=key)["items"]
    return [(i["document"], i["part"], str(i["amount"]), i["sequence"], i["state"]) for i in found]


def test_a_batch_takes_what_is_due_by_the_day_and_each_due_date_once(firm: Company) -> None:
    invoice(firm, "100.00")
    invoice(firm, "50.00", customer_id=C4)
    invoice(firm, "70.00", payment_method="transfer")
    done = firm.given().when(prepare())
    facts = (Mandate.Used, Mandate.Used, NumberRegister.Opened, NumberRegister.NumberTaken)
    done.then(*facts, Invoice.Presented, Invoice.Presented, Collection.Prepared)
    assert (done.result["number"], done.result["total"]["amount"]) == ("INC-2026-0001", "91.50")
    assert lines(firm) == [("2026/1", 1, "61.00", "FRST", "open"), ("2026/2", 1, "30.50", "FRST", "open")]
    shown = sorted(row[:2] for row in states(firm) if row[3] == "presented")
    assert shown == [("2026/1", 1), ("2026/2", 1)]
    firm.given().when(prepare()).then_nothing()
    firm.given().when(prepare(OTHER)).then_refused(CollectionEmpty)
    later = firm.execute(prepare(OTHER, "2026-03-31")).result
    assert [(line[0], line[3]) for line in lines(firm, OTHER)] == [("2026/1", "RCUR"), ("2026/2", "RCUR")]
    assert later["number"] == "INC-2026-0002"


def test_settling_pays_and_closes_the_batch(firm: Company) -> None:
    one = invoice(firm, "100.00")
    firm.given(prepare())
    firm.given().when(settle()).then_refused(CollectionNotSent, number="INC-2026-0001")
    firm.given().when(send()).then(Collection.Sent)
    firm.given().when(send()).then_nothing()
    firm.given().when(settle()).then(Invoice.PresentationEnded, Invoice.PaymentRecorded, Collection.Settled)
    firm.given().when(settle()).then_nothing()
    assert firm.ask("collection", collection_id=BATCH)["state"] == "settled"
    assert states(firm) == [("2026/1", 1, "0.00", "settled"), ("2026/1", 2, "61.00", "open")]
    (payment,) = firm.record(one).settlement.payments.values()
    assert str(payment.paid_on) == "2026-02-28"


def test_only_what_was_to_be_collected_by_the_day_is_settled(firm: Company) -> None:
    invoice(firm, "100.00")
    firm.given(prepare(due_by="2026-03-31"), send())
    assert firm.execute(settle(on="2026-02-28")).result["settled"] == [1]
    assert firm.ask("collection", collection_id=BATCH)["state"] == "sent"
    firm.given().when(settle(lines=[3])).then_refused(CollectionLineUnknown)
    assert firm.execute(settle(lines=[2], on="2026-03-12")).result["settled"] == [2]


def test_a_debit_that_comes_back_after_it_was_paid_is_open_again(firm: Company) -> None:
    invoice(firm, "100.00")
    firm.given(prepare(), send(), settle())
    back = give_back(1, code="MD06", reason="Contestato")
    firm.given().when(back).then(Invoice.PaymentReversed, Collection.Returned)
    assert states(firm)[0] == ("2026/1", 1, "61.00", "open")
    firm.given().when(back).then_nothing()
    firm.given().when(settle(lines=[1])).then_refused(CollectionLineReturned)
    firm.execute(prepare(OTHER))
    assert lines(firm, OTHER) == [("2026/1", 1, "61.00", "RCUR", "open")]
    row = firm.ask("collection", collection_id=BATCH)
    assert (str(row["returned"]), row["items"][0]["code"]) == ("61.00", "MD06")


def test_a_first_debit_that_never_took_place_leaves_the_next_one_first(firm: Company) -> None:
    invoice(firm, "100.00")
    firm.given(prepare(), send(), give_back(1, code="AM04"))
    assert firm.ask("collection", collection_id=BATCH)["state"] == "settled"
    firm.execute(prepare(OTHER))
    assert lines(firm, OTHER) == [("2026/1", 1, "61.00", "FRST", "open")]


def test_a_cancelled_batch_gives_its_due_dates_and_its_first_debit_back(firm: Company) -> None:
    invoice(firm, "100.00")
    firm.given(prepare(due_by="2026-03-31"))
    assert [line[3] for line in lines(firm)] == ["FRST", "RCUR"]
    cancel = do("cancel-collection", collection_id=BATCH, reason="Data errata")
    firm.execute(cancel)
    firm.given().when(cancel).then_nothing()
    firm.given().when(send()).then_refused(CollectionCancelled)
    firm.execute(prepare(OTHER, "2026-03-31"))
    assert [line[3] for line in lines(firm, OTHER)] == ["FRST", "RCUR"]
    firm.execute(send(OTHER))
    firm.given().when(do("cancel-collection", collection_id=OTHER)).then_refused(CollectionSent)


def test_what_was_paid_otherwise_meanwhile_is_not_lost(firm: Company) -> None:
    one = invoice(firm, "100.00")
    firm.given(prepare(), send())
    firm.do("record-payment", invoice_id=one, part=1, amount={"amount": "40.00"}, paid_on="2026-02-20")
    paid = (Invoice.PresentationEnded, Invoice.PaymentRecorded)
    firm.given().when(settle()).then(*paid, CustomerPayment.Received, Collection.Settled)
    assert states(firm)[0][2] == "0.00"
    (money,) = firm.ask("customer-payments", customer_id=C1)["items"]
    assert (str(money["on_account"]), money["origin"]) == ("40.00", "collection")
    firm.execute(give_back(1))
    assert states(firm)[0][2] == "21.00"
    assert firm.ask("customer-payments", customer_id=C1, on_account=True)["items"] == []


def test_what_cannot_be_collected_is_left_out_and_told(firm: Company) -> None:
    firm.given(MARIO)
    invoice(firm, "100.00")
    invoice(firm, "10.00", customer_id=C2)
    refused = invoice(firm, "20.00")
    receipt: dict[str, Any] = {"kind": "NS", "file_name": "IT1_1.xml", "exchange_id": "1", "received_on": "2026-01-12"}
    firm.do("record-exchange-receipt", invoice_id=refused, **receipt)
    answer = firm.execute(prepare()).result
    assert [(each["number"], each["code"]) for each in answer["skipped"]] == [("2026/2", "mandate-missing")]
    assert answer["lines"] == 1
    riba: dict[str, Any] = {"method": "riba", "collection_id": OTHER}
    invoice(firm, "30.00", customer_id=C4, payment_method="riba")
    firm.given().when(prepare(**riba)).then_refused(CollectionEmpty)


def test_open_items_of_the_old_system_are_collected_too(firm: Company) -> None:
    item: dict[str, Any] = {"customer_id": C1, "number": "V/7", "issued_on": "2025-11-01", "due_on": "2025-12-31"}
    sums: dict[str, Any] = {"amount": {"amount": "90.00"}, "residual": {"amount": "80.00"}}
    firm.do("import-open-item", payment_method="riba", **item, **sums)
    firm.execute(prepare(method="riba"))
    firm.given(send()).when(settle()).then(OpenItem.PresentationEnded, OpenItem.PaymentRecorded, Collection.Settled)
    (row,) = firm.ask("collection", collection_id=BATCH)["items"]
    assert (str(row["amount"]), str(row["collect_on"])) == ("80.00", "2026-02-03"), "late ones as soon as the bank can"


def test_the_bank_is_asked_for_a_day_on_which_it_settles(firm: Company) -> None:
    """R0.6: 28/02/2026 is a Saturday: the due date stays, the RiBa is presented for Monday."""
    item: dict[str, Any] = {"customer_id": C1, "number": "V/8", "issued_on": "2026-01-01", "due_on": "2026-02-28"}
    firm.do("import-open-item", payment_method="riba", amount={"amount": "90.00"}, residual={"amount": "90.00"}, **item)
    firm.execute(prepare(due_by="2026-02-28", method="riba"))
    (row,) = firm.ask("collection", collection_id=BATCH)["items"]
    assert (str(row["due_on"]), str(row["collect_on"])) == ("2026-02-28", "2026-03-02")


def test_a_mandate_is_told_once_and_ends(firm: Company) -> None:
    sign: dict[str, Any] = {"customer_id": C1, "reference": "C1-01", "signed_on": "2025-12-01", "iban": THEIRS}
    firm.given().when(do("sign-mandate", **sign)).then_nothing()
    firm.given().when(do("sign-mandate", **{**sign, "iban": OTHERS})).then_refused(MandateDiffers)
    wrong = {**sign, "reference": "C1-02", "iban": "IT00X0542811101000000123456"}
    firm.given().when(do("sign-mandate", **wrong)).then_refused(MandateIbanWrong)
    invoice(firm, "100.00")
    (mandate,) = firm.ask("mandates", customer_id=C1)["items"]
    firm.do("revoke-mandate", mandate_id=mandate["mandate_id"])
    firm.given().when(prepare()).then_refused(CollectionEmpty)
    firm.do("sign-mandate", **{**sign, "reference": "C1-02", "signed_on": "2026-01-20"})
    assert firm.execute(prepare()).result["lines"] == 1


def test_a_mandate_not_used_for_three_years_has_ended(firm: Company) -> None:
    firm.given(MARIO)
    old: dict[str, Any] = {"customer_id": C2, "reference": "C2-01", "signed_on": "2023-01-31", "iban": OTHERS}
    firm.do("sign-mandate", **old)
    invoice(firm, "10.00", customer_id=C2)
    invoice(firm, "20.00")
    answer = firm.execute(prepare()).result
    assert [each["code"] for each in answer["skipped"]] == ["mandate-dormant"]


def test_without_the_banks_codes_nothing_is_prepared(firm: Company) -> None:
    invoice(firm, "100.00")
    change = {"collection": {"iban": THEIRS}}
    firm.do("set-company-parameters", from_on="2026-01-02", change=change)
    firm.given().when(prepare()).then_refused(CollectionDataMissing, missing="creditor_id")
    firm.given().when(prepare(method="riba")).then_refused(CollectionDataMissing, missing="sia_code")
    change = {"collection": {"iban": "DE89370400440532013000", "sia_code": "A1B2C"}}
    firm.do("set-company-parameters", from_on="2026-01-03", change=change)
    firm.given().when(prepare(method="riba")).then_refused(CreditorAccountWrong)


def test_two_people_prepare_at_once_and_each_due_date_is_in_one_batch(firm: Company) -> None:
    for n in range(3):
        invoice(firm, f"{100 + n}.00")
    firm.fold()
    entry = BY_NAME["prepare-collection"]

    def run(key: UUID) -> str:
        step = prepare(key)
        try:
            act = Act(by=step.by, at=step.at)
            firm.behind.desk.execute(entry, entry.command.model_validate(step.fields), act, uuid4())
        except Refusal as refusal:
            return refusal.code()
        return "prepared"

    keys = [uuid4() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(run, keys))
    assert outcomes.count("prepared") == 1
    assert set(outcomes) - {"prepared"} <= {"collection-empty", "record-busy"}
    held = [line for key in keys if firm.record(key) for line in lines(firm, key)]
    assert len(held) == 3


def test_a_due_date_in_a_batch_is_refused_to_another(firm: Company) -> None:
    one = invoice(firm, "100.00")
    firm.given(prepare())
    record = firm.record(one)
    act = Act(by="user:test", at=do("x", at="2026-02-02T09:00").at)
    with pytest.raises(DuePartPresented):
        record.present(OTHER, [PartAmount(part=1, amount=record.settlement.parts[0].open)], act)
