"""Information sheets (schede informative): typed notes on records, every version kept (INS-7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from aggregates.info_sheet import FieldMissing, FieldUnknown, InfoSheet, SheetTemplate, TemplateTerms, ValueOutOfLimits
from aggregates.rules.answers import AnswerUnfit, ChoiceUnknown
from commands.base import NotFound
from tests.commands.calls import CALL, COPIER, CUSTOMER, MACHINE, ROSSI, VISIT
from tests.dsl import Company, Do, do

SHEET = UUID("99999999-9999-9999-9999-999999999901")
QUESTIONS = [
    {"key": "floor", "text": "Piano", "kind": "number", "lowest": "-3", "highest": "40"},
    {"key": "key", "text": "Chiavi", "kind": "choice", "choices": ["portineria", "cliente"]},
    {"key": "lift", "text": "Ascensore", "kind": "yes_no", "mandatory": False},
    {"key": "checked", "text": "Verificato il", "kind": "date", "mandatory": False},
]
TERMS = {"name": "Accesso", "questions": QUESTIONS}
DEFINED = do("define-sheet-template", code="access", terms=TERMS)
GOOD = {"floor": "2", "key": "portineria"}


def write(values: dict[str, Any], kind: str = "serial_item", record_id: UUID = MACHINE, **more: Any) -> Do:
    """Somebody fills the sheet in."""
    record = {"kind": kind, "id": record_id, **more}
    return do("write-info-sheet", sheet_id=SHEET, record=record, template="access", values=values)


def test_a_sheet_is_written_and_rewritten(company: Company) -> None:
    given = company.given(*CUSTOMER, COPIER, DEFINED)
    given.when(write({**GOOD, "floor": "2.0", "lift": True, "checked": "2026-03-01"})).then(
        (InfoSheet.Written, {"values": {"floor": "2", "key": "portineria", "lift": "yes", "checked": "2026-03-01"}})
    )
    again = do("rewrite-info-sheet", sheet_id=SHEET, values=GOOD)
    given.when(again).then((InfoSheet.Rewritten, {"values": GOOD}))
    given.when(again).then_nothing()
    given.when(write(GOOD)).then_nothing()
    (row,) = company.ask("info-sheets", record_id=MACHINE)["items"]
    assert (row["name"], row["revision"], [one["value"] for one in row["values"]]) == (
        "Accesso",
        1,
        ["2", "portineria"],
    )
    assert len(company.facts(SHEET)) == 2


@pytest.mark.parametrize(
    ("values", "refusal", "told"),
    [
        ({"floor": "2"}, FieldMissing, {"fields": "Chiavi"}),
        ({"floor": "2", "key": ""}, FieldMissing, {"fields": "Chiavi"}),
        ({**GOOD, "door": "1"}, FieldUnknown, {"fields": "door"}),
        ({**GOOD, "floor": "due"}, AnswerUnfit, {"question": "Piano"}),
        ({**GOOD, "floor": "41"}, ValueOutOfLimits, {"question": "Piano", "highest": "40"}),
        ({**GOOD, "key": "vicino"}, ChoiceUnknown, {"choices": "portineria, cliente"}),
        ({**GOOD, "checked": "1.3.2026"}, AnswerUnfit, {"question": "Verificato il"}),
    ],
)
def test_values_are_checked(company: Company, values: dict[str, Any], refusal: Any, told: dict[str, str]) -> None:
    company.given(*CUSTOMER, COPIER, DEFINED).when(write(values)).then_refused(refusal, **told)


def test_a_changed_template_holds_from_the_next_writing_on(company: Company) -> None:
    given = company.given(*CUSTOMER, COPIER, DEFINED, write(GOOD))
    shorter = do("define-sheet-template", code="ACCESS", terms={**TERMS, "questions": QUESTIONS[:1]})
    given.when(shorter).then(SheetTemplate.Changed)
    given.when(shorter).then_nothing()
    assert len(company.record(SHEET).terms.questions) == 4
    given.when(do("rewrite-info-sheet", sheet_id=SHEET, values={"floor": "2"})).then(InfoSheet.Rewritten)
    (template,) = company.ask("sheet-templates")["items"]
    assert [one["key"] for one in template["questions"]] == ["floor"]


def test_activities_have_sheets_and_show_with_their_call(company: Company) -> None:
    opened = do("open-call", call_id=CALL, party_id=ROSSI, fault="Non stampa")
    planned = do("plan-activity", call_id=CALL, activity_id=VISIT, kind="visit", mode="visit")
    given = company.given(*CUSTOMER, opened, planned, DEFINED)
    given.when(write(GOOD, "activity", VISIT, call_id=CALL)).then(InfoSheet.Written)
    assert len(company.ask("info-sheets", call_id=CALL)["items"]) == 1
    given.when(write(GOOD, "contract", uuid4())).then_refused(NotFound)


def test_templates_must_make_sense() -> None:
    for questions in ([], [QUESTIONS[0]] * 2, [{"key": "a", "text": "A", "kind": "photo"}]):
        with pytest.raises(ValidationError):
            TemplateTerms.model_validate({"name": "X", "questions": questions})
