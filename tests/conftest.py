"""Fixtures and policy for every test: servers, databases, brokers, hypothesis profiles, what is skipped."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

from gateways.postgres.embedded import EmbeddedServer, SystemServer
from gateways.postgres.programs import system_programs
from gateways.postgres.server import PostgresServer
from gateways.postgres.server_process import postmaster
from tests.databases import migrated_database, new_database
from tests.file_by_file import FileByFile
from tests.kafka_broker import Broker, kafka_broker
from tests.parts import missing

pytest_plugins = ["tests.company"]

# The hundreds of processes that tests start compile the sources once, not each for itself, wherever that is switched
# off for the tree: the bytecode lies in a folder of the user's own beside other temporary files.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / f"libretto-bytecode-{os.getuid()}"))

hypothesis.settings.register_profile("dev", deadline=None, database=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, database=None, max_examples=200, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("LIBRETTO_CI") == "1" else "dev")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that collecting makes stays: looking for rubbish in it, while it is made and at every test, finds nothing."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything that uses the broker runs in one worker, so that a run starts one broker; long files come first."""
    for item in items:
        if "kafka" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)
            item.add_marker(pytest.mark.xdist_group("kafka"))
    first_of_a_worker = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in first_of_a_worker)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling | None:
    """`--dist loadgroup` hands out whole files, so that what the tests of a file share is made once."""
    return FileByFile(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Which tests failed stands last, below however much they have to say."""
    for report in (*terminalreporter.getreports("failed"), *terminalreporter.getreports("error")):
        terminalreporter.write_line(f"failed: {report.nodeid}")


@pytest.fixture(scope="session")
def servers_folder(testrun_uid: str) -> Iterator[Path]:
    """One folder for the whole run, the same for every worker.

    Not pytest's own temporary folder: another run closes that to the database server's account.
    """
    folder = Path(tempfile.gettempdir()) / f"libretto-tests-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    yield folder
    if not any(postmaster(data) for data in folder.glob("*/data")):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(servers_folder: Path) -> Iterator[PostgresServer]:
    """The run's embedded server, shared by all workers; not durable: tests of crashes use `own_postgres`."""
    with EmbeddedServer(servers_folder / "postgres", durable=False, settings={"max_connections": "300"}) as server:
        yield server


@pytest.fixture(scope="session")
def system_postgres(servers_folder: Path) -> Iterator[PostgresServer]:
    """A server made with the machine's own PostgreSQL (`PG_BIN` or /usr/lib/postgresql), on TCP."""
    if system_programs() is None:
        missing("system-postgres", "no installed PostgreSQL found; set PG_BIN to the folder of its programs")
    with SystemServer(servers_folder / "system-postgres", durable=False, settings={"max_connections": "300"}) as server:
        yield server


@pytest.fixture(params=["embedded", "system"])
def any_postgres(request: pytest.FixtureRequest) -> PostgresServer:
    """Runs the test on the embedded server and once more on the machine's own."""
    server = request.getfixturevalue("postgres" if request.param == "embedded" else "system_postgres")
    assert isinstance(server, PostgresServer)
    return server


@pytest.fixture
def own_postgres(servers_folder: Path) -> Iterator[PostgresServer]:
    """A durable embedded server for this test alone: it may be crashed and stopped."""
    folder = servers_folder / f"own-{uuid4().hex[:12]}"
    with EmbeddedServer(folder) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def fresh_database(postgres: PostgresServer) -> Iterator[str]:
    """The owner's address of a new empty database on the run's server, dropped afterwards."""
    with new_database(postgres) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def databases(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Makes empty databases that live until the module ends; returns the owner's address of each."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(new_database(postgres))


@pytest.fixture(scope="module")
def migrated_databases(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Makes databases with the schema and all read models, that live until the module ends."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(migrated_database(postgres))


@pytest.fixture(scope="session")
def kafka() -> Iterator[Broker]:
    """The run's Kafka broker: the real one where Java and Maven are there."""
    with kafka_broker() as broker:
        yield broker
