"""The embedded server: starts anywhere, is shared by processes, survives a kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from gateways.postgres.embedded import EmbeddedServer, SystemServer
from gateways.postgres.programs import ServerFailed, embedded_programs, system_programs
from gateways.postgres.server import PostgresServer
from gateways.postgres.server_process import LONGEST_SOCKET_PATH
from gateways.postgres.system_account import SystemAccount
from tests.parts import missing

STARTED_WITHIN_S = 30
"""More than a busy machine takes, less than waiting for the crashed one to go away by itself would."""


def ask(server: PostgresServer, question: str) -> object:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def do(server: PostgresServer, statement: str) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(statement)


def test_the_server_is_durable_unless_told_otherwise(own_postgres: PostgresServer) -> None:
    assert [ask(own_postgres, f"show {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
        "on"
    ] * 3


def test_the_owner_may_do_everything_and_no_port_is_open(own_postgres: PostgresServer) -> None:
    assert ask(own_postgres, "select rolsuper from pg_roles where rolname = current_user") is True
    assert ask(own_postgres, "show listen_addresses") == ""


def test_accented_letters_have_upper_case(postgres: PostgresServer) -> None:
    assert ask(postgres, "select lower('PERCHÉ È CITTÀ')") == "perché è città"


def test_facts_survive_a_crash(any_postgres: PostgresServer, tmp_path: Path) -> None:
    with type(any_postgres)(tmp_path / "crashing") as server:  # type: ignore[call-arg]  # both kinds take a folder
        do(server, "create table fact (n int)")
        for n in range(3):
            do(server, f"insert into fact values ({n})")
            server.crash()
            assert server.pid is None
            began = time.monotonic()
            server.start()
            assert time.monotonic() - began < STARTED_WITHIN_S
        assert ask(server, "select count(*) from fact") == 3


def test_a_crash_under_load_loses_no_acknowledged_fact(own_postgres: PostgresServer) -> None:
    do(own_postgres, "create table fact (n int primary key)")
    acknowledged: list[int] = []

    def write() -> None:
        with psycopg.connect(own_postgres.dsn(), autocommit=True) as connection:
            for n in range(1_000_000):
                try:
                    connection.execute("insert into fact values (%s)", (n,))
                except psycopg.OperationalError:
                    return
                acknowledged.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    while len(acknowledged) < 200:
        time.sleep(0.01)
    own_postgres.crash()
    writer.join()
    own_postgres.start()
    with psycopg.connect(own_postgres.dsn()) as connection:
        kept = {n for (n,) in connection.execute("select n from fact")}
    assert set(acknowledged) <= kept
    assert len(kept) - len(acknowledged) in (0, 1)  # one may be written without its answer having arrived


def test_the_postmaster_alone_is_killed_while_its_children_live(own_postgres: PostgresServer) -> None:
    do(own_postgres, "create table fact as select 1 as n")
    with psycopg.connect(own_postgres.dsn()) as busy, ThreadPoolExecutor() as together:
        counting = together.submit(busy.execute, "select count(*) from generate_series(1, 500000000)")
        while ask(own_postgres, "select count(*) from pg_stat_activity where query like 'select count(%series%'") != 2:
            time.sleep(0.05)
        assert own_postgres.pid is not None
        os.kill(own_postgres.pid, signal.SIGKILL)
        own_postgres.start()
        assert ask(own_postgres, "select count(*) from fact") == 1
        with pytest.raises(psycopg.OperationalError):
            counting.result()


def test_a_leftover_process_id_of_another_program_does_not_stop_the_start(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "postgres") as server:
        server.crash()
        pid_file = server.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
        assert server.pid is None
        server.start()
        assert ask(server, "select 1") == 1


def test_the_last_user_stops_the_server(tmp_path: Path) -> None:
    first, second = EmbeddedServer(tmp_path / "postgres"), EmbeddedServer(tmp_path / "postgres")
    first.start()
    second.start()
    pid = first.pid
    assert second.pid == pid
    first.leave()
    assert second.pid == pid
    assert ask(second, "select 1") == 1
    second.leave()
    assert second.pid is None


def test_a_killed_user_does_not_keep_the_server_up_for_ever(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    program = (
        "import sys, time; from pathlib import Path; from gateways.postgres.embedded import EmbeddedServer\n"
        "EmbeddedServer(Path(sys.argv[1])).start(); print('inside', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "inside\n"
        other.kill()
    server = EmbeddedServer(folder)
    assert server.pid is not None
    server.start()
    server.leave()
    assert server.pid is None


def test_processes_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    servers = [EmbeddedServer(tmp_path / "postgres") for _ in range(4)]
    with ThreadPoolExecutor() as together:
        list(together.map(lambda server: server.start(), servers))
    assert len({server.pid for server in servers}) == 1
    assert servers[0].pid is not None
    for server in servers:
        server.leave()
    assert servers[0].pid is None


def test_a_long_path_and_odd_characters_do_not_hinder_the_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("cartella con spazi è lunga " * 5) / "l'officina"
    with EmbeddedServer(folder) as server:
        assert ask(server, "select 1") == 1
        assert len(os.fsencode(server.host)) < LONGEST_SOCKET_PATH
        if not server.host.startswith(str(folder)):
            assert Path(server.host).stat().st_mode & 0o077 == 0


def test_an_interrupted_creation_is_begun_again(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with EmbeddedServer(tmp_path / "postgres") as server:
        assert ask(server, "select 1") == 1


def test_data_of_another_version_is_refused_with_a_reason(tmp_path: Path) -> None:
    if system_programs() is None:
        missing("system-postgres", "no second PostgreSQL to make data with")
    with SystemServer(tmp_path / "postgres") as server:
        made_by = server.version
    if made_by == EmbeddedServer(tmp_path / "x").version:
        pytest.skip("both PostgreSQL have the same version")
    with pytest.raises(ServerFailed, match=f"data of PostgreSQL {made_by}"):
        EmbeddedServer(tmp_path / "postgres").start()


def test_a_wrong_setting_is_reported_with_the_log(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match="shared_buffers"):
        EmbeddedServer(tmp_path / "postgres", settings={"shared_buffers": "plenty"}).start()


def test_settings_of_the_shell_do_not_leak_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=nowhere")
    with EmbeddedServer(tmp_path / "postgres") as server:
        assert ask(server, "select 1") == 1


@pytest.mark.parametrize("name", ["psql", "pg_dump", "pg_restore", "pgbench"])
def test_the_tools_come_with_the_server(name: str) -> None:
    server = EmbeddedServer(Path("unused"))
    said = subprocess.run([server.tool(name), "--version"], check=True, capture_output=True, text=True).stdout
    assert said.split()[:3] == [name, "(PostgreSQL)", "18.4"] or f"(PostgreSQL) {server.version}" in said


def test_a_tool_that_is_not_there_is_named() -> None:
    with pytest.raises(ServerFailed, match="pg_magic"):
        EmbeddedServer(Path("unused")).tool("pg_magic")


def test_only_the_search_bit_of_closed_parents_is_added(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    SystemAccount(uid=65534, gid=65534).open_the_way(closed / "inside")
    assert closed.stat().st_mode & 0o777 == 0o701
    closed.chmod(0o700)
    SystemAccount().open_the_way(closed / "inside")
    assert closed.stat().st_mode & 0o777 == 0o700


def test_the_programs_are_inside_the_package() -> None:
    assert (embedded_programs() / "postgres").exists()
