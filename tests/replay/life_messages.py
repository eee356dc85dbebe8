"""The chapter of messages (messaggi): an order mailed to its supplier, work done by e-mail, SMS without a provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.issued_document import IssuedKind
from aggregates.notice_terms import MailState
from commands.issued_document import RECORD, RecordIssuedDocument
from commands.notice_rules import FIND_TEXTS, FindTexts
from tests.replay.living import CESENA, FORLI, SHA, Life, named


def messages(life: Life) -> None:
    """A supplier with an address for orders; an e-mail that is not charged closes a call; a text message waits, and of
    the last call nobody has been told yet."""
    day, order = "2027-04-05T09", {"order_id": named("mailed order")}
    life.do("register-party", f"{day}:00", party_id=named("Ricambi Savio"), code="F0046", name="Ricambi Savio",
            role="supplier", address=FORLI, tax={"vat_number": "IT12345670017"})  # fmt: skip
    life.do("add-contact", f"{day}:01", party_id=named("Ricambi Savio"), contact_id=named("orders of Savio"),
            name="Ufficio ordini", email="ordini@savio.example", role="ordini")  # fmt: skip
    article = life.do("register-article", f"{day}:02", code="SAV-1", description="Guarnizione", kind="part")
    line = {"article_id": article["article_id"], "quantity": "2", "unit_price": "3.10"}
    life.do("open-warehouse", f"{day}:02", code="MAIN", name="Magazzino centrale")
    life.do("draft-purchase-order", f"{day}:03", **order, supplier_id=named("Ricambi Savio"), lines=[line])
    life.do("send-purchase-order", f"{day}:04", **order)
    life.duty(RECORD, RecordIssuedDocument.model_validate(_paper(life)), f"{day}:05")
    life.do("mail-purchase-order", f"{day}:06", **order)
    terms = {"name": "Assistenza per e-mail", "mode": "email", "chargeable": False}
    life.do("define-activity-type", f"{day}:10", code="email", terms=terms)
    life.do("register-party", f"{day}:11", party_id=named("Cantina Savio"), code="C0046", name="Cantina Savio",
            address=CESENA, tax={"vat_number": "IT12345670017"})  # fmt: skip
    life.do("set-notice-rule", f"{day}:12", code="SMS", happening="call_received", channel="sms",
            to=[{"whom": "caller"}])  # fmt: skip
    caller = {"person_id": named("Ada of Savio"), "name": "Ada Savio", "phone": "347 1234567"}
    life.do("open-call", f"{day}:13", call_id=named("warm cellar"), party_id=named("Cantina Savio"), caller=caller,
            fault="La cella è calda")  # fmt: skip
    life.tick("write-notices", f"{day}:13")
    life.duty(FIND_TEXTS, FindTexts(state=MailState.NOT_CONFIGURED), f"{day}:14")
    told = {"to": "ada@savio.example", "person_id": named("Ada of Savio"), "subject": "Re: cella", "minutes": 12}
    life.do("log-email-activity", f"{day}:40", call_id=named("warm cellar"), activity_id=named("e-mail to Ada"), **told,
            text="Spiegata la regolazione", close="solved")  # fmt: skip
    life.do("open-call", f"{day}:50", call_id=named("noisy cellar"), party_id=named("Cantina Savio"), caller=caller,
            fault="La ventola fischia")  # fmt: skip


def _paper(life: Life) -> dict[str, Any]:
    """The order, printed."""
    order = life.company.record(named("mailed order"))
    file = {"name": "Ordine.pdf", "media_type": "application/pdf", "sha256": SHA, "archive_kind": "purchase_order"}
    return {
        "kind": IssuedKind.PURCHASE_ORDER,
        "record_id": order.id,
        "version": order.sent_version,
        "number": order.number,
        "title": f"Ordine a fornitore {order.number} rev. 0",
        "dated_on": "2027-04-05",
        "party_id": order.supplier.party_id,
        "sources": [{"stream_id": order.id, "version": order.sent_version, "topic": "purchase-order"}],
        "template_version": "1-abc",
        "renderer": "typst",
        "content_sha256": SHA,
        "file": file,
    }


CHAPTERS: tuple[Callable[[Life], None], ...] = (messages,)
