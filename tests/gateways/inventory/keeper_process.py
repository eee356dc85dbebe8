"""A keeper of links in a process of its own, for tests that kill it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from gateways.inventory.keeper import InventoryKeeper
from gateways.inventory.link import connector
from gateways.inventory.place import InventorySecret
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.gateways.inventory.erp import TOKEN

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


@dataclass(frozen=True)
class KeeperPlan:
    """Everything a keeper's process needs to know."""

    dsn: str
    folder: Path
    company_id: UUID
    slug: str
    origin: str


def start_keeper(plan: KeeperPlan) -> ForkServerProcess:
    """Fork a keeper that works until it is killed."""
    process = FORKS.Process(target=_run, args=(plan,), daemon=True)
    process.start()
    return process


def _run(plan: KeeperPlan) -> None:
    secret = InventorySecret(origin=plan.origin, token=SecretStr(TOKEN))
    settings = Settings(
        database_url=plan.dsn,
        data_dir=plan.folder,
        pool_size=2,
        inventory_secrets={f"{plan.slug}/erp": secret},
        inventory_local_http=True,
    )
    with Installation(settings) as installation:
        keeper = InventoryKeeper(connector(settings), levels_s=1e9)
        while True:
            keeper.tick(installation.house(str(plan.company_id)))
            time.sleep(0.005)
