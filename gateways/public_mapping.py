"""The allow-list of the public stream: which internal fact is told as which public one, and since which edition.

Functions here are pure: the fact and what earlier facts left in the context. One row always makes one public fact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aggregates.article import Article
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.closing import Closing
from aggregates.collection import Collection
from aggregates.company import Company
from aggregates.contract import Contract
from aggregates.contractor_work import ContractorWork
from aggregates.customer_payment import CustomerPayment
from aggregates.delivery_note import DeliveryNote
from aggregates.dunning import Reminder
from aggregates.erasure import Erasure
from aggregates.expense_claim import ExpenseClaim
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_sale import PoolSale
from aggregates.invoice import Invoice
from aggregates.late_interest import LateInterestClaim
from aggregates.open_item import OpenItem
from aggregates.party import Party
from aggregates.publication import FIRST_EDITION
from aggregates.purchase_order import PurchaseOrder
from aggregates.quote import Quote
from aggregates.sales_order import SalesOrder
from aggregates.stock_item import StockItem
from gateways import public_accounting as accounting
from gateways import public_costs as costs
from gateways import public_facts as public
from gateways import public_facts_mapping as basics
from gateways import public_goods as goods
from gateways import public_receipts as receipts
from gateways import public_receipts_mapping as money
from gateways import public_revenue as revenue
from gateways import public_revenue_mapping as months
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


def _document_kept(fact: Invoice.Issued, context: Context) -> None:
    accounting.remember_document(fact, context)
    months.lines_kept(fact, context)


REMEMBERED: Mapping[type[Aggregate.Event], Callable[[Any, Context], None]] = {
    Collection.Prepared: money.batch_kept,
    Company.Founded: months.basis_founded,
    Company.ParametersSet: months.basis_changed,
    Contract.Ended: months.contract_end_kept,
    Contract.LineAdded: months.line_end_kept,
    Contract.LineRemoved: months.line_end_kept,
    Contract.NoticeReceived: months.contract_end_kept,
    Contract.NoticeWithdrawn: months.contract_end_kept,
    ContractorWork.Offered: costs.work_kept,
    ContractorWork.OfferedAgain: costs.work_kept,
    CustomerPayment.Received: money.money_kept,
    ExpenseClaim.Begun: costs.claim_kept,
    HourPool.LotBought: months.lot_kept,
    Invoice.Credited: months.credit_kept,
    Invoice.PaymentRequested: costs.notice_kept,
    Invoice.Proposed: costs.proposal_kept,
    OpenItem.Corrected: money.open_item_kept,
    OpenItem.Imported: money.open_item_kept,
    PoolSale.Agreed: months.sale_kept,
    Article.Registered: basics.article_code,
    Contract.Drafted: basics.contract_kept,
    Contract.HeaderChanged: basics.contract_kept,
    Contract.Signed: basics.contract_numbered,
    DeliveryNote.Issued: goods.note_kept,
    Invoice.Issued: _document_kept,
    PurchaseOrder.Drafted: goods.purchase_kept,
    PurchaseOrder.LinesSet: goods.purchase_lines_kept,
    PurchaseOrder.Revised: goods.purchase_lines_kept,
    Quote.Drafted: basics.quote_drafted,
    Quote.Sent: basics.quote_sent,
    SalesOrder.Placed: goods.order_kept,
    StockItem.Stocked: basics.stock_kept,
}
"""What is noted of a fact, listed or not, before it or later ones are told; to add some, raise the read model's
`VERSION`, so that what is remembered reaches back to the company's first fact."""

LIST: tuple[Listed, ...] = (
    Listed(Party.Registered, (public.PartyRegistered,), basics.party_registered),
    Listed(Call.Opened, (public.CallOpened,), basics.call_opened),
    Listed(Call.Closed, (public.CallClosed,), basics.call_closed),
    Listed(Contract.Signed, (public.ContractSigned,), basics.contract_signed),
    Listed(Contract.Renewed, (public.ContractRenewed,), basics.contract_renewed),
    Listed(Contract.Ended, (public.ContractTerminated,), basics.contract_ended),
    Listed(Invoice.Issued, (accounting.InvoiceIssued, accounting.InvoiceCredited), accounting.document_issued),
    Listed(Invoice.PaymentRecorded, (accounting.PaymentRecorded,), accounting.payment_recorded, until=3),
    Listed(Closing.EntriesRecorded, (accounting.AccrualsRecorded,), accounting.accruals_recorded),
    Listed(DeliveryNote.Issued, (public.DeliveryNoteIssued,), basics.delivery_note_issued),
    Listed(Quote.Accepted, (public.QuoteAccepted,), basics.quote_accepted),
    Listed(StockItem.Stocked, (public.StockMoved,), basics.stocked),
    Listed(StockItem.Received, (public.StockMoved,), basics.received),
    Listed(StockItem.Issued, (public.StockMoved,), basics.issued),
    Listed(StockItem.MovedOut, (public.StockMoved,), basics.moved_out),
    Listed(StockItem.MovedIn, (public.StockMoved,), basics.moved_in),
    Listed(StockItem.Counted, (public.StockMoved,), basics.counted),
    Listed(StockItem.Returned, (public.StockMoved,), basics.returned, since=2),
    Listed(DeliveryNote.Cancelled, (goods.DeliveryNoteCancelled,), goods.note_cancelled, since=2),
    Listed(DeliveryNote.GoodsReturned, (goods.DeliveredGoodsReturned,), goods.note_returned, since=2),
    Listed(SalesOrder.Placed, (goods.SalesOrderPlaced,), goods.order_placed, since=2),
    Listed(SalesOrder.Cancelled, (goods.SalesOrderCancelled,), goods.order_cancelled, since=2),
    Listed(PurchaseOrder.Sent, (goods.PurchaseOrderSent,), goods.purchase_sent, since=2),
    Listed(PurchaseOrder.Received, (goods.PurchasedGoodsReceived,), goods.purchase_received, since=2),
    Listed(PurchaseOrder.GoodsReturned, (goods.PurchasedGoodsReturned,), goods.purchase_returned, since=2),
    Listed(Invoice.PaymentRecorded, (receipts.PaymentRecordedV2,), money.payment_recorded, since=3),
    Listed(Invoice.PaymentReversed, (receipts.PaymentReversed,), money.payment_reversed, since=3),
    Listed(OpenItem.PaymentRecorded, (receipts.PaymentRecordedV2,), money.payment_recorded, since=3),
    Listed(OpenItem.PaymentReversed, (receipts.PaymentReversed,), money.payment_reversed, since=3),
    Listed(CustomerPayment.Received, (receipts.CustomerPaymentReceived,), money.money_received, since=3),
    Listed(CustomerPayment.Allocated, (receipts.CustomerPaymentMatched,), money.money_matched, since=3),
    Listed(CustomerPayment.AllocationTakenBack, (receipts.CustomerPaymentUnmatched,), money.money_unmatched, since=3),
    Listed(CustomerPayment.Refunded, (receipts.CustomerPaymentRefunded,), money.money_refunded, since=3),
    Listed(CustomerPayment.Reversed, (receipts.CustomerPaymentReversed,), money.money_reversed, since=3),
    Listed(Collection.Prepared, (receipts.CollectionPrepared,), money.batch_prepared, since=3),
    Listed(Collection.Sent, (receipts.CollectionSent,), money.batch_sent, since=3),
    Listed(Collection.Settled, (receipts.CollectionSettled,), money.batch_settled, since=3),
    Listed(Collection.Returned, (receipts.CollectionReturned,), money.batch_returned, since=3),
    Listed(Collection.Cancelled, (receipts.CollectionCancelled,), money.batch_cancelled, since=3),
    Listed(Invoice.Issued, (revenue.RevenueScheduled,), months.revenue_scheduled, since=3),
    Listed(HourPool.LotBought, (revenue.HoursBought,), months.hours_bought, since=3),
    Listed(HourPool.HoursDrawn, (revenue.PoolRevenueRecognised,), months.hours_drawn, since=3),
    Listed(HourPool.DrawReversed, (revenue.PoolRevenueRecognised,), months.draw_reversed, since=3),
    Listed(HourPool.LotExpired, (revenue.PoolRevenueRecognised,), months.lot_expired, since=3),
    Listed(Closing.Recorded, (revenue.ClosingRecorded,), months.closing_recorded, since=3),
    Listed(Invoice.PaymentRequested, (costs.PaymentRequested,), costs.payment_requested, since=3),
    Listed(Invoice.PaymentRequestWithdrawn, (costs.PaymentRequestWithdrawn,), costs.payment_request_withdrawn, since=3),
    Listed(Reminder.Confirmed, (costs.ReminderSent,), costs.reminder_sent, since=3),
    Listed(LateInterestClaim.Made, (costs.LateInterestClaimed,), costs.interest_claimed, since=3),
    Listed(LateInterestClaim.Revised, (costs.LateInterestClaimed,), costs.interest_claimed, since=3),
    Listed(ExpenseClaim.Approved, (costs.ExpenseClaimApproved,), costs.expenses_approved, since=3),
    Listed(ExpenseClaim.Paid, (costs.ExpenseClaimPaid,), costs.expenses_paid, since=3),
    Listed(ContractorWork.Approved, (costs.ContractorWorkApproved,), costs.contractor_approved, since=3),
    Listed(Invoice.Voided, (costs.RefusedInvoiceVoided,), costs.invoice_voided, since=3),
    Listed(Erasure.CarriedOut, (public.PersonErased,), basics.person_erased, since=3),
)
