"""Copies billed in advance, from contract to invoice and settlement (R3.7, R3.8, CON-9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.commands.test_meter_billing import M1, kinds, lines, machine, monthly, read
from tests.contract_steps import K1, ROSSI, documents, draft, founded, line, run, sign
from tests.dsl import Company


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def counters(left_over: str) -> list[dict[str, Any]]:
    advance = {"volume": 1000, "left_over": left_over}
    return [{"counter": "bw", "included": 3000, "tiers": [{"unit_price": "0.01"}], "advance": advance}]


def test_billed_at_the_start_settled_at_the_end_through_a_replaced_meter(firm: Company) -> None:
    monthly(firm, counters=counters("credited"))
    assert firm.ask("contract", contract_id=K1)["next_billing_on"].isoformat() == "2026-01-01"
    assert kinds(firm, "2025-12-31") == []
    (item,) = firm.ask("billing-due", on="2026-01-01", contract_id=K1)["items"]
    assert (item["kind"], str(item["amount"])) == ("advance:bw", "10.00")
    assert "1.000 copie oltre le incluse, fatturate in anticipo il 01/01/2026" in item["why"]
    run(firm, "2026-01-01")
    assert lines(firm) == [("advance:bw", "10.00")]
    assert firm.ask("contract", contract_id=K1)["next_billing_on"].isoformat() == "2026-02-01"
    waiting = {each["kind"] for each in firm.ask("documents-due", limit=500)["items"]}
    assert "invoice" in waiting
    assert "meter_statement" not in waiting, "nothing was read yet"
    why = firm.ask("why-line", invoice_id=documents(firm)[-1]["invoice_id"], number=1)
    assert (why["formula"]["code"], why["formula"]["values"]["volume"]) == ("advance", 1000)

    firm.do(
        "replace-meter", serial_item_id=M1, kind="bw", final=2000, initial=50, replaced_at="2026-01-16T10:00:00+01:00"
    )
    read(firm, M1, "bw", 50 + 1400, "2026-01-31")  # 3,400: 400 of the 1,000 were made
    run(firm, "2026-02-01")
    assert lines(firm) == [("true-up:bw", "-6.00"), ("advance:bw", "10.00")]
    before = firm.house.log.position()
    run(firm, "2026-02-01")
    assert firm.house.log.position() == before
    read(firm, M1, "bw", 50 + 1400 + 4500, "2026-02-28")
    unread = firm.ask("missing-readings", on="2026-03-01")["items"]
    assert unread == []
    run(firm, "2026-03-01")
    assert lines(firm) == [("true-up:bw", "5.00"), ("advance:bw", "10.00")]
    assert firm.ask("missing-readings", on="2026-04-01")["items"][0]["meter"] == "bw"


def test_what_is_carried_comes_back_when_the_contract_ends_and_a_month_cut_short_owes_its_part(firm: Company) -> None:
    monthly(firm, counters=counters("carried"))
    run(firm, "2026-01-01")
    read(firm, M1, "bw", 3200, "2026-01-31")
    assert kinds(firm, "2026-02-01") == [(2, "advance:bw", "10.00")]
    run(firm, "2026-02-01")
    firm.do(
        "terminate-contract", contract_id=K1, at="2026-02-14T09:00", last_on="2026-02-14", reason="Cessata attività"
    )
    read(firm, M1, "bw", 3200 + 1600, "2026-02-14")  # 1,500 are included, 100 are beyond: 1.00 of 20.00 in advance
    run(firm, "2026-02-15")
    total = sum((each["taxable"] if each["kind"] == "invoice" else -each["taxable"]) for each in documents(firm))
    assert str(total) == "3.00"
    assert kinds(firm, "2026-12-31") == []


def test_an_advance_credited_and_opened_again_is_due_again_until_it_is_measured(firm: Company) -> None:
    monthly(firm, counters=counters("lost"))
    run(firm, "2026-01-01")
    firm.do("credit-invoice", invoice_id=documents(firm)[-1]["invoice_id"], reason="Errata", reopen=True)
    assert kinds(firm, "2026-01-15") == [(1, "advance:bw", "10.00")]
    read(firm, M1, "bw", 3400, "2026-01-31")
    assert kinds(firm, "2026-02-01")[:2] == [(1, "meter:bw:1", "4.00"), (1, "meter:bw:2", "6.00")]


def test_a_line_that_never_began_after_all_gives_back_what_it_billed(firm: Company) -> None:
    machine(firm, M1, "bw")
    terms = {"counters": counters("lost")}
    firm.execute(draft(K1, starts_on="2026-01-01", step_months=1, alignment="none"))
    firm.execute(line(K1, fee="120.00"))
    firm.execute(line(K1, fee="0.00", line_id=UUID(int=5), serial_item_ids=[M1], meters=terms, starts_on="2026-02-01"))
    firm.execute(sign(K1, at="2026-01-01T09:00"))
    run(firm, "2026-01-01")
    run(firm, "2026-02-01")
    assert lines(firm) == [("fee", "10.00"), ("advance:bw", "10.00")]
    gone: dict[str, Any] = {"contract_id": K1, "line_id": UUID(int=5), "last_on": "2026-01-31"}
    firm.do("remove-contract-line", at="2026-02-10T09:00", **gone)
    assert kinds(firm, "2026-02-28") == []
    run(firm, "2026-03-01")
    assert lines(firm) == [("fee", "10.00"), ("true-up:bw", "-10.00")]
    assert kinds(firm, "2026-03-01") == []
