"""A company moves to another server while commands arrive: none is lost, none is carried out twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from aggregates import roles
from aggregates.base import Act, Refusal
from commands.catalog import BY_NAME
from gateways.bootstrap import ACTOR
from gateways.cells import copying, moving
from gateways.cells.copying import CopyDiffers
from gateways.cells.directory import MoveInHand, Place, SlugTaken
from gateways.cells.moving import LivesThere, NoSuchCell, NotOpen, OldRowsThere, clear_old, mend, move, stay
from gateways.companies import closing
from gateways.http.app import create_app
from gateways.orders import settle
from gateways.postgres import companies
from gateways.postgres.event_log import CompanyClosed
from gateways.wiring import House, Installation
from tests.dsl import Company
from tests.forks import forked
from tests.gateways.cells.mover_process import HALF_COPIED, mover
from tests.gateways.companies.households import findings, lived_in, rows_of, stored
from tests.gateways.http.visitors import Visitor, visitor

PATIENCE_S = 60.0
STAGES = ("begun", HALF_COPIED, "copied", "closed", "compared", "flipped", "opened")


def beside_the_log(cell: Installation, house: House) -> None:
    """A claim and a relay's cursor, as rows that stand beside the log."""
    with cell.database.company(house.company_id) as connection:
        connection.execute(
            """insert into claim (company_id, claim_id, resource_id, during, exclusive)
               values (%s, gen_random_uuid(), gen_random_uuid(), '[2026-01-01,2026-01-02)', true)""",
            (house.company_id,),
        )
        connection.execute(
            "insert into relay_cursor (company_id, relay, sequence) values (%s, 'x', 3)", (house.company_id,)
        )


@pytest.fixture(scope="module")
def client(cells: Installation) -> Iterator[TestClient]:
    with TestClient(create_app(cells), raise_server_exceptions=False) as ready:
        yield ready


class Desk(threading.Thread):
    """Gives commands at the desk of a program with a directory of its own; refused ones again under the same id."""

    def __init__(self, cells: Installation, slug: str, name: str) -> None:
        super().__init__()
        self._cells = Installation(cells.settings)
        self._slug = slug
        self._name = name
        self.stop = threading.Event()
        self.acknowledged: dict[UUID, int] = {}
        self.refused = 0
        self.repeated = 0
        self.lost: list[object] = []

    def run(self) -> None:
        """One command after another, and now and then an old one again."""
        with self._cells:
            number = 0
            while not self.stop.is_set():
                number += 1
                command_id = uuid4()
                self.acknowledged[command_id] = self.give(number, command_id)
                if number % 7 == 0:
                    again = self.give(number, command_id)
                    self.repeated += 1
                    if again != self.acknowledged[command_id]:
                        self.lost.append((number, again))

    def give(self, number: int, command_id: UUID) -> int:
        """The position that the command was answered with."""
        entry = BY_NAME["register-party"]
        cmd = entry.command.model_validate({"code": f"{self._name}{number}", "name": "Rossi", "role": "prospect"})
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                house = self._cells.house(self._slug)
                return house.desk.execute(entry, cmd, Act(by=ACTOR, at=datetime.now(UTC)), command_id).position
            except CompanyClosed:
                self.refused += 1
                time.sleep(0.01)
        raise TimeoutError


class Browser(Desk):
    """Gives them over HTTP; a 503 is tried again."""

    def __init__(self, cells: Installation, who: Visitor, name: str) -> None:
        super().__init__(cells, who.company.house.slug, name)
        self._who = who

    def give(self, number: int, command_id: UUID) -> int:
        """See `Desk.give`."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            answer = self._who.client.post(
                f"/v1/{self._slug}/parties",
                json={"code": f"{self._name}{number}", "name": "Rossi", "role": "prospect"},
                headers=self._who.headers({"idempotency-key": str(command_id)}),
            )
            if answer.status_code != 503:
                assert answer.status_code in (200, 201), answer.text
                return int(answer.headers["x-position"])
            assert answer.json()["code"] == "company-moving"
            assert answer.headers["retry-after"]
            self.refused += 1
            time.sleep(0.02)
        raise TimeoutError


def test_a_company_moves_while_commands_arrive(cells: Installation, client: TestClient) -> None:
    company = lived_in(cells, "in-viaggio")
    beside_the_log(cells, company.house)
    who = visitor(client, company, *roles.ALL)
    company.fold()
    writers: list[Desk] = [Desk(cells, "in-viaggio", "PA"), Desk(cells, "in-viaggio", "PB"), Browser(cells, who, "PC")]
    for writer in writers:
        writer.start()
    try:
        wait_for(lambda: all(len(writer.acknowledged) > 5 for writer in writers))
        before = [len(writer.acknowledged) for writer in writers]
        place = move(cells, "in-viaggio", "north")
        wait_for(lambda: all(len(w.acknowledged) > n + 5 for w, n in zip(writers, before, strict=True)))
    finally:
        for writer in writers:
            writer.stop.set()
            writer.join()
    assert (place.cell, place.moving_to) == ("north", None)
    north = cells.cells["north"]
    house = north.house("in-viaggio")
    assert cells.house("in-viaggio") is house
    assert not any(writer.lost for writer in writers)
    assert all(writer.repeated for writer in writers)
    log = stored(house)
    assert [fact[1] for fact in log] == list(range(1, len(log) + 1))
    where = {fact[7]: fact[1] for fact in log}
    asked = {command_id: at for writer in writers for command_id, at in writer.acknowledged.items()}
    assert {command_id: where[command_id] for command_id in asked} == asked
    assert sum(1 for fact in log if fact[7] in asked and fact[3] == 1) == len(asked)
    old = stored(cells.house_here("in-viaggio"))
    assert old == log[: len(old)]
    with pytest.raises(CompanyClosed):
        company.do("register-article", code="VECCHIO", kind="part", description="Nella vecchia casa")
    here, there = rows_of(cells, house.company_id), rows_of(north, house.company_id)
    assert {name: here[name] for name in ("claim", "relay_cursor")} == {
        name: there[name] for name in ("claim", "relay_cursor")
    }
    assert [row["wrapped"] for row in here["subject_key"]] == [
        row["wrapped"]
        for row in there["subject_key"]
        if row["subject_id"] in {k["subject_id"] for k in here["subject_key"]}
    ]
    settle(north, house)
    assert findings(north) == []
    assert who.get("/parties", min_position=len(log)).status_code == 200
    with pytest.raises(OldRowsThere):
        move(cells, "in-viaggio", "home")
    assert clear_old(cells, "in-viaggio") == ["home"]
    assert rows_of(cells, house.company_id) == {}
    move(cells, "in-viaggio", "home")
    assert stored(cells.house("in-viaggio")) == log
    assert clear_old(cells, "in-viaggio") == ["north"]


def let_go(cells: Installation, company: Company) -> bool:
    """Whether the server has noticed that the process which held the company is gone; that takes it a moment."""
    try:
        with cells.directory.locked(company.house.company_id, company.house.slug):
            return True
    except MoveInHand:
        return False


def wait_for(what: object) -> None:
    assert callable(what)
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("stage", STAGES)
def test_a_mover_killed_anywhere_leaves_the_company_in_one_place_and_can_be_repeated(
    cells: Installation, stage: str
) -> None:
    slug = f"ucciso-{stage}"
    company = lived_in(cells, slug)
    log = stored(company.house)
    north = cells.settings.cells["north"].database_url
    for cell in cells.cells.values():
        cell.daemon.leave()  # the process that moves folds
    with forked(mover, cells.dsn, north, str(cells.settings.data_dir), slug, "north", stage) as fork:
        fork.process.join(60)
        assert fork.process.exitcode == -9
    wait_for(lambda: let_go(cells, company))
    cells.directory.forget()
    mend(cells)
    cells.directory.forget()
    place = cells.directory.find(slug)
    assert place is not None
    assert place.cell == ("north" if stage in ("flipped", "opened") else "home")
    opened = [
        name for name, cell in cells.cells.items() if not closing.is_closed(cell.database, company.house.company_id)
    ]
    assert opened == [place.cell]
    living = Company(cells.cells[place.cell], cells.house(slug))
    living.do("register-article", code="DOPO", kind="part", description="Dopo la caduta")
    if place.cell == "home":
        move(cells, slug, "north")
    there = cells.house(slug)
    assert there is cells.cells["north"].house_here(slug)
    assert stored(there)[: len(log)] == log
    assert len(stored(there)) == len(log) + 1
    settle(cells, there)
    assert mend(cells) == []


def test_a_copy_that_differs_flips_nothing(cells: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    company = lived_in(cells, "diversa")
    real = copying.Copying._replace  # somebody writes into the copy

    def spoilt(self: copying.Copying, table: object) -> None:
        real(self, table)  # type: ignore[arg-type] # whatever it is
        with cells.cells["north"].database.owner() as connection:
            connection.execute("delete from command where company_id = %s", (company.house.company_id,))
            connection.execute(
                "insert into command values (%s, gen_random_uuid(), 'x', '', '{}', 1, now())",
                (company.house.company_id,),
            )

    with monkeypatch.context() as patched:
        patched.setattr(copying.Copying, "_replace", spoilt)
        with pytest.raises(CopyDiffers):
            move(cells, "diversa", "north")
    company.do("register-article", code="RESTA", kind="part", description="Al suo posto")
    stay(cells, "diversa")
    assert rows_of(cells.cells["north"], company.house.company_id) == {}
    assert cells.house("diversa") is cells.house_here("diversa")


def test_what_cannot_be_moved_is_refused_and_nothing_is_changed(cells: Installation) -> None:
    company = lived_in(cells, "ferma")
    row = companies.find(cells.database, "ferma")
    for to, kind in (("home", LivesThere), ("south", NoSuchCell)):
        refused(cells, "ferma", to, kind)
    with cells.directory.locked(row.company_id, "ferma"):
        refused(cells, "ferma", "north", MoveInHand)
    closing.close(cells.database, row, "closed")
    refused(cells, "ferma", "north", NotOpen)
    assert closing.is_closed(cells.database, row.company_id)
    assert rows_of(cells.cells["north"], company.house.company_id) == {}
    with pytest.raises(SlugTaken):
        cells.directory.enter(uuid4(), "ferma", "north")


def refused(cells: Installation, slug: str, to: str, kind: type[Refusal]) -> None:
    with pytest.raises(kind):
        moving.move(cells, slug, to)


def test_the_directory_answers_from_memory_while_the_home_cell_is_away(tmp_path: Path, cells: Installation) -> None:
    lived_in(cells, "ricordata")
    move(cells, "ricordata", "north")
    assert cells.directory.cell_of("ricordata") == "north"
    cells.directory._kept = {name: (0.0, cell) for name, (_, cell) in cells.directory._kept.items()}  # a second later

    def away(_: str) -> Place | None:
        raise psycopg.OperationalError

    found, cells.directory.find = cells.directory.find, away  # type: ignore[method-assign, assignment] # the server is away
    try:
        assert cells.directory.cell_of("ricordata") == "north"
    finally:
        cells.directory.find = found  # type: ignore[method-assign] # it is back
