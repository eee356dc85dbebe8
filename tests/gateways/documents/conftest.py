"""The worker that prints, with an archive of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    """Prints into an empty archive."""
    return Issuer(open_archive(tmp_path / "archive"))
