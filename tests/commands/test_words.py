"""Reasons, names and texts that have to be said: spaces alone say nothing, and change nothing."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from aggregates.base import SlotTaken
from aggregates.call import Call
from commands.catalog import BY_NAME
from tests.commands.calls import ASSIGNED, CUSTOMER, GINO, PLANNED, TECHNICIANS, opened
from tests.commands.test_call_bookings import OTHER, elsewhere
from tests.dsl import Company

AGAIN = ("2026-12-09T10:30", "2026-12-09T12:00")
ASKED = [
    ("assign-technician", "override"),
    ("reassign-technician", "override"),
    ("book-technician", "override"),
    ("move-booking", "override"),
    ("drop-visit", "override"),
    ("confirm-appointment", "override"),
    ("move-appointment", "override"),
    ("record-absence", "override"),
    ("approve-absence", "override"),
    ("unassign-technician", "reason"),
    ("miss-appointment", "reason"),
    ("cancel-call", "reason"),
    ("reopen-call", "reason"),
    ("merge-call", "reason"),
    ("correct-pause", "reason"),
    ("perform-activity", "correction"),
    ("report-work", "work_done"),
    ("sign-report", "signer_name"),
    ("explain-absent-signature", "reason"),
    ("record-position-basis", "document"),
    ("skip-occurrence", "reason"),
    ("approve-expense-claim", "over_limit"),
]


@pytest.mark.parametrize(("command", "field"), ASKED)
def test_spaces_are_no_words(command: str, field: str) -> None:
    taken = _field(command, field)
    assert taken.validate_python(" Accordo col cliente ") == " Accordo col cliente ", "kept as it was written"
    with pytest.raises(ValidationError) as refused:
        taken.validate_python(" \t\n ")
    assert refused.value.errors()[0]["type"] == "string_too_short"


REASONS = sorted(
    (name, field)
    for name, entry in BY_NAME.items()
    for field in entry.command.model_fields
    if field.endswith("reason") or field.startswith("override")
)
TRIMMED = {
    "abandon-workshop-job",
    "close-job",
    "correct-odometer",
    "issue-daily-report",
    "reject-expense-claim",
    "reopen-job",
    "replace-odometer",
    "take-up-workshop-job",
    "withdraw-document",
    "withdraw-template",
}
"""Read as they are, and refused by their records in words of their own."""


@pytest.mark.parametrize(("command", "field"), [each for each in REASONS if each[0] not in TRIMMED])
def test_no_command_takes_a_blank_reason(command: str, field: str) -> None:
    with pytest.raises(ValidationError):
        _field(command, field).validate_python(" \t \n ")


def test_a_time_is_not_taken_for_a_blank_reason(company: Company) -> None:
    """An override needs its reason (AGE-1): blank, the command is not even read; with one, both visits stand."""
    company.given(*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED, opened(call_id=OTHER))
    company.given().when(elsewhere(GINO, *AGAIN)).then_refused(SlotTaken)
    with pytest.raises(ValidationError):
        company.execute(elsewhere(GINO, *AGAIN, override="  "))
    company.given().when(elsewhere(GINO, *AGAIN, override="Stesso palazzo")).then(
        Call.ActivityPlanned, (Call.TechnicianAssigned, {"override": "Stesso palazzo"})
    )


def _field(command: str, field: str) -> TypeAdapter[Any]:
    asked = BY_NAME[command].command.model_fields[field]
    told: Any = Annotated[asked.annotation, None, *asked.metadata]
    return TypeAdapter(told)
