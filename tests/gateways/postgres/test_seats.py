"""Processes share the companies among them, never two at one; when one is killed another takes its share over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from aggregates.base import Act
from commands.catalog import BY_NAME
from gateways.logs import configure
from gateways.postgres import leases, seats
from gateways.postgres.seats import share_of
from gateways.settings import Settings
from gateways.signals import on_stop
from gateways.wiring import House, Installation
from tests.dsl import Do, do
from tests.forks import forked
from tests.gateways.companies.households import installed

SHARES = 2
PATIENCE_S = 120.0


def settings(dsn: str, folder: str) -> Settings:
    return Settings(database_url=dsn, data_dir=Path(folder), folding_shares=SHARES)


def folder_process(dsn: str, folder: str) -> None:
    """Fold until told to stop."""
    configure("ERROR")
    with Installation(settings(dsn, folder)) as installation:
        on_stop(installation.daemon.stop)
        print("ready", flush=True)
        installation.daemon.run()


@pytest.fixture(scope="module")
def written(migrated_databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Companies in both shares, with something to fold; nobody folds in this process."""
    with installed(migrated_databases(), tmp_path_factory.mktemp("seats")) as installation:
        for n in range(4):
            installation.open_house(f"posto-{n}", UUID(int=uuid4().int // 4 * 4 + n))
        yield installation


def write(installation: Installation) -> dict[UUID, int]:
    """A fact more in every company; where their logs stand."""
    heads = {}
    for n in range(4):
        house = installation.house(f"posto-{n}")
        step = do("register-article", code=uuid4().hex[:8], kind="part", description="Toner")
        heads[house.company_id] = carried_out(house, step)
    return heads


def carried_out(house: House, step: Do) -> int:
    entry = BY_NAME[step.name]
    cmd = entry.command.model_validate(step.fields)
    return int(house.desk.execute(entry, cmd, Act(by=step.by, at=step.at)).position)


def level(installation: Installation, heads: dict[UUID, int]) -> set[UUID]:
    """The companies whose read models are all up to their logs."""
    with psycopg.connect(installation.dsn) as owner:
        rows = owner.execute(
            """select p.company_id, min(p.position), count(*) from read_model_position p
                 join read_model m using (name, generation) where m.status <> 'retired' group by 1"""
        ).fetchall()
    return {
        company for company, at, count in rows if at >= heads[company] and count == len(installation.registry.models)
    }


def wait_until(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_two_processes_share_the_companies_and_one_takes_over(
    written: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "LOOK_S", 0.0)
    monkeypatch.setattr(leases, "RETRY_S", 0.0)
    folder, heads = str(written.settings.data_dir), write(written)
    with ExitStack() as stack:
        first, second = (stack.enter_context(Installation(settings(written.dsn, folder))) for _ in range(2))
        first.daemon.catch_up()
        assert level(written, heads) == set(heads), "one alone folds everything"
        heads = write(written)
        second.daemon.step()  # finds no seat and waits
        assert level(written, heads) == set()
        first.daemon.step()  # sees somebody waiting, gives a seat back, folds the other share
        mine = level(written, heads)
        assert len({share_of(company, SHARES) for company in mine}) == 1
        second.daemon.catch_up()
        assert level(written, heads) == set(heads)
        first.daemon.leave()
        heads = write(written)
        second.daemon.catch_up()
        second.daemon.catch_up()
        assert level(written, heads) == set(heads), "who is left folds everything"


def test_a_process_that_is_killed_is_replaced(written: Installation) -> None:
    arguments = (written.dsn, str(written.settings.data_dir))
    with forked(folder_process, *arguments) as one, forked(folder_process, *arguments) as other:
        heads = write(written)
        wait_until(lambda: level(written, heads) == set(heads))
        one.process.kill()
        one.process.join()
        heads = write(written)
        wait_until(lambda: level(written, heads) == set(heads))
        assert other.process.is_alive()
