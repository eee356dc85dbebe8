"""Administrators (amministratori): the users who may administer the company; there is always at least one.

One small stream holds them all, so that two administrators who remove each other at the same moment cannot both
succeed.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.natural_key import KEYS


def administrators_id() -> UUID:
    """The id of the company's one list of administrators."""
    return uuid5(KEYS, "administrators")


class LastAdministrator(Refusal):
    """This is the last administrator; make somebody else an administrator first."""


class Administrators(Aggregate):
    """Who may administer the company."""

    TOPIC = "administrators"

    class Started(FirstEvent):
        """The company has its first administrator."""

        TOPIC = "administrators.started.v1"
        user_id: UUID

    class Added(Aggregate.Event):
        """There is one more administrator."""

        TOPIC = "administrators.added.v1"
        user_id: UUID

    class Removed(Aggregate.Event):
        """There is one administrator less."""

        TOPIC = "administrators.removed.v1"
        user_id: UUID

    # Decide

    @classmethod
    def start(cls, user_id: UUID, act: Act) -> Administrators:
        """Name the first one."""
        return cls.begin(cls.Started, id=administrators_id(), act=act, user_id=user_id)

    def add(self, user_id: UUID, act: Act) -> None:
        """Add one; who is there already changes nothing."""
        if user_id not in self.user_ids:
            self.trigger_event(self.Added, act=act, user_id=user_id)

    def remove(self, user_id: UUID, act: Act) -> None:
        """Remove one. Raises `LastAdministrator`."""
        if user_id in self.user_ids:
            require(len(self.user_ids) > 1, LastAdministrator)
            self.trigger_event(self.Removed, act=act, user_id=user_id)

    # Evolve

    @event(Started)
    def __init__(self, user_id: UUID) -> None:
        self.user_ids = [user_id]

    @event(Added)
    def _added(self, user_id: UUID) -> None:
        self.user_ids.append(user_id)

    @event(Removed)
    def _removed(self, user_id: UUID) -> None:
        self.user_ids.remove(user_id)
