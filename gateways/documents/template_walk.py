"""Follows a template's tree with the fields of its document (percorso): what is unknown, forbidden, or does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from jinja2 import nodes

from gateways.documents.word_language import FILTERS, LOOP, forbidden
from projections.documents.template_fields import Group, Leaf, Many, Shape

Code = Literal["unknown-field", "unknown-filter", "not-allowed", "syntax", "not-a-list", "not-a-value"]
VALUE = Leaf(kind="text")
LOOP_SHAPE = Group(parts={name: Leaf(kind="number") for name in LOOP})


class Wrong(NamedTuple):
    """What is wrong, in which words, on which line."""

    code: Code
    found: str
    lineno: int


class Walk:
    """One walk through one part of a template."""

    def __init__(self, fields: Group) -> None:
        self._scope: dict[str, Shape | None] = dict(fields.parts)
        self.found: list[Wrong] = []

    def template(self, tree: nodes.Template) -> None:
        """Find all that is wrong; what is not allowed alone, where there is such."""
        self.found = [Wrong("not-allowed", one.found, one.lineno) for one in forbidden(tree)]
        if not self.found:
            self._statements(tree.body)

    def _statements(self, body: list[Any]) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for each in node.nodes:
                        self._written(each)
                case nodes.For():
                    self._loop(node)
                case nodes.If():
                    self._shape(node.test)
                    for branch in (node.body, node.elif_, node.else_):
                        self._statements(list(branch))

    def _written(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.TemplateData):
            return
        shape = self._shape(node)
        if isinstance(shape, Group | Many):
            self._say("not-a-value", _named(node), node)

    def _loop(self, node: nodes.For) -> None:
        over = self._shape(node.iter)
        if over is not None and not isinstance(over, Many):
            self._say("not-a-list", _named(node.iter), node)
        target = node.target
        name = target.name if isinstance(target, nodes.Name) else ""
        outer = self._scope
        self._scope = {**outer, name: over.of if isinstance(over, Many) else None, "loop": LOOP_SHAPE}
        if node.test is not None:
            self._shape(node.test)
        self._statements(node.body)
        self._scope = outer
        self._statements(node.else_)

    def _shape(self, node: nodes.Node) -> Shape | None:
        """What an expression is; None where it is not known, which has then been said."""
        ways: Mapping[type, Callable[[Any], Shape | None]] = {
            nodes.Name: self._name,
            nodes.Getattr: lambda each: self._part(each, each.node, each.attr),
            nodes.Getitem: self._item,
            nodes.Filter: self._filtered,
        }
        way = ways.get(type(node))
        if way is not None:
            return way(node)
        for child in node.iter_child_nodes():
            self._shape(child)
        return VALUE

    def _name(self, node: nodes.Name) -> Shape | None:
        if node.name not in self._scope:
            self._say("unknown-field", node.name, node)
        return self._scope.get(node.name)

    def _part(self, node: nodes.Node, of: nodes.Node, name: str) -> Shape | None:
        whole = self._shape(of)
        if whole is None:
            return None
        if not isinstance(whole, Group) or name not in whole.parts:
            self._say("unknown-field", _named(node), node)
            return None
        return whole.parts[name]

    def _item(self, node: nodes.Getitem) -> Shape | None:
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._part(node, node.node, node.arg.value)
        whole = self._shape(node.node)
        self._shape(node.arg)
        if whole is not None and not isinstance(whole, Many):
            self._say("not-a-list", _named(node.node), node)
        return whole.of if isinstance(whole, Many) else None

    def _filtered(self, node: nodes.Filter) -> Shape | None:
        for each in node.args:
            self._shape(each)
        inner = self._shape(node.node) if node.node is not None else None
        if node.name not in FILTERS:
            self._say("unknown-filter", node.name, node)
            return None
        is_list = isinstance(inner, Many)
        if node.name in ("join", "length", "first", "last"):
            if inner is not None and not is_list:
                self._say("not-a-list", _named(node.node), node)
            return inner.of if isinstance(inner, Many) and node.name in ("first", "last") else VALUE
        if isinstance(inner, Group | Many):
            self._say("not-a-value", _named(node.node), node)
        return inner if node.name == "default" else VALUE

    def _say(self, code: Code, found: str, node: nodes.Node) -> None:
        self.found.append(Wrong(code, found, node.lineno or 1))


def _named(node: nodes.Node | None) -> str:
    """An expression as it was written, as far as it is a path."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_named(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=value)):
            return f"{_named(node.node)}[{value}]"
        case nodes.Filter():
            return _named(node.node)
        case _:
            return "…"
