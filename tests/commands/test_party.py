"""Parties: registered once, changed from now on, found by what people remember."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

from aggregates.base import Act
from aggregates.natural_key import CodeTaken
from aggregates.party import (
    IbanWrong,
    Party,
    PartyNature,
    SiteCodeTaken,
    TaxIdentityMissing,
    VatNumberWrong,
    party_id,
    site_id,
)
from aggregates.rules.law import CustomerKind
from commands.catalog import BY_NAME as COMMANDS
from tests.dsl import MORNING, Company, do

PARTY = UUID("11111111-1111-1111-1111-111111111111")
ROSSI = do("register-party", party_id=PARTY, code="C1", name="Rossi Gilbo", tax={"vat_number": "IT12345670017"})


def test_a_customer_is_registered(company: Company) -> None:
    rossi = do("register-party", code="C1", name="Rossi Gilbo", tax={"vat_number": "IT12345670017"})
    company.given().when(rossi).then((Party.Registered, {"name": "Rossi Gilbo", "nature": PartyNature.BUSINESS}))


def test_a_wrong_vat_number_is_refused(company: Company) -> None:
    wrong = do("register-party", code="C1", name="Rossi", tax={"vat_number": "IT12345678900"})
    company.given().when(wrong).then_refused(VatNumberWrong, vat_number="IT12345678900")


def test_a_customer_without_tax_identity_is_refused(company: Company) -> None:
    company.given().when(do("register-party", code="C1", name="Rossi")).then_refused(TaxIdentityMissing)


def test_the_same_identity_again_records_nothing(company: Company) -> None:
    same = do(
        "change-party-identity",
        party_id=PARTY,
        name="Rossi Gilbo",
        role="customer",
        nature="business",
        tax={"vat_number": "IT12345670017"},
    )
    company.given(ROSSI).when(same).then_nothing()


def test_a_party_is_found_by_part_of_its_name(company: Company) -> None:
    company.given(ROSSI)
    company.do("register-party", code="C2", name="Bianchi", role="prospect")
    assert [item["code"] for item in company.ask("parties", text="gilb")["items"]] == ["C1"]


def test_the_sheet_shows_sites_and_contacts(company: Company) -> None:
    address = {"street": "Via Michelangelo 25", "postcode": "47100", "town": "Forlì", "province": "FC"}
    company.given(ROSSI, do("add-site", party_id=PARTY, code="S1", name="Sede", address=address, travel_km="42.5"))
    company.do("add-contact", party_id=PARTY, name="Mario Rossi", phone="0543 123456")
    sheet = company.ask("party", party_id=PARTY)
    assert [site["town"] for site in sheet["sites"]] == ["Forlì"]
    assert [contact["name"] for contact in sheet["contacts"]] == ["Mario Rossi"]


def test_a_page_ends_where_the_next_begins(company: Company) -> None:
    for n in range(7):
        company.do("register-party", code=f"P{n}", name="Uguale", role="prospect")
    first = company.ask("parties", limit=3)
    second = company.ask("parties", limit=3, after=first["next"])
    third = company.ask("parties", limit=3, after=second["next"])
    codes = [item["code"] for found in (first, second, third) for item in found["items"]]
    assert sorted(codes) == [f"P{n}" for n in range(7)]
    assert third["next"] is None


def test_a_repeated_command_answers_the_same(company: Company) -> None:
    command_id = uuid4()
    first = company.do("register-party", command_id=command_id, code="C9", name="Due volte", role="prospect")
    again = company.do("register-party", command_id=command_id, code="C9", name="Due volte", role="prospect")
    assert first == again
    assert len(company.ask("parties", text="Due volte")["items"]) == 1


ADDRESS: dict[str, Any] = {"street": "Via Roma 2", "postcode": "47121", "town": "Forlì", "province": "FC"}
PROSPECT = do("register-party", code="P1", name="Bianchi", role="prospect")
BIANCHI = party_id("P1")
ENTRY = COMMANDS["register-party"]
CMD = ENTRY.command.model_validate(PROSPECT.fields)


def test_a_code_belongs_to_one_party(company: Company) -> None:
    company.given(PROSPECT).when(do("register-party", code="p1 ", name="Neri", role="prospect")).then_refused(CodeTaken)
    brought = do("register-party", party_id=PARTY, code="P1", name="Neri", role="prospect")
    company.given().when(brought).then_refused(CodeTaken)
    company.given(ROSSI).when(do("register-party", code="C1", name="Neri", role="prospect")).then_refused(CodeTaken)
    assert [row["name"] for row in company.ask("parties", code="p1")["items"]] == ["Bianchi"]
    assert company.house.desk.lookups.party_by_code("c1") == PARTY


def test_the_version_answered_is_the_partys_own(company: Company) -> None:
    assert company.execute(ROSSI).version == 1
    assert company.execute(PROSPECT).version == 1


def test_a_site_is_known_by_its_code(company: Company) -> None:
    added = do("add-site", party_id=BIANCHI, code="S1", name="Sede", address=ADDRESS)
    first = company.given(PROSPECT).when(added).then(Party.SiteAdded)
    assert first.result == {"site_id": str(site_id(BIANCHI, "S1"))}
    company.given().when(added).then_nothing()
    renamed = do("add-site", party_id=BIANCHI, code="s1", name="Sede legale", address=ADDRESS)
    company.given().when(renamed).then(Party.SiteAdded)
    company.fold()
    lookups = company.house.desk.lookups
    assert lookups.site_by_code(BIANCHI, "S1") == site_id(BIANCHI, "S1")
    assert lookups.party_of_site(site_id(BIANCHI, "S1")) == BIANCHI
    assert [row["name"] for row in company.ask("sites", text="bianchi")["items"]] == ["Sede legale"]
    other = do("add-site", party_id=BIANCHI, site_id=uuid4(), code="S1", name="Altra", address=ADDRESS)
    company.given().when(other).then_refused(SiteCodeTaken)


def test_the_same_contact_again_is_one_person(company: Company) -> None:
    added = do("add-contact", party_id=BIANCHI, name="Maria", phone="0543 1")
    company.given(PROSPECT, added).when(added).then_nothing()
    company.given().when(do("add-contact", party_id=BIANCHI, name="maria", phone="0543 2")).then(Party.ContactAdded)
    assert [row["phone"] for row in company.ask("party", party_id=BIANCHI)["contacts"]] == ["0543 2"]


def test_terms_say_how_a_party_pays(company: Company) -> None:
    terms = {"payment_method": "riba", "iban": "IT60X0542811101000000123456", "price_list_code": "BASE"}
    setting = do("set-party-terms", party_id=BIANCHI, payment_terms={"parts": [{"days": 60}]}, **terms)
    company.given(PROSPECT).when(setting).then(Party.TermsSet)
    company.given().when(setting).then_nothing()
    assert company.record(BIANCHI).terms.payment_method.fatturapa_code == "MP12"
    assert company.ask("record", stream_id=BIANCHI)["terms"]["iban"] == "IT60X0542811101000000123456"
    assert "IT60X" not in str(company.ask("party", party_id=BIANCHI))
    wrong = do("set-party-terms", party_id=BIANCHI, iban="IT60X0542811101000000123457")
    company.given().when(wrong).then_refused(IbanWrong)


def test_the_vat_rules_see_who_the_customer_is(company: Company) -> None:
    company.given(PROSPECT)
    assert company.record(BIANCHI).vat_customer.kind is CustomerKind.BUSINESS
    company.do("set-party-terms", party_id=BIANCHI, vat_kind="listed-body", vat_subject=True)
    assert company.record(BIANCHI).vat_customer.kind is CustomerKind.LISTED_BODY
    assert company.record(BIANCHI).vat_customer.buys_as_business


def test_arrears_are_reported_and_cleared(company: Company) -> None:
    owed: dict[str, Any] = {"party_id": BIANCHI, "overdue": {"amount": "120.00"}, "oldest_due_on": "2026-07-31"}
    company.given(PROSPECT).when(do("report-arrears", **owed)).then(Party.ArrearsReported)
    company.given().when(do("report-arrears", at="2026-09-02T09:00", **owed)).then_nothing()
    assert [row["code"] for row in company.ask("parties", overdue=True)["items"]] == ["P1"]
    company.given().when(do("report-arrears", party_id=BIANCHI, overdue={"amount": "0"})).then(Party.ArrearsReported)
    assert company.ask("parties", overdue=True)["items"] == []


def test_a_party_is_deactivated_and_comes_back(company: Company) -> None:
    company.given(PROSPECT).when(do("deactivate-party", party_id=BIANCHI)).then(Party.Deactivated)
    company.given().when(do("deactivate-party", party_id=BIANCHI)).then_nothing()
    assert company.ask("parties", active=True)["items"] == []
    company.given().when(do("reactivate-party", party_id=BIANCHI)).then(Party.Reactivated)


def test_a_supplier_needs_no_tax_identity_to_be_known(company: Company) -> None:
    supplier = do("register-party", code="F1", name="Ricambi Spa", role="supplier", terms={"price_list_code": "F"})
    company.given().when(supplier).then(Party.Registered, Party.TermsSet)
    assert [row["code"] for row in company.ask("parties", role="supplier")["items"]] == ["F1"]


def test_of_many_at_once_one_gets_the_code(company: Company) -> None:
    def register(number: int) -> str:
        try:
            company.house.desk.execute(ENTRY, CMD, Act(by=f"user:{number}", at=MORNING), uuid4())
        except CodeTaken:
            return "taken"
        return "registered"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(register, range(6)))
    assert sorted(answers) == ["registered", *["taken"] * 5]
