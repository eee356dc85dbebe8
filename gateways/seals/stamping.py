"""Having seals time-stamped (marcatura): the newest seal of a company, at each authority, again until it has it.

One stamp vouches for every seal before its own, so that seals made while an authority was away are caught up by the
next stamp. Which seals wait is derived: those after the last one stamped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from gateways.seals import store
from gateways.seals.timestamps import Authority, HttpAuthority, NoStamp, certificates
from gateways.settings import Settings
from gateways.wiring import House

log = structlog.get_logger("seals")


@dataclass(frozen=True)
class StampState:
    """How far an authority has stamped a company's seals."""

    authority: str
    stamped: int
    waiting: int


def authorities(settings: Settings) -> list[HttpAuthority]:
    """The authorities that the settings name. Raises `OSError` and `ValueError` for their certificates."""
    if not settings.timestamp_authorities:
        return []
    roots = certificates(settings.timestamp_ca_file) if settings.timestamp_ca_file else []
    return [HttpAuthority(url, roots) for url in settings.timestamp_authorities]


def stamp_newest(house: House, chosen: Sequence[Authority]) -> list[StampState]:
    """Stamp the newest seal where it is not yet; how far each authority is then."""
    states = []
    for authority in chosen:
        with house.database.company(house.company_id) as connection:
            newest = store.last_seal(connection, house.company_id)
            stamped = store.last_stamped(connection, house.company_id, authority.name)
        number = newest.number if newest else 0
        if newest and stamped < number:
            try:
                token = authority.stamp(newest.hash)
            except NoStamp as error:
                log.warning("no time-stamp, trying again", company=house.slug, seal=number, error=str(error))
            else:
                with house.database.company(house.company_id) as connection:
                    stamp = store.Stamp(number, authority.name, token.data, token.stamped_at)
                    store.add_stamp(connection, house.company_id, stamp)
                stamped = number
        states.append(StampState(authority.name, stamped, number - stamped))
    return states
