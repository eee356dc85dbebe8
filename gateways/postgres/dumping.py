"""Dumping a database into a file and replaying it, with PostgreSQL's own programs."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from gateways.postgres.programs import ServerFailed, embedded_programs, major_version, system_programs

FIRST_WITH_TIMEOUT = 17
"""PostgreSQL versions before this do not know the setting that newer dumps begin with."""
EMPTY_SCHEMA = """drop schema public cascade; create schema public;
alter schema public owner to pg_database_owner; grant usage on schema public to public;"""


def dump(dsn: str, file: Path) -> None:
    """One consistent snapshot of the whole database, compressed, without checkpoints. Raises `ServerFailed`."""
    beside = ("--exclude-table-data=view_checkpoint", "--exclude-schema=mart", "--exclude-schema=analyst_access")
    _run(dsn, "pg_dump", "--format=custom", *beside, f"--file={file}", "--dbname={dsn}")


def replay(dsn: str, file: Path, then: str) -> None:
    """Empty the schema, replay a dump and execute `then`, all in one transaction. Raises `ServerFailed`."""
    script = file.with_suffix(".sql")
    _run(dsn, "pg_restore", f"--file={script}", str(file))
    if _server_version(dsn) < FIRST_WITH_TIMEOUT:
        _without_lines(script, re.compile(rb"^SET transaction_timeout = "))
    options = ["-X", "-q", "-o", os.devnull, "-1", "-v", "ON_ERROR_STOP=1"]
    _run(dsn, "psql", *options, "-d", "{dsn}", "-c", EMPTY_SCHEMA, "-f", str(script), "-c", then)


def _without_lines(file: Path, unwanted: re.Pattern[bytes]) -> None:
    shorter = file.with_suffix(".filtered")
    with file.open("rb") as source, shorter.open("wb") as target:
        target.writelines(line for line in source if not unwanted.match(line))
    shorter.replace(file)


def _server_version(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.info.server_version // 10_000


def _tool(dsn: str, name: str) -> Path:
    """The program of the server's own version where there is one, otherwise of the nearest newer one."""
    server = _server_version(dsn)
    folders = [folder for folder in (_embedded(), system_programs()) if folder and (folder / name).exists()]
    fitting = sorted((major_version(folder), folder) for folder in folders if major_version(folder) >= server)
    if not fitting:
        raise ServerFailed(f"no {name} of PostgreSQL {server} or newer was found; set PG_BIN to its folder")
    return fitting[0][1] / name


def _embedded() -> Path | None:
    try:
        return embedded_programs()
    except ServerFailed:
        return None


def _run(dsn: str, name: str, *arguments: str) -> None:
    """Run a program; `{dsn}` in its arguments is the address without its password, which others could see."""
    parts = conninfo_to_dict(dsn)
    password = parts.pop("password", None)
    address = make_conninfo("", **parts)
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    variables |= {"PGPASSWORD": str(password)} if password else {}
    command = [str(_tool(dsn, name)), *(argument.replace("{dsn}", address) for argument in arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=variables)  # noqa: S603 (PostgreSQL's own programs)
    if done.returncode != 0:
        raise ServerFailed(f"{name}: {done.stderr.strip()[-2000:]}")
