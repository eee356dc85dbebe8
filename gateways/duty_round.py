"""The round (giro degli incarichi): every duty of the catalogue, for every company, as often as it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from gateways.clerk import HouseClerk, Parked
from gateways.postgres import companies
from gateways.postgres.folding import AWAY
from gateways.wiring import House, Installation
from projections.base import ReadModel
from schedulers.base import Duty
from schedulers.catalog import CATALOG

log = structlog.get_logger("schedulers")
Settle = Callable[[tuple[type[ReadModel], ...], int], object]


@dataclass(frozen=True)
class Done:
    """What a duty did in one company: how many commands it gave, and those that were refused."""

    duty: str
    company: str
    commands: int
    parked: tuple[Parked, ...]


def do_duties(
    house: House, now: datetime, duties: Sequence[Duty] = CATALOG, settle: Settle | None = None
) -> list[Done]:
    """Every duty once, as of an instant, for one company."""
    done = []
    for duty in duties:
        clerk = HouseClerk(house, duty.name, settle)
        commands = duty.tick(now, clerk)
        done.append(Done(duty.name, house.slug, commands, tuple(clerk.parked)))
    return done


class DutyRound:
    """The loop's body: does what is due by the clock. A duty that fails in one company holds up nothing else."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._due: dict[str, datetime] = {}

    def tick(self) -> None:
        """One round; raises only when the database is away."""
        now = datetime.now(UTC)
        due = [duty for duty in CATALOG if self._due.get(duty.name, now) <= now]
        for row in companies.every(self._installation.database) if due else ():
            house = self._installation.house(str(row.company_id))
            for duty in due:
                self._do(house, duty, now)
        self._due |= {duty.name: now + timedelta(seconds=duty.every_seconds) for duty in due}

    def _do(self, house: House, duty: Duty, now: datetime) -> None:
        try:
            do_duties(house, now, [duty])
        except AWAY:
            raise
        except Exception:
            log.exception("duty failed", duty=duty.name, company=house.slug)
