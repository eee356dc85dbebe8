"""A PostgreSQL server in one folder: started, shared by processes, stopped, crashed and recovered from Python.

Several processes may use one server at once: each holds a shared lock on the folder while it is inside; the first one
starts the server and the last one to leave stops it. A user that is killed simply lets go of its lock: the server goes
on until somebody leaves properly. After a power cut or a kill -9 the next start recovers. Connections are trusted, so
the socket lies in a folder that only the server's account and root may enter.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psutil

from gateways.postgres.programs import ServerFailed, major_version
from gateways.postgres.server_process import (
    free_port,
    locked,
    postmaster,
    processes_in,
    socket_folder,
    wait_until_dead,
)
from gateways.postgres.system_account import SystemAccount

OWNER = "postgres"
START_TIMEOUT_SECONDS = 60
LONGEST_LOG = 10_000_000  # bytes, checked at start

SMALL_AND_DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "100",
    "max_wal_size": "1GB",
    "jit": "off",
    "unix_socket_permissions": "0700",
}
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresServer:
    """One server in one folder. Use as a context manager, or `start()` and `leave()`.

    `settings` are server settings that win over ours; `environment` adds variables to the server process;
    `durable=False` switches fsync off, for throw-away test data only; `tcp` adds a free port on 127.0.0.1.
    """

    def __init__(
        self,
        data_dir: Path,
        programs: Path,
        *,
        durable: bool = True,
        tcp: bool = False,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = data_dir.expanduser().resolve()
        self.data = self.folder / "data"
        self.programs = programs
        self.durable = durable
        self.tcp = tcp
        self._settings = {**SMALL_AND_DURABLE, **({} if durable else NOT_DURABLE), **(settings or {})}
        self._environment = dict(environment or {})
        self._inside: IO[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    # Where it is

    @property
    def pid(self) -> int | None:
        """Process id of the running server, None when it does not run."""
        return postmaster(self.data)

    @property
    def host(self) -> str:
        """What libpq calls the host: the socket's folder, or 127.0.0.1 with `tcp`. Raises ServerFailed when stopped."""
        return "127.0.0.1" if self.tcp else self._pid_file_line(5)

    @property
    def port(self) -> int:
        """Port number; without `tcp` it only names the socket file. Raises ServerFailed when stopped."""
        return int(self._pid_file_line(4))

    def dsn(self, database: str = "postgres", user: str = OWNER) -> str:
        """Address for psycopg and the command line tools; the default user owns everything (a superuser)."""
        return f"postgresql://{user}@/{quote(database)}?host={quote(self.host, safe='')}&port={self.port}"

    def tool(self, name: str) -> Path:
        """Path of one of the server's programs: pg_dump, pg_restore, psql, pgbench … Raises ServerFailed if absent."""
        path = self.programs / name
        if not path.exists():
            raise ServerFailed(f"{name} is not among the programs of this PostgreSQL")
        return path

    @property
    def version(self) -> int:
        """Major version of the programs, for example 18."""
        return major_version(self.programs)

    # Life

    def start(self) -> None:
        """Start the server, or join it when it runs already. Raises ServerFailed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder / "start.lock"):
            if self._inside is None:
                self._inside = (self.folder / "users.lock").open("w")
                fcntl.flock(self._inside, fcntl.LOCK_SH)
            if not self._answers():
                self._launch()

    def leave(self) -> None:
        """Stop using the server; the last user stops it."""
        if self._inside is None:
            return
        with locked(self.folder / "start.lock"):
            try:
                fcntl.flock(self._inside, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop("fast")
            except BlockingIOError:
                pass  # others are still inside
            finally:
                self._inside.close()
                self._inside = None

    def stop(self) -> None:
        """Stop the server whoever is using it; open transactions are rolled back."""
        with locked(self.folder / "start.lock"):
            self._stop("fast")

    def crash(self) -> None:
        """Kill the server and its children with SIGKILL, as a power cut would; `start()` recovers."""
        if (pid := self.pid) is None:
            return
        parent = psutil.Process(pid)
        parent.suspend()  # or it would replace the children while they die
        victims = [parent, *parent.children(recursive=True)]
        for victim in victims:
            with suppress(psutil.NoSuchProcess):
                victim.kill()
        wait_until_dead(victims)

    # How

    def _answers(self) -> bool:
        """Whether a running server takes connections; waits for one that is starting, recovering or just dying."""
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while self.pid is not None:
            with suppress(ServerFailed, FileNotFoundError, IndexError):  # it may go away between two looks
                where = ["-h", self.host, "-p", str(self.port), "-t", "2", "-q"]
                if subprocess.run([str(self.tool("pg_isready")), *where], check=False).returncode == 0:  # noqa: S603 (our own program)
                    return True
            if time.monotonic() > deadline:
                raise ServerFailed(f"the server of {self.folder} runs but takes no connections")
            time.sleep(0.02)
        return False

    def _launch(self) -> None:
        account = SystemAccount.choose(self.data)
        account.open_the_way(self.data)
        account.open_the_way(self.programs / "postgres")
        if not (self.data / "PG_VERSION").exists():
            self._create(account)
        made_by = int((self.data / "PG_VERSION").read_text().split(".")[0])
        if made_by != self.version:
            raise ServerFailed(f"{self.folder} holds data of PostgreSQL {made_by}; these programs are {self.version}")
        sockets = socket_folder(self.folder)
        self._clear_up(sockets)
        log = self.data / "server.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(self.data / "server.log.1")
        account.make_folder(sockets)
        account.open_the_way(sockets)
        settings = {
            **self._settings,
            "listen_addresses": "127.0.0.1" if self.tcp else "",
            "port": str(free_port() if self.tcp else 5432),
            "unix_socket_directories": f'"{sockets}"',
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        self._pg_ctl(account, "start", "-l", str(log), "-o", options)

    def _clear_up(self, sockets: Path) -> None:
        # After a kill -9 the files may name a process id that now belongs to another program (or to a zombie), and
        # PostgreSQL would refuse to start. They are removed only when nothing works in the data folder any more.
        orphans = processes_in(self.data)
        for orphan in orphans:
            with suppress(psutil.NoSuchProcess):
                orphan.kill()
        wait_until_dead(orphans)
        for leftover in [self.data / "postmaster.pid", *sockets.glob(".s.PGSQL.*")]:
            leftover.unlink(missing_ok=True)

    def _create(self, account: SystemAccount) -> None:
        # Made aside and renamed, so that an interrupted initdb leaves nothing that looks like a database.
        aside = self.folder / "data.new"
        if aside.exists():
            shutil.rmtree(aside)
        account.make_folder(aside)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.version >= 17 else []
        command = [str(self.tool("initdb")), "-D", str(aside), "-U", OWNER, "-A", "trust", "-E", "UTF8", *locale]
        done = account.run(
            [*command, *([] if self.durable else ["--no-sync"])], _variables(), self.folder, START_TIMEOUT_SECONDS
        )
        if done.returncode != 0:
            raise ServerFailed(done.stdout)
        aside.replace(self.data)

    def _stop(self, mode: str) -> None:
        if self.pid is not None:
            self._pg_ctl(SystemAccount.choose(self.data), "stop", "-m", mode)

    def _pg_ctl(self, account: SystemAccount, *arguments: str) -> None:
        command = [str(self.tool("pg_ctl")), "-D", str(self.data), "-w", "-s", "-t", str(START_TIMEOUT_SECONDS)]
        variables = {**_variables(), **self._environment}
        done = account.run([*command, *arguments], variables, self.data, START_TIMEOUT_SECONDS + 10)
        if done.returncode != 0:
            log = self.data / "server.log"
            tail = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
            raise ServerFailed("\n".join([done.stdout.strip(), *tail]))

    def _pid_file_line(self, number: int) -> str:
        if self.pid is None:
            raise ServerFailed(f"the server of {self.folder} is not running")
        return (self.data / "postmaster.pid").read_text().splitlines()[number - 1]


def _variables() -> dict[str, str]:
    # Without the shell's PGPORT, PGOPTIONS and so on, which are meant for another server.
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PG")}, "LC_ALL": "C.UTF-8"}
