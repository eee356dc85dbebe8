"""Penalties for late service through commands: a credit on the contract, once for each call and clock (R6.7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from aggregates.call_penalty import FeeMissing, MonthNotOver, NoPenaltyAgreed, NotLate, StillLate, penalty_charge
from aggregates.contract import Contract
from aggregates.rules.service_level import Clock
from tests.commands.calls import CALL
from tests.contract_steps import C1, K1, ROSSI, draft, due, founded, line, sign, tick
from tests.dsl import Company, Do, do

PENALTY = {"percent": "1.5", "unit": "hours", "cap_percent": "10", "clocks": ["response"]}
SERVICE = {"medium": {"response_minutes": 240, "resolve_minutes": 960}, "calendar": {"patron_town": "Milano"}}
PROPOSE = do("propose-penalty", at="2026-12-14T09:00", call_id=CALL, clock="response")


def late(company: Company, taken_at: str = "2026-12-09T15:00", *, fee: str = "1200.00", **penalty: Any) -> None:
    """S12's call under a contract of 1200 a year; answered late unless something else is said: due 09/12 at 11:15."""
    service = {**SERVICE, "penalty": {**PENALTY, **penalty}}
    company.given(founded(company), ROSSI, draft(), line(fee=fee, service=service), sign())
    company.given(do("open-call", at="2026-12-04T16:45", call_id=CALL, party_id=C1, fault="Perde"))
    company.given(do("take-charge", at=taken_at, call_id=CALL))
    tick(company, "watch-service-levels", "2026-12-12T08:00")


def test_a_delay_is_given_back_with_the_next_invoice(company: Company) -> None:
    """Late by 75 + 60 minutes: three hours begun, 4.5 % of the period's fee (16/09 to 31/12: 351.78)."""
    late(company)
    fee = Decimal(due(company, "2026-09-30")[0][2])
    assert [row["clock"] for row in company.ask("penalties-due")["items"]] == ["response"]
    found = company.given().when(PROPOSE).then((Contract.ChargeRaised, {}))
    amount = (fee * Decimal("0.045")).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert (fee, Decimal(found.result["amount"])) == (Decimal("351.78"), -amount)
    [charge] = company.record(K1).state.charges
    assert "135 minuti lavorativi, ore contate: 3. 4,5% del canone di 351,78 euro" in charge.told
    assert due(company, "2026-12-31")[-1][2] == str(-amount)
    assert company.ask("penalties-due")["items"] == []


def test_never_twice_not_even_after_it_was_withdrawn(company: Company) -> None:
    late(company)
    found = company.given().when(PROPOSE)
    company.given().when(PROPOSE).then_nothing()
    charge_id = found.result["charge_id"]
    company.given(do("withdraw-contract-charge", contract_id=K1, charge_id=charge_id, reason="Forza maggiore"))
    company.given().when(PROPOSE).then_nothing()
    assert company.ask("penalties-due")["items"] == []


def test_the_cap_holds_and_is_told(company: Company) -> None:
    late(company, "2026-12-11T15:00")
    company.given().when(PROPOSE)
    [charge] = company.record(K1).state.charges
    assert (charge.amount, "10%, limite raggiunto" in charge.told) == (Decimal("-35.18"), True)


def test_a_breach_stays_the_base_whatever_is_counted_later(company: Company) -> None:
    late(company)
    company.given(do("change-priority", at="2026-12-13T09:00", call_id=CALL, priority="low"))
    company.given().when(PROPOSE).then((Contract.ChargeRaised, {}))


def test_what_costs_nothing_is_refused_or_nothing(company: Company) -> None:
    late(company, "2026-12-09T11:00")
    company.given().when(PROPOSE).then_refused(NotLate)
    company.given().when(do("propose-penalty", call_id=CALL, clock="resolve")).then_refused(NoPenaltyAgreed)


def test_a_clock_that_still_runs_waits(company: Company) -> None:
    late(company, clocks=[])
    resolve = do("propose-penalty", at="2026-12-14T09:00", call_id=CALL, clock="resolve")
    tick(company, "watch-service-levels", "2026-12-14T08:00")
    company.given().when(resolve).then_refused(StillLate)
    assert [row["clock"] for row in company.ask("penalties-due")["items"]] == ["response"]


def test_whole_units_alone_may_count(company: Company) -> None:
    late(company, "2026-12-09T12:00", counts_begun=False)
    company.given().when(PROPOSE).then_nothing()


def test_without_a_fee_there_is_no_share_of_it(company: Company) -> None:
    late(company, fee="0.00")
    company.given().when(PROPOSE).then_refused(FeeMissing)


@pytest.mark.parametrize("service", [None, {"medium": {"response_minutes": 240}}])
def test_without_a_contract_or_a_penalty_nothing_is_owed(company: Company, service: dict[str, Any] | None) -> None:
    company.given(founded(company), ROSSI)
    if service:
        company.given(draft(), line(service=service), sign())
    company.given(do("open-call", at="2026-12-04T16:45", call_id=CALL, party_id=C1, fault="Perde"))
    company.given().when(PROPOSE).then_refused(NoPenaltyAgreed)


HOURLY = {"percent": "0.5", "unit": "hours", "cap_percent": "20", "clocks": ["response"]}


def month(until_on: str, at: str) -> Do:
    return do("propose-penalty", at=at, call_id=CALL, clock="response", until_on=until_on)


def running(company: Company, **penalty: Any) -> Decimal:
    """A call of 29/12 nobody answers: due on 30/12 at 09:30, late by 15 business hours in December. The year's fee."""
    service = {**SERVICE, "penalty": {**HOURLY, **penalty}}
    company.given(founded(company), ROSSI, draft(), line(fee="1200.00", service=service), sign())
    company.given(do("open-call", at="2026-12-29T13:30", call_id=CALL, party_id=C1, fault="Perde"))
    tick(company, "watch-service-levels", "2026-12-31T08:00")
    return Decimal(due(company, "2026-09-30")[0][2])


def test_what_accrued_by_the_end_of_a_month_and_the_rest_later(company: Company) -> None:
    running(company)
    december = month("2026-12-31", "2027-01-02T09:00")
    (row,) = company.ask("penalties-due", month_end_on="2026-12-31")["items"]
    assert (row["clock"], str(row["until_on"])) == ("response", "2026-12-31")
    company.given().when(december).then((Contract.ChargeRaised, {}))
    company.given().when(december).then_nothing()
    assert company.ask("penalties-due", month_end_on="2026-12-31")["items"] == []
    company.given(do("take-charge", at="2027-01-07T12:00", call_id=CALL))
    (row,) = company.ask("penalties-due")["items"]
    assert row["until_on"] is None
    rest = do("propose-penalty", at="2027-01-08T09:00", call_id=CALL, clock="response")
    company.given().when(rest).then((Contract.ChargeRaised, {}))
    parts = company.record(K1).state.charges
    assert "maturato al 31/12/2026" in parts[0].told
    assert f"Già riconosciuti {str(-parts[0].amount).replace('.', ',')} euro" in parts[1].told
    assert all(one.amount < 0 for one in parts)
    whole = lone_penalty(company)
    assert sum(one.amount for one in parts) == whole
    company.given().when(rest).then_nothing()
    company.given().when(month("2027-01-31", "2027-02-02T09:00")).then_nothing()
    assert company.ask("penalties-due")["items"] == []


def lone_penalty(company: Company) -> Decimal:
    """The penalty of the whole delay, as if no part of it had been given back."""
    call, contract = company.record(CALL), company.record(K1)
    contract.state = contract.state.model_copy(update={"charges": (), "withdrawn_charges": ()})
    charge = penalty_charge(call, contract, Clock.RESPONSE, date(2027, 1, 8))
    assert charge is not None
    return charge.amount


def test_one_cap_for_all_parts(company: Company) -> None:
    fee = running(company, cap_percent="1")
    company.given(month("2026-12-31", "2027-01-02T09:00"), do("take-charge", at="2027-01-20T12:00", call_id=CALL))
    company.given().when(do("propose-penalty", at="2027-01-21T09:00", call_id=CALL, clock="response")).then_nothing()
    [charge] = company.record(K1).state.charges
    assert charge.amount == -(fee / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")


def test_months_out_of_order_give_nothing_twice(company: Company) -> None:
    running(company)
    company.given().when(month("2027-01-31", "2027-02-02T09:00")).then((Contract.ChargeRaised, {}))
    company.given().when(month("2026-12-31", "2027-02-02T09:10")).then_nothing()


def test_an_excused_month_is_not_given_back_with_the_rest(company: Company) -> None:
    running(company)
    december = company.given().when(month("2026-12-31", "2027-01-02T09:00")).result
    company.given(
        do("withdraw-contract-charge", contract_id=K1, charge_id=december["charge_id"], reason="Sciopero"),
        do("take-charge", at="2027-01-07T12:00", call_id=CALL),
    )
    rest = do("propose-penalty", at="2027-01-08T09:00", call_id=CALL, clock="response")
    found = company.given().when(rest).then((Contract.ChargeRaised, {}))
    assert Decimal(found.result["amount"]) == lone_penalty(company) - Decimal(december["amount"])


def test_a_month_that_still_runs_waits(company: Company) -> None:
    running(company)
    company.given().when(month("2026-12-31", "2026-12-31T18:00")).then_refused(MonthNotOver)
    with pytest.raises(ValueError, match="last day of a month"):
        company.given(month("2026-12-30", "2027-01-02T09:00"))
