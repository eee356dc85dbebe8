"""A person asks to be forgotten: what goes at once, what the law keeps until when (R10.4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.erasure import (
    Erasure,
    ErasureAlreadyDecided,
    ErasureNotDecided,
    ErasureRefused,
    LegalHold,
    NothingKnown,
    StillActive,
)
from aggregates.party import Party
from aggregates.values import Keep
from gateways.labels import sentence
from tests.dsl import Company, Do, do

ANNA, CONTACT, CALL, GINO, REQUEST = (UUID(int=n) for n in (9001, 9002, 9003, 9004, 9005))
STREET = {"street": "Via dei Gelsi 31", "postcode": "47121", "town": "Forlì", "province": "FC"}
KNOWN = (
    do("register-party", party_id=ANNA, code="P9", name="Anna Serventi", nature="consumer",
       tax={"tax_code": "RSSMRA80A01D704D"}, address=STREET, at="2026-03-02T09:00"),
    do("add-contact", party_id=ANNA, contact_id=CONTACT, name="Anna Serventi", mobile="333 7654321",
       email="anna.serventi@example.it", at="2026-03-02T09:01"),
)  # fmt: skip


def request(kind: str = "party", who: UUID = ANNA, at: str = "2026-11-30T10:00", **said: Any) -> Do:
    asked = {"erasure_id": REQUEST, "subject": {"kind": kind, "id": who}, "identity": "in_person"}
    return do("ask-erasure", at=at, **{**asked, **said})


def step(name: str, at: str = "2026-12-01T10:00", **said: Any) -> Do:
    return do(name, at=at, erasure_id=REQUEST, **said)


def known(company: Company) -> None:
    company.given(*KNOWN)
    company.fold()


def decided(company: Company) -> dict[Keep, date]:
    company.fold()
    situation = company.given().when(step("decide-erasure")).then(Erasure.Decided)
    fact = situation.new[0].fact
    assert isinstance(fact, Erasure.Decided)
    return {one.keep: one.erase_on for one in fact.scopes}


def test_a_request_is_noted_with_the_day_for_the_answer_and_decided(company: Company) -> None:
    known(company)
    asked = request(at="2027-01-31T10:00")
    company.given().when(asked).then((Erasure.Asked, {"answer_by_on": date(2027, 2, 28)}))
    company.given().when(asked).then_nothing()
    company.given().when(step("carry-out-erasure")).then_refused(ErasureNotDecided)
    assert decided(company) == {Keep.OPERATIONAL: date(2026, 12, 1)}
    company.given().when(step("decide-erasure")).then_nothing()
    company.given().when(step("refuse-erasure", reason="no")).then_refused(ErasureAlreadyDecided, on=date(2026, 12, 1))
    company.given().when(step("carry-out-erasure")).then(
        (Erasure.Released, {"keep": Keep.OPERATIONAL, "keys": (ANNA, CONTACT)}), Party.Deactivated
    )
    company.given().when(step("carry-out-erasure")).then_nothing()
    sheet = company.ask("erasure", erasure_id=REQUEST)
    assert (sheet["state"], sheet["scopes"][0]["state"]) == ("decided", "released")
    assert company.ask("erasures", state="decided")["items"][0]["answer_by_on"] == date(2027, 2, 28)


def test_a_refused_request_is_not_decided(company: Company) -> None:
    known(company)
    company.given(request()).when(step("refuse-erasure", reason="Chi è?")).then(Erasure.Refused)
    company.given().when(step("refuse-erasure", reason="Chi è?")).then_nothing()
    company.given().when(step("decide-erasure")).then_refused(ErasureRefused)


def test_a_stranger_and_somebody_who_works_here_are_not_forgotten(company: Company) -> None:
    company.given(do("register-technician", technician_id=GINO, code="T1", name="Gino Bianchi"))
    company.fold()
    company.given().when(request("person", CONTACT)).then_refused(NothingKnown)
    company.given(request("technician", GINO)).when(step("decide-erasure")).then_refused(StillActive)
    company.given(do("deactivate-technician", technician_id=GINO)).when(step("decide-erasure")).then(Erasure.Decided)


@pytest.mark.parametrize("taken", [False, True])
def test_an_open_call_holds_everything_back(company: Company, taken: bool) -> None:
    known(company)
    company.given(do("open-call", call_id=CALL, party_id=ANNA, fault="Non scalda", at="2026-11-20T09:00"), request())
    if taken:
        company.given(do("take-charge", call_id=CALL, at="2026-11-20T09:30"))
    company.fold()
    held = company.given().when(step("decide-erasure")).then_refused(LegalHold)
    assert held.refusal is not None
    assert "open calls" in str(held.refusal)
    assert "chiamate aperte CH-" in sentence(held.refusal, "it")


def test_what_nobody_has_answered_is_listed_before_its_month_ends(company: Company) -> None:
    known(company)
    company.given(request())
    company.fold()
    asked = company.ask("erasures")["items"][0]
    due = asked["answer_by_on"]
    assert [row["erasure_id"] for row in company.ask("erasures", to_answer_by=due)["items"]] == [asked["erasure_id"]]
    assert company.ask("erasures", to_answer_by=due - timedelta(days=1))["items"] == []
    company.given(step("decide-erasure"))
    company.fold()
    assert company.ask("erasures", to_answer_by=due)["items"] == []


def test_a_contact_goes_alone(company: Company) -> None:
    known(company)
    company.given(request("person", CONTACT))
    assert decided(company) == {Keep.OPERATIONAL: date(2026, 12, 1)}
    company.given().when(step("carry-out-erasure")).then((Erasure.Released, {"keys": (CONTACT,)}))


def test_what_is_held_of_a_person_can_be_told(company: Company) -> None:
    known(company)
    told = company.ask("person-data", kind="party", subject_id=ANNA)
    words = {one["field"]: one["value"] for one in told["words"]}
    assert words["name"] == "Anna Serventi"
    assert words["address.street"] == "Via dei Gelsi 31"
    assert words["tax.tax_code"] == "RSSMRA80A01D704D"
    assert words["contact.mobile"] == "333 7654321"
    assert company.ask("person-data", kind="person", subject_id=UUID(int=1)) is None
