"""Statements of account and reminders by e-mail: the print attached, once to each address, in the customer's words."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from aggregates.notice import Notice
from commands.document_mail import CustomerNoEmail, DocumentNotMailed
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from gateways.mail import Mailer
from gateways.settings import Settings
from tests.commands.collections import invoice
from tests.contract_steps import C1, ROSSI, founded
from tests.dsl import Company, Do, do
from tests.gateways.mailboxes import Mailbox, free_port

LUCA, ADA = UUID(int=71), UUID(int=72)
AT = "2026-04-02T10:00"
NOW = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def firm(company: Company) -> Company:
    """A customer who is late, with a statement and a reminder printed."""
    company.given(founded(company), ROSSI)
    invoice(company, "100.00", "2026-01-10", payment_method="transfer", payment_terms={"parts": [{"days": 30}]})
    company.do("issue-account-statement", at=AT, customer_id=C1, from_on="2026-01-01", to_on="2026-03-31")
    made = company.do("propose-reminder", at=AT, customer_id=C1)
    company.do("confirm-reminder", at=AT, reminder_id=made["reminder_id"])
    company.fold()
    Issuer(open_archive(company.installation.settings.data_dir / "documents")).tick(company.house, NOW)
    company.fold()
    return company


def paper(firm: Company, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = firm.ask("documents", kind=kind)["items"]
    assert len(found) == 1
    return found[0]


def mailing(firm: Company, kind: str, **fields: Any) -> Do:
    return do("mail-document", at=AT, document_id=paper(firm, kind)["document_id"], **fields)


def mails(firm: Company, kind: str) -> list[tuple[str, str]]:
    firm.fold()
    sheet = firm.ask("document", document_id=paper(firm, kind)["document_id"])
    return sorted((each["address"], each["state"]) for each in sheet["mails"])


def test_a_statement_goes_once_to_each_address_and_again_when_asked(firm: Company) -> None:
    firm.given().when(mailing(firm, "account_statement")).then_refused(CustomerNoEmail)
    firm.given(
        do("add-contact", party_id=C1, contact_id=LUCA, name="Luca", email="luca@rossi.example"),
        do("add-contact", party_id=C1, contact_id=ADA, name="Ada", email="ada@rossi.example", role="Amministrazione"),
    )
    mail = mailing(firm, "account_statement")
    firm.given().when(mail).then((Notice.Written, {"address": "ada@rossi.example"}))
    firm.given().when(mail).then_nothing()
    firm.given().when(mailing(firm, "account_statement", contact_id=LUCA)).then(Notice.Written)
    other = mailing(firm, "account_statement", email="studio@conti.example")
    firm.given().when(other).then((Notice.Written, {"name": "Rossi Gilbo", "person_id": C1}))
    firm.given().when(other).then_nothing()
    firm.given().when(mailing(firm, "account_statement", again=True)).then(Notice.Written)
    firm.fold()
    with Mailbox(free_port()).open() as mailbox:
        server: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_security": "none"}
        server["mail_from"] = "conti@assistenza.example"
        archive = open_archive(firm.installation.settings.data_dir / "documents")
        assert Mailer(Settings(**server), archive).tick(firm.house, NOW) == 4
        first = mailbox.messages[0]
    assert str(first["Subject"]).startswith("Estratto conto ")
    (pdf,) = first.iter_attachments()
    assert sha256(pdf.get_content()).hexdigest() == paper(firm, "account_statement")["sha256"]
    addresses = ("ada@rossi.example", "ada@rossi.example", "luca@rossi.example", "studio@conti.example")
    assert mails(firm, "account_statement") == [(address, "sent") for address in addresses]
    firm.given().when(mail).then_nothing()


def test_a_reminder_goes_in_the_customers_language_and_other_papers_are_refused(firm: Company) -> None:
    firm.given(do("set-party-terms", party_id=C1, document_language="en"))
    number = paper(firm, "payment_reminder")["number"]
    mail = mailing(firm, "payment_reminder", email="studio@conti.example")
    firm.given().when(mail).then((Notice.Written, {"subject": f"Payment reminder {number}"}))
    own = {"language": "en", "subject": "Overdue: {number}", "text": "Dear {recipient}"}
    told: dict[str, Any] = {
        "code": "SOLLECITO",
        "happening": "payment_reminder",
        "to": [{"whom": "contact"}],
        "texts": [own],
    }
    firm.given(do("set-notice-rule", at=AT, **told))
    mail = mailing(firm, "payment_reminder", email="altro@conti.example")
    firm.given().when(mail).then((Notice.Written, {"subject": f"Overdue: {number}", "text": "Dear Rossi Gilbo"}))
    refused = mailing(firm, "invoice", email="studio@conti.example")
    firm.given().when(refused).then_refused(DocumentNotMailed)
