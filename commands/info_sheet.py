"""What people may ask about information sheets (schede informative)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.attachment import RecordPlace
from aggregates.base import Act
from aggregates.info_sheet import InfoSheet, SheetTemplate, TemplateTerms, template_id
from commands.base import Answer, Command, NotFound, Service
from commands.records import require_record

VALUES = "By key of the question: a text, true or false, a number as a text."


class DefineSheetTemplate(Command):
    """Define a kind of information sheet, or change the one with this code; sheets filled in keep their questions."""

    code: str = Field(min_length=1, max_length=60, examples=["site-access"])
    terms: TemplateTerms


class WriteInfoSheet(Command):
    """Fill in an information sheet for a record: an item, a contract, a call, an activity, a customer."""

    sheet_id: UUID | None = None
    record: RecordPlace
    template: str = Field(min_length=1, max_length=60, examples=["site-access"], description="The template's code.")
    values: dict[str, bool | str] = Field(default_factory=dict, examples=[{"floor": "2"}], description=VALUES)


class RewriteInfoSheet(Command):
    """Replace the values of an information sheet; what it said before stays in its history."""

    sheet_id: UUID
    values: dict[str, bool | str] = Field(examples=[{"floor": "3"}], description=VALUES)


def define_sheet_template(cmd: DefineSheetTemplate, act: Act, service: Service) -> Answer:
    """Handles `DefineSheetTemplate`."""
    known = service.find(SheetTemplate, template_id(cmd.code))
    if known is None:
        known = SheetTemplate.define(cmd.code, cmd.terms, act)
    known.change(cmd.terms, act)
    service.save(known)
    return {"template_id": known.id}


def write_info_sheet(cmd: WriteInfoSheet, act: Act, service: Service) -> Answer:
    """Handles `WriteInfoSheet`; a sheet of a known id is rewritten. Raises `NotFound`, and as `TemplateTerms.read`."""
    sheet_id = cmd.sheet_id or service.new_id("sheet")
    service.preload(cmd.record.stream, template_id(cmd.template), sheet_id)
    require_record(service, cmd.record)
    template = _template(service, cmd.template)
    known = service.find(InfoSheet, sheet_id)
    if known is None:
        known = InfoSheet.write(sheet_id, cmd.record, template, cmd.values, act)
    known.rewrite(template.terms, cmd.values, act)
    service.save(known)
    return {"sheet_id": sheet_id}


def rewrite_info_sheet(cmd: RewriteInfoSheet, act: Act, service: Service) -> None:
    """Handles `RewriteInfoSheet`. Raises as `TemplateTerms.read`."""
    sheet = service.load(InfoSheet, cmd.sheet_id)
    sheet.rewrite(_template(service, sheet.template).terms, cmd.values, act)
    service.save(sheet)


def _template(service: Service, code: str) -> SheetTemplate:
    found = service.find(SheetTemplate, template_id(code))
    if found is None:
        raise NotFound(kind="SheetTemplate", id=code)
    return found
