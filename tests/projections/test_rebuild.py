"""Read models are disposable: folded as facts came, rebuilt in other batches, folded in memory, all rows are the same.

The facts are those of a company that lives through everything, and of the stories that consultants wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from aggregates.party import Party
from gateways.postgres import companies, residents
from gateways.postgres.comparison import differing, folded_rows, stored_rows
from gateways.postgres.daemon import Daemon
from gateways.postgres.folding import Folder
from gateways.postgres.read_models import Registry
from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.stories.playing import play
from gateways.stories.reading import read_story
from gateways.wiring import Installation
from projections.base import Key, ReadModel, Row, Rows, Table, on
from tests.databases import new_database
from tests.dsl import Company
from tests.replay.life import CHAPTERS
from tests.replay.living import COMPANY, Life

STORIES = sorted((Path(__file__).parents[1] / "stories").glob("*.yaml"))
HALF = len(CHAPTERS) // 2


class Place(NamedTuple):
    """A table of a company's read model."""

    company_id: UUID
    model: str
    table: str


Content = Mapping[Place, Mapping[Key, Row]]


@dataclass(frozen=True)
class History:
    """An installation full of facts, and what its tables held half-way through the company's life."""

    installation: Installation
    half_way_at: datetime
    half_way: Content

    @property
    def models(self) -> list[type[ReadModel]]:
        """Every read model that the installation folds."""
        return list(self.installation.registry.models.values())

    def companies(self) -> list[UUID]:
        """Everybody whose facts were folded."""
        return [row.company_id for row in companies.every(self.installation.database)]


def content(installation: Installation, *company_ids: UUID) -> Content:
    """All rows that queries see."""
    found: dict[Place, dict[Key, Row]] = {}
    for company_id in company_ids:
        with installation.database.company(company_id) as connection:
            for model in installation.registry.models.values():
                generation = installation.registry.seen(model.NAME)
                assert generation is not None
                for table in model.TABLES:
                    rows = stored_rows(connection, company_id, table, generation)
                    found[Place(company_id, model.NAME, table.name)] = rows
    return found


def in_memory(installation: Installation, company_id: UUID, known_at: datetime) -> Content:
    """All rows as a fold in memory of what was recorded by an instant gives them."""
    reader = installation.house(str(company_id)).reader
    found: dict[Place, dict[Key, Row]] = {}
    for model in installation.registry.models.values():
        rows = reader.folded(model, known_at=known_at)
        found |= {Place(company_id, model.NAME, table.name): folded_rows(table, rows) for table in model.TABLES}
    return found


def differences(installation: Installation, wanted: Content, found: Content) -> list[str]:
    """Where two contents say different things."""
    assert wanted.keys() == found.keys()
    tables = {(m.NAME, t.name): t for m in installation.registry.models.values() for t in m.TABLES}
    return [
        f"{place.model}, {place.table}: {each}"
        for place, rows in wanted.items()
        for each in differing(tables[place.model, place.table], rows, found[place])
    ]


def last_recorded_at(installation: Installation, company_id: UUID) -> datetime:
    """When the newest fact of a company was recorded."""
    return installation.house(str(company_id)).recorded_after(0)[-1].recorded_at


@pytest.fixture(scope="module")
def history(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """A company's whole life and every story, folded command by command."""
    folder = tmp_path_factory.mktemp("rebuild")
    with new_database(postgres) as dsn, Installation(Settings(database_url=dsn, data_dir=folder)) as installation:
        installation.migrate()
        company = Company(installation, installation.open_house("life", COMPANY))
        life = Life(company)
        for chapter in CHAPTERS[:HALF]:
            chapter(life)
        company.fold()
        half_way_at, half_way = last_recorded_at(installation, COMPANY), content(installation, COMPANY)
        for chapter in CHAPTERS[HALF:]:
            chapter(life)
        for path in STORIES:
            assert all(played.ok for played in play(installation, read_story(path)))
        installation.daemon.catch_up()
        yield History(installation, half_way_at, half_way)


@contextmanager
def batches_of(*sizes: int) -> Iterator[None]:
    """Fold in batches of these sizes, one after the other and again from the first."""
    sizes_in_turn, whole = cycle(sizes), Folder.next_batch

    def next_batch(self: Folder, position: int, targets: Any, _size: int = 0) -> int:
        return whole(self, position, targets, next(sizes_in_turn))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Folder, "next_batch", next_batch)
        yield


def test_there_is_enough_to_compare(history: History) -> None:
    found = content(history.installation, *history.companies())
    filled = {(place.model, place.table) for place, rows in found.items() if rows}
    empty = {(m.NAME, t.name) for m in history.models for t in m.TABLES} - filled
    assert not empty, f"nothing fills {sorted(empty)}; add a step to tests/replay/life*.py"
    assert len(history.companies()) > len(STORIES)


@contextmanager
def rows_in_memory(daemon: Daemon, most: int) -> Iterator[None]:
    """Builds keep so few rows in memory that some are put away all the time, and begin in the middle as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(residents, "FAR_BEHIND", 1)
        patch.setattr(daemon, "_residents", residents.Residents(most))
        yield


@pytest.mark.parametrize(
    ("sizes", "most"), [((7, 1, 61, 2, 13), 200), ((100_000,), 100_000)], ids=["odd batches", "one batch"]
)
def test_a_rebuilt_generation_is_the_same_row_by_row(history: History, sizes: tuple[int, ...], most: int) -> None:
    installation = history.installation
    before = content(installation, *history.companies())
    generations = {model.NAME: installation.registry.seen(model.NAME) for model in history.models}
    with batches_of(*sizes), rows_in_memory(installation.daemon, most):
        for model in history.models:
            installation.registry.rebuild(model.NAME)
            installation.daemon.step()  # so that the next one begins when this one is somewhere in the middle
        installation.daemon.catch_up()
    for name, generation in generations.items():
        now = installation.registry.seen(name)
        assert now is not None
        assert generation is not None
        assert now.status == "active"
        assert now.number > generation.number
    assert differences(installation, before, content(installation, *history.companies())) == []


def test_a_fold_in_memory_is_the_same_row_by_row(history: History) -> None:
    installation = history.installation
    for company_id in history.companies():
        wanted = in_memory(installation, company_id, last_recorded_at(installation, company_id))
        assert differences(installation, wanted, content(installation, company_id)) == []


def test_what_was_known_half_way_is_what_the_tables_held_then(history: History) -> None:
    installation = history.installation
    known = in_memory(installation, COMPANY, history.half_way_at)
    assert differences(installation, history.half_way, known) == []
    assert differences(installation, known, content(installation, COMPANY)) != []


# The test of this test: a handler that is not pure is found.

SEEN = Table("careless_party", {"party_id": "uuid", "seen": "integer"}, ("party_id",))


class Careless(ReadModel):
    """Remembers something that is neither fact nor row."""

    NAME = "careless"
    TABLES = (SEEN,)
    seen = 0

    @on(Party.Registered)
    def _registered(self, fact: Party.Registered, rows: Rows) -> None:
        Careless.seen += 1
        rows.put(SEEN, {"party_id": fact.stream_id, "seen": Careless.seen})


def test_a_handler_that_is_not_pure_is_found(history: History) -> None:
    installation = history.installation
    registry = Registry(installation.database, (Careless,))
    registry.prepare()
    daemon = Daemon(installation.database, registry, lambda company_id: installation.house(str(company_id)).codec)
    daemon.catch_up()
    daemon.leave()
    generation = registry.seen("careless")
    assert generation is not None
    with installation.database.company(COMPANY) as connection:
        stored = stored_rows(connection, COMPANY, SEEN, generation)
    reader = installation.house(str(COMPANY)).reader
    fresh = reader.folded(Careless, known_at=last_recorded_at(installation, COMPANY))
    found = list(differing(SEEN, folded_rows(SEEN, fresh), stored))
    assert len(found) == len(stored)
    assert all("seen is" in each for each in found)
