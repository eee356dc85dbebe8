"""What a caller is told: covered or not and by what, blocked, arrears, hours left; what a call costs so far (R4.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.commands.hour_pools import RATE, with_pool
from tests.contract_steps import C1, K1, LINE, ROSSI, draft, founded, line, sign
from tests.dsl import Company, do

MACHINE = UUID("77777777-7777-7777-7777-777777777777")
BLOCK = do("block-contract", at="2026-04-01T09:00", contract_id=K1, from_on="2026-04-01", reason="manual")


def asked(company: Company, on: str, machine: UUID | None = MACHINE) -> Any:
    """What the desk tells a caller about the machine."""
    return company.ask("coverage-check", party_id=C1, serial_item_id=machine, on=on)


def with_contract(company: Company) -> None:
    """A machine under a full contract since January."""
    company.given(founded(company), ROSSI)
    company.do("register-serial-item", serial_item_id=MACHINE, owner_id=C1, number="A", product="MP", type="copier")
    company.given(
        draft(starts_on="2026-01-01"), line(line_id=LINE, serial_item_ids=[MACHINE]), sign(at="2026-01-02T10:00")
    )


def test_a_caller_hears_what_is_covered_and_what_not(company: Company) -> None:
    with_contract(company)
    told = asked(company, "2026-03-01")
    assert (told["coverage"]["kind"], told["is_blocked"], told["overdue"]) == ("contract", False, Decimal("0.00"))
    free = {one["item"].value for one in told["would_pay"] if one["covered"]}
    assert free == {"call_fee", "travel", "labour", "parts"}
    left_out = next(one for one in told["would_pay"] if one["item"].value == "overtime")
    assert left_out["reason"] == "Voce non compresa nel contratto 1/2026: a pagamento."
    assert asked(company, "2025-12-31")["coverage"]["kind"] == "chargeable"


def test_a_caller_hears_of_a_block_and_of_arrears(company: Company) -> None:
    with_contract(company)
    arrears: dict[str, Any] = {"overdue": {"amount": "439.20"}, "oldest_due_on": "2026-02-28"}
    company.given(BLOCK, do("report-arrears", at="2026-03-01T09:00", party_id=C1, **arrears))
    told = asked(company, "2026-04-02")
    assert (told["is_blocked"], told["is_refused"]) == (True, False)
    assert told["coverage"]["reason"] == "Contratto 1/2026 bloccato: a pagamento, serve l'approvazione."
    assert (told["overdue"], str(told["oldest_due_on"])) == (Decimal("439.20"), "2026-02-28")
    assert not any(one["covered"] for one in told["would_pay"])


def test_a_caller_hears_how_many_hours_are_left(company: Company) -> None:
    with_pool(company, terms=RATE)
    assert asked(company, "2026-02-01", None)["minutes_left"] == 600
    assert asked(company, "2027-02-01", None)["minutes_left"] == 0


def test_before_it_is_closed_a_calls_cost_is_an_estimate(company: Company) -> None:
    with_contract(company)
    call = company.do("open-call", at="2026-03-02T09:00", party_id=C1, serial_item_ids=[MACHINE], fault="Fermo")
    told = company.ask("call-charges", call_id=call["call_id"])
    assert (told["is_estimate"], told["items"], told["net"]) == (True, [], Decimal("0.00"))
    assert told["number"] == "CH-2026-0001"
    assert len(told["would_pay"]) == 9
