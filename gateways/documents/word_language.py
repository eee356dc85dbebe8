"""What a Word template may say (linguaggio dei modelli): fields, conditions, loops over lists; nothing that runs.

Templates come from people we do not know. Their trees are checked node by node against a short list before anything is
compiled, and compiled they reach plain dicts and lists only: no attribute of a Python object can be read, nothing can
be called, no file is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from jinja2 import ChainableUndefined, StrictUndefined, Undefined, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from gateways.documents.shown import show
from gateways.documents.word_pictures import is_picture

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.For, nodes.If, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Concat, nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip
LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
SHOWING = ("amount", "date", "euro", "long_date", "lower", "number", "quantity", "time", "upper")
FILTERS = frozenset({*SHOWING, "default", "first", "join", "last", "length", "trim"})
TESTS = frozenset({"defined", "even", "none", "odd"})
DEEPEST = 4
"""Loops inside loops."""
LONGEST_TEXT = 500
RESERVED = frozenset({"caller", "kwargs", "self", "super", "varargs"})


class NotAllowed(SecurityError):
    """A template says what no template may say."""

    def __init__(self, found: str, lineno: int) -> None:
        super().__init__(f"{found} is not allowed in a template")
        self.found, self.lineno = found, lineno


def forbidden(tree: nodes.Template) -> list[NotAllowed]:
    """Everything in a template that may not be there, in its order."""
    found: list[NotAllowed] = []
    _look(tree, 0, found)
    return found


def _look(node: nodes.Node, depth: int, found: list[NotAllowed]) -> None:
    deeper = depth + isinstance(node, nodes.For)
    reason = _reason(node, deeper)
    if reason is not None:
        found.append(NotAllowed(reason, node.lineno or 1))
        return
    for child in node.iter_child_nodes():
        _look(child, deeper, found)


def _reason(node: nodes.Node, depth: int) -> str | None:
    match node:
        case nodes.Getattr(attr=name) | nodes.Name(name=name) if name.startswith("_") or name in RESERVED:
            return name
        case nodes.Const(value=str() as text) if len(text) > LONGEST_TEXT or text.startswith("_"):
            return repr(text[:40])
        case nodes.For() if node.recursive or not isinstance(node.target, nodes.Name) or depth > DEEPEST:
            return "this loop"
        case nodes.Test() if node.name not in TESTS:
            return f"is {node.name}"
        case nodes.Filter() if node.dyn_args is not None or node.dyn_kwargs is not None or node.node is None:
            return f"| {node.name}"
        case _:
            return None if isinstance(node, ALLOWED) else type(node).__name__.lower()


class WordEnvironment(SandboxedEnvironment):
    """Compiles and fills templates for one language."""

    def __init__(self, language: str) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=lambda value: _shown(value, language))
        self.globals.clear()
        usual = {name: self.filters[name] for name in ("first", "last", "length", "trim")}
        self.filters = {**usual, "default": _default, "join": _joined(language), **_showing(language)}
        self.tests = {name: self.tests[name] for name in (*TESTS, "in", "eq", "ne", "lt", "le", "gt", "ge")}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for one in forbidden(tree):
            raise one
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of a dict, or where a loop is; nothing else has parts."""
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute) if attribute in LOOP else self.undefined(obj=obj, name=attribute)
        if obj is None or isinstance(obj, ChainableUndefined):
            return ChainableUndefined(name=attribute)
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A part of a dict by its name, one of a list by its place."""
        if type(obj) is list and type(argument) is int:
            return obj[argument] if -len(obj) <= argument < len(obj) else ChainableUndefined(name=str(argument))
        return self.getattr(obj, argument) if isinstance(argument, str) else self.undefined(obj=obj)

    def call(self, *_: Any, **__: Any) -> NoReturn:
        """Nothing is ever called."""
        raise SecurityError("nothing can be called in a template")


def _shown(value: Any, language: str) -> Any:
    if isinstance(value, Undefined):
        return value
    if isinstance(value, dict | list):
        raise TemplateSyntaxError("a list or a group of fields cannot be written as it is", 1)
    return value if is_picture(value) else show(value, language)


def _showing(language: str) -> Mapping[str, Callable[[Any], str]]:
    def named(how: str) -> Callable[[Any], str]:
        return lambda value: "" if isinstance(value, Undefined) else show(value, language, how)

    return {how: named(how) for how in SHOWING}


def _default(value: Any, otherwise: str = "") -> Any:
    return otherwise if value is None or value == "" or isinstance(value, Undefined) else value


def _joined(language: str) -> Callable[..., str]:
    def join(values: Any, between: str = ", ") -> str:
        return str(between).join(show(value, language) for value in values or ())

    return join
