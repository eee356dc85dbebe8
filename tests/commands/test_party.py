"""Parties: registered once, changed from now on, found by what people remember."""

from __future__ import annotations

from uuid import UUID, uuid4

from aggregates.party import Party, PartyNature, TaxIdentityMissing, VatNumberWrong
from tests.dsl import Company, do

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
