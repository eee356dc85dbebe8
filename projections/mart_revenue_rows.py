"""How an issued document becomes rows of the datamart's revenue (righe di ricavo), and how credit notes change them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.hour_pool_pricing import KIND as HOUR_POOL
from aggregates.invoice_values import ADVANCE, DEDUCTION, DocumentKind, IssuedDocument, IssuedLine, LineCredit
from aggregates.job import job_code
from aggregates.rules.accruals import AccrualBasis
from aggregates.rules.recognition import (
    Credit,
    Earned,
    at_once,
    earning_parts,
    first_of,
    over_time,
    taken_back,
    tax_shares,
)
from aggregates.values import Period
from projections.base import Row, Rows
from projections.mart_revenue_tables import (
    ABOUT,
    AGREED,
    BASIS,
    CALL_OF,
    COMPLETED,
    FEE,
    INVOICE_LINE,
    NOTE,
    SALE,
)

NOTHING = Decimal("0.00")
TO_COME = date(1, 1, 1)
"""Stands for the month of what is not yet earned, while rows are reckoned."""


def put_lines(invoice_id: UUID, document: IssuedDocument, rows: Rows) -> None:
    """The lines of a document; those of a credit note that corrects an invoice are earned by `credit`."""
    is_invoice = document.kind is DocumentKind.INVOICE
    sign = 1 if is_invoice else -1
    corrects = None if is_invoice else rows.get(NOTE, invoice_id, 0)
    taxes = _taxes(document)
    for line in document.lines:
        corrected = (rows.get(NOTE, invoice_id, line.number) if corrects else None) or corrects or {}
        row = {
            "invoice_id": invoice_id,
            "line": line.number,
            **document.model_dump(include={"number", "issued_on", "currency"}),
            "month": first_of(document.issued_on),
            "kind": document.kind.value,
            "document_type": document.document_type.value,
            "site_id": document.site.site_id if document.site else None,
            "customer_id": document.customer.party_id,
            **_told(line, rows),
            "amount": sign * line.amount,
            "vat": sign * taxes[line.number],
            "corrects_id": corrected.get("corrects_id"),
            "corrects_line": corrected.get("corrects_line"),
            "position": rows.now.position,
        }
        rows.put(INVOICE_LINE, {**row, **_original(corrected, rows)})
        if corrects is None:
            _put(row, invoice_id, line.number, _earned(line, row, document, rows), rows)


def credit(invoice_id: UUID, note_id: UUID, number: str, line: int, credited: LineCredit, rows: Rows) -> None:
    """One line of a credit note: what is left of the invoice's line is earned as if no more had been billed.

    After an end the days up to it have earned what is left (R1.12), after a lower fee the days from then on have earned
    less (R1.18), otherwise all days of the period.
    """
    told = credited.model_dump(include={"amount", "since"})
    rows.put(
        NOTE, {"note_id": note_id, "line": line, "corrects_id": invoice_id, "corrects_line": credited.number, **told}
    )
    row = rows.get(INVOICE_LINE, invoice_id, credited.number)
    if row is None:
        return
    rows.patch(INVOICE_LINE, note_id, line, corrects_line=credited.number, agent_id=row["agent_id"])
    before: Earned = {}
    for each in rows.select(FEE, invoice_id=invoice_id, invoice_line=credited.number):
        place = (each["month"] or TO_COME, each["part"])
        before[place] = before.get(place, NOTHING) + each["amount"]
    sign = 1 if row["kind"] == DocumentKind.INVOICE.value else -1
    left = sum(before.values(), NOTHING) - sign * credited.amount
    parts = max(1, len(row["serials"]))
    if row["starts_on"] is not None and TO_COME not in {month for month, _ in before}:
        after = _left_over_time(row, parts, rows)
    else:
        after = at_once(left, max((month for month, _ in before), default=row["month"]), parts)
    _put({**row, "number": number}, note_id, line, taken_back(before, after), rows)


def _left_over_time(row: Row, parts: int, rows: Rows) -> Earned:
    """What is left of a line that is earned over its days, after all its credit notes."""
    notes = rows.select(NOTE, corrects_id=row["invoice_id"], corrects_line=row["line"])
    credits_ = [Credit(each["amount"], each["since"]) for each in notes]
    billed, basis = Period(starts_on=row["starts_on"], ends_on=row["ends_on"]), _basis(row["starts_on"], rows)
    found: Earned = {}
    for amount, days in earning_parts(row["amount"], credits_, billed, _ended_on(row, rows)):
        for place, earned in over_time(amount, days, parts, basis).items():
            found[place] = found.get(place, NOTHING) + earned
    return found


def _put(row: Row, document_id: UUID, line: int, earned: Mapping[tuple[date, int], Decimal], rows: Rows) -> None:
    about = {name: row[name] for name in (*ABOUT, "source", "starts_on", "ends_on")}
    named = {"document": row["number"], "invoice_id": row["invoice_id"], "invoice_line": row["line"]}
    for number, ((month, part), amount) in enumerate(sorted(earned.items()), 1):
        rows.put(
            FEE,
            {
                **about,
                **named,
                "document_id": document_id,
                "line": line,
                "part": part,
                "number": number,
                "month": None if month == TO_COME else month,
                "serial_item_id": UUID(row["serials"][part]) if row["serials"] else None,
                "amount": amount,
                "position": rows.now.position,
            },
        )


def _told(line: IssuedLine, rows: Rows) -> Row:
    source, record = line.source, line.source.record
    agreed = rows.get(AGREED, source.contract_id) if source.contract_id else None
    serials = _serials(line, agreed)
    return {
        **line.model_dump(include={"description", "quantity", "cost_centre", "revenue_account"}),
        "article_code": line.code,
        "job": job_code(line.job),
        "source": source.kind,
        "contract_id": source.contract_id,
        "contract_line_id": source.key.line_id if source.key else None,
        "contract_kind": agreed["kind"] if agreed else None,
        "agent_id": agreed["agent_id"] if agreed else None,
        "record_kind": record.kind if record else None,
        "record_id": record.id if record else None,
        "call_id": _call_id(line, rows),
        "serial_item_id": UUID(serials[0]) if len(serials) == 1 else None,
        "serials": serials,
        "vat_rate": line.treatment.rate,
        "vat_nature": line.treatment.nature,
        "chargeability": line.treatment.chargeability.value if line.treatment.chargeability else None,
        "starts_on": line.period.starts_on if line.period else None,
        "ends_on": line.period.ends_on if line.period else None,
    }


def _earned(line: IssuedLine, row: Row, document: IssuedDocument, rows: Rows) -> Earned:
    parts = max(1, len(row["serials"]))
    sale = rows.get(SALE, row["record_id"]) if row["source"] == HOUR_POOL else None
    if row["source"] in (ADVANCE, DEDUCTION) or (sale is not None and sale["is_purchase"]):
        return at_once(row["amount"], TO_COME, parts)
    if sale is not None:
        return at_once(row["amount"], first_of(sale["sold_on"]), parts)
    if line.period is not None:
        return over_time(row["amount"], line.period, parts, _basis(line.period.starts_on, rows))
    if row["call_id"] is not None:
        done = rows.get(COMPLETED, row["call_id"])
        if done is None or done["month"] is None:
            rows.put(COMPLETED, {"call_id": row["call_id"], "is_awaited": True})
            return at_once(row["amount"], TO_COME, parts)
        return at_once(row["amount"], done["month"], parts)
    return at_once(row["amount"], first_of(_left_on(line, document)), parts)


def _left_on(line: IssuedLine, document: IssuedDocument) -> date:
    """The day on which goods left, of what is billed by delivery notes; otherwise that of the document."""
    number = line.source.delivery.number if line.source.delivery else None
    return next((each.issued_on for each in document.deliveries if each.number == number), document.issued_on)


def _call_id(line: IssuedLine, rows: Rows) -> UUID | None:
    record = line.source.record
    if record is None:
        return None
    if record.kind == "call":
        return record.id
    found = rows.get(CALL_OF, record.id)
    return found["call_id"] if found else None


def _serials(line: IssuedLine, agreed: Row | None) -> list[str]:
    """The machines that a line is for; a fee of the whole contract is for all that it serves then."""
    key = line.source.key
    if line.serial_item_ids or agreed is None or key is None or key.line_id != line.source.contract_id:
        return [str(each) for each in dict.fromkeys(line.serial_item_ids)]
    first_on = str(line.period.starts_on) if line.period else ""
    served = (each for each in agreed["lines"] if each["ended"] is None or each["ended"] >= first_on)
    return list(dict.fromkeys(item for each in served for item in each["items"]))


def _ended_on(row: Row, rows: Rows) -> date | None:
    agreed = rows.get(AGREED, row["contract_id"]) if row["contract_id"] else None
    if agreed is None:
        return None
    lines = (each for each in agreed["lines"] if each["line_id"] == str(row["contract_line_id"]) and each["ended"])
    days = [date.fromisoformat(each["ended"]) for each in lines]
    return min((*days, *((agreed["ended_on"],) if agreed["ended_on"] else ())), default=None)


def _original(corrected: Row, rows: Rows) -> Row:
    """The agent of a credit note's line is the one of what it takes back."""
    line = corrected.get("corrects_line")
    found = rows.get(INVOICE_LINE, corrected["corrects_id"], line) if line else None
    return {"agent_id": found["agent_id"]} if found else {}


def _basis(day: date, rows: Rows) -> AccrualBasis:
    known = rows.get(BASIS, BASIS.name)
    held = {since: basis for since, basis in known["dated"].items() if since <= str(day)} if known else {}
    return AccrualBasis(held[max(held)]) if held else AccrualBasis.DAYS


def _taxes(document: IssuedDocument) -> dict[int, Decimal]:
    groups: dict[Any, list[IssuedLine]] = {}
    for line in document.lines:
        groups.setdefault((line.treatment.rate, line.treatment.nature, line.treatment.chargeability), []).append(line)
    found: dict[int, Decimal] = {}
    for each in document.summaries:
        lines = groups.get((each.rate, each.nature, each.chargeability), [])
        shares = tax_shares([line.amount for line in lines], each.rate, each.tax)
        found |= {line.number: part for line, part in zip(lines, shares, strict=True)}
    return found
