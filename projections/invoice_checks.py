"""Proposals checked before they are issued (controlli prima dell'emissione): the same rules that issuing asks.

An error keeps a proposal from being issued; a warning is for people to look at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.company import DEFAULT_PARAMETERS, Company
from aggregates.delivery_note import DeliveryNote
from aggregates.invoice import Invoice
from aggregates.invoice_draft import Frame, drafted, findings
from aggregates.invoice_values import DeliveryReference, DocumentKind, DocumentType, InvoiceLine, billed_customer
from aggregates.law_table import DEFAULT_LAW, LawTable, law_table_id
from aggregates.party import Party, PartyNature
from aggregates.rules.exchange_checks import Problem
from aggregates.rules.send_deadline import month_end
from projections.base import Page, Reader, Row, page
from projections.company import company_id
from projections.contracts import TODAY

ERROR, WARNING = "error", "warning"


class InvoiceChecks(Page):
    """Proposals of a customer, one of them, or all, as they would be issued on a day."""

    invoice_id: UUID | None = None
    customer_id: UUID | None = None
    on: date | None = None
    """Left out, today; a deferred invoice is taken as of its month."""


def invoice_checks(reader: Reader, ask: InvoiceChecks) -> dict[str, Any]:
    """Each proposal with its problems; one without any has an empty list."""
    found = page(
        reader,
        ask,
        f"""select i.invoice_id, i.customer_id, p.name as customer, i.state, i.taxable, {TODAY} as today
              from {{invoice}} i left join {{party}} p on p.party_id = i.customer_id
             where i.state in ('proposed', 'held', 'confirmed', 'requested')
               and (%(invoice_id)s::uuid is null or i.invoice_id = %(invoice_id)s)
               and (%(customer_id)s::uuid is null or i.customer_id = %(customer_id)s)""",  # noqa: S608 - own constants only
        order=("customer_id", "invoice_id"),
    )
    lines = _line_warnings(reader, [row["invoice_id"] for row in found["items"]])
    checker = _Checker(reader)
    for row in found["items"]:
        row |= checker.check(row["invoice_id"], row.pop("today"))
        row["problems"] += lines[row["invoice_id"]]
        row["is_ready"] = row["state"] != "held" and all(each["level"] != ERROR for each in row["problems"])
    return found


class _Checker:
    """Drafts proposals as issuing would; company and law are read once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        own_id = company_id(reader)
        company = reader.record(own_id) if own_id else None
        self._company = company if isinstance(company, Company) else None
        law = reader.record(law_table_id())
        self._law = law.terms if isinstance(law, LawTable) else DEFAULT_LAW

    def check(self, invoice_id: UUID, today: date) -> Row:
        """The proposal's date, kind, total and problems."""
        invoice = self._reader.record(invoice_id)
        party = self._reader.record(invoice.terms.customer_id) if isinstance(invoice, Invoice) else None
        if not isinstance(invoice, Invoice) or not isinstance(party, Party) or self._company is None:
            return {"dated_on": today, "document_type": None, "total": None, "problems": []}
        on = _day(invoice, today)
        about: Row = {"dated_on": on, "document_type": invoice.terms.document_type.value, "total": None}
        if party.address is None:
            problem = _told(ERROR, "address-missing", "{name} has no address.", name=party.name)
            return {**about, "problems": [problem]}
        frame = self._frame(invoice, party, on)
        try:
            document = drafted(invoice.terms, _numbered(invoice), frame, on)
        except ValueError as silent:
            return {**about, "problems": [_told(ERROR, "law-table-silent", "{reason}", reason=str(silent))]}
        problems = [_finding(each, document.kind) for each in findings(document, frame)]
        about |= {"document_type": document.document_type.value, "total": document.total}
        return {**about, "problems": [*problems, *_warnings(invoice, party, document.kind)]}

    def _frame(self, invoice: Invoice, party: Party, on: date) -> Frame:
        assert self._company is not None
        assert party.address is not None
        ours = self._company.parameters_on(on) if self._company else DEFAULT_PARAMETERS
        charges = party.terms.charge_stamp_duty
        return Frame(
            seller=self._company.identity,
            customer=billed_customer(party.id, party, party.address, on),
            law=self._law,
            deliveries=tuple(self._deliveries(invoice)),
            charges_stamp_duty=ours.charge_stamp_duty if charges is None else charges,
            needs_cig=ours.require_cig,
        )

    def _deliveries(self, invoice: Invoice) -> Iterator[DeliveryReference]:
        for note_id in {line.source.delivery.id for line in invoice.lines if line.source.delivery is not None}:
            note = self._reader.record(note_id)
            if isinstance(note, DeliveryNote):
                yield DeliveryReference(number=note.number, issued_on=note.dated_on)


def _day(invoice: Invoice, today: date) -> date:
    if invoice.planned_on is not None:
        return invoice.planned_on
    is_deferred = invoice.terms.document_type is DocumentType.TD24 and invoice.terms.month_on is not None
    return min(today, month_end(invoice.terms.month_on)) if is_deferred and invoice.terms.month_on else today


def _numbered(invoice: Invoice) -> list[InvoiceLine]:
    return [line.model_copy(update={"number": number}) for number, line in enumerate(invoice.lines, 1)]


def _finding(problem: Problem, kind: DocumentKind) -> Row:
    is_open = problem.code == "LIB04" and kind is DocumentKind.CREDIT_NOTE
    return {"level": WARNING if is_open else ERROR, **problem.model_dump()}


def _warnings(invoice: Invoice, party: Party, kind: DocumentKind) -> list[Row]:
    found = []
    if kind is DocumentKind.CREDIT_NOTE and invoice.kind is DocumentKind.INVOICE:
        found.append(_told(WARNING, "negative-total", "It totals below zero and is issued as a credit note."))
    code = party.tax.recipient_code
    is_reachable = code not in ("", "0000000") or bool(party.tax.certified_mail)
    is_asked = party.nature is not PartyNature.CONSUMER and party.address is not None and party.address.country == "IT"
    if is_asked and not is_reachable:
        found.append(
            _told(
                WARNING, "recipient-missing", "{name} has neither a recipient code nor certified mail.", name=party.name
            )
        )
    return found


def _told(level: str, code: str, message: str, **values: str) -> Row:
    return {"level": level, "code": code, "message": message, "values": values}


def _line_warnings(reader: Reader, invoice_ids: list[UUID]) -> dict[UUID, list[Row]]:
    """Lines that overlap others of the same contract line or repeat another by hand, and days that nobody billed."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in reader.rows(_TWICE, {"ids": invoice_ids}):
        code = "period-billed-twice" if row["kind"] == "fee" else "line-billed-twice"
        message = "Line {line}: the days from {from_on} to {to_on} are also on {other}."
        found[row["invoice_id"]].append(_told(WARNING, code, message, **_values(row)))
    for row in reader.rows(_GAPS, {"ids": invoice_ids}):
        message = "Line {line}: nothing was billed from {from_on} to {to_on}."
        found[row["invoice_id"]].append(_told(WARNING, "period-not-billed", message, **_values(row)))
    return found


def _values(row: Row) -> dict[str, str]:
    names = {"line": "number", "from_on": "from_on", "to_on": "to_on", "other": "other"}
    return {name: str(row[column]) for name, column in names.items() if row.get(column) is not None}


_LINE_ID = "l.line -> 'source' -> 'key' ->> 'line_id'"
_LIVE = f"""select l.*, i.customer_id, i.number as document_number, {_LINE_ID} as line_id
              from {{invoice_line}} l join {{invoice}} i on i.invoice_id = l.invoice_id
             where not l.is_excluded and l.starts_on is not null and i.kind = 'invoice' and i.state <> 'discarded'
               and (l.credited is null or l.credited < l.amount)"""  # noqa: S608 - own constants only
_TWICE = f"""with live as ({_LIVE})
             select a.invoice_id, a.number, a.kind, greatest(a.starts_on, b.starts_on) as from_on,
                    least(a.ends_on, b.ends_on) as to_on, coalesce(b.document_number, 'another proposal') as other
               from live a join live b
                 on b.customer_id = a.customer_id and (b.invoice_id, b.number) <> (a.invoice_id, a.number)
                and b.starts_on <= a.ends_on and a.starts_on <= b.ends_on and b.kind = a.kind
                and (a.kind = 'fee' and b.line_id = a.line_id
                     or a.line_id is null and b.description = a.description and b.amount = a.amount)
              where a.invoice_id = any(%(ids)s)
              order by a.invoice_id, a.number, b.invoice_id"""  # noqa: S608 - own constants only
_GAPS = f"""with live as ({_LIVE} and l.kind = 'fee')
            select a.invoice_id, a.number, last_on + 1 as from_on, a.starts_on - 1 as to_on
              from live a
              join lateral (select max(b.ends_on) as last_on from live b
                             where b.line_id = a.line_id and b.starts_on < a.starts_on) before on true
             where a.invoice_id = any(%(ids)s) and last_on + 1 < a.starts_on
             order by a.invoice_id, a.number"""  # noqa: S608 - own constants only


def repeated_lines(reader: Reader, invoice_id: UUID) -> list[str]:
    """The documents on which lines of a proposal stand already, with the same words, days and amount, for commands."""
    rows = reader.rows(_TWICE, {"ids": [invoice_id]})
    return sorted({row["other"] for row in rows if row["kind"] != "fee"})
