"""What is to come of contracts: who renews, who ends, who is to be blocked, which items nobody covers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.contract_steps import C1, C4, IMMOBILIARE, K1, K2, ROSSI, founded, line, run, signed, tick
from tests.dsl import Company, do

OTHER = UUID(int=3)


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE)
    return company


def year(firm: Company, contract_id: UUID, **header: Any) -> None:
    signed(firm, contract_id, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"}, **header)


# Renewal preview


def preview(firm: Company, from_on: str, to_on: str) -> list[tuple[UUID, str, str, str]]:
    found = firm.ask("renewal-preview", from_on=from_on, to_on=to_on)["items"]
    return [(row["contract_id"], str(row["happens_on"]), row["outcome"], row["why"]) for row in found]


def test_the_preview_says_who_renews_when_and_who_ends_and_why(firm: Company) -> None:
    year(firm, K1)
    year(firm, K2, tacit_renewal=False)
    year(firm, OTHER, clause_approved=False)
    year(firm, UUID(int=4))
    firm.do("receive-notice", contract_id=UUID(int=4), received_on="2026-09-01")
    year(firm, UUID(int=5), notice={"months": 3})
    assert preview(firm, "2026-09-01", "2026-12-31") == [
        (UUID(int=5), "2026-10-01", "renews", "tacit"),
        (K1, "2026-11-02", "renews", "tacit"),
        (OTHER, "2026-12-31", "ends", "clause_not_approved"),
        (UUID(int=4), "2026-12-31", "ends", "notice"),
        (K2, "2026-12-31", "ends", "no_clause"),
    ]
    assert preview(firm, "2026-11-03", "2026-12-30") == []


def test_the_preview_does_what_the_duty_then_does(firm: Company) -> None:
    year(firm, K1)
    year(firm, K2, notice={"days": 30})
    seen = firm.ask("renewal-preview", from_on="2026-11-01", to_on="2026-12-02")["items"]
    assert [(str(row["annual_fee"]), str(row["next_annual_fee"])) for row in seen] == [("1200.00", "1200.00")] * 2
    expected = {row["contract_id"]: (row["term"]["number"], row["term"]["ends_on"]) for row in seen}
    tick(firm, "renew-contracts", "2026-12-02T06:00")
    for contract_id, (number, ends_on) in expected.items():
        (*_, last) = firm.ask("contract", contract_id=contract_id)["terms"]
        assert (last["number"], last["ends_on"]) == (number, ends_on)
    assert preview(firm, "2026-11-01", "2026-12-31") == []


def test_expiring_contracts_are_listed_within_ninety_sixty_and_thirty_days(firm: Company) -> None:
    year(firm, K1, tacit_renewal=False)
    listed = [
        [row["within"] for row in firm.ask("expiring-contracts", on=on)["items"]]
        for on in ("2026-10-01", "2026-10-02", "2026-11-01", "2026-12-01", "2027-01-01")
    ]
    assert listed == [[], [90], [60], [30], []]


# Blocks for arrears


def blocks(firm: Company, contract_id: UUID = K1) -> list[tuple[str, str, str]]:
    found = firm.ask("contract", contract_id=contract_id, on="2026-06-01")["blocks"]
    return [(str(each["from_on"]), str(each["until_on"]), each["reason"].value) for each in found]


@pytest.fixture
def unpaid(firm: Company) -> Company:
    """An invoice of 01/01/2026 due on 31/01/2026, thirty days of grace, and nobody pays."""
    change = {"arrears_block": True, "block_grace_days": 30}
    firm.do("set-company-parameters", at="2025-12-01T09:00", from_on="2026-01-01", change=change)
    year(firm, K1, suspension_approved=True, payment_terms={"parts": [{"days": 30}]})
    run(firm, "2026-01-01")
    return firm


def pay(firm: Company, on: str) -> None:
    (invoice,) = firm.ask("invoices", state="issued")["items"]
    money: dict[str, Any] = {"amount": {"amount": str(invoice["payable"])}, "paid_on": on}
    firm.do("record-payment", at=f"{on}T11:00", invoice_id=invoice["invoice_id"], **money)


def test_arrears_block_from_the_day_after_the_grace_and_end_when_paid(unpaid: Company) -> None:
    assert tick(unpaid, "block-for-arrears", "2026-03-02T06:00") == 0
    assert tick(unpaid, "block-for-arrears", "2026-03-05T06:00") == 1
    assert blocks(unpaid) == [("2026-03-03", "None", "arrears")]
    assert tick(unpaid, "block-for-arrears", "2026-03-06T06:00") == 0
    pay(unpaid, "2026-03-20")
    assert tick(unpaid, "block-for-arrears", "2026-03-20T12:00") == 1
    assert blocks(unpaid) == [("2026-03-03", "2026-03-19", "arrears")]
    assert tick(unpaid, "block-for-arrears", "2026-03-21T06:00") == 0


def test_who_has_paid_is_served_from_that_moment_not_from_the_next_round_of_the_duty(unpaid: Company) -> None:
    """R1.10: the block ends when paid; a call opened before the duty noticed, or decided again, is the contract's."""
    tick(unpaid, "block-for-arrears", "2026-03-05T06:00")
    rossi = unpaid.ask("contract", contract_id=K1, on="2026-03-05")["customer_id"]
    before = unpaid.do("open-call", at="2026-03-18T09:00", party_id=rossi, fault="Non stampa")
    assert unpaid.ask("call", call_id=before["call_id"])["coverage"]["kind"] == "blocked"
    pay(unpaid, "2026-03-20")
    after = unpaid.do("open-call", at="2026-03-20T11:30", party_id=rossi, fault="Non stampa")
    assert unpaid.ask("call", call_id=after["call_id"])["coverage"]["kind"] == "contract"
    unpaid.do("decide-coverage-again", at="2026-03-20T11:40", call_id=before["call_id"], reason="Pagato")
    assert unpaid.ask("call", call_id=before["call_id"])["coverage"]["kind"] == "contract"
    assert unpaid.ask("contract", contract_id=K1, on="2026-03-20")["is_blocked"] is False


def test_only_contracts_that_allow_it_are_blocked_and_only_where_the_company_wants_it(unpaid: Company) -> None:
    year(unpaid, K2)
    assert tick(unpaid, "block-for-arrears", "2026-03-05T06:00") == 1
    assert (len(blocks(unpaid, K1)), blocks(unpaid, K2)) == (1, [])
    unpaid.do("set-company-parameters", from_on="2026-03-10", change={"arrears_block": False})
    assert tick(unpaid, "block-for-arrears", "2026-03-10T06:00") == 1
    assert blocks(unpaid) == [("2026-03-03", "2026-03-09", "arrears")]


def test_a_block_by_hand_lies_beside_the_one_for_arrears_and_stays(unpaid: Company) -> None:
    unpaid.do("block-contract", contract_id=K1, from_on="2026-02-01")
    tick(unpaid, "block-for-arrears", "2026-03-05T06:00")
    pay(unpaid, "2026-03-20")
    tick(unpaid, "block-for-arrears", "2026-03-20T12:00")
    assert blocks(unpaid) == [("2026-02-01", "None", "manual"), ("2026-03-03", "2026-03-19", "arrears")]


def test_an_expired_contract_is_blocked_until_it_is_renewed(firm: Company) -> None:
    year(firm, K1, tacit_renewal=False)
    before, after = (firm.ask("contract", contract_id=K1, on=on) for on in ("2026-12-31", "2027-01-01"))
    assert (before["is_blocked"], after["block_reason"], str(after["blocked_from"])) == (False, "expired", "2027-01-01")
    firm.do("renew-contract", at="2027-02-01T09:00", contract_id=K1, agreed=True, expiry_on="2026-12-31")
    assert firm.ask("contract", contract_id=K1, on="2027-01-01")["is_blocked"] is False


# Items that nobody covers (CON-3)


def test_items_without_cover_are_offered_to_the_running_contracts(firm: Company) -> None:
    items = [(UUID(int=100 + n), owner, on) for n, (owner, on) in enumerate(
        [(C1, "2025-05-01"), (C1, "2026-06-01"), (C4, "2026-06-01")]
    )]  # fmt: skip
    for n, (item_id, owner, on) in enumerate(items):
        fields: dict[str, Any] = {"product": "LT-900", "type": "printer", "installed_on": on}
        firm.do("register-serial-item", serial_item_id=item_id, number=f"SN-{n}", owner_id=owner, **fields)
    firm.given(
        do("draft-contract", contract_id=K1, customer_id=C1, starts_on="2026-01-01"),
        line(serial_item_ids=[items[0][0]]),
        do("sign-contract", contract_id=K1, signed_on="2026-01-01"),
    )

    def listed(**fields: Any) -> list[UUID]:
        return [row["serial_item_id"] for row in firm.ask("uncovered-items", **fields)["items"]]

    assert listed(on="2026-07-01") == [items[1][0], items[2][0]]
    assert listed(on="2025-12-31", customer_id=C1) == [items[0][0], items[1][0]]
    assert listed(on="2026-07-01", customer_id=C1, delivered_from="2026-06-02") == []
    (row,) = firm.ask("uncovered-items", on="2026-07-01", customer_id=C1, delivered_from="2026-01-01")["items"]
    assert [each["contract_id"] for each in row["running_contracts"]] == [str(K1)]
    added = line(line_id=UUID(int=9), starts_on="2026-07-01", at="2026-07-01T09:00", serial_item_ids=[items[1][0]])
    firm.execute(added)
    assert listed(on="2026-07-01", customer_id=C1) == []
    assert str(row["delivered_on"]) == str(date(2026, 6, 1))
