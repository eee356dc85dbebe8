"""Checking the time-stamps over seals (controllo delle marche): signature, certificates, what was stamped, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gateways.postgres.database import Connection
from gateways.said import said
from gateways.seals import store
from gateways.seals.timestamps import NoStamp, certificates, verified
from gateways.settings import Settings
from gateways.wiring import House

APART = timedelta(minutes=1)
"""How much the authority's clock may be behind ours."""


class StampCheck:
    """Verifies stamps with the certificates that the settings name; without these, stamps are left alone."""

    def __init__(self, settings: Settings) -> None:
        self._roots = certificates(settings.timestamp_ca_file) if settings.timestamp_ca_file else []

    def run(self, connection: Connection, house: House) -> Iterator[str]:
        """What is wrong with a company's stamps."""
        if not self._roots:
            return
        seals = {seal.number: seal for seal in store.seals(connection, house.company_id)}
        for stamp in store.stamps(connection, house.company_id):
            seal, where = (
                seals.get(stamp.number),
                said("of {authority} over seal {number}", authority=stamp.authority, number=stamp.number),
            )
            if seal is None:
                yield said("the one {where} is there, the seal is not", where=where)
                continue
            try:
                token = verified(stamp.token, seal.hash, self._roots)
            except NoStamp as error:
                yield said("the one {where} does not hold: {error}", where=where, error=str(error))
                continue
            made_at = datetime.strptime(seal.made_at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
            if token.stamped_at < made_at - APART:
                stamped = f"{token.stamped_at:%Y-%m-%d %H:%M:%S}"
                yield said("the one {where} is of {at} UTC, before the seal was made", where=where, at=stamped)
