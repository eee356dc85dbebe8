"""How objects of the API's description are drawn for its tests: in a fraction of the time, and as before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies
from hypothesis.strategies import SearchStrategy
from hypothesis.strategies._internal.collections import FixedDictStrategy


class Drawn(FixedDictStrategy):
    """A mapping of which each part is asked whether it can be when it is drawn, and not all of them before.

    Schemathesis makes a new mapping for every object it draws, and Hypothesis asks each new one about all its parts,
    down to the last: a fifth of the time that drawing takes.
    """

    def __init__(self, mapping: Mapping[Any, SearchStrategy[Any]]) -> None:
        super().__init__({}, optional=None)
        self.mapping = mapping

    @property
    def is_empty(self) -> bool:
        return False

    @property
    def has_reusable_values(self) -> bool:
        return False


@contextmanager
def quickly_drawn() -> Iterator[None]:
    """While this lasts, objects are drawn so."""
    with pytest.MonkeyPatch.context() as patch:
        quick = SimpleNamespace(**{**vars(strategies), "fixed_dictionaries": Drawn})
        patch.setattr("schemathesis.generation.jsonschema.strategy.st", quick)
        yield
