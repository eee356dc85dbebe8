"""Stories: what can be read, what is compared as equal, what names mean, and how a performance is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from gateways.cli import main
from gateways.postgres.server import PostgresServer
from gateways.stories.matching import differences
from gateways.stories.names import Names, UnknownName
from gateways.stories.playing import Played, play
from gateways.stories.reading import MalformedStory, parse_story
from gateways.wiring import Installation

TOP = "company: prova\nnow: 2026-09-01T09:00:00+02:00\nsteps:\n"
REGISTER = "  - do: register-party\n    as: rossi\n    with: { code: C1, name: Rossi, role: prospect }\n"


def played(installation: Installation, steps: str) -> list[Played]:
    return list(play(installation, parse_story(TOP + steps, "story.yaml", "story")))


# Reading


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("- do: x", 1, "a story is a mapping"),
        ("company: prova\nnow: 2026-09-01\nsteps: 3", 3, "steps must be a list"),
        ("company: Prova Srl\nnow: 2026-09-01\nsteps: []", 1, "company: a short name"),
        ("company: prova\nnow: soon\nsteps: []", 2, "now: 'soon' is not an instant"),
        ("company: prova\nnow: 2026-09-01\nstep: []\nsteps: []", 3, "a story knows no 'step'"),
        (TOP + "  - do: register-part", 4, "did you mean register-party"),
        (TOP + "  - ask: partie\n    count: 1", 4, "did you mean parties"),
        (TOP + "  - ask: parties\n    where: { txt: x }\n    count: 1", 5, "where: there is no field 'txt'"),
        (TOP + "  - ask: parties", 4, "ask needs expect, count or refused"),
        (TOP + "  - ask: parties\n    count: many", 5, "count: 'many'"),
        (TOP + "  - do: add-site\n    tick: 2026-09-01", 4, "exactly one of do, tick and ask"),
        (TOP + "  - do: add-site\n    wiht: {}", 5, "a step with do knows no 'wiht'"),
        (TOP + "  - do: add-site\n    with: { coed: X }", 5, "there is no field 'coed'; did you mean code"),
        (TOP + "  - do: add-site\n    do: add-site", 5, "do is written twice"),
        (TOP + "  - tick: tomorrow", 4, "tick: 'tomorrow' is not an instant"),
        (TOP + "  - do: [", 4, "expected the node content"),
    ],
)
def test_a_malformed_story_says_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(MalformedStory) as malformed:
        parse_story(text, "story.yaml", "story")
    assert str(malformed.value).startswith(f"story.yaml:{line}: ")
    assert problem in str(malformed.value)


def test_words_stay_words() -> None:
    fields = "    with: { code: 0123, name: on, role: prospect, tax: { vat_number: 12:30 } }"
    story = parse_story(f"{TOP}  - do: register-party\n{fields}", "story.yaml", "story")
    assert story.steps[0].parts["with"] == {
        "code": "0123", "name": "on", "role": "prospect", "tax": {"vat_number": "12:30"},
    }  # fmt: skip


# Comparing


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("351.78", "351.780"),
        ("7", 7),
        ("2026-09-01T09:00:00+02:00", "2026-09-01T07:00:00Z"),
        ("2026-09-01 09:00", "2026-09-01T07:00:00+00:00"),
        ("2026-09-01", "2026-09-01"),
        (None, None),
        ({"a": "1"}, {"a": 1, "b": 2}),
        (["1", "3"], [1, 2, 3]),
        ([{"a": "1"}], [{"a": 0}, {"a": 1, "b": 2}]),
        ([], []),
        ({}, {"a": 1}),
    ],
)
def test_the_same_said_differently_is_the_same(expected: Any, got: Any) -> None:
    assert differences(expected, got) == []


@pytest.mark.parametrize(
    ("expected", "got", "path"),
    [
        ("351.78", "351.79", "answer"),
        ("0123", "123", "answer"),
        ("2026-09-01", "2026-09-01T00:00:00+02:00", "answer"),
        ("2026-09-01T09:00:00+02:00", "2026-09-01T09:00:00Z", "answer"),
        (None, 0, "answer"),
        (True, 1, "answer"),
        ({"a": {"b": "1"}}, {"a": {"b": 2}}, "a.b"),
        ({"a": "1"}, {}, "a"),
        (["3", "1"], [1, 2, 3], "[1]"),
        ({"items": [{"code": "A", "n": "1"}]}, {"items": [{"code": "B", "n": 3}, {"code": "A", "n": 2}]}, "items[0].n"),
        ([], [1], "answer"),
        ({"a": "1"}, [1], "answer"),
    ],
)
def test_what_differs_is_told_with_its_place(expected: Any, got: Any, path: str) -> None:
    assert [difference.path for difference in differences(expected, got)] == [path]


# Names


def test_names_mean_what_was_made() -> None:
    names = Names()
    names.give("rossi", {"party_id": "P", "sites": [{"site_id": "S"}]}, {"code": "C1"})
    asked = {
        "a": "$rossi",
        "b": ["${rossi.party_id}/x"],
        "c": "$rossi.sites.0.site_id",
        "d": "$rossi.code",
        "e": "5 $$",
    }
    assert names.filled(asked) == {"a": "P", "b": ["P/x"], "c": "S", "d": "C1", "e": "5 $"}


@pytest.mark.parametrize("reference", ["$bianchi", "$rossi.site_id", "$two"])
def test_a_name_that_means_nothing_is_an_error(reference: str) -> None:
    names = Names()
    names.give("rossi", {"party_id": "P"}, {})
    names.give("two", {"party_id": "P", "site_id": "S"}, {})
    with pytest.raises(UnknownName):
        names.filled(reference)


# Playing


def test_the_clock_goes_forward_with_the_story(installation: Installation) -> None:
    steps = (
        REGISTER
        + "    at: 2026-09-03T10:00\n"
        + "  - { do: add-contact, with: { party_id: $rossi, name: Anna }, at: 2026-09-02T10:00 }\n"
        + "  - { do: add-contact, with: { party_id: $rossi, name: Bruno } }\n"
        + "  - ask: history\n    where: { stream_id: $rossi }\n"
        + "    expect: { facts: [{ at: 2026-09-03T10:00 }, { at: 2026-09-02T10:00 }, { at: 2026-09-03T10:00 }] }\n"
    )
    assert [one.differences for one in played(installation, steps)] == [()] * 4


def test_the_same_story_makes_the_same_records(installation: Installation) -> None:
    contact = "  - { do: add-contact, as: anna, with: { party_id: $rossi, name: Anna } }\n"
    asked = "  - { ask: party, where: { party_id: $rossi }, as: sheet, expect: { contacts: [{ name: X }] } }\n"
    first, second = (played(installation, REGISTER + contact + asked) for _ in range(2))
    assert first[-1].differences == second[-1].differences != ()
    assert first[-1].differences[0].path == "contacts[0].name"


def test_a_story_may_found_its_own_company(installation: Installation) -> None:
    found = """
  - do: found-company
    with:
      company_id: $company
      identity:
        name: Altra Srl
        vat_number: IT12345670017
        address: { street: Via B 2, postcode: 47121, town: Forlì, province: FC }
  - { ask: company, expect: { identity: { name: Altra Srl } } }
"""
    assert all(one.ok for one in played(installation, found))


def test_every_row_is_counted_not_only_the_first_page(installation: Installation) -> None:
    many = "".join(
        f"  - {{ do: register-party, with: {{ code: C{n}, name: Uguale, role: prospect }} }}\n" for n in range(60)
    )
    told = played(installation, many + "  - { ask: parties, where: { text: uguale }, count: 60 }\n")
    assert told[-1].differences == ()


def test_what_needs_a_failed_step_is_skipped(installation: Installation) -> None:
    refused = "  - { do: register-party, as: neri, with: { code: C2, name: Neri } }\n"
    needs = "  - { ask: party, where: { party_id: $neri }, expect: { name: Neri } }\n"
    first, second = played(installation, refused + needs)
    assert first.differences[0].got.startswith("tax-identity-missing: ")
    assert (second.skipped, second.ok) == (True, False)


@pytest.mark.parametrize(
    "step",
    [
        "  - { do: register-party, with: { code: C1 } }\n",
        "  - { ask: party, where: { party_id: $nobody }, count: 1 }\n",
        "  - { ask: party, where: { party_id: x }, count: 1 }\n",
    ],
)
def test_a_step_that_cannot_be_carried_out_ends_the_story(installation: Installation, step: str) -> None:
    with pytest.raises(MalformedStory, match=r"story\.yaml:4: "):
        played(installation, step)


# The command


@pytest.fixture
def stage(postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PostgresServer:
    """An installation that has never been migrated: stories make a database of their own."""
    monkeypatch.setenv("DATABASE_URL", postgres.dsn())
    monkeypatch.setenv("LIBRETTO_DATA_DIR", str(tmp_path / "data"))
    return postgres


def libretto_play(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    monkeypatch.setattr(sys, "argv", ["libretto", "play", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_the_command_tells_each_step_and_ends_with_what_it_found(
    stage: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "  - ask: party\n    where: { party_id: $rossi }\n    expect: { name: "
    (tmp_path / "right.yaml").write_text(f"{TOP}{REGISTER}{asked}Rossi }}\n")
    (tmp_path / "wrong.yaml").write_text(f"{TOP}{REGISTER}{asked}Bianchi }}\n")
    (tmp_path / "malformed.yaml").write_text(f"{TOP}  - do: nothing\n")

    assert libretto_play(monkeypatch, str(tmp_path / "right.yaml")) == 0
    assert "✓   2 ask party" in capsys.readouterr().out

    assert libretto_play(monkeypatch, str(tmp_path / "wrong.yaml")) == 1
    told = capsys.readouterr().out
    assert "✗   2 ask party" in told
    assert [told.count(word) for word in ("name", "Bianchi", "Rossi")] == [1, 1, 1]

    assert libretto_play(monkeypatch, str(tmp_path)) == 2
    printed = capsys.readouterr()
    assert "malformed.yaml:4: there is no command 'nothing'" in printed.err
    assert "✓   2 ask party" in printed.out

    assert libretto_play(monkeypatch, "--json", str(tmp_path / "wrong.yaml")) == 1
    (story,) = json.loads(capsys.readouterr().out)["stories"]
    assert story["steps"][1]["differences"] == [{"path": "name", "expected": "Bianchi", "got": "Rossi"}]

    with psycopg.connect(stage.dsn()) as connection:
        left = connection.execute("select count(*) from pg_database where datname like 'libretto_story_%'").fetchone()
    assert left == (0,)
