"""The example warehouse and a line to it, one of each for a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateways.inventory.erp import Erp, Line


@pytest.fixture(scope="module")
def erp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erp]:
    """The program, running on a file."""
    folder: Path = tmp_path_factory.mktemp("erp")
    program = Erp(folder / "warehouse.db")
    program.start()
    try:
        yield program
    finally:
        program.kill()


@pytest.fixture
def line(erp: Erp) -> Iterator[Line]:
    """A line to it."""
    with Line(erp).open() as opened:
        yield opened
