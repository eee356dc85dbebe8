"""Parties as they change: sites located, moved and closed, contacts gone, prospects won, end users of a customer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid5

import pytest
from pydantic import ValidationError

from aggregates.party import Party, SiteCodeTaken, TaxIdentityMissing, party_id, site_id
from aggregates.party_refusals import ContactUnknown, NoSuchSite, NotAnEndUser, NotAProspect, OwnCustomer, SiteIsClosed
from commands.base import NotFound
from tests.dsl import Company, do

BIANCHI, NERI = party_id("P1"), party_id("P2")
SEDE, NORD = site_id(BIANCHI, "SEDE"), site_id(BIANCHI, "NORD")
ADDRESS: dict[str, Any] = {"street": "Via Roma 2", "postcode": "47121", "town": "Forlì", "province": "FC"}
TAX = {"vat_number": "IT12345670017"}
THERE = (
    do("register-party", code="P1", name="Bianchi", role="prospect"),
    do("register-party", code="P2", name="Neri", role="end_user"),
    do("add-site", party_id=BIANCHI, code="SEDE", name="Sede", address=ADDRESS, travel_km="42.5", area="Forlì"),
    do("add-site", party_id=BIANCHI, code="NORD", name="Nord", address=ADDRESS),
)


def test_a_site_gets_its_coordinates_and_keeps_what_was_not_told(company: Company) -> None:
    located = do("change-site", party_id=BIANCHI, site_id=SEDE, latitude=44.2227, longitude=12.0407)
    company.given(*THERE).when(located).then(Party.SiteAdded)
    company.given().when(located).then_nothing()
    (row,) = company.ask("sites", text="sede")["items"]
    assert (row["latitude"], row["longitude"]) == (44.2227, 12.0407)
    assert (row["travel_km"], row["area"], row["town"]) == (Decimal("42.5"), "Forlì", "Forlì")
    for wrong in ({"latitude": 91}, {"longitude": -180.5}):
        with pytest.raises(ValidationError):
            company.do("change-site", party_id=BIANCHI, site_id=SEDE, **wrong)


def test_a_sites_history_is_kept(company: Company) -> None:
    company.given(*THERE)
    company.do("change-site", party_id=BIANCHI, site_id=SEDE, name="Sede legale", area=None)
    sheet = company.ask("site", site_id=SEDE)
    assert (sheet["name"], sheet["area"], sheet["party_name"]) == ("Sede legale", None, "Bianchi")
    assert [(each["what"], each["site"]["name"]) for each in sheet["changes"]] == [
        ("added", "Sede"),
        ("changed", "Sede legale"),
    ]
    taken = do("change-site", party_id=BIANCHI, site_id=SEDE, code="nord")
    company.given().when(taken).then_refused(SiteCodeTaken)
    unknown = do("change-site", party_id=BIANCHI, site_id=uuid5(SEDE, "none"), name="X")
    company.given().when(unknown).then_refused(NoSuchSite)


def test_nothing_new_goes_to_a_closed_site(company: Company) -> None:
    closed = do("close-site", party_id=BIANCHI, site_id=NORD, closed_on="2026-09-10")
    company.given(*THERE).when(closed).then(Party.SiteClosed)
    company.given().when(closed).then_nothing()
    item: dict[str, Any] = {"product": "LT-900", "type": "x", "owner_id": BIANCHI, "site_id": NORD}
    late = do("register-serial-item", number="SN-1", installed_on="2026-09-10", **item)
    company.given().when(late).then_refused(SiteIsClosed, code="NORD", on="2026-09-10")
    company.do("register-serial-item", number="SN-1", installed_on="2026-09-09", **item)
    company.given().when(do("change-site", party_id=BIANCHI, site_id=NORD, name="N")).then_refused(SiteIsClosed)
    assert [row["code"] for row in company.ask("sites", party_id=BIANCHI, is_open=True)["items"]] == ["SEDE"]
    company.given().when(do("reopen-site", party_id=BIANCHI, site_id=NORD)).then(Party.SiteReopened)
    company.given().when(do("reopen-site", party_id=BIANCHI, site_id=NORD)).then_nothing()
    company.given().when(do("close-site", party_id=BIANCHI, site_id=uuid5(NORD, "x"))).then_refused(NoSuchSite)
    assert [each["what"] for each in company.ask("site", site_id=NORD)["changes"]] == ["added", "closed", "reopened"]


def test_a_contact_changes_and_goes(company: Company) -> None:
    company.given(*THERE)
    key = company.do("add-contact", party_id=BIANCHI, name="Maria", phone="0543 1", email="m@x.it")["contact_id"]
    change = do("change-contact", party_id=BIANCHI, contact_id=key, name="Maria Rossi", phone=None)
    company.given().when(change).then(Party.ContactAdded)
    company.given().when(change).then_nothing()
    (row,) = company.ask("party", party_id=BIANCHI)["contacts"]
    assert (row["name"], row["phone"], row["email"]) == ("Maria Rossi", None, "m@x.it")
    gone = do("remove-contact", party_id=BIANCHI, contact_id=key)
    company.given().when(gone).then(Party.ContactRemoved)
    company.given().when(gone).then_nothing()
    assert company.ask("party", party_id=BIANCHI)["contacts"] == []
    company.given().when(change).then_refused(ContactUnknown)
    company.given().when(do("remove-contact", party_id=BIANCHI, contact_id=uuid5(NORD, "x"))).then_refused(
        ContactUnknown
    )


def test_a_prospect_becomes_a_customer_and_keeps_its_history(company: Company) -> None:
    company.given(*THERE)
    won = do("convert-prospect", party_id=BIANCHI, tax=TAX, address=ADDRESS, converted_on="2026-09-15")
    company.given().when(do("convert-prospect", party_id=BIANCHI)).then_refused(TaxIdentityMissing)
    company.given().when(won).then(Party.Converted)
    company.given().when(won).then_nothing()
    (row,) = company.ask("parties", role="customer")["items"]
    assert (row["code"], row["vat_number"], row["sites"], row["town"]) == ("P1", "IT12345670017", 2, "Forlì")
    company.given().when(do("convert-prospect", party_id=NERI, tax=TAX)).then_refused(NotAProspect, code="P2")


def test_an_end_user_has_its_things_through_a_customer(company: Company) -> None:
    tied = do("link-end-user", party_id=NERI, customer_id=BIANCHI)
    company.given(*THERE).when(tied).then(Party.CustomerLinked)
    company.given().when(tied).then_nothing()
    assert [row["code"] for row in company.ask("parties", customer_id=BIANCHI)["items"]] == ["P2"]
    assert [row["name"] for row in company.ask("party", party_id=BIANCHI)["end_users"]] == ["Neri"]
    company.given().when(do("link-end-user", party_id=BIANCHI, customer_id=NERI)).then_refused(NotAnEndUser)
    company.given().when(do("link-end-user", party_id=NERI, customer_id=NERI)).then_refused(OwnCustomer)
    company.given().when(do("link-end-user", party_id=NERI, customer_id=uuid5(NERI, "x"))).then_refused(NotFound)
    company.given().when(do("link-end-user", party_id=NERI)).then(Party.CustomerLinked)
