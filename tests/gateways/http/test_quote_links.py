"""Answering a quote from afar: the secret address, the code, the page, and everything that may be wrong with them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from aggregates.quote import Quote
from gateways.documents.issuer import Issuer
from gateways.http import quote_links
from gateways.http.app import create_app
from tests.commands.goods import CUSTOMER, registered
from tests.document_steps import founded
from tests.dsl import Company, do
from tests.gateways.http.test_commands import problem
from tests.gateways.http.visitors import Visitor, visitor
from tests.printing import printed, words

NOW = datetime(2026, 12, 9, 14, 0, tzinfo=UTC)
QUOTE = UUID("66666666-6666-6666-6666-666666666666")
EVIL = '<script>alert("x")</script>'
SENT = "2026-12-09T10:00"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What time it is at the routes of offers."""
    time = [NOW]
    monkeypatch.setattr(quote_links, "now", lambda: time[0])
    return time


@pytest.fixture
def office(company: Company, clock: list[datetime]) -> Company:
    """A quote of two alternatives, sent; the second has a line to choose."""
    registered(company, name=f"Rossi {EVIL}")
    one = [{"description": f"Riparazione {EVIL}", "unit_price": "100.00", "line_id": uuid4()}]
    other = [
        {"description": "Sostituzione", "unit_price": "250.00"},
        {"description": "Ritiro dell'usato", "unit_price": "30.00", "optional": True, "line_id": uuid4()},
    ]
    send: dict[str, Any] = {"quote_id": QUOTE, "at": SENT}
    company.given(
        founded(company),
        do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=one, at="2026-12-09T09:00"),
        do("add-quote-alternative", quote_id=QUOTE, alternative="B", lines=other, at="2026-12-09T09:00"),
        do("send-quote", alternative="A", **send),
        do("send-quote", alternative="B", **send),
    )
    return company


@pytest.fixture
def paper(office: Company) -> Company:
    """Both alternatives are printed."""
    issuer = Issuer(office.installation.archive)
    assert len(printed(office, issuer, "quote")) == 2
    return office


@pytest.fixture
def anna(client: TestClient, paper: Company) -> Visitor:
    return visitor(client, paper, "sales")


def ask(who: Visitor, **fields: Any) -> dict[str, Any]:
    answer = who.post(f"/quotes/{QUOTE}/ask-answer", {"name": "Laura Bianchi", "email": "laura@example.it", **fields})
    assert answer.status_code == 201, answer.text
    who.company.fold()
    made: dict[str, Any] = answer.json()
    return made


def show(who: Visitor, link: dict[str, Any]) -> Any:
    return who.client.get(link["address"], headers={"accept-language": "en"})


def page(who: Visitor, link: dict[str, Any]) -> Any:
    return who.client.get(link["address"], headers={"accept": "text/html"})


def code_for(who: Visitor, link: dict[str, Any]) -> str:
    answer = who.post(f"/quote-links/{link['link_id']}/make-code")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def enter(who: Visitor, link: dict[str, Any], code: str) -> Any:
    return who.client.post(f"{link['address']}/code", json={"code": code})


def confirmed(who: Visitor, **fields: Any) -> dict[str, Any]:
    link = ask(who, **fields)
    assert enter(who, link, code_for(who, link)).json() == {"confirmed": True}
    return link


def say(who: Visitor, link: dict[str, Any], alternative: str = "A", **fields: Any) -> Any:
    offers = {one["alternative"]: one for one in show(who, link).json().get("offers", ())}
    seen = offers.get(alternative, {}).get("document_sha256")
    body = {"answer": "accepted", "name": "Laura Bianchi", "alternative": alternative, "revision": 0}
    return who.client.post(link["address"], json={**body, "document_sha256": seen, **fields})


def test_a_quote_is_accepted_from_afar(anna: Visitor) -> None:
    link = ask(anna)
    assert (link["valid_until"], len(link["offers"])) == ("2027-01-08", 2)
    shown = show(anna, link).json()
    assert [(one["alternative"], one["net"]) for one in shown["offers"]] == [("A", "100.00"), ("B", "250.00")]
    assert shown["is_confirmed"] is False
    problem(say(anna, link), 403, "not-confirmed")
    assert enter(anna, link, code_for(anna, link)).json() == {"confirmed": True}
    chosen = shown["offers"][1]["lines"][1]["line_id"]
    answer = say(anna, link, "B", role="Titolare", options=[chosen], image_sha256="a" * 64)
    assert answer.status_code == 200, answer.text
    fact = anna.company.facts(QUOTE)[-1].fact
    assert isinstance(fact, Quote.Accepted)
    assert (fact.alternative, fact.revision, fact.channel, fact.person.name) == ("B", 0, "link+code", "Laura Bianchi")
    assert [str(one) for one in fact.options] == [chosen]
    assert fact.evidence is not None
    assert fact.evidence.document_sha256 == shown["offers"][1]["document_sha256"]
    assert (fact.evidence.role, fact.evidence.image_sha256, str(fact.evidence.link_id)) == (
        "Titolare", "a" * 64, link["link_id"],
    )  # fmt: skip
    assert anna.company.ask("quote-links", quote_id=QUOTE)["items"][0]["state"] == "used"
    problem(show(anna, link), 410, "quote-link-used")
    problem(say(anna, link), 410, "quote-link-used")


def test_a_quote_is_declined_from_afar(anna: Visitor) -> None:
    link = confirmed(anna)
    no = {"answer": "declined", "name": "Laura Bianchi", "reason": "Prezzo troppo alto"}
    assert anna.client.post(link["address"], json=no).status_code == 200
    fact = anna.company.facts(QUOTE)[-1].fact
    assert isinstance(fact, Quote.Declined)
    assert (fact.reason, fact.channel, fact.person and fact.person.name) == (
        "Prezzo troppo alto", "link+code", "Laura Bianchi",
    )  # fmt: skip


def test_the_document_is_what_was_printed(anna: Visitor) -> None:
    link = ask(anna)
    (first, _) = show(anna, link).json()["offers"]
    pdf = anna.client.get(f"{link['address']}/document/A")
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert "100,00" in words(pdf.content)
    problem(anna.client.get(f"{link['address']}/document/Z"), 404, "record-not-found")
    link = confirmed(anna)
    problem(say(anna, link, document_sha256="f" * 64), 409, "not-what-was-shown")
    problem(say(anna, link, document_sha256=None), 409, "not-what-was-shown")
    problem(say(anna, link, revision=3, document_sha256=first["document_sha256"]), 422, "offer-not-shown")
    assert anna.company.record(QUOTE).accepted is None


def test_what_is_not_printed_is_not_accepted(client: TestClient, office: Company) -> None:
    anna = visitor(client, office, "sales")
    link = confirmed(anna)
    problem(say(anna, link), 409, "quote-not-printed")
    assert anna.company.record(QUOTE).accepted is None


def test_the_page_shows_records_as_text(anna: Visitor) -> None:
    """Names and descriptions come from people: none of them is markup."""
    link = ask(anna)
    html = page(anna, link)
    assert html.headers["content-type"].startswith("text/html")
    assert "script" not in html.text.replace("&lt;script&gt;", "").replace("&lt;/script&gt;", "")
    assert "Riparazione &lt;script&gt;" in html.text
    assert "default-src 'none'" in html.headers["content-security-policy"]
    assert (html.headers["referrer-policy"], html.headers["cache-control"]) == ("no-referrer", "no-store")
    assert "Accetta" not in html.text, "first the code"


def test_the_whole_way_by_forms(anna: Visitor) -> None:
    link = ask(anna)
    form = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
    sent = anna.client.post(f"{link['address']}/send-code", headers=form)
    assert sent.status_code == 200, sent.text
    wrong = anna.client.post(f"{link['address']}/code", data={"code": "12"}, headers=form)
    assert 'role="status"' in wrong.text
    code = code_for(anna, link)
    again = anna.client.post(f"{link['address']}/code", data={"code": code}, headers=form, follow_redirects=False)
    assert (again.status_code, again.headers["location"]) == (303, link["address"])
    html = page(anna, link).text
    assert 'value="accepted"' in html
    seen = show(anna, link).json()["offers"][1]
    fields = {
        "answer": "accepted", "alternative": "B", "revision": "0", "document_sha256": seen["document_sha256"],
        "name": "Laura Bianchi", "role": "", "options": seen["lines"][1]["line_id"],
    }  # fmt: skip
    done = anna.client.post(link["address"], data=fields, headers=form)
    assert done.status_code == 200, done.text
    assert len(anna.company.record(QUOTE).accepted.lines) == 2
    over = page(anna, link)
    assert over.status_code == 410
    assert "form" not in over.text.replace("form-action", "")


def test_neither_secret_nor_code_can_be_read_anywhere(anna: Visitor, manager: Visitor) -> None:
    link = ask(anna, by_email=True)
    code = code_for(anna, link)
    anna.client.post(f"{link['address']}/send-code", json={})
    log = anna.company.house.log
    stored = b"".join(bytes(one.state) for one in log.select_notifications(1, 1000))
    assert link["secret"].encode() not in stored
    assert f'"{code}"'.encode() not in stored
    anna.company.fold()
    for view in ("/quote-links", "/notices"):
        told = manager.get(view).text
        assert link["secret"] not in told
        assert code not in told
        assert "sha256" not in told or view == "/notices"


def test_each_way_of_being_over_has_its_own_words(anna: Visitor, clock: list[datetime]) -> None:
    revoked = ask(anna)
    revoke = do("revoke-quote-link", link_id=revoked["link_id"], reason="Persona sbagliata")
    anna.company.given(revoke).when(revoke).then_nothing()
    problem(show(anna, revoked), 410, "quote-link-revoked")
    locked, expiring = ask(anna), ask(anna)
    code = code_for(anna, locked)
    for left in (4, 3, 2, 1, 0):
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        assert problem(enter(anna, locked, wrong), 403, "code-wrong")["values"] == {"left": left}
    problem(enter(anna, locked, code), 410, "quote-link-locked")
    problem(anna.client.post(f"{locked['address']}/send-code", json={}), 410, "quote-link-locked")
    nowhere = {"address": f"{anna.root}/quote-answers/{'x' * 43}"}
    for answer in (show(anna, nowhere), enter(anna, nowhere, "000000"), say(anna, nowhere)):
        problem(answer, 404, "offer-unknown")
    for _ in range(10):
        code_for(anna, expiring)
    problem(anna.client.post(f"{expiring['address']}/send-code", json={}), 429, "too-many-codes")
    clock[0] = datetime(2027, 1, 8, 22, 59, tzinfo=UTC)
    assert show(anna, expiring).status_code == 200, "the last day counts, in Italy's time"
    clock[0] = datetime(2027, 1, 8, 23, 0, tzinfo=UTC)
    problem(show(anna, expiring), 410, "quote-link-expired")


def test_a_newer_revision_takes_the_place_of_what_the_link_shows(anna: Visitor) -> None:
    link = confirmed(anna)
    (first, second) = show(anna, link).json()["offers"]
    change = {"line_id": first["lines"][0]["line_id"], "unit_price": "90.00"}
    anna.company.given(do("revise-quote", quote_id=QUOTE, changes=[change], at="2026-12-09T14:10"))
    assert [one["alternative"] for one in show(anna, link).json()["offers"]] == ["B"]
    problem(say(anna, link, document_sha256=first["document_sha256"]), 409, "revision-superseded")
    assert say(anna, link, "B", document_sha256=second["document_sha256"]).status_code == 200


def test_two_devices_at_once_are_one_answer(anna: Visitor) -> None:
    """Two people, two links, two alternatives: one wins, the other is told."""
    links = [confirmed(anna, name=name) for name in ("Laura Bianchi", "Ugo Rossi")]
    seen = {one["alternative"]: one["document_sha256"] for one in show(anna, links[0]).json()["offers"]}
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda n: say(anna, links[n], "AB"[n], document_sha256=seen["AB"[n]]), range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    problem(next(one for one in answers if one.status_code == 409), 409, "quote-is-accepted")
    facts = [one.fact for one in anna.company.facts(QUOTE)]
    assert sum(isinstance(fact, Quote.Accepted) for fact in facts) == 1
    problem(show(anna, links[0 if answers[0].status_code == 409 else 1]), 410, "offer-replaced")


def test_one_link_on_two_devices_answers_once(anna: Visitor) -> None:
    link = confirmed(anna)
    seen = {one["alternative"]: one["document_sha256"] for one in show(anna, link).json()["offers"]}
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda letter: say(anna, link, letter, document_sha256=seen[letter]), "AB"))
    assert sorted(answer.status_code for answer in answers) == [200, 410]


def test_who_may_ask_and_what_about(client: TestClient, anna: Visitor) -> None:
    clerk = visitor(client, anna.company, "warehouse")
    problem(clerk.post(f"/quotes/{QUOTE}/ask-answer", {"name": "Laura"}), 403, "role-missing")
    problem(anna.post(f"/quotes/{QUOTE}/ask-answer", {"name": "Laura", "by_email": True}), 422, "no-email")
    link = ask(anna, email=None)
    problem(anna.client.post(f"{link['address']}/send-code", json={}), 422, "no-email")
    anna.company.given(do("decline-quote", quote_id=QUOTE, reason="No", at="2026-12-09T15:00"))
    problem(anna.post(f"/quotes/{QUOTE}/ask-answer", {"name": "Laura"}), 409, "nothing-to-answer")
    problem(show(anna, link), 410, "offer-replaced")


def test_a_confirmation_holds_half_an_hour(anna: Visitor, clock: list[datetime]) -> None:
    link = confirmed(anna)
    clock[0] = NOW + timedelta(minutes=30)
    problem(say(anna, link), 403, "not-confirmed")


def test_codes_are_limited_by_caller_over_all_links(anna: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ask(anna), ask(anna)
    monkeypatch.setattr(quote_links, "MOST_OF_A_CALLER", 3)
    caller = {"host": "198.51.100.7"}
    monkeypatch.setattr(quote_links, "_caller", lambda _: caller["host"])
    with TestClient(create_app(anna.company.installation), raise_server_exceptions=False) as client:

        def send(link: dict[str, Any]) -> Any:
            return client.post(f"{link['address']}/send-code", json={})

        assert [send(link).status_code for link in (first, second, first)] == [202] * 3
        over = send(second)
        assert problem(over, 429, "too-many-from-here")["values"] == {"retry_after": int(over.headers["retry-after"])}
        for link in (first, second, first):
            problem(client.post(f"{link['address']}/code", json={"code": "000000"}), 403, "code-wrong")
        problem(client.post(f"{second['address']}/code", json={"code": "000000"}), 429, "too-many-from-here")
        caller["host"] = "198.51.100.8"
        assert send(second).status_code == 202, "another caller is not held up"
