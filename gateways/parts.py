"""The parts of a running installation (parti): what each does again and again, in each of the installation's cells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Protocol

import structlog
from eventsourcing.persistence import PersistenceError
from obstore.exceptions import BaseError as StoreError

from gateways.cells.address import HOME
from gateways.cells.moving import mend
from gateways.day_planner import DayPlanner
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from gateways.documents.text_reader import TextReader
from gateways.documents.word_issuer import WordIssuer
from gateways.duty_round import DutyRound
from gateways.erasing import Eraser
from gateways.forgetting import destroy_forgotten_keys
from gateways.inventory.keeper import InventoryKeeper
from gateways.inventory.link import connector
from gateways.kafka import Relay, Target
from gateways.mail import Mailer
from gateways.postgres import companies
from gateways.postgres.checkpoints import tend
from gateways.postgres.folding import AWAY
from gateways.postgres.leases import Leases
from gateways.public_feed import PublicFeed
from gateways.seals.maker import LogHasHoles, make_seals
from gateways.seals.stamping import authorities, stamp_newest
from gateways.settings import Settings
from gateways.text_messages import TextSender
from gateways.webhooks.courier import Manner
from gateways.webhooks.sender import WebhookSender
from gateways.wiring import House, Installation

PAUSE_S = 1.0
DOCUMENTS_S = 2.0
PLANNING_S = 0.5
MAIL_S = 5.0
INVENTORY_S = 1.0
FORGETTING_S = 10.0
CHECKPOINTS_S = 60.0
SEALING_S = 10.0
MENDING_S = 2.0
log = structlog.get_logger("parts")


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
    """Destroys the keys of what was forgotten, and erases persons."""
    eraser = Eraser(installation, open_archive(archive_location(installation.settings)))

    def forget() -> None:
        for row in companies.every(installation.database):
            house = installation.house(str(row.company_id))
            destroy_forgotten_keys(house)
            eraser.tick(house)

    return Loop("forgetting", forget, installation, FORGETTING_S)


def checkpoints(installation: Installation) -> Part:
    """Keeps the rows of read models at positions, from where questions about the past begin."""

    def keep() -> None:
        for row in companies.every(installation.database):
            tend(installation.database, installation.registry, row.company_id)

    return Loop("checkpoints", keep, installation, CHECKPOINTS_S)


def sealing(installation: Installation) -> Part:
    """Seals what has come to the logs, and has the seals time-stamped."""
    patience = timedelta(minutes=installation.settings.seal_after_minutes)
    chosen = authorities(installation.settings)

    def seal() -> None:
        for row in companies.every(installation.database):
            house = installation.house(str(row.company_id))
            try:
                make_seals(house, patience=patience)
            except LogHasHoles as error:
                log.error("log not sealed, facts are missing", company=house.slug, error=str(error))
            stamp_newest(house, chosen)

    return Loop("seals", seal, installation, SEALING_S)


def issuer_of(installation: Installation) -> Issuer:
    """The issuer of an installation's documents."""
    archive = open_archive(archive_location(installation.settings))
    return Issuer(archive, schema=installation.settings.einvoice_schema, press=installation.press)


def archive_location(settings: Settings) -> str:
    """Where documents lie: the address in the settings, or a folder beside the data."""
    return settings.archive_url or str(settings.data_dir / "documents")


def mail(installation: Installation) -> Part:
    """Sends the notices that are due, by e-mail and as text messages."""
    mailer = Mailer(
        installation.settings, open_archive(archive_location(installation.settings)), installation.secret("token_key")
    )

    texts = TextSender(installation.settings)

    def send() -> None:
        for row in companies.every(installation.database):
            house = installation.house(str(row.company_id))
            mailer.tick(house)
            texts.tick(house)

    return Loop("mail", send, installation, MAIL_S)


def inventory(installation: Installation) -> Part:
    """Tells other warehouse programs what is asked of them, and takes over their levels."""
    keeper = InventoryKeeper(connector(installation.settings))

    def keep() -> None:
        for row in companies.every(installation.database):
            keeper.tick(installation.house(str(row.company_id)))

    return Loop("inventory", keep, installation, INVENTORY_S)


def relay(installation: Installation, servers: str, topic: str | None = None, partitions: int | None = None) -> Part:
    """Sends the public stream to Kafka, to the topic of the settings or to another beside it."""
    settings = installation.settings
    version = tuple(int(part) for part in settings.kafka_api_version.split(".")) if settings.kafka_api_version else None
    target = Target(servers, topic or settings.kafka_topic, version, partitions or settings.kafka_partitions)

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


def moves(installation: Installation) -> Part:
    """Opens the logs of companies whose move to another cell was not ended by its process."""
    return Loop("moves", lambda: mend(installation), installation, MENDING_S)


def everything(installation: Installation) -> Sequence[tuple[str, Part]]:
    """All parts but the API, in the order in which they start."""
    parts = in_every_cell(installation, _everything_here)
    return [*parts, ("moves", moves(installation))] if installation.settings.cells else parts


def in_every_cell(
    installation: Installation, made: Callable[[Installation], Sequence[tuple[str, Part]]]
) -> list[tuple[str, Part]]:
    """The same parts for each cell of an installation; those of further cells carry its name."""
    return [
        (name if cell == HOME else f"{cell} {name}", part)
        for cell, one in installation.cells.items()
        for name, part in made(one)
    ]


def _everything_here(installation: Installation) -> Sequence[tuple[str, Part]]:
    """Those of one cell."""
    parts = [("daemon", installation.daemon), ("documents", documents(installation)), ("mail", mail(installation))]
    if installation.settings.kafka_servers:
        parts.append(("relay", relay(installation, installation.settings.kafka_servers)))
    parts += [("day-plans", planning(installation)), ("inventory", inventory(installation))]
    parts.append(("webhooks", webhooks(installation)))
    parts += [("seals", sealing(installation)), ("checkpoints", checkpoints(installation))]
    return [*parts, ("forgetting", forgetting(installation)), ("schedulers", schedulers(installation))]
