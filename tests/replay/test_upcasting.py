"""Old versions of a fact are read as the newest: by aggregates, by read models, with persons moved and erased."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from pydantic_core import to_json

from aggregates.base import Act, Aggregate, FirstEvent, event, upcast
from aggregates.values import ERASED, Personal, PersonRef, Rate, Value
from commands.base import Command, Entry, Service
from commands.remembered import CommandRecord
from gateways.codec import seal
from gateways.postgres.daemon import Daemon
from gateways.postgres.read_models import Registry
from gateways.postgres.reader import PostgresReader
from projections.base import ReadModel, Rows, Table, on
from tests.dsl import MORNING, Company
from tests.replay.keys import FrozenKeys

ANNA, BEA = UUID("a0000000-0000-0000-0000-000000000001"), UUID("b0000000-0000-0000-0000-000000000002")
ACT = Act(by="user:test", at=MORNING)


class Keeper(Value):
    """Who keeps the lamp, and who keeps it when they are away."""

    person: PersonRef
    deputy_id: UUID | None = None
    deputy: Annotated[str | None, Personal("deputy_id")] = None


class Lamp(Aggregate):
    """A lamp, whose one fact has had three versions."""

    TOPIC = "upcast-lamp"

    class Hung(FirstEvent):
        """The lamp hangs somewhere. v1 gave watts and a keeper's name, v2 lumens and a keeper, v3 says where."""

        TOPIC = "upcast-lamp.hung.v3"
        lumens: Rate
        keeper: Keeper
        place: str

    class Moved(Aggregate.Event):
        """It hangs somewhere else; this fact has had one version only."""

        TOPIC = "upcast-lamp.moved.v1"
        place: str

    def move(self, place: str, act: Act) -> None:
        """Hang it somewhere else."""
        self.trigger_event(self.Moved, place=place, act=act)

    @event(Hung)
    def __init__(self, lumens: Decimal, keeper: Keeper, place: str) -> None:
        self.lumens, self.keeper, self.place = lumens, keeper, place

    @event(Moved)
    def _moved(self, place: str) -> None:
        self.place = place


@upcast("upcast-lamp.hung.v1", "upcast-lamp.hung.v2")
def _lumens_and_a_keeper(state: dict[str, Any]) -> dict[str, Any]:
    lumens = str(Decimal(state.pop("watts")) * 90)
    keeper = {"person": {"person_id": state.pop("keeper_id"), "name": state.pop("keeper_name")}}
    return {**state, "lumens": lumens, "keeper": keeper}


@upcast("upcast-lamp.hung.v2", "upcast-lamp.hung.v3")
def _somewhere(state: dict[str, Any]) -> dict[str, Any]:
    return {**state, "place": "ingresso"}


LAMP = Table("upcast_lamp", {"lamp_id": "uuid", "lumens": "numeric", "keeper": "text", "place": "text"}, ("lamp_id",))


class Lamps(ReadModel):
    """Knows the newest version only."""

    NAME = "upcast-lamps"
    TABLES = (LAMP,)

    @on(Lamp.Hung)
    def _hung(self, fact: Lamp.Hung, rows: Rows) -> None:
        keeper = fact.keeper.person.name
        rows.put(LAMP, {"lamp_id": fact.stream_id, "lumens": fact.lumens, "keeper": keeper, "place": fact.place})

    @on(Lamp.Moved)
    def _moved(self, fact: Lamp.Moved, rows: Rows) -> None:
        rows.patch(LAMP, fact.stream_id, place=fact.place)


class Move(Command):
    """Hang a lamp somewhere else."""

    lamp_id: UUID
    place: str


def _move(cmd: Move, act: Act, service: Service) -> None:
    lamp = service.load(Lamp, cmd.lamp_id)
    lamp.move(cmd.place, act)
    service.save(lamp)


MOVE = Entry("upcast-move", "/lamps/{lamp_id}/move", Move, _move, frozenset(), "lamp_id")


class Lampshop:
    """A company that has hung a lamp in each version of the program."""

    def __init__(self, company: Company) -> None:
        self.keys = FrozenKeys()
        self.house = company.house
        self.house.codec.keys = self.keys
        self.database = company.installation.database
        self.registry = Registry(self.database, (Lamps,))
        self.registry.prepare()
        self.old, self.older = uuid4(), uuid4()
        self._append("upcast-lamp.hung.v1", self.older, self._v1())
        self._append("upcast-lamp.hung.v2", self.old, self._v2())

    def _v1(self) -> dict[str, Any]:
        return {"act": ACT, "watts": "10", "keeper_id": ANNA, "keeper_name": self._sealed("keeper_name", ANNA, "Anna")}

    def _v2(self) -> dict[str, Any]:
        name, deputy = self._sealed("keeper.person.name", ANNA, "Anna"), self._sealed("keeper.deputy", BEA, "Bea")
        keeper = {"person": {"person_id": ANNA, "name": name}, "deputy_id": BEA, "deputy": deputy}
        return {"act": ACT, "lumens": "450", "keeper": keeper}

    def _sealed(self, place: str, subject_id: UUID, text: str) -> dict[str, str]:
        lamp_id = self.older if place == "keeper_name" else self.old
        return {"at": place, **seal(self.keys.key(subject_id), subject_id, text, f"{lamp_id}|1|{place}".encode())}

    def _append(self, topic: str, stream_id: UUID, state: dict[str, Any]) -> None:
        command = CommandRecord(uuid4(), "upcast-hang", b"", {"result": {}, "version": 1})
        stored = StoredEvent(originator_id=stream_id, originator_version=1, topic=topic, state=to_json(state))
        self.house.log.insert_events([stored], command=command, claims=[], releases=[])

    def lamps(self) -> list[tuple[Decimal, str, str]]:
        """What the read model says, as the daemon folded it."""
        daemon = Daemon(self.database, self.registry, lambda _company_id: self.house.codec)
        daemon.catch_up(self.house.company_id)
        daemon.leave()
        reader = PostgresReader(
            self.database, self.registry, self.house.ledger, self.house.codec, self.house.company_id
        )
        rows = reader.rows("select lumens, keeper, place from {upcast_lamp} order by lumens")
        return [(row["lumens"], row["keeper"], row["place"]) for row in rows]


@pytest.fixture
def shop(company: Company) -> Lampshop:
    return Lampshop(company)


def test_an_old_stream_loads_as_the_newest(shop: Lampshop) -> None:
    older, old = shop.house.reader.record(shop.older), shop.house.reader.record(shop.old)
    assert isinstance(older, Lamp)
    assert isinstance(old, Lamp)
    assert (older.lumens, older.place, older.keeper) == (
        Decimal(900),
        "ingresso",
        Keeper(person=PersonRef(person_id=ANNA, name="Anna")),
    )
    assert (old.lumens, old.keeper.person.name, old.keeper.deputy) == (Decimal(450), "Anna", "Bea")


def test_a_read_model_of_the_newest_folds_the_old(shop: Lampshop) -> None:
    assert shop.lamps() == [(Decimal(450), "Anna", "ingresso"), (Decimal(900), "Anna", "ingresso")]


def test_an_old_stream_goes_on_with_new_facts(shop: Lampshop) -> None:
    outcome = shop.house.desk.execute(MOVE, Move(lamp_id=shop.older, place="cucina"), ACT)
    assert outcome.version == 2
    assert shop.lamps()[1] == (Decimal(900), "Anna", "cucina")
    topics = [stored.topic for stored in shop.house.log.select_events(shop.older)]
    assert topics == ["upcast-lamp.hung.v1", "upcast-lamp.moved.v1"]


def test_an_erased_person_is_gone_from_wherever_the_text_has_moved(shop: Lampshop) -> None:
    shop.keys.erased.add(ANNA)
    assert shop.lamps() == [(Decimal(450), ERASED, "ingresso"), (Decimal(900), ERASED, "ingresso")]
    old = shop.house.reader.record(shop.old)
    assert isinstance(old, Lamp)
    assert (old.keeper.person.name, old.keeper.deputy) == (ERASED, "Bea")
