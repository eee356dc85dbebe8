"""The projection daemon folds every fact once, whatever dies: kills, standby, poison, blue and green."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act
from aggregates.party import Party
from commands.catalog import BY_NAME
from gateways.postgres import daemon
from gateways.postgres.daemon import Daemon
from gateways.postgres.read_models import Registry, mark_written
from gateways.settings import Settings
from gateways.wiring import House, Installation
from projections.base import ReadModel, Rows, Table, on
from projections.parties import Parties
from tests.dsl import MORNING, Company, do
from tests.forks import Fork, forked
from tests.gateways.postgres import processes

NAMES = Table("test_name", {"party_id": "uuid", "name": "text", "times": "integer"}, ("party_id",))


class Picky(ReadModel):
    """Counts how often each party was folded; cannot bear some names."""

    NAME = "test-picky"
    TABLES = (NAMES,)
    unbearable: set[str] = set()  # noqa: RUF012 - the tests change it

    @on(Party.Registered, Party.IdentityChanged)
    def named(self, fact: Party.Registered, rows: Rows) -> None:
        """Count, or choke."""
        if fact.name in self.unbearable:
            raise ValueError(f"cannot bear {fact.name}")
        row = rows.get(NAMES, fact.stream_id) or {"times": 0}
        rows.put(NAMES, {"party_id": fact.stream_id, "name": fact.name, "times": row["times"] + 1})


@pytest.fixture
def own(databases: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """An installation whose database nobody else uses."""
    with Installation(Settings(database_url=databases(), data_dir=tmp_path)) as running:
        running.migrate()
        running.registry.models = {model.NAME: model for model in (Parties, Picky)}
        running.registry.prepare()
        yield running


@pytest.fixture
def company(own: Installation) -> Company:
    """A company on it."""
    return Company(own, own.open_house("acme", uuid4()), at_work=True)


def register(company: Company, *names: str) -> list[UUID]:
    """Parties with these names."""
    ids = []
    for name in names:
        step = do("register-party", code=f"{name}-{uuid4()}", name=name, role="prospect")
        ids.append(UUID(company.execute(step).result["party_id"]))
    return ids


def rename(company: Company, party_id: UUID, name: str) -> None:
    """Change a party's name."""
    company.do("change-party-identity", party_id=party_id, name=name, role="prospect", nature="business", tax={})


def counted(house: House) -> dict[str, int]:
    """How often each name's party was folded."""
    return {row["name"]: row["times"] for row in house.reader.rows("select name, times from {test_name}")}


@contextmanager
def unbearable(*names: str) -> Iterator[None]:
    """Picky chokes on these names meanwhile."""
    Picky.unbearable = set(names)
    try:
        yield
    finally:
        Picky.unbearable = set()


def test_a_poison_fact_parks_its_stream_only(company: Company) -> None:
    company.may_park = True
    with unbearable("Veleno"):
        _, bad, other = register(company, "Buono", "Veleno", "Altro")
        company.fold()
        rename(company, bad, "Guarito")
        rename(company, other, "Altro ancora")
        company.fold()
        assert counted(company.house) == {"Buono": 1, "Altro ancora": 2}
        [lag] = [lag for lag in company.installation.daemon.lags() if lag.name == Picky.NAME]
        assert (lag.facts, lag.parked) == (0, 2)
    assert company.ask("parties", text="Guarito")["items"], "other read models go on"


def test_parked_facts_are_folded_in_order_once_the_fault_is_mended(company: Company) -> None:
    company.may_park = True
    with unbearable("Veleno"):
        [bad] = register(company, "Veleno")
        rename(company, bad, "Guarito")
        company.fold()
        assert company.installation.daemon.replay_parked(Picky.NAME) == 0
    assert company.installation.daemon.replay_parked(Picky.NAME) == 2
    assert counted(company.house) == {"Guarito": 2}
    rename(company, bad, "Sano")
    company.fold()
    assert counted(company.house) == {"Sano": 3}


def test_unreadable_bytes_are_parked_not_skipped(company: Company) -> None:
    company.may_park = True
    register(company, "Prima")
    with company.installation.database.owner() as connection:
        connection.execute("update fact set state = 'nonsense'::bytea where position = 1")
    register(company, "Dopo")
    company.fold()
    assert counted(company.house) == {"Dopo": 1}
    assert {lag.parked for lag in company.installation.daemon.lags() if lag.name == Picky.NAME} == {1}


def test_a_new_generation_is_built_beside_the_old_one_and_then_seen(company: Company) -> None:
    register(company, "Uno", "Due")
    company.installation.daemon.catch_up()
    registry = company.installation.registry
    before = registry.seen(Picky.NAME)
    with company.installation.database.owner() as connection:  # what a faulty handler might have left behind
        connection.execute(f"update v_test_name_{before.number} set times = 99")  # type: ignore[union-attr] # it exists
    green = registry.rebuild(Picky.NAME)
    assert registry.seen(Picky.NAME) == before, "queries go on reading the old generation"
    assert set(counted(company.house).values()) == {99}
    company.installation.daemon.catch_up()
    register(company, "Tre")
    company.installation.daemon.catch_up()
    seen = registry.seen(Picky.NAME)
    assert seen is not None
    assert seen.number == green.number
    assert counted(company.house) == {"Uno": 1, "Due": 1, "Tre": 1}
    registry.prepare()
    with company.installation.database.owner() as connection:
        [gone] = connection.execute("select to_regclass(%s)", (f"v_test_name_{before.number}",)).fetchall()  # type: ignore[union-attr] # it exists
    assert gone == (None,)


def test_a_changed_version_begins_a_new_generation(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    register(company, "Uno")
    company.installation.daemon.catch_up()
    monkeypatch.setattr(Picky, "VERSION", 2)
    company.installation.registry.prepare()
    living = [g for g in company.installation.registry.generations() if g.name == Picky.NAME]
    assert [g.status for g in living] == ["active", "building"]
    company.installation.daemon.catch_up()
    [active] = [g for g in company.installation.registry.generations() if g.name == Picky.NAME]
    assert active.status == "active"


def test_new_handlers_keep_their_hands_off_the_tables_of_the_old_version(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(company, "Uno")
    company.installation.daemon.catch_up()
    registry = company.installation.registry
    [old] = [g for g in registry.generations() if g.name == Picky.NAME]
    columns = {**NAMES.columns, "first": "text"}
    wider = Table(NAMES.name, columns, NAMES.key)
    monkeypatch.setattr(Picky, "TABLES", (wider,))
    registry.prepare()
    assert old not in registry.own()
    register(company, "Due")
    company.installation.daemon.catch_up()
    with company.installation.database.owner() as connection:
        old_rows = connection.execute(f"select count(*) from v_test_name_{old.number}").fetchone()
    assert old_rows == (1,), "the old version's rows are left to the old program"
    assert counted(company.house) == {"Uno": 1, "Due": 1}


def test_a_standby_takes_over_when_the_holder_goes(company: Company) -> None:
    installation = company.installation
    holder, standby = (_daemon(installation) for _ in range(2))
    record(company, "Uno")
    holder.catch_up()
    record(company, "Due")
    assert standby.step() is False, "it holds no lease"
    assert counted(company.house) == {"Uno": 1}
    holder._leases.release()
    _until(lambda: standby.step() or counted(company.house).get("Due") == 1)
    standby.catch_up()
    assert counted(company.house) == {"Uno": 1, "Due": 1}


def test_two_daemons_that_both_think_they_hold_the_lease_count_nothing_twice(company: Company) -> None:
    """As after a pause longer than the lease: the position guard must reject one of them."""
    installation = company.installation
    pair = [_daemon(installation) for _ in range(2)]
    for one in pair:
        one._leases.holds = lambda name: bool(name)  # type: ignore[method-assign] # both are mistaken
    stop = threading.Event()

    def fold(one: Daemon) -> None:
        while not stop.is_set():
            one.step(company.house.company_id)

    threads = [threading.Thread(target=fold, args=(one,)) for one in pair]
    for thread in threads:
        thread.start()
    record(company, *(f"P{n}" for n in range(150)))
    _until(lambda: len(counted(company.house)) == 150)
    stop.set()
    for thread in threads:
        thread.join()
    assert set(counted(company.house).values()) == {1}


def test_twenty_kills_lose_nothing_and_count_nothing_twice(company: Company, tmp_path: Path) -> None:
    """A daemon process is killed (SIGKILL) at random moments while facts keep coming."""
    registered = 0
    for n in range(20):
        with _daemon_process(company.installation, tmp_path) as (process, _):
            record(company, *(f"K{n}-{i}" for i in range(15)))
            registered += 15
            time.sleep(n * 0.005)
            process.kill()
    company.installation.daemon.catch_up()
    [total] = company.house.reader.rows("select count(*) as parties from {party}")
    assert total["parties"] == registered
    assert counted(company.house) == {f"K{n}-{i}": 1 for n in range(20) for i in range(15)}


def test_a_daemon_stops_gracefully(company: Company, tmp_path: Path) -> None:
    with _daemon_process(company.installation, tmp_path) as (process, _):
        process.terminate()
        process.join(timeout=120)
        assert process.exitcode == 0


def test_a_query_that_waits_for_a_position_reads_its_own_write(company: Company) -> None:
    thread = threading.Thread(target=company.installation.daemon.run)
    thread.start()
    try:
        for n in range(20):
            [position] = record(company, f"W{n}")
            assert company.house.reader.wait([Parties], position)
            assert company.house.reader.rows("select 1 as found from {party} where name = %(n)s", {"n": f"W{n}"})
    finally:
        company.installation.daemon.stop()
        thread.join()


def test_threads_that_fold_with_one_daemon_take_turns(
    company: Company, own: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, most = 0, 0
    fold = own.daemon._step_company

    def watched(*args: Any) -> bool:
        nonlocal inside, most
        inside, most = inside + 1, max(most, inside + 1)
        time.sleep(0.02)
        try:
            return fold(*args)
        finally:
            inside -= 1

    monkeypatch.setattr(own.daemon, "_step_company", watched)
    record(company, "Uno", "Due", "Tre")
    threads = [threading.Thread(target=own.daemon.catch_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, counted(company.house)) == (1, {"Uno": 1, "Due": 1, "Tre": 1})


def test_a_query_does_not_wait_for_ever(company: Company) -> None:
    register(company, "Uno")
    assert company.house.reader.wait([Parties], company.house.log.position() + 1, timeout_s=0.05) is False


def record(company: Company, *names: str) -> list[int]:
    """Parties with these names, without folding them; the positions of their facts."""
    entry, act = BY_NAME["register-party"], Act(by="user:test", at=MORNING)
    commands = [entry.command.model_validate({"code": name, "name": name, "role": "prospect"}) for name in names]
    return [company.house.desk.execute(entry, cmd, act, uuid4()).position for cmd in commands]


def _daemon(installation: Installation) -> Daemon:
    registry = Registry(installation.database, list(installation.registry.models.values()))
    return Daemon(installation.database, registry, lambda company_id: installation.house(str(company_id)).codec)


def _until(done: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.02)


def _daemon_process(installation: Installation, folder: Path) -> AbstractContextManager[Fork]:
    return forked(processes.main, "daemon", installation.dsn, str(folder))


def test_the_backlog_of_all_companies_is_told_in_one_look(company: Company) -> None:
    company.installation.daemon.catch_up()
    before = {one.name: one for one in company.installation.backlogs()}[Picky.NAME]
    register(company, "Uno")
    after = {one.name: one for one in company.installation.backlogs()}[Picky.NAME]
    assert (after.companies - before.companies, after.facts - before.facts) == (1, 1)
    assert 0 < after.seconds < 60
    company.fold()
    assert {one.name: one for one in company.installation.backlogs()}[Picky.NAME].facts == before.facts


@pytest.fixture
def half_built(company: Company, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A party that was named four times, and a new generation that has folded two of them; the party's id."""
    [party] = register(company, "Uno")
    for name in ("Due", "Tre", "Quattro"):
        rename(company, party, name)
    company.installation.daemon.catch_up()
    company.installation.registry.rebuild(Picky.NAME)
    monkeypatch.setattr(daemon, "BATCH", 1)
    position = company.house.log.position()
    while _at(company) < position - 2:
        company.installation.daemon.step()
    return party


def _at(company: Company) -> int:
    """How far the new generation has come."""
    lags = [lag for lag in company.installation.daemon.lags() if (lag.name, lag.status) == (Picky.NAME, "building")]
    return company.house.log.position() - lags[0].facts if lags else 0


def _written_by_another(company: Company, *, marked: bool) -> None:
    """Someone else writes to the generation that is being built."""
    generation = company.installation.registry.generations(fresh=True)[-1]
    assert (generation.name, generation.status) == (Picky.NAME, "building")
    with company.installation.database.company(company.house.company_id) as connection, connection.transaction():
        connection.execute(f"update {generation.table(NAMES)} set times = 40".encode())
        if marked:
            mark_written(connection, company.house.company_id, generation)


@pytest.mark.parametrize(("marked", "times"), [(True, 42), (False, 4)], ids=["marked", "unmarked"])
def test_a_build_reads_anew_what_others_wrote_and_marked(
    company: Company, half_built: UUID, marked: bool, times: int
) -> None:
    assert half_built
    _written_by_another(company, marked=marked)
    company.installation.daemon.catch_up()
    assert counted(company.house) == {"Quattro": times}


def test_a_build_goes_on_in_another_process(company: Company, half_built: UUID) -> None:
    assert half_built
    company.installation.daemon.leave()
    other = _daemon(company.installation)
    other.catch_up()
    other.leave()
    assert counted(company.house) == {"Quattro": 4}


def test_a_build_with_a_fact_it_cannot_fold_goes_on_without_that_stream(company: Company, half_built: UUID) -> None:
    assert half_built
    company.may_park = True
    with unbearable("Cinque"):
        rename(company, half_built, "Cinque")
        register(company, "Altro")
        company.installation.daemon.catch_up()
        assert counted(company.house) == {"Quattro": 4, "Altro": 1}
    assert company.installation.daemon.replay_parked(Picky.NAME) == 1
    assert counted(company.house) == {"Cinque": 5, "Altro": 1}
