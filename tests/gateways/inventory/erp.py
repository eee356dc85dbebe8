"""The example warehouse in a process of its own, and a line to it that can fail in the ways lines do."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from gateways.inventory.over_http import HttpInventory
from gateways.inventory.place import Place

TOKEN = "known-to-both"
ROOT = Path(__file__).parents[3]


class Erp:
    """The program on its file; it may be stopped, killed and started again on the same port."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "examples.erp_warehouse", str(self._file), "--port", str(self.port)]
        self._process = subprocess.Popen(command, env={**os.environ, "ERP_TOKEN": TOKEN}, cwd=ROOT)
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                self.ask("GET", "/v1/status")
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the example warehouse does not start")

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def put(self, article: str, warehouse: str, on_hand: str, **more: Any) -> None:
        """What its own people counted."""
        self.ask("PUT", "/own/levels", {"article": article, "warehouse": warehouse, "on_hand": on_hand, **more})

    def on_hand(self, article: str, warehouse: str) -> str:
        """What it says is there."""
        items = self.ask("GET", f"/v1/levels?article={article}&warehouse={warehouse}")["items"]
        return str(items[0]["on_hand"]) if items else "unknown"

    def promised(self, article: str, warehouse: str) -> str:
        """What it says is promised there."""
        return str(self.ask("GET", f"/v1/levels?article={article}&warehouse={warehouse}")["items"][0]["promised"])

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One request."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        try:
            line.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = line.getresponse()
            found = json.loads(answer.read() or b"null")
        finally:
            line.close()
        assert answer.status == 200, (answer.status, found)
        return found


class Line:
    """Between us and the program: it can swallow answers, say everything twice, or answer something else."""

    def __init__(self, erp: Erp) -> None:
        self.swallow = 0
        self.twice = False
        self.instead: tuple[int, bytes, dict[str, str]] | None = None
        self.heard: list[tuple[str, str]] = []
        self.only_path = ""
        line = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                line._pass_on(self, erp)

            def do_PUT(self) -> None:
                line._pass_on(self, erp)

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @contextmanager
    def open(self) -> Iterator[Line]:
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def _pass_on(self, asked: BaseHTTPRequestHandler, erp: Erp) -> None:
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        self.heard.append((asked.command, asked.path))
        writes = asked.command == "PUT" and self.only_path in asked.path
        if self.instead is not None and self.only_path in asked.path:
            _answer(asked, *self.instead)
            return
        try:
            for _ in range(2 if self.twice and writes else 1):
                status, found = _relay(asked, erp, body)
        except OSError:
            asked.close_connection = True
            return
        if self.swallow and writes:
            self.swallow -= 1
            asked.close_connection = True
            return
        _answer(asked, status, found, {"Content-Type": "application/json"})


def _relay(asked: BaseHTTPRequestHandler, erp: Erp, body: bytes) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", erp.port, timeout=60)
    try:
        passed = {name: value for name, value in asked.headers.items() if name.lower() != "host"}
        line.request(asked.command, asked.path, body or None, passed)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def _answer(asked: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
    asked.send_response(status)
    for name, value in headers.items():
        asked.send_header(name, value)
    asked.send_header("Content-Length", str(len(body)))
    asked.end_headers()
    asked.wfile.write(body)


def place(port: int, token: str = TOKEN) -> Place:
    """The program, or a line to it, as a place to ask."""
    return Place("http", "127.0.0.1", port, "", ("127.0.0.1",), SecretStr(token))


def client(port: int, *, tries: int = 1, page: int = 200, token: str = TOKEN) -> HttpInventory:
    """A client of the program, or of a line to it."""
    return HttpInventory(place(port, token), 5.0, tries=tries, page=page)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
