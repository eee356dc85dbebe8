"""Cost per copy from contract to invoice: S08, estimates and true-ups, corrections, swaps, pools (R3.1–R3.9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.contract import Contract
from aggregates.contract_meters import MeterGridChanged
from tests.contract_steps import C1, K1, ROSSI, documents, draft, founded, line, run, sign
from tests.dsl import Company, do

M1, M2 = UUID(int=81), UUID(int=82)
BW = {"counter": "bw", "label": "Copie B/N", "included": 9000, "tiers": [{"unit_price": "0.0085"}]}
A3 = [{"kind": "bw"}, {"kind": "a3", "weight": "2", "inside_total": True}]
COLOUR = {
    "counter": "colour",
    "label": "Copie colore",
    "included": 1000,
    "tiers": [{"up_to": 2000, "unit_price": "0.0650"}, {"unit_price": "0.0550"}],
}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def machine(company: Company, key: UUID, *kinds: str | dict[str, Any]) -> None:
    company.do(
        "register-serial-item",
        serial_item_id=key,
        number=f"M{key.int - 80}",
        product="MP C3004",
        type="copier",
        owner_id=C1,
        meters=[{"kind": kind} if isinstance(kind, str) else kind for kind in kinds],
    )


def read(company: Company, key: UUID, kind: str, value: int, on: str, **more: Any) -> UUID:
    done = company.do(
        "record-reading", serial_item_id=key, kind=kind, value=value, read_at=f"{on}T08:00:00+02:00", **more
    )
    return UUID(str(done["reading_id"]))


def contract(company: Company, meters: dict[str, Any], *keys: UUID, fee: str = "0.00", **header: Any) -> None:
    header = {"starts_on": "2026-01-01", "step_months": 3, "alignment": "none", **header}
    company.execute(draft(K1, meters=meters, **header))
    company.execute(line(K1, fee=fee, serial_item_ids=list(keys)))
    company.execute(sign(K1, at="2026-01-01T09:00"))


def lines(company: Company, nth: int = -1) -> list[tuple[str, str]]:
    """Kind and amount of the lines of an issued document."""
    document = company.record(documents(company)[nth]["invoice_id"]).document
    return [(each.source.kind, str(each.amount)) for each in document.lines]


def s08(company: Company) -> None:
    """The machines, readings and contract of S08."""
    machine(company, M1, "bw", "colour")
    machine(company, M2, {"kind": "bw", "digits": 6}, "a3", "colour")
    for key, kind, value in ((M1, "bw", 120_450), (M1, "colour", 2_100), (M2, "bw", 998_700), (M2, "a3", 0)):
        read(company, key, kind, value, "2026-01-01")
    read(company, M2, "colour", 880, "2026-01-01")
    meters = {"counters": [{**BW, "meters": A3}, COLOUR], "minimum": {"amount": "150.00"}}
    contract(company, meters, M1, M2, fee="720.00", tacit_renewal=False)
    for kind, final, initial in (("bw", 124_010, 15), ("colour", 3_350, 0)):
        company.do(
            "replace-meter",
            serial_item_id=M1,
            kind=kind,
            final=final,
            initial=initial,
            replaced_at="2026-02-16T10:00:00+01:00",
        )
    for key, kind, value in ((M1, "bw", 6_215), (M1, "colour", 2_430), (M2, "a3", 400), (M2, "colour", 1_700)):
        read(company, key, kind, value, "2026-03-31")
    read(company, M2, "bw", 3_940, "2026-03-31", rollover=True)


def test_s08_the_quarter_of_two_machines(firm: Company) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    run(firm, "2026-04-01")
    assert lines(firm) == [
        ("fee", "180.00"), ("meter:bw:1", "54.40"), ("meter:colour:1", "130.00"), ("meter:colour:2", "82.50"),
    ]  # fmt: skip
    last = documents(firm)[-1]
    assert (str(last["taxable"]), str(last["tax"]), str(last["total"])) == ("446.90", "98.32", "545.22")
    before = firm.house.log.position()
    run(firm, "2026-04-01")
    assert firm.house.log.position() == before


def test_s08_the_next_quarter_is_completed_to_the_minimum(firm: Company) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    run(firm, "2026-04-01")
    for key, kind, value in ((M1, "bw", 10_215), (M2, "bw", 7_940), (M1, "colour", 3_230), (M2, "colour", 2_500)):
        read(firm, key, kind, value, "2026-06-30")
    read(firm, M2, "a3", 400, "2026-06-30")
    run(firm, "2026-07-01")
    assert lines(firm) == [("fee", "180.00"), ("meter:colour:1", "39.00"), ("minimum", "111.00")]
    last = documents(firm)[-1]
    assert (str(last["taxable"]), str(last["total"])) == ("330.00", "402.60")


MONTHLY = {"counters": [{"counter": "bw", "included": 3000, "tiers": [{"unit_price": "0.01"}]}]}


def monthly(company: Company, *keys: UUID, **meters: Any) -> None:
    """A contract of monthly copies, its machines read at the start."""
    for key in keys or (M1,):
        machine(company, key, "bw")
        read(company, key, "bw", 0, "2026-01-01")
    contract(company, {**MONTHLY, **meters}, *(keys or (M1,)), step_months=1, determination="zero")


def kinds(company: Company, on: str) -> list[tuple[int, str, str]]:
    """What is due of the contract: number, kind, amount."""
    items = company.ask("billing-due", on=on, contract_id=K1)["items"]
    return [(item["number"], item["kind"], str(item["amount"])) for item in items]


def test_what_is_due_is_what_the_run_bills_and_says_why(firm: Company) -> None:
    monthly(firm)
    read(firm, M1, "bw", 3500, "2026-01-31")
    assert firm.ask("contract", contract_id=K1)["next_billing_on"].isoformat() == "2026-02-01"
    assert kinds(firm, "2026-01-31") == []
    (item,) = firm.ask("billing-due", on="2026-02-01", contract_id=K1)["items"]
    assert (item["kind"], item["amount"], str(item["starts_on"])) == ("meter:bw:1", Decimal("5.00"), "2026-01-01")
    assert "Copie B/N: consumo 3.500, incluse 3.000, eccedenza 500. 500 × 0,01 = 5,00 euro." in item["why"]
    assert "M1 B/N: da 0 (01/01/2026) a 3.500 (31/01/2026), scatti 3.500." in item["why"]
    run(firm, "2026-02-01")
    issued = firm.record(documents(firm)[-1]["invoice_id"]).document.lines[0]
    assert issued.source.told == item["why"]
    assert (issued.quantity, issued.unit_price, issued.unit) == (Decimal(500), Decimal("0.01"), "copie")
    assert issued.description.startswith("Copie B/N 01/01/2026–31/01/2026: consumo 3.500, incluse 3.000")
    assert kinds(firm, "2026-02-01") == []
    assert firm.ask("contract", contract_id=K1)["next_billing_on"].isoformat() == "2026-03-01"


def test_a_month_within_the_included_volume_is_settled_without_an_invoice(firm: Company) -> None:
    monthly(firm)
    read(firm, M1, "bw", 2900, "2026-01-31")
    propose = do("propose-invoices", at="2026-02-01T07:00", until="2026-02-01", contract_ids=[K1])
    firm.given().when(propose).then(Contract.MeterPeriodsSettled)
    firm.given().when(propose).then_nothing()
    assert firm.ask("contract", contract_id=K1)["next_billing_on"].isoformat() == "2026-03-01"


def test_estimates_then_a_true_up_with_the_next_invoice_below_zero(firm: Company) -> None:
    monthly(firm)
    read(firm, M1, "bw", 3000, "2026-01-31")
    run(firm, "2026-02-01")
    read(firm, M1, "bw", 6800, "2026-02-28", source="estimate")
    run(firm, "2026-03-01")
    read(firm, M1, "bw", 10_900, "2026-03-31", source="estimate")
    run(firm, "2026-04-01")
    assert [lines(firm, n) for n in (-2, -1)] == [[("meter:bw:1", "8.00")], [("meter:bw:1", "11.00")]]
    read(firm, M1, "bw", 10_500, "2026-04-03")
    assert kinds(firm, "2026-04-30") == []
    read(firm, M1, "bw", 14_500, "2026-04-30")
    assert kinds(firm, "2026-05-01") == [(3, "true-up:bw", "-4.00"), (4, "meter:bw:1", "10.00")]
    run(firm, "2026-05-01")
    assert lines(firm) == [("true-up:bw", "-4.00"), ("meter:bw:1", "10.00")]
    assert kinds(firm, "2026-05-01") == []


def test_a_corrected_reading_that_was_billed_is_an_exact_difference(firm: Company) -> None:
    monthly(firm)
    wrong = read(firm, M1, "bw", 3500, "2026-01-31")
    run(firm, "2026-02-01")
    read(firm, M1, "bw", 7000, "2026-02-28")
    run(firm, "2026-03-01")
    firm.do("correct-reading", serial_item_id=M1, reading_id=wrong, value=3300)
    read(firm, M1, "bw", 10_000, "2026-03-31")
    assert kinds(firm, "2026-04-01") == [(1, "true-up:bw", "-2.00"), (2, "true-up:bw", "2.00")]
    run(firm, "2026-04-01")
    firm.do("correct-reading", serial_item_id=M1, reading_id=wrong, value=3400)
    read(firm, M1, "bw", 13_000, "2026-04-30")
    found = firm.ask("billing-due", on="2026-05-01", contract_id=K1)["items"]
    assert [(item["kind"], item["attempt"], str(item["amount"])) for item in found] == [
        ("true-up:bw", 2, "1.00"), ("true-up:bw", 2, "-1.00"),
    ]  # fmt: skip


def test_a_meter_replaced_in_a_billed_month_and_told_late_is_billed_next(firm: Company) -> None:
    monthly(firm)
    read(firm, M1, "bw", 3500, "2026-01-31")
    run(firm, "2026-02-01")
    read(firm, M1, "bw", 7000, "2026-02-28")
    firm.do(
        "replace-meter",
        serial_item_id=M1,
        kind="bw",
        final=3_900,
        initial=3_400,
        replaced_at="2026-01-20T10:00:00+01:00",
    )
    assert kinds(firm, "2026-03-01") == [(1, "true-up:bw", "5.00"), (2, "meter:bw:1", "5.00")]


def test_a_line_left_out_of_a_proposal_is_due_again(firm: Company) -> None:
    monthly(firm)
    read(firm, M1, "bw", 3500, "2026-01-31")
    proposed = firm.do("propose-invoices", at="2026-02-01T07:00", until="2026-02-01", contract_ids=[K1])
    assert kinds(firm, "2026-02-01") == []
    firm.do("discard-invoice", invoice_id=proposed["invoices"][0]["invoice_id"], reason="Prova")
    assert kinds(firm, "2026-02-01") == [(1, "meter:bw:1", "5.00")]


def test_copies_credited_and_opened_again_are_billed_once_more(firm: Company) -> None:
    monthly(firm)
    read(firm, M1, "bw", 3500, "2026-01-31")
    run(firm, "2026-02-01")
    invoice_id = documents(firm)[-1]["invoice_id"]
    firm.do("credit-invoice", invoice_id=invoice_id, reopen=True, reason="Errore", at="2026-02-02T09:00")
    (item,) = firm.ask("billing-due", on="2026-02-01", contract_id=K1)["items"]
    assert (item["kind"], item["attempt"], item["amount"]) == ("meter:bw:1", 2, Decimal("5.00"))


def test_an_opening_balance_goes_on_from_the_reading_billed_last(firm: Company) -> None:
    machine(firm, M1, "bw")
    for value, on in ((90_000, "2025-11-30"), (100_000, "2026-02-20"), (104_000, "2026-03-31")):
        read(firm, M1, "bw", value, on)
    contract(firm, {**MONTHLY, "billed_through": "2026-02-28"}, M1, step_months=1, determination="zero")
    assert kinds(firm, "2026-04-01") == [(3, "meter:bw:1", "10.00")]


def test_each_line_may_have_terms_of_its_own(firm: Company) -> None:
    for key, value in ((M1, 4000), (M2, 4000)):
        machine(firm, key, "bw")
        read(firm, key, "bw", 0, "2026-01-01")
        read(firm, key, "bw", value, "2026-01-31")
    dear = {"counters": [{"counter": "bw", "included": 0, "tiers": [{"unit_price": "0.02"}]}]}
    firm.execute(draft(K1, starts_on="2026-01-01", step_months=1, alignment="none", meters=MONTHLY))
    firm.execute(line(K1, fee="0.00", serial_item_ids=[M1]))
    firm.execute(line(K1, UUID(int=7), fee="0.00", serial_item_ids=[M2], meters=dear, description="A parte"))
    firm.execute(sign(K1, at="2026-01-01T09:00"))
    assert [amount for _, _, amount in kinds(firm, "2026-02-01")] == ["10.00", "80.00"]


def test_lines_add_what_they_include_to_the_pool_for_their_days(firm: Company) -> None:
    machine(firm, M1, "bw")
    read(firm, M1, "bw", 0, "2026-01-01")
    read(firm, M1, "bw", 5000, "2026-01-31")
    firm.execute(draft(K1, starts_on="2026-01-01", step_months=1, alignment="none", meters=MONTHLY))
    firm.execute(line(K1, fee="0.00", serial_item_ids=[M1], counter="bw", included=1000))
    firm.execute(line(K1, UUID(int=7), fee="0.00", starts_on="2026-01-17", counter="bw", included=620))
    firm.execute(sign(K1, at="2026-01-01T09:00"))
    assert kinds(firm, "2026-02-01") == [(1, "meter:bw:1", "7.00")]  # 5,000 less 3,000, 1,000 and 300


def test_changed_prices_hold_for_the_periods_that_begin_under_them(firm: Company) -> None:
    monthly(firm)
    dearer = {"counters": [{"counter": "bw", "included": 2000, "tiers": [{"unit_price": "0.02"}]}]}
    header = {"meters": dearer}
    firm.do("change-contract-terms", contract_id=K1, at="2026-01-20T09:00", from_on="2026-02-01", header=header)
    read(firm, M1, "bw", 3500, "2026-01-31")
    read(firm, M1, "bw", 7000, "2026-02-28")
    assert [amount for _, _, amount in kinds(firm, "2026-03-01")] == ["5.00", "30.00"]


def test_a_change_keeps_the_meter_periods(firm: Company) -> None:
    monthly(firm)
    longer = do(
        "change-contract-terms", contract_id=K1, from_on="2026-02-01", header={"meters": {**MONTHLY, "step_months": 6}}
    )
    firm.given().when(longer).then_refused(MeterGridChanged)


def test_the_statement_shows_readings_what_was_billed_and_what_differs(firm: Company) -> None:
    monthly(firm)
    wrong = read(firm, M1, "bw", 3500, "2026-01-31")
    run(firm, "2026-02-01")
    firm.do("correct-reading", serial_item_id=M1, reading_id=wrong, value=3300)
    shown = firm.ask("meter-statement", contract_id=K1, on="2026-02-01")
    (window,) = shown["windows"]
    assert (window["consumption"], window["included"], window["excess"]) == (3300, 3000, 300)
    assert (str(window["rated"]), str(window["billed"]), str(window["difference"])) == ("3.00", "5.00", "-2.00")
    (billed,) = shown["billed"]
    assert billed["measured"]["consumption"] == 3500
    assert billed["measured"]["uses"][0]["closing"]["reading_id"] == wrong
    assert billed["invoice_number"] == documents(firm)[-1]["number"]


def test_meters_that_nobody_read_are_listed(firm: Company) -> None:
    monthly(firm, M1, M2, estimate_after_days=None)
    read(firm, M1, "bw", 3500, "2026-01-31")
    found = firm.ask("missing-readings", on="2026-02-01")["items"]
    assert [(item["serial"], item["meter"], item["last_value"]) for item in found] == [("M2", "bw", 0)]
    read(firm, M2, "bw", 100, "2026-01-31")
    assert firm.ask("missing-readings", on="2026-02-01")["items"] == []


def test_a_machine_that_is_not_in_the_installed_base_does_not_stop_the_others(firm: Company) -> None:
    machine(firm, M1, "bw")
    read(firm, M1, "bw", 0, "2026-01-01")
    read(firm, M1, "bw", 3500, "2026-01-31")
    firm.execute(draft(K1, starts_on="2026-01-01", step_months=1, alignment="none", meters=MONTHLY))
    firm.execute(line(K1, fee="0.00", serial_item_ids=[UUID(int=99), M1], serials=["?", "M1"]))
    firm.execute(sign(K1, at="2026-01-01T09:00"))
    assert kinds(firm, "2026-02-01") == [(1, "meter:bw:1", "5.00")]


def test_two_runs_at_once_bill_copies_once(firm: Company) -> None:
    monthly(firm)
    read(firm, M1, "bw", 3500, "2026-01-31")
    firm.fold()
    propose = do("propose-invoices", at="2026-02-01T07:00", until="2026-02-01", contract_ids=[K1])
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: firm.execute(propose).result["invoices"], range(4)))
    assert sum(len(each) for each in results) == 1


def test_a_reading_after_the_last_invoice_is_trued_up_with_one_more(firm: Company) -> None:
    """The contract is over and estimated to its end; nothing else will ever be due of it."""
    monthly(firm)
    firm.do("receive-notice", contract_id=K1, at="2026-02-01T09:00")
    read(firm, M1, "bw", 4000, "2026-01-31")
    run(firm, "2027-01-02")
    assert firm.ask("contract", contract_id=K1)["next_billing_on"] is None
    read(firm, M1, "bw", 50_000, "2026-12-31")
    assert [(number, kind) for number, kind, _ in kinds(firm, "2027-01-05")] == [(12, "true-up:bw")]
    run(firm, "2027-01-05")
    billed = firm.ask("meter-statement", contract_id=K1, on="2027-01-05")["billed"]
    assert sum(each["amount"] for each in billed) == Decimal("140.00")  # 50,000 less 12 × 3,000
    assert kinds(firm, "2027-01-05") == []
    assert firm.ask("contract", contract_id=K1)["next_billing_on"] is None


def test_copies_billed_of_days_after_an_end_told_late_are_taken_back(firm: Company) -> None:
    monthly(firm)
    for month, value in ((1, 4000), (2, 8000), (3, 12_000)):
        read(firm, M1, "bw", value, f"2026-{month:02}-28")
    run(firm, "2026-04-01")
    firm.do("terminate-contract", contract_id=K1, at="2026-04-02T09:00", last_on="2026-02-28", reason="Recesso")
    assert [(number, kind) for number, kind, _ in kinds(firm, "2026-04-03")] == [(3, "true-up:bw")]
    run(firm, "2026-04-03")
    assert kinds(firm, "2026-04-03") == []
