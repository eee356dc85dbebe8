"""The due-date ledger (scadenzario): every due date of every document, what settled it, what stands on account.

Money settles here by the same arithmetic as in the documents themselves (`rules/due_dates.py`). Amounts are euro; what
is owed to the customer stands below zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.customer_payment import CustomerPayment
from aggregates.exchange_receipt import ExchangeState
from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentKind
from aggregates.open_item import OpenItem, OpenItemKind
from aggregates.rules.due_dates import PartAmount, PartBalance, lowered, returned, spread
from projections.base import ReadModel, Row, Rows, Table, on

NOTHING = Decimal("0.00")
DUE_PART = Table(
    "due_part",
    {
        "record_id": "uuid", "part": "integer", "kind": "text", "customer_id": "uuid", "number": "text",
        "issued_on": "date", "due_on": "date", "method": "text", "currency": "text", "amount": "numeric",
        "open": "numeric", "paid": "numeric", "credited": "numeric", "last_paid_on": "date", "collection_id": "uuid",
        "is_refused": "boolean", "is_imported": "boolean", "credited_at": "timestamptz",
    },
    ("record_id", "part"),
    ("customer_id, due_on", "due_on, record_id", "number", "collection_id", "method, due_on where open > 0"),
)  # fmt: skip
DUE_PAYMENT = Table(
    "due_payment",
    {
        "record_id": "uuid", "payment_id": "uuid", "customer_id": "uuid", "number": "text", "paid_on": "date",
        "amount": "numeric", "parts": "jsonb", "reference": "text", "customer_payment_id": "uuid",
        "collection_id": "uuid", "reversed_on": "date", "reason": "text", "recorded_at": "timestamptz",
    },
    ("record_id", "payment_id"),
    ("customer_id, paid_on", "payment_id"),
)  # fmt: skip
CUSTOMER_MONEY = Table(
    "customer_money",
    {
        "payment_id": "uuid", "customer_id": "uuid", "paid_on": "date", "amount": "numeric", "on_account": "numeric",
        "refunded": "numeric", "origin": "text", "reference": "text", "source_number": "text", "account": "text",
        "entry": "text", "allocations": "jsonb", "reversed_on": "date", "reason": "text", "recorded_at": "timestamptz",
    },
    ("payment_id",),
    ("customer_id, paid_on", "paid_on"),
)  # fmt: skip
CORRECTION = Table("due_correction", {"record_id": "uuid"}, ("record_id",))
"""Credit notes that lower their invoice: nothing is due for them."""
Money = Invoice.PaymentRecorded | OpenItem.PaymentRecorded


class DueLedger(ReadModel):
    """What is due, paid, and on account."""

    NAME = "due-ledger"
    TABLES = (DUE_PART, DUE_PAYMENT, CUSTOMER_MONEY, CORRECTION)

    @on(Invoice.Proposed)
    def proposed(self, fact: Invoice.Proposed, rows: Rows) -> None:
        """A credit note for an invoice: that one will be lowered by it."""
        if fact.corrects is not None:
            rows.put(CORRECTION, {"record_id": fact.stream_id})

    @on(Invoice.Issued)
    def issued(self, fact: Invoice.Issued, rows: Rows) -> None:
        """The document's due dates; a note that lowers its invoice is settled by that."""
        document = fact.document
        shared = {
            "record_id": fact.stream_id,
            "kind": document.kind.value,
            "customer_id": document.customer.party_id,
            "method": document.payment_method.value,
            **document.model_dump(include={"number", "issued_on", "currency"}),
            "is_imported": False,
        }
        if document.kind is DocumentKind.CREDIT_NOTE:
            open_amount = NOTHING if rows.get(CORRECTION, fact.stream_id) else -document.payable
            _put(rows, shared, 1, document.issued_on, -document.payable, open_amount)
        else:
            for part, due in enumerate(document.due_dates, 1):
                _put(rows, shared, part, due.due_on, due.amount, due.amount)

    @on(OpenItem.Imported, OpenItem.Corrected)
    def open_item_known(self, fact: OpenItem.Imported | OpenItem.Corrected, rows: Rows) -> None:
        """A due date of a document issued elsewhere."""
        terms = fact.terms
        sign = 1 if terms.kind is OpenItemKind.INVOICE else -1
        shared = {
            "record_id": fact.stream_id,
            "kind": terms.kind.value,
            "method": terms.payment_method.value if terms.payment_method else None,
            "currency": terms.amount.currency,
            **terms.model_dump(include={"customer_id", "number", "issued_on"}),
            "is_imported": True,
        }
        _put(rows, shared, 1, terms.due_on, sign * terms.amount.amount, sign * terms.residual.amount)

    @on(Invoice.Credited)
    def credited(self, fact: Invoice.Credited, rows: Rows) -> None:
        """A credit note took something back, from the oldest due date on."""
        shares = spread(_balances(rows, fact.stream_id), fact.payable)
        _take(rows, fact.stream_id, shares, "credited")
        for each in shares:
            rows.patch(DUE_PART, fact.stream_id, each.part, credited_at=fact.act.at)

    @on(Invoice.PaymentRecorded, OpenItem.PaymentRecorded)
    def paid(self, fact: Money, rows: Rows) -> None:
        """Money came in."""
        parts = _balances(rows, fact.stream_id)
        if not parts:
            return
        shares = fact.parts or spread(parts, fact.amount.amount)
        _take(rows, fact.stream_id, shares, "paid")
        for each in shares:
            rows.patch(DUE_PART, fact.stream_id, each.part, last_paid_on=fact.paid_on)
        first = rows.get(DUE_PART, fact.stream_id, parts[0].part) or {}
        told = fact.model_dump(include={"payment_id", "paid_on", "reference", "customer_payment_id", "collection_id"})
        rows.put(
            DUE_PAYMENT,
            {
                "record_id": fact.stream_id,
                "customer_id": first.get("customer_id"),
                "number": first.get("number"),
                "amount": fact.amount.amount,
                "recorded_at": fact.act.at,
                "parts": [each.model_dump(mode="json") for each in shares],
                **told,
            },
        )

    @on(Invoice.PaymentReversed, OpenItem.PaymentReversed)
    def reversed(self, fact: Invoice.PaymentReversed | OpenItem.PaymentReversed, rows: Rows) -> None:
        """A payment came back: what it had settled is open again."""
        known = rows.get(DUE_PAYMENT, fact.stream_id, fact.payment_id)
        if known is None or known["reversed_on"] is not None:
            return
        shares = [PartAmount.model_validate(each) for each in known["parts"]]
        back = [each.model_copy(update={"amount": -each.amount}) for each in shares]
        _take(rows, fact.stream_id, back, "paid")
        told = {"reversed_on": fact.reversed_on, "reason": fact.reason}
        rows.patch(DUE_PAYMENT, fact.stream_id, fact.payment_id, **told)

    @on(Invoice.Presented, OpenItem.Presented)
    def presented(self, fact: Invoice.Presented | OpenItem.Presented, rows: Rows) -> None:
        """Due dates are in a batch for the bank."""
        for each in fact.parts:
            rows.patch(DUE_PART, fact.stream_id, each.part, collection_id=fact.collection_id)

    @on(Invoice.PresentationEnded, OpenItem.PresentationEnded)
    def presentation_ended(self, fact: Invoice.PresentationEnded | OpenItem.PresentationEnded, rows: Rows) -> None:
        """They are in no batch any more."""
        for part in fact.parts:
            rows.patch(DUE_PART, fact.stream_id, part, collection_id=None)

    @on(Invoice.CreditUsed, OpenItem.CreditUsed)
    def credit_used(self, fact: Invoice.CreditUsed | OpenItem.CreditUsed, rows: Rows) -> None:
        """What the document left the customer went elsewhere."""
        _take(rows, fact.stream_id, returned(_balances(rows, fact.stream_id), fact.amount.amount), None)
        use = {"record_id": fact.stream_id, "payment_id": fact.use_id, "amount": -fact.amount.amount, "parts": []}
        rows.put(DUE_PAYMENT, {**use, "customer_payment_id": fact.use_id})

    @on(Invoice.CreditReturned, OpenItem.CreditReturned)
    def credit_returned(self, fact: Invoice.CreditReturned | OpenItem.CreditReturned, rows: Rows) -> None:
        """Such a use was undone."""
        known = rows.get(DUE_PAYMENT, fact.stream_id, fact.use_id)
        if known is not None:
            _take(rows, fact.stream_id, spread(_balances(rows, fact.stream_id), -known["amount"]), None)
            rows.drop(DUE_PAYMENT, fact.stream_id, fact.use_id)

    @on(Invoice.ExchangeOutcomeRecorded)
    def outcome_recorded(self, fact: Invoice.ExchangeOutcomeRecorded, rows: Rows) -> None:
        """A refused invoice counts as not issued: nobody is reminded of it or debited for it (R9.11)."""
        if fact.outcome.state is ExchangeState.REFUSED:
            _refused(rows, fact.stream_id, True)

    @on(Invoice.Resent)
    def resent(self, fact: Invoice.Resent, rows: Rows) -> None:
        """It counts as issued again."""
        _refused(rows, fact.stream_id, False)

    @on(CustomerPayment.Received)
    def received(self, fact: CustomerPayment.Received, rows: Rows) -> None:
        """Money of a customer, all of it on account at first."""
        rows.put(
            CUSTOMER_MONEY,
            {
                "payment_id": fact.stream_id,
                **fact.model_dump(include={"customer_id", "paid_on", "reference"}),
                "amount": fact.amount.amount,
                "on_account": fact.amount.amount,
                "recorded_at": fact.act.at,
                "refunded": NOTHING,
                "origin": fact.origin.value,
                "source_number": fact.source.number if fact.source else None,
                "account": fact.entry.account if fact.entry else None,
                "entry": fact.entry.entry if fact.entry else None,
                "allocations": [],
            },
        )

    @on(CustomerPayment.Allocated)
    def allocated(self, fact: CustomerPayment.Allocated, rows: Rows) -> None:
        """Some of it settles documents."""
        row = rows.get(CUSTOMER_MONEY, fact.stream_id)
        if row is not None:
            told = [*row["allocations"], *(each.model_dump(mode="json") for each in fact.allocations)]
            _put_allocations(rows, row, told)

    @on(CustomerPayment.AllocationTakenBack)
    def taken_back(self, fact: CustomerPayment.AllocationTakenBack, rows: Rows) -> None:
        """It settles a document no longer."""
        row = rows.get(CUSTOMER_MONEY, fact.stream_id)
        if row is not None:
            told = [each for each in row["allocations"] if each["allocation_id"] != str(fact.allocation_id)]
            _put_allocations(rows, row, told)

    @on(CustomerPayment.Refunded)
    def refunded(self, fact: CustomerPayment.Refunded, rows: Rows) -> None:
        """Some of it was paid back."""
        row = rows.get(CUSTOMER_MONEY, fact.stream_id)
        if row is not None:
            _put_allocations(rows, {**row, "refunded": row["refunded"] + fact.amount.amount}, row["allocations"])

    @on(CustomerPayment.Reversed)
    def money_reversed(self, fact: CustomerPayment.Reversed, rows: Rows) -> None:
        """The money went back."""
        told = {"reversed_on": fact.reversed_on, "reason": fact.reason, "on_account": NOTHING}
        rows.patch(CUSTOMER_MONEY, fact.stream_id, **told)


def _put(rows: Rows, shared: dict[str, Any], part: int, due_on: Any, amount: Decimal, open_amount: Decimal) -> None:
    figures = {"amount": amount, "open": open_amount, "paid": NOTHING, "credited": NOTHING}
    rows.put(DUE_PART, {**shared, "part": part, "due_on": due_on, **figures, "is_refused": False})


def _put_allocations(rows: Rows, row: Row, allocations: Sequence[dict[str, Any]]) -> None:
    allocated = sum((Decimal(each["amount"]) for each in allocations), NOTHING)
    on_account = row["amount"] - allocated - row["refunded"]
    rows.put(CUSTOMER_MONEY, {**row, "allocations": list(allocations), "on_account": on_account})


def _balances(rows: Rows, record_id: UUID) -> list[PartBalance]:
    found = rows.select(DUE_PART, record_id=record_id)
    parts = [PartBalance(part=row["part"], due_on=row["due_on"], open=row["open"]) for row in found]
    return sorted(parts, key=lambda each: each.part)


def _take(rows: Rows, record_id: UUID, shares: Iterable[PartAmount], column: str | None) -> None:
    """Lower the open amounts by shares, and count them as paid or credited."""
    taken = list(shares)
    for balance in lowered(_balances(rows, record_id), taken):
        rows.patch(DUE_PART, record_id, balance.part, open=balance.open)
    for each in taken if column else ():
        row = rows.get(DUE_PART, record_id, each.part)
        if row is not None and column:
            rows.patch(DUE_PART, record_id, each.part, **{column: row[column] + each.amount})


def _refused(rows: Rows, record_id: UUID, is_refused: bool) -> None:
    for row in rows.select(DUE_PART, record_id=record_id):
        rows.patch(DUE_PART, record_id, row["part"], is_refused=is_refused)
