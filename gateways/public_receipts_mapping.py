"""How money that came in is told: which internal fact makes which fact of `public_receipts`.

What was received before the company adopted the edition that tells of it was never booked by anybody: that a receipt
was told is noted when it is told, and later facts say so.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.collection import Collection
from aggregates.customer_payment import CustomerPayment
from aggregates.invoice import Invoice
from aggregates.open_item import OpenItem
from gateways import public_receipts as told
from gateways.public_accounting import Context
from gateways.public_facts import PublicData


def open_item_kept(fact: OpenItem.Imported | OpenItem.Corrected, context: Context) -> None:
    """A payment says which open item it is for by its id alone."""
    context.remember(fact.stream_id, invoice_number=fact.terms.number, party_id=str(fact.terms.customer_id))


def money_kept(fact: CustomerPayment.Received, context: Context) -> None:
    """Whose money it is; later facts name it by its id alone."""
    context.remember(
        fact.stream_id,
        party_id=str(fact.customer_id),
        amount=str(fact.amount.amount),
        currency=fact.amount.currency,
        origin=fact.origin.value,
    )


def batch_kept(fact: Collection.Prepared, context: Context) -> None:
    """What becomes of a batch says its number."""
    context.remember(fact.stream_id, number=fact.number)


def payment_recorded(fact: Invoice.PaymentRecorded | OpenItem.PaymentRecorded, context: Context) -> PublicData:
    """A payment, with the customer's money that it comes from if that was told."""
    money_id = fact.customer_payment_id
    if money_id is not None and not context.recall(money_id).get("told"):
        money_id = None
    known = context.recall(fact.stream_id).get("payments", {})
    kept = {
        "customer_payment_id": str(money_id) if money_id else None,
        "collection_id": str(fact.collection_id) if fact.collection_id else None,
    }
    context.remember(fact.stream_id, payments={**known, str(fact.payment_id): kept})
    return told.PaymentRecordedV2.model_validate(
        {
            **_document(fact, context),
            **kept,
            "payment_id": fact.payment_id,
            "paid_on": fact.paid_on,
            "amount": fact.amount.amount,
            "currency": fact.amount.currency,
            "due_dates": [{"due_number": each.part, "amount": each.amount} for each in fact.parts],
        }
    )


def payment_reversed(fact: Invoice.PaymentReversed | OpenItem.PaymentReversed, context: Context) -> PublicData:
    """A payment that came back; one of an invoice was told in every edition."""
    kept = context.recall(fact.stream_id).get("payments", {}).get(str(fact.payment_id))
    return told.PaymentReversed.model_validate(
        {
            **_document(fact, context),
            **(kept or {"customer_payment_id": None, "collection_id": None}),
            "payment_id": fact.payment_id,
            "reversed_on": fact.reversed_on,
            "amount": fact.amount.amount,
            "currency": fact.amount.currency,
            "was_told": kept is not None or isinstance(fact, Invoice.PaymentReversed),
        }
    )


def money_received(fact: CustomerPayment.Received, context: Context) -> PublicData:
    """A customer's money."""
    context.remember(fact.stream_id, told=True)
    return told.CustomerPaymentReceived(
        customer_payment_id=fact.stream_id,
        party_id=fact.customer_id,
        received_on=fact.paid_on,
        amount=fact.amount.amount,
        currency=fact.amount.currency,
        origin=fact.origin.value,
        source_id=fact.source.id if fact.source else None,
    )


def money_matched(fact: CustomerPayment.Allocated, context: Context) -> PublicData:
    """Money that settles documents."""
    matches = tuple(
        told.Matched(
            payment_id=each.allocation_id,
            document_id=each.record_id,
            document_number=each.number,
            due_number=each.part,
            amount=each.amount,
        )
        for each in fact.allocations
    )
    return told.CustomerPaymentMatched.model_validate({**_money(fact.stream_id, context), "matches": matches})


def money_unmatched(fact: CustomerPayment.AllocationTakenBack, context: Context) -> PublicData:
    """Money that settles a document no longer."""
    said = {**_money(fact.stream_id, context), "payment_id": fact.allocation_id}
    return told.CustomerPaymentUnmatched.model_validate(said)


def money_refunded(fact: CustomerPayment.Refunded, context: Context) -> PublicData:
    """Money that was paid back."""
    return told.CustomerPaymentRefunded.model_validate(
        {
            **_money(fact.stream_id, context),
            "refund_id": fact.refund_id,
            "refunded_on": fact.refunded_on,
            "amount": fact.amount.amount,
            "currency": fact.amount.currency,
        }
    )


def money_reversed(fact: CustomerPayment.Reversed, context: Context) -> PublicData:
    """Money that went back."""
    kept = context.recall(fact.stream_id)
    whole = {name: kept[name] for name in ("amount", "currency", "origin")}
    said = {**_money(fact.stream_id, context), **whole, "reversed_on": fact.reversed_on}
    return told.CustomerPaymentReversed.model_validate(said)


def batch_prepared(fact: Collection.Prepared, _: Context) -> PublicData:
    """A batch for the bank."""
    return told.CollectionPrepared.model_validate(
        {
            "collection_id": fact.stream_id,
            "number": fact.number,
            "method": fact.method.value,
            "prepared_on": fact.prepared_on,
            "total": sum(line.amount for line in fact.lines),
            "lines": [
                {
                    "line": line.number,
                    "document_id": line.record_id,
                    "document_number": line.document,
                    "due_number": line.part,
                    "party_id": line.customer_id,
                    **line.model_dump(include={"due_on", "collect_on", "amount"}),
                }
                for line in fact.lines
            ],
        }
    )


def batch_sent(fact: Collection.Sent, context: Context) -> PublicData:
    """A batch that the bank has."""
    return told.CollectionSent.model_validate({**_batch(fact.stream_id, context), "sent_on": fact.sent_on})


def batch_settled(fact: Collection.Settled, context: Context) -> PublicData:
    """Lines that the bank paid."""
    said = {"settled_on": fact.settled_on, "lines": fact.lines}
    return told.CollectionSettled.model_validate({**_batch(fact.stream_id, context), **said})


def batch_returned(fact: Collection.Returned, context: Context) -> PublicData:
    """A line that came back."""
    said = {"returned_on": fact.returned_on, "line": fact.line, "bank_code": fact.code}
    return told.CollectionReturned.model_validate({**_batch(fact.stream_id, context), **said})


def batch_cancelled(fact: Collection.Cancelled, context: Context) -> PublicData:
    """A batch that was given up."""
    return told.CollectionCancelled.model_validate(_batch(fact.stream_id, context))


def _document(
    fact: Invoice.PaymentRecorded | Invoice.PaymentReversed | OpenItem.PaymentRecorded | OpenItem.PaymentReversed,
    context: Context,
) -> dict[str, Any]:
    is_ours = isinstance(fact, Invoice.PaymentRecorded | Invoice.PaymentReversed)
    kept = context.recall(fact.stream_id)
    return {
        "document_kind": "invoice" if is_ours else "open-item",
        "document_id": fact.stream_id,
        "document_number": kept["invoice_number"],
        "party_id": kept["party_id"],
    }


def _money(payment_id: UUID, context: Context) -> dict[str, Any]:
    kept = context.recall(payment_id)
    was_told = bool(kept.get("told"))
    return {"customer_payment_id": payment_id, "party_id": kept["party_id"], "was_told": was_told}


def _batch(collection_id: UUID, context: Context) -> dict[str, Any]:
    return {"collection_id": collection_id, "number": context.recall(collection_id)["number"]}
