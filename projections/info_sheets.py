"""Information sheets by record, and the templates to choose from (schede informative)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.info_sheet import InfoSheet, SheetTemplate, TemplateTerms
from projections.base import Page, Reader, ReadModel, Row, Rows, Table, on, page

TEMPLATE = Table(
    "sheet_template",
    {"template_id": "uuid", "code": "text", "name": "text", "questions": "jsonb"},
    ("template_id",),
    ("code",),
)
SHEET = Table(
    "info_sheet",
    {
        "sheet_id": "uuid", "kind": "text", "record_id": "uuid", "call_id": "uuid", "template": "text", "name": "text",
        "values": "jsonb", "written_at": "timestamptz", "changed_at": "timestamptz", "changed_by": "text",
        "revision": "integer",
    },
    ("sheet_id",),
    ("record_id", "call_id where call_id is not null", "template"),
)  # fmt: skip


class InfoSheets(ReadModel):
    """What the company asks, and what was answered last; earlier values stand in the sheet's history."""

    NAME = "info_sheets"
    TABLES = (TEMPLATE, SHEET)

    @on(SheetTemplate.Defined)
    def defined(self, fact: SheetTemplate.Defined, rows: Rows) -> None:
        """A template appears."""
        rows.put(TEMPLATE, {"template_id": fact.stream_id, "code": fact.code, **_asked(fact.terms)})

    @on(SheetTemplate.Changed)
    def changed(self, fact: SheetTemplate.Changed, rows: Rows) -> None:
        """It asks something else."""
        rows.patch(TEMPLATE, fact.stream_id, **_asked(fact.terms))

    @on(InfoSheet.Written)
    def written(self, fact: InfoSheet.Written, rows: Rows) -> None:
        """A record has a sheet."""
        record = fact.record
        call_id = record.id if record.kind == "call" else record.call_id
        row = {"sheet_id": fact.stream_id, "kind": record.kind.value, "record_id": record.id, "call_id": call_id}
        when = {"written_at": fact.act.at, "changed_at": fact.act.at, "changed_by": fact.act.by, "revision": 0}
        rows.put(SHEET, {**row, "template": fact.template, **_told(fact.terms, fact.values or {}), **when})

    @on(InfoSheet.Rewritten)
    def rewritten(self, fact: InfoSheet.Rewritten, rows: Rows) -> None:
        """It says something else."""
        row = rows.get(SHEET, fact.stream_id)
        if row is not None:
            when = {"changed_at": fact.act.at, "changed_by": fact.act.by, "revision": row["revision"] + 1}
            rows.patch(SHEET, fact.stream_id, **_told(fact.terms, fact.values or {}), **when)


def _asked(terms: TemplateTerms) -> Row:
    return {"name": terms.name, "questions": [one.model_dump(mode="json") for one in terms.questions]}


def _told(terms: TemplateTerms, values: dict[str, str]) -> Row:
    """Question, answer and unit in the template's order."""
    shown = [
        {"key": one.key, "question": one.text, "value": values[one.key], "unit": one.unit}
        for one in terms.questions
        if one.key in values
    ]
    return {"name": terms.name, "values": shown}


class FindSheetTemplates(Page):
    """The kinds of information sheets that the company has defined."""


class FindInfoSheets(Page):
    """Information sheets of a record, or of a call with its activities."""

    record_id: UUID | None = None
    call_id: UUID | None = None
    template: str | None = None


def find_sheet_templates(reader: Reader, ask: FindSheetTemplates) -> dict[str, Any]:
    """Templates by code."""
    return page(reader, ask, "select * from {sheet_template}", order=("code", "template_id"))


def find_info_sheets(reader: Reader, ask: FindInfoSheets) -> dict[str, Any]:
    """Sheets as they read now, in the order in which they were first written."""
    return page(
        reader,
        ask,
        """select * from {info_sheet}
            where (%(record_id)s::uuid is null or record_id = %(record_id)s)
              and (%(call_id)s::uuid is null or call_id = %(call_id)s)
              and (%(template)s::text is null or lower(template) = lower(%(template)s))""",
        order=("written_at", "sheet_id"),
    )
