"""Consumers are told before a contract renews itself; who was not may leave at any time for nothing (R1.8)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aggregates.contract import Contract
from aggregates.contract_refusals import ContractNotSigned, NoFreeWithdrawal, NotConsumer, ReminderTooLate
from tests.contract_steps import C2, K1, K2, MARIO, ROSSI, draft, due, founded, run, signed, tick
from tests.dsl import Company, do


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, MARIO)
    return company


def consumer(firm: Company, **header: Any) -> None:
    """A consumer's contract for 2026 at 1,200.00 a year, notice of 60 days."""
    signing = {"at": "2025-12-10T10:00"}
    signed(firm, customer_id=C2, starts_on="2026-01-01", alignment="none", signing=signing, **header)


def rights(firm: Company, on: str) -> Any:
    return firm.ask("contract", contract_id=K1, on=on)["consumer"]


@pytest.mark.parametrize(
    ("notice", "by"),
    [
        ({"days": 60}, "2026-10-31"),
        ({"days": 20}, "2026-12-01"),
        ({"months": 3}, "2026-09-29"),
        ({"days": 30}, "2026-11-30"),
    ],
)
def test_the_reminder_is_due_thirty_days_before_and_before_the_last_notice_day(
    firm: Company, notice: dict[str, int], by: str
) -> None:
    consumer(firm, notice=notice)
    (row,) = firm.ask("consumer-reminders-due", on="2026-12-31")["items"]
    assert (str(row["remind_by"]), str(row["expiry_on"])) == (by, "2026-12-31")
    assert firm.ask("consumer-reminders-due", on=str(date.fromisoformat(by).replace(day=1)), days=0)["items"] == (
        [row | {"is_late": False}] if by.endswith("-01") else []
    )


def test_the_duty_reminds_once_for_each_expiry_and_only_consumers(firm: Company) -> None:
    consumer(firm)
    signed(firm, K2, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"})
    assert tick(firm, "remind-consumers", "2026-09-30T06:00") == 0
    assert tick(firm, "remind-consumers", "2026-10-01T06:00") == 1
    assert tick(firm, "remind-consumers", "2026-10-02T06:00") == 0
    (fact,) = [r.fact for r in firm.facts(K1) if isinstance(r.fact, Contract.ConsumerReminded)]
    assert (fact.reminder.sent_on, fact.reminder.last_notice_on) == (date(2026, 10, 1), date(2026, 11, 1))
    assert "scade il 31/12/2026" in fact.text
    assert "entro il 01/11/2026" in fact.text
    tick(firm, "renew-contracts", "2026-11-02T06:00")
    assert tick(firm, "remind-consumers", "2027-10-01T06:00") == 1


def test_who_was_told_in_time_gives_notice_and_does_not_withdraw(firm: Company) -> None:
    consumer(firm)
    firm.do("remind-consumer", contract_id=K1, sent_on="2026-10-31", channel="email", proof="msg-1")
    tick(firm, "renew-contracts", "2026-11-02T06:00")
    leave = do("withdraw-consumer", at="2027-03-31T09:00", contract_id=K1)
    firm.given().when(leave).then_refused(NoFreeWithdrawal, on="2027-03-31")
    assert rights(firm, "2027-03-31")["free_withdrawal"] is False


@pytest.mark.parametrize("reminded", [None, "2026-11-01"])
def test_who_was_not_told_in_time_leaves_freely_and_gets_the_unused_days_back(
    firm: Company, reminded: str | None
) -> None:
    """01/04/2027–31/12/2027 are 275 of 365 days of 1,200.00: 904.11 and VAT."""
    consumer(firm)
    if reminded:
        assert firm.do("remind-consumer", contract_id=K1, sent_on=reminded)["in_time"] is False
    run(firm, "2026-01-01")
    tick(firm, "renew-contracts", "2026-11-02T06:00")
    run(firm, "2027-01-01")
    assert rights(firm, "2026-10-31")["free_withdrawal"] is False
    assert rights(firm, "2027-03-31")["free_withdrawal_until"] == date(2027, 12, 31)
    leave = do("withdraw-consumer", at="2027-03-31T09:00", contract_id=K1)
    situation = firm.given().when(leave)
    assert situation.result["credit_notes"][0]["total"]["amount"] == "1103.01"
    assert firm.ask("contract", contract_id=K1, on="2027-04-01")["status"] == "terminated"
    assert due(firm, "2030-01-01") == []
    firm.given().when(leave).then_nothing()


def test_the_right_ends_with_the_next_expiry(firm: Company) -> None:
    consumer(firm)
    tick(firm, "renew-contracts", "2026-11-02T06:00")
    firm.do("remind-consumer", at="2027-10-01T09:00", contract_id=K1)
    tick(firm, "renew-contracts", "2027-11-02T06:00")
    assert [rights(firm, on)["free_withdrawal"] for on in ("2027-12-31", "2028-01-01")] == [True, False]


def test_an_agreed_renewal_gives_no_such_right(firm: Company) -> None:
    consumer(firm)
    firm.do("renew-contract", contract_id=K1, agreed=True, expiry_on="2026-12-31")
    assert rights(firm, "2027-03-31")["free_withdrawal"] is False


def test_a_contract_may_grant_free_withdrawal_by_itself(firm: Company) -> None:
    consumer(firm, free_withdrawal=True)
    firm.given().when(do("withdraw-consumer", at="2026-03-31T09:00", contract_id=K1)).then(Contract.Ended)


def test_only_consumers_with_a_running_contract_are_reminded_and_withdraw(firm: Company) -> None:
    signed(firm, K2)
    firm.given().when(do("remind-consumer", contract_id=K2)).then_refused(NotConsumer)
    firm.given().when(do("withdraw-consumer", contract_id=K2)).then_refused(NotConsumer)
    firm.given(draft(K1, C2)).when(do("remind-consumer", contract_id=K1)).then_refused(ContractNotSigned)


def test_a_reminder_comes_before_the_expiry_and_counts_once(firm: Company) -> None:
    consumer(firm)
    late = do("remind-consumer", contract_id=K1, expiry_on="2026-12-31", sent_on="2027-01-01")
    firm.given().when(late).then_refused(ReminderTooLate)
    firm.do("remind-consumer", contract_id=K1, sent_on="2026-10-01")
    firm.given().when(do("remind-consumer", contract_id=K1, sent_on="2026-10-05")).then_nothing()
