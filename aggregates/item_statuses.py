"""ItemStatuses (stati della matricola): the company's own words for the state an item is in, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event
from aggregates.natural_key import KEYS
from aggregates.values import Value


def item_statuses_id() -> UUID:
    """The id of the one list of a company."""
    return uuid5(KEYS, "item-statuses")


class ItemStatus(Value):
    """What a status means from a day on."""

    code: str = Field(min_length=1, max_length=40, examples=["in_repair"])
    label: str = Field(min_length=1, max_length=80, examples=["In riparazione"])
    in_service: bool = Field(default=True, description="Whether the item works for its customer.")
    takes_maintenance: bool = Field(default=True, description="Whether planned maintenance is owed to it.")
    from_on: date


class ItemStatuses(Aggregate):
    """The company's list, each status with its meanings by the day they begin."""

    TOPIC = "item-statuses"

    class Begun(FirstEvent):
        """The company begins a list of its own; what is not on it is refused."""

        TOPIC = "item-statuses.begun.v1"

    class Defined(Aggregate.Event):
        """A status means this from its day on; the same code and day again corrects it."""

        TOPIC = "item-statuses.defined.v1"
        status: ItemStatus

    # Decide

    @classmethod
    def begin_with(cls, act: Act) -> ItemStatuses:
        """Begin the company's list."""
        return cls.begin(cls.Begun, id=item_statuses_id(), act=act)

    def define(self, status: ItemStatus, act: Act) -> None:
        """Say what a status means from a day on; the same again records nothing."""
        if self.statuses.get((status.code, status.from_on)) != status:
            self.trigger_event(self.Defined, act=act, status=status)

    # Answers

    def on(self, day: date) -> Mapping[str, ItemStatus]:
        """The statuses of the list on a day, by code."""
        begun = sorted((each for each in self.statuses.values() if each.from_on <= day), key=lambda each: each.from_on)
        return {each.code: each for each in begun}

    # Evolve

    @event(Begun)
    def __init__(self) -> None:
        self.statuses: Mapping[tuple[str, date], ItemStatus] = {}

    @event(Defined)
    def _defined(self, status: ItemStatus) -> None:
        self.statuses = {**self.statuses, (status.code, status.from_on): status}
