"""Facts that a read model could not fold: parked with their error, later facts of the stream waiting behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gateways.postgres.database import Connection
from gateways.postgres.facts import StoredFact

WAITS = "waits behind an earlier fact of its stream"


@dataclass(frozen=True)
class Place:
    """One generation of a read model in one company."""

    company_id: UUID
    name: str
    number: int

    @property
    def key(self) -> tuple[UUID, str, int]:
        """Its key in the tables."""
        return self.company_id, self.name, self.number


def park(connection: Connection, place: Place, stored: StoredFact, error: str) -> None:
    """Set a fact aside."""
    connection.execute(
        """insert into parked_fact (company_id, name, generation, position, stream_id, topic, error)
           values (%s, %s, %s, %s, %s, %s, %s)""",
        (*place.key, stored.position, stored.stream_id, stored.topic, error),
    )


def parked_streams(connection: Connection, company_id: UUID) -> Mapping[Place, set[UUID]]:
    """The streams that have a fact set aside, for every generation that has any."""
    rows = connection.execute(
        "select distinct name, generation, stream_id from parked_fact where company_id = %s", (company_id,)
    )
    parked: dict[Place, set[UUID]] = {}
    for name, number, stream_id in rows:
        parked.setdefault(Place(company_id, name, number), set()).add(stream_id)
    return parked


def parked_positions(connection: Connection, place: Place) -> Sequence[int]:
    """The positions of all facts set aside, in order, locked until the transaction ends."""
    rows = connection.execute(
        """select position from parked_fact where company_id = %s and name = %s and generation = %s
            order by position for update""",
        place.key,
    )
    return [row[0] for row in rows]


def unpark(connection: Connection, place: Place, position: int) -> None:
    """A fact was folded after all."""
    connection.execute(
        "delete from parked_fact where company_id = %s and name = %s and generation = %s and position = %s",
        (*place.key, position),
    )
