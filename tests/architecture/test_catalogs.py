"""The catalogues name everything once: two rows of one name or path would hide each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from commands.catalog import CATALOG
from projections.catalog import READ_MODELS, VIEWS
from schedulers.catalog import CATALOG as DUTIES


def twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_every_command_view_read_model_and_duty_has_a_name_of_its_own() -> None:
    assert twice(entry.name for entry in CATALOG) == []
    assert twice(view.name for view in VIEWS) == []
    assert twice(model.NAME for model in READ_MODELS) == []
    assert twice(duty.name for duty in DUTIES) == []


def test_every_path_is_taken_once() -> None:
    assert twice(entry.path for entry in CATALOG) == []
    assert twice(view.path for view in VIEWS) == []


def test_requests_and_questions_are_told_apart_in_the_description_of_the_api() -> None:
    assert twice(kind.__name__ for kind in {entry.command for entry in CATALOG}) == []
    assert twice(kind.__name__ for kind in {view.ask for view in VIEWS}) == []


def test_every_table_belongs_to_one_read_model() -> None:
    assert twice(table.name for model in READ_MODELS for table in model.TABLES) == []


def test_a_name_given_twice_is_found() -> None:
    assert twice(["one", "two", "one"]) == ["one"]
