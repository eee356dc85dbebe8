"""The calls of docs/how-to/use-the-api.md, run as they stand with curl against a server."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gateways.runtime import Api
from tests.dsl import Company
from tests.gateways.http.visitors import PASSWORD, visitor
from tests.parts import missing

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "use-the-api.md"


@pytest.fixture
def port(company: Company) -> Iterator[int]:
    """A server on a port of its own, and somebody who folds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
    running = company.installation
    before, running.settings = running.settings, running.settings.model_copy(update={"port": free})
    api = Api(running)
    over = threading.Event()

    def fold() -> None:
        while not over.wait(0.05):
            company.fold()

    threads = [threading.Thread(target=api.run), threading.Thread(target=fold)]
    for thread in threads:
        thread.start()
    try:
        yield free
    finally:
        over.set()
        api.stop()
        for thread in threads:
            thread.join(10)
        running.settings = before


def listening(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nobody listens")


def test_the_five_calls_work(client: TestClient, company: Company, port: int, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        missing("curl", "no curl on this machine")
    gino = visitor(client, company, "administrator")
    listening(port)
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 5
    script = "\n".join(f"{block}\necho" for block in blocks)
    address = f"http://127.0.0.1:{port}/v1/{company.house.slug}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "API": address, "EMAIL": gino.email, "PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    party, call, board, past = (json.loads(line) for line in done.stdout.splitlines() if line)
    assert party["result"]["party_id"] == "0f3b6a54-5d0e-4a37-8f61-9b7c1d2e3f40"
    assert call["repeated"] is False
    (row,) = board["data"]["items"]
    assert (row["party_name"], row["fault"], board["stale"]) == ("Bar Centrale", "Non scalda", False)
    assert row["opened_at"] == "2026-10-05T06:30:00Z"
    assert (past["data"]["record"], past["data"]["status"]) == ("call", "open")
