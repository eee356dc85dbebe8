"""Whatever is done to one fact of a sealed log, at random, is found; and nothing is found where nothing was done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateways.backup import back_up, restore
from gateways.postgres.server import PostgresServer
from gateways.seals.maker import make_seals
from gateways.settings import Settings
from gateways.verification import Verification
from gateways.wiring import Installation
from tests.databases import new_database
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

FACTS = 24
NOW = timedelta(0)
ONE = [
    "update fact set state = state || ' '::bytea where position = {at}",
    "update fact set state = set_byte(state, 9, get_byte(state, 9) # 1) where position = {at}",
    "update fact set topic = 'article.changed.v1 ' where position = {at}",
    "update fact set recorded_at = recorded_at + interval '1 hour' where position = {at}",
    """update fact set metadata = metadata || '{{"x": 1}}' where position = {at}""",
    "update fact set command_id = gen_random_uuid() where position = {at}",
    "update fact set stream_id = gen_random_uuid(), version = 1 where position = {at}",
    "delete from fact where position = {at}",
    "delete from fact where position = {at};" + MOVE.format(by=-1, after="{at}") + VERSIONS,
    "update fact set position = case position when {at} then -1 else -2 end where position in ({at}, {other});"
    "update fact set position = case position when -1 then {other} else {at} end where position < 0",
    "delete from fact where position >= {at}",
]


@pytest.fixture(scope="module")
def company(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company with a sealed log."""
    with sealed_company(postgres, tmp_path_factory.mktemp("sealed"), FACTS) as company:
        make_seals(company.house, block=7, patience=NOW)
        keep(company)
        yield company


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deed=st.sampled_from(ONE),
    at=st.integers(1, FACTS),
    apart=st.integers(1, FACTS - 1),
    hidden=st.booleans(),
)
def test_any_single_deed_is_found(
    company: Company, tmp_path: Path, deed: str, at: int, apart: int, *, hidden: bool
) -> None:
    other = (at + apart - 1) % FACTS + 1
    try:
        tamper(company, deed.format(at=at, other=other))
        if hidden and not (at == 1 and ">=" in deed):
            tamper(company, HEAD)
        found = [text for text in findings(company, tmp_path) if text.startswith("log: ")]
        if ">=" in deed:
            assert any("the log ends at" in text or "removed" in text for text in found)
        else:
            assert any(
                f"fact {at} " in text or f"facts {min(at, other)} and {max(at, other)}" in text for text in found
            )
    finally:
        put_back(company)


def test_no_false_alarm_while_everything_works(postgres: PostgresServer, tmp_path: Path) -> None:
    with sealed_company(postgres, tmp_path, 6) as company:
        stopped, failed = threading.Event(), list[BaseException]()

        def work() -> None:
            number = 0
            try:
                while not stopped.is_set():
                    company.do("register-article", code=f"W{number}", kind="part", description="Toner")
                    make_seals(company.house, block=3, patience=NOW)
                    company.installation.daemon.step()
                    number += 1
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            for _ in range(3):
                before = export(company, with_leaves=True)
                assert findings(company, tmp_path, against=before, views=None) == []
        finally:
            stopped.set()
            thread.join()
        assert failed == []


def test_a_backup_put_back_keeps_its_seals_and_what_was_done_to_it_is_found(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    file = tmp_path / "libretto.tar"
    with sealed_company(postgres, tmp_path / "one", 6) as company:
        make_seals(company.house, block=4, patience=NOW)
        back_up(company.installation, str(tmp_path / "one" / "documents"), file, with_secrets=True)
        grow(company, 4)
        make_seals(company.house, block=4, patience=NOW)
        outside = export(company)
    with new_database(postgres) as dsn:
        with Installation(Settings(database_url=dsn, data_dir=tmp_path / "two")) as empty:
            restore(empty, str(tmp_path / "two" / "documents"), file)
        with Installation(Settings(database_url=dsn, data_dir=tmp_path / "two")) as installation:

            def found() -> list[str]:
                verification = Verification(installation, str(tmp_path / "two" / "documents"), against=outside)
                return [finding.detail for finding in verification.run()]

            restored = Company(installation, installation.house("prova"))
            assert findings(restored, tmp_path / "two", views=None) == []
            assert found() == [
                "seal 3 of the file (facts 8 to 11) is not here any more",
                "the log ends at 7, before its last seal (fact 11)",
                "facts 8 to 11 are missing",
            ]
            tamper(restored, "update fact set recorded_at = recorded_at - interval '1 day' where position = 2")
            assert "fact 2 was altered (article.registered.v1)" in found()
            grow(restored, 4)
            make_seals(restored.house, block=4, patience=NOW)
            assert "seal 3 (facts 8 to 11) is not the one of the file: it was made anew over other facts" in found()
