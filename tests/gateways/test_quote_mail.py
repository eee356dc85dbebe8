"""E-mails about quotes: link and code are filled in as they go out, and open the offer; the log knows neither."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from aggregates.base import Act
from commands.quote_link import ASK, MAKE_CODE, AskQuoteAnswer, MakeQuoteCode
from gateways.documents.archive import Archive, open_archive
from gateways.documents.issuer import Issuer
from gateways.http import quote_links
from gateways.http.app import create_app
from gateways.link_secrets import code_hash, link_secret, one_time_code, secret_hash
from gateways.mail import Mailer
from gateways.settings import Settings
from tests.commands.goods import CUSTOMER, registered
from tests.document_steps import founded
from tests.dsl import Company, do
from tests.gateways.mailboxes import Mailbox, free_port

QUOTE, LINK = UUID(int=66), UUID(int=67)
NOW = datetime(2026, 12, 9, 14, 0, tzinfo=UTC)
NONCE = "ab" * 16


@pytest.fixture
def asked(company: Company, request: pytest.FixtureRequest) -> bytes:
    """A customer was sent the link and asked for a code; the installation's own secret."""
    registered(company)
    lines = [{"description": "Riparazione", "unit_price": "100.00"}]
    company.given(
        founded(company),
        do("set-party-terms", party_id=CUSTOMER, document_language=getattr(request, "param", None)),
        do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=lines, at="2026-12-09T09:00"),
        do("send-quote", quote_id=QUOTE, at="2026-12-09T10:00"),
    )
    pepper, act = company.installation.secret("token_key"), Act(by="user:test", at=NOW)
    person: dict[str, Any] = {"name": "Laura Bianchi", "email": "laura@example.it", "by_email": True}
    hashed = secret_hash(link_secret(pepper, LINK))
    ask = AskQuoteAnswer(quote_id=QUOTE, link_id=LINK, secret_sha256=hashed, **person)
    company.fold()
    Issuer(archive(company)).tick(company.house, NOW)
    company.fold()
    company.house.desk.execute(ASK, ask, act, UUID(int=1))
    code = code_hash(pepper, "quote-code", LINK, one_time_code(pepper, LINK, NONCE))
    made = MakeQuoteCode(link_id=LINK, code_sha256=code, nonce=NONCE, by_email=True)
    company.house.desk.execute(MAKE_CODE, made, act, UUID(int=2))
    company.fold()
    return pepper


def archive(company: Company) -> Archive:
    return open_archive(company.installation.settings.data_dir / "documents")


def mailer(company: Company, mailbox: Mailbox, pepper: bytes, public_url: str | None) -> Mailer:
    server = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_security": "none"}
    settings = Settings(**server, public_url=public_url)  # type: ignore[arg-type] # values of several kinds
    return Mailer(settings, archive(company), pepper)


def test_what_is_mailed_opens_the_offer(asked: bytes, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quote_links, "now", lambda: NOW)
    with Mailbox(free_port()).open() as mailbox:
        assert mailer(company, mailbox, asked, "https://preventivi.example/").tick(company.house, NOW) == 2
        texts = [message.get_body().get_content() for message in mailbox.messages]  # type: ignore[union-attr] # all have
        papers = [paper.get_content() for message in mailbox.messages for paper in message.iter_attachments()]
    (address,) = re.findall(r"https://preventivi\.example(/\S+)", "".join(texts))
    (code,) = re.findall(r"\b\d{6}\b", next(text for text in texts if "codice per rispondere" in text))
    (printed,) = company.ask("documents", kind="quote")["items"]
    assert [sha256(paper).hexdigest() for paper in papers] == [printed["sha256"]]
    with TestClient(create_app(company.installation), raise_server_exceptions=False) as client:
        assert client.get(address).json()["offers"][0]["net"] == "100.00"
        assert client.post(f"{address}/code", json={"code": code}).json() == {"confirmed": True}
    company.fold()
    told = str(company.ask("notices"))
    assert address.rpartition("/")[2] not in told
    assert code not in told
    assert "{link}" in told


@pytest.mark.parametrize(
    ("asked", "subjects"),
    [("en", {"Quote OFF-2026-0001", "Code for quote OFF-2026-0001"}), ("de", {"Preventivo OFF-2026-0001"})],
    indirect=["asked"],
)
def test_customers_are_written_to_in_their_language_or_else_in_italian(
    asked: bytes, company: Company, subjects: set[str]
) -> None:
    assert asked
    told = {one["subject"] for one in company.ask("notices")["items"]}
    assert subjects <= told


def test_an_address_does_not_wait_for_the_print(asked: bytes, company: Company) -> None:
    company.given(do("revise-quote", quote_id=QUOTE, at="2026-12-09T15:00"))
    company.given(do("send-quote", quote_id=QUOTE, at="2026-12-09T15:10"))
    company.fold()
    person: dict[str, Any] = {"name": "Laura Bianchi", "email": "laura@example.it", "by_email": True}
    again = AskQuoteAnswer(quote_id=QUOTE, link_id=UUID(int=68), secret_sha256="0" * 64, **person)
    company.house.desk.execute(ASK, again, Act(by="user:test", at=NOW.replace(hour=15)), UUID(int=3))
    company.fold()
    carried = [len(one["attached"]) for one in company.ask("notices")["items"] if one["happening"] == "quote_link"]
    assert sorted(carried) == [0, 1]


def test_without_a_public_address_a_link_waits(asked: bytes, company: Company) -> None:
    with Mailbox(free_port()).open() as mailbox:
        assert mailer(company, mailbox, asked, None).tick(company.house, NOW) == 1, "the code alone"
    company.fold()
    (waiting,) = [one for one in company.ask("notices")["items"] if one["happening"] == "quote_link"]
    assert (waiting["state"], "LIBRETTO_PUBLIC_URL" in waiting["reason"]) == ("due", True)
