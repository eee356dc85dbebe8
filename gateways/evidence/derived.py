"""What was reckoned from the facts (dichiarazioni derivate): clocks, coverage, lines; apart from the facts.

Each statement is the answer of the view that people see, with its page in words, as it was known at the instant asked
for. Anybody can reckon it again; the facts stand without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.evidence import About
from aggregates.rules.service_level import Clock
from gateways.clock_page import clock_page
from gateways.evidence.finding import Subject
from gateways.evidence.gathering import Gathered
from gateways.line_page import line_page
from projections.base import Reader
from projections.call_sheet import coverage_shown
from projections.history import plain
from projections.line_reasons import WhyLine, why_line
from projections.serial_history import every_entry
from projections.sla_views import AskClock, FindClocks, find_clocks, service_clock

ITALIAN = "it"
MOST_LINES, MOST_CALLS = 500, 50
"""How many lines and calls are explained; the facts of all others are there all the same."""
LINES = """
    select l.invoice_id, l.number from {invoice_line} l join {invoice} i using (invoice_id)
     where l.invoice_id = any(%(invoices)s) and (%(all)s or position(%(id)s in l.line::text) > 0)
     order by i.issued_on nulls last, l.invoice_id, l.number limit %(limit)s"""


def derived(reader: Reader, about: Subject, gathered: Gathered) -> dict[str, Any]:
    """Statements about the case, each by the view that answers it."""
    calls = [stream.id for stream in gathered.streams if stream.kind == "call"][:MOST_CALLS]
    return {
        "program": f"libretto {version('libretto')}",
        "says": "Reckoned from the facts by the program named; no seal covers it.",
        "coverage": list(_coverages(reader, calls)),
        "clocks": [clock for call_id in calls for clock in _clocks(reader, call_id)],
        "lines": list(_lines(reader, about, gathered)),
        "history": _history(reader, about, gathered),
    }


def _coverages(reader: Reader, calls: list[UUID]) -> Iterator[dict[str, Any]]:
    for call_id in calls:
        call = reader.record(call_id)
        if isinstance(call, Call):
            yield {"call_id": str(call_id), "number": call.number, **plain(coverage_shown(call.coverage))}


def _clocks(reader: Reader, call_id: UUID) -> Iterator[dict[str, Any]]:
    for row in find_clocks(reader, FindClocks(call_id=call_id))["items"]:
        told = service_clock(reader, AskClock(call_id=call_id, clock=Clock(row["clock"])))
        if told is not None:
            shown = {name: value for name, value in told.items() if name not in ("party_name", "fault")}
            yield {**plain(shown), "text": clock_page(told, ITALIAN)}


def _lines(reader: Reader, about: Subject, gathered: Gathered) -> Iterator[dict[str, Any]]:
    invoices = [stream.id for stream in gathered.streams if stream.kind == "invoice"]
    if about.about is About.INVOICE:
        invoices = [about.id]
    values = {"invoices": invoices, "all": about.about is About.INVOICE, "id": str(about.id), "limit": MOST_LINES}
    for row in reader.rows(LINES, values):
        told = why_line(reader, WhyLine(invoice_id=row["invoice_id"], number=row["number"]))
        if told is not None:
            yield {**plain(told), "text": line_page(told, ITALIAN)}


def _history(reader: Reader, about: Subject, gathered: Gathered) -> list[dict[str, Any]]:
    """Of a machine all that befell it, without what was others'."""
    if about.about is not About.SERIAL:
        return []
    known = {stream.id for stream in gathered.streams} | gathered.parties
    rows = every_entry(reader, about.id, None, None)
    return [plain(row) for row in rows if row["record_id"] is None or row["record_id"] in known]
