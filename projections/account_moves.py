"""What moved customers' accounts, day by day (movimenti dei conti clienti): documents, notes, payments, refunds.

Due dates settle here by the same arithmetic as in the documents themselves (`rules/due_dates.py`), so that the sum of
the moves is what the due-date ledger says. Money that settles a document moves both, on one day: the account stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.customer_payment import CustomerPayment, PaymentOrigin
from aggregates.exchange_receipt import ExchangeState
from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentKind
from aggregates.open_item import OpenItem, OpenItemKind
from aggregates.rules.account import MoveKind
from aggregates.rules.due_dates import PartAmount, PartBalance, lowered, returned, spread
from aggregates.values import rome_date
from projections.base import ReadModel, Row, Rows, Table, on

NOTHING = Decimal("0.00")
MOVE = Table(
    "account_move",
    {
        "position": "bigint", "line": "integer", "customer_id": "uuid", "on_day": "date", "kind": "text",
        "group_id": "uuid", "record_id": "uuid", "part": "integer", "number": "text", "reference": "text",
        "currency": "text", "amount": "numeric",
    },
    ("position", "line"),
    ("customer_id, on_day", "record_id"),
)  # fmt: skip
RECORD = Table(
    "account_record",
    {
        "record_id": "uuid", "customer_id": "uuid", "number": "text", "issued_on": "date", "currency": "text",
        "corrects": "boolean", "is_refused": "boolean", "uses": "jsonb",
    },
    ("record_id",),
)  # fmt: skip
PART = Table(
    "account_part",
    {"record_id": "uuid", "part": "integer", "due_on": "date", "open": "numeric"},
    ("record_id", "part"),
)
SHARE = Table(
    "account_share",
    {"record_id": "uuid", "payment_id": "uuid", "parts": "jsonb", "money_id": "uuid"},
    ("record_id", "payment_id"),
)
"""How a payment settled a document; gone once it came back."""
MONEY = Table(
    "account_money",
    {
        "payment_id": "uuid", "customer_id": "uuid", "paid_on": "date", "currency": "text", "origin": "text",
        "reference": "text", "on_account": "numeric", "settled": "jsonb", "is_reversed": "boolean",
    },
    ("payment_id",),
)  # fmt: skip


class AccountMoves(ReadModel):
    """Every move of every customer's account."""

    NAME = "account-moves"
    TABLES = (MOVE, RECORD, PART, SHARE, MONEY)

    @on(Invoice.Proposed)
    def proposed(self, fact: Invoice.Proposed, rows: Rows) -> None:
        """A credit note for an invoice: that one will be lowered by it."""
        if fact.corrects is not None:
            rows.put(RECORD, {"record_id": fact.stream_id, "corrects": True, "is_refused": False, "uses": {}})

    @on(Invoice.Issued)
    def issued(self, fact: Invoice.Issued, rows: Rows) -> None:
        """The document's due dates; a note that lowers its invoice moves that one instead."""
        document, known = fact.document, rows.get(RECORD, fact.stream_id) or {}
        told = document.model_dump(include={"number", "issued_on", "currency"})
        record = {"record_id": fact.stream_id, "customer_id": document.customer.party_id, **told}
        rows.put(RECORD, {"corrects": False, "is_refused": False, "uses": {}, **known, **record})
        if document.kind is DocumentKind.CREDIT_NOTE:
            dues = [] if known.get("corrects") else [(document.issued_on, -document.payable)]
            kind = MoveKind.CREDIT_NOTE
        else:
            dues, kind = [(due.due_on, due.amount) for due in document.due_dates], MoveKind.INVOICE
        _begin(rows, record, kind, dues)

    @on(OpenItem.Imported, OpenItem.Corrected)
    def open_item_known(self, fact: OpenItem.Imported | OpenItem.Corrected, rows: Rows) -> None:
        """A due date of a document issued elsewhere, with what was open of it; corrected, it was never otherwise."""
        terms = fact.terms
        for row in rows.select(MOVE, record_id=fact.stream_id):
            rows.drop(MOVE, row["position"], row["line"])
        told = terms.model_dump(include={"customer_id", "number", "issued_on"})
        record = {"record_id": fact.stream_id, **told, "currency": terms.amount.currency}
        rows.put(RECORD, {**record, "corrects": False, "is_refused": False, "uses": {}})
        sign = 1 if terms.kind is OpenItemKind.INVOICE else -1
        _begin(rows, record, MoveKind.IMPORTED, [(terms.due_on, sign * terms.residual.amount)])

    @on(Invoice.Credited)
    def credited(self, fact: Invoice.Credited, rows: Rows) -> None:
        """A credit note took something back, on its own date."""
        shares = spread(_balances(rows, fact.stream_id), fact.payable)
        told = {"group_id": fact.credit_note_id, "number": fact.number}
        _take(rows, fact.stream_id, shares, fact.credited_on, MoveKind.CREDIT_NOTE, **told)

    @on(Invoice.PaymentRecorded, OpenItem.PaymentRecorded)
    def paid(self, fact: Invoice.PaymentRecorded | OpenItem.PaymentRecorded, rows: Rows) -> None:
        """Money came in for a document, or money on account settles it."""
        parts = _balances(rows, fact.stream_id)
        if not parts:
            return
        shares = fact.parts or spread(parts, fact.amount.amount)
        share = {"parts": [each.model_dump(mode="json") for each in shares], "money_id": fact.customer_payment_id}
        rows.put(SHARE, {"record_id": fact.stream_id, "payment_id": fact.payment_id, **share})
        day, kind = fact.paid_on, MoveKind.PAYMENT
        if fact.customer_payment_id is not None:
            day, kind = _settled_on(rows, fact.customer_payment_id, fact.stream_id, day), MoveKind.SETTLEMENT
        told = {"group_id": fact.customer_payment_id or fact.payment_id, "reference": fact.reference}
        _take(rows, fact.stream_id, shares, day, kind, **told)

    @on(Invoice.PaymentReversed, OpenItem.PaymentReversed)
    def reversed(self, fact: Invoice.PaymentReversed | OpenItem.PaymentReversed, rows: Rows) -> None:
        """A payment came back: what it had settled is open again."""
        share = rows.get(SHARE, fact.stream_id, fact.payment_id)
        if share is None:
            return
        rows.drop(SHARE, fact.stream_id, fact.payment_id)
        back = [PartAmount(part=each["part"], amount=-Decimal(each["amount"])) for each in share["parts"]]
        money = rows.get(MONEY, share["money_id"]) if share["money_id"] else None
        was_taken_back = money is not None and str(fact.payment_id) not in money["settled"]
        kind = MoveKind.SETTLEMENT if was_taken_back else MoveKind.PAYMENT_REVERSED
        day = rome_date(fact.act.at) if was_taken_back else fact.reversed_on
        told = {"group_id": share["money_id"] or fact.payment_id, "reference": fact.reason}
        _take(rows, fact.stream_id, back, day, kind, **told)

    @on(Invoice.CreditUsed, OpenItem.CreditUsed)
    def credit_used(self, fact: Invoice.CreditUsed | OpenItem.CreditUsed, rows: Rows) -> None:
        """What the document left the customer is money on account from that day."""
        record = rows.get(RECORD, fact.stream_id)
        if record is not None:
            rows.put(RECORD, {**record, "uses": {**record["uses"], str(fact.use_id): str(fact.amount.amount)}})
        shares = returned(_balances(rows, fact.stream_id), fact.amount.amount)
        day = rome_date(fact.act.at)
        _take(rows, fact.stream_id, shares, day, MoveKind.SETTLEMENT, group_id=fact.use_id)

    @on(Invoice.CreditReturned, OpenItem.CreditReturned)
    def credit_returned(self, fact: Invoice.CreditReturned | OpenItem.CreditReturned, rows: Rows) -> None:
        """Such a use was undone."""
        record = rows.get(RECORD, fact.stream_id)
        amount = record["uses"].get(str(fact.use_id)) if record else None
        if record is None or amount is None:
            return
        left = {key: used for key, used in record["uses"].items() if key != str(fact.use_id)}
        rows.put(RECORD, {**record, "uses": left})
        shares = spread(_balances(rows, fact.stream_id), Decimal(amount))
        day = rome_date(fact.act.at)
        _take(rows, fact.stream_id, shares, day, MoveKind.SETTLEMENT, group_id=fact.use_id)

    @on(Invoice.ExchangeOutcomeRecorded)
    def outcome_recorded(self, fact: Invoice.ExchangeOutcomeRecorded, rows: Rows) -> None:
        """A refused invoice counts as not issued (R9.11)."""
        if fact.outcome.state is ExchangeState.REFUSED:
            rows.patch(RECORD, fact.stream_id, is_refused=True)

    @on(Invoice.Resent)
    def resent(self, fact: Invoice.Resent, rows: Rows) -> None:
        """It counts as issued again."""
        rows.patch(RECORD, fact.stream_id, is_refused=False)

    @on(CustomerPayment.Received)
    def received(self, fact: CustomerPayment.Received, rows: Rows) -> None:
        """Money of a customer; what a document left the customer was theirs before."""
        told = fact.model_dump(include={"customer_id", "paid_on", "reference"})
        money = {"payment_id": fact.stream_id, **told, "currency": fact.amount.currency, "origin": fact.origin.value}
        rows.put(MONEY, {**money, "on_account": fact.amount.amount, "settled": {}, "is_reversed": False})
        kind = MoveKind.SETTLEMENT if fact.origin is PaymentOrigin.CREDIT else MoveKind.PAYMENT
        _on_account(rows, money, -fact.amount.amount, fact.paid_on, kind)

    @on(CustomerPayment.Allocated)
    def allocated(self, fact: CustomerPayment.Allocated, rows: Rows) -> None:
        """Some of it settles documents."""
        money = rows.get(MONEY, fact.stream_id)
        if money is None:
            return
        settled = dict(money["settled"])
        for line, each in enumerate(fact.allocations):
            settled[str(each.allocation_id)] = str(each.amount)
            day = _settled_on(rows, fact.stream_id, each.record_id, money["paid_on"])
            _on_account(rows, money, each.amount, day, MoveKind.SETTLEMENT, line=line)
        taken = sum((each.amount for each in fact.allocations), NOTHING)
        rows.put(MONEY, {**money, "settled": settled, "on_account": money["on_account"] - taken})

    @on(CustomerPayment.AllocationTakenBack)
    def taken_back(self, fact: CustomerPayment.AllocationTakenBack, rows: Rows) -> None:
        """It settles a document no longer."""
        money = rows.get(MONEY, fact.stream_id)
        amount = money["settled"].get(str(fact.allocation_id)) if money else None
        if money is None or amount is None:
            return
        left = {key: one for key, one in money["settled"].items() if key != str(fact.allocation_id)}
        back = Decimal(amount)
        rows.put(MONEY, {**money, "settled": left, "on_account": money["on_account"] + back})
        _on_account(rows, money, -back, rome_date(fact.act.at), MoveKind.SETTLEMENT)

    @on(CustomerPayment.Refunded)
    def refunded(self, fact: CustomerPayment.Refunded, rows: Rows) -> None:
        """Some of it was paid back."""
        money = rows.get(MONEY, fact.stream_id)
        if money is not None:
            rows.put(MONEY, {**money, "on_account": money["on_account"] - fact.amount.amount})
            told = {**money, "reference": fact.reference}
            _on_account(rows, told, fact.amount.amount, fact.refunded_on, MoveKind.REFUND)

    @on(CustomerPayment.Reversed)
    def money_reversed(self, fact: CustomerPayment.Reversed, rows: Rows) -> None:
        """The money went back: what was still on account is gone."""
        money = rows.get(MONEY, fact.stream_id)
        if money is None or money["is_reversed"]:
            return
        is_credit = money["origin"] == PaymentOrigin.CREDIT.value
        day = rome_date(fact.act.at) if is_credit else fact.reversed_on
        kind = MoveKind.SETTLEMENT if is_credit else MoveKind.PAYMENT_REVERSED
        rows.put(MONEY, {**money, "is_reversed": True, "on_account": NOTHING})
        _on_account(rows, {**money, "reference": fact.reason}, money["on_account"], day, kind)


def _begin(rows: Rows, record: dict[str, Any], kind: MoveKind, dues: Iterable[tuple[date, Decimal]]) -> None:
    """The due dates of a document, whole."""
    for line, (due_on, amount) in enumerate(dues):
        key = {"record_id": record["record_id"], "part": line + 1}
        rows.put(PART, {**key, "due_on": due_on, "open": amount})
        told = {"group_id": record["record_id"], "on_day": record["issued_on"], "kind": kind, "amount": amount}
        shared = {name: record[name] for name in ("customer_id", "number", "currency")}
        _put(rows, line, {**key, **shared, **told, "reference": None})


def _take(rows: Rows, record_id: UUID, shares: Iterable[PartAmount], on_day: date, kind: MoveKind, **told: Any) -> None:
    """Lower the open amounts of a document by shares."""
    taken, record = list(shares), rows.get(RECORD, record_id)
    if record is None or record.get("customer_id") is None:
        return
    for balance in lowered(_balances(rows, record_id), taken):
        rows.patch(PART, record_id, balance.part, open=balance.open)
    number = told.pop("number", None) or record["number"]
    for line, each in enumerate(taken):
        key = {"record_id": record_id, "part": each.part, "amount": -each.amount, "on_day": on_day, "kind": kind}
        shared = {"customer_id": record["customer_id"], "currency": record["currency"], "number": number}
        _put(rows, line, {**key, **shared, "reference": None, **told})


def _on_account(rows: Rows, money: Row, amount: Decimal, on_day: date, kind: MoveKind, *, line: int = 0) -> None:
    """Change what stands on account."""
    shared = {name: money[name] for name in ("customer_id", "currency", "reference")}
    key = {"group_id": money["payment_id"], "record_id": None, "part": None, "number": None}
    _put(rows, line, {**key, **shared, "amount": amount, "on_day": on_day, "kind": kind})


def _put(rows: Rows, line: int, move: dict[str, Any]) -> None:
    if move["amount"]:
        rows.put(MOVE, {**move, "kind": move["kind"].value, "position": rows.now.position, "line": line})


def _settled_on(rows: Rows, payment_id: UUID, record_id: UUID, paid_on: date) -> date:
    """The day on which money settles a document: its value date, but not before the document was there."""
    money, record = rows.get(MONEY, payment_id), rows.get(RECORD, record_id)
    day: date = money["paid_on"] if money else paid_on
    return max(day, record["issued_on"]) if record and record.get("issued_on") else day


def _balances(rows: Rows, record_id: UUID) -> list[PartBalance]:
    found = rows.select(PART, record_id=record_id)
    parts = [PartBalance(part=row["part"], due_on=row["due_on"], open=row["open"]) for row in found]
    return sorted(parts, key=lambda each: each.part)
