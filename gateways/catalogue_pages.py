"""The generated pages (cataloghi): docs/events.md from the facts' classes, docs/commands.md from the two catalogues."""

from __future__ import annotations

import importlib
import pkgutil
import re
import types
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from inspect import cleandoc
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from pydantic.fields import FieldInfo

import aggregates
from aggregates.base import UPCASTERS, Aggregate
from aggregates.values import Money, Personal
from commands.catalog import CATALOG
from gateways.asyncapi import schema_files
from projections.catalog import VIEWS

MADE = "<!-- Made by `libretto docs` from the code; do not change by hand. -->"
HIDDEN = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp", "act"})
WORDS = {
    str: "text", int: "whole number", bool: "yes or no", float: "number", Decimal: "decimal", UUID: "id",
    date: "date", datetime: "instant", time: "time of day", Money: "money", type(None): "nothing",
}  # fmt: skip
UNITS = (("_minutes", "minutes"), ("_seconds", "seconds"), ("_days", "days"), ("_km", "km"), ("_hours", "hours"))


def pages() -> dict[str, str]:
    """File name to text: the catalogues, and what describes the public stream to machines."""
    return {"events.md": events_page(), "commands.md": commands_page(), **schema_files()}


def facts() -> list[type[Aggregate.Event]]:
    """Every fact that can be recorded, by topic."""
    for module in pkgutil.walk_packages(aggregates.__path__, "aggregates."):
        importlib.import_module(module.name)
    kinds = (kind for kind in _below(Aggregate.Event) if kind.__module__.startswith(f"{aggregates.__name__}."))
    found = {kind.TOPIC: kind for kind in kinds if "TOPIC" in vars(kind)}
    return [found[topic] for topic in sorted(found)]


def events_page() -> str:
    """All facts by aggregate, with their fields."""
    lines = [MADE, "", "# Facts", "", *_paragraphs(_EVENTS)]
    kinds = facts()
    for stem in dict.fromkeys(kind.TOPIC.split(".", 1)[0] for kind in kinds):
        lines += ["", f"## {stem}"]
        for kind in (kind for kind in kinds if kind.TOPIC.split(".", 1)[0] == stem):
            lines += ["", f"### `{kind.TOPIC}`", "", *_paragraphs(cleandoc(kind.__doc__ or "")), *_fields(kind)]
            lines += _older(kind.TOPIC)
    return "\n".join([*lines, *_values(kinds)]) + "\n"


def commands_page() -> str:
    """All commands with fields and roles, then all views."""
    lines = [MADE, "", "# Commands and views", "", *_paragraphs(_COMMANDS), "", "## Commands"]
    for entry in CATALOG:
        lines += ["", f"### {entry.name}", "", f"`POST /v1/{{company}}{entry.path}`", ""]
        lines += [*_paragraphs(cleandoc(entry.command.__doc__ or "")), *_fields(entry.command), *_roles(entry.roles)]
    lines += ["", "## Views"]
    for view in VIEWS:
        lines += ["", f"### {view.name}", "", f"`GET /v1/{{company}}{view.path}`", ""]
        lines += [*_paragraphs(cleandoc(view.query.__doc__ or view.ask.__doc__ or "")), *_fields(view.ask)]
        lines += _roles(view.roles)
    return "\n".join([*lines, *_values([entry.command for entry in CATALOG])]) + "\n"


_EVENTS = """
Everything that can be recorded, by aggregate. Each fact also carries its `act`: `by` (who), `at` (when in the world)
and, where someone must say it, `why`. The log adds position, version, command and the instant of recording.
Instants are UTC, dates Europe/Rome, decimals exact.
"""
_COMMANDS = """
Everything that can be asked, with its address. A command's body may also hold `act`: `at` (when in the world) and
`why`. See docs/how-to/ for headers, paging and problems; the running API describes itself at /docs.
"""


def _below(kind: type[Aggregate.Event]) -> Iterator[type[Aggregate.Event]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _paragraphs(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def _roles(names: Iterable[str]) -> list[str]:
    return ["", f"Roles: {', '.join(sorted(names))}."]


def _older(topic: str) -> list[str]:
    older = sorted(old for old, (newer, _) in UPCASTERS.items() if newer == topic)
    return ["", f"Stored `{'`, `'.join(older)}` is read as this."] if older else []


def _fields(model: type[BaseModel]) -> list[str]:
    shown = {name: info for name, info in model.model_fields.items() if name not in HIDDEN}
    if not shown:
        return []
    rows = [f"| `{name}` | {_kind(info.annotation)}{_unit(name)} | {_notes(info)} |" for name, info in shown.items()]
    return ["", "| Field | Type | Notes |", "|---|---|---|", *rows]


def _values(models: Iterable[type[BaseModel]]) -> list[str]:
    """The values that fields are made of, with their own fields."""
    found: dict[str, type[BaseModel]] = {}
    waiting = [part for model in models for part in _parts(model)]
    while waiting:
        value = waiting.pop()
        if value.__name__ not in found and value is not Money:
            found[value.__name__] = value
            waiting += _parts(value)
    lines = ["", "## Values"]
    for name in sorted(found):
        lines += ["", f"### {_kind(found[name])}", "", *_paragraphs(cleandoc(found[name].__doc__ or ""))]
        lines += _fields(found[name])
    return lines


def _parts(model: type[BaseModel]) -> list[type[BaseModel]]:
    shown = [info.annotation for name, info in model.model_fields.items() if name not in HIDDEN]
    return [part for annotation in shown for part in _models(annotation)]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _unit(name: str) -> str:
    return next((f", {unit}" for ending, unit in UNITS if name.endswith(ending)), "")


def _notes(info: FieldInfo) -> str:
    notes = [] if info.is_required() else ["optional"]
    if any(isinstance(mark, Personal) for mark in (*info.metadata, *_marks(info.annotation))):
        notes.append("personal, kept encrypted")
    if info.description:
        notes.append(info.description)
    return _cell("; ".join(notes))


def _marks(annotation: Any) -> tuple[Any, ...]:
    return tuple(mark for part in get_args(annotation) for mark in getattr(part, "__metadata__", ()))


def _kind(annotation: Any) -> str:
    if annotation in WORDS:
        return WORDS[annotation]
    origin, parts = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return _kind(parts[0])
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(part) for part in parts if part is not type(None))
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin in (list, tuple, set, frozenset):
        return f"list of {_kind(next((part for part in parts if part is not Ellipsis), str))}"
    if origin is not None and len(parts) == 2:
        return f"{_kind(parts[0])} → {_kind(parts[1])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f"`{member.value}`" for member in annotation)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", getattr(annotation, "__name__", str(annotation))).lower()


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
