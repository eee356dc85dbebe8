"""Running (esercizio): the parts of an installation as threads of one process, started in order, stopped in reverse.

`serve` runs them all in one process, the other commands one each. A part that ends before it was told to brings the
process down with exit code 1, so that whoever supervises it starts it again.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import structlog
from eventsourcing.persistence import PersistenceError
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server
from obstore.exceptions import BaseError as StoreError

from gateways.day_planner import DayPlanner
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from gateways.documents.text_reader import TextReader
from gateways.documents.word_issuer import WordIssuer
from gateways.duty_round import DutyRound
from gateways.forgetting import destroy_forgotten_keys
from gateways.http.app import create_app
from gateways.inventory.keeper import InventoryKeeper
from gateways.inventory.link import connector
from gateways.kafka import Relay, Target
from gateways.mail import Mailer
from gateways.postgres import companies
from gateways.postgres.folding import AWAY
from gateways.postgres.leases import Leases
from gateways.public_feed import PublicFeed
from gateways.settings import Settings
from gateways.signals import on_stop
from gateways.webhooks.courier import Manner
from gateways.webhooks.sender import WebhookSender
from gateways.wiring import House, Installation

STOP_S = 8.0
"""How long all parts together may take to stop; a supervisor usually kills after ten seconds."""
PAUSE_S = 1.0
DOCUMENTS_S = 2.0
PLANNING_S = 0.5
MAIL_S = 5.0
INVENTORY_S = 1.0
FOLDING_S = 0.01
FORGETTING_S = 10.0
log = structlog.get_logger("runtime")


class Part(Protocol):
    """Something that works until it is stopped."""

    def run(self) -> None:
        """Work until `stop`."""

    def stop(self) -> None:
        """Finish what is at hand, then end `run`; may be called from any thread, and more than once."""


class Loop:
    """A part that does something again and again; of several processes one does it, the others stand by."""

    def __init__(self, name: str, body: Callable[[], object], installation: Installation, every_s: float) -> None:
        self._name = name
        self._body = body
        self._leases = Leases(installation.database)
        self._every_s = every_s
        self._stopped = threading.Event()

    def run(self) -> None:
        """See `Part.run`; survives the loss of the database."""
        while not self._stopped.wait(self._every_s):
            try:
                if self._leases.holds(self._name):
                    self._body()
            except (*AWAY, PersistenceError, StoreError) as error:
                log.warning("database or archive lost, trying again", part=self._name, error=str(error))
                self._leases.release()
                self._stopped.wait(PAUSE_S)
        self._leases.release()

    def stop(self) -> None:
        """See `Part.stop`."""
        self._stopped.set()


def schedulers(installation: Installation) -> Part:
    """The duties, by the clock."""
    return Loop("schedulers", DutyRound(installation).tick, installation, PAUSE_S)


def documents(installation: Installation) -> Part:
    """Makes the documents that are due."""
    issuer = issuer_of(installation)
    hands = (issuer, WordIssuer(issuer.archive), TextReader(issuer.archive))

    def issue() -> None:
        for row in companies.every(installation.database):
            for hand in hands:
                hand.tick(installation.house(str(row.company_id)))

    return Loop("documents", issue, installation, DOCUMENTS_S)


def planning(installation: Installation) -> Part:
    """Makes the day plans that were asked for."""
    planner = DayPlanner()

    def plan() -> None:
        for row in companies.every(installation.database):
            planner.tick(installation.house(str(row.company_id)))

    return Loop("day-plans", plan, installation, PLANNING_S)


def forgetting(installation: Installation) -> Part:
    """Destroys the keys of what was forgotten."""

    def forget() -> None:
        for row in companies.every(installation.database):
            destroy_forgotten_keys(installation.house(str(row.company_id)))

    return Loop("forgetting", forget, installation, FORGETTING_S)


def issuer_of(installation: Installation) -> Issuer:
    """The issuer of an installation's documents."""
    archive = open_archive(archive_location(installation.settings))
    return Issuer(archive, schema=installation.settings.einvoice_schema, press=installation.press)


def archive_location(settings: Settings) -> str:
    """Where documents lie: the address in the settings, or a folder beside the data."""
    return settings.archive_url or str(settings.data_dir / "documents")


def mail(installation: Installation) -> Part:
    """Sends the notices that are due."""
    mailer = Mailer(
        installation.settings, open_archive(archive_location(installation.settings)), installation.secret("token_key")
    )

    def send() -> None:
        for row in companies.every(installation.database):
            mailer.tick(installation.house(str(row.company_id)))

    return Loop("mail", send, installation, MAIL_S)


def inventory(installation: Installation) -> Part:
    """Tells other warehouse programs what is asked of them, and takes over their levels."""
    keeper = InventoryKeeper(connector(installation.settings))

    def keep() -> None:
        for row in companies.every(installation.database):
            keeper.tick(installation.house(str(row.company_id)))

    return Loop("inventory", keep, installation, INVENTORY_S)


def relay(installation: Installation, servers: str) -> Part:
    """Sends the public stream to Kafka."""
    settings = installation.settings
    version = tuple(int(part) for part in settings.kafka_api_version.split(".")) if settings.kafka_api_version else None
    target = Target(servers, settings.kafka_topic, version)

    def feed(company_id: object) -> PublicFeed:
        house = installation.house(str(company_id))
        return PublicFeed(house.reader, house.company_id, house.epoch)

    return Relay(installation.database, feed, target)


def webhooks(installation: Installation) -> Part:
    """Sends public facts to the addresses that companies registered."""
    manner = Manner(nearby=installation.settings.webhook_nearby)

    def houses() -> list[House]:
        return [installation.house(str(row.company_id)) for row in companies.every(installation.database)]

    return WebhookSender(installation.database, houses, manner)


class AddressTaken(Exception):
    """Another program listens at this address; choose another port with --port."""


def free_address(settings: Settings) -> None:
    """Raises `AddressTaken` before anything is started, when the API could not listen."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise AddressTaken(f"{settings.host}:{settings.port}") from error


class Api:
    """The HTTP API as a part; it has to run in the main thread, where its event loop is."""

    def __init__(self, installation: Installation) -> None:
        settings = installation.settings
        app: FastAPI = create_app(installation)
        self._server = Server(app, settings.host, settings.port, interface=Interfaces.ASGI, log_enabled=False)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = threading.Event()

    def run(self) -> None:
        """See `Part.run`."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self._told.is_set():
            await self._server.serve()

    def stop(self) -> None:
        """See `Part.stop`; requests at hand are answered first."""
        self._told.set()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._server.stop)


class Runtime:
    """Runs parts until the process is told to end. `front` runs in the main thread and is stopped first."""

    def __init__(self, parts: Iterable[tuple[str, Part]], front: Part | None = None) -> None:
        self._threads = [(name, part, self._thread(name, part)) for name, part in parts]
        self._front = front
        self._stopped = threading.Event()
        self._failed = False

    def run(self) -> int:
        """Work until SIGTERM, SIGINT or `stop`; the exit code."""
        on_stop(self.stop)
        for _, _, thread in self._threads:
            thread.start()
        try:
            if self._front is not None and not self._stopped.is_set():
                self._front.run()
                self._failed = self._failed or not self._stopped.is_set()
            else:
                self._stopped.wait()
        finally:
            self._stop_threads(time.monotonic() + STOP_S)
        return 1 if self._failed else 0

    def stop(self) -> None:
        """End `run`, from whatever thread."""
        self._stopped.set()
        if self._front is not None:
            self._front.stop()

    def _stop_threads(self, until: float) -> None:
        for name, part, thread in reversed(self._threads):
            part.stop()
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                log.error("part did not stop in time", part=name)

    def _thread(self, name: str, part: Part) -> threading.Thread:
        return threading.Thread(target=self._run, args=(name, part), name=name, daemon=True)

    def _run(self, name: str, part: Part) -> None:
        try:
            part.run()
        except Exception:
            log.exception("part failed", part=name)
        if not self._stopped.is_set():
            self._failed = True
            self.stop()


@contextmanager
def folding(installation: Installation) -> Iterator[None]:
    """Fold read models beside whatever goes on inside; for work of its own that needs them, such as an import."""
    stopped = threading.Event()

    def fold() -> None:
        while not stopped.is_set():
            try:
                if not installation.daemon.step():
                    stopped.wait(FOLDING_S)
            except AWAY as error:
                log.warning("database lost, trying again", error=str(error))
                stopped.wait(PAUSE_S)

    thread = threading.Thread(target=fold, name="folding", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(STOP_S)


def everything(installation: Installation) -> Sequence[tuple[str, Part]]:
    """All parts but the API, in the order in which they start."""
    parts = [("daemon", installation.daemon), ("documents", documents(installation)), ("mail", mail(installation))]
    if installation.settings.kafka_servers:
        parts.append(("relay", relay(installation, installation.settings.kafka_servers)))
    parts += [("day-plans", planning(installation)), ("inventory", inventory(installation))]
    parts.append(("webhooks", webhooks(installation)))
    return [*parts, ("forgetting", forgetting(installation)), ("schedulers", schedulers(installation))]
