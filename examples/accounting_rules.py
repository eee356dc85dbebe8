"""How an accounting program books the events of the public stream: pure rules, balanced entries, dates of their own.

Amounts are euro, debit above zero, credit below. Deferred income is booked in one of two ways, never in both: month by
month with each document (`MONTHLY`), or by the entries of closings (`AT_CLOSING`).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Event = dict[str, Any]
Row = tuple[str, Decimal]
"""An account and what is booked to it: debit above zero, credit below."""

RECEIVABLES, ON_ACCOUNT, BANK, VAT_PAYABLE, UNASSIGNED_REVENUE = (
    "customers", "customers-on-account", "bank", "vat-payable", "revenue",
)  # fmt: skip
DEFERRED, ACCRUED, TO_ISSUE = "deferred-income", "accrued-income", "invoices-to-issue"
STOCK, EXPENSES, STAFF, COMPANY_CARD = "stock", "travel-expenses", "staff", "company-card"
CONTRACTORS, CONTRACTORS_OWED = "contractors", "contractors-to-be-invoiced"
STOCK_AGAINST = {
    "opening": "opening-balance", "receipt": "goods-received", "issue": "cost-of-goods",
    "transfer_out": "goods-on-the-way", "transfer_in": "goods-on-the-way", "count": "stock-differences",
}  # fmt: skip
NOTHING = Decimal(0)
ROME = ZoneInfo("Europe/Rome")


class Deferral(StrEnum):
    """How deferred income is booked."""

    MONTHLY = "monthly"
    AT_CLOSING = "at-closing"


class Entry(NamedTuple):
    """One row of the ledger."""

    booked_on: str
    document: str
    party: str
    account: str
    amount: Decimal


def nobody(_: str) -> bool:
    """Nothing came from accounting itself."""
    return False


def entries_of(
    event: Event, is_own: Callable[[str], bool] = nobody, deferral: Deferral = Deferral.MONTHLY
) -> list[Entry]:
    """The balanced entries of an event; none for one that does not concern the ledger.

    `is_own` says what accounting itself has registered and booked: it comes back by the stream and is not booked again.
    """
    rule = RULES.get(event["type"])
    if rule is None:
        return []
    entries = list(rule({**event["data"], "happened_on": _italian_day(event["time"])}, is_own, deferral))
    if sum(entry.amount for entry in entries) != 0:
        raise ValueError(f"{event['type']} {event['id']} does not balance")
    return entries


def rows_of(event: Event) -> list[Row]:
    """Accounts and amounts of an event's entries, whatever their dates."""
    return [(entry.account, entry.amount) for entry in entries_of(event)]


Rule = Callable[[Event, Callable[[str], bool], Deferral], Iterator[Entry]]


def _invoice(data: Event, sign: int = 1) -> Iterator[Entry]:
    """Receivable against revenue by account and VAT; VAT under split payment is never ours to collect or to owe."""
    revenue: dict[str, Decimal] = {}
    for line in data["lines"]:
        account = line["account"] or UNASSIGNED_REVENUE
        revenue[account] = revenue.get(account, NOTHING) + Decimal(line["amount"])
    vat = sum((Decimal(each["vat"]) for each in data["vat_summary"] if not each["split_payment"]), NOTHING)
    rows: list[Row] = [(RECEIVABLES, Decimal(data["payable"]))]
    rows += [(account, -amount) for account, amount in sorted(revenue.items())]
    rows += [(VAT_PAYABLE, -vat)] if vat else []
    for account, amount in rows:
        yield Entry(data["issued_on"], data["number"], data["customer"]["party_id"], account, sign * amount)


def _issued(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    yield from _invoice(data)


def _credited(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    yield from _invoice(data, -1)


def _moved(on: str, document: str, party: str, debit: str, credit: str, amount: Decimal) -> Iterator[Entry]:
    if amount:
        yield Entry(on, document, party, debit, amount)
        yield Entry(on, document, party, credit, -amount)


def _paid_v1(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    amount = Decimal(data["amount"])
    yield from _moved(data["paid_on"], data["invoice_number"], data["party_id"], BANK, RECEIVABLES, amount)


def _paid(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    """Money of its own comes to the bank; a customer's money is taken from the customer's account."""
    source = ON_ACCOUNT if data["customer_payment_id"] else BANK
    amount = Decimal(data["amount"])
    yield from _moved(data["paid_on"], data["document_number"], data["party_id"], source, RECEIVABLES, amount)


def _paid_back(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    if data["was_told"]:
        source = ON_ACCOUNT if data["customer_payment_id"] else BANK
        amount = Decimal(data["amount"])
        yield from _moved(data["reversed_on"], data["document_number"], data["party_id"], RECEIVABLES, source, amount)


def _received(data: Event, is_own: Callable[[str], bool], _: Deferral) -> Iterator[Entry]:
    if not is_own(data["customer_payment_id"]):
        source = RECEIVABLES if data["origin"] == "credit" else BANK
        amount = Decimal(data["amount"])
        yield from _moved(data["received_on"], "incasso", data["party_id"], source, ON_ACCOUNT, amount)


def _refunded(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    if data["was_told"]:
        amount = Decimal(data["amount"])
        yield from _moved(data["refunded_on"], "rimborso", data["party_id"], ON_ACCOUNT, BANK, amount)


def _received_back(data: Event, is_own: Callable[[str], bool], _: Deferral) -> Iterator[Entry]:
    if data["was_told"] and not is_own(f"reversed:{data['customer_payment_id']}"):
        source = RECEIVABLES if data["origin"] == "credit" else BANK
        amount = Decimal(data["amount"])
        yield from _moved(data["reversed_on"], "storno incasso", data["party_id"], ON_ACCOUNT, source, amount)


def _scheduled(data: Event, _: Callable[[str], bool], deferral: Deferral) -> Iterator[Entry]:
    """What belongs to later months is deferred on the document's day and earned at each month's end."""
    if deferral is not Deferral.MONTHLY:
        return
    document, party, issued_on = data["document_number"], data["party_id"], data["issued_on"]
    for line in data["lines"]:
        account = line["account"] or UNASSIGNED_REVENUE
        if line["earned"] == "when-consumed":
            yield from _moved(issued_on, document, party, account, DEFERRED, Decimal(line["amount"]))
        later = [(each["month"], Decimal(each["amount"])) for each in line["months"] if each["month"] > issued_on]
        yield from _moved(issued_on, document, party, account, DEFERRED, sum((each for _, each in later), NOTHING))
        for month, amount in later:
            yield from _moved(_end(month), document, party, DEFERRED, account, amount)


def _consumed(data: Event, _: Callable[[str], bool], deferral: Deferral) -> Iterator[Entry]:
    if deferral is Deferral.MONTHLY:
        for lot in data["lots"]:
            account = lot["account"] or UNASSIGNED_REVENUE
            yield from _moved(data["earned_on"], "monte ore", "", DEFERRED, account, Decimal(lot["amount"]))


def _hours_bought(data: Event, _: Callable[[str], bool], deferral: Deferral) -> Iterator[Entry]:
    if deferral is Deferral.MONTHLY:
        amount = Decimal(data["earned"])
        yield from _moved(data["bought_on"], "monte ore", "", DEFERRED, UNASSIGNED_REVENUE, amount)


def _accruals(data: Event, _: Callable[[str], bool], deferral: Deferral) -> Iterator[Entry]:
    """Entries of a closing, taken back on the day after; deferred income only where it is not booked month by month."""
    for line in data["lines"]:
        revenue, amount = line["account"] or UNASSIGNED_REVENUE, Decimal(line["amount"])
        debit, credit = (revenue, DEFERRED) if line["kind"] == DEFERRED else (line["kind"], revenue)
        if line["kind"] == DEFERRED and deferral is Deferral.MONTHLY:
            continue
        document, party = line["contract_number"] or "", line["party_id"]
        yield from _moved(data["closing_on"], document, party, debit, credit, amount)
        yield from _moved(data["reversed_on"], document, party, credit, debit, amount)


def _stock(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    """Goods of customers lie here without a value. What comes back from a record lowers the cost it had made."""
    if data["ownership"] == "own":
        record, against = data["record"] or {}, STOCK_AGAINST[data["movement"]]
        if data["movement"] == "receipt" and record.get("kind") not in (None, "purchase-order"):
            against = STOCK_AGAINST["issue"]
        document = record.get("number") or data["article_code"] or ""
        yield from _moved(data["happened_on"], document, "", STOCK, against, Decimal(data["value"]))


def _expenses(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    for line in data["lines"]:
        counts, to_pay = Decimal(line["counts"]), Decimal(line["to_pay"])
        yield from _moved(data["approved_on"], "nota spese", "", EXPENSES, STAFF, to_pay)
        yield from _moved(data["approved_on"], "nota spese", "", EXPENSES, COMPANY_CARD, counts - to_pay)


def _expenses_paid(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    yield from _moved(data["paid_on"], "nota spese", "", STAFF, BANK, Decimal(data["amount"]))


def _contractor(data: Event, _: Callable[[str], bool], __: Deferral) -> Iterator[Entry]:
    amount = Decimal(data["total"])
    yield from _moved(data["approved_on"], "terzista", "", CONTRACTORS, CONTRACTORS_OWED, amount)


def _italian_day(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ROME).date().isoformat()


def _end(month: str) -> str:
    first = date.fromisoformat(month)
    return first.replace(day=monthrange(first.year, first.month)[1]).isoformat()


RULES: dict[str, Rule] = {
    "libretto.invoice.issued.v1": _issued,
    "libretto.invoice.credited.v1": _credited,
    "libretto.payment.recorded.v1": _paid_v1,
    "libretto.payment.recorded.v2": _paid,
    "libretto.payment.reversed.v1": _paid_back,
    "libretto.customer-payment.received.v1": _received,
    "libretto.customer-payment.refunded.v1": _refunded,
    "libretto.customer-payment.reversed.v1": _received_back,
    "libretto.revenue.scheduled.v1": _scheduled,
    "libretto.pool-hours.bought.v1": _hours_bought,
    "libretto.pool-revenue.recognised.v1": _consumed,
    "libretto.accruals.recorded.v1": _accruals,
    "libretto.stock.moved.v1": _stock,
    "libretto.expense-claim.approved.v1": _expenses,
    "libretto.expense-claim.paid.v1": _expenses_paid,
    "libretto.contractor-work.approved.v1": _contractor,
}
