"""Time-stamps of an authority: asked for, verified, waited for, and found out when they do not hold."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from gateways.postgres.server import PostgresServer
from gateways.seals.maker import make_seals
from gateways.seals.stamping import StampState, authorities, stamp_newest
from gateways.seals.timestamps import HttpAuthority, NoStamp, certificates, verified
from gateways.settings import Settings
from gateways.verification import Verification
from tests.dsl import Company
from tests.gateways.seals.tampering import grow, sealed_company, tamper
from tests.gateways.seals.timestamp_authority import TestAuthority, authority

HASH = sha256(b"a seal").digest()
OPENSSL = shutil.which("openssl")


@pytest.fixture
def tsa(tmp_path: Path) -> Iterator[TestAuthority]:
    """An authority of our own."""
    with authority(tmp_path) as tsa:
        yield tsa


@pytest.fixture
def company(postgres: PostgresServer, tmp_path: Path) -> Iterator[Company]:
    """A company with a sealed log."""
    with sealed_company(postgres, tmp_path, facts=4) as company:
        make_seals(company.house, patience=timedelta(0))
        yield company


def test_a_stamp_is_verified_before_it_is_kept(tsa: TestAuthority, tmp_path: Path) -> None:
    roots = certificates(tsa.ca_file)
    token = HttpAuthority(tsa.url, roots).stamp(HASH)
    assert verified(token.data, HASH, roots) == token
    with pytest.raises(NoStamp):
        verified(token.data, sha256(b"another seal").digest(), roots)
    stranger = certificates(TestAuthority(tmp_path).ca_file)
    with pytest.raises(NoStamp):
        verified(token.data, HASH, stranger)
    with pytest.raises(NoStamp):
        verified(token.data[:-1] + bytes([token.data[-1] ^ 1]), HASH, roots)
    for garbage in (b"", b"<html>", token.data[:40]):
        with pytest.raises(NoStamp):
            verified(garbage, HASH, roots)


@pytest.mark.skipif(OPENSSL is None, reason="skipped: openssl ts -verify of a stamp, there is no openssl here")
def test_a_stranger_verifies_a_stamp_with_openssl(tsa: TestAuthority, tmp_path: Path) -> None:
    """What is kept is the whole answer, so that a program which knows nothing of ours says the same of it."""
    stamp, sealed, other = tmp_path / "stamp.tsr", tmp_path / "seal", tmp_path / "other"
    stamp.write_bytes(HttpAuthority(tsa.url, certificates(tsa.ca_file)).stamp(HASH).data)
    sealed.write_bytes(HASH)
    other.write_bytes(sha256(b"another seal").digest())
    stranger = TestAuthority(tmp_path).ca_file
    for data, ca_file, holds in ((sealed, tsa.ca_file, True), (other, tsa.ca_file, False), (sealed, stranger, False)):
        command = [str(OPENSSL), "ts", "-verify", "-data", str(data), "-in", str(stamp), "-CAfile", str(ca_file)]
        said = subprocess.run(command, check=False, capture_output=True, text=True)
        assert ("Verification: OK" in said.stdout + said.stderr, said.returncode == 0) == (holds, holds), said


def test_an_answer_to_another_question_is_refused(tsa: TestAuthority) -> None:
    roots = certificates(tsa.ca_file)
    token = HttpAuthority(tsa.url, roots).stamp(HASH)
    with pytest.raises(NoStamp, match="Nonce"):
        verified(token.data, HASH, roots, nonce=7)


def test_an_authority_that_fails_is_asked_again(tsa: TestAuthority, company: Company) -> None:
    chosen = [HttpAuthority(tsa.url, certificates(tsa.ca_file))]
    tsa.away = True
    assert stamp_newest(company.house, chosen) == [StampState(tsa.url, 0, 1)]
    tsa.away, tsa.forged = False, True
    assert stamp_newest(company.house, chosen) == [StampState(tsa.url, 0, 1)]
    grow(company, 2)
    make_seals(company.house, patience=timedelta(0))
    tsa.forged = False
    assert stamp_newest(company.house, chosen) == [StampState(tsa.url, 2, 0)]
    asked = tsa.asked
    assert stamp_newest(company.house, chosen) == [StampState(tsa.url, 2, 0)]
    assert tsa.asked == asked


def test_stamps_that_do_not_hold_are_found(tsa: TestAuthority, company: Company, tmp_path: Path) -> None:
    settings = Settings(timestamp_authorities=[tsa.url], timestamp_ca_file=tsa.ca_file)
    (chosen,) = authorities(settings)
    company.installation.settings = company.installation.settings.model_copy(update={"timestamp_ca_file": tsa.ca_file})

    def found() -> list[str]:
        verification = Verification(company.installation, str(tmp_path / "documents"), views=False)
        return [finding.detail for finding in verification.run() if finding.what == "time-stamp"]

    stamp_newest(company.house, [chosen])
    assert found() == []
    tamper(company, "delete from seal", "delete from seal_head")
    assert found() == [f"the one of {tsa.url} over seal 1 is there, the seal is not"]
    make_seals(company.house, patience=timedelta(0))
    (sealed_anew,) = found()
    assert "does not hold" in sealed_anew
    tsa.late_by = timedelta(hours=1)
    tamper(company, "delete from seal_stamp")
    stamp_newest(company.house, [chosen])
    (too_early,) = found()
    assert too_early.endswith("before the seal was made")
