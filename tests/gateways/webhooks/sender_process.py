"""A sender of webhooks in a process of its own, for tests that kill it."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import UUID

from gateways.settings import Settings
from gateways.webhooks.courier import Manner
from gateways.webhooks.sender import WebhookSender
from gateways.wiring import Installation
from tests.forks import FORKS


@dataclass(frozen=True)
class SenderPlan:
    """Everything a sender's process needs to know."""

    dsn: str
    folder: Path
    company_id: UUID


def start_sender(plan: SenderPlan) -> ForkServerProcess:
    """Fork a sender that works until it is killed."""
    process = FORKS.Process(target=_run, args=(plan,), daemon=True)
    process.start()
    return process


def _run(plan: SenderPlan) -> None:
    with Installation(Settings(database_url=plan.dsn, data_dir=plan.folder, pool_size=2)) as installation:
        house = installation.house(str(plan.company_id))
        WebhookSender(installation.database, lambda: [house], Manner(nearby=True), look_s=0.0).run()
