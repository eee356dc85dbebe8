"""What people may ask about batches for the bank (distinte): prepare, send, settle, take returns, cancel."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.because import Because
from aggregates.collection import Collection
from aggregates.collection_values import CollectionLine, CollectionMethod, LineState
from aggregates.customer_payment import CustomerPayment, PaymentOrigin
from aggregates.mandate import Mandate
from aggregates.rules.due_dates import NOTHING, PartAmount
from aggregates.rules.numbering import Document
from aggregates.values import Money, rome_date
from commands.base import Answer, Command, Service
from commands.collection_lines import collection_lines, creditor_of
from commands.number_register import take_number
from commands.payables import payable
from commands.words import Words


class PrepareCollection(Command):
    """Put the open due dates of a method of payment into a batch for the bank; each is in one live batch only.

    What cannot be collected is left out and told, with what is missing. The batch's file is answered by
    `GET /collections/{collection_id}/file`.
    """

    collection_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    method: CollectionMethod
    due_by: date = Field(description="Due dates up to this day, late ones too.", examples=["2026-10-31"])
    customer_ids: tuple[UUID, ...] | None = Field(default=None, description="Only these customers'.")
    prepared_on: date | None = Field(default=None, description="Left out, today.")
    limit: int = Field(default=1000, ge=1, le=2000, description="The most due dates in one batch.")


class SendCollection(Command):
    """Record that the bank has the file of a batch."""

    collection_id: UUID
    sent_on: date | None = Field(default=None, description="Left out, today.")
    reference: str | None = Field(default=None, max_length=60)


class SettleCollection(Command):
    """Record that the bank paid lines of a batch: those named, or all that were to be collected by the day."""

    collection_id: UUID
    lines: tuple[int, ...] | None = None
    settled_on: date | None = Field(default=None, description="Value date; left out, today.")


class ReturnCollectionLine(Command):
    """Record that a line of a batch came back unpaid (insoluto), before or after it was settled."""

    collection_id: UUID
    line: int = Field(ge=1)
    returned_on: date | None = Field(default=None, description="Left out, today.")
    code: str | None = Field(default=None, max_length=10, description="The bank's code.", examples=["AM04"])
    reason: Words | None = Field(default=None, max_length=140, examples=["Fondi insufficienti"])


class CancelCollection(Command):
    """Give a batch up that was not sent; its due dates may go into another one."""

    collection_id: UUID
    reason: Words | None = Field(default=None, max_length=140)


def prepare_collection(cmd: PrepareCollection, act: Act, service: Service) -> Answer:
    """Handles `PrepareCollection`. Raises `CollectionEmpty`, `CollectionDataMissing`, `CreditorAccountWrong`."""
    collection_id = cmd.collection_id or service.new_id()
    known = service.find(Collection, collection_id)
    if known is not None:
        return _answer(known)
    prepared_on = cmd.prepared_on or rome_date(act.at)
    creditor, lead_days = creditor_of(service, cmd.method, prepared_on)
    found = service.lookups.due_dates_to_collect(cmd.method, cmd.due_by, cmd.customer_ids, cmd.limit)
    service.preload(*{record_id for record_id, _ in found})
    lines, skipped = collection_lines(service, collection_id, cmd.method, found, prepared_on, lead_days, act)
    number = "" if not lines else take_number(service, Document.COLLECTION, collection_id, prepared_on, act)
    named = [line.model_copy(update={"end_to_end_id": f"{number}-{line.number:05}"}) for line in lines]
    reasons = [Because.model_validate(each["because"]) for each in skipped]
    collection = Collection.prepare(
        collection_id, number, cmd.method, prepared_on, creditor, named, act, left_out=reasons
    )
    for line in named:
        owed = payable(service, line.record_id)
        owed.present(collection_id, [PartAmount(part=line.part, amount=line.amount)], act)
        service.save(owed)
    service.save(collection)
    return {**_answer(collection), "skipped": skipped}


def send_collection(cmd: SendCollection, act: Act, service: Service) -> None:
    """Handles `SendCollection`."""
    collection = service.load(Collection, cmd.collection_id)
    collection.send(cmd.sent_on or rome_date(act.at), cmd.reference, act)
    service.save(collection)


def settle_collection(cmd: SettleCollection, act: Act, service: Service) -> Answer:
    """Handles `SettleCollection`: each line is a payment; what is open no longer stays on the customer's account."""
    collection = service.load(Collection, cmd.collection_id)
    settled_on = cmd.settled_on or rome_date(act.at)
    paid = collection.settle(cmd.lines, settled_on, act)
    service.preload(*{line.record_id for line in paid})
    for line in paid:
        _pay(service, collection, line, settled_on, act)
    service.save(collection)
    return {**_answer(collection), "settled": [line.number for line in paid]}


def return_collection_line(cmd: ReturnCollectionLine, act: Act, service: Service) -> Answer:
    """Handles `ReturnCollectionLine`: what the line had settled is open again."""
    collection = service.load(Collection, cmd.collection_id)
    returned_on = cmd.returned_on or rome_date(act.at)
    before = collection.take_return(cmd.line, returned_on, cmd.code, cmd.reason, act)
    line = collection.line(cmd.line)
    if before is LineState.OPEN:
        _free(service, collection, line, act)
    elif before is LineState.SETTLED:
        _reverse(service, collection, line, returned_on, cmd.reason or cmd.code, act)
    service.save(collection)
    return _answer(collection)


def cancel_collection(cmd: CancelCollection, act: Act, service: Service) -> None:
    """Handles `CancelCollection`."""
    collection = service.load(Collection, cmd.collection_id)
    if collection.cancel(cmd.reason, act):
        service.preload(*{line.record_id for line in collection.lines})
        for line in collection.lines:
            _free(service, collection, line, act)
    service.save(collection)


def _pay(service: Service, collection: Collection, line: CollectionLine, on: date, act: Act) -> None:
    owed = payable(service, line.record_id)
    owed.withdraw(collection.id, [line.part], act)
    amount = min(line.amount, max(owed.open_of(line.part), NOTHING))
    if amount:
        owed.record_payment(
            collection.payment_id(line),
            on,
            Money(amount=amount),
            collection.number,
            act,
            part=line.part,
            collection_id=collection.id,
        )
    service.save(owed)
    if amount < line.amount:
        rest = CustomerPayment.receive(
            collection.rest_id(line),
            line.customer_id,
            on,
            Money(amount=line.amount - amount),
            act,
            origin=PaymentOrigin.COLLECTION,
            reference=f"{collection.number} {line.document}",
        )
        service.save(rest)


def _free(service: Service, collection: Collection, line: CollectionLine, act: Act) -> None:
    """Give a due date free that was never paid; a mandate is not used by a debit that never took place."""
    owed = payable(service, line.record_id)
    owed.withdraw(collection.id, [line.part], act)
    service.save(owed)
    if line.mandate is not None:
        mandate = service.load(Mandate, line.mandate.mandate_id)
        if not _is_debited_otherwise(collection, line):
            mandate.withdraw_use(collection.id, act)
        service.save(mandate)


def _is_debited_otherwise(collection: Collection, line: CollectionLine) -> bool:
    """Whether another line of the batch still debits under the same mandate."""
    if collection.is_cancelled or line.mandate is None:
        return False
    return any(
        other.mandate is not None
        and other.mandate.mandate_id == line.mandate.mandate_id
        and other.number != line.number
        and collection.states[other.number] is not LineState.RETURNED
        for other in collection.lines
    )


def _reverse(
    service: Service, collection: Collection, line: CollectionLine, on: date, reason: str | None, act: Act
) -> None:
    owed = payable(service, line.record_id)
    if collection.payment_id(line) in owed.settlement.payments:
        owed.reverse_payment(collection.payment_id(line), on, reason, act)
        service.save(owed)
    rest = service.find(CustomerPayment, collection.rest_id(line))
    if rest is not None:
        for each in rest.allocations.values():
            other = payable(service, each.record_id)
            other.reverse_payment(each.allocation_id, on, reason, act)
            service.save(other)
        rest.reverse(on, reason, act)
        service.save(rest)


def _answer(collection: Collection) -> Answer:
    return {
        "collection_id": collection.id,
        "number": collection.number,
        "state": collection.state.value,
        "lines": len(collection.lines),
        "total": Money(amount=collection.total),
        "skipped": [],
    }
