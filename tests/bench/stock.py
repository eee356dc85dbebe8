"""The eventsourcing library as it comes: its own PostgreSQL module, JSON, its runner and its waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from tests.bench.registry import STOCK, Place, Run, Setup, contestant, counted, once, waited

TEXT = "x" * 330  # makes a stored fact of about 400 bytes, like the others
LARGEST_SAFE_BATCH = 500  # one save() of 1,000 hangs for ever on a socket: the parameters fill the pipeline
STORED_FACTS = 1_000  # what the runner catches up with in one round, about two seconds of its work


class Note(Aggregate):
    """A stream like any other."""

    @event("Opened")
    def __init__(self, text: str) -> None:
        self.text = text

    @event("Written")
    def write(self, text: str) -> None:
        self.text = text


class Notes(Application[UUID]):
    """The library's application with nothing added."""


class View(PostgresTrackingRecorder):
    """A table with one row a stream, written together with the position, as the library's manual shows."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.check_identifier_length("note_view")
        self.sql_create_statements.append(
            SQL("create table if not exists {schema}.note_view (note_id uuid primary key, text text)").format(
                schema=Identifier(datastore.schema)
            )
        )

    def put(self, note_id: UUID, text: str, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking=tracking)
            cursor.execute(
                "insert into note_view values (%s, %s) on conflict (note_id) do update set text = excluded.text",
                (note_id, text),
            )


class NoteProjection(Projection[View]):
    """One transaction for each fact, as the library's runner does it."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.put(domain_event.originator_id, domain_event.text, tracking)


def environment(place: Place) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_HOST": place.server.host,
        "POSTGRES_PORT": str(place.server.port),
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "",
        "POSTGRES_DBNAME": place.database,
        "POSTGRES_POOL_SIZE": "10",
        "POSTGRES_MAX_OVERFLOW": "10",
    }


@contextmanager
def application(place: Place) -> Iterator[Notes]:
    app = Notes(env=environment(place))
    try:
        yield app
    finally:
        app.close()


def new_streams(clients: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        with application(place) as app:
            yield counted(lambda: app.save(Note(TEXT)), clients)

    return setup


contestant("one-client", STOCK)(new_streams(1))
contestant("eight-clients", STOCK)(new_streams(8))
contestant("in-flight", STOCK)(new_streams(8))


@contestant("append", STOCK)
@contextmanager
def append(place: Place) -> Iterator[Run]:
    """Streams of ten facts, taken in turn: load, decide, save."""
    with application(place) as app:
        notes = [Note(TEXT) for _ in range(100)]
        for note in notes:
            for _ in range(9):
                note.write(TEXT)
        for first in range(0, len(notes), 20):
            app.save(*notes[first : first + 20])
        turn = count()

        def command() -> None:
            note: Note = app.repository.get(notes[next(turn) % len(notes)].id)
            note.write(TEXT)
            app.save(note)

        yield counted(command)


def in_batches(facts: int) -> Setup:
    """The library cannot append so many at once: it needs several saves, which are not atomic together."""

    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        with application(place) as app:

            def save_all() -> int:
                store(app, facts)
                return facts

            yield once(save_all)

    return setup


def store(app: Notes, facts: int) -> None:
    for first in range(0, facts, LARGEST_SAFE_BATCH):
        app.save(*[Note(TEXT) for _ in range(min(LARGEST_SAFE_BATCH, facts - first))])


contestant("bulk-1000", STOCK)(in_batches(1_000))
contestant("bulk-20000", STOCK)(in_batches(20_000))


@contestant("load-1000", STOCK)
@contextmanager
def load(place: Place) -> Iterator[Run]:
    """A stream of 1,000 facts, no snapshot."""
    with application(place) as app:
        note = Note(TEXT)
        for number in range(999):
            note.write(TEXT)
            if number % 300 == 0:
                app.save(note)
        app.save(note)
        yield counted(lambda: app.repository.get(note.id))


def runner(place: Place) -> ProjectionRunner[Notes, View]:
    return ProjectionRunner(
        application_class=Notes, projection_class=NoteProjection, view_class=View, env=environment(place)
    )


@contestant("catch-up", STOCK)
@contestant("rebuild", STOCK)
@contextmanager
def catch_up(place: Place) -> Iterator[Run]:
    """The library's runner from the first fact on; the library has no other way to rebuild."""
    with application(place) as app:
        store(app, STORED_FACTS)
        last = app.recorder.max_notification_id()
    # The library renames its tracking table at each start, and fails when the new name is taken.
    forget = "drop table note_view, noteprojection_tracking; drop table if exists bkup1_noteprojection_tracking"

    def follow() -> int:
        with runner(place) as started:
            started.wait(last, timeout=300)
        with psycopg.connect(place.dsn, autocommit=True) as connection:
            shown = connection.execute("select count(*) from note_view").fetchone()
            if shown != (STORED_FACTS,):
                raise RuntimeError(f"the view has {shown} rows")
            connection.execute(forget)
        return STORED_FACTS

    yield once(follow)


@contestant("visible", STOCK)
@contextmanager
def visible(place: Place) -> Iterator[Run]:
    """Until the row is there, asked every millisecond."""
    with runner(place) as started, psycopg.connect(place.dsn, autocommit=True) as connection:
        app = started.app

        def operation() -> float:
            note = Note(TEXT)
            app.save(note)
            began = time.perf_counter()
            while connection.execute("select 1 from note_view where note_id = %s", (note.id,)).fetchone() is None:
                time.sleep(0.001)
            return time.perf_counter() - began

        yield waited(operation)


@contestant("visible", "stock library, its wait()")
@contextmanager
def waited_for(place: Place) -> Iterator[Run]:
    """Until the library's own read-your-writes answers."""
    with runner(place) as started:
        app = started.app

        def operation() -> float:
            saved = app.save(Note(TEXT))
            began = time.perf_counter()
            started.wait(saved[-1].notification.id, timeout=10)
            return time.perf_counter() - began

        yield waited(operation)
