"""Contracts: drafted, signed, renewed, given notice of, blocked, ended; the status follows from facts and a date."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.contract import Contract
from aggregates.contract_refusals import (
    AlreadyBilling,
    BlockOverlaps,
    ContractHasEnded,
    ContractIncomplete,
    ContractNotDraft,
    ContractNotSigned,
    HeaderFeeMisplaced,
    LastDayOutside,
    LineOutsideContract,
    LineUnknown,
    NoNotice,
    NotBlocked,
    RenewalNotTacit,
    SerialAlreadyCovered,
    UnderNotice,
)
from aggregates.natural_key import CodeTaken, NaturalKey
from aggregates.number_register import NumberRegister
from commands.base import NotFound
from tests.contract_steps import C1, C2, K1, K2, LINE, MARIO, ROSSI, draft, due, founded, line, run, sign, signed, tick
from tests.dsl import Company, do

SERIAL = UUID("5e000000-0000-0000-0000-000000000001")


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def status(company: Company, on: str) -> str:
    return str(company.ask("contract", contract_id=K1, on=on)["status"])


def terms(company: Company) -> list[str]:
    return [str(term["ends_on"]) for term in company.ask("contract", contract_id=K1)["terms"]]


# Draft and signing


def test_a_contract_is_drafted_with_the_defaults_of_customer_and_company(firm: Company) -> None:
    firm.do("set-party-terms", party_id=C1, payment_method="riba", plant_in_building=True)
    bare = do("draft-contract", contract_id=K1, customer_id=C1, starts_on="2026-09-16")
    situation = firm.given().when(bare).then(Contract.Drafted)
    header = situation.new[0].fact.header  # type: ignore[attr-defined] # the fact just checked
    assert (header.notice.days, header.tacit_renewal, header.payment_method) == (60, True, "riba")
    assert (header.supply.plant_in_building, header.is_consumer) == (True, False)


def test_a_consumers_contract_knows_it(firm: Company) -> None:
    firm.given(MARIO).when(draft(customer_id=C2)).then(Contract.Drafted)
    assert firm.record(K1).state.header.is_consumer


def test_a_contract_needs_a_known_customer(firm: Company) -> None:
    firm.given().when(draft(customer_id=uuid4())).then_refused(NotFound)


def test_the_same_header_again_records_nothing_and_another_is_a_fact(firm: Company) -> None:
    same = draft()
    change = do("change-contract-header", at=same.at, **same.fields)
    firm.given(same).when(change).then_nothing()
    other = do("change-contract-header", **{**same.fields, "title": "Stampanti"})
    firm.given().when(other).then((Contract.HeaderChanged, {}))


@pytest.mark.parametrize(
    "header",
    [{"determination": "header_amount"}, {"determination": "sum_of_lines", "annual_fee": {"amount": "10.00"}}],
)
def test_a_fee_in_the_header_goes_with_its_determination(firm: Company, header: dict[str, Any]) -> None:
    firm.given().when(draft(**header)).then_refused(HeaderFeeMisplaced)


def test_signing_needs_lines_and_an_effective_date(firm: Company) -> None:
    firm.given(draft(starts_on=None)).when(sign()).then_refused(ContractIncomplete, missing="effective date, lines")


def test_signing_gives_number_and_first_term_and_twice_is_once(firm: Company) -> None:
    signing = (Contract.Signed, {"number": "1/2026", "signed_on": date(2026, 9, 10)})
    firm.given(draft(), line()).when(sign()).then(NumberRegister.Opened, NumberRegister.NumberTaken, signing)
    firm.given().when(sign()).then_nothing()


def test_a_contract_signed_earlier_and_typed_later_takes_the_next_number(firm: Company) -> None:
    signed(firm, K1, signing={"signed_on": "2026-09-20"})
    signed(firm, K2, signing={"signed_on": "2026-09-10"})
    assert [firm.record(k).state.number for k in (K1, K2)] == ["1/2026", "2/2026"]


def test_a_contract_numbered_elsewhere_keeps_its_number_and_term(firm: Company) -> None:
    signed(firm, starts_on="2019-03-31", signing={"number": "77/2019", "ends_on": "2027-03-30"}, alignment="none")
    sheet = firm.ask("contract", contract_id=K1)
    assert (sheet["number"], str(sheet["ends_on"])) == ("77/2019", "2027-03-30")


def test_signing_after_the_start_warns(firm: Company) -> None:
    firm.given(draft(), line())
    assert firm.do("sign-contract", contract_id=K1, signed_on="2026-09-20")["warnings"]


def test_a_signed_header_no_longer_changes(firm: Company) -> None:
    signed(firm)
    change = do("change-contract-header", **{**draft().fields, "title": "Altro"})
    firm.given().when(change).then_refused(ContractNotDraft)


# Lines


def test_a_line_is_added_once_changed_in_a_draft_and_taken_away(firm: Company) -> None:
    firm.given(draft(), line()).when(line()).then_nothing()
    firm.given().when(line(fee="900.00")).then((Contract.LineAdded, {}))
    remove = do("remove-contract-line", contract_id=K1, line_id=firm.record(K1).state.lines[0].line_id)
    firm.given().when(remove).then((Contract.LineRemoved, {"last_on": None}))
    firm.given().when(remove).then_refused(LineUnknown)


def test_a_line_added_and_removed_in_mid_period_pays_its_days(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", step_months=3, fee="1200.00")
    firm.execute(line(line_id=LINE, fee="365.00", starts_on="2026-02-01", at="2026-02-01T09:00"))
    assert due(firm, "2026-03-31") == [("2026-01-01", "2026-03-31", "300.00"), ("2026-02-01", "2026-03-31", "59.82")]
    firm.do("remove-contract-line", contract_id=K1, line_id=LINE, last_on="2026-04-30")
    assert due(firm, "2026-09-30")[2:] == [
        ("2026-04-01", "2026-06-30", "300.00"),
        ("2026-04-01", "2026-04-30", "30.08"),
        ("2026-07-01", "2026-09-30", "300.00"),
    ]


def test_a_line_begins_inside_the_contract(firm: Company) -> None:
    signed(firm)
    firm.given().when(line(line_id=LINE, starts_on="2026-09-01")).then_refused(LineOutsideContract)
    late = line(line_id=LINE, starts_on="2027-01-01")
    firm.given().when(late).then_refused(LineOutsideContract, starts_on="2027-01-01", ends_on="2026-12-31")


def test_a_line_added_before_the_contract_starts_is_served_from_its_first_day(firm: Company) -> None:
    """R1.13: without a day of its own it is the contract's first day, or today once the contract has begun."""
    signed(firm)
    firm.execute(line(line_id=LINE, at="2026-09-12T09:00"))
    (*_, added) = firm.record(K1).state.lines
    assert str(added.starts_on) == "2026-09-16"


def test_a_serial_is_covered_once_for_each_item_at_a_time(firm: Company) -> None:
    firm.do("register-serial-item", serial_item_id=SERIAL, number="SN-1", owner_id=C1, product="LT-900", type="printer")
    firm.given(draft(), line(serial_item_ids=[SERIAL], covered={"labour": True}, ends_on="2026-10-31"))
    again: dict[str, Any] = {"line_id": LINE, "serial_item_ids": [SERIAL]}
    firm.given().when(line(**again, covered={"labour": True, "parts": True})).then_refused(SerialAlreadyCovered)
    firm.given().when(line(**again, covered={"parts": True})).then((Contract.LineAdded, {}))
    later: dict[str, Any] = {"serial_item_ids": [SERIAL], "covered": {"labour": True}, "starts_on": "2026-11-01"}
    firm.given().when(line(line_id=uuid4(), **later)).then((Contract.LineAdded, {}))
    assert firm.record(K1).state.lines[0].serials == ("SN-1",)


# Renewal and notice


def test_renewal_comes_the_day_after_the_last_notice_day_and_not_before(firm: Company) -> None:
    signed(firm)
    assert tick(firm, "renew-contracts", "2026-11-01T06:00") == 0
    assert tick(firm, "renew-contracts", "2026-11-02T06:00") == 1
    assert terms(firm) == ["2026-12-31", "2027-12-31"]


def test_renewal_run_twice_adds_one_term_and_after_years_all_of_them(firm: Company) -> None:
    signed(firm)
    for at in ("2026-11-02T06:00", "2026-11-02T06:00", "2026-11-02T07:00"):
        tick(firm, "renew-contracts", at)
    assert terms(firm) == ["2026-12-31", "2027-12-31"]
    assert tick(firm, "renew-contracts", "2029-11-02T06:00") == 1
    assert terms(firm) == [f"{year}-12-31" for year in (2026, 2027, 2028, 2029, 2030)]


def test_notice_in_time_ends_the_contract_and_withdrawn_lets_it_renew(firm: Company) -> None:
    signed(firm)
    notice = do("receive-notice", contract_id=K1, received_on="2026-11-01")
    firm.given().when(notice).then((Contract.NoticeReceived, {"acts_on": date(2026, 12, 31)}))
    firm.given().when(notice).then_nothing()
    assert tick(firm, "renew-contracts", "2026-11-02T06:00") == 0
    assert [status(firm, on) for on in ("2026-10-31", "2026-11-01", "2027-01-01")] == [
        "active",
        "under_notice",
        "expired",
    ]
    firm.given().when(do("renew-contract", contract_id=K1, until="2026-11-02")).then_refused(UnderNotice)
    firm.given().when(do("withdraw-notice", contract_id=K1)).then(Contract.NoticeWithdrawn)
    firm.given().when(do("withdraw-notice", contract_id=K1)).then_refused(NoNotice)
    assert tick(firm, "renew-contracts", "2026-11-02T06:00") == 1


def test_late_notice_acts_a_term_later(firm: Company) -> None:
    signed(firm)
    late = do("receive-notice", contract_id=K1, received_on="2026-11-02")
    firm.given().when(late).then((Contract.NoticeReceived, {"acts_on": date(2027, 12, 31)}))
    tick(firm, "renew-contracts", "2030-01-01T06:00")
    assert terms(firm) == ["2026-12-31", "2027-12-31"]
    assert status(firm, "2028-01-01") == "expired"


def test_notice_received_in_time_but_typed_after_the_renewal_still_counts(firm: Company) -> None:
    signed(firm)
    tick(firm, "renew-contracts", "2026-11-02T06:00")
    firm.do("receive-notice", at="2026-11-10T09:00", contract_id=K1, received_on="2026-10-30")
    assert str(firm.ask("contract", contract_id=K1)["ends_on"]) == "2026-12-31"
    assert due(firm, "2027-12-31") == [("2026-09-16", "2026-12-31", "351.78")]


def test_notice_in_months_is_clipped(firm: Company) -> None:
    signed(firm, notice={"months": 3})
    assert str(firm.ask("contract", contract_id=K1)["last_notice_on"]) == "2026-09-30"


def test_without_the_clause_a_contract_expires_and_is_renewed_only_by_agreement_once(firm: Company) -> None:
    signed(firm, tacit_renewal=False)
    firm.given().when(do("renew-contract", contract_id=K1, until="2027-06-01")).then_refused(RenewalNotTacit)
    assert status(firm, "2027-01-15") == "expired"
    assert [row["contract_id"] for row in firm.ask("expiring-contracts", on="2026-12-01")["items"]] == [K1]
    late = do("renew-contract", at="2027-01-15T09:00", contract_id=K1, agreed=True, expiry_on="2026-12-31")
    firm.given().when(late).then((Contract.Renewed, {"is_tacit": False, "term_number": 2}))
    firm.given().when(late).then_nothing()
    assert status(firm, "2027-01-15") == "active"


def test_an_agreed_renewal_may_bring_new_fees_from_its_start(firm: Company) -> None:
    signed(firm)
    fee = [{"line_id": str(firm.record(K1).state.lines[0].line_id), "annual_fee": "1209.90"}]
    firm.do("renew-contract", contract_id=K1, agreed=True, expiry_on="2026-12-31", fees=fee)
    assert [amount for _, _, amount in due(firm, "2027-01-01")] == ["351.78", "1209.90"]


# Blocks and ends


def test_a_block_lies_over_the_state_and_ends(firm: Company) -> None:
    signed(firm)
    block = do("block-contract", contract_id=K1, from_on="2026-10-01", note="Insoluto")
    firm.given().when(block).then((Contract.Blocked, {}))
    firm.given().when(block).then_nothing()
    other = do("block-contract", contract_id=K1, from_on="2026-10-05")
    firm.given().when(other).then_refused(BlockOverlaps)
    firm.given().when(do("unblock-contract", contract_id=K1, on="2026-10-10")).then(Contract.Unblocked)
    firm.given().when(do("unblock-contract", contract_id=K1, on="2026-10-10")).then_refused(NotBlocked)
    blocked = [firm.ask("contract", contract_id=K1, on=f"2026-10-{day}")["is_blocked"] for day in ("01", "09", "10")]
    assert blocked == [True, True, False]
    assert status(firm, "2026-10-05") == "active"


def test_a_draft_is_neither_renewed_nor_blocked(firm: Company) -> None:
    firm.given(draft()).when(do("renew-contract", contract_id=K1)).then_refused(ContractNotSigned)
    firm.given().when(do("block-contract", contract_id=K1)).then_refused(ContractNotSigned)


def test_termination_ends_it_once_inside_its_days(firm: Company) -> None:
    signed(firm)
    stop = do("terminate-contract", contract_id=K1, last_on="2026-10-15", reason="Inadempimento")
    outside = do("terminate-contract", contract_id=K1, last_on="2027-02-01", reason="Inadempimento")
    firm.given().when(outside).then_refused(LastDayOutside)
    firm.given().when(stop).then((Contract.Ended, {}))
    firm.given().when(stop).then_nothing()
    firm.given().when(outside).then_refused(ContractHasEnded)
    assert [status(firm, on) for on in ("2026-10-15", "2026-10-16")] == ["active", "terminated"]
    assert due(firm, "2030-01-01") == [("2026-09-16", "2026-10-15", "98.63")]


def test_a_contract_is_cancelled_before_it_starts_and_only_unbilled(firm: Company) -> None:
    signed(firm, offset_days=-30)
    firm.do("propose-invoices", at="2026-09-11T09:00")
    cancel = do("cancel-contract", at="2026-09-12T09:00", contract_id=K1, reason="Ripensamento")
    firm.given().when(cancel).then_refused(AlreadyBilling)
    proposal = firm.ask("invoices", state="proposed")["items"][0]["invoice_id"]
    firm.do("discard-invoice", invoice_id=proposal, reason="Ripensamento")
    firm.given().when(cancel).then((Contract.Ended, {}))
    assert (status(firm, "2026-10-01"), due(firm, "2030-01-01")) == ("cancelled", [])


def test_a_successor_takes_over_when_signed(firm: Company) -> None:
    signed(firm)
    firm.given(draft(K2, starts_on="2026-11-01"), line(K2))
    take_over = do("supersede-contract", contract_id=K1, successor_id=K2)
    firm.given().when(take_over).then_refused(ContractNotSigned)
    firm.execute(sign(K2))
    firm.given().when(take_over).then((Contract.Ended, {}), (Contract.TookPlaceOf, {"predecessor_id": K1}))
    firm.given().when(take_over).then_nothing()
    assert [status(firm, on) for on in ("2026-10-31", "2026-11-01")] == ["active", "superseded"]
    assert firm.record(K1).state.ending.successor_id == K2


# Opening balance


def test_what_was_billed_before_our_time_is_not_billed_again(firm: Company) -> None:
    signed(firm, starts_on="2025-01-31", step_months=1, alignment="none", signing={"ends_on": "2027-01-30"})
    opening = do("set-billed-through", contract_id=K1, through_on="2026-08-30")
    firm.given().when(opening).then((Contract.BilledThroughSet, {}))
    firm.given().when(opening).then_nothing()
    assert due(firm, "2026-09-30") == [("2026-08-31", "2026-09-29", "100.00"), ("2026-09-30", "2026-10-30", "100.00")]
    run(firm, "2026-09-30")
    other = do("set-billed-through", contract_id=K1, through_on="2026-09-29")
    firm.given().when(other).then_refused(AlreadyBilling)


def test_an_opening_balance_inside_a_period_leaves_the_rest_of_its_days(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", step_months=3)
    firm.do("set-billed-through", contract_id=K1, through_on="2026-01-31")
    assert due(firm, "2026-03-31") == [("2026-02-01", "2026-03-31", "196.67")]


# Numbers brought from another system


def test_a_number_from_elsewhere_belongs_to_one_contract(firm: Company) -> None:
    firm.given(draft(K1), line(K1), draft(K2), line(K2))
    firm.given().when(sign(K1, number="C/9")).then(NaturalKey.Taken, (Contract.Signed, {"number": "C/9"}))
    firm.given().when(sign(K1, number="C/9")).then_nothing()
    firm.given().when(sign(K2, number="c/9 ")).then_refused(CodeTaken)
    firm.given(sign(K2)).when(sign(K2)).then_nothing()


def test_a_number_from_elsewhere_is_none_of_ours_nor_ours_one_of_theirs(firm: Company) -> None:
    third = UUID(int=3)
    firm.given(draft(K1), line(K1), draft(K2), line(K2), draft(third), line(third), sign(K1))
    firm.given().when(sign(K2, number="1/2026")).then_refused(CodeTaken, code="1/2026")
    firm.given(sign(K2, number="2/2026")).when(sign(third)).then_refused(CodeTaken, code="2/2026")
