"""JobPlace (commessa e centro di un documento): on which job and cost centre a record's revenue and costs stand.

A record has one place at most, on a stream of its own beside the record. A customer's place holds for what has none
of its own, the company's for everything else; a call's goes before what its contract says (R12.1).
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.record_ref import RecordRef

PLACES = UUID("9b2f6a54-0f0e-5c3d-8a51-6f1f0a7c4d20")


class PlaceKind(StrEnum):
    """What can be put on a job."""

    COMPANY = "company"
    CUSTOMER = "customer"
    CONTRACT = "contract"
    CALL = "call"
    QUOTE = "quote"
    SALES_ORDER = "sales-order"
    RMA = "rma"
    DELIVERY_NOTE = "delivery-note"


def job_place_id(record_id: UUID) -> UUID:
    """The stream that says on which job a record stands."""
    return uuid5(PLACES, str(record_id))


class JobPlace(Aggregate):
    """A record's job and cost centre."""

    TOPIC = "job-place"

    class Given(FirstEvent):
        """The record stands on a job, under a cost centre, or both."""

        TOPIC = "job-place.given.v1"
        record: RecordRef
        job: str | None
        cost_centre: str | None

    class Changed(Aggregate.Event):
        """It stands elsewhere; without job and centre it follows its contract or customer again."""

        TOPIC = "job-place.changed.v1"
        record: RecordRef
        job: str | None
        cost_centre: str | None

    # Decide

    @classmethod
    def give(cls, record: RecordRef, job: str | None, cost_centre: str | None, act: Act) -> JobPlace:
        """Put a record on a job for the first time."""
        place_id = job_place_id(record.id)
        return cls.begin(cls.Given, id=place_id, act=act, record=record, job=job, cost_centre=cost_centre)

    def change(self, job: str | None, cost_centre: str | None, act: Act) -> None:
        """Put it elsewhere; the same again records nothing."""
        if (self.job, self.cost_centre) != (job, cost_centre):
            self.trigger_event(self.Changed, act=act, record=self.record, job=job, cost_centre=cost_centre)

    # Evolve

    @event(Given)
    def __init__(self, record: RecordRef, job: str | None, cost_centre: str | None) -> None:
        self.record, self.job, self.cost_centre = record, job, cost_centre

    @event(Changed)
    def _changed(self, job: str | None, cost_centre: str | None) -> None:
        self.job, self.cost_centre = job, cost_centre
