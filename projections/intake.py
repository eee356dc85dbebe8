"""While the telephone is held (accettazione chiamate): who may be calling about what, and what to tell them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.desk_answer import Named
from aggregates.rules.numbering import Document, format_number, standard_series
from projections.base import Ask, Reader, Row
from projections.contracts import TODAY
from projections.desk_answers import desk_answers
from projections.search_index import similar

MOST = 20
MOST_DIGITS = 6


class AskIntake(Ask):
    """What the caller said: a serial number, a name, a telephone, a contract's or a call's number, whole or in part."""

    text: str = Field(max_length=200)
    limit: int = Field(default=8, ge=1, le=MOST)
    on: date | None = None
    appeared_on: date | None = None


def intake(reader: Reader, ask: AskIntake) -> dict[str, Any]:
    """Candidates, the most like first, each with coverage, block, hours left, arrears, open calls, last call, warranty.

    A defect appeared on the day told, else on the day of the call (§5).

    Two statements, however many candidates there are, and one more for numbers of calls.
    """
    today = reader.row(f"select {TODAY} as day", {"on": ask.on}) if ask.on is None else {"day": ask.on}
    assert today is not None
    found = _numbered(reader, ask.text, today["day"]) + similar(reader, ask.text, limit=ask.limit)
    chosen = list({row["entry_id"]: row for row in reversed(found)}.values())[::-1][: ask.limit]
    answers = desk_answers(reader, [asked_about(row) for row in chosen], today["day"], ask.appeared_on)
    return {
        "on": today["day"],
        "items": [{**_shown(row), **answer.told()} for row, answer in zip(chosen, answers, strict=True)],
    }


def named(reader: Reader, said: str) -> list[Named]:
    """See `Lookups.named`."""
    return [Named.model_validate(_shown(row)) for row in similar(reader, said, limit=MOST)]


def asked_about(row: Mapping[str, Any]) -> dict[str, Any]:
    """What to ask about a candidate: the machine itself, or its site or customer."""
    items: list[UUID] = [row["entry_id"]] if row["kind"] == "machine" else list(row.get("items") or ())
    return {"items": items, "party_id": row["party_id"], "site_id": row["site_id"]}


def _shown(row: Row) -> Row:
    return {key: row[key] for key in ("kind", "entry_id", "party_id", "site_id", "label", "detail", "likeness")}


def _numbered(reader: Reader, text: str, day: date) -> list[Row]:
    """Calls by their number: as it is written, or by its last digits in this year or the year before."""
    digits = text.strip()
    numbers = [digits.upper()]
    if digits.isdecimal() and len(digits) <= MOST_DIGITS:
        series = standard_series(Document.CALL)
        numbers += [format_number(series, year, int(digits)) for year in (day.year, day.year - 1)]
    elif not any(letter.isdigit() for letter in digits):
        return []
    return reader.rows(
        """select 'call' as kind, call_id as entry_id, party_id, site_id, number as label, fault as detail,
                  1::numeric as likeness,
                  array(select value::uuid from jsonb_array_elements_text(serial_item_ids)) as items
             from {call} where number = any(%(numbers)s) order by opened_at desc limit 3""",
        {"numbers": numbers},
    )
