"""Why each kind of line is there: formula, terms then, readings, indices, price, hours, law, facts; as it was known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from aggregates.meter_terms import CounterTerms
from tests.commands.deferred import firm as goods_firm
from tests.commands.hour_pools import S07, with_pool
from tests.commands.test_adjustment import DEC_2024, DEC_2025, contract, foi, renew
from tests.commands.test_call_charges import USUAL, VISIT, closed, opened, price_list
from tests.commands.test_call_charges import firm as call_firm
from tests.commands.test_contract_charge import charge
from tests.commands.test_contract_terms import fee
from tests.commands.test_delivery_note_billing import march, proposals
from tests.commands.test_hour_pool import sale_issued
from tests.commands.test_invoice_advance import advance
from tests.commands.test_meter_billing import M1, machine, monthly, read, s08
from tests.commands.test_meter_billing import contract as copies
from tests.commands.test_work_billing import firm as quote_firm
from tests.commands.test_work_billing import issue, proposed, quoted
from tests.contract_steps import C1, C3, COMUNE, ROSSI, documents, founded, run, signed
from tests.dsl import Company, do

__all__ = ["call_firm", "quote_firm"]


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, COMUNE)
    return company


def why(company: Company, kind: str, nth: int = -1) -> dict[str, Any]:
    """Why the first line of a kind is on an issued document."""
    invoice_id = documents(company)[nth]["invoice_id"]
    lines = company.record(invoice_id).document.lines
    number = next(each.number for each in lines if each.source.kind == kind)
    found: dict[str, Any] = company.ask("why-line", invoice_id=invoice_id, number=number)
    return found


def values(told: dict[str, Any], *names: str) -> list[str]:
    return [str(told["formula"]["values"][name]) for name in names]


def topics(told: dict[str, Any]) -> list[str]:
    return [fact["topic"].rsplit(".", 1)[0] for fact in told["facts"]]


def test_a_stub_says_days_of_days_and_every_fact_behind_it(firm: Company) -> None:
    signed(firm)
    run(firm, "2026-09-16")
    told = why(firm, "fee")
    assert told["formula"]["code"] == "fee"
    assert values(told, "part", "whole", "step_months", "amount") == ["107", "365", "12", "351.78"]
    assert [str(each["annual_fee"]) for each in told["formula"]["values"]["fees"]] == ["1200.00"]
    assert topics(told) == [
        "contract.drafted", "contract.line-added", "contract.signed", "contract.fees-proposed", "invoice.proposed",
        "contract.period-billed", "invoice.confirmed", "invoice.issued",
    ]  # fmt: skip
    assert all(fact["by"] == "user:test" and fact["command"] for fact in told["facts"])
    assert (told["vat"]["rate"], told["vat"]["rate_row"]["from_on"]) == (Decimal(22), "2013-10-01")


def test_the_basis_decides_what_is_counted(firm: Company) -> None:
    signed(firm, basis="30/360")
    run(firm, "2026-09-16")
    assert values(why(firm, "fee"), "part", "whole", "amount") == ["105", "360", "350.00"]


def test_an_adjusted_fee_leads_to_its_index_rows(firm: Company) -> None:
    firm.execute(foi(DEC_2024, DEC_2025))
    contract(firm)
    run(firm, "2025-02-01")
    firm.execute(renew())
    run(firm, "2026-02-01")
    (change,) = why(firm, "fee")["adjustments"]
    assert (str(change["old"]), str(change["new"])) == ("700.00", "705.77")
    rows = [(row["month"], row["value"]) for row in change["index_rows"]]
    assert rows == [("2024-12", "120.2"), ("2025-12", "121.5")]
    assert "+1,1 %" in change["formula"]
    assert why(firm, "fee", 0)["adjustments"] == []


def test_terms_are_those_known_when_the_line_was_made(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"})
    run(firm, "2026-01-01")
    firm.execute(fee("2400.00", "2026-07-01"))
    run(firm, "2026-07-01")
    assert [str(each["annual_fee"]) for each in why(firm, "fee", 0)["formula"]["values"]["fees"]] == ["1200.00"]
    told = why(firm, "difference")
    assert told["formula"]["code"] == "difference"
    assert values(told, "by_terms", "billed_before", "amount") == ["1804.93", "1200.00", "604.93"]
    assert [str(each["days"]) for each in told["formula"]["values"]["fees"]] == ["181", "184"]


def test_copies_lead_to_readings_with_both_their_dates(firm: Company) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    run(firm, "2026-04-01")
    told = why(firm, "meter:colour:2")
    assert values(told, "consumption", "included", "excess", "tier", "quantity", "amount") == [
        "4500", "1000", "3500", "2", "1500", "82.50",
    ]  # fmt: skip
    assert [(tier["up_to"], tier["unit_price"]) for tier in told["tiers"]] == [(2000, "0.0650"), (None, "0.0550")]
    assert [(use["serial"], use["clicks"], use["swaps"]) for use in told["meters"]] == [
        ("M1", 3680, [{"final": 3350, "initial": 0}]),
        ("M2", 820, []),
    ]
    for use in told["meters"]:
        for mark in (use["opening"], use["closing"]):
            assert mark["read_at"] < mark["recorded_at"]
            assert (mark["source"], mark["recorded_by"]) == ("technician", "user:test")
    assert topics(told).count("serial-item.reading-recorded") == 4
    assert CounterTerms.model_validate(told["counter_terms"]).included == 1000
    assert "contract.fees-proposed" in topics(told)


def test_a_reading_corrected_later_does_not_change_the_reason(firm: Company) -> None:
    monthly(firm)
    wrong = read(firm, M1, "bw", 3500, "2026-01-31")
    run(firm, "2026-02-01")
    firm.do("correct-reading", serial_item_id=M1, reading_id=wrong, value=3300)
    read(firm, M1, "bw", 6800, "2026-02-28")
    run(firm, "2026-03-01")
    first = why(firm, "meter:bw:1", 0)
    assert (values(first, "consumption", "amount"), first["meters"][0]["closing"]["value"]) == (["3500", "5.00"], 3500)
    assert "serial-item.reading-corrected" not in topics(first)
    assert first["meters"][0]["closing"]["recorded_at"] < first["known_at"]
    settled = why(firm, "true-up:bw")
    assert values(settled, "rated", "billed_before", "amount") == ["3.00", "5.00", "-2.00"]
    assert "serial-item.reading-corrected" in topics(settled)


def test_a_minimum_says_what_was_missing(firm: Company) -> None:
    machine(firm, M1, "bw")
    monthly_terms = {"counters": [{"counter": "bw", "tiers": [{"unit_price": "0.01"}]}], "minimum": {"amount": "30.00"}}
    read(firm, M1, "bw", 0, "2026-01-01")
    read(firm, M1, "bw", 1000, "2026-01-31")
    copies(firm, monthly_terms, M1, step_months=1, determination="zero")
    run(firm, "2026-02-01")
    assert values(why(firm, "minimum"), "minimum", "consumption", "amount") == ["30.00", "10.00", "20.00"]


def test_a_charge_and_a_line_by_hand_say_what_was_written(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", alignment="none", tacit_renewal=False)
    run(firm, "2026-01-01")
    firm.execute(charge())
    run(firm, "2026-03-10")
    assert values(why(firm, "charge"), "amount", "why", "due_on") == ["9.90", "Due mesi", "2026-03-10"]
    hand = {
        "description": "Diritto",
        "unit_price": "35.00",
        "quantity": "2",
        "discounts": ["10"],
        "why": "Per telefono",
    }
    made = firm.do("propose-invoice", at="2026-04-30T18:00", customer_id=C1, lines=[hand])
    told = firm.ask("why-line", invoice_id=made["invoice_id"], number=1)
    assert (told["formula"]["code"], values(told, "quantity", "unit_price", "amount")) == (
        "price",
        ["2", "35.00", "63.00"],
    )
    assert (told["why"], told["contract"], told["invoice_state"]) == ("Per telefono", None, "proposed")
    assert topics(told) == ["invoice.proposed"]


def test_a_call_says_item_price_row_and_who_pays(call_firm: Company) -> None:
    call_firm.given(opened(), *VISIT, *closed())
    (made,) = call_firm.do("propose-invoices", at="2026-05-01T09:00", until="2026-05-01")["invoices"]
    told = call_firm.ask("why-line", invoice_id=made["invoice_id"], number=2)
    assert (told["call"]["item"].value, told["call"]["covered"]) == ("travel", False)
    assert told["call"]["because"]["code"] == "no-cover"
    assert (told["price"]["price_list_code"], told["price"]["article_code"]) == ("BASE", "KM")
    assert str(told["price"]["unit_price"]) == "0.65"
    assert {"call.opened", "call.closed", "invoice.proposed"} <= set(topics(told))
    price_list(call_firm, "DEAR", USUAL, KM="9.00")
    call_firm.do("set-party-terms", party_id=C1, price_list_code="DEAR")
    again = call_firm.ask("why-line", invoice_id=made["invoice_id"], number=2)
    assert again["price"] == told["price"]


def test_hours_say_lot_bands_calendar_and_what_was_beyond(company: Company) -> None:
    with_pool(company)
    company.given(*S07)
    sale_issued(company, "2026-01-15")
    bought = why(company, "hour-pool")
    assert (bought["pool"]["kind"].value, bought["pool"]["lot"]["minutes"]) == ("purchase", 600)
    sale_issued(company, "2026-05-12")
    told = why(company, "hour-pool")
    (draw,) = told["draws"]
    assert (draw["actual_minutes"], draw["charged_minutes"], str(draw["overage_minutes"])) == (265, 270, "60")
    assert [(band["band"].value, band["minutes"], str(band["factor"])) for band in draw["bands"]] == [
        ("ordinary", 270, "1")
    ]
    assert draw["calendar"]["shifts"]
    assert {"hour-pool.opened", "hour-pool.lot-bought", "pool-sale.agreed"} <= set(topics(told))


def test_a_quote_its_advance_and_its_credit_note(quote_firm: Company) -> None:
    quote_firm.given(*quoted())
    advance_id = advance(quote_firm)
    asked = quote_firm.ask("why-line", invoice_id=advance_id, number=1)
    assert (asked["kind"], asked["about"]["kind"]) == ("advance", "quote")
    (made,) = proposed(quote_firm)
    issue(quote_firm, made["invoice_id"])
    told = quote_firm.ask("why-line", invoice_id=made["invoice_id"], number=1)
    assert (told["quote"]["revision"], str(told["quote"]["line"]["description"])) == (0, told["description"])
    assert "quote.accepted" in topics(told)
    deducted = quote_firm.ask("why-line", invoice_id=made["invoice_id"], number=2)
    assert (deducted["advance"]["invoice_id"], str(deducted["advance"]["taxable"])) == (UUID(advance_id), "30.00")


def test_a_line_of_a_credit_note_leads_to_the_one_it_takes_back(firm: Company) -> None:
    signed(firm)
    (row,) = run(firm, "2026-09-16")
    part = [{"number": 1, "amount": "100.00"}]
    noted = firm.do(
        "credit-invoice", at="2026-10-01T10:00", invoice_id=row["invoice_id"], reason="Rettifica", lines=part
    )
    told = firm.ask("why-line", invoice_id=noted["credit_note_id"], number=1)
    assert str(told["amount"]) == "100.00"
    assert (told["original"]["invoice_number"], str(told["original"]["amount"])) == ("2026/1", "351.78")
    assert told["original"]["formula"]["values"]["part"] == 107


def test_a_delivery_note_says_reason_and_price(company: Company) -> None:
    shop = goods_firm(company)
    march(shop)
    (made,) = proposals(shop, "2026-03-31")
    told = [shop.ask("why-line", invoice_id=made["invoice_id"], number=n) for n in (1, 4)]
    assert [each["delivery_note"]["number"] for each in told] == ["A/2026/0119", "A/2026/0118"]
    assert told[0]["delivery_note"]["line"]["unit_price"] == "78.00"
    assert "respinta" in told[1]["why"]


def test_split_payment_names_its_row_of_the_law(firm: Company) -> None:
    signed(firm, customer_id=C3, starts_on="2026-01-01")
    run(firm, "2026-01-02")
    vat = why(firm, "fee")["vat"]
    assert (str(vat["chargeability"]), vat["reference_row"]["from_on"]) == ("S", "1973-01-01")
    assert "17-ter" in vat["reference_row"]["text"]


def test_what_is_not_there_has_no_reason(firm: Company) -> None:
    assert firm.ask("why-line", invoice_id=UUID(int=1), number=1) is None
    firm.execute(do("propose-invoice", customer_id=C1, lines=[{"description": "A", "unit_price": "1.00"}]))
    invoice_id = firm.ask("invoices")["items"][0]["invoice_id"]
    assert firm.ask("why-line", invoice_id=invoice_id, number=2) is None
