"""Processes that tests fork and kill: `daemon DSN FOLDER`, `writer DSN FOLDER SLUG SEED`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from aggregates.base import Act
from commands.catalog import BY_NAME
from gateways.logs import configure
from gateways.settings import Settings
from gateways.signals import on_stop
from gateways.wiring import Installation


def daemon(installation: Installation) -> None:
    """Fold until told to stop."""
    on_stop(installation.daemon.stop)
    print("ready", flush=True)
    installation.daemon.run()


def writer(installation: Installation, slug: str, seed: str) -> None:
    """Register parties one after the other for ever, saying each one that was acknowledged."""
    house, entry, n = installation.house(slug), BY_NAME["register-party"], 0
    print("ready", flush=True)
    while True:
        command_id = uuid5(UUID(seed), str(n))
        cmd = entry.command.model_validate({"code": f"{seed}-{n}", "name": f"Cliente {n}", "role": "prospect"})
        try:
            house.desk.execute(entry, cmd, Act(by="user:test", at=datetime.now(UTC)), command_id)
        except Exception as error:
            print(f"failed {error!r}", file=sys.stderr, flush=True)
            continue
        print(command_id, flush=True)
        n += 1


def main(role: str, dsn: str, folder: str, *rest: str) -> None:
    """Run one role."""
    configure("WARNING")
    with Installation(Settings(database_url=dsn, data_dir=Path(folder))) as installation:
        if role == "daemon":
            daemon(installation)
        else:
            writer(installation, *rest)
