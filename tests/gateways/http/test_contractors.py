"""Contractors over HTTP: their own visits, calls and reports, and nothing of anybody else's (REP-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from aggregates import roles
from aggregates.checklist import Checklist
from aggregates.contractor_work import contractor_work_id
from aggregates.protocol import protocol_id
from commands.catalog import CATALOG
from gateways.http.app import OPEN_ROUTES
from gateways.http.examples import example_of
from gateways.http.own_only import COMMANDS, COMMON, VIEWS
from projections.catalog import VIEWS as ALL_VIEWS
from tests.commands.calls import (
    CALL,
    COPIER,
    CUSTOMER,
    GINO,
    MACHINE,
    MILAN_ADDRESS,
    PINA,
    REPORT,
    TECHNICIANS,
    VISIT,
    assigned,
    opened,
    rome,
)  # fmt: skip
from tests.dsl import Company, Do, do
from tests.gateways.devices import send, sent, technician
from tests.gateways.http.test_commands import problem
from tests.gateways.http.test_door import routes
from tests.gateways.http.test_files import PDF, SHA
from tests.gateways.http.test_files import send as upload
from tests.gateways.http.visitors import Visitor, token_of, visitor

SECRET = "Segretissima"
PARTY, SITE, OTHER, JOB, PAPER, ITEM = (UUID(int=n) for n in range(1, 7))
TERMS = {"hourly": "32.00"}
OFFER, OTHERS_OFFER = contractor_work_id(VISIT, PINA), contractor_work_id(JOB, GINO)
LIST = Checklist.stream_of(OTHER, ITEM, protocol_id("annual"))
LEAK = {"key": "leak", "text": "Perde?", "kind": "yes_no"}


def work(call_id: UUID, visit: UUID, report: UUID) -> tuple[Do, Do]:
    """A visit done and reported."""
    times: dict[str, Any] = {"starts_at": rome("2026-12-09T09:00"), "ends_at": rome("2026-12-09T10:00")}
    done = do("perform-activity", at="2026-12-09T10:05", call_id=call_id, activity_id=visit, **times)
    return done, do("report-work", at="2026-12-09T10:10", call_id=call_id, report_id=report, work_done=SECRET)


def visit(call_id: UUID, activity_id: UUID, who: UUID) -> tuple[Do, Do, Do]:
    """A visit planned, on an agenda, and offered."""
    place: dict[str, Any] = {"call_id": call_id, "activity_id": activity_id}
    return (
        do("plan-activity", **place, kind="repair", minutes=60),
        assigned("2026-12-09T09:00", "2026-12-09T11:00", at="2026-12-04T17:00", technician_id=who, **place),
        do("offer-to-contractor", at="2026-12-04T17:05", **place, terms=TERMS),
    )


OUTSIDE = tuple(do("change-technician", technician_id=one, name="Esterno", external=True) for one in (GINO, PINA))
OTHERS = (
    do("register-party", party_id=PARTY, code="C9", name=f"{SECRET} Spa", tax={"vat_number": "IT12345670017"}),
    do("add-site", party_id=PARTY, site_id=SITE, code="S", name=SECRET, address={**MILAN_ADDRESS, "street": SECRET}),
    do(
        "register-serial-item",
        serial_item_id=ITEM,
        manufacturer=SECRET,
        number=SECRET,
        product=SECRET,
        type="copier",
        owner_id=PARTY,
    ),
    opened(call_id=OTHER, party_id=PARTY, site_id=SITE, fault=SECRET, serial_item_ids=[ITEM]),
    *visit(OTHER, JOB, GINO),
    *work(OTHER, JOB, PAPER),
    do("add-call-note", call_id=OTHER, note_id=uuid4(), text=SECRET),
    do("define-protocol", code="annual", terms={"name": "Annuale"}),
    do("set-protocol-operations", code="annual", from_on="2026-01-01", operations=[LEAK]),
    do("open-checklist", call_id=OTHER, protocol="annual", serial_item_id=ITEM),
)
MINE = (opened(serial_item_ids=[MACHINE]), *visit(CALL, VISIT, PINA))
FORMS: tuple[dict[str, Any], ...] = ({}, {"format": "csv"})
KNOWN: dict[str, Any] = {
    "call_id": OTHER, "party_id": PARTY, "customer_id": PARTY, "site_id": SITE, "serial_item_id": ITEM,
    "activity_id": JOB, "report_id": PAPER, "technician_id": GINO, "work_id": OTHERS_OFFER, "checklist_id": LIST,
    "sha256": SHA, "text": SECRET, "code": "C9",
}  # fmt: skip
"""The records of others that somebody may try."""


@pytest.fixture
def pina(client: TestClient, company: Company) -> Visitor:
    """A contractor with a visit, beside another contractor's customer and call."""
    company.given(*CUSTOMER, *TECHNICIANS, *OUTSIDE, COPIER, *OTHERS, *MINE)
    boss = visitor(client, company, "manager")
    upload(boss, "a.pdf", PDF)
    attach = {"sha256": SHA, "name": f"{SECRET}.pdf", "activity_id": str(JOB)}
    assert boss.post(f"/calls/{OTHER}/attach-file", attach).status_code == 200
    return contractor(client, company, PINA)


def contractor(client: TestClient, company: Company, technician_id: UUID | None) -> Visitor:
    """A user who is a contractor and nothing else."""
    email = f"{uuid4().hex[:8]}@example.it"
    who: dict[str, Any] = {"email": email, "name": "Pina", "roles": ["contractor"], "technician_id": technician_id}
    user_id = UUID(company.do("register-user", **who)["user_id"])
    company.fold()
    return Visitor(client, company, user_id, email, token_of(company, user_id, "contractor"))


def addressed(path: str) -> str:
    """A path with the ids of somebody else's records."""
    for name in [part.split("}")[0] for part in path.split("{")[1:]]:
        path = path.replace(f"{{{name}}}", str(KNOWN.get(name, "1" if name == "number" else uuid4())))
    return path


def test_every_row_of_the_catalogues_is_tied_or_closed() -> None:
    assert {view.name for view in ALL_VIEWS if roles.CONTRACTOR in view.roles} == VIEWS
    assert {entry.name for entry in CATALOG if roles.CONTRACTOR in entry.roles} == COMMANDS


@pytest.mark.parametrize("given", [KNOWN, {}], ids=["with their ids", "with nothing"])
def test_no_view_tells_of_others(pina: Visitor, given: dict[str, Any]) -> None:
    """Every view, asked with all that somebody may know of others' records, and with as little as it takes."""
    whole = {"on": "2026-12-09", "from_on": "2026-12-07", "to_on": "2026-12-13", "year": 2026, "month": 12}
    answered = set()
    for view in ALL_VIEWS:
        fields = set(view.ask.model_fields)
        needed = {name for name, info in view.ask.model_fields.items() if info.is_required()}
        asked: dict[str, Any] = {
            n: str(v) for n, v in {**whole, **given}.items() if n in fields and f"{{{n}}}" not in view.path
        }
        for name in sorted(needed - set(asked)):
            asked[name] = str(KNOWN.get(name, "response"))
        for extra in FORMS:
            answer = pina.get(addressed(view.path), **asked, **extra)
            assert answer.status_code in (200, 403, 404, 422), (view.name, answer.text)
            assert SECRET not in answer.text, view.name
            if answer.status_code == 200:
                answered.add(view.name)
            elif roles.CONTRACTOR not in view.roles:
                assert answer.status_code in (403, 422), view.name
    assert answered <= VIEWS
    if not given:
        assert answered >= COMMON


def test_no_route_takes_anything_about_others(pina: Visitor) -> None:
    """Every route with a body, on somebody else's records: refused, and nothing is recorded of it."""
    schemas = pina.client.get("/openapi.json").json()["components"]["schemas"]
    free = {"/v1/{company}/files", "/v1/{company}/device-batches"}
    before = pina.company.house.log.position()
    for method, path, operation in routes(pina.client):
        if path in OPEN_ROUTES | free or method != "POST":
            continue
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        body = example_of(content["schema"], schemas) if content else None
        if isinstance(body, dict):
            body = {**body, **{name: str(KNOWN[name]) for name in body.keys() & KNOWN.keys()}}
            body |= {"technician_id": str(GINO)} if "ask-absence" in str(operation.get("operationId")) else {}
        address = addressed(path.replace("{company}", pina.company.house.slug))
        answer = pina.client.request(method, address, json=body, headers=pina.headers())
        assert answer.status_code in (403, 404), (path, answer.text)
    assert pina.company.house.log.position() == before


def test_the_file_of_another_s_call_is_not_there(pina: Visitor, client: TestClient) -> None:
    assert pina.get(f"/files/{SHA}").status_code == 404
    assert contractor(client, pina.company, GINO).get(f"/files/{SHA}").status_code == 200


def test_their_own_is_there(pina: Visitor) -> None:
    mine: dict[str, Any] = {"technician_id": str(PINA)}
    assert [one["call_id"] for one in pina.get("/calls").json()["data"]["items"]] == [str(CALL)]
    sheet = pina.get(f"/calls/{CALL}").json()["data"]
    assert (sheet["party_name"], sheet["fault"]) == ("Rossi Gilbo", "Perde")
    assert not sheet.keys() & {"charges", "history", "links", "coverage"}
    day = pina.get("/my-day", on="2026-12-09", **mine).json()["data"]
    assert ([one["call_id"] for one in day["visits"]], "unassigned" in day) == ([str(CALL)], False)
    assert [one["work_id"] for one in pina.get("/contractor-work").json()["data"]["items"]] == [str(OFFER)]
    problem(pina.get("/my-day", on="2026-12-09", technician_id=str(GINO)), 403, "not-yours")


def test_a_visit_from_offer_to_signature(pina: Visitor) -> None:
    posted = [
        (f"/contractor-work/{OFFER}/accept", {}),
        (f"/calls/{CALL}/confirm-visit", {"activity_id": str(VISIT)}),
        (f"/calls/{CALL}/record-arrival", {"activity_id": str(VISIT)}),
        (f"/calls/{CALL}/perform-activity", {"activity_id": str(VISIT), "starts_at": "2026-11-20T09:00:00+01:00",
                                             "ends_at": "2026-11-20T10:00:00+01:00"}),
        (f"/calls/{CALL}/use-part", {"description": "Tubo", "quantity": "1"}),
        (f"/calls/{CALL}/add-note", {"text": "Cancello a sinistra"}),
        (f"/calls/{CALL}/report-work", {"report_id": str(REPORT), "work_done": "Fatto"}),
    ]  # fmt: skip
    for path, body in posted:
        answer = pina.post(path, body)
        assert answer.status_code == 200, (path, answer.text)
    paper = pina.get(f"/calls/{CALL}/reports/{REPORT}/to-sign").json()["data"]
    signed = {"report_id": str(REPORT), "revision": 0, "signer_name": "Anna Verdi", "image_sha256": "a" * 64}
    done = pina.post(f"/calls/{CALL}/sign-report", {**signed, "document_sha256": paper["document_sha256"]})
    assert done.status_code == 200, done.text
    assert pina.get(f"/work-reports/{REPORT}").json()["data"]["state"] == "signed"


def test_a_colleague_s_report_of_the_same_call_is_not_theirs(pina: Visitor) -> None:
    """Both come to one call; each sees the call, and of its reports their own."""
    other_visit, paper = uuid4(), uuid4()
    place: dict[str, Any] = {"call_id": CALL, "activity_id": other_visit}
    pina.company.given(
        do("plan-activity", **place, kind="repair", minutes=60),
        assigned("2026-12-10T09:00", "2026-12-10T11:00", at="2026-12-04T17:00", technician_id=GINO, **place),
        *work(CALL, other_visit, paper),
    )
    assert pina.get(f"/calls/{CALL}").status_code == 200
    assert pina.get(f"/work-reports/{paper}").status_code == 404
    assert pina.get(f"/calls/{CALL}/reports/{paper}/to-sign").status_code == 404
    why = {"report_id": str(paper), "revision": 0, "reason": "Assente"}
    problem(pina.post(f"/calls/{CALL}/explain-absent-signature", why), 403, "not-yours")


def test_work_is_in_their_own_name(pina: Visitor) -> None:
    times = {"starts_at": "2026-11-20T09:00:00+01:00", "ends_at": "2026-11-20T10:00:00+01:00"}
    path = f"/calls/{CALL}/perform-activity"
    problem(pina.post(path, {**times, "technician_id": str(GINO)}), 403, "not-yours")
    done = pina.post(path, times).json()["result"]
    call = pina.company.record(CALL)
    assert call.performed[UUID(done["activity_id"])].technician_id == PINA


def test_a_visit_given_away_is_gone_and_what_was_sent_is_answered_again(pina: Visitor) -> None:
    note, path = {"text": "Chiuso"}, f"/calls/{CALL}/add-note"
    key = str(uuid4())
    assert pina.post(path, note, idempotency_key=key).status_code == 200
    gone: dict[str, Any] = {"call_id": CALL, "activity_id": VISIT, "technician_id": GINO}
    moved = do("reassign-technician", at="2026-12-05T09:00", **gone, slot=MINE[2].fields["slot"])
    pina.company.given(moved)
    problem(pina.post(path, note), 403, "not-yours")
    assert pina.get(f"/calls/{CALL}").status_code == 404
    assert pina.get("/calls").json()["data"]["items"] == []
    again = pina.post(path, note, idempotency_key=key)
    assert (again.status_code, again.json()["repeated"]) == (200, True)


def test_a_device_s_queue_is_held_to_the_same(pina: Visitor) -> None:
    """What is about others is refused in the queue too, and kept for the dispatcher: it may have been theirs before."""
    fields: dict[str, Any] = {"call_id": str(OTHER), "text": "?"}
    mine: dict[str, Any] = {"call_id": str(CALL), "text": "Chiuso"}
    answers = send(
        pina,
        sent("a", "add-call-note", "2026-11-20T09:00:00", **fields),
        sent("b", "add-call-note", "2026-11-20T09:00:00", **mine),
    )
    assert [one["outcome"] for one in answers] == ["refused", "accepted"], str(answers)
    assert (answers[0]["code"], answers[0]["what_to_do"]) == ("not-yours", "ask_dispatcher")
    assert SECRET not in str(answers)


def test_a_contractor_who_is_no_technician_sees_nothing(client: TestClient, company: Company) -> None:
    nobody = contractor(client, company, None)
    problem(nobody.get("/calls"), 403, "technician-missing")
    problem(nobody.post(f"/calls/{CALL}/add-note", {"text": "x"}), 403, "technician-missing")


def test_staff_who_are_contractors_too_see_what_staff_see(pina: Visitor, client: TestClient) -> None:
    both = visitor(client, pina.company, "contractor", "dispatcher")
    assert len(both.get("/calls").json()["data"]["items"]) == 2
    gino = technician(client, pina.company)
    assert SECRET in gino.get(f"/calls/{OTHER}").text
