"""Our side: the same note as the stock library's, through commands, the event log, the daemon and the reader."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from aggregates.base import Act, Aggregate, FirstEvent, event
from commands.base import Answer, Command, Entry, Service, project
from commands.desk import Desk
from gateways.postgres.daemon import Daemon
from gateways.settings import Settings
from gateways.wiring import House, Installation
from projections.base import ReadModel, Rows, Table, on
from tests.bench.registry import OURS, Place, Run, Setup, contestant, counted, once, waited
from tests.bench.stock import TEXT
from tests.dsl import MORNING

ACT = Act(by="user:bench", at=MORNING)
STORED_FACTS = 40_000  # what a read model catches up with in one round
NOTES = Table("bench_note", {"note_id": "uuid", "text": "text"}, ("note_id",))


class Note(Aggregate):
    """A stream like any other."""

    TOPIC = "bench-note"

    class Opened(FirstEvent):
        """A note begins."""

        TOPIC = "bench-note.opened.v1"
        text: str

    class Written(Aggregate.Event):
        """A note changes."""

        TOPIC = "bench-note.written.v1"
        text: str

    @event(Opened)
    def __init__(self, text: str) -> None:
        self.text = text

    @event(Written)
    def _written(self, text: str) -> None:
        self.text = text


class OpenNote(Command):
    """Begin one."""

    text: str = TEXT
    notes: int = 1


class WriteNote(Command):
    """Change one."""

    note_id: UUID
    text: str = TEXT


def open_notes(cmd: OpenNote, act: Act, service: Service) -> Answer:
    """Begin notes, all in one append."""
    for n in range(cmd.notes):
        service.save(Note.begin(Note.Opened, id=service.new_id(str(n)), act=act, text=cmd.text))
    return {"note_id": service.saved[0].id}


def write_note(cmd: WriteNote, act: Act, service: Service) -> None:
    """Load, decide, append."""
    note = service.load(Note, cmd.note_id)
    note.trigger_event(Note.Written, act=act, text=cmd.text)
    service.save(note)


OPEN = Entry("open-note", "/notes", OpenNote, open_notes, frozenset())
WRITE = Entry("write-note", "/notes/{note_id}/write", WriteNote, write_note, frozenset(), "note_id")


class Notes(ReadModel):
    """A row a note."""

    NAME = "bench-notes"
    TABLES = (NOTES,)

    @on(Note.Opened, Note.Written)
    def written(self, fact: Note.Opened, rows: Rows) -> None:
        """The last text."""
        rows.put(NOTES, {"note_id": fact.stream_id, "text": fact.text})


@contextmanager
def installation(place: Place) -> Iterator[tuple[Installation, House]]:
    """A migrated installation with one company and one read model."""
    with TemporaryDirectory(prefix="libretto-bench-") as folder:
        settings = Settings(database_url=place.dsn, data_dir=Path(folder), pool_size=10)
        with Installation(settings) as running:
            running.migrate()
            running.registry.models = {Notes.NAME: Notes}
            running.registry.prepare()
            yield running, running.open_house("bench", uuid4())


def opened(desk: Desk, notes: int = 1) -> UUID:
    """Begin notes; the first one's id."""
    return UUID(desk.execute(OPEN, OpenNote(notes=notes), ACT).result["note_id"])


def new_streams(clients: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        with installation(place) as (_, house):
            yield counted(lambda: opened(house.desk), clients)

    return setup


contestant("one-client", OURS)(new_streams(1))
contestant("eight-clients", OURS)(new_streams(8))
contestant("in-flight", OURS)(new_streams(64))


def appends(clients: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        """Streams of ten facts, taken in turn."""
        with installation(place) as (_, house):
            notes = [opened(house.desk) for _ in range(100 * clients)]
            for _ in range(9):
                for note in notes[:100]:
                    house.desk.execute(WRITE, WriteNote(note_id=note), ACT)
            turn = count()
            yield counted(
                lambda: house.desk.execute(WRITE, WriteNote(note_id=notes[next(turn) % len(notes)]), ACT),
                clients,
            )

    return setup


contestant("append", OURS)(appends(1))
contestant("append-in-flight", OURS)(appends(64))


def in_one_append(facts: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        with installation(place) as (_, house):

            def append() -> int:
                opened(house.desk, facts)
                return facts

            yield once(append)

    return setup


contestant("bulk-1000", OURS)(in_one_append(1_000))
contestant("bulk-20000", OURS)(in_one_append(20_000))


@contestant("load-1000", OURS)
@contextmanager
def load(place: Place) -> Iterator[Run]:
    """A stream of 1,000 facts, no snapshot."""
    with installation(place) as (_, house):
        note = opened(house.desk)
        for _ in range(999):
            house.desk.execute(WRITE, WriteNote(note_id=note), ACT)
        yield counted(lambda: house.ledger.repository.get(note, projector_func=project))


def stored(house: House, facts: int) -> None:
    """Fill the log."""
    for _ in range(0, facts, 5_000):
        opened(house.desk, 5_000)


@contestant("catch-up", OURS)
@contextmanager
def catch_up(place: Place) -> Iterator[Run]:
    """The daemon folds what was stored while it was away."""
    with installation(place) as (running, house):
        running.daemon.catch_up()

        def follow() -> int:
            running.daemon.catch_up()
            return STORED_FACTS

        def run(seconds: float) -> Any:
            stored(house, STORED_FACTS)
            return once(follow)(seconds)

        yield run


@contestant("rebuild", OURS)
@contextmanager
def rebuild(place: Place) -> Iterator[Run]:
    """A new generation from the first fact to the last, then seen by queries."""
    with installation(place) as (running, house):
        stored(house, STORED_FACTS * 5)
        running.daemon.catch_up()

        def again() -> int:
            running.registry.rebuild(Notes.NAME)
            running.daemon.catch_up()
            return STORED_FACTS * 5

        yield once(again)


@contestant("visible", OURS)
@contextmanager
def visible(place: Place) -> Iterator[Run]:
    """From the command's answer to the row, the daemon running beside."""
    with installation(place) as (running, house):
        running.daemon.catch_up()
        daemon: Daemon = running.daemon
        thread = threading.Thread(target=daemon.run)
        thread.start()

        def wait() -> float:
            note = opened(house.desk)
            began = time.perf_counter()
            while not house.reader.row("select 1 as found from {bench_note} where note_id = %(id)s", {"id": note}):
                time.sleep(0.001)
            return time.perf_counter() - began

        try:
            yield waited(wait)
        finally:
            daemon.stop()
            thread.join()
