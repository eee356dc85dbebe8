"""Why a line of an invoice is there (perché questa riga): back to facts, terms, readings, indices, law (BIL-7).

Everything is reckoned as it was known when the line was proposed, by the functions that bill. The formula is a code
with its numbers; who reads it as a text finds the words at the edge. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from aggregates import invoice_facts as facts
from aggregates.base import Aggregate
from aggregates.because import reasons_of
from aggregates.invoice_values import InvoiceLine, IssuedDocument
from aggregates.law_table import DEFAULT_LAW, LawTable, law_table_id
from aggregates.party import Party
from aggregates.rules.law import LawTerms
from aggregates.rules.vat import VatCustomer, VatTreatment, vat_treatment
from projections.base import Ask, MemoryRows, Reader, ReadModel, Recorded, Row
from projections.history import plain
from projections.line_reasons_contract import contract_reasons
from projections.line_reasons_facts import facts_behind
from projections.line_reasons_work import work_reasons


class WhyLine(Ask):
    """One line of an invoice, credit note or proposal."""

    invoice_id: UUID
    number: int


@dataclass(frozen=True)
class KnownThen:
    """A reader to whom records are as they were known at an instant; lists are those of now."""

    reader: Reader
    instant: datetime

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, *, replan: bool = False) -> list[Row]:
        """See `Reader.rows`."""
        return self.reader.rows(sql, params, replan=replan)

    def row(self, sql: str, params: Mapping[str, Any] | None = None, *, by_key: bool = False) -> Row | None:
        """See `Reader.row`."""
        return self.reader.row(sql, params, by_key=by_key)

    def facts(self, stream_id: UUID, *, known_at: datetime | None = None) -> Sequence[Recorded]:
        """See `Reader.facts`."""
        return self.reader.facts(stream_id, known_at=known_at or self.instant)

    def record(self, stream_id: UUID, *, known_at: datetime | None = None) -> Aggregate | None:
        """See `Reader.record`."""
        return self.reader.record(stream_id, known_at=known_at or self.instant)

    def folded(self, model: type[ReadModel], *, known_at: datetime) -> MemoryRows:
        """See `Reader.folded`."""
        return self.reader.folded(model, known_at=known_at)


def why_line(reader: Reader, ask: WhyLine) -> dict[str, Any] | None:
    """From a line to the formula with its numbers, the terms then, readings, index rows, price, hours, VAT and facts.

    `formula` is a code with values; `original` is the line that a credit note takes back.
    """
    row = reader.row(
        """select l.line, l.is_excluded, i.state, i.kind, i.number, i.issued_on, i.until_on, i.planned_on,
                  i.document_type, i.corrects_id, i.customer_id, i.document
             from {invoice_line} l join {invoice} i on i.invoice_id = l.invoice_id
            where l.invoice_id = %(invoice_id)s and l.number = %(number)s""",
        ask.model_dump(),
    )
    if row is None:
        return None
    line = InvoiceLine.model_validate({k: v for k, v in row["line"].items() if k != "treatment"})
    own = reader.facts(ask.invoice_id)
    then = KnownThen(reader, _proposed_at(own, ask.number))
    source = line.source
    return {
        "invoice_id": ask.invoice_id,
        **_document(row),
        **line.model_dump(include={"number", "description", "code", "quantity", "unit", "unit_price", "price_per"}),
        "discounts": list(line.discounts),
        "amount": line.amount,
        "serials": list(line.serials),
        "kind": source.kind,
        "why": source.told,
        "why_because": reasons_of(source.because),
        "billing_on": source.billing_on,
        "period": line.period.model_dump() if line.period else None,
        "key": source.key.model_dump() if source.key else None,
        "record": source.record.model_dump() if source.record else None,
        "delivery": source.delivery.model_dump() if source.delivery else None,
        "about": source.about.model_dump() if source.about else None,
        "corrects": [each.model_dump() for each in source.corrects],
        "known_at": then.instant,
        "formula": {"code": "price", "values": _price(line)},
        **contract_reasons(then, reader, line, ask.invoice_id),
        **work_reasons(then, line),
        "vat": _vat(reader, row, line, own),
        "treatment": row["line"].get("treatment"),
        "original": _original(reader, row),
        "facts": facts_behind(then, reader, line, ask.invoice_id),
    }


def _document(row: Row) -> Row:
    names = ("state", "number", "issued_on", "document_type")
    return {"invoice_state": row["state"], **{f"invoice_{name}": row[name] for name in names[1:]}}


def _price(line: InvoiceLine) -> Row:
    told = line.model_dump(include={"quantity", "unit", "unit_price", "price_per", "amount"})
    return {**told, "discounts": list(line.discounts)}


def _proposed_at(own: Sequence[Recorded], number: int) -> datetime:
    """When the line came to be: with the proposal, or when it was added to it."""
    for recorded in reversed(own):
        if isinstance(recorded.fact, facts.LinesAdded) and any(each.number == number for each in recorded.fact.lines):
            return recorded.recorded_at
    return own[0].recorded_at


def _original(reader: Reader, row: Row) -> dict[str, Any] | None:
    """The line of the invoice that this line of a credit note takes back."""
    if row["corrects_id"] is None:
        return None
    found = reader.rows(
        "select number, line from {invoice_line} where invoice_id = %(id)s order by number", {"id": row["corrects_id"]}
    )
    told = row["line"]
    alike = (e["number"] for e in found if all(e["line"][k] == told[k] for k in ("source", "description", "code")))
    number = next(alike, None)
    return why_line(reader, WhyLine(invoice_id=row["corrects_id"], number=number)) if number is not None else None


# VAT


def _vat(reader: Reader, row: Row, line: InvoiceLine, own: Sequence[Recorded]) -> Row | None:
    """The treatment with the rows of the law table that it takes: those of the document, or of today's proposal."""
    issued = next((each for each in own if isinstance(each.fact, facts.Issued)), None)
    law_then = reader.record(law_table_id(), known_at=issued.recorded_at if issued else None)
    law = law_then.terms if isinstance(law_then, LawTable) else DEFAULT_LAW
    if row["document"] is not None:
        document = IssuedDocument.model_validate(row["document"])
        treatment = VatTreatment.model_validate(row["line"]["treatment"])
        return _taxed(law, document.customer.vat, line, treatment, document.issued_on)
    on = row["planned_on"] or row["until_on"]
    party = reader.record(row["customer_id"])
    if not isinstance(party, Party) or on is None:
        return None
    customer = party.vat_customer_on(on)
    try:
        return _taxed(law, customer, line, vat_treatment(customer, line.supply, on, law), on)
    except ValueError:
        return None  # the law table is silent on that day: issuing says so


def _taxed(law: LawTerms, customer: VatCustomer, line: InvoiceLine, treatment: VatTreatment, on: date) -> Row:
    code = treatment.nature or (str(treatment.chargeability) if treatment.chargeability else None)
    rates = [each for each in law.vat_rates if each.code is line.supply.rate and each.from_on <= on]
    texts = [each for each in law.references if each.code == code and each.from_on <= on]
    return {
        "on": on,
        "customer": customer.kind,
        "supply": plain(line.supply),
        **treatment.model_dump(),
        "rate_row": plain(max(rates, key=lambda each: each.from_on)) if rates and treatment.nature is None else None,
        "reference_row": plain(max(texts, key=lambda each: each.from_on)) if texts else None,
    }
