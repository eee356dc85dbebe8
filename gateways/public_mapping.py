"""The allow-list of the public stream: which internal fact is told as which public one, and since which edition.

Functions here are pure: the fact and what earlier facts left in the context. One row always makes one public fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.closing import Closing
from aggregates.contract import Contract
from aggregates.delivery_note import DeliveryNote
from aggregates.invoice import Invoice
from aggregates.party import Party
from aggregates.publication import FIRST_EDITION
from aggregates.purchase_order import PurchaseOrder
from aggregates.quote import Quote
from aggregates.record_ref import RecordRef
from aggregates.sales_order import SalesOrder
from aggregates.stock_item import StockItem
from aggregates.values import cents
from gateways import public_accounting as accounting
from gateways import public_facts as public
from gateways import public_goods as goods
from gateways.public_accounting import Context
from gateways.public_facts import PublicData


@dataclass(frozen=True)
class Listed:
    """One row of the allow-list; it holds from the edition `since` up to, not including, `until`."""

    kind: type[Aggregate.Event]
    data: tuple[type[PublicData], ...]
    """What it may be told as."""
    make: Callable[[Any, Context], PublicData]
    since: int = FIRST_EDITION
    until: int | None = None

    def holds_in(self, edition: int) -> bool:
        """Whether an edition lists it."""
        return self.since <= edition and (self.until is None or edition < self.until)


def _party_registered(fact: Party.Registered, _: Context) -> PublicData:
    return public.PartyRegistered(
        party_id=fact.stream_id,
        code=fact.code,
        role=fact.role.value,
        nature=fact.nature.value,
        country=fact.address.country if fact.address else None,
    )


def _call_opened(fact: Call.Opened, _: Context) -> PublicData:
    return public.CallOpened(
        call_id=fact.stream_id,
        party_id=fact.party_id,
        serial_item_ids=fact.serial_item_ids,
        priority=fact.priority.value,
        coverage=fact.coverage.kind.value,
        contract_id=fact.coverage.contract_id,
    )


def _call_closed(fact: Call.Closed, _: Context) -> PublicData:
    return public.CallClosed(call_id=fact.stream_id, outcome=fact.outcome.value)


def _contract_kept(fact: Contract.Drafted | Contract.HeaderChanged, context: Context) -> None:
    context.remember(fact.stream_id, party_id=str(fact.header.customer_id), kind=fact.header.kind.value)


def _contract_numbered(fact: Contract.Signed, context: Context) -> None:
    context.remember(fact.stream_id, number=fact.number)


def _contract_signed(fact: Contract.Signed, context: Context) -> PublicData:
    return public.ContractSigned.model_validate(
        {
            **context.recall(fact.stream_id),
            "contract_id": fact.stream_id,
            "signed_on": fact.signed_on,
            **fact.term.model_dump(),
        }
    )


def _contract_renewed(fact: Contract.Renewed, context: Context) -> PublicData:
    return public.ContractRenewed(
        contract_id=fact.stream_id,
        number=context.recall(fact.stream_id).get("number"),
        term_number=fact.term_number,
        tacit=fact.is_tacit,
        starts_on=fact.term.starts_on,
        ends_on=fact.term.ends_on,
    )


def _contract_ended(fact: Contract.Ended, context: Context) -> PublicData:
    return public.ContractTerminated.model_validate(
        {
            "contract_id": fact.stream_id,
            "number": context.recall(fact.stream_id).get("number"),
            "outcome": fact.ending.status.value,
            "last_on": fact.ending.last_on,
            "successor_id": fact.ending.successor_id,
        }
    )


def _article_code(fact: Article.Registered, context: Context) -> None:
    context.remember(fact.stream_id, code=fact.code)


def _stock_kept(fact: StockItem.Stocked, context: Context) -> None:
    context.remember(
        fact.stream_id,
        article_id=str(fact.article_id),
        warehouse_id=str(fact.warehouse_id),
        ownership=fact.ownership.value,
    )


def _moved(
    fact: Aggregate.Event, context: Context, movement: str, quantity: Decimal, cost: Decimal, ref: RecordRef | None
) -> PublicData:
    item = context.recall(fact.stream_id)
    return public.StockMoved.model_validate(
        {
            "stock_item_id": fact.stream_id,
            "movement": movement,
            **item,
            "article_code": context.recall(UUID(item["article_id"])).get("code"),
            "quantity": quantity,
            "unit_cost": cost,
            "value": cents(quantity * cost),
            "record": ref.model_dump(include={"kind", "id", "number"}) if ref else None,
        }
    )


def _stocked(fact: StockItem.Stocked, context: Context) -> PublicData:
    return _moved(fact, context, "opening", fact.quantity, fact.unit_cost, None)


def _received(fact: StockItem.Received, context: Context) -> PublicData:
    return _moved(fact, context, "receipt", fact.quantity, fact.unit_cost, fact.source)


def _issued(fact: StockItem.Issued, context: Context) -> PublicData:
    return _moved(fact, context, "issue", -fact.quantity, fact.unit_cost, fact.record)


def _moved_out(fact: StockItem.MovedOut, context: Context) -> PublicData:
    return _moved(fact, context, "transfer_out", -fact.quantity, fact.unit_cost, fact.record)


def _moved_in(fact: StockItem.MovedIn, context: Context) -> PublicData:
    return _moved(fact, context, "transfer_in", fact.quantity, fact.unit_cost, fact.record)


def _returned(fact: StockItem.Returned, context: Context) -> PublicData:
    return _moved(fact, context, "receipt", fact.quantity, fact.unit_cost, fact.record)


def _counted(fact: StockItem.Counted, context: Context) -> PublicData:
    return _moved(fact, context, "count", fact.difference, fact.unit_cost, None)


def _delivery_note_issued(fact: DeliveryNote.Issued, _: Context) -> PublicData:
    return public.DeliveryNoteIssued.model_validate(
        {
            "delivery_note_id": fact.stream_id,
            "number": fact.number,
            "issued_on": fact.dated_on,
            "reason": fact.reason.reason.value,
            "party_id": fact.recipient.party_id,
            "lines": [
                {
                    "article_id": line.article_id,
                    "article_code": line.code,
                    "quantity": line.quantity,
                    "unit": line.unit,
                }
                for line in fact.lines
            ],
        }
    )


def _quote_drafted(fact: Quote.Drafted, context: Context) -> None:
    context.remember(fact.stream_id, number=fact.number, party_id=str(fact.customer.party_id))


def _quote_sent(fact: Quote.Sent, context: Context) -> None:
    sums = {"taxable": str(fact.totals.net), "total": str(fact.totals.total)}
    context.remember(fact.stream_id, **{_revision(fact): sums})


def _quote_accepted(fact: Quote.Accepted, context: Context) -> PublicData:
    quote = context.recall(fact.stream_id)
    return public.QuoteAccepted.model_validate(
        {
            "quote_id": fact.stream_id,
            "number": quote["number"],
            "party_id": quote["party_id"],
            "alternative": fact.alternative,
            "revision": fact.revision,
            "accepted_on": fact.accepted_on,
            **quote[_revision(fact)],
        }
    )


def _revision(fact: Quote.Sent | Quote.Accepted) -> str:
    return f"{fact.alternative}/{fact.revision}"


REMEMBERED: Mapping[type[Aggregate.Event], Callable[[Any, Context], None]] = {
    Article.Registered: _article_code,
    Contract.Drafted: _contract_kept,
    Contract.HeaderChanged: _contract_kept,
    Contract.Signed: _contract_numbered,
    DeliveryNote.Issued: goods.note_kept,
    Invoice.Issued: accounting.remember_document,
    PurchaseOrder.Drafted: goods.purchase_kept,
    PurchaseOrder.LinesSet: goods.purchase_lines_kept,
    PurchaseOrder.Revised: goods.purchase_lines_kept,
    Quote.Drafted: _quote_drafted,
    Quote.Sent: _quote_sent,
    SalesOrder.Placed: goods.order_kept,
    StockItem.Stocked: _stock_kept,
}
"""What is noted of a fact, listed or not, before it or later ones are told; to add some, raise the read model's
`VERSION`, so that what is remembered reaches back to the company's first fact."""

LIST: tuple[Listed, ...] = (
    Listed(Party.Registered, (public.PartyRegistered,), _party_registered),
    Listed(Call.Opened, (public.CallOpened,), _call_opened),
    Listed(Call.Closed, (public.CallClosed,), _call_closed),
    Listed(Contract.Signed, (public.ContractSigned,), _contract_signed),
    Listed(Contract.Renewed, (public.ContractRenewed,), _contract_renewed),
    Listed(Contract.Ended, (public.ContractTerminated,), _contract_ended),
    Listed(Invoice.Issued, (accounting.InvoiceIssued, accounting.InvoiceCredited), accounting.document_issued),
    Listed(Invoice.PaymentRecorded, (accounting.PaymentRecorded,), accounting.payment_recorded),
    Listed(Closing.EntriesRecorded, (accounting.AccrualsRecorded,), accounting.accruals_recorded),
    Listed(DeliveryNote.Issued, (public.DeliveryNoteIssued,), _delivery_note_issued),
    Listed(Quote.Accepted, (public.QuoteAccepted,), _quote_accepted),
    Listed(StockItem.Stocked, (public.StockMoved,), _stocked),
    Listed(StockItem.Received, (public.StockMoved,), _received),
    Listed(StockItem.Issued, (public.StockMoved,), _issued),
    Listed(StockItem.MovedOut, (public.StockMoved,), _moved_out),
    Listed(StockItem.MovedIn, (public.StockMoved,), _moved_in),
    Listed(StockItem.Counted, (public.StockMoved,), _counted),
    Listed(StockItem.Returned, (public.StockMoved,), _returned, since=2),
    Listed(DeliveryNote.Cancelled, (goods.DeliveryNoteCancelled,), goods.note_cancelled, since=2),
    Listed(DeliveryNote.GoodsReturned, (goods.DeliveredGoodsReturned,), goods.note_returned, since=2),
    Listed(SalesOrder.Placed, (goods.SalesOrderPlaced,), goods.order_placed, since=2),
    Listed(SalesOrder.Cancelled, (goods.SalesOrderCancelled,), goods.order_cancelled, since=2),
    Listed(PurchaseOrder.Sent, (goods.PurchaseOrderSent,), goods.purchase_sent, since=2),
    Listed(PurchaseOrder.Received, (goods.PurchasedGoodsReceived,), goods.purchase_received, since=2),
    Listed(PurchaseOrder.GoodsReturned, (goods.PurchasedGoodsReturned,), goods.purchase_returned, since=2),
)
