"""The command line as people and supervisors use it: started, asked, stopped; errors in one sentence."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from gateways.cli import main
from gateways.postgres.server_process import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
"""A wait ends when the thing happens; this finds what hangs."""
LEGAL = ("--name", "Prova Srl", "--vat", "IT12345670017", "--admin-email", "anna@prova.example")
SEAT = ("--street", "Via A 1", "--postcode", "47121", "--town", "Forlì", "--province", "FC")


class Terminal:
    """One installation's settings, and commands typed there."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.folder = folder
        self.variables = {
            "DATABASE_URL": dsn,
            "LIBRETTO_DATA_DIR": str(folder / "data"),
            "LIBRETTO_LANGUAGE": "en",
            "LIBRETTO_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
        }
        self.environment = {**os.environ, **self.variables}

    def type(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [sys.executable, "-m", "gateways.cli", *words]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=self.environment, cwd=self.folder
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Run a command in the background."""
        command = [sys.executable, "-m", "gateways.cli", *words]
        with (self.folder / "log").open("w") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, text=True, env=self.environment, cwd=self.folder)


@pytest.fixture(scope="module")
def terminal(databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """An empty installation with one company."""
    terminal = Terminal(databases(), tmp_path_factory.mktemp("cli"))
    made = terminal.type("admin", "bootstrap", "prova", *LEGAL, *SEAT)
    (password,) = re.findall(r"^password: (\S+)$", made.stdout, re.MULTILINE)
    terminal.variables["PASSWORD"] = password
    return terminal


@pytest.fixture
def here(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The same installation for commands that run in this process."""
    for name, value in terminal.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LIBRETTO_DEBUG", raising=False)
    return terminal


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run a command in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", ["libretto", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


@pytest.fixture
def server(terminal: Terminal) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    """`libretto serve` on a free port, once it answers."""
    port = free_port()
    process = terminal.start("serve", "--port", str(port))
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and process.poll() is None:
            try:
                client.get("/healthz")
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield process, client
    if process.poll() is None:
        process.kill()
        process.wait()


def test_everything_in_one_process_is_served_and_stops_when_told(
    terminal: Terminal, server: tuple[subprocess.Popen[str], httpx2.Client]
) -> None:
    process, client = server
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").status_code == 200
    assert "Libretto" in client.get("/docs").text
    signed_in = client.post(
        "/v1/prova/sign-in", json={"email": "anna@prova.example", "password": terminal.variables["PASSWORD"]}
    )
    headers = {"authorization": f"Bearer {signed_in.json()['token']}"}
    made = client.post("/v1/prova/parties", json={"code": "C1", "name": "Rossi", "role": "prospect"}, headers=headers)
    assert made.status_code == 201, made.text
    position = made.json()["position"]
    found = client.get("/v1/prova/parties", params={"min_position": position, "text": "ross"}, headers=headers).json()
    assert (found["stale"], [item["code"] for item in found["data"]["items"]]) == (False, ["C1"])
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0, (terminal.folder / "log").read_text()


def test_a_request_at_hand_is_answered_before_the_server_stops(
    here: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    server: tuple[subprocess.Popen[str], httpx2.Client],
) -> None:
    process, client = server
    assert typed(monkeypatch, "admin", "token", "anna@prova.example") == 0
    token = capsys.readouterr().out.strip()
    headers = {"authorization": f"Bearer {token}"}
    with ThreadPoolExecutor(1) as threads:
        # A position that never comes is waited for two seconds.
        asked = threads.submit(client.get, "/v1/prova/parties", params={"min_position": 10**9}, headers=headers)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        answer = asked.result()
    assert (answer.status_code, answer.json()["stale"]) == (200, True)
    assert process.wait(PATIENCE_S) == 0


def test_a_rebuild_goes_on_beside_a_running_server(
    terminal: Terminal, server: tuple[subprocess.Popen[str], httpx2.Client]
) -> None:
    done = terminal.type("rebuild", "users", "parties")
    assert done.stdout.startswith("2 read models, ")
    assert done.stderr == ""
    process, client = server
    assert client.get("/readyz").json()["status"] == "ready"
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE_S) == 0


def test_a_token_and_a_key_open_the_door(
    here: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "admin", "token", "anna@prova.example") == 0
    token = capsys.readouterr().out
    assert typed(monkeypatch, "admin", "api-key", "ANNA@prova.example", "--label", "Gestionale") == 0
    key = capsys.readouterr().out
    assert (token.count("."), key[:4]) == (2, "lbk_")


def test_bootstrap_again_changes_nothing(
    here: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "admin", "bootstrap", "prova", *LEGAL, *SEAT) == 0
    printed = capsys.readouterr()
    assert "password" not in printed.out
    assert "has an administrator already" in printed.err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("admin", "token", "nobody@x.example"), 1, "Nobody is registered with the e-mail address nobody@x.example."),
        (("admin", "token", "a@b.example", "--company", "altra"), 1, "There is no company called altra here."),
        (("rebuild", "nothing"), 1, "There is no read model called nothing"),
        (("schedule", "--at", "2026-09-30"), 2, "--at needs --once."),
        (("schedule", "--once", "--at", "domani"), 2, "domani is not an instant"),
        (("publish",), 1, "Set LIBRETTO_KAFKA_SERVERS"),
        (("docs", "--check", "--folder", "nowhere"), 1, "Out of date: nowhere/events.md, nowhere/commands.md"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(
    here: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    assert typed(monkeypatch, *words) == code
    printed = capsys.readouterr()
    assert sentence in printed.err
    assert "Traceback" not in printed.err


def test_debug_shows_where_an_error_comes_from(terminal: Terminal) -> None:
    done = terminal.type("--debug", "admin", "token", "nobody@x.example", check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_what_is_piped_is_whole(
    here: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "admin", "companies") == 0
    assert re.search(r"^prova +[0-9a-f-]{36} +\d+ +[0-9a-f-]{36} *$", capsys.readouterr().out, re.MULTILINE)


def test_an_old_schema_is_not_worked_on(
    databases: Callable[[], str], here: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", databases())
    assert typed(monkeypatch, "admin", "companies") == 1
    assert "run `libretto migrate`" in capsys.readouterr().err


def test_the_state_of_read_models_is_shown_and_everything_verified(
    here: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "project", "--status") == 0
    assert re.search(r"^prova +parties +\d+ +\w+ +0 ", capsys.readouterr().out, re.MULTILINE)
    assert typed(monkeypatch, "schedule", "--once", "--at", "2026-09-30T06:00:00+02:00") == 0
    assert "prova: propose-invoices: 0 commands" in capsys.readouterr().out
    assert typed(monkeypatch, "verify") == 0


def test_one_company_is_verified_alone(
    here: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, "verify", "--company", "prova") == 0
    assert "1 companies" in capsys.readouterr().out
    assert typed(monkeypatch, "verify", "--company", "nessuna") == 1
    assert "There is no company called nessuna here." in capsys.readouterr().err


def test_the_generated_pages_are_current_once_written(
    here: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert typed(monkeypatch, "docs", "--folder", str(tmp_path)) == 0
    assert typed(monkeypatch, "docs", "--check", "--folder", str(tmp_path)) == 0
    page = (tmp_path / "events.md").read_text()
    assert "### `party.registered.v1`" in page
    (tmp_path / "events.md").write_text(page + "altered")
    assert typed(monkeypatch, "docs", "--check", "--folder", str(tmp_path)) == 1
