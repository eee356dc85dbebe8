"""The due list, lists and sheets of contracts, why a line is there, what covers a call; folded twice, the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from projections.base import MemoryRows
from projections.contract_coverage import IN_FORCE, covering, covering_each, targets
from projections.contracts import Contracts
from projections.invoices import Invoices
from tests.contract_steps import C1, C4, IMMOBILIARE, K1, K2, ROSSI, draft, due, founded, line, run, sign, signed
from tests.dsl import Company, do
from tests.projections.folded import every_row

SERIAL, SITE = UUID(int=501), UUID(int=502)


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE)
    return company


def test_months_missed_since_the_beginning_are_all_due(firm: Company) -> None:
    signed(firm, starts_on="2026-01-31", step_months=1, alignment="none")
    found = due(firm, "2026-04-30")
    assert found == [
        ("2026-01-31", "2026-02-27", "100.00"),
        ("2026-02-28", "2026-03-30", "100.00"),
        ("2026-03-31", "2026-04-29", "100.00"),
        ("2026-04-30", "2026-05-30", "100.00"),
    ]


def test_lines_added_later_fall_due_on_the_same_grid(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", step_months=3)
    run(firm, "2026-01-01")
    firm.execute(line(line_id=UUID(int=9), fee="400.00", starts_on="2026-02-15", at="2026-02-15T09:00"))
    run(firm, "2026-02-15")
    assert due(firm, "2026-04-01") == [("2026-04-01", "2026-06-30", "300.00"), ("2026-04-01", "2026-06-30", "100.00")]


def test_a_due_says_key_and_reason(firm: Company) -> None:
    signed(firm)
    (item,) = firm.ask("billing-due", on="2026-09-16")["items"]
    assert (item["number"], item["kind"], item["attempt"], item["customer"]) == (1, "fee", 1, "Rossi Gilbo")
    assert "107 dei 365 giorni" in item["why"]


def test_due_lists_are_paged_and_filtered_by_customer(firm: Company) -> None:
    for n in range(5):
        signed(firm, UUID(int=n + 1), customer_id=C4 if n % 2 else C1)
    seen: list[UUID] = []
    after = None
    while True:
        page = firm.ask("billing-due", on="2026-09-16", limit=2, after=after)
        seen += [item["contract_id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == [UUID(int=n + 1) for n in range(5)]
    assert len(due(firm, "2026-09-16", customer_id=C4)) == 2
    counts = {row["customer_id"]: row["contracts"] for row in firm.ask("customers-due", on="2026-09-16")["items"]}
    assert counts == {C1: 3, C4: 2}


def test_the_next_billing_day_follows_every_fact(firm: Company) -> None:
    def next_on() -> str:
        return str(firm.ask("contract", contract_id=K1)["next_billing_on"])

    firm.given(draft(step_months=3), line())
    assert next_on() == "None"
    firm.execute(sign())
    assert next_on() == "2026-09-16"
    (invoice,) = run(firm, "2026-09-16")
    assert next_on() == "2026-10-01"
    firm.do("credit-invoice", at="2026-09-20T09:00", invoice_id=invoice["invoice_id"], reason="Errore", reopen=True)
    assert next_on() == "2026-09-16"
    firm.do("terminate-contract", contract_id=K1, last_on="2026-09-15", reason="Mai iniziato")
    assert next_on() == "None"


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-09-15", "signed"), ("2026-09-16", "active"), ("2026-12-31", "active"), ("2027-01-01", "expired")],
)
def test_the_list_shows_the_status_of_the_day_asked(firm: Company, on: str, expected: str) -> None:
    signed(firm)
    (row,) = firm.ask("contracts", on=on)["items"]
    assert row["status"] == expected == firm.record(K1).state.status(date.fromisoformat(on))
    assert firm.ask("contracts", on=on, status=expected, text="rossi")["items"] == [row]
    assert firm.ask("contracts", on=on, text="verdi")["items"] == []


def test_list_and_aggregate_agree_on_the_status_through_a_life(firm: Company) -> None:
    signed(firm)
    days = ["2026-09-15", "2026-10-01", "2026-10-20", "2026-10-21", "2026-12-31", "2027-01-01"]
    for step in (
        do("receive-notice", contract_id=K1, received_on="2026-10-20"),
        do("terminate-contract", contract_id=K1, last_on="2026-10-31", reason="Inadempimento"),
    ):
        firm.execute(step)
        listed = [firm.ask("contracts", on=on)["items"][0]["status"] for on in days]
        assert listed == [firm.record(K1).state.status(date.fromisoformat(on)).value for on in days]


def test_the_sheet_shows_every_period_and_what_became_of_it(firm: Company) -> None:
    signed(firm, step_months=6)
    run(firm, "2026-09-16")
    run(firm, "2027-01-01")
    sheet = firm.ask("contract", contract_id=K1)
    assert [(row["number"], row["state"], row["invoice_number"], str(row["billed"])) for row in sheet["periods"]] == [
        (1, "billed", "2026/1", "348.91"),
        (2, "billed", "2027/1", "600.00"),
        (3, "due", None, "None"),
    ]


def test_a_line_leads_back_to_contract_terms_and_facts(firm: Company) -> None:
    signed(firm)
    (row,) = run(firm, "2026-09-16")
    why = firm.ask("why-line", invoice_id=row["invoice_id"], number=1)
    assert (why["amount"], why["kind"], why["contract"]["number"]) == (Decimal("351.78"), "fee", "1/2026")
    assert why["why"].startswith("Periodo 1, dal 16/09/2026 al 31/12/2026: 107 dei 365 giorni")
    assert why["contract"]["fee_terms"]["alignment"] == "calendar"
    assert [each["topic"] for each in why["contract"]["facts"]][-1] == "contract.period-billed.v1"
    assert firm.ask("why-line", invoice_id=row["invoice_id"], number=2) is None


def test_invoices_are_found_by_customer_contract_number_date_and_state(firm: Company) -> None:
    signed(firm, K1)
    signed(firm, K2, customer_id=C4)
    run(firm, "2026-09-16")

    def count(**fields: Any) -> int:
        return len(firm.ask("invoices", **fields)["items"])

    assert [count(), count(customer_id=C1), count(contract_id=K2), count(number="2026/1")] == [2, 1, 1, 1]
    assert [count(state="proposed"), count(from_on="2026-09-17"), count(to_on="2026-09-16")] == [0, 0, 2]


def test_batches_folded_again_and_a_rebuild_change_nothing(firm: Company) -> None:
    signed(firm, step_months=1)
    (first, *_) = run(firm, "2026-12-01")
    firm.do("credit-invoice", at="2026-12-02T09:00", invoice_id=first["invoice_id"], reason="Errore", reopen=True)
    run(firm, "2026-12-02")
    firm.do("record-payment", invoice_id=documents_id(firm), amount={"amount": "10.00"})
    firm.fold()
    firm.fold()
    for model in (Contracts, Invoices):
        rows = MemoryRows()
        for recorded in firm.house.recorded_after(0):
            model().fold(recorded, rows)
        for table in model.TABLES:
            stored = firm.house.reader.rows(f"select * from {{{table.name}}}")
            plain = sorted(({c: row[c] for c in table.columns} for row in stored), key=lambda r: str(table.key_of(r)))
            assert plain == [row for _, row in every_row([table], rows)]


def test_a_difference_of_a_later_period_is_not_due_with_an_earlier_charge(firm: Company) -> None:
    """What the list shows as of a day is what a run until that day bills."""
    signed(firm, alignment="none", step_months=1)
    run(firm, "2026-10-16")
    fees = [{"line_id": uuid5(K1, "line"), "annual_fee": "2400.00"}]
    firm.do("change-contract-terms", contract_id=K1, from_on="2026-10-20", fees=fees)
    charge: dict[str, Any] = {"description": "Trasferta", "amount": "30.00", "reason": "Prova", "due_on": "2026-10-01"}
    firm.do("raise-contract-charge", contract_id=K1, at="2026-10-20T09:00", **charge)
    assert [amount for _, _, amount in due(firm, "2026-10-15")] == ["30.00"]
    firm.do("propose-invoices", at="2026-10-21T09:00", until="2026-10-15")
    assert [starts_on for starts_on, _, _ in due(firm, "2026-10-16")] == ["2026-10-20"]


def documents_id(company: Company) -> Any:
    issued = company.ask("invoices", state="issued")["items"]
    return next(row["invoice_id"] for row in issued if row["kind"] == "invoice" and row["open"] > 0)


# Coverage


def covers(firm: Company, on: str, serials: tuple[UUID, ...] = (SERIAL,), site: UUID | None = None) -> Any:
    firm.fold()
    wanted, day = targets(serials, site, C1), date.fromisoformat(on)
    return covering(firm.house.reader.rows(IN_FORCE, {"targets": wanted, "on": day}), wanted, day)


def test_a_serial_is_covered_by_its_line_between_its_days(firm: Company) -> None:
    firm.do("register-serial-item", serial_item_id=SERIAL, number="SN-1", owner_id=C1, product="LT-900", type="printer")
    service = {"level": "gold", "high": {"response_minutes": 60}}
    firm.given(
        draft(service=service, alignment="none"),
        line(serial_item_ids=[SERIAL], covered={"labour": True, "travel": True}, starts_on="2026-10-01"),
    )
    assert covers(firm, "2026-10-01") is None
    firm.execute(sign())
    assert [covers(firm, on) is not None for on in ("2026-09-30", "2026-10-01", "2027-09-15", "2027-09-16")] == [
        False, True, True, False,
    ]  # fmt: skip
    row = covers(firm, "2026-10-01")
    assert (row["contract_id"], row["target"], row["number"], row["is_blocked"]) == (K1, "serial_item", "1/2026", False)
    assert (row["covered"]["labour"], row["covered"]["parts"], row["service"]["level"]) == (True, False, "gold")
    day = date(2026, 10, 1)
    in_force = firm.house.reader.rows(IN_FORCE, {"targets": [SERIAL, SITE], "on": day})
    assert covering_each(in_force, [SERIAL, SITE], (), day) == {SERIAL: row}


def test_a_serial_goes_before_a_site_and_a_site_before_the_customer(firm: Company) -> None:
    firm.do("register-serial-item", serial_item_id=SERIAL, number="SN-1", owner_id=C1, product="LT-900", type="printer")
    whole, site, item = UUID(int=1), UUID(int=2), UUID(int=3)
    firm.given(draft(whole), line(whole), sign(whole))
    firm.given(draft(site), line(site, site_id=SITE), sign(site))
    firm.given(draft(item), line(item, serial_item_ids=[SERIAL]), sign(item))
    assert covers(firm, "2026-10-01", (SERIAL,), SITE)["contract_id"] == item
    assert covers(firm, "2026-10-01", (), SITE)["contract_id"] == site
    assert covers(firm, "2026-10-01", (), None)["contract_id"] == whole


def test_a_block_shows_on_its_days_and_removal_and_renewal_move_the_end(firm: Company) -> None:
    signed(firm, suspension_approved=True)
    firm.do("block-contract", contract_id=K1, from_on="2026-10-01", reason="arrears")
    firm.do("unblock-contract", contract_id=K1, on="2026-10-05")
    blocked = [covers(firm, f"2026-{day}", ())["block_reason"] for day in ("09-30", "10-01", "10-04", "10-05")]
    assert blocked == [None, "arrears", "arrears", None]
    firm.do("renew-contract", at="2026-11-02T06:00", contract_id=K1)
    assert covers(firm, "2027-06-01", ()) is not None
    firm.do("remove-contract-line", contract_id=K1, line_id=uuid5(K1, "line"), last_on="2027-02-28")
    assert [covers(firm, on, ()) is None for on in ("2027-02-28", "2027-03-01")] == [False, True]
