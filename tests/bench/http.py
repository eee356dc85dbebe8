"""One command over HTTP: our API and a FastAPI around the stock library, each with granian in a process of its own."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from uuid import uuid4

from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server
from pydantic import BaseModel

from aggregates import roles
from aggregates.company import LegalIdentity
from aggregates.values import Address
from gateways import logs
from gateways.bootstrap import bootstrap
from gateways.http.auth import Doorkeeper
from gateways.runtime import Api
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.bench import stock
from tests.bench.registry import OURS, RACES, STOCK, Place, Race, Run, Setup, add, contestant, counted

W = TypeVar("W")
PROCESSES = get_context("spawn")
HOST = "127.0.0.1"
CLIENTS = 8
SETTLE_S = 30
EMAIL = "bench@example.it"
SEAT = Address(street="Via Roma 1", postcode="47121", town="Forlì")

if "http-one-client" not in RACES:
    add(Race("http-one-client", "one command over HTTP, 1 client", "commands/s"))


class Posting(threading.local):
    """Posts JSON over a connection that each client keeps."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self.path, self.headers = path, {"content-type": "application/json", **headers}

    def __call__(self, body: object) -> None:
        self.connection.request("POST", self.path, json.dumps(body), self.headers)
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{answer.status}: {said[:300]!r}")


@contextmanager
def served(run: Callable[[W, int, Connection], None], where: W) -> Iterator[tuple[int, dict[str, str]]]:
    """A server in a process of its own: its port, and the headers that it wants."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=run, args=(where, port, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(60):
            raise RuntimeError("the server did not start")
        headers = ours.recv()
        listening(port)
        yield port, headers
    finally:
        process.terminate()
        process.join(15)


def listening(port: int) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + SETTLE_S
    while True:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def bench_house(dsn: str, port: int) -> Iterator[tuple[Installation, dict[str, str]]]:
    """An installation with one company and the headers of its administrator; its log lines go nowhere."""
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process lives
    logs.configure("INFO")
    with TemporaryDirectory(prefix="libretto-bench-") as folder:
        settings = Settings(database_url=dsn, data_dir=Path(folder), host=HOST, port=port)
        with Installation(settings) as installation:
            installation.migrate()
            identity = LegalIdentity(name="Service Srl", vat_number="IT12345670017", address=SEAT)
            house = bootstrap(installation, "bench", identity, EMAIL, "Amministratore").house
            user = house.reader.row("select user_id from {app_user}")
            assert user is not None
            held = {str(house.company_id): frozenset({roles.ADMINISTRATOR})}
            token = Doorkeeper(installation.secret("token_key")).token(str(user["user_id"]), held)
            yield installation, {"authorization": f"Bearer {token}"}


def serve_libretto(dsn: str, port: int, told: Connection) -> None:
    """Our API, as `libretto api` runs it."""
    with bench_house(dsn, port) as (installation, headers):
        told.send(headers)
        Api(installation).run()


class NewNote(BaseModel):
    """What the stock server is sent."""

    text: str


def serve_stock(environment: dict[str, str], port: int, told: Connection) -> None:
    """The library's application behind FastAPI, as its manual shows."""
    app = FastAPI()
    with closing(stock.Notes(env=environment)) as notes:

        @app.post("/notes", status_code=201)
        def write(note: NewNote) -> dict[str, str]:
            made = stock.Note(note.text)
            notes.save(made)
            return {"note_id": str(made.id)}

        told.send({})
        asyncio.run(Server(app, HOST, port, interface=Interfaces.ASGI, log_enabled=False).serve())


def libretto(clients: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        """A call is opened: token, role, fields, coverage and service level looked up, append, answer."""
        with served(serve_libretto, place.dsn) as (port, headers):
            party_id = str(uuid4())
            customer = {"party_id": party_id, "code": party_id, "name": "Bar Centrale", "role": "prospect"}
            Posting(port, "/v1/bench/parties", headers)(customer)
            post = Posting(port, "/v1/bench/calls", headers)
            yield counted(lambda: post({"party_id": party_id, "fault": stock.TEXT}), clients)

    return setup


def stock_library(clients: int) -> Setup:
    @contextmanager
    def setup(place: Place) -> Iterator[Run]:
        with served(serve_stock, stock.environment(place)) as (port, headers):
            post = Posting(port, "/notes", headers)
            yield counted(lambda: post({"text": stock.TEXT}), clients)

    return setup


for race, clients in {"http": CLIENTS, "http-one-client": 1}.items():
    contestant(race, OURS)(libretto(clients))
    contestant(race, STOCK)(stock_library(clients))
