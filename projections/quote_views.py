"""What people see of quotes: lists, sheets with every revision, what differs, what the source did since."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from projections.base import Ask, Page, Reader, Row, page

MATTERS = frozenset(
    {
        "call.activity-planned.v1", "call.part-planned.v1", "call.part-used.v1", "call.activity-performed.v1",
        "call.charge-added.v1", "call.coverage-decided-again.v1", "call.cancelled.v1",
    }
)  # fmt: skip
"""Facts of a call that would give another quote."""


class FindQuotes(Page):
    """Quotes by the words in number, customer or subject, by status, customer or call, or by their last day."""

    text: str | None = None
    status: str | None = None
    customer_id: UUID | None = None
    call_id: UUID | None = None
    ends_before: date | None = None


def find_quotes(reader: Reader, ask: FindQuotes) -> dict[str, Any]:
    """The quotes that match, the newest first; `ends_before` finds those with a sent revision that ends earlier."""
    return page(
        reader,
        ask,
        """select quote_id, number, dated_on, customer_id, customer, call_id, call_number, status, subject, alternative,
                  revision, net, total, valid_until, accepted_by, accepted_on, order_id, order_number, invoice_id,
                  invoice_number
             from {quote}
            where (%(text)s::text is null
                   or concat_ws(' ', number, customer, subject, call_number) ilike '%%' || %(text)s || '%%')
              and (%(status)s::text is null or status = %(status)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
              and (%(call_id)s::uuid is null or call_id = %(call_id)s)
              and (%(ends_before)s::date is null or quote_id in (
                       select quote_id from {quote_revision}
                        where state = 'sent' and valid_until < %(ends_before)s))""",
        order=("-dated_on", "-number", "-quote_id"),
    )


class QuoteSheet(Ask):
    """One quote."""

    quote_id: UUID


def quote_sheet(reader: Reader, ask: QuoteSheet) -> dict[str, Any] | None:
    """The quote with every revision, and what its call did since the revision shown was made (R7.2)."""
    quote = reader.row("select * from {quote} where quote_id = %(quote_id)s", {"quote_id": ask.quote_id})
    if quote is None:
        return None
    quote["revisions"] = _revisions(reader, ask.quote_id)
    shown = next(one for one in quote["revisions"] if (one["alternative"], one["revision"]) == _shown(quote))
    quote["source_changed_since"] = changed_since(reader, shown["source"])
    return quote


def changed_since(reader: Reader, source: Row | None) -> dict[str, Any] | None:
    """What happened to a source after the version that was copied; None when there is no source."""
    if source is None:
        return None
    facts = reader.facts(UUID(source["id"]))
    since = [
        {
            "fact": one.topic,
            "at": one.fact.act.at,
            "by": one.fact.act.by,
            "version": one.fact.originator_version,
            "matters": one.topic in MATTERS,
        }
        for one in facts[source["version"] :]
    ]
    return {
        "changed": any(one["matters"] for one in since),
        "version_then": source["version"],
        "version_now": len(facts),
        "facts": since,
    }


class QuoteComparison(Ask):
    """Two revisions of a quote, as in `A0` and `A1`."""

    quote_id: UUID
    one: str = Field(pattern=r"^[A-Z]\d+$")
    other: str = Field(pattern=r"^[A-Z]\d+$")


def compare_quotes(reader: Reader, ask: QuoteComparison) -> dict[str, Any] | None:
    """Lines added, removed and changed from one revision to the other, and the difference of the sums."""
    found = {f"{one['alternative']}{one['revision']}": one for one in _revisions(reader, ask.quote_id)}
    if ask.one not in found or ask.other not in found:
        return None
    one, other = found[ask.one], found[ask.other]
    before = {line["line_id"]: line for line in one["lines"]}
    after = {line["line_id"]: line for line in other["lines"]}
    both = [key for key in after if key in before]
    return {
        "added": [line for key, line in after.items() if key not in before],
        "removed": [line for key, line in before.items() if key not in after],
        "changed": [
            {"line_id": key, "description": after[key]["description"], "differences": differences}
            for key in both
            if (differences := _differences(before[key], after[key]))
        ],
        "net": {"from": one["net"], "to": other["net"], "difference": other["net"] - one["net"]},
        "total": {"from": one["total"], "to": other["total"], "difference": other["total"] - one["total"]},
    }


def call_number(reader: Reader, call_id: UUID) -> str | None:
    """The number people know a call by, for commands."""
    row = reader.row("select number from {call} where call_id = %(call_id)s", {"call_id": call_id})
    return row["number"] if row else None


def _revisions(reader: Reader, quote_id: UUID) -> list[Row]:
    return reader.rows(
        "select * from {quote_revision} where quote_id = %(quote_id)s order by alternative, revision",
        {"quote_id": quote_id},
    )


def _shown(quote: Row) -> tuple[str, int]:
    return quote["alternative"], quote["revision"]


def _differences(before: Row, after: Row) -> dict[str, Any]:
    return {name: {"from": before.get(name), "to": value} for name, value in after.items() if before.get(name) != value}
