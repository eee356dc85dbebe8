"""Agents' commissions (provvigioni): terms, what is earned by a day, and the statements settled. Euro before VAT.

What is earned is reckoned when asked, from issued lines, credit notes and payments: terms may reach back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.commission_agent import CommissionAgent, CommissionEntry, month_end
from aggregates.invoice_values import ADVANCE, DEDUCTION, STAMP
from aggregates.late_interest import KIND as LATE_INTEREST
from aggregates.rules.commissions import BilledLine, CommissionTerms, earned, percent_of
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

AGENT = Table(
    "commission_agent", {"agent_id": "uuid", "stream_id": "uuid", "code": "text"}, ("stream_id",), ("agent_id",)
)
TERMS = Table(
    "commission_terms",
    {"stream_id": "uuid", "from_on": "date", "terms": "jsonb"},
    ("stream_id", "from_on"),
)
STATEMENT = Table(
    "commission_statement",
    {
        "stream_id": "uuid", "month": "date", "agent_id": "uuid", "code": "text", "number": "text",
        "settled_on": "date", "total": "numeric", "entries": "integer",
    },
    ("stream_id", "month"),
)  # fmt: skip
ENTRY = Table(
    "commission_entry",
    {
        "stream_id": "uuid", "month": "date", "invoice_id": "uuid", "line": "integer", "document": "text",
        "customer_id": "uuid", "base": "numeric", "percent": "numeric", "earned": "numeric", "before": "numeric",
        "amount": "numeric",
    },
    ("stream_id", "month", "invoice_id", "line"),
)  # fmt: skip
NOTHING = Decimal("0.00")
WITHOUT = (ADVANCE, DEDUCTION, STAMP, LATE_INTEREST)
"""Lines that earn nobody a commission: money asked in advance earns with what it is deducted from."""


class Commissions(ReadModel):
    """Agents with their terms and settled statements."""

    NAME = "commissions"
    TABLES = (AGENT, TERMS, STATEMENT, ENTRY)

    @on(CommissionAgent.Engaged)
    def engaged(self, fact: CommissionAgent.Engaged, rows: Rows) -> None:
        """An agent."""
        rows.put(AGENT, {"stream_id": fact.stream_id, "agent_id": fact.agent_id, "code": fact.code})

    @on(CommissionAgent.TermsSet)
    def terms_set(self, fact: CommissionAgent.TermsSet, rows: Rows) -> None:
        """Terms from a day on."""
        terms = fact.terms.model_dump(mode="json")
        rows.put(TERMS, {"stream_id": fact.stream_id, "from_on": fact.from_on, "terms": terms})

    @on(CommissionAgent.StatementSettled)
    def settled(self, fact: CommissionAgent.StatementSettled, rows: Rows) -> None:
        """A statement with its lines."""
        agent = rows.get(AGENT, fact.stream_id) or {}
        known = {"stream_id": fact.stream_id, "month": fact.month}
        told = {"agent_id": agent.get("agent_id"), "code": agent.get("code"), "entries": len(fact.entries)}
        told |= fact.model_dump(include={"number", "settled_on", "total"})
        rows.put(STATEMENT, {**known, **told})
        for each in fact.entries:
            rows.put(ENTRY, {**known, **each.model_dump()})


class FindAgents(Page):
    """Agents with the terms that hold on a day."""

    on: date | None = Field(default=None, description="Left out, today.")


def find_agents(reader: Reader, ask: FindAgents) -> dict[str, Any]:
    """Each with code, terms, and until when commissions are settled."""
    return page(
        reader,
        ask,
        """select a.agent_id, a.code, t.from_on, t.terms,
                  (select max(s.month) from {commission_statement} s where s.stream_id = a.stream_id) as settled_month
             from {commission_agent} a
             left join lateral (select from_on, terms from {commission_terms} t where t.stream_id = a.stream_id
                and t.from_on <= coalesce(%(on)s::date, (now() at time zone 'Europe/Rome')::date)
                order by t.from_on desc limit 1) t on true""",
        order=("code", "agent_id"),
    )


class FindStatements(Page):
    """Settled statements, the latest first; of one agent or of all."""

    agent_id: UUID | None = None
    from_on: date | None = None
    to_on: date | None = None


def find_statements(reader: Reader, ask: FindStatements) -> dict[str, Any]:
    """Each with its number, month and total."""
    return page(
        reader,
        ask,
        """select * from {commission_statement} where (%(agent_id)s::uuid is null or agent_id = %(agent_id)s)
              and (%(from_on)s::date is null or month >= date_trunc('month', %(from_on)s::date))
              and (%(to_on)s::date is null or month <= %(to_on)s)""",
        order=("-month", "-number"),
    )


class CommissionStatement(Ask):
    """The statement of an agent and month: as it was settled, or as it would be now."""

    agent_id: UUID
    month: date = Field(description="Any day of the month.")


def commission_statement(reader: Reader, ask: CommissionStatement) -> dict[str, Any] | None:
    """Line by line the base, percentage, what is earned so far, what was settled before, and what is due."""
    agent = reader.row("select * from {commission_agent} where agent_id = %(agent_id)s", {"agent_id": ask.agent_id})
    if agent is None:
        return None
    found = {"agent_id": ask.agent_id, "code": agent["code"], "month": ask.month.replace(day=1)}
    key = {"stream_id": agent["stream_id"], "month": found["month"]}
    settled = reader.row(
        "select * from {commission_statement} where stream_id = %(stream_id)s and month = %(month)s", key
    )
    if settled is None:
        entries = [each.model_dump() for each in commissions_of(reader, ask.agent_id, month_end(ask.month))]
    else:
        entries = reader.rows(
            """select invoice_id, line, document, customer_id, base, percent, earned, before, amount
                 from {commission_entry} where stream_id = %(stream_id)s and month = %(month)s
                order by document, invoice_id, line""",
            key,
        )
    total = sum((each["amount"] for each in entries), NOTHING)
    named = {name: settled[name] if settled else None for name in ("number", "settled_on")}
    return {**found, **named, "is_settled": settled is not None, "entries": entries, "total": total}


def commissions_of(reader: Reader, agent_id: UUID, until: date) -> Sequence[CommissionEntry]:
    """What is due to an agent by a day: earned on every line so far, less what statements settled; not what is 0."""
    terms = _terms(reader, agent_id)
    before = {
        (row["invoice_id"], row["line"]): row["settled"]
        for row in reader.rows(
            """select e.invoice_id, e.line, sum(e.amount) as settled from {commission_entry} e
                 join {commission_agent} a using (stream_id) where a.agent_id = %(agent_id)s group by 1, 2""",
            {"agent_id": agent_id},
        )
    }
    due = (_entry(row, before, until) for row in _lines(reader, agent_id, terms, until))
    return [each for each in due if each.amount]


def _terms(reader: Reader, agent_id: UUID) -> dict[date, CommissionTerms]:
    rows = reader.rows(
        """select t.from_on, t.terms from {commission_terms} t join {commission_agent} a using (stream_id)
            where a.agent_id = %(agent_id)s order by t.from_on""",
        {"agent_id": agent_id},
    )
    return {row["from_on"]: CommissionTerms.model_validate(row["terms"]) for row in rows}


def _lines(reader: Reader, agent_id: UUID, terms: dict[date, CommissionTerms], until: date) -> Iterator[Row]:
    customers = sorted({customer for each in terms.values() for customer in each.customers})
    rows = reader.rows(
        """select l.invoice_id, l.line, l.number as document, l.issued_on, l.customer_id, l.agent_id, l.source,
                  l.contract_kind, l.article_code, l.amount, i.payable, i.payments, i.credit_notes, i.kind,
                  coalesce((select -sum(n.amount) from {mart_invoice_line} n where n.corrects_id = l.invoice_id
                               and n.corrects_line = l.line and n.issued_on <= %(until)s), 0) as credited
             from {mart_invoice_line} l join {invoice} i on i.invoice_id = l.invoice_id
            where l.issued_on <= %(until)s and l.corrects_id is null and not l.source = any(%(without)s)
              and (l.agent_id = %(agent_id)s or (l.agent_id is null and l.customer_id = any(%(customers)s)))
            order by l.issued_on, l.position, l.line""",
        {"agent_id": agent_id, "until": until, "customers": customers, "without": list(WITHOUT)},
    )
    for row in rows:
        held = [from_on for from_on in terms if from_on <= row["issued_on"]]
        if held and (row["agent_id"] is not None or row["customer_id"] in terms[max(held)].customers):
            yield {**row, "terms": terms[max(held)]}


def _entry(row: Row, before: dict[tuple[UUID, int], Decimal], until: date) -> CommissionEntry:
    held: CommissionTerms = row["terms"]
    line = BilledLine(
        **{name: row[name] for name in ("invoice_id", "line", "source", "contract_kind", "article_code", "amount")},
        credited=row["credited"],
        payable=row["payable"] if row["kind"] == "invoice" else NOTHING,
        payable_credited=_sum(each["payable"] for each in row["credit_notes"] if _by(each["credited_on"], until)),
        paid=_paid(row["payments"], until),
    )
    percent = percent_of(held.rules, line)
    so_far, settled = earned(line, percent, held.basis), before.get((line.invoice_id, line.line), NOTHING)
    return CommissionEntry(
        invoice_id=line.invoice_id,
        line=line.line,
        document=row["document"],
        customer_id=row["customer_id"],
        base=line.amount - line.credited,
        percent=percent,
        earned=so_far,
        before=settled,
        amount=so_far - settled,
    )


def _paid(payments: Sequence[Row], until: date) -> Decimal:
    """What was paid by a day and had not come back; what was paid too much and used elsewhere is not counted."""
    kept = [each for each in payments if not (each.get("reversed_on") and _by(each["reversed_on"], until))]
    paid = _sum(each["amount"]["amount"] for each in kept if each.get("paid_on") and _by(each["paid_on"], until))
    return paid - _sum(each["amount"]["amount"] for each in kept if each.get("is_use"))


def _by(day: str, until: date) -> bool:
    return date.fromisoformat(day) <= until


def _sum(amounts: Iterable[Any]) -> Decimal:
    return sum((Decimal(each) for each in amounts), NOTHING)
