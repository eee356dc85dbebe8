"""The project's files, as the architecture tests see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("aggregates", "commands", "projections", "schedulers", "gateways")


@dataclass(frozen=True)
class SourceFile:
    """One file of a tree; `name` is its path below the root, with slashes."""

    name: str
    text: str

    @property
    def folder(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def syntax(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in it, from the whole to the parts."""
        return nodes_of(self.text, self.name)


@cache
def nodes_of(text: str, name: str) -> tuple[ast.AST, ...]:
    """Parsed and walked once for all checks of a module, which lets them go in the end."""
    return tuple(ast.walk(ast.parse(text, name)))


def files(root: Path, *folders: str, suffixes: tuple[str, ...] = (".py",)) -> Iterator[SourceFile]:
    """Every file of the folders with one of the suffixes, in order of name."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix in suffixes and "__pycache__" not in path.parts:
                yield SourceFile(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))


def plant(root: Path, modules: dict[str, str]) -> None:
    """Write a small tree, for a test of a test."""
    for name, text in modules.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
