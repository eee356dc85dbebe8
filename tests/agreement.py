"""What the log, the public stream, the datamart, views and an accounting program's ledger must say alike, to the cent.

Everything is counted from the facts once more and compared with what each of them says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentKind
from aggregates.rules.law import Chargeability
from aggregates.stock_item import StockItem
from aggregates.values import cents
from examples import accounting_rules as accounts
from examples.accounting_ledger import Ledger
from gateways.public_feed import PublicFeed
from projections.base import Row
from tests.dsl import Company

NOTHING = Decimal(0)
EVERYTHING = 1_000_000
BALANCES = {
    accounts.RECEIVABLES, accounts.ON_ACCOUNT, accounts.BANK, accounts.VAT_PAYABLE, accounts.STOCK, accounts.EXPENSES,
    accounts.STAFF, accounts.COMPANY_CARD, accounts.CONTRACTORS, accounts.CONTRACTORS_OWED,
    *accounts.STOCK_AGAINST.values(),
}  # fmt: skip
"""Accounts of the ledger that are not revenue, and not revenue put off."""
DIMENSIONS = ("customer", "contract", "call", "serial", "job", "month", "technician", "product", "area", "account")
K = TypeVar("K", bound=Hashable)
Sums = dict[K, Decimal]
Event = dict[str, Any]


def they_agree(company: Company, ledger: Ledger | None = None) -> None:
    """Everything; a ledger that was fed otherwise may be given. The company has published edition 3 from the start."""
    company.fold()
    events = told(company)
    books = ledger or booked(events)
    documents_agree(company, events, books)
    fees_agree(company, events, books)
    dues_agree(company, books)
    stock_agrees(company, events, books)
    costs_agree(company)


def told(company: Company) -> list[Event]:
    """The company's whole public stream."""
    house = company.house
    feed = PublicFeed(house.reader, house.company_id, house.epoch)
    found: list[Event] = []
    while page := feed.after(len(found)):
        found += page
    return found


def booked(events: Iterable[Event]) -> Ledger:
    """The stream in a ledger of its own."""
    ledger = Ledger(":memory:")
    with ledger.transaction():
        for event in events:
            ledger.take(event)
    return ledger


def summed(rows: Iterable[tuple[K, Decimal]]) -> Sums[K]:
    """Sums by key, those of nothing left out."""
    found: Sums[K] = defaultdict(Decimal)
    for key, amount in rows:
        found[key] += amount
    return {key: amount for key, amount in found.items() if amount}


def same(what: str, **said: Mapping[Any, Decimal]) -> None:
    """All say the same; otherwise who says what of which key."""
    first, *others = said
    for other in others:
        keys = said[first].keys() | said[other].keys()
        wrong = {
            key: (said[first].get(key), said[other].get(key))
            for key in keys
            if said[first].get(key, NOTHING) != said[other].get(key, NOTHING)
        }
        assert not wrong, f"{what}: {first} and {other} differ: {wrong}"


# Documents


def documents_agree(company: Company, events: list[Event], ledger: Ledger) -> None:
    """Net by document, month, customer, rate and nature; VAT and what is to be paid by document."""
    facts = [one.fact for one in company.house.recorded_after(0, EVERYTHING) if isinstance(one.fact, Invoice.Issued)]
    stream = [each for each in events if each["type"].startswith("libretto.invoice.")]
    rows = company.house.reader.rows("select * from {mart_invoice_line}")
    same("net by VAT", log=_net_of_log(facts), stream=_net_of_stream(stream), mart=summed(map(_net_of_row, rows)))
    entries = _entries(stream, ledger)
    split = Chargeability.SPLIT.value
    same(
        "VAT",
        log=summed((f"{f.stream_id}", _sign(f) * f.document.tax) for f in facts),
        lines=summed((f"{row['invoice_id']}", row["vat"]) for row in rows),
        stream=summed((each["subject"], _told_sign(each) * Decimal(each["data"]["vat"])) for each in stream),
    )
    same(
        "VAT to pay",
        mart=summed((_place(row), row["vat"]) for row in rows if row["chargeability"] != split),
        ledger=summed((place, -amount) for place, account, amount in entries if account == accounts.VAT_PAYABLE),
    )
    same(
        "net by document, month, customer and account",
        mart=summed(
            ((_place(row), row["revenue_account"] or accounts.UNASSIGNED_REVENUE), row["amount"]) for row in rows
        ),
        ledger=summed(((place, account), -amount) for place, account, amount in entries if account not in BALANCES),
    )
    same(
        "to be paid",
        log=summed((_issued_at(f), _sign(f) * f.document.payable) for f in facts),
        ledger=summed((place, amount) for place, account, amount in entries if account == accounts.RECEIVABLES),
    )


Place = tuple[str, str, str]
"""Document, month, customer."""


def _entries(documents: Iterable[Event], ledger: Ledger) -> list[tuple[Place, str, Decimal]]:
    """What the ledger has booked for documents themselves: place, account, amount."""
    of = {event["id"]: event["subject"] for event in documents}
    found = ledger.db.execute("select event_id, booked_on, party, account, debit_cents - credit_cents from entry")
    return [
        (_where(of[key], day, party), account, Decimal(amount) / 100)
        for key, day, party, account, amount in found
        if key in of
    ]


def _issued_at(fact: Invoice.Issued) -> Place:
    return _where(fact.stream_id, fact.document.issued_on, fact.document.customer.party_id)


def _place(row: Row) -> Place:
    return _where(row["invoice_id"], row["month"], row["customer_id"])


def _where(document: Any, day: Any, customer: Any) -> Place:
    return f"{document}", f"{day}"[:7], f"{customer}"


def _sign(fact: Invoice.Issued) -> int:
    return 1 if fact.document.kind is DocumentKind.INVOICE else -1


def _told_sign(event: Event) -> int:
    return 1 if event["type"] == "libretto.invoice.issued.v1" else -1


def _net_of_log(facts: Iterable[Invoice.Issued]) -> Sums[Any]:
    return summed(
        (_key(*_issued_at(fact), line.treatment.rate, line.treatment.nature), _sign(fact) * line.amount)
        for fact in facts
        for line in fact.document.lines
    )


def _net_of_stream(events: Iterable[Event]) -> Sums[Any]:
    found = []
    for event in events:
        data = event["data"]
        for line in data["lines"]:
            party = data["customer"]["party_id"]
            key = _key(data["document_id"], data["issued_on"], party, line["vat_rate"], line["vat_nature"])
            found.append((key, _told_sign(event) * Decimal(line["amount"])))
    return summed(found)


def _net_of_row(row: Row) -> tuple[Any, Decimal]:
    key = _key(row["invoice_id"], row["month"], row["customer_id"], row["vat_rate"], row["vat_nature"])
    return key, row["amount"]


def _key(document: Any, day: Any, customer: Any, rate: Any, nature: Any) -> tuple[str, str, str, Decimal, str]:
    return f"{document}", f"{day}"[:7], f"{customer}", Decimal(rate).normalize(), nature or ""


# What is earned


def fees_agree(company: Company, events: list[Event], ledger: Ledger) -> None:
    """What is earned sums to what was billed; month by month of what is billed for days, in stream and datamart."""
    rows = company.house.reader.rows
    fees, lines = rows("select * from {mart_fee}"), rows("select * from {mart_invoice_line}")
    of_lots = {row["lot_id"] for row in rows("select lot_id from {mart_lot}")}
    same(
        "earned and to be earned",
        fees=summed((f"{row['document_id']}", row["amount"]) for row in fees if row["document_id"] not in of_lots),
        lines=summed((f"{row['invoice_id']}", row["amount"]) for row in lines),
    )
    scheduled = [each["data"] for each in events if each["type"] == "libretto.revenue.scheduled.v1"]
    over_time = {
        (data["document_id"], line["line"])
        for data in scheduled
        for line in data["lines"]
        if line["earned"] == "over-time"
    }
    same(
        "earned over time, by line and month",
        stream=summed(
            ((data["document_id"], line["line"], month["month"]), Decimal(month["amount"]))
            for data in scheduled
            for line in data["lines"]
            for month in line["months"]
            if line["earned"] == "over-time"
        ),
        mart=summed(
            ((f"{row['document_id']}", row["line"], f"{row['month']}"), row["amount"])
            for row in fees
            if (f"{row['document_id']}", row["line"]) in over_time
        ),
    )
    deferred = ledger.db.execute(
        "select coalesce(sum(credit_cents - debit_cents), 0) from entry where account = ?", (accounts.DEFERRED,)
    ).fetchone()[0]
    unearned = sum((row["amount"] for row in fees if row["month"] is None and row["source"] == "hour-pool"), NOTHING)
    same("hours not consumed", ledger={"": Decimal(deferred) / 100}, mart={"": unearned})
    whole = sum((row["amount"] for row in company.ask("mart-revenue", measure="invoiced", limit=500)["items"]), NOTHING)
    same("invoiced", view={"": whole}, lines={"": sum((row["amount"] for row in lines), NOTHING)})


# Money


def dues_agree(company: Company, ledger: Ledger) -> None:
    """What customers owe and what stands on account, by customer, in the due-date ledger and in accounting's books."""
    rows = company.house.reader.rows
    parts = rows("select customer_id, sum(open) as amount from {due_part} where not is_imported group by 1")
    elsewhere = rows(
        """select p.customer_id, -sum(m.amount) as amount from {due_payment} m
             join (select distinct record_id, customer_id from {due_part} where is_imported) p using (record_id)
            where m.reversed_on is null group by 1"""
    )
    same(
        "receivables",
        ledger=_of_account(ledger, accounts.RECEIVABLES),
        view=summed((f"{row['customer_id']}", row["amount"]) for row in (*parts, *elsewhere)),
    )
    # What was paid back of money that then went away itself is owed, though it no longer stands on account.
    money = rows(
        """select customer_id, sum(case when reversed_on is null then -on_account else refunded end) as amount
             from {customer_money} group by 1"""
    )
    same(
        "on account",
        ledger=_of_account(ledger, accounts.ON_ACCOUNT),
        view=summed((f"{row['customer_id']}", row["amount"]) for row in money),
    )


def _of_account(ledger: Ledger, account: str) -> Sums[str]:
    found = ledger.db.execute(
        "select party, sum(debit_cents - credit_cents) from entry where account = ? group by 1", (account,)
    )
    return summed((party, Decimal(amount) / 100) for party, amount in found)


# Stock and costs


def stock_agrees(company: Company, events: list[Event], ledger: Ledger) -> None:
    """Worth of our own stock by place and article, as it moved: facts, stream, datamart, valuation, ledger."""
    kept: dict[Any, StockItem.Stocked] = {}
    log: list[tuple[str, Decimal]] = []
    for one in company.house.recorded_after(0, EVERYTHING):
        fact = one.fact
        if isinstance(fact, StockItem.Stocked):
            kept[fact.stream_id] = fact
        if fact.stream_id in kept and kept[fact.stream_id].ownership.value == "own":
            log.append((f"{fact.stream_id}", _worth(fact)))
    moved = [each["data"] for each in events if each["type"].startswith("libretto.stock.moved.")]
    value = [(data["stock_item_id"], Decimal(data["value"])) for data in moved if data["ownership"] == "own"]
    rows = company.house.reader.rows("select * from {mart_stock_move} where ownership = 'own'")
    view = company.ask("stock-valuation", on="9999-12-31")["items"]
    same(
        "stock",
        log=summed(log),
        stream=summed(value),
        mart=summed((f"{row['stock_item_id']}", row["value"]) for row in rows),
        view=summed((f"{row['stock_item_id']}", row["movements"]) for row in view),
    )
    whole = ledger.db.execute(
        "select coalesce(sum(debit_cents - credit_cents), 0) from entry where account = ?", (accounts.STOCK,)
    ).fetchone()[0]
    same("stock in all", ledger={"": Decimal(whole) / 100}, log={"": sum((amount for _, amount in log), NOTHING)})
    same(
        "quantities",
        mart=summed((f"{row['stock_item_id']}", row["quantity"]) for row in rows),
        view=summed((f"{row['stock_item_id']}", row["quantity"]) for row in view),
        record=summed(
            (f"{key}", company.record(key).on_hand) for key, fact in kept.items() if fact.ownership.value == "own"
        ),
    )


def _worth(fact: Any) -> Decimal:
    if isinstance(fact, StockItem.Stocked | StockItem.Received | StockItem.Returned | StockItem.MovedIn):
        return cents(fact.quantity * fact.unit_cost)
    if isinstance(fact, StockItem.Issued | StockItem.MovedOut):
        return -cents(fact.quantity * fact.unit_cost)
    return cents(fact.difference * fact.unit_cost) if isinstance(fact, StockItem.Counted) else NOTHING


def costs_agree(company: Company) -> None:
    """Costs by act are their rows in the ledger of costs, and margins are the same sum whichever way they are cut."""
    rows = company.house.reader.rows
    same(
        "costs",
        acts=summed(
            (row["source"], row["amount"])
            for row in rows(
                """select 'labour' as source, sum(labour_cost) as amount from {mart_activity}
                   union all select 'way', sum(way_cost) from {mart_activity}
                   union all select 'travel', sum(cost) from {mart_travel}
                   union all select origin || '-expense', sum(cost) from {mart_expense} group by 1
                   union all select 'part', sum(cost) from {mart_part}"""
            )
            if row["amount"]
        ),
        mart=summed((row["source"], row["amount"]) for row in rows("select source, amount from {mart_cost}")),
    )
    revenue = sum((row["amount"] for row in rows("select amount from {mart_fee} where month is not null")), NOTHING)
    cost = sum((row["amount"] for row in rows("select amount from {mart_cost}")), NOTHING)
    for dimension in DIMENSIONS:
        found = company.ask("margins", by=dimension, limit=500)
        said = {name: sum((row[name] for row in found["items"]), NOTHING) for name in ("revenue", "cost", "margin")}
        whole = {name: found["whole"][name] for name in said}
        same(
            f"margins by {dimension}",
            rows=said,
            whole=whole,
            mart={"revenue": revenue, "cost": cost, "margin": revenue - cost},
        )
