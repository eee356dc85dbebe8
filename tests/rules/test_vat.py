"""VAT treatments, summaries, stamp duty (R9.3–R9.8; scenarios S01, S15)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregates.rules.law import Chargeability, CustomerKind, LawTerms, VatRateCode
from aggregates.rules.vat import (
    Supply,
    SupplyKind,
    TaxedLine,
    VatCustomer,
    VatSummary,
    VatTreatment,
    amount_due,
    document_total,
    stamp_duty,
    vat_summaries,
    vat_treatment,
)
from aggregates.values import cents

D = Decimal
TODAY = date(2026, 11, 21)
SERVICE = Supply()
GOODS = Supply(kind=SupplyKind.GOODS)
PLANT = Supply(plant_in_building=True)
BUSINESS = VatCustomer(kind=CustomerKind.BUSINESS)
CONSUMER = VatCustomer(kind=CustomerKind.CONSUMER)
TOWN_HALL = VatCustomer(kind=CustomerKind.PUBLIC_BODY)
SPLIT, DEFERRED, IMMEDIATE = Chargeability.SPLIT, Chargeability.DEFERRED, Chargeability.IMMEDIATE


def bill(treatment: VatTreatment, *amounts: str) -> tuple[VatSummary, ...]:
    return vat_summaries(TaxedLine(amount=D(each), treatment=treatment) for each in amounts)


def untaxed(nature: str) -> VatTreatment:
    return VatTreatment(rate=D(0), nature=nature, chargeability=None)


@pytest.mark.parametrize(
    ("on", "base", "tax", "total"),
    [
        (date(2026, 9, 16), "351.78", "77.39", "429.17"),
        (date(2027, 1, 1), "1200.00", "264.00", "1464.00"),
        (date(2005, 9, 16), "351.78", "70.36", "422.14"),
        (date(2027, 3, 16), "191.34", "42.09", "233.43"),
    ],
)
def test_ordinary_invoices(on: date, base: str, tax: str, total: str) -> None:
    (summary,) = summaries = bill(vat_treatment(BUSINESS, SERVICE, on), base)
    assert (summary.base, summary.tax, document_total(summaries)) == (D(base), D(tax), D(total))
    assert (summary.nature, summary.chargeability, summary.reference) == (None, IMMEDIATE, None)


def test_vat_is_computed_on_the_sum_of_the_lines() -> None:
    (summary,) = bill(vat_treatment(BUSINESS, SERVICE, TODAY), "10.01", "10.01", "10.01")
    assert (summary.base, summary.tax) == (D("30.03"), D("6.61"))


def test_a_town_hall_pays_the_base_and_the_state_takes_the_vat() -> None:
    summaries = bill(vat_treatment(TOWN_HALL, SERVICE, date(2026, 1, 2)), "900.00")
    assert (summaries[0].chargeability, summaries[0].tax) == (SPLIT, D("198.00"))
    assert summaries[0].reference == "Scissione dei pagamenti art. 17-ter DPR 633/72"
    assert (document_total(summaries), amount_due(summaries)) == (D("1098.00"), D("900.00"))


@pytest.mark.parametrize("after", [DEFERRED, IMMEDIATE])
def test_after_split_payment_a_parameter_decides(after: Chargeability) -> None:
    law = LawTerms(public_body_chargeability=after)
    treatment = vat_treatment(TOWN_HALL, SERVICE, date(2026, 7, 1), law)
    summaries = bill(treatment, "900.00")
    assert treatment.chargeability is after
    assert amount_due(summaries) == document_total(summaries) == D("1098.00")
    assert LawTerms().public_body_chargeability is DEFERRED


def test_companies_that_leave_split_payment_are_ordinary_customers() -> None:
    quoted = VatCustomer(kind=CustomerKind.QUOTED_COMPANY)
    assert vat_treatment(quoted, SERVICE, date(2025, 6, 30)).chargeability is SPLIT
    assert vat_treatment(quoted, SERVICE, date(2025, 7, 1)).chargeability is IMMEDIATE


def test_plant_in_a_building_is_reverse_charged() -> None:
    treatment = vat_treatment(BUSINESS, PLANT, TODAY)
    summaries = bill(treatment, "450.00", "35.00")
    assert (treatment.rate, treatment.nature) == (D(0), "N6.7")
    assert treatment.reference == "Inversione contabile art. 17 c. 6 lett. a-ter DPR 633/72"
    assert document_total(summaries) == amount_due(summaries) == D("485.00")
    assert stamp_duty(summaries, TODAY) == 0
    assert "D.Lgs. 10/2026" in str(vat_treatment(BUSINESS, PLANT, date(2027, 1, 1)).reference)


@pytest.mark.parametrize(
    ("customer", "supply", "on"),
    [
        (CONSUMER, PLANT, TODAY),
        (BUSINESS, Supply(kind=SupplyKind.GOODS, plant_in_building=True), TODAY),
        (BUSINESS, PLANT, date(2014, 12, 31)),
    ],
)
def test_no_reverse_charge_for_households_goods_and_older_documents(
    customer: VatCustomer, supply: Supply, on: date
) -> None:
    treatment = vat_treatment(customer, supply, on)
    assert (treatment.rate, treatment.nature) == (D(22), None)


def test_a_public_body_in_business_is_reverse_charged_not_split() -> None:
    company_of_the_town = VatCustomer(kind=CustomerKind.PUBLIC_BODY, vat_subject=True)
    assert vat_treatment(company_of_the_town, PLANT, date(2026, 1, 2)).nature == "N6.7"
    assert vat_treatment(TOWN_HALL, PLANT, date(2026, 1, 2)).chargeability is SPLIT


@pytest.mark.parametrize(
    ("kind", "country", "supply", "nature"),
    [
        (CustomerKind.BUSINESS, "DE", SERVICE, "N2.1"),
        (CustomerKind.BUSINESS, "CH", SERVICE, "N2.1"),
        (CustomerKind.BUSINESS, "DE", GOODS, "N3.2"),
        (CustomerKind.BUSINESS, "CH", GOODS, "N3.1"),
        (CustomerKind.CONSUMER, "CH", GOODS, "N3.1"),
        (CustomerKind.CONSUMER, "DE", GOODS, None),
        (CustomerKind.CONSUMER, "DE", SERVICE, None),
        (CustomerKind.PUBLIC_BODY, "FR", SERVICE, None),
    ],
)
def test_foreign_customers(kind: CustomerKind, country: str, supply: Supply, nature: str | None) -> None:
    treatment = vat_treatment(VatCustomer(kind=kind, country=country), supply, date(2026, 1, 2))
    assert treatment.nature == nature
    assert treatment.chargeability is (None if nature else IMMEDIATE)


@pytest.mark.parametrize(
    ("customer", "supply", "nature"),
    [
        (BUSINESS, Supply(exempt=True), "N4"),
        (TOWN_HALL, Supply(kind=SupplyKind.ADVANCED_SUM), "N1"),
        (VatCustomer(kind=CustomerKind.BUSINESS, declaration_of_intent=True), SERVICE, "N3.5"),
        (VatCustomer(kind=CustomerKind.BUSINESS, declaration_of_intent=True), PLANT, "N6.7"),
    ],
)
def test_other_natures(customer: VatCustomer, supply: Supply, nature: str) -> None:
    assert vat_treatment(customer, supply, TODAY).nature == nature


def test_reduced_rate() -> None:
    assert vat_treatment(CONSUMER, Supply(rate=VatRateCode.REDUCED), TODAY).rate == 10


@pytest.mark.parametrize(
    "fields",
    [
        {"rate": "0"},
        {"rate": "22", "nature": "N4"},
        {"rate": "0", "nature": "N6"},
        {"rate": "0", "nature": "N2"},
        {"rate": "0", "nature": "N6.7", "chargeability": "S"},
        {"rate": "0", "nature": "N9"},
    ],
)
def test_treatments_the_exchange_system_refuses(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        VatTreatment.model_validate(fields)


@pytest.mark.parametrize(
    ("nature", "sums", "duty"),
    [
        ("N4", ["77.47"], "0.00"),
        ("N4", ["77.48"], "2.00"),
        ("N2.1", ["50.00", "27.48"], "2.00"),
        ("N3.5", ["100.00"], "2.00"),
        ("N3.1", ["100.00"], "0.00"),
        ("N3.2", ["100.00"], "0.00"),
        ("N6.7", ["485.00"], "0.00"),
        ("N1", ["-100.00"], "2.00"),
    ],
)
def test_stamp_duty(nature: str, sums: list[str], duty: str) -> None:
    assert stamp_duty(bill(untaxed(nature), *sums), TODAY) == D(duty)


def test_stamp_duty_adds_natures_and_ignores_taxed_lines() -> None:
    ordinary = vat_treatment(BUSINESS, SERVICE, TODAY)
    lines = [("N4", "40.00"), ("N2.1", "37.48")]
    taxed = TaxedLine(amount=D("1000.00"), treatment=ordinary)
    mixed = vat_summaries([taxed, *(TaxedLine(amount=D(a), treatment=untaxed(n)) for n, a in lines)])
    assert [each.nature for each in mixed] == [None, "N4", "N2.1"]
    assert stamp_duty(mixed, TODAY) == D("2.00")
    assert stamp_duty(mixed[:2], TODAY) == 0
    assert stamp_duty(mixed, date(2012, 1, 1)) == D("1.81")


treatments = st.sampled_from(
    [
        vat_treatment(BUSINESS, SERVICE, TODAY),
        vat_treatment(BUSINESS, PLANT, TODAY),
        vat_treatment(TOWN_HALL, SERVICE, date(2026, 1, 2)),
        vat_treatment(CONSUMER, Supply(rate=VatRateCode.REDUCED), TODAY),
        untaxed("N4"),
    ]
)
lines = st.lists(
    st.builds(TaxedLine, amount=st.decimals(-9999, 99999, places=2), treatment=treatments), min_size=1, max_size=12
)


@given(lines)
def test_summaries_hold_every_line_once_and_the_total_is_their_sum(some: list[TaxedLine]) -> None:
    summaries = vat_summaries(some)
    keys = [(each.rate, each.nature, each.chargeability) for each in summaries]
    assert len(keys) == len(set(keys))
    assert sum(each.base for each in summaries) == sum(line.amount for line in some)
    assert all(each.tax == cents(each.base * each.rate / 100) for each in summaries)
    split = sum((each.tax for each in summaries if each.chargeability is SPLIT), D(0))
    assert document_total(summaries) - amount_due(summaries) == split
