"""Publication (pubblicazione): from which moment on a company publishes what a newer edition of the public list names.

The public stream counts what it publishes, and a number once given to others must never mean another fact. So the
list of public facts grows by editions, and the moment a company moves to one is a fact of its own log: facts before it
stay unpublished, in every rebuild.
"""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require

PUBLICATION = UUID("0b6c4f4e-3f0e-5c64-9a55-7e7d3a1c8f20")
"""The one stream of a company that says what it publishes."""

FIRST_EDITION = 1
"""What every company publishes from its first fact on, without saying so."""

EDITION = 3
"""The newest edition that this program knows."""


class EditionUnknown(Refusal):
    """This version of the program knows the public list up to edition {known}, not {edition}; update it first."""

    status = 422


class EditionBehind(Refusal):
    """The company already publishes edition {current} of the public list; an edition is never given up."""


class Publication(Aggregate):
    """Which edition of the list of public facts a company publishes."""

    TOPIC = "publication"

    class EditionAdopted(FirstEvent):
        """From the next fact on, everything in this edition is published."""

        TOPIC = "publication.edition-adopted.v1"
        edition: int

    class EditionRaised(Aggregate.Event):
        """From the next fact on, everything in this newer edition is published."""

        TOPIC = "publication.edition-raised.v1"
        edition: int

    # Decide

    @classmethod
    def adopt(cls, edition: int, act: Act) -> Publication:
        """Move on from the first edition. Raises `EditionUnknown`, `EditionBehind`."""
        _check(edition, FIRST_EDITION)
        return cls.begin(cls.EditionAdopted, id=PUBLICATION, act=act, edition=edition)

    def raise_to(self, edition: int, act: Act) -> None:
        """Move on to a newer edition. Raises `EditionUnknown`, `EditionBehind`; the same one records nothing."""
        if edition != self.edition:
            _check(edition, self.edition)
            self.trigger_event(self.EditionRaised, act=act, edition=edition)

    # Evolve

    @event(EditionAdopted)
    def __init__(self, edition: int) -> None:
        self.edition = edition

    @event(EditionRaised)
    def _edition_raised(self, edition: int) -> None:
        self.edition = edition


def _check(edition: int, current: int) -> None:
    require(edition <= EDITION, EditionUnknown, edition=edition, known=EDITION)
    require(edition >= current, EditionBehind, current=current)
