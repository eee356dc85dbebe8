"""ActivityType (tipo di attività): the company's words for what is done on calls, and what usually goes with them."""

from __future__ import annotations

from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.values import Value
from aggregates.work_report import ActivityMode

TYPES = UUID("5e0d6c1a-1d5b-5b60-8f0e-4f0f7c6a2b11")


def activity_type_id(code: str) -> UUID:
    """The id of a type: its code, whatever the capitals."""
    return uuid5(TYPES, code.strip().lower())


class ActivityTerms(Value):
    """What an activity of a type is unless someone says otherwise."""

    name: str = Field(min_length=1, examples=["Visita di riparazione"])
    mode: ActivityMode = ActivityMode.VISIT
    minutes: int | None = Field(default=None, ge=1, description="How long it usually takes.")
    skill: str | None = Field(default=None, description="The skill its technician needs.")
    chargeable: bool = True
    instrument: str | None = Field(default=None, max_length=60, description="The kind of instrument it is done with.")


class ActivityType(Aggregate):
    """A kind of activity that the company has defined."""

    TOPIC = "activity-type"

    class Defined(FirstEvent):
        """The company uses this word."""

        TOPIC = "activity-type.defined.v1"
        code: str
        terms: ActivityTerms

    class Changed(Aggregate.Event):
        """Its terms are different from now on; activities already planned keep theirs."""

        TOPIC = "activity-type.changed.v1"
        terms: ActivityTerms

    # Decide

    @classmethod
    def define(cls, code: str, terms: ActivityTerms, act: Act) -> ActivityType:
        """Add a kind of activity."""
        return cls.begin(cls.Defined, id=activity_type_id(code), act=act, code=code.strip(), terms=terms)

    def change(self, terms: ActivityTerms, act: Act) -> None:
        """Change its terms; the same terms again record nothing."""
        if self.terms != terms:
            self.trigger_event(self.Changed, act=act, terms=terms)

    # Evolve

    @event(Defined)
    def __init__(self, code: str, terms: ActivityTerms) -> None:
        self.code, self.terms = code, terms

    @event(Changed)
    def _changed(self, terms: ActivityTerms) -> None:
        self.terms = terms
