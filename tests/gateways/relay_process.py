"""A relay or a consumer in a process of its own, for tests that kill it."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import UUID

from examples.accounting_consumer import main
from gateways.kafka import Relay, Target
from gateways.public_feed import PublicFeed
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.forks import FORKS
from tests.gateways.public_stream import Publishing
from tests.kafka_broker import Broker


@dataclass(frozen=True)
class RelayPlan:
    """Everything a relay process needs to know."""

    dsn: str
    folder: Path
    target: Target
    chunk_facts: int = 20


def target_of(broker: Broker, topic: str, partitions: int = 3) -> Target:
    """A topic on the run's broker; the mock makes its own."""
    return Target(broker.bootstrap, topic, broker.api_version, partitions, creates_topic=broker.is_real)


def relay_of(installation: Installation, target: Target, chunk_facts: int = 20) -> Relay:
    """A relay of all companies of an installation; small chunks, so that there is a middle to be killed in."""

    def feed_of(company_id: UUID) -> PublicFeed:
        house = installation.house(str(company_id))
        return PublicFeed(house.reader, house.company_id, house.epoch)

    return Relay(installation.database, feed_of, target, chunk_facts)


def start_relay(plan: RelayPlan) -> ForkServerProcess:
    """Fork a relay from a server that has everything imported already."""
    process = FORKS.Process(target=_run, args=(plan,), daemon=True)
    process.start()
    return process


def start_consumer(arguments: Sequence[str]) -> ForkServerProcess:
    """The example program with these arguments, forked likewise."""
    process = FORKS.Process(target=main, args=(list(arguments),), daemon=True)
    process.start()
    return process


def _run(plan: RelayPlan) -> None:
    with Publishing(Settings(database_url=plan.dsn, data_dir=plan.folder, pool_size=2)) as installation:
        relay = relay_of(installation, plan.target, plan.chunk_facts)
        signal.signal(signal.SIGTERM, lambda *_: relay.stop())
        relay.run()
