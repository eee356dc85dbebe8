"""Which record a dispute is about (di che cosa si tratta), by its id or by the number that stands on paper."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from aggregates.base import Refusal, require
from aggregates.evidence import About
from projections.base import Reader

COLUMNS = {
    About.CALL: ("call", "call_id", "opened_at"),
    About.CONTRACT: ("contract", "contract_id", "starts_on"),
    About.INVOICE: ("invoice", "invoice_id", "issued_on"),
    About.SERIAL: ("serial_item", "serial_item_id", "installed_on"),
}


class Subject(NamedTuple):
    """A record and what it is called."""

    about: About
    id: UUID
    number: str


class NothingToProve(Refusal):
    """There is no {about} {reference}; give its number as it is printed, or its id."""

    status = 404


class SeveralRecords(Refusal):
    """Several records have the number {reference}; give the id of one: {ids}."""

    status = 409


def subject(reader: Reader, about: About, reference: str) -> Subject:
    """The record meant. Raises `NothingToProve`, `SeveralRecords`."""
    table, key, dated = COLUMNS[about]
    rows = reader.rows(
        f"""select {key} as id, number from {{{table}}}
             where {key}::text = lower(%(given)s) or number = %(given)s order by {dated} nulls last, {key} limit 20""",  # noqa: S608 - own words only
        {"given": reference},
    )
    require(bool(rows), NothingToProve, about=about, reference=reference[:100])
    ids = ", ".join(str(row["id"]) for row in rows)
    require(len(rows) == 1, SeveralRecords, reference=reference[:100], ids=ids)
    return Subject(about, rows[0]["id"], rows[0]["number"] or str(rows[0]["id"]))
