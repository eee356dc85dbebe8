"""The calls that the README shows work as it shows them, against a company of that name served here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from aggregates import roles
from gateways.cli import main
from gateways.command_line.demo import ADMINISTRATOR
from gateways.demo import email
from gateways.postgres.server_process import free_port
from tests.docs.pages import ROOT, page

LIBRETTO = (sys.executable, "-m", "gateways.cli")
CALLS = next(code for code in page("README.md").blocks("sh") if "curl" in code)

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture
def environment(
    migrated_databases: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The settings of an installation where a company `demo` is."""
    settings = {
        "DATABASE_URL": migrated_databases(),
        "LIBRETTO_DATA_DIR": str(tmp_path),
        "LIBRETTO_LOG_LEVEL": "WARNING",
    }
    legal = ("--name", "Demo Srl", "--vat", "IT12345670017", "--admin-email", ADMINISTRATOR)
    for name, value in {**settings, "PYTHONPATH": str(ROOT)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["libretto", "admin", "bootstrap", "demo", *legal])
    with pytest.raises(SystemExit) as ended:  # in this process: a start of the program takes longer than the command
        main()
    assert ended.value.code in (None, 0)
    return dict(os.environ)


@pytest.fixture
def address(environment: dict[str, str]) -> Iterator[str]:
    """Where `libretto serve` answers."""
    port = free_port()
    found = f"127.0.0.1:{port}"
    process = subprocess.Popen([*LIBRETTO, "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            try:
                httpx2.get(f"http://{found}/healthz", timeout=60)
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(120)
        finally:
            process.kill()


def test_the_readme_signs_in_as_somebody_the_demo_has() -> None:
    assert f"admin token {ADMINISTRATOR} --company demo" in CALLS
    assert email(roles.ADMINISTRATOR) == ADMINISTRATOR


def test_the_five_calls_work(environment: dict[str, str], address: str) -> None:
    assert len(re.findall(r"^# \d\. ", CALLS, re.MULTILINE)) == CALLS.count("curl -sS") == 5
    here = CALLS.replace("127.0.0.1:8000", address).replace(".venv/bin/libretto", f"{sys.executable} -m gateways.cli")
    lines = here.replace("\ncurl -sS", "\necho; curl -sS")
    ran = subprocess.run(["bash", "-euc", lines], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    party, call, refusal, events = (json.loads(line) for line in ran.stdout.splitlines() if line.strip())
    assert party["result"]["party_id"]
    assert call["data"]["party_id"] == party["result"]["party_id"]
    assert call["stale"] is False
    assert call["data"]["number"].startswith("CH-")
    assert (refusal["status"], refusal["code"]) == (409, "not-paused")
    assert [event["sequence"] for event in events["items"]][:2] == [1, 2]
