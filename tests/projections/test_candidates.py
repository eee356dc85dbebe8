"""Who can do a visit, and who is nearest, as the views answer it (AGE-2, MAP-1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from aggregates.technician import technician_id
from aggregates.values import ROME
from gateways.spoken import spoken
from projections.candidates import WindowTooLong
from tests.dsl import Company, Do, do

GINO, PINA, UGO, TEA = (technician_id(f"T0{n}") for n in range(1, 5))
BAR, SITE, CALL = UUID(int=50), UUID(int=51), UUID(int=1)
FORLI = {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì", "latitude": 44.2227, "longitude": 12.0407}
IDENTITY = {"name": "Service Srl", "vat_number": "IT12345670017", "address": FORLI}
AT_FORLI: dict[str, Any] = {"starts_latitude": 44.2227, "starts_longitude": 12.0407}
AT_RIMINI: dict[str, Any] = {"starts_latitude": 44.0594, "starts_longitude": 12.5683}
GAS = {"name": "GAS", "level": 3, "certified_until_on": "2026-12-09"}
NOW = "2026-12-09T08:30:00+01:00"
PEOPLE = (
    do("found-company", company_id=uuid4(), identity=IDENTITY),
    do("register-technician", code="T01", name="Gino Bianchi", areas=["FC"], skills=[{"name": "GAS"}], **AT_RIMINI),
    do("register-technician", code="T02", name="Pina Neri", skills=[GAS], **AT_FORLI),
    do("register-technician", code="T03", name="Ugo Verdi", **AT_FORLI),
    do("register-technician", code="T04", name="Tea Rosa", skills=[{"name": "GAS"}], external=True, **AT_FORLI),
    do("register-party", party_id=BAR, code="C1", name="Bar Sport", role="prospect"),
    do("add-site", party_id=BAR, site_id=SITE, code="SEDE", name="Sede", address=FORLI, area="FC"),
    do("open-call", at="2026-12-09T08:00", call_id=CALL, party_id=BAR, site_id=SITE, fault="Perde gas", skill="GAS"),
)


def slot(starts: str, ends: str) -> dict[str, str]:
    return {"starts_at": f"2026-12-{starts}:00+01:00", "ends_at": f"2026-12-{ends}:00+01:00"}


def proposals(company: Company, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = company.ask("candidates", **{"call_id": CALL, "at": NOW, **fields})
    return found


def names(found: dict[str, Any]) -> list[str]:
    return [one["name"] for one in found["items"]]


def codes(one: dict[str, Any]) -> dict[str, int]:
    return {reason["because"]["code"]: reason["points"] for reason in one["reasons"]}


def visit(n: int, technician: UUID, starts: str, ends: str, **fields: Any) -> tuple[Do, Do]:
    call: dict[str, Any] = {"call_id": UUID(int=n), "party_id": BAR, "site_id": SITE}
    where: dict[str, Any] = {"call_id": UUID(int=n), "technician_id": technician, "slot": slot(starts, ends), **fields}
    return do("open-call", **call, fault="Guasto"), do("assign-technician", **where)


def test_proposals_stand_by_score_with_their_reasons(company: Company) -> None:
    company.given(*PEOPLE)
    found = proposals(company, excluded=True)
    assert names(found) == ["Pina Neri", "Tea Rosa", "Gino Bianchi"]
    pina, tea, gino = found["items"]
    assert [one["slot"]["starts_at"].astimezone(ROME).strftime("%d %H:%M") for one in (pina, gino)] == [
        "09 08:30", "09 09:42",
    ]  # fmt: skip
    assert codes(gino) == {"rank-on-time": 40, "rank-travel": -72, "rank-skill": 10, "rank-area": 20}
    assert codes(tea)["rank-contractor"] == -30
    assert all(one["score"] == sum(codes(one).values()) for one in found["items"])
    assert [(one["name"], one["because"]["code"]) for one in found["excluded"]] == [("Ugo Verdi", "out-skill")]
    assert gino["reasons"][1]["reason"] == "72 minuti di viaggio."
    assert spoken(found, "en")["items"][2]["reasons"][1]["reason"] == "72 minutes of travel."
    assert spoken(found, "en")["excluded"][0]["reason"] == "Lacks the skill GAS."


def test_whoever_is_busy_absent_or_no_longer_certified_is_left_out(company: Company) -> None:
    company.given(*PEOPLE, *visit(2, PINA, "09T08:30", "09T12:30"), *visit(3, PINA, "09T14:00", "09T17:30"))
    company.given(do("record-absence", technician_id=GINO, kind="leave", from_on="2026-12-09"))
    company.given(do("deactivate-technician", technician_id=TEA))
    today = {"from_at": NOW, "to_at": "2026-12-09T18:00:00+01:00", "excluded": True}
    found = proposals(company, **today)
    assert found["items"] == []
    assert {one["name"]: one["because"]["code"] for one in found["excluded"]} == {
        "Gino Bianchi": "out-absent", "Pina Neri": "out-no-time", "Ugo Verdi": "out-skill",
    }  # fmt: skip
    assert names(proposals(company, **today, minutes=30)) == ["Pina Neri"]
    tomorrow = proposals(company, from_at="2026-12-10T08:00:00+01:00", excluded=True)
    assert names(tomorrow) == ["Gino Bianchi"]
    assert {one["name"]: one["because"]["code"] for one in tomorrow["excluded"]}["Pina Neri"] == "out-certificate"
    assert names(proposals(company, from_at="2026-12-10T08:00:00+01:00", least_level=4)) == []


def test_the_usual_technician_of_a_signed_contract_counts(company: Company) -> None:
    customer: dict[str, Any] = {
        "party_id": BAR,
        "code": "C1",
        "name": "Bar Sport",
        "tax": {"vat_number": "IT12345670017"},
    }
    company.given(*PEOPLE[:5], do("register-party", **customer), *PEOPLE[6:])
    head: dict[str, Any] = {"usual_technician_id": GINO, "step_months": 12, "alignment": "none"}
    contract: dict[str, Any] = {"contract_id": UUID(int=80)}
    terms: dict[str, Any] = {"payment_terms": {"parts": [{"days": 30}]}}
    company.do("draft-contract", **contract, customer_id=BAR, starts_on="2026-12-01", **head, **terms)
    company.do("add-contract-line", **contract, description="Assistenza", annual_fee={"amount": "1200.00"})
    assert "rank-usual" not in gino_of(company), "a draft is no contract"
    company.do("sign-contract", **contract)
    assert gino_of(company)["rank-usual"] == 25


def gino_of(company: Company) -> dict[str, int]:
    return {one["name"]: codes(one) for one in proposals(company)["items"]}["Gino Bianchi"]


def test_parts_in_the_van_count_when_there_are_enough(company: Company) -> None:
    company.given(*PEOPLE)
    article = company.do("register-article", code="VALV", description="Valvola", kind="part", unit="pz")["article_id"]
    van = company.do("open-warehouse", code="F1", name="Furgone 1", kind="van", technician_id=PINA)["warehouse_id"]
    company.do("stock-article", article_id=article, warehouse_id=van, quantity="2", unit_cost="10")
    for quantity, points in (("2", 30), ("3", 0)):
        line: dict[str, Any] = {
            "line_id": UUID(int=7),
            "article_id": article,
            "description": "Valvola",
            "quantity": quantity,
        }
        company.do("plan-part", call_id=CALL, **line)
        pina = {one["name"]: codes(one) for one in proposals(company)["items"]}["Pina Neri"]
        assert pina["rank-parts"] == points


def test_the_activity_says_skill_and_length(company: Company) -> None:
    company.given(*PEOPLE)
    planned: dict[str, Any] = {
        "call_id": CALL,
        "activity_id": UUID(int=5),
        "kind": "repair",
        "skill": "ELECTRIC",
        "minutes": 90,
    }
    company.given(do("plan-activity", **planned))
    found = proposals(company, activity_id=UUID(int=5))
    assert (found["minutes"], found["skill"], found["items"]) == (90, "ELECTRIC", [])
    assert company.ask("candidates", call_id=CALL, activity_id=UUID(int=6), at=NOW) is None
    assert company.ask("candidates", call_id=UUID(int=404), at=NOW) is None


def test_duty_on_call_counts_and_weights_are_the_companys(company: Company) -> None:
    company.given(*PEOPLE, do("set-on-call", technician_id=GINO, slot=slot("09T20:00", "10T06:00")))
    night = {"from_at": "2026-12-09T20:00:00+01:00", "to_at": "2026-12-10T06:00:00+01:00"}
    (gino,) = proposals(company, **night)["items"]
    assert codes(gino)["rank-on-call"] == -15
    company.given(do("set-company-parameters", change={"dispatch": {"on_call": 1, "travel": {"kmh": 100}}}))
    (gino,) = proposals(company, **night)["items"]
    assert (codes(gino)["rank-on-call"], codes(gino)["rank-travel"]) == (-1, -36)


def test_a_window_is_bounded(company: Company) -> None:
    company.given(*PEOPLE)
    with pytest.raises(WindowTooLong):
        proposals(company, to_at="2027-02-01T00:00:00+01:00")


def test_a_fresh_position_is_where_the_way_begins(company: Company) -> None:
    basis: dict[str, Any] = {"kind": "union_agreement", "document": "A1", "valid_from_on": "2026-01-01"}
    company.given(*PEOPLE, do("record-position-basis", **basis))
    seen: dict[str, Any] = {"technician_id": GINO, "latitude": 44.2227, "longitude": 12.0407}
    company.given(do("share-position", at="2026-12-09T09:00", **seen))
    at = "2026-12-09T09:30:00+01:00"
    assert {one["name"]: codes(one)["rank-travel"] for one in proposals(company, at=at)["items"]}["Gino Bianchi"] == 0
    later = "2026-12-09T11:30:00+01:00"
    assert {one["name"]: codes(one)["rank-travel"] for one in proposals(company, at=later)["items"]} == {
        "Gino Bianchi": -72, "Pina Neri": 0, "Tea Rosa": 0,
    }  # fmt: skip
    near = company.ask("nearest", call_id=CALL, at=at)["items"]
    gino = next(one for one in near if one["technician_name"] == "Gino Bianchi")
    assert (gino["from"], gino["position_age_minutes"], gino["km"]) == ("position", 30, 0.0)


def test_the_nearest_is_who_can_be_there_first(company: Company) -> None:
    company.given(*PEOPLE, *visit(2, PINA, "09T08:30", "09T12:00"))
    found = company.ask("nearest", call_id=CALL, at="2026-12-09T09:00:00+01:00")
    told = [(one["technician_name"], one["from"], one["travel_minutes"]) for one in found["items"]]
    assert told == [("Tea Rosa", "start", 0), ("Gino Bianchi", "start", 72), ("Pina Neri", "visit", 0)]
    arrivals = [one["arrives_at"].astimezone(ROME).strftime("%H:%M") for one in found["items"]]
    assert arrivals == ["09:00", "10:12", "12:00"]
    assert company.ask("nearest", call_id=UUID(int=404)) is None


def test_fifty_technicians_are_asked_for_together(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked once for each technician; how long it takes is measured by the benches."""
    company.given(*PEOPLE)
    asked: list[str] = []
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *rest: Any, **how: Any) -> Any:
        asked.append(str(query))
        return execute(cursor, query, *rest, **how)

    def statements(technicians: int) -> int:
        company.fold()
        assert len(proposals(company)["items"]) == technicians
        before = len(asked)
        proposals(company)
        return len(asked) - before

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    few = statements(3)
    company.given(
        *(
            do("register-technician", code=f"X{n}", name=f"X {n}", skills=[{"name": "GAS"}], **AT_FORLI)
            for n in range(46)
        )
    )
    assert statements(49) < few + 5


def test_of_equals_the_first_by_name_stands_first(company: Company) -> None:
    company.given(*PEOPLE, do("register-technician", code="T09", name="Ada Viola", skills=[GAS], **AT_FORLI))
    assert names(proposals(company))[:2] == ["Ada Viola", "Pina Neri"]
