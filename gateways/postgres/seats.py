"""Seats (posti): how several processes share the folding of read models among them, company by company.

Companies are dealt into as many shares as the settings say, by their ids. Each share is a seat that one process holds;
a process takes every free seat, and gives one back when another process stands waiting without any. When a process
dies its seats are free at once.
"""

from __future__ import annotations

import time
from uuid import UUID

from gateways.postgres.leases import Leases

LOOK_S = 0.5


def share_of(company_id: UUID, shares: int) -> int:
    """Which share a company belongs to, from 0."""
    return company_id.int % shares


WAITING = "folding: waiting for a seat"


class Seats:
    """The seats that this process holds."""

    def __init__(self, leases: Leases, shares: int) -> None:
        self.shares = shares
        self._leases = leases
        self._looked = 0.0
        self._held: list[int] = []

    def held(self) -> list[int]:
        """The shares that are this process's to fold; with one share only, that one."""
        if self.shares == 1:
            return [0]
        if time.monotonic() - self._looked >= LOOK_S:
            self._looked = time.monotonic()
            self._take_or_give()
        return self._held

    def forget(self) -> None:
        """The connection was lost, and every seat with it."""
        self._held = []
        self._looked = 0.0

    def lease(self, name: str, share: int) -> str:
        """What the lease of something within a share is called."""
        return name if self.shares == 1 else f"{name}{self._ending(share)}"

    def _take_or_give(self) -> None:
        waited_for = bool(self._held) and self._leases.is_held_elsewhere(WAITING)
        if waited_for and len(self._held) > 1:
            self._leases.give_back(self._ending(self._held.pop()))
        elif not waited_for:
            for share in range(self.shares):
                if share not in self._held and self._leases.holds(self.lease("folding", share)):
                    self._held.append(share)
        if self._held:
            self._leases.give_back(WAITING)
        else:
            self._leases.holds(WAITING)

    def _ending(self, share: int) -> str:
        return f", share {share} of {self.shares}"
