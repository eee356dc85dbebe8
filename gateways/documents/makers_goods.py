"""How documents of quotes and goods are made (preventivi, merci): quotes, delivery notes."""

from __future__ import annotations

from uuid import UUID

from aggregates.delivery_note import DeliveryNote
from aggregates.pick_list import PickList
from aggregates.purchase_order import PurchaseOrder
from aggregates.quote import Quote
from gateways.documents.barcodes import code128
from gateways.documents.due_source import DueSource
from projections.documents.content_delivery_note import DeliveryNoteContent
from projections.documents.content_pick_list import PickListContent
from projections.documents.content_purchase_order import PurchaseOrderContent
from projections.documents.content_quote import QuoteContent
from projections.documents.from_delivery_note import delivery_note
from projections.documents.from_pick_list import pick_list
from projections.documents.from_purchase_order import purchase_order
from projections.documents.from_quote import sent_quote
from projections.documents.identities import own_letterhead
from projections.documents.records import ContentMissing


def quote_content(found: DueSource) -> tuple[QuoteContent, UUID | None]:
    quote, fact = found.record, found.last.fact
    if not isinstance(quote, Quote) or not isinstance(fact, Quote.Sent):
        raise ContentMissing("This is not a quote that was sent.")
    content = sent_quote(quote, fact, found.records, company_id=found.company_id, source=found.main)
    return content, quote.customer.party_id


def delivery_note_content(found: DueSource) -> tuple[DeliveryNoteContent, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, DeliveryNote.Issued):
        raise ContentMissing("This is not a delivery note.")
    issuer = own_letterhead(found.records, found.company_id)
    return delivery_note(fact, issuer, found.main, bars=code128(fact.number)), fact.recipient.party_id


def purchase_order_content(found: DueSource) -> tuple[PurchaseOrderContent, UUID | None]:
    order, fact = found.record, found.last.fact
    if not isinstance(order, PurchaseOrder) or not isinstance(fact, PurchaseOrder.Sent):
        raise ContentMissing("This is not an order that was sent to a supplier.")
    content = purchase_order(order, fact, found.records, company_id=found.company_id, source=found.main)
    return content, order.supplier.party_id


def pick_list_content(found: DueSource) -> tuple[PickListContent, UUID | None]:
    fact = found.last.fact
    if not isinstance(fact, PickList.Made):
        raise ContentMissing("This is not a pick list.")
    return pick_list(fact, code128, own_letterhead(found.records, found.company_id), found.main), None
