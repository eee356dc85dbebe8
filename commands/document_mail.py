"""What people may ask about mailing a customer's paper (invio per posta elettronica): with its print attached.

The message is a notice: the part that sends takes it from there, tries again, gives up and says why. Its words are
those of the company's own rule for the happening, else those that we ship, in the customer's language where there are
some.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.issued_document import IssuedDocument, IssuedKind
from aggregates.notice import Addressed, Attached, Notice, NoticeState, Occasion, notice_id
from aggregates.notice_terms import Happening, NoticeChannel
from aggregates.party import Party
from commands.base import Answer, Command, Service
from commands.mailed_papers import ITALIAN, addressed, contact_to_write_to, words_of
from commands.words import Words

RULE = "DOCUMENTO"
ACCOUNTS = "amministrazione"
USEFUL = timedelta(days=7)
HAPPENINGS = {
    IssuedKind.ACCOUNT_STATEMENT: Happening.ACCOUNT_STATEMENT,
    IssuedKind.PAYMENT_REMINDER: Happening.PAYMENT_REMINDER,
}
"""The papers that are mailed so, and what that is called."""


class DocumentNotMailed(Refusal):
    """{title} is not sent by this command; statements of account and payment reminders are."""

    status = 422


class CustomerNoEmail(Refusal):
    """No e-mail address is known of {customer}; add a contact with one, or give the address."""

    status = 422


class MailDocument(Command):
    """Send a customer a statement of account or a payment reminder by e-mail, with the print; once to each address.

    Left out, the address is that of the customer's contact with the role `amministrazione`, or of the first one who has
    any.
    """

    document_id: UUID
    contact_id: UUID | None = Field(default=None, description="One of the customer's contacts.")
    email: str | None = Field(
        default=None,
        max_length=254,
        pattern=r"^[^\s@]+@[^\s@]+$",
        examples=["contabilita@cliente.example"],
        description="An address that no contact has.",
    )
    name: Words | None = Field(default=None, min_length=1, max_length=200, description="Whose address it is.")
    again: bool = Field(default=False, description="Though it went to the address before.")


def mail_document(cmd: MailDocument, act: Act, service: Service) -> Answer:
    """Handles `MailDocument`; asked twice of one paper and address it answers the first notice.

    Raises `DocumentNotMailed`, `CustomerNoEmail`.
    """
    paper = service.load(IssuedDocument, cmd.document_id)
    happening, customer_id = HAPPENINGS.get(paper.document.kind), paper.document.party_id
    require(happening is not None and customer_id is not None, DocumentNotMailed, title=paper.document.title)
    assert happening is not None
    assert customer_id is not None
    customer = service.load(Party, customer_id)
    to = _addressed(cmd, customer, paper, happening, service)
    key, before = _earlier(service, paper.id, to)
    is_under_way = before is not None and before.state in (NoticeState.DUE, NoticeState.SENT)
    if before is not None and is_under_way and not cmd.again:
        return {"notice_id": before.id, "address": to.address}
    occasion = Occasion(key=key, happening=happening, happened_at=act.at, cause_id=paper.id, customer_id=customer_id)
    attached = (Attached.of(paper.document),)
    notice = Notice.write(RULE, occasion, NoticeChannel.EMAIL, to, act.at, act.at + USEFUL, attached, act)
    service.save(notice)
    return {"notice_id": notice.id, "address": to.address}


def _earlier(service: Service, document_id: UUID, to: Addressed) -> tuple[str, Notice | None]:
    """The key of the next message to a person about a paper, and the last one that went to this address."""
    last, sent = None, 0
    while (known := service.find(Notice, notice_id(RULE, f"{document_id}/{sent}", to.person_id))) is not None:
        last, sent = known if known.address == to.address else last, sent + 1
    return f"{document_id}/{sent}", last


def _addressed(
    cmd: MailDocument, customer: Party, paper: IssuedDocument, happening: Happening, service: Service
) -> Addressed:
    """Whom it goes to, with the words. Raises `CustomerNoEmail`."""
    words = words_of(service, happening, customer.terms.document_language or ITALIAN)
    return addressed(service, words, paper.document.number, customer.name, *_person(cmd, customer))


def _person(cmd: MailDocument, customer: Party) -> tuple[UUID, str, str]:
    """Id, name, address; an address that no contact has is sealed as the customer's own. Raises `CustomerNoEmail`."""
    if cmd.email is not None:
        return customer.id, cmd.name or customer.name, cmd.email
    found = contact_to_write_to(customer, cmd.contact_id, ACCOUNTS)
    require(found is not None, CustomerNoEmail, customer=customer.name)
    assert found is not None
    return found.contact_id, found.name, found.email or ""
