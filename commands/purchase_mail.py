"""What people may ask about mailing an order to a supplier (ordine per posta elettronica): with its paper attached.

The message is a notice: the part that sends takes it from there, tries again, gives up and says why. The company's rule
for `purchase_order` mails every order by itself; this command mails one, or one again.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.issued_document import IssuedDocument, IssuedKind, document_id
from aggregates.notice import Addressed, Attached, Notice, NoticeState, Occasion
from aggregates.notice_terms import Happening, NoticeChannel
from aggregates.party import Party
from aggregates.purchase_order import PurchaseOrder
from commands.base import Answer, Command, Service
from commands.mailed_papers import addressed, contact_to_write_to, words_of
from commands.words import Words

RULE = "ORDINE"
ORDERS = "ordini"
USEFUL = timedelta(days=7)


class OrderNotPrinted(Refusal):
    """Order {number} is still being printed; try again in a minute."""


class SupplierNoEmail(Refusal):
    """No e-mail address is known of {supplier}; add a contact with one, or give the address."""

    status = 422


class MailPurchaseOrder(Command):
    """Send an order to its supplier by e-mail, with the printed order attached; once to each address, or again.

    Left out, the address is that of the supplier's contact with the role `ordini`, or of the first one who has any.
    """

    order_id: UUID
    contact_id: UUID | None = Field(default=None, description="One of the supplier's contacts.")
    email: str | None = Field(
        default=None,
        max_length=254,
        pattern=r"^[^\s@]+@[^\s@]+$",
        examples=["ordini@fornitore.example"],
        description="An address that no contact has.",
    )
    name: Words | None = Field(default=None, min_length=1, max_length=200, description="Whose address it is.")
    again: bool = Field(default=False, description="Though this revision went to the address before.")


def mail_purchase_order(cmd: MailPurchaseOrder, act: Act, service: Service) -> Answer:
    """Handles `MailPurchaseOrder`; asked twice of one revision and address it answers the first notice.

    Raises `PurchaseIsDraft`, `PurchaseIsClosed`, `OrderNotPrinted`, `SupplierNoEmail`.
    """
    order = service.load(PurchaseOrder, cmd.order_id)
    order.check_mailing()
    number = order.number
    paper = service.find(IssuedDocument, document_id(IssuedKind.PURCHASE_ORDER, order.id, order.sent_version))
    require(paper is not None, OrderNotPrinted, number=number)
    assert paper is not None
    to = _recipient(cmd, order, service)
    mails = [service.load(Notice, notice_id) for notice_id in order.mails.get(order.revision, ())]
    before = next((one for one in reversed(mails) if _is_alike(one, to)), None)
    if before is not None and not cmd.again:
        return {"notice_id": before.id, "address": to.address}
    occasion = Occasion(
        key=f"{order.id}/{order.revision}/{len(mails)}/{Happening.PURCHASE_ORDER}",
        happening=Happening.PURCHASE_ORDER,
        happened_at=act.at,
        cause_id=order.id,
        customer_id=order.supplier.party_id,
    )
    attached = (Attached.of(paper.document),)
    notice = Notice.write(RULE, occasion, NoticeChannel.EMAIL, to, act.at, act.at + USEFUL, attached, act)
    order.mail(notice.id, paper.id, act)
    service.save(notice, order)
    return {"notice_id": notice.id, "address": to.address}


def _is_alike(mail: Notice, to: Addressed) -> bool:
    """Whether the same went to this address, or is about to."""
    return mail.address == to.address and mail.state in (NoticeState.DUE, NoticeState.SENT)


def _recipient(cmd: MailPurchaseOrder, order: PurchaseOrder, service: Service) -> Addressed:
    """Whom it goes to, with the words. Raises `SupplierNoEmail`."""
    words = words_of(service, Happening.PURCHASE_ORDER)
    return addressed(service, words, order.number, order.supplier.name, *_person(cmd, order, service))


def _person(cmd: MailPurchaseOrder, order: PurchaseOrder, service: Service) -> tuple[UUID, str, str]:
    """Id, name and address. Raises `SupplierNoEmail`."""
    if cmd.email is not None:
        return service.new_id("person"), cmd.name or order.supplier.name, cmd.email
    found = contact_to_write_to(service.load(Party, order.supplier.party_id), cmd.contact_id, ORDERS)
    require(found is not None, SupplierNoEmail, supplier=order.supplier.name)
    assert found is not None
    return found.contact_id, found.name, found.email or ""
