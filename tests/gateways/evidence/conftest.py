"""A company with a dispute, shared by the tests of a module, and evidence about its call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregates.evidence import About
from gateways.seals.maker import make_seals
from gateways.seals.stamping import stamp_newest
from gateways.seals.timestamps import HttpAuthority, certificates
from gateways.wiring import Installation
from tests.dsl import Company
from tests.gateways.evidence.case import CALL, evidence, lived
from tests.gateways.seals.timestamp_authority import authority


@pytest.fixture(scope="session")
def dispute(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The company; some of its facts were sealed and time-stamped before the rest came."""
    company = lived(installation)
    make_seals(company.house, block=16, patience=timedelta(0))
    with authority(tmp_path_factory.mktemp("authority")) as tsa:
        stamp_newest(company.house, [HttpAuthority(tsa.url, certificates(tsa.ca_file))])
    yield company
    company.fold()


@pytest.fixture(scope="session")
def whole(dispute: Company, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence about the call, unpacked and untouched."""
    folder = tmp_path_factory.mktemp("evidence")
    evidence(dispute, About.CALL, str(CALL), folder)
    return folder
