"""Stories as files (storie): what a consultant writes, checked before anything runs.

The format is the one of docs/how-to/stories.md. Whatever can be seen without running is refused here, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from aggregates.values import ROME
from commands.catalog import BY_NAME as COMMANDS
from gateways.stories.yaml_text import Located, Unreadable, read_document
from projections.catalog import BY_NAME as VIEWS

TOP = frozenset({"company", "now", "steps", "title", "about"})
KINDS = {
    "do": frozenset({"do", "with", "as", "at", "by", "why", "expect", "refused", "values", "note"}),
    "tick": frozenset({"tick", "note"}),
    "ask": frozenset({"ask", "where", "as", "expect", "count", "refused", "known_at", "true_at", "note"}),
}
AFTER = re.compile(r"^after ([A-Za-z_][\w-]*)$")
"""`known_at: after rossi`: as it was known once the step that made `rossi` was recorded."""
NAME = re.compile(r"^[A-Za-z_][\w-]*$")
SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,49}$")


class MalformedStory(Exception):
    """A story that cannot be played, with the line that says why."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True)
class Step:
    """One step: its kind, the command or view it names (or the instant of a tick), and what belongs to it."""

    number: int
    kind: str
    what: str
    parts: dict[str, Any]
    line: int

    @property
    def title(self) -> str:
        """The step in a few words."""
        name = f" → {self.parts['as']}" if "as" in self.parts else ""
        return f"{self.kind} {self.what}{name}"


@dataclass(frozen=True)
class Story:
    """A story ready to be played."""

    path: str
    name: str
    company: str
    now: datetime
    steps: tuple[Step, ...]

    def founds_itself(self) -> bool:
        """Whether one of its steps founds the company."""
        return any(step.what == "found-company" for step in self.steps)


def read_story(path: Path) -> Story:
    """The story in a file. Raises `MalformedStory`, and `OSError` when the file cannot be read."""
    return parse_story(path.read_bytes().decode("utf-8-sig", errors="replace"), str(path), path.stem)


def parse_story(text: str, path: str, name: str) -> Story:
    """A story from its text. Raises `MalformedStory`."""
    try:
        top, steps = read_document(text)
    except Unreadable as error:
        raise MalformedStory(path, error.line, error.problem) from error
    return _Reading(path).story(name, top, steps)


def instant(text: Any) -> datetime:
    """An instant from its text; without an offset it is Italian time, a date alone its midnight. Raises ValueError."""
    read = datetime.fromisoformat(str(text))
    return (read if read.tzinfo else read.replace(tzinfo=ROME)).astimezone(UTC)


class _Reading:
    def __init__(self, path: str) -> None:
        self._path = path

    def story(self, name: str, top: Located, steps: list[Located]) -> Story:
        self._known(top, TOP, "a story")
        slug = str(top.values.get("company") or "")
        self._require(bool(SLUG.match(slug)), top.line_of("company"), "company: a short name such as service-srl")
        now = self._instant(top, "now")
        return Story(self._path, name, slug, now, tuple(self._step(n, step) for n, step in enumerate(steps, 1)))

    def _step(self, number: int, step: Located) -> Step:
        kinds = [kind for kind in KINDS if kind in step.values]
        self._require(len(kinds) == 1, step.line, "a step has exactly one of do, tick and ask")
        kind = kinds[0]
        self._known(step, KINDS[kind], f"a step with {kind}")
        for part in ("with", "where", "values"):
            given = step.values.get(part)
            self._require(given is None or isinstance(given, dict), step.line_of(part), f"{part} must be a mapping")
        if "as" in step.values:
            name = str(step.values["as"])
            self._require(bool(NAME.match(name)), step.line_of("as"), f"as: {name!r} is not a name")
        getattr(self, f"_{kind}")(step)
        return Step(number, kind, str(step.values[kind]), step.values, step.line)

    def _do(self, step: Located) -> None:
        entry = COMMANDS.get(str(step.values["do"]))
        if entry is None:
            raise MalformedStory(self._path, step.line_of("do"), _unknown("command", step.values["do"], COMMANDS))
        self._fields(step, "with", entry.command)
        both = {"expect", "refused"} <= step.values.keys()
        self._require(not both, step.line_of("refused"), "a step is refused or expects something, not both")
        self._require("values" not in step.values or "refused" in step.values, step.line, "values belong to refused")
        if "at" in step.values:
            self._instant(step, "at", may_refer=True)

    def _ask(self, step: Located) -> None:
        view = VIEWS.get(str(step.values["ask"]))
        if view is None:
            raise MalformedStory(self._path, step.line_of("ask"), _unknown("view", step.values["ask"], VIEWS))
        self._fields(step, "where", view.ask)
        tells = {"expect", "count", "refused", "as"} & step.values.keys()
        self._require(bool(tells), step.line, "ask needs expect, count or refused")
        count = str(step.values.get("count", "0"))
        for part in {"known_at", "true_at"} & step.values.keys():
            if part != "known_at" or not AFTER.match(str(step.values[part])):
                self._instant(step, part, may_refer=True)
        self._require(count.isdigit(), step.line_of("count"), f"count: {count!r} is not a number")

    def _tick(self, step: Located) -> None:
        self._instant(step, "tick")

    def _fields(self, step: Located, part: str, model: type[BaseModel]) -> None:
        for field in step.values.get(part) or {}:
            if field not in model.model_fields:
                problem = _unknown("field", field, model.model_fields)
                raise MalformedStory(self._path, step.line_of(part), f"{part}: {problem}")

    def _instant(self, located: Located, key: str, *, may_refer: bool = False) -> datetime:
        text = str(located.values.get(key) or "")
        if may_refer and text.startswith("$"):
            return datetime.now(UTC)
        try:
            return instant(text)
        except ValueError as error:
            problem = f"{key}: {text!r} is not an instant such as 2026-09-01T09:00:00+02:00"
            raise MalformedStory(self._path, located.line_of(key), problem) from error

    def _known(self, located: Located, keys: Iterable[str], what: str) -> None:
        for key in located.values:
            if key not in keys:
                raise MalformedStory(self._path, located.line_of(key), f"{what} knows no {key!r}")

    def _require(self, condition: bool, line: int, problem: str) -> None:
        if not condition:
            raise MalformedStory(self._path, line, problem)


def _unknown(what: str, given: Any, known: Iterable[str]) -> str:
    near = get_close_matches(str(given), list(known), n=3)
    return f"there is no {what} {given!r}" + (f"; did you mean {', '.join(near)}?" if near else "")
