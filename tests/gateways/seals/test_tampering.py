"""Every kind of tampering made directly in the database is found, and what was done is named.

The log of each test has ten facts: 4 changes the article of 3, 7 that of 6, 10 that of 9. Blocks are 1 to 4, 5 to 8 and
9 to 10, unless the test says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from aggregates.base import Act
from commands.attachment import STORE, StoreFile
from gateways.documents.archive import open_archive
from gateways.files import check_file, keep_file
from gateways.orders import settle
from gateways.postgres.server import PostgresServer
from gateways.seals.maker import make_seals
from tests.dsl import Company
from tests.gateways.seals.tampering import (
    HEAD,
    MOVE,
    VERSIONS,
    export,
    findings,
    grow,
    keep,
    put_back,
    sealed_company,
    tamper,
)

NOW = timedelta(0)
COPY = """insert into fact (company_id, position, stream_id, version, topic, state, event_id, command_id, metadata,
                             recorded_at)
          select company_id, {to}, {stream}, {version}, topic, state, gen_random_uuid(), gen_random_uuid(), metadata,
                 recorded_at from fact where position = {of};"""
SWAP = """update fact set position = -position where position in ({a}, {b});
          update fact set position = case -position when {a} then {b} else {a} end where position < 0;"""
ALTERED = {
    "state": "update fact set state = convert_to(replace(convert_from(state, 'UTF8'), 'Toner', 'Tuner'), 'UTF8')",
    "recorded_at": "update fact set recorded_at = recorded_at - interval '1 microsecond'",
    "metadata": """update fact set metadata = metadata || '{"by": "altri"}'""",
    "topic": "update fact set topic = topic || 'x'",
    "event_id of another": "update fact set command_id = gen_random_uuid()",
    "stream_id": "update fact set stream_id = gen_random_uuid()",
    "version": "update fact set version = version + 1",
}


@pytest.fixture(scope="module")
def sealed(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The company of the module's docstring, sealed."""
    with sealed_company(postgres, tmp_path_factory.mktemp("sealed")) as company:
        made = make_seals(company.house, block=4, patience=NOW)
        assert [(seal.first, seal.last) for seal in made] == [(1, 4), (5, 8), (9, 10)]
        keep(company)
        yield company


@pytest.fixture
def company(sealed: Company) -> Iterator[Company]:
    """The sealed company; what a test does to its log is undone."""
    yield sealed
    put_back(sealed)


def log(found: list[str]) -> list[str]:
    """What the audit of the log says."""
    return [text.removeprefix("log: ") for text in found if text.startswith("log: ")]


def test_a_sound_log_has_no_findings(company: Company, tmp_path: Path) -> None:
    assert findings(company, tmp_path, views=None) == []
    assert findings(company, tmp_path, against=export(company)) == []


def test_whatever_is_altered_in_a_fact_is_named(company: Company, tmp_path: Path) -> None:
    for at, statement in enumerate(ALTERED.values(), 1):
        tamper(company, f"{statement} where position = {at}")
    found = log(findings(company, tmp_path))
    assert "facts 1 to 7 were altered" in found
    assert not any("facts 8" in text or "fact 8" in text for text in found)


def test_a_fact_altered_alone_is_named_with_its_topic(company: Company, tmp_path: Path) -> None:
    tamper(company, ALTERED["state"] + " where position = 6")
    assert log(findings(company, tmp_path)) == ["fact 6 was altered (article.registered.v1)"]


def test_a_removed_fact(company: Company, tmp_path: Path) -> None:
    tamper(company, "delete from fact where position = 5")
    assert "fact 5 was removed" in log(findings(company, tmp_path))


def test_a_removed_fact_with_everything_renumbered(company: Company, tmp_path: Path) -> None:
    tamper(company, "delete from fact where position = 3", MOVE.format(by=-1, after=3), VERSIONS, HEAD)
    assert log(findings(company, tmp_path)) == [
        "the log ends at 9, before its last seal (fact 10)",
        "fact 3 was removed",
        "facts 4 to 10 now stand at 3 to 9",
    ]


def test_a_forged_fact_with_everything_renumbered(company: Company, tmp_path: Path) -> None:
    forged = COPY.format(to=6, of=5, stream="gen_random_uuid()", version=1)
    tamper(company, MOVE.format(by=1, after=5), forged, HEAD)
    assert log(findings(company, tmp_path)) == [
        "fact 6 was inserted (article.registered.v1)",
        "facts 6 to 10 now stand at 7 to 11",
    ]


def test_a_forged_fact_in_a_stream_that_is_numbered_anew(company: Company, tmp_path: Path) -> None:
    forged = COPY.format(to=4, of=3, stream="stream_id", version=99)
    tamper(company, MOVE.format(by=1, after=3), forged, VERSIONS, HEAD)
    found = log(findings(company, tmp_path))
    assert found == ["fact 4 was inserted (article.registered.v1)", "facts 4 to 10 now stand at 5 to 11"]


@pytest.mark.parametrize(("a", "b"), [(5, 6), (2, 8)])
def test_two_facts_swapped(company: Company, tmp_path: Path, a: int, b: int) -> None:
    tamper(company, SWAP.format(a=a, b=b), VERSIONS, HEAD)
    assert f"facts {a} and {b} were swapped" in log(findings(company, tmp_path))


def test_a_fact_swapped_and_altered_is_told_to_be_both(company: Company, tmp_path: Path) -> None:
    tamper(company, SWAP.format(a=2, b=8), ALTERED["state"] + " where position = 2", HEAD)
    found = log(findings(company, tmp_path))
    assert found == ["fact 2 was altered (article.registered.v1)", "facts 2 and 8 were swapped"]


def test_a_fact_put_elsewhere(company: Company, tmp_path: Path) -> None:
    tamper(
        company,
        "update fact set position = -2 where position = 2",
        "update fact set position = position - 1 where position in (3)",
        "update fact set position = position - 1 where position in (4)",
        "update fact set position = 4 where position = -2",
        HEAD,
    )
    assert log(findings(company, tmp_path)) == ["fact 2 now stands at 4", "facts 3 to 4 now stand at 2 to 3"]


def test_a_fact_replaced_by_another(company: Company, tmp_path: Path) -> None:
    tamper(company, "update fact set event_id = gen_random_uuid() where position = 9")
    assert log(findings(company, tmp_path)) == ["fact 9 was replaced by another (article.registered.v1)"]


def test_the_end_of_the_log_cut_off(company: Company, tmp_path: Path) -> None:
    tamper(company, "delete from fact where position > 7", HEAD, "delete from command where last_position > 7")
    found = log(findings(company, tmp_path))
    assert found == ["the log ends at 7, before its last seal (fact 10)", "facts 8 to 10 were removed"]


def test_a_command_that_lies(company: Company, tmp_path: Path) -> None:
    tamper(company, "update command set last_position = 9 where last_position = 8")
    (found,) = findings(company, tmp_path)
    assert found.startswith("command: ")
    assert found.endswith("(register-article) says its last fact is 9, but it is 8")


def test_a_head_that_lies(company: Company, tmp_path: Path) -> None:
    tamper(company, "update company_head set last_recorded_at = last_recorded_at + interval '1 second'")
    assert log(findings(company, tmp_path)) == ["the head says another instant than the last fact"]
    tamper(company, "update company_head set last_position = 12")
    assert "10 facts from 1 to 10, but the head says 12" in log(findings(company, tmp_path))


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "update seal set root = sha256('x') where number = 2",
            "seal 2 was altered: it does not have the hash it carries",
        ),
        ("update seal set made_at = made_at - interval '1 day' where number = 1", "seal 1 was altered"),
        ("update seal set hash = sha256('x') where number = 1", "seal 2 does not follow on seal 1"),
        ("delete from seal where number = 2", "seal 3 does not follow on seal 1"),
        ("delete from seal where number = 3", "seal 3 is said to be the last one, but the last one is 2"),
        ("delete from seal", "seal 3 is said to be the last one, but the last one is none"),
        ("delete from seal_head", "no seal is said to be the last one, but the last one is 3"),
        (
            "update seal set leaves = set_byte(leaves, 0, 255 - get_byte(leaves, 0)) where number = 2",
            "seal 2: the leaves kept beside it were altered, its facts were not",
        ),
    ],
)
def test_seals_that_were_changed(company: Company, tmp_path: Path, statement: str, told: str) -> None:
    tamper(company, statement)
    assert any(told in text for text in log(findings(company, tmp_path)))


def test_a_fact_altered_together_with_the_list_beside_its_seal(company: Company, tmp_path: Path) -> None:
    tamper(
        company,
        ALTERED["state"] + " where position = 6",
        "update seal set leaves = set_byte(leaves, 40, 255 - get_byte(leaves, 40)) where number = 2",
    )
    assert log(findings(company, tmp_path)) == ["facts 5 to 8 are not those of seal 2, nor is what was kept beside it"]


def test_a_log_rewritten_and_sealed_anew_is_found_by_the_file_of_an_outsider(company: Company, tmp_path: Path) -> None:
    outside, detailed = export(company), export(company, with_leaves=True)
    tamper(company, ALTERED["state"] + " where position = 6", "delete from seal", "delete from seal_head")
    make_seals(company.house, block=4, patience=NOW)
    assert findings(company, tmp_path) == []
    found = log(findings(company, tmp_path, against=outside))
    assert "seal 2 (facts 5 to 8) is not the one of the file: it was made anew over other facts" in found
    assert "facts 5 to 8 are not those of seal 2, nor is what was kept beside it" in found
    assert "fact 6 was altered (article.registered.v1)" in log(findings(company, tmp_path, against=detailed))


def test_last_seals_deleted_with_their_facts_are_found_by_the_file_of_an_outsider(
    company: Company, tmp_path: Path
) -> None:
    outside = export(company)
    tamper(
        company,
        "delete from fact where position > 8",
        "delete from command where last_position > 8",
        "delete from seal where number = 3",
        "update seal_head h set number = 2, last_position = 8, hash = s.hash from seal s where s.number = 2",
        HEAD,
    )
    assert log(findings(company, tmp_path)) == []
    found = log(findings(company, tmp_path, against=outside))
    assert "the log ends at 8, before its last seal (fact 10)" in found
    assert "seal 3 of the file (facts 9 to 10) is not here any more" in found


def test_a_company_that_is_not_here_any_more(company: Company, tmp_path: Path) -> None:
    outside = export(company)
    stranger = {"0e0c9d2e-3f6f-5d0a-9c53-0c4d6b3a1f11": next(iter(outside.values()))}
    (found,) = findings(company, tmp_path, against=stranger)
    assert found == "log: the file has seals of this company, which is not here"


def test_what_is_not_sealed_yet_is_held_together_by_its_order_alone(company: Company, tmp_path: Path) -> None:
    grow(company, 6)
    assert findings(company, tmp_path) == []
    tamper(company, "delete from fact where position in (12, 13)")
    assert "facts 12 to 13 are missing" in log(findings(company, tmp_path))


def test_unsealed_facts_of_a_stream_swapped(company: Company, tmp_path: Path) -> None:
    grow(company, 6)
    tamper(company, SWAP.format(a=12, b=13))
    assert any("but stands before the version below it" in text for text in log(findings(company, tmp_path)))


def test_documents_altered_removed_and_added_are_named(company: Company, tmp_path: Path) -> None:
    """A fact names the hash of each file, so that the archive can be held against the log."""
    archive, company_id = open_archive(tmp_path / "documents"), company.house.company_id
    hashes = []
    for text in (b"uno", b"due"):
        file = check_file("nota.txt", text)
        keep_file(archive, company_id, file, text, datetime.now(UTC))
        stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=file.media_type)
        company.house.desk.execute(STORE, stored, Act(by="system:test", at=datetime.now(UTC)), uuid4())
        hashes.append(file.sha256)
    settle(company.installation, company.house)
    stranger = check_file("tre.txt", b"tre")
    keep_file(archive, company_id, stranger, b"tre", datetime(2026, 3, 9, tzinfo=UTC))
    folder = tmp_path / "documents" / str(company_id) / "file"
    next(folder.glob(f"*/*{hashes[0]}*")).write_bytes(b"UNO")
    next(folder.glob(f"*/*{hashes[1]}*")).unlink()
    found = [text for text in findings(company, tmp_path) if text.startswith("document")]
    assert len(found) == 3
    assert sum("altered: the file does not have the recorded hash" in text and hashes[0] in text for text in found) == 1
    assert sum("missing: the card is there, the file is not" in text and hashes[1] in text for text in found) == 1
    assert sum("unexpected: no fact records it" in text for text in found) == 1
