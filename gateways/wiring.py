"""The composition root: the only file that names concrete classes."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from commands.base import Ledger
from commands.desk import Desk
from gateways.analysts.views import keep_up
from gateways.cells.address import HOME
from gateways.cells.directory import Directory
from gateways.codec import Codec
from gateways.documents.archive import Archive, open_archive
from gateways.documents.issuer import Issuer
from gateways.documents.press import Press
from gateways.postgres import companies
from gateways.postgres.backlogs import Backlog, backlogs
from gateways.postgres.bell import Bell
from gateways.postgres.companies import CompanyRow, UnknownCompany
from gateways.postgres.daemon import Daemon, Lag
from gateways.postgres.database import Database
from gateways.postgres.embedded import EmbeddedServer
from gateways.postgres.event_log import PostgresLog
from gateways.postgres.migrate import check, migrate
from gateways.postgres.past import PastReader
from gateways.postgres.past_sessions import PastSessions
from gateways.postgres.read_models import Registry
from gateways.postgres.reader import PostgresReader
from gateways.postgres.subject_keys import PostgresKeys
from gateways.published import PublicStream
from gateways.settings import Settings
from projections.base import Recorded
from projections.catalog import READ_MODELS
from projections.lookups import ReadModelLookups

HOUSE_KEPT_S = 5.0
"""How long a company that is gone may still be believed to be here."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""A company's short name or id."""


class House:
    """One company at work: its desk for commands, its reader for queries, its keys."""

    def __init__(self, installation: Installation, row: CompanyRow) -> None:
        self.installation = installation
        self.company_id = row.company_id
        self.slug = row.slug
        self.epoch = row.epoch
        self.looked_at = time.monotonic()
        self.database = database = installation.database
        self.keys = PostgresKeys(installation.log_database, row.company_id, installation.secret("master_key"))
        self.codec = Codec(self.keys)
        self.log = PostgresLog(installation.log_database, row.company_id, installation.bell.ring)
        self.ledger = Ledger(self.log, self.codec)
        self.reader = PostgresReader(
            database, installation.registry, self.ledger, self.codec, row.company_id, installation.log_database
        )
        self.desk = Desk(self.ledger, ReadModelLookups(self.reader))
        self._pasts = installation.pasts

    @contextmanager
    def looking_back(self, known_at: datetime | None = None, true_at: datetime | None = None) -> Iterator[PastReader]:
        """A reader of what was known by an instant, and of that what had happened by another. Raises `PastBusy`."""
        with self._pasts.looking_back(self.company_id, self.ledger, self.codec, known_at, true_at) as reader:
            yield reader

    def recorded_after(self, position: int, limit: int = 10_000) -> list[Recorded]:
        """The facts of the company's log behind a position, in order."""
        return self.reader.recorded_after(position, limit)


class Installation:
    """One running Libretto: database, daemon and the houses of its companies. Use as a context manager."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._server: EmbeddedServer | None = None
        self._houses: dict[UUID, House] = {}
        self._mutex = threading.Lock()

    def __enter__(self) -> Self:
        if self.settings.database_url is None:
            self._server = EmbeddedServer(self.settings.data_dir / "postgres")
            self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "daemon" in self.__dict__:
            self.daemon.leave()
        if "bell" in self.__dict__:
            self.bell.stop()
        if "press" in self.__dict__:
            self.press.close()
        if "pasts" in self.__dict__:
            self.pasts.close()
        for pool in ("log_database", "folding_database", "database"):
            if pool in self.__dict__:
                getattr(self, pool).close()
        for name, cell in self.__dict__.get("cells", {}).items():
            if name != HOME:
                cell.__exit__(kind, error, trace)
        if self._server is not None:
            self._server.leave()

    @cached_property
    def dsn(self) -> str:
        """The address of the database."""
        if self._server is not None:
            return self._server.dsn()
        return self.settings.database_url or ""

    @cached_property
    def database(self) -> Database:
        """The pool. Refuses a schema of another age."""
        check(self.dsn)
        return Database(self.dsn, size=self.settings.pool_size, owner_dsn=self.settings.owner_database_url)

    @cached_property
    def log_database(self) -> Database:
        """A small pool of its own for the event log, whose few statements are planned once."""
        check(self.dsn)
        return Database(self.dsn, size=4, by_key=True)

    @cached_property
    def folding_database(self) -> Database:
        """The connections over which read models are folded."""
        check(self.dsn)
        return Database(self.dsn, size=2, owner_dsn=self.settings.owner_database_url, by_key=True)

    @cached_property
    def bell(self) -> Bell:
        """Tells daemons that a log has grown."""
        return Bell(self.database)

    @cached_property
    def registry(self) -> Registry:
        """The generations of the read models."""
        return Registry(self.database, (*READ_MODELS, PublicStream), keep_up)

    @cached_property
    def pasts(self) -> PastSessions:
        """The sessions that look back."""
        return PastSessions(self.database, self.registry)

    @cached_property
    def daemon(self) -> Daemon:
        """The projection daemon of this process."""
        daemon = Daemon(self.folding_database, self.registry, self._codec_of, self.settings.folding_shares)
        self.bell.listen(daemon.wake)
        return daemon

    @cached_property
    def archive(self) -> Archive:
        """Where issued documents lie: a folder beside the data, or the object store that the settings name."""
        return open_archive(self.settings.archive_url or self.settings.data_dir / "documents")

    @cached_property
    def press(self) -> Press:
        """The processes that print; they are started when something is to be printed."""
        return Press()

    @cached_property
    def issuer(self) -> Issuer:
        """Makes the documents that are due."""
        return Issuer(self.archive, schema=self.settings.einvoice_schema, press=self.press)

    @cached_property
    def cells(self) -> Mapping[str, Installation]:
        """All cells by name, this one as `home`: each works as an installation of its own, with the same secrets."""
        addresses = {name: address.model_dump() for name, address in self.settings.cells.items() if name != HOME}
        return {HOME: self} | {
            name: Installation(self.settings.model_copy(update={**address, "cells": {}}))
            for name, address in addresses.items()
        }

    @cached_property
    def directory(self) -> Directory:
        """Which company lives in which cell."""
        return Directory(self.database)

    def companies(self) -> list[CompanyRow]:
        """The open companies of all cells, by short name."""
        rows = [row for cell in self.cells.values() for row in companies.every(cell.database)]
        return sorted(rows, key=lambda row: row.slug)

    def houses(self) -> list[House]:
        """The companies that have all their rows, in the cells they live in: also those that are closed."""
        places = {place.company_id: place.cell for place in self.directory.every()} if self.settings.cells else {}
        found = [
            cell.house_here(str(row.company_id))
            for name, cell in self.cells.items()
            for row in companies.known(cell.database)
            if row.state in companies.WHOLE or (row.state == "moved" and row.company_id in places)
            if not self.settings.cells or places.get(row.company_id, HOME) == name
        ]
        return sorted(found, key=lambda house: house.slug)

    def lags(self) -> list[Lag]:
        """How far the read models of all cells are behind each company's log."""
        return [lag for cell in self.cells.values() for lag in cell.daemon.lags()]

    def backlogs(self) -> list[Backlog]:
        """How far the read models of all cells are behind, over all companies."""
        return [one for cell in self.cells.values() for one in backlogs(cell.database, cell.registry)]

    def migrate(self) -> list[str]:
        """Bring schema and read models' tables of all cells up to date; names what was applied."""
        applied = []
        for name, cell in self.cells.items():
            done = migrate(cell.settings.owner_database_url or cell.dsn)
            applied += [one.name if name == HOME else f"{name}: {one.name}" for one in done]
            cell.registry.prepare()
        return applied

    def house(self, slug_or_id: str) -> House:
        """The house of a company, in whichever cell it lives. Raises `UnknownCompany`."""
        if not NAME.fullmatch(slug_or_id):
            raise UnknownCompany(slug_or_id)
        if not self.settings.cells:
            return self.house_here(slug_or_id)
        cell = self.cells.get(self.directory.cell_of(slug_or_id))
        if cell is None:
            raise UnknownCompany(slug_or_id)
        return cell.house_here(slug_or_id)

    def house_here(self, slug_or_id: str) -> House:
        """The house of a company that has its rows in this cell. Raises `UnknownCompany`.

        Every few seconds the database is asked again: another process may have removed the company, restored it, or
        made another under its name.
        """
        known = next((h for h in list(self._houses.values()) if slug_or_id in (h.slug, str(h.company_id))), None)
        if known and known.looked_at > time.monotonic() - HOUSE_KEPT_S:
            return known
        try:
            row = companies.find(self.database, slug_or_id)
        except UnknownCompany:
            if known:
                self.shut_house(known.company_id)
            raise
        with self._mutex:
            if known and (known.company_id, known.slug, known.epoch) != (row.company_id, row.slug, row.epoch):
                self._houses.pop(known.company_id, None)
            house = self._houses.setdefault(row.company_id, House(self, row))
            house.looked_at = time.monotonic()
        return house

    def open_house(self, slug: str, company_id: UUID) -> House:
        """Create a company's log and open its house; an existing one is just opened."""
        try:
            return self.house(slug)
        except UnknownCompany:
            companies.create(self.database, company_id, slug)
            return self.house(slug)

    def _codec_of(self, company_id: UUID) -> Codec:
        return self.house_here(str(company_id)).codec

    def shut_house(self, company_id: UUID) -> None:
        """Forget a house: the company's rows were copied here or cleared away."""
        with self._mutex:
            self._houses.pop(company_id, None)

    def secret(self, name: str) -> bytes:
        """A 32-byte secret: from the settings, or made once and kept in the data folder for its owner's eyes only."""
        given = getattr(self.settings, name)
        if given is not None:
            return bytes.fromhex(given.get_secret_value())
        return _kept_secret(self.settings.data_dir / f"{name}.hex")


def _kept_secret(path: Path) -> bytes:
    """The secret in a file, made if there is none; a process that comes at the same moment reads the whole of it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{path.name}.{uuid4().hex}")
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(os.urandom(32).hex())
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return bytes.fromhex(path.read_text().strip())
