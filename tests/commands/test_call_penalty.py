"""Penalties for late service through commands: a credit on the contract, once for each call and clock (R6.7)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from aggregates.call_penalty import FeeMissing, NoPenaltyAgreed, NotLate, StillLate
from aggregates.contract import Contract
from tests.commands.calls import CALL
from tests.contract_steps import C1, K1, ROSSI, draft, due, founded, line, sign, tick
from tests.dsl import Company, do

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
    assert "135 minuti lavorativi, 3 ore; 4,5% del canone di 351,78 euro" in charge.why
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
    assert (charge.amount, "10%, limite raggiunto" in charge.why) == (Decimal("-35.18"), True)


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
