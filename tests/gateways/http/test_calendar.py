"""The calendar of a technician at its secret address: made once, read back, not sent again, closed (AGE-4)."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from icalendar import Calendar
from starlette.testclient import TestClient

from aggregates.technician import MOST_FEEDS, technician_id
from aggregates.values import ROME
from gateways import logs
from tests.dsl import Company, do
from tests.gateways.http.visitors import Visitor, token_of, visitor

GINO, PINA, CALL = technician_id("T01"), technician_id("T02"), UUID(int=100)
SITE = {
    "street": "Corso Cavour 8",
    "postcode": "47521",
    "town": "Cesena",
    "province": "FC",
    "latitude": 44.14,
    "longitude": 12.24,
}
TODAY = datetime.now(ROME).date()
SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)


@pytest.fixture
def staffed(company: Company) -> Company:
    """Two technicians, a customer with a site, and a visit of Gino's in three days."""
    rossi: dict[str, Any] = {
        "party_id": UUID(int=50),
        "code": "C1",
        "name": "Bar Sport; di Rossi, Gilbo",
        "role": "prospect",
    }
    company.given(
        do("register-technician", technician_id=GINO, code="T01", name="Gino Bianchi"),
        do("register-technician", technician_id=PINA, code="T02", name="Pina Neri"),
        do("register-party", **rossi),
        do("add-site", party_id=UUID(int=50), site_id=UUID(int=51), code="CE", name="Magazzino", address=SITE),
        do("open-call", call_id=CALL, party_id=UUID(int=50), site_id=UUID(int=51), fault="Non raffredda"),
        do("assign-technician", call_id=CALL, technician_id=GINO, slot=at(0, 2)),
    )
    return company


def at(begins: int, ends: int) -> dict[str, Any]:
    """A slot in hours after `SOON`."""
    return {"starts_at": SOON + timedelta(hours=begins), "ends_at": SOON + timedelta(hours=ends)}


def address_of(who: Visitor, technician: UUID = GINO, **headers: str) -> dict[str, Any]:
    """A new address."""
    answer = who.post(f"/technicians/{technician}/calendar-address", {"label": "Telefono"}, **headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def read(client: TestClient, company: Company, secret: str, **headers: str) -> Any:
    """The calendar as a program without a token gets it."""
    company.fold()
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(f"/v1/{company.house.slug}/calendar/{secret}.ics", headers=given)


def events(answer: Any) -> dict[str, Any]:
    """The events of a calendar by the beginning of their UIDs."""
    assert answer.status_code == 200, answer.text
    calendar = Calendar.from_ical(answer.content)
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def test_a_visit_as_a_calendar_program_reads_it(client: TestClient, staffed: Company, manager: Visitor) -> None:
    made = address_of(manager)
    assert made["address"] == f"http://testserver/v1/{staffed.house.slug}/calendar/{made['secret']}.ics"
    answer = read(client, staffed, made["secret"])
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    (activity_id,) = staffed.record(CALL).activities
    (event,) = events(answer).values()
    assert str(event["UID"]) == f"visit-{activity_id}@libretto"
    assert str(event["SUMMARY"]) == "Bar Sport; di Rossi, Gilbo · Cesena · Non raffredda"
    assert str(event["LOCATION"]) == "Magazzino, Corso Cavour 8, 47521 Cesena (FC)"
    assert event["GEO"].to_ical() == "44.14;12.24"
    assert "Chiamata CH-2026-0001" in str(event["DESCRIPTION"])
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (SOON, SOON + timedelta(hours=2))
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("TENTATIVE", 0)
    assert "LAST-MODIFIED" in event
    assert "DTSTAMP" in event


def test_a_moved_visit_keeps_its_name_and_a_cancelled_one_vanishes(
    client: TestClient, staffed: Company, manager: Visitor
) -> None:
    secret = address_of(manager)["secret"]
    (before,) = events(read(client, staffed, secret)).values()
    (activity_id,) = staffed.record(CALL).activities
    visit: dict[str, Any] = {"call_id": CALL, "activity_id": activity_id}
    staffed.do("reassign-technician", **visit, slot=at(4, 5))
    (after,) = events(read(client, staffed, secret)).values()
    assert before["UID"] == after["UID"]
    assert (after["SEQUENCE"], after["DTSTART"].dt) == (1, SOON + timedelta(hours=4))
    assert after["LAST-MODIFIED"].dt >= before["LAST-MODIFIED"].dt
    staffed.do("reassign-technician", **visit, technician_id=PINA)
    assert events(read(client, staffed, secret)) == {}
    pina = address_of(manager, PINA)["secret"]
    assert len(events(read(client, staffed, pina))) == 1
    staffed.do("unassign-technician", **visit, reason="Cliente assente")
    assert events(read(client, staffed, pina)) == {}


def status(answer: Any) -> tuple[str, int]:
    """How certain the only event is, and how often it was changed."""
    (event,) = events(answer).values()
    return str(event["STATUS"]), event["SEQUENCE"]


def confirm(company: Company) -> dict[str, Any]:
    """Both sides agree to the visit."""
    (activity_id,) = company.record(CALL).activities
    visit: dict[str, Any] = {"call_id": CALL, "activity_id": activity_id}
    company.do("confirm-appointment", **visit, channel="phone")
    company.do("confirm-visit", **visit, technician_id=GINO)
    return visit


def test_a_visit_is_certain_when_customer_and_technician_confirmed(
    client: TestClient, staffed: Company, manager: Visitor
) -> None:
    secret = address_of(manager)["secret"]
    assert status(read(client, staffed, secret)) == ("TENTATIVE", 0)
    (activity_id,) = staffed.record(CALL).activities
    staffed.do("confirm-appointment", call_id=CALL, activity_id=activity_id, channel="phone")
    assert status(read(client, staffed, secret)) == ("TENTATIVE", 1)
    visit = confirm(staffed)
    assert status(read(client, staffed, secret)) == ("CONFIRMED", 2)
    staffed.do("reassign-technician", **visit, slot=at(4, 6))
    assert status(read(client, staffed, secret)) == ("TENTATIVE", 3), "the time confirmed was another one"
    staffed.do("record-arrival", **visit)
    assert status(read(client, staffed, secret)) == ("CONFIRMED", 4)


def test_a_call_that_waits_makes_its_visit_tentative(client: TestClient, staffed: Company, manager: Visitor) -> None:
    secret = address_of(manager)["secret"]
    confirm(staffed)
    staffed.do("pause-call", call_id=CALL, reason="waiting-customer")
    (event,) = events(read(client, staffed, secret)).values()
    assert str(event["STATUS"]) == "TENTATIVE"


def test_absences_and_duty_on_call(client: TestClient, staffed: Company, manager: Visitor) -> None:
    secret = address_of(manager)["secret"]
    first = TODAY + timedelta(days=10)
    holiday: dict[str, Any] = {"absence_id": UUID(int=7), "technician_id": GINO, "kind": "holiday"}
    staffed.do("ask-absence", **holiday, from_on=first, to_on=first + timedelta(days=4))
    course: dict[str, Any] = {
        "absence_id": UUID(int=8),
        "technician_id": GINO,
        "kind": "training",
        "from_time": "14:00",
    }
    weekly = {"every": "weekly", "until_on": first + timedelta(days=30)}
    staffed.do("record-absence", **course, from_on=first + timedelta(days=6), repeats=weekly)
    staffed.do("set-on-call", duty_id=UUID(int=9), technician_id=GINO, slot=at(8, 16), note="Solo gas")
    found = events(read(client, staffed, secret))
    asked = found.pop(f"absence-{UUID(int=7)}-{first}@libretto")
    assert (asked["DTSTART"].dt, asked["DTEND"].dt) == (first, first + timedelta(days=5))
    assert type(asked["DTSTART"].dt) is date
    assert (str(asked["SUMMARY"]), str(asked["STATUS"])) == ("Ferie", "TENTATIVE")
    duty = found.pop(f"on-call-{UUID(int=9)}@libretto")
    assert (str(duty["SUMMARY"]), str(duty["TRANSP"])) == ("Reperibilità", "TRANSPARENT")
    courses = {uid: event for uid, event in found.items() if uid.startswith("absence-")}
    assert len(courses) == 4
    assert {event["DTSTART"].dt.astimezone(ROME).hour for event in courses.values()} == {14}
    staffed.do("approve-absence", absence_id=UUID(int=7))
    assert str(events(read(client, staffed, secret))[str(asked["UID"])]["STATUS"]) == "CONFIRMED"
    staffed.do("cancel-absence", absence_id=UUID(int=7))
    assert str(asked["UID"]) not in events(read(client, staffed, secret))


def test_what_is_long_past_or_far_ahead_is_left_out(client: TestClient, staffed: Company, manager: Visitor) -> None:
    secret = address_of(manager)["secret"]
    for n, days in enumerate((-40, -27, 26 * 7, 26 * 7 + 1)):
        leave: dict[str, Any] = {"absence_id": UUID(int=n + 1), "technician_id": GINO, "kind": "leave"}
        staffed.do("record-absence", **leave, from_on=TODAY + timedelta(days=days))
    kept = {uid[8:44] for uid in events(read(client, staffed, secret)) if uid.startswith("absence-")}
    assert kept == {str(UUID(int=2))}


def test_what_has_not_changed_is_not_sent_again(client: TestClient, staffed: Company, manager: Visitor) -> None:
    secret = address_of(manager)["secret"]
    etag = read(client, staffed, secret).headers["etag"]
    same = read(client, staffed, secret, if_none_match=f'"x", W/{etag}')
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    (activity_id,) = staffed.record(CALL).activities
    staffed.do("record-arrival", call_id=CALL, activity_id=activity_id)
    changed = read(client, staffed, secret, if_none_match=etag)
    assert changed.headers["etag"] != etag
    assert [event["SEQUENCE"] for event in events(changed).values()] == [1]


def test_a_wrong_or_revoked_secret_or_another_company_finds_nothing(
    client: TestClient, staffed: Company, manager: Visitor
) -> None:
    made = address_of(manager)
    for secret in ("x", made["secret"][:-1], made["secret"] + "x", "%ff%fe", "è"):
        answer = read(client, staffed, secret)
        assert (answer.status_code, answer.json()["code"]) == (404, "calendar-gone")
    other = staffed.installation.open_house(f"c-{uuid4().hex[:12]}", uuid4())
    assert client.get(f"/v1/{other.slug}/calendar/{made['secret']}.ics").status_code == 404
    assert read(client, staffed, made["secret"]).status_code == 200
    listed = manager.get(f"/technicians/{GINO}/calendar-feeds").json()["data"]
    assert [(one["feed_id"], one["label"]) for one in listed] == [(made["feed_id"], "Telefono")]
    gone = manager.post(f"/technicians/{GINO}/revoke-calendar-feed", {"feed_id": made["feed_id"]})
    assert gone.status_code == 200
    assert read(client, staffed, made["secret"]).status_code == 404
    assert manager.get(f"/technicians/{GINO}/calendar-feeds").json()["data"] == []


def test_who_no_longer_works_here_reads_nothing(client: TestClient, staffed: Company, manager: Visitor) -> None:
    secret = address_of(manager)["secret"]
    staffed.do("deactivate-technician", technician_id=GINO)
    assert read(client, staffed, secret).status_code == 404
    refused = manager.post(f"/technicians/{GINO}/calendar-address", {"label": "Ancora"})
    assert refused.json()["code"] == "technician-inactive"


def test_the_same_request_again_answers_the_same_secret(staffed: Company, manager: Visitor) -> None:
    key = str(uuid4())
    first, again = (address_of(manager, idempotency_key=key) for _ in range(2))
    assert first == again
    assert address_of(manager)["secret"] != first["secret"]
    feeds = staffed.record(GINO).feeds
    assert feeds[UUID(first["feed_id"])].secret_hash == hashlib.sha256(first["secret"].encode()).hexdigest()
    assert len(feeds) == 2


def test_technicians_make_addresses_of_their_own_agenda(client: TestClient, staffed: Company) -> None:
    gino = visitor(client, staffed, "technician")
    path = f"/technicians/{GINO}/calendar-address"
    assert gino.post(path, {"label": "Mio"}).json()["code"] == "role-missing"
    user: dict[str, Any] = {"user_id": gino.user_id, "email": gino.email, "name": "Gino", "technician_id": GINO}
    staffed.do("change-user", **user)
    staffed.fold()
    gino.token = token_of(staffed, gino.user_id, "technician")
    assert gino.post(path, {"label": "Mio"}).status_code == 201
    assert gino.post(f"/technicians/{PINA}/calendar-address", {"label": "Suo"}).json()["code"] == "role-missing"
    assert visitor(client, staffed, "warehouse").post(path, {"label": "x"}).status_code == 403
    assert (
        visitor(client, staffed, "manager").post("/technicians/x/calendar-address", {"label": "x"}).status_code == 404
    )


def test_there_is_a_limit_to_addresses(staffed: Company, manager: Visitor) -> None:
    for _ in range(MOST_FEEDS):
        address_of(manager)
    refused = manager.post(f"/technicians/{GINO}/calendar-address", {"label": "Ancora"})
    assert refused.json()["code"] == "too-many-feeds"


def test_the_secret_stands_in_no_log_line_and_no_record(
    client: TestClient, staffed: Company, manager: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    before = structlog.get_config()
    logs.configure("DEBUG")
    try:
        made = address_of(manager)
        assert read(client, staffed, made["secret"]).status_code == 200
        assert client.get(f"/v1/{staffed.house.slug}/calendar/{made['secret']}").status_code == 404
    finally:
        structlog.configure(**before)
    written = "".join(capsys.readouterr())
    assert "/calendar/***" in written
    assert made["secret"] not in written
    digest = hashlib.sha256(made["secret"].encode()).hexdigest()
    for path in (f"/technicians/{GINO}", f"/history/{GINO}", f"/records/{GINO}", f"/technicians/{GINO}/calendar-feeds"):
        assert digest not in manager.get(path).text
    with staffed.installation.database.company(staffed.house.company_id) as connection:
        sql = "select answer::text from command where company_id = %s"
        stored = connection.execute(sql, (staffed.house.company_id,)).fetchall()
    assert not any(made["secret"] in answer for (answer,) in stored)
