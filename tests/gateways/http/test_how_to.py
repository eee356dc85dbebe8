"""The calls of docs/how-to/use-the-api.md and devices.md, run as they stand with curl against a server."""

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
from typing import Any

import pytest
from starlette.testclient import TestClient

from gateways.runtime import Api
from tests.commands.calls import CALL, CUSTOMER, GINO, TECHNICIANS, opened
from tests.dsl import Company
from tests.gateways.devices import technician
from tests.gateways.http.visitors import PASSWORD, visitor
from tests.parts import missing

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to"


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
            thread.join(120)
        running.settings = before


def listening(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nobody listens")


def said(page: str, calls: int, folder: Path, **environment: str) -> list[dict[str, Any]]:
    """What the calls of a page answer."""
    if not shutil.which("curl"):
        missing("curl", "no curl on this machine")
    blocks = re.findall(r"```sh\n(.*?)```", (HOW_TO / page).read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == calls
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(f"{block}\necho" for block in blocks)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def test_the_five_calls_work(client: TestClient, company: Company, port: int, tmp_path: Path) -> None:
    gino = visitor(client, company, "administrator")
    listening(port)
    address = f"http://127.0.0.1:{port}/v1/{company.house.slug}"
    answers = said("use-the-api.md", 5, tmp_path, API=address, EMAIL=gino.email, PASSWORD=PASSWORD)
    party, call, board, past = answers
    assert party["result"]["party_id"] == "0f3b6a54-5d0e-4a37-8f61-9b7c1d2e3f40"
    assert call["repeated"] is False
    (row,) = board["data"]["items"]
    assert (row["party_name"], row["fault"], board["stale"]) == ("Bar Centrale", "Non scalda", False)
    assert row["opened_at"] == "2026-10-05T06:30:00Z"
    assert (past["data"]["record"], past["data"]["status"]) == ("call", "open")


def test_a_device_s_batch_is_taken_once(client: TestClient, company: Company, port: int, tmp_path: Path) -> None:
    """The report before the work, and all of it twice."""
    company.given(*CUSTOMER, *TECHNICIANS, opened(at="2026-11-20T08:00"))
    gino = technician(client, company)
    listening(port)
    address = f"http://127.0.0.1:{port}/v1/{company.house.slug}"
    first, again = said("devices.md", 2, tmp_path, API=address, TOKEN=gino.token, CALL=str(CALL))
    assert [one["outcome"] for one in first["answers"]] == ["accepted", "accepted"]
    assert [one["outcome"] for one in again["answers"]] == ["repeated", "repeated"]
    (report,) = company.record(CALL).reports.values()
    assert [done.technician_id for done in report.performed] == [GINO]
