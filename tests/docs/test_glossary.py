"""The glossary has a row, with its Italian word, for everything that the code gives a name."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

import aggregates
from aggregates import roles
from aggregates.base import Aggregate
from aggregates.issued_document import IssuedKind
from gateways.catalogue_pages import facts
from gateways.labels import label
from gateways.published import PublicStream
from projections.base import ReadModel
from projections.catalog import READ_MODELS
from tests.docs.pages import page

GLOSSARY = page("docs/glossary.md")
ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")
Kind = TypeVar("Kind")


def section(title: str) -> str:
    return GLOSSARY.text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(title: str) -> list[list[str]]:
    """The cells of a section's table, its head left out."""
    found = [[cell.strip() for cell in row.split(" | ")] for row in ROW.findall(section(title))]
    return [cells for cells in found if CODE.search(cells[0])]


def named(title: str, italian: int = 1) -> list[str]:
    """The first code of each row; every row has its Italian word."""
    listed = rows(title)
    without = [cells[0] for cells in listed if not cells[italian].strip()]
    assert not without, f"no Italian word: {without}"
    return [CODE.findall(cells[0])[0] for cells in listed]


def below(kind: type[Kind]) -> Iterator[type[Kind]]:
    subclasses: list[type[Kind]] = kind.__subclasses__()
    for one in subclasses:
        if one.__module__.startswith("aggregates."):  # other tests have aggregates of their own
            yield one
        yield from below(one)


def load() -> None:
    for module in pkgutil.walk_packages(aggregates.__path__, "aggregates."):
        importlib.import_module(module.name)


def missing(wanted: set[str], title: str, italian: int = 1) -> list[str]:
    return sorted(wanted - set(named(title, italian)))


def test_every_aggregate_has_a_row() -> None:
    load()
    topics = {str(vars(kind)["TOPIC"]) for kind in below(Aggregate) if "TOPIC" in vars(kind)}
    assert missing(topics, "Aggregates", italian=2) == []


def test_every_fact_has_a_row() -> None:
    assert missing({kind.TOPIC.rsplit(".", 1)[0] for kind in facts()}, "Facts") == []


def test_every_listed_value_has_a_row() -> None:
    load()
    kinds = [kind for kind in below(StrEnum) if issubclass(kind, StrEnum)]
    kinds = [kind for kind in kinds if kind.__module__.split(".")[0] == "aggregates"]
    wanted = {(kind.__name__, str(member)) for kind in kinds for member in kind.__members__.values()}
    listed = {(CODE.findall(cells[0])[0], CODE.findall(cells[1])[0]) for cells in rows("States and other values")}
    named("States and other values", italian=2)
    assert sorted(wanted - listed) == []


def test_a_listed_value_reads_as_people_see_it() -> None:
    load()
    kinds = {kind.__name__: kind for kind in below(StrEnum) if kind.__module__.split(".")[0] == "aggregates"}
    told = [(*CODE.findall(cells[0]), *CODE.findall(cells[1]), cells[2]) for cells in rows("States and other values")]
    wrong = [
        (kind, value, italian, label(kinds[kind](value), "it"))
        for kind, value, italian in told
        if label(kinds[kind](value), "it") != italian
    ]
    assert wrong == []


def test_every_read_model_has_a_row() -> None:
    models: tuple[type[ReadModel], ...] = (*READ_MODELS, PublicStream)
    assert missing({model.NAME for model in models}, "Read models") == []


def test_every_printed_document_has_a_row() -> None:
    assert missing({kind.value for kind in IssuedKind}, "Printed documents") == []


def test_every_role_has_a_row() -> None:
    assert missing(set(roles.ALL), "Roles") == []


def test_no_row_stands_twice() -> None:
    for title in ("Aggregates", "Facts", "Read models", "Printed documents", "Roles"):
        names = named(title)
        assert len(names) == len(set(names)), title
    pairs = [tuple(cells[:2]) for cells in rows("States and other values")]
    assert len(pairs) == len(set(pairs))
