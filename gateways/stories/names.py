"""Names that steps give to what they made: `$rossi.party_id`, `${rossi.party_id}`, or `$rossi` for the one id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REFERENCE = re.compile(r"\$(?:\$|\{(?P<braced>[^{}]*)\}|(?P<plain>[A-Za-z_][\w-]*(?:\.\w+)*))")


class UnknownName(Exception):
    """A step refers to something that no step before it has made."""


class Names:
    """What the steps so far have made, by the names they gave it."""

    def __init__(self) -> None:
        self._made: dict[str, dict[str, Any]] = {}
        self._fields: dict[str, Mapping[str, Any]] = {}

    def give(self, name: str, made: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        """Remember what a step made, and the fields it was given."""
        self._made[name], self._fields[name] = dict(made), fields

    def filled(self, value: Any) -> Any:
        """The value with every reference replaced, however deep. Raises `UnknownName`."""
        if isinstance(value, Mapping):
            return {key: self.filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.filled(item) for item in value]
        if not isinstance(value, str) or "$" not in value:
            return value
        whole = REFERENCE.fullmatch(value)
        if whole and value != "$$":
            return self._found(whole)
        return REFERENCE.sub(lambda match: "$" if match[0] == "$$" else str(self._found(match)), value)

    def _found(self, match: re.Match[str]) -> Any:
        name, *path = (match["braced"] or match["plain"] or "").split(".")
        if name not in self._made:
            raise UnknownName(f"{match[0]}: nothing is called {name!r} here")
        if not path:
            return self._one_id(name)
        found: Any = {**self._fields[name], **self._made[name]}
        for part in path:
            found = _inside(found, part, match[0])
        return found

    def _one_id(self, name: str) -> Any:
        made = self._made[name]
        ids = [key for key in made if key.endswith("_id")]
        if len(ids) != 1:
            choice = ", ".join(f"${name}.{key}" for key in made) or "nothing"
            raise UnknownName(f"${name} is not one id; it has {choice}")
        return made[ids[0]]


def _inside(value: Any, part: str, reference: str) -> Any:
    if isinstance(value, Mapping) and part in value:
        return value[part]
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return value[int(part)]
    raise UnknownName(f"{reference}: there is no {part!r} in it")
