"""Orders to suppliers by e-mail: the printed order attached, once for each revision and address (STK-2)."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from aggregates.notice import Notice
from aggregates.purchase_order import PurchaseOrder
from aggregates.purchase_order_refusals import PurchaseIsClosed, PurchaseIsDraft
from aggregates.values import ROME
from commands.purchase_mail import OrderNotPrinted, SupplierNoEmail
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from gateways.mail import Mailer
from gateways.settings import Settings
from tests.commands.buying import ORDER, SUPPLIER, X, ordered, sent, with_supplier
from tests.contract_steps import tick
from tests.document_steps import founded
from tests.dsl import Company, Do, do
from tests.gateways.mailboxes import Mailbox, free_port

LUCA, ADA = UUID(int=71), UUID(int=72)
CONTACTS = (
    do("add-contact", party_id=SUPPLIER, contact_id=LUCA, name="Luca", email="luca@adriatici.example"),
    do("add-contact", party_id=SUPPLIER, contact_id=ADA, name="Ada", email="ordini@adriatici.example", role="Ordini"),
)
AT = "2026-09-02T10:00"


def mailing(**fields: Any) -> Do:
    return do("mail-purchase-order", at=AT, order_id=ORDER, **fields)


def printed(company: Company) -> None:
    company.fold()
    archive = open_archive(company.installation.settings.data_dir / "documents")
    Issuer(archive).tick(company.house, datetime(2026, 9, 2, 9, 30, tzinfo=ROME))
    company.fold()


def posted(company: Company, mailbox: Mailbox, at: str = "2026-09-02T10:01") -> int:
    server: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_security": "none"}
    archive = open_archive(company.installation.settings.data_dir / "documents")
    company.fold()
    taken = Mailer(Settings(**server), archive).tick(company.house, datetime.fromisoformat(at).replace(tzinfo=ROME))
    company.fold()
    return taken


def mails(company: Company) -> list[tuple[str, str]]:
    return sorted((each["address"], each["state"]) for each in company.ask("purchase-order", order_id=ORDER)["mails"])


@pytest.fixture
def shop(company: Company) -> Company:
    """A company that orders four of X."""
    company.given(founded(company))
    return with_supplier(company).given(*CONTACTS, ordered("4")).company


def test_an_order_is_mailed_once_for_each_revision_and_address(shop: Company) -> None:
    shop.given().when(mailing()).then_refused(PurchaseIsDraft, number="OA-2026-0001")
    shop.given(sent(at="2026-09-02T09:00")).when(mailing()).then_refused(OrderNotPrinted, number="OA-2026-0001")
    printed(shop)
    shop.given().when(mailing()).then(Notice.Written, (PurchaseOrder.Mailed, {"revision": 0}))
    shop.given().when(mailing()).then_nothing()
    shop.given().when(mailing(contact_id=LUCA)).then(Notice.Written, PurchaseOrder.Mailed)
    with Mailbox(free_port()).open() as mailbox:
        assert posted(shop, mailbox) == 2
        first = next(one for one in mailbox.messages if "Ada" in str(one["To"]))
    assert str(first["To"]) == "Ada <ordini@adriatici.example>"
    assert str(first["Subject"]) == "Ordine OA-2026-0001"
    assert "Spettabile Ricambi Adriatici" in first.get_body().get_content()  # type: ignore[union-attr] # it has one
    (pdf,) = first.iter_attachments()
    (paper,) = shop.ask("documents", kind="purchase_order")["items"]
    assert sha256(pdf.get_content()).hexdigest() == paper["sha256"]
    assert mails(shop) == [("luca@adriatici.example", "sent"), ("ordini@adriatici.example", "sent")]
    assert [each["mail_state"] for each in shop.ask("purchase-orders")["items"]] == ["sent"]
    shop.given().when(mailing()).then_nothing()
    shop.given().when(mailing(again=True)).then(Notice.Written, PurchaseOrder.Mailed)
    less = {"article_id": X, "quantity": "2", "unit_price": "51.20"}
    shop.given(do("revise-purchase-order", at=AT, order_id=ORDER, lines=[less], reason="Meno pezzi"), sent(at=AT))
    shop.given().when(mailing()).then_refused(OrderNotPrinted)
    printed(shop)
    shop.given().when(mailing()).then(Notice.Written, (PurchaseOrder.Mailed, {"revision": 1}))
    shop.given(do("cancel-purchase-order", at=AT, order_id=ORDER, reason="Annullato"))
    shop.given().when(mailing(again=True)).then_refused(PurchaseIsClosed)


def test_a_refused_address_is_seen_and_another_is_tried(shop: Company) -> None:
    shop.given(sent(at="2026-09-02T09:00"))
    printed(shop)
    shop.do("mail-purchase-order", at=AT, order_id=ORDER)
    with Mailbox(free_port()).open() as mailbox:
        mailbox.answers["ordini@adriatici.example"] = "550 No such user"
        assert posted(shop, mailbox) == 0
        assert [each["mail_state"] for each in shop.ask("purchase-orders")["items"]] == ["given_up"]
        assert shop.ask("purchase-order", order_id=ORDER)["mails"][0]["reason"] == "550 No such user"
        shop.do("mail-purchase-order", at=AT, order_id=ORDER, email="vendite@adriatici.example")
        assert posted(shop, mailbox, "2026-09-02T10:05") == 1
    assert mails(shop) == [("ordini@adriatici.example", "given_up"), ("vendite@adriatici.example", "sent")]


def test_a_supplier_without_an_address_is_told_of(shop: Company) -> None:
    shop.given(sent(at="2026-09-02T09:00"))
    printed(shop)
    shop.given(*(do("remove-contact", party_id=SUPPLIER, contact_id=one) for one in (LUCA, ADA)))
    shop.given().when(mailing()).then_refused(SupplierNoEmail, supplier="Ricambi Adriatici")


@pytest.mark.parametrize(("channel", "expected"), [("email", ["ordini@adriatici.example"]), ("phone", [])])
def test_a_rule_mails_every_order_that_goes_out_by_email(shop: Company, channel: str, expected: list[str]) -> None:
    to = [{"whom": "contact", "role": "ordini"}]
    shop.given(do("set-notice-rule", at="2026-09-01T09:00", code="ORDINI", happening="purchase_order", to=to))
    shop.given(sent(at="2026-09-02T09:00", channel=channel))
    assert tick(shop, "write-notices", "2026-09-02T09:01") == 0, "not printed yet"
    printed(shop)
    assert tick(shop, "write-notices", "2026-09-02T09:31") == len(expected)
    shop.fold()
    assert [address for address, _ in mails(shop)] == expected
    with Mailbox(free_port()).open() as mailbox:
        assert posted(shop, mailbox) == len(expected)
        assert all("OA-2026-0001" in str(each["Subject"]) for each in mailbox.messages)
        assert all(len(list(each.iter_attachments())) == 1 for each in mailbox.messages)
