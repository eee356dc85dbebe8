"""InfoSheet (scheda informativa): typed notes on a record, by a template that the company defines (INS-7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.attachment import RecordPlace
from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.answers import AnswerKind, Question, require_distinct
from aggregates.values import Personal, Value

TEMPLATES = UUID("d6b0a0a5-0f4c-5f0b-8a63-5d8f3cbb2f03")
FIELD_KINDS = (AnswerKind.TEXT, AnswerKind.NUMBER, AnswerKind.DATE, AnswerKind.CHOICE, AnswerKind.YES_NO)


def template_id(code: str) -> UUID:
    """The id of a template: its code, whatever the capitals."""
    return uuid5(TEMPLATES, code.strip().lower())


class FieldMissing(Refusal):
    """The sheet needs a value for: {fields}."""

    status = 422


class FieldUnknown(Refusal):
    """The template {template} has no field {fields}; use the fields that it lists."""

    status = 422


class ValueOutOfLimits(Refusal):
    """{value} is outside what "{question}" allows (from {lowest} to {highest}); check the value."""

    status = 422


class TemplateTerms(Value):
    """What a sheet of this kind asks."""

    name: str = Field(min_length=1, max_length=200, examples=["Dati di accesso al locale tecnico"])
    questions: tuple[Question, ...] = Field(
        min_length=1, examples=[[{"key": "floor", "text": "Piano", "kind": "number", "lowest": "-3", "highest": "40"}]]
    )

    @model_validator(mode="after")
    def _questions_fit(self) -> Self:
        require_distinct(tuple(one.key for one in self.questions))
        if any(one.kind not in FIELD_KINDS for one in self.questions):
            raise ValueError("a sheet's fields are text, number, date, choice or yes_no")
        return self

    def read(self, template: str, values: Mapping[str, bool | str]) -> dict[str, str]:
        """The values in the template's order, each checked.

        Raises `FieldUnknown`, `FieldMissing`, `AnswerUnfit`, `ValueOutOfLimits`.
        """
        known = {one.key for one in self.questions}
        require(
            known >= values.keys(), FieldUnknown, template=template, fields=", ".join(sorted(values.keys() - known))
        )
        missing = [one.text for one in self.questions if one.mandatory and values.get(one.key) in (None, "")]
        require(not missing, FieldMissing, fields=", ".join(missing))
        given = [(one, values[one.key]) for one in self.questions if values.get(one.key) not in (None, "")]
        return {one.key: _inside(one, one.read(value)) for one, value in given}


def _inside(field: Question, value: str) -> str:
    limits = {"lowest": str(field.lowest), "highest": str(field.highest)}
    require(not field.is_out_of_limits(value), ValueOutOfLimits, value=value, question=field.text, **limits)
    return value


class SheetTemplate(Aggregate):
    """A kind of information sheet that the company has defined."""

    TOPIC = "sheet-template"

    class Defined(FirstEvent):
        """The company uses this sheet."""

        TOPIC = "sheet-template.defined.v1"
        code: str
        terms: TemplateTerms

    class Changed(Aggregate.Event):
        """It asks something else from now on; sheets filled in keep what they were asked."""

        TOPIC = "sheet-template.changed.v1"
        terms: TemplateTerms

    # Decide

    @classmethod
    def define(cls, code: str, terms: TemplateTerms, act: Act) -> SheetTemplate:
        """Add a kind of sheet."""
        return cls.begin(cls.Defined, id=template_id(code), act=act, code=code.strip(), terms=terms)

    def change(self, terms: TemplateTerms, act: Act) -> None:
        """Change what it asks; the same again records nothing."""
        if self.terms != terms:
            self.trigger_event(self.Changed, act=act, terms=terms)

    # Evolve

    @event(Defined)
    def __init__(self, code: str, terms: TemplateTerms) -> None:
        self.code, self.terms = code, terms

    @event(Changed)
    def _changed(self, terms: TemplateTerms) -> None:
        self.terms = terms


class InfoSheet(Aggregate):
    """A filled-in sheet on a record; every version is kept."""

    TOPIC = "info-sheet"

    class Written(FirstEvent):
        """The sheet was filled in; the questions are those of that day."""

        TOPIC = "info-sheet.written.v1"
        record: RecordPlace
        template: str
        terms: TemplateTerms
        values: Annotated[dict[str, str] | None, Personal("stream_id", blank=True)]

    class Rewritten(Aggregate.Event):
        """The sheet says something else from now on."""

        TOPIC = "info-sheet.rewritten.v1"
        terms: TemplateTerms
        values: Annotated[dict[str, str] | None, Personal("stream_id", blank=True)]

    # Decide

    @classmethod
    def write(
        cls, sheet_id: UUID, record: RecordPlace, template: SheetTemplate, values: Mapping[str, bool | str], act: Act
    ) -> InfoSheet:
        """Fill in a sheet. Raises as `TemplateTerms.read`."""
        return cls.begin(
            cls.Written,
            id=sheet_id,
            act=act,
            record=record,
            template=template.code,
            terms=template.terms,
            values=template.terms.read(template.code, values),
        )

    def rewrite(self, terms: TemplateTerms, values: Mapping[str, bool | str], act: Act) -> None:
        """Replace the values, by what the template asks now; the same again records nothing."""
        read = terms.read(self.template, values)
        if (terms, read) != (self.terms, self.values):
            self.trigger_event(self.Rewritten, act=act, terms=terms, values=read)

    # Evolve

    @event(Written)
    def __init__(self, record: RecordPlace, template: str, terms: TemplateTerms, values: dict[str, str] | None) -> None:
        self.record, self.template, self.terms, self.values = record, template, terms, values or {}

    @event(Rewritten)
    def _rewritten(self, terms: TemplateTerms, values: dict[str, str] | None) -> None:
        self.terms, self.values = terms, values or {}
