"""YAML as stories write it: words are words (`on` is no truth value, `12:30` no number), and every node knows its line.

Only `true`, `false` and `null` (also `~`, or nothing) have a meaning of their own. Numbers, dates and instants stay the
text they were written as; whatever takes them knows what it needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, SequenceNode

BOOL, NULL = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    pass


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver(BOOL, re.compile(r"^(true|false)$"), list("tf"))
_Loader.add_implicit_resolver(NULL, re.compile(r"^(null|~|)$"), ["n", "~", ""])


class Unreadable(Exception):
    """This is not YAML, or not the kind that stories are made of."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True)
class Located:
    """A mapping with the line (from 1) of itself and of each of its keys."""

    values: dict[str, Any]
    line: int
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping when it is not there."""
        return self.lines.get(key, self.line)


def read_document(text: str) -> tuple[Located, list[Located]]:
    """The top mapping without its steps, and its steps. Raises `Unreadable`."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, MappingNode):
            raise Unreadable(1, "a story is a mapping with company, now and steps")
        top = _located(loader, node, leave_out="steps")
        steps = next((value for key, value in node.value if key.value == "steps"), None)
        if not isinstance(steps, SequenceNode):
            raise Unreadable(_line(steps or node), "steps must be a list")
        return top, [_step(loader, step) for step in steps.value]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, error.problem or str(error)) from error
    finally:
        loader.dispose()


def _step(loader: _Loader, node: Node) -> Located:
    if not isinstance(node, MappingNode):
        raise Unreadable(_line(node), "a step is a mapping: do, tick or ask, each with what belongs to it")
    return _located(loader, node)


def _located(loader: _Loader, node: MappingNode, leave_out: str = "") -> Located:
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in lines:
            raise Unreadable(_line(key_node), f"{key} is written twice")
        lines[key] = _line(key_node)
        if key != leave_out:
            values[key] = loader.construct_object(value_node, deep=True)
    return Located(values, _line(node), lines)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
