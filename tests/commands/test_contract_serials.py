"""A serial item is covered at most once for each cost item at a time, across contracts (R1.13), also in a race."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act, Refusal
from aggregates.contract import Contract
from aggregates.contract_refusals import SerialCoveredElsewhere, SerialCoveredMeanwhile
from commands.catalog import BY_NAME as COMMANDS
from tests.contract_steps import C4, IMMOBILIARE, K1, K2, ROSSI, draft, founded, line, sign, signed
from tests.dsl import Company, do

SERIAL = UUID("5e000000-0000-0000-0000-000000000001")
LABOUR: dict[str, Any] = {"serial_item_ids": [SERIAL], "covered": {"labour": True}}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE)
    company.do("register-serial-item", serial_item_id=SERIAL, number="SN-1", owner_id=C4, product="LT", type="printer")
    return company


def drafted(contract_id: UUID, covered: dict[str, Any] | None = None, **header: Any) -> tuple[Any, Any]:
    fields = LABOUR if covered is None else {**LABOUR, "covered": covered}
    return draft(contract_id, C4, alignment="none", **header), line(contract_id, **fields)


def test_a_second_contract_for_the_same_cover_is_refused_and_the_first_one_named(firm: Company) -> None:
    firm.given(*drafted(K1), sign(K1), *drafted(K2, starts_on="2027-09-15"))
    told = {"number": "1/2026", "from_on": "2026-09-16", "to_on": "2027-09-15"}
    firm.given().when(sign(K2)).then_refused(SerialCoveredElsewhere, serial_item_id=str(SERIAL), **told)


def test_other_items_other_days_and_warranties_stand_beside_it(firm: Company) -> None:
    beside = [
        drafted(UUID(int=1), {"parts": True}),
        drafted(UUID(int=2), starts_on="2027-09-16"),
        drafted(UUID(int=3), kind="warranty"),
        drafted(UUID(int=4), {}, kind="actuals"),
    ]
    firm.given(*drafted(K1), sign(K1))
    for n, steps in enumerate(beside, 1):
        firm.given(*steps)
        firm.execute(sign(UUID(int=n)))


def test_a_full_contract_that_names_no_item_covers_them_all(firm: Company) -> None:
    firm.given(*drafted(K1, {}, kind="maintenance"), sign(K1), *drafted(K2, {"travel": True}))
    firm.given().when(sign(K2)).then_refused(SerialCoveredElsewhere)


def test_a_line_added_later_is_held_and_one_removed_is_given_back(firm: Company) -> None:
    signed(firm, customer_id=C4, alignment="none")
    firm.execute(line(line_id=UUID(int=9), starts_on="2026-10-01", at="2026-10-01T09:00", **LABOUR))
    firm.given(*drafted(K2, starts_on="2027-01-01"))
    firm.given().when(sign(K2)).then_refused(SerialCoveredElsewhere, from_on="2026-10-01")
    firm.do("remove-contract-line", contract_id=K1, line_id=UUID(int=9), last_on="2026-12-31")
    firm.execute(sign(K2))
    again = line(line_id=UUID(int=10), starts_on="2027-02-01", at="2027-02-01T09:00", **LABOUR)
    firm.given().when(again).then_refused(SerialCoveredElsewhere, number="2/2026")


def test_renewals_notices_and_ends_move_what_is_held(firm: Company) -> None:
    firm.given(*drafted(K1), sign(K1), *drafted(K2, starts_on="2027-09-16"), sign(K2))
    renew = do("renew-contract", at="2027-07-20T09:00", contract_id=K1)
    firm.given().when(renew).then_refused(SerialCoveredElsewhere, number="2/2026")
    firm.do("terminate-contract", contract_id=K2, last_on="2027-09-30", reason="Ripensamento")
    firm.given().when(renew).then_refused(SerialCoveredElsewhere, to_on="2027-09-30")
    firm.do("terminate-contract", at="2027-07-20T10:00", contract_id=K1, last_on="2027-08-31", reason="Inadempimento")
    third = UUID(int=3)
    firm.given(*drafted(third, starts_on="2027-10-01"))
    firm.execute(sign(third))


def test_a_notice_frees_the_days_after_it_and_withdrawing_it_needs_them(firm: Company) -> None:
    firm.given(*drafted(K1), sign(K1))
    firm.do("renew-contract", at="2027-07-20T09:00", contract_id=K1)
    firm.do("receive-notice", at="2027-07-25T09:00", contract_id=K1, received_on="2027-07-01")
    firm.given(*drafted(K2, starts_on="2027-09-16"), sign(K2))
    withdraw = do("withdraw-notice", at="2027-07-26T09:00", contract_id=K1)
    firm.given().when(withdraw).then_refused(SerialCoveredElsewhere, number="2/2026")


def test_changed_coverage_is_held_from_its_day(firm: Company) -> None:
    firm.given(*drafted(K1, {"parts": True}), sign(K1), *drafted(K2, starts_on="2026-10-01"), sign(K2))
    (known,) = firm.record(K1).state.lines
    both = [{"line_id": str(known.line_id), "covered": {"parts": True, "labour": True}}]
    change = do("change-contract-terms", contract_id=K1, from_on="2026-09-20", lines=both)
    firm.given().when(change).then_refused(SerialCoveredElsewhere, number="2/2026")


def test_two_contracts_signed_at_the_same_moment_do_not_both_cover_it(firm: Company) -> None:
    contracts = [UUID(int=n) for n in range(1, 5)]
    for contract_id in contracts:
        firm.given(*drafted(contract_id))
    start = Barrier(len(contracts))

    def signing(contract_id: UUID) -> Refusal | None:
        entry, step = COMMANDS["sign-contract"], sign(contract_id)
        cmd, act = entry.command.model_validate(step.fields), Act(by=step.by, at=step.at)
        start.wait()
        try:
            firm.house.desk.execute(entry, cmd, act, uuid4())
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(contracts)) as threads:
        answers = list(threads.map(signing, contracts))
    refusals = [answer for answer in answers if answer is not None]
    assert len(refusals) == len(contracts) - 1
    assert {type(each) for each in refusals} <= {SerialCoveredElsewhere, SerialCoveredMeanwhile}
    loser = next(k for k, answer in zip(contracts, answers, strict=True) if answer is not None)
    firm.given().when(sign(loser)).then_refused(SerialCoveredElsewhere)
    signed_ones = [k for k in contracts if any(isinstance(r.fact, Contract.Signed) for r in firm.facts(k))]
    assert len(signed_ones) == 1


def test_terms_renewed_together_hold_the_serial_to_the_end_of_the_last(firm: Company) -> None:
    """Nobody renewed for two years: each term holds it longer, in one append."""
    firm.given(*drafted(K1), sign(K1))
    firm.given().when(do("renew-contract", contract_id=K1, at="2028-08-01T09:00")).then(
        Contract.Renewed, Contract.Renewed
    )
    firm.given(*drafted(K2, starts_on="2029-09-15"))
    told = {"number": "1/2026", "from_on": "2026-09-16", "to_on": "2029-09-15"}
    firm.given().when(sign(K2)).then_refused(SerialCoveredElsewhere, serial_item_id=str(SERIAL), **told)
