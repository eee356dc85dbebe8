"""What the checks of a module have parsed is let go once they are done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import nodes_of


@pytest.fixture(scope="module", autouse=True)
def parsed() -> Iterator[None]:
    """Sources parsed for a module's checks."""
    yield
    nodes_of.cache_clear()
