"""What a workshop job (scheda di laboratorio) is made of: its states, what was handed in, lent and given back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.base import Refusal
from aggregates.party import PaymentMethod
from aggregates.record_ref import RecordRef
from aggregates.rules.priority import Level
from aggregates.values import Keep, Money, Personal, PersonRef, Value
from aggregates.work_report import SHA256


class JobState(StrEnum):
    """Where a workshop job stands."""

    WAITING = "waiting"
    ON_BENCH = "on_bench"
    WAITING_PART = "waiting_part"
    WAITING_QUOTE_APPROVAL = "waiting_quote_approval"
    REPAIRED = "repaired"
    NOT_REPAIRABLE = "not_repairable"
    AS_IS = "as_is"
    READY = "ready"
    HANDED_OVER = "handed_over"
    ABANDONED = "abandoned"


class JobOutcome(StrEnum):
    """How the work on it ended; as it is when nothing was to be done or the customer did not want it."""

    REPAIRED = "repaired"
    NOT_REPAIRABLE = "not_repairable"
    AS_IS = "as_is"


class HoldReason(StrEnum):
    """What a job waits for."""

    PART = "part"
    QUOTE_APPROVAL = "quote_approval"


class ContactChannel(StrEnum):
    """How the customer wants to hear that it is ready."""

    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    NONE = "none"


TO_DO: Final = (JobState.WAITING, JobState.ON_BENCH, JobState.WAITING_PART, JobState.WAITING_QUOTE_APPROVAL)
"""Something is still to be done on the bench."""
DONE: Final = (JobState.REPAIRED, JobState.NOT_REPAIRABLE, JobState.AS_IS)
"""The work has ended; the customer is not told."""
OVER: Final = (JobState.HANDED_OVER, JobState.ABANDONED)
HELD: Final[Mapping[HoldReason, JobState]] = {
    HoldReason.PART: JobState.WAITING_PART,
    HoldReason.QUOTE_APPROVAL: JobState.WAITING_QUOTE_APPROVAL,
}


class AccessNote(Value):
    """A password or PIN needed to try the machine (codice di accesso): personal, under a key of its own."""

    note_id: UUID
    words: Annotated[str, Personal("note_id")]


class HandedIn(Value):
    """What the customer left at the counter, and what was agreed."""

    serial_item_id: UUID | None = None
    description: str = Field(min_length=1, max_length=500)
    serial: str | None = Field(default=None, max_length=60)
    fault: str = Field(min_length=1, max_length=4000)
    accessories: tuple[str, ...] = ()
    damage: str | None = Field(default=None, max_length=2000, description="Damage that can be seen when it comes in.")
    estimate_limit: Money | None = Field(default=None, description="Up to here without asking again.")
    contact: ContactChannel = ContactChannel.PHONE
    access: AccessNote | None = None
    rma: RecordRef | None = Field(default=None, description="The return that brought it in, which keeps its goods.")


class Loaner(Value):
    """What the customer has meanwhile (muletto)."""

    loaner_id: UUID
    serial_item_id: UUID | None = None
    description: str = Field(min_length=1, max_length=500)


class Handover(Value):
    """Who took it away, how we knew them, what they signed and paid."""

    person: PersonRef
    identity: Annotated[str | None, Personal("person.person_id", keep=Keep.SERVICE)] = Field(
        default=None, max_length=200, description="How we knew them: kind of paper, proxy."
    )
    signature_sha256: str | None = Field(default=None, pattern=SHA256)
    collected: Money | None = Field(default=None, description="Money taken at the counter; the invoice is apart.")
    method: PaymentMethod | None = None

    def says_the_same(self, other: Handover) -> bool:
        """Whether it is told twice; a person who is not known gets another id each time."""
        nobody = {"person": None}
        names = (self.person.name, other.person.name)
        return names[0] == names[1] and self.model_copy(update=nobody) == other.model_copy(update=nobody)


class Promise(Value):
    """When it is to be ready, and how urgent it is."""

    promised_on: date | None = None
    priority: Level = Level.MEDIUM


class WhatMissing(Refusal):
    """Say what the customer leaves: a known machine, or a description."""

    status = 422


class WhoMissing(Refusal):
    """Say who brings it: a customer, or a name in words."""

    status = 422


class JobExists(Refusal):
    """This job is there already with another item or fault; give it another id."""


class JobCallWrong(Refusal):
    """This call is over or belongs to another customer; leave it out, and a new one is opened."""


class JobOver(Refusal):
    """This job is {state}; nothing more can be done with it."""


class JobStepWrong(Refusal):
    """This job is {state}; that can only be done when it is {wanted}."""


class LoanerNotBack(Refusal):
    """The customer still has {loaners}; take it back first."""


class JobLoanerUnknown(Refusal):
    """No such loaner was given with this job; look at its list again."""

    status = 404


class TooEarlyToAbandon(Refusal):
    """It has been ready since {ready_on} only; goods count as abandoned after {days} days."""


class WorkshopReasonMissing(Refusal):
    """Say why; it stays with the job."""

    status = 422
