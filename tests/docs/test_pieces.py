"""Pieces of programs in the pages, marked `py`, run too: what they take for granted is put around them here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from gateways.published import payloads
from projections.agenda import AskAgenda
from projections.agenda import agenda as view
from projections.base import Reader
from tests.docs.pages import ROOT, pages
from tests.dsl import Company
from tests.projections.test_candidates import PEOPLE, PINA, visit

PIECES = {page.name: page.blocks("py") for page in pages() if page.blocks("py")}
LOOK_BACK, KIT = "docs/how-to/look-back.md", "examples/consumer_kit/README.md"
TWICE = """
take(event); take(event)
assert db.execute("select last_sequence from stream").fetchall() == [(1,)]
try:
    take({**event, "sequence": 2, "data": {}})
except ValueError:
    print("as it says")
"""


def test_each_piece_is_run_by_a_test_of_this_file() -> None:
    assert {name: len(pieces) for name, pieces in PIECES.items()} == {LOOK_BACK: 1, KIT: 1}


def test_looking_back_answers_what_was_known(company: Company) -> None:
    company.given(*PEOPLE, *visit(2, PINA, "09T08:30", "09T12:00"))
    company.fold()

    def looked(instant: datetime) -> list[Any]:
        told: list[Any] = []

        def agenda(reader: Reader, ask: AskAgenda) -> None:
            told.extend(view(reader, ask)["visits"])

        given = {"house": company.house, "AskAgenda": AskAgenda, "agenda": agenda, "monday": date(2026, 12, 7)}
        exec(compile(PIECES[LOOK_BACK][0], LOOK_BACK, "exec"), {**given, "instant": instant})  # noqa: S102 - our own page
        return told

    assert looked(datetime(2099, 1, 1, tzinfo=UTC)) == company.ask("agenda", from_on="2026-12-07")["visits"] != []
    assert looked(datetime(2000, 1, 1, tzinfo=UTC)) == []


def test_the_kit_takes_an_event_once_and_refuses_what_is_not_as_described(tmp_path: Path) -> None:
    (tmp_path / "schemas").symlink_to(ROOT / "docs" / "schemas")
    payload = payloads()[0]
    event = {"type": payload.TYPE, "data": payload.EXAMPLE, "source": "/companies/a", "epoch": "1", "sequence": 1}
    whole = json.loads(json.dumps(event, default=str))
    program = f"{PIECES[KIT][0]}\nevent = {whole!r}\n{TWICE}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "examples" / "consumer_kit")}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("as it says\n", "")
