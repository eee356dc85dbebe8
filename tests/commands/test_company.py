"""The company: founded once, its parameters by date, its calendars and its law table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.base import Act
from aggregates.business_calendar import BusinessCalendar
from aggregates.company import AccrualBasisMixed, AlreadyFounded, Company, CompanyIbanWrong, CompanyVatNumberWrong
from aggregates.law_table import LawTable
from aggregates.natural_key import CodeTaken
from aggregates.rules.business_calendar import CalendarTerms, closed_because
from aggregates.rules.law import LawTerms, VatRateCode, vat_percent
from commands.base import NotFound, Service
from commands.business_calendar import calendar_for, calendar_terms
from commands.company import parameters
from commands.law_table import law_terms
from projections.lookups import ReadModelLookups
from tests.dsl import MORNING, do
from tests.dsl import Company as Books

OURS = UUID("22222222-2222-2222-2222-222222222222")
ADDRESS: dict[str, Any] = {"street": "Via Emilia 1", "postcode": "47121", "town": "Forlì", "province": "FC"}
IDENTITY: dict[str, Any] = {"name": "Assistenza Romagna S.r.l.", "vat_number": "IT12345670017", "address": ADDRESS}
FOUNDED = do("found-company", company_id=OURS, identity=IDENTITY)
NIGHTS: dict[str, Any] = {"always_open": True}


def service(company: Books) -> Service:
    """What a command handler would work with now."""
    company.fold()
    command_id = uuid5(OURS, "a command")
    return Service(company.house.ledger, ReadModelLookups(company.house.reader), command_id)


def test_a_company_is_founded(company: Books) -> None:
    company.given().when(FOUNDED).then((Company.Founded, {}))
    shown = company.ask("company")
    assert shown["company_id"] == OURS
    assert shown["identity"]["name"] == "Assistenza Romagna S.r.l."
    assert shown["parameters"]["quote_validity_days"] == 30


def test_the_same_founding_again_records_nothing(company: Books) -> None:
    company.given(FOUNDED).when(FOUNDED).then_nothing()


def test_a_company_is_not_founded_twice(company: Books) -> None:
    other = do("found-company", company_id=OURS, identity={**IDENTITY, "name": "Altra"})
    company.given(FOUNDED).when(other).then_refused(AlreadyFounded)
    elsewhere = do("found-company", company_id=uuid5(OURS, "other"), identity=IDENTITY)
    company.given().when(elsewhere).then_refused(AlreadyFounded)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"vat_number": "IT12345678900"}, CompanyVatNumberWrong),
        ({"iban": "IT00X0542811101000000123456"}, CompanyIbanWrong),
    ],
)
def test_wrong_legal_data_are_refused(company: Books, wrong: dict[str, str], refusal: type[Exception]) -> None:
    step = company.given().when(do("found-company", company_id=OURS, identity={**IDENTITY, **wrong}))
    assert isinstance(step.refusal, refusal)


def test_parameters_hold_from_their_day_on(company: Books) -> None:
    later = do("set-company-parameters", from_on="2027-01-01", change={"quote_validity_days": 60})
    soon = do("set-company-parameters", from_on="2026-10-01", change={"block_grace_days": 10})
    company.given(FOUNDED, later, soon)
    handler = service(company)
    assert parameters(handler, date(2026, 9, 30)).block_grace_days == 30
    assert parameters(handler, date(2026, 12, 31)).quote_validity_days == 30
    in_2027 = parameters(handler, date(2027, 1, 1))
    assert (in_2027.quote_validity_days, in_2027.block_grace_days) == (60, 10)
    assert company.ask("company", on="2026-10-01")["parameters"]["block_grace_days"] == 10
    company.given().when(later).then_nothing()


def test_before_it_is_founded_the_defaults_hold(company: Books) -> None:
    assert parameters(service(company), date(2026, 9, 1)).quote_validity_days == 30
    assert company.ask("company") is None


def test_the_accrual_basis_does_not_change_within_a_year(company: Books) -> None:
    mixed = do("set-company-parameters", from_on="2026-10-01", change={"accrual_basis": "months"})
    company.given(FOUNDED).when(mixed).then_refused(AccrualBasisMixed)
    new_year = do("set-company-parameters", from_on="2027-01-01", change={"accrual_basis": "months"})
    company.given().when(new_year).then(Company.ParametersSet)


def test_legal_data_change_from_now_on(company: Books) -> None:
    moved = do("change-company-identity", identity={**IDENTITY, "address": {**ADDRESS, "street": "Via Nuova 2"}})
    company.given(FOUNDED).when(moved).then(Company.IdentityChanged)
    company.given().when(moved).then_nothing()


def test_every_company_has_a_calendar(company: Books) -> None:
    assert [row["code"] for row in company.ask("calendars")] == ["CAL-IT"]
    assert closed_because(calendar_terms(service(company), date(2026, 12, 1)), date(2026, 12, 8)) is not None


def test_a_calendar_changes_from_a_day_on(company: Books) -> None:
    company.given(do("define-calendar", code="CAL-N", name="Notte", terms=NIGHTS))
    office = do("set-calendar-terms", code="CAL-N", from_on="2027-01-01", terms={"holiday_country": None})
    company.given().when(office).then(BusinessCalendar.TermsSet)
    company.given().when(office).then_nothing()
    handler = service(company)
    assert calendar_terms(handler, date(2026, 12, 31), "CAL-N").always_open
    assert not calendar_terms(handler, date(2027, 1, 1), "CAL-N").always_open
    assert [version["from_on"] for version in company.ask("calendars", code="CAL-N")[0]["versions"]] == [
        None,
        "2027-01-01",
    ]


def test_a_calendar_is_defined_once(company: Books) -> None:
    defined = do("define-calendar", code="CAL-N", name="Notte", terms=NIGHTS)
    company.given(defined).when(defined).then_nothing()
    company.given().when(do("define-calendar", code="CAL-N", name="Giorno", terms={})).then_refused(CodeTaken)


def test_an_unknown_calendar_is_refused(company: Books) -> None:
    company.given().when(do("set-calendar-terms", code="CAL-X", terms=NIGHTS)).then_refused(NotFound)


def test_a_site_keeps_the_feast_of_its_town(company: Books) -> None:
    party = company.do("register-party", code="C1", name="Rossi", role="prospect")["party_id"]
    milan, village = {**ADDRESS, "town": "Milano"}, {**ADDRESS, "town": "Bertinoro"}
    in_milan = company.do("add-site", party_id=party, code="MI", name="Milano", address=milan)["site_id"]
    in_village = company.do("add-site", party_id=party, code="BE", name="Bertinoro", address=village)["site_id"]
    company.do("set-town-feast", code="CAL-IT", town="Bertinoro", day="11-25")
    handler = service(company)
    day = date(2026, 9, 1)
    assert closed_because(calendar_for(handler, UUID(in_milan), day), date(2026, 12, 7)) is not None
    assert closed_because(calendar_for(handler, UUID(in_village), day), date(2026, 12, 7)) is None
    assert closed_because(calendar_for(handler, UUID(in_village), day), date(2026, 11, 25)) is not None


def test_a_site_may_have_a_calendar_of_its_own(company: Books) -> None:
    company.do("define-calendar", code="CAL-N", name="Notte", terms=NIGHTS)
    party = company.do("register-party", code="C1", name="Rossi", role="prospect")["party_id"]
    fields: dict[str, Any] = {"code": "H", "name": "Ospedale", "address": ADDRESS, "calendar_code": "CAL-N"}
    site = company.do("add-site", party_id=party, **fields)["site_id"]
    assert calendar_for(service(company), UUID(site), date(2026, 9, 1)).always_open


def test_the_law_table_is_ours_until_the_company_has_its_own(company: Books) -> None:
    assert not company.ask("law-table")["own"]
    rates = [{"code": "ordinary", "from_on": "2027-01-01", "percent": "23"}]
    own = do("set-law-table", terms={**LawTerms().model_dump(mode="json"), "vat_rates": rates})
    company.given().when(own).then(LawTable.Adopted)
    company.given().when(own).then_nothing()
    assert vat_percent(law_terms(service(company)), VatRateCode.ORDINARY, date(2027, 2, 1)) == Decimal(23)
    company.given().when(do("set-law-table", terms={})).then(LawTable.Replaced)
    assert company.ask("law-table")["own"]


def test_folding_the_same_facts_again_changes_nothing(company: Books) -> None:
    company.given(FOUNDED, do("define-calendar", code="CAL-N", name="Notte", terms=NIGHTS))
    before = company.ask("calendars")
    company.fold()
    assert company.ask("calendars") == before


def test_a_calendar_that_names_its_patron_keeps_it_everywhere() -> None:
    terms = CalendarTerms(patron_town="Forlì")
    calendar = BusinessCalendar.define("CAL-X", "Prova", terms, Act(by="user:test", at=MORNING))
    assert calendar.terms_on(date(2026, 9, 1), "Milano") == terms
