"""What people may ask about the public stream (pubblicazione)."""

from __future__ import annotations

from pydantic import Field

from aggregates.base import Act
from aggregates.publication import FIRST_EDITION, PUBLICATION, Publication
from commands.base import Answer, Command, Service


class AdoptPublicEdition(Command):
    """Publish from now on everything that an edition of the list of public facts names.

    Older facts of the newly listed kinds stay unpublished: the numbers of the stream never change.
    """

    edition: int = Field(ge=FIRST_EDITION, description="As in the list of public facts.", examples=[1])


def adopt_public_edition(cmd: AdoptPublicEdition, act: Act, service: Service) -> Answer:
    """Handles `AdoptPublicEdition`."""
    publication = service.find(Publication, PUBLICATION)
    if publication is not None:
        publication.raise_to(cmd.edition, act)
    elif cmd.edition != FIRST_EDITION:
        publication = Publication.adopt(cmd.edition, act)
    if publication is not None:
        service.save(publication)
    return {"edition": cmd.edition}
