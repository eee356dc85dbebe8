"""The sender of webhooks (invio dei richiami): hands out turns, one at a time to each webhook, some at once.

A webhook that answers slowly holds one worker and nobody else's facts. Of several processes one sends, the others stand
by; where both believe to be the one, the books let only the first go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from eventsourcing.persistence import PersistenceError

from gateways.postgres.database import Database
from gateways.postgres.folding import AWAY
from gateways.postgres.leases import Leases
from gateways.webhooks.books import Overtaken, forget_delivered
from gateways.webhooks.courier import Courier, Manner
from gateways.webhooks.secrets import destroy_secrets
from projections.base import Row
from projections.webhooks import webhooks_at_work

if TYPE_CHECKING:
    from gateways.wiring import House

LEASE = "webhooks"
AT_ONCE = 16
"""How many webhooks are sent to at the same moment."""
POLL_S = 0.25
LOOK_S = 5.0
"""How often a company without webhooks is looked at for its first."""
TIDY_S = 600.0
PAUSE_S = 1.0
STOP_S = 6.0
KEPT = timedelta(days=30)
log = structlog.get_logger("webhooks")


class WebhookSender:
    """Sends the webhooks of all companies until it is stopped."""

    def __init__(
        self,
        database: Database,
        houses: Callable[[], Iterable[House]],
        manner: Manner,
        *,
        at_once: int = AT_ONCE,
        look_s: float = LOOK_S,
    ) -> None:
        self._houses = houses
        self._manner = manner
        self._look_s = look_s
        self._leases = Leases(database)
        self._stopped = threading.Event()
        self._workers = ThreadPoolExecutor(at_once, "webhook")
        self._turns: dict[UUID, Future[None]] = {}
        self._look_at: dict[UUID, float] = {}
        self._tidy_at: dict[UUID, float] = {}

    def run(self) -> None:
        """Work until `stop`; survives the loss of the database."""
        while not self._stopped.wait(POLL_S):
            try:
                self.step()
            except (*AWAY, PersistenceError) as error:
                log.warning("database lost, trying again", error=str(error))
                self._leases.release()
                self._stopped.wait(PAUSE_S)
        self._workers.shutdown(wait=False, cancel_futures=True)
        wait(self._turns.values(), STOP_S)
        self._leases.release()

    def stop(self) -> None:
        """Finish the requests at hand, then end `run`."""
        self._stopped.set()

    def step(self) -> int:
        """Give a turn to every webhook that something waits for; how many turns were begun."""
        if not self._leases.holds(LEASE):
            return 0
        self._turns = {one: turn for one, turn in self._turns.items() if not turn.done()}
        return sum(self._hand_out(house) for house in self._houses() if self._is_looked_at(house))

    def settle(self, limit_s: float = 30.0) -> None:
        """Wait until the turns at hand are over."""
        wait(self._turns.values(), limit_s)

    def _is_looked_at(self, house: House) -> bool:
        now = time.monotonic()
        if self._tidy_at.get(house.company_id, 0.0) <= now:
            self._tidy_at[house.company_id] = now + TIDY_S
            self._tidy(house)
        return self._look_at.get(house.company_id, 0.0) <= now

    def _tidy(self, house: House) -> None:
        now = self._manner.clock()
        destroy_secrets(house, now)
        forget_delivered(house, now - KEPT)

    def _hand_out(self, house: House) -> int:
        hooks = webhooks_at_work(house.reader, self._manner.clock())
        self._look_at[house.company_id] = 0.0 if hooks else time.monotonic() + self._look_s
        due = [hook for hook in hooks if hook["is_due"] and hook["webhook_id"] not in self._turns]
        for hook in due:
            self._turns[hook["webhook_id"]] = self._workers.submit(self._turn, house, hook)
        return len(due)

    def _turn(self, house: House, hook: Row) -> None:
        about = {"company": house.slug, "webhook": str(hook["webhook_id"])}
        try:
            Courier(house, hook, self._manner, self._stopped.is_set).turn()
        except Overtaken:
            log.warning("another sender was quicker", **about)
        except (*AWAY, PersistenceError) as error:
            log.warning("database lost in the middle of a turn; the fact goes out again", error=str(error), **about)
            self._stopped.wait(PAUSE_S)
        except Exception:
            log.exception("a webhook cannot be sent", **about)
            self._stopped.wait(PAUSE_S)
