"""How far read models are behind over all companies (arretrato): one look, however many companies there are."""

from __future__ import annotations

from dataclasses import dataclass

from gateways.postgres.database import Database
from gateways.postgres.read_models import Registry

BACKLOGS = """
select name, generation, status, companies, facts, seconds, parked from read_model_lags() where name = any(%s)
 order by name, generation"""


@dataclass(frozen=True)
class Backlog:
    """What a generation of a read model has not folded yet.

    `companies`: of how many; `facts`: how many of all of them; `seconds`: the age of the oldest; `parked`: those that
    could not be folded.
    """

    name: str
    generation: int
    status: str
    companies: int
    facts: int
    seconds: float
    parked: int


def backlogs(database: Database, registry: Registry) -> list[Backlog]:
    """The backlog of every living generation of the models this program knows."""
    with database.connection() as connection:
        return [Backlog(*row) for row in connection.execute(BACKLOGS, (list(registry.models),))]
