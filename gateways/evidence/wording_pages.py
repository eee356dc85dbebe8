"""Pages of text on the evidence's paper (pagine di testo): clocks and lines as people read them; numbers of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from aggregates.party import Party
from gateways.evidence.gathering import Gathered
from gateways.i18n import translator
from gateways.line_page import WIDTH
from projections.base import Reader
from projections.documents.content_dispute import DisputePage

FACTS = "What was recorded"
"""The heading in front of a line's facts, which have their places in the timeline."""
NUMBERS = """
    select call_id as id, number from {call} where call_id = any(%(ids)s)
    union all select invoice_id, number from {invoice} where invoice_id = any(%(ids)s)
    union all select contract_id, number from {contract} where contract_id = any(%(ids)s)
    union all select quote_id, number from {quote} where quote_id = any(%(ids)s)
    union all select rma_id, number from {rma} where rma_id = any(%(ids)s)
    union all select note_id, number from {delivery_note} where note_id = any(%(ids)s)
    union all select job_id, number from {workshop_job} where job_id = any(%(ids)s)
    union all select serial_item_id, number from {serial_item} where serial_item_id = any(%(ids)s)
    union all select document_id, number from {issued_document} where document_id = any(%(ids)s)"""


def numbers_of(reader: Reader, gathered: Gathered) -> dict[UUID, str]:
    """What the records of the case are called; parties by their names."""
    rows = reader.rows(NUMBERS, {"ids": [stream.id for stream in gathered.streams]})
    parties = ((key, reader.record(key)) for key in gathered.parties)
    names = {key: party.name for key, party in parties if isinstance(party, Party)}
    return {row["id"]: row["number"] for row in rows if row["number"]} | names


def page_of(page: str) -> DisputePage:
    """A page of text; what was broken to its width flows again."""
    first, *rest = page.rstrip().split("\n")
    return DisputePage(title=first.strip() or "–", lines=tuple(_flowing(rest)))


def line_of(line: Mapping[str, Any]) -> DisputePage:
    """The page about a line of an invoice; its facts by their places in the log."""
    translated = translator("it")(FACTS).upper()
    text = str(line["text"]).partition(f"\n{translated}\n")[0]
    _, page = text.split("\n", 1)
    positions = ", ".join(str(fact["position"]) for fact in line["facts"])
    told = page_of(page.strip())
    return told.model_copy(update={"lines": (*told.lines, "", f"Fatti nella cronologia: {positions}")})


def _flowing(lines: list[str]) -> Iterator[str]:
    """Lines whose first word had no room on the line before go on there."""
    whole: str | None = None
    last = ""
    for line in lines:
        word = line.split()[0] if line.strip() else ""
        if whole is not None and word and line.startswith("  ") and len(last) + 1 + len(word) > WIDTH:
            whole = f"{whole} {line.strip()}"
        else:
            if whole is not None:
                yield whole
            whole = line
        last = line
    if whole is not None:
        yield whole
