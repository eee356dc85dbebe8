"""The table of features: no row lost, none twice, and whatever is said to show a feature exists."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, page

# How many capabilities each area of the product has; they are numbered from 1.
AREAS = {
    "CUS": 5, "INS": 8, "CON": 10, "BIL": 8, "CAL": 9, "SLA": 2, "AGE": 5, "MAP": 1, "MOB": 1, "REP": 4, "MNT": 1,
    "WKS": 1, "QUO": 4, "STK": 4, "RMA": 3, "DOC": 3, "ANA": 3, "AUD": 4, "PLA": 7,
}  # fmt: skip
ROW = re.compile(r"^\| ([A-Z]{3}-\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TEXT = page("docs/features.md").text
ROWS = ROW.findall(TEXT)


def test_every_capability_stands_there_once() -> None:
    wanted = [f"{area}-{number}" for area, count in AREAS.items() for number in range(1, count + 1)]
    assert sorted(row[0] for row in ROWS) == sorted(wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_state_is_one_of_three_and_has_its_proof(row: tuple[str, str, str, str]) -> None:
    _, _, state, shown_by = row
    assert re.fullmatch(r"done|partly \(.{10,}\)|not yet", state), "partly says what is missing"
    tests = re.findall(r"`([^`]+)`", shown_by)
    assert bool(tests) is (state != "not yet"), "what is there is shown by a test"
    for name in tests:
        assert name.startswith("tests/"), name
        assert (ROOT / name).is_file(), f"{name} is not there"


def test_the_sums_are_right() -> None:
    states = [row[2].split(" (")[0] for row in ROWS]
    counts = {state: states.count(state) for state in ("done", "partly", "not yet")}
    said = f"Of {len(states)}: {counts['done']} done, {counts['partly']} partly, {counts['not yet']} not yet."
    assert said in TEXT
