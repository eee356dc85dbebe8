"""The pages for people, as the tests of the documentation see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateways.catalogue_pages import pages as generated

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GENERATED = {f"docs/{name}": text for name, text in generated().items()}
"""Pages that `libretto docs` writes; they are read from the code, so that a link to one needs no file."""
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Page:
    """One page; `name` is its path below the root, with slashes."""

    name: str
    text: str

    @property
    def prose(self) -> str:
        """The page without its code blocks."""
        return FENCE.sub("", self.text)

    def blocks(self, language: str) -> list[str]:
        """The code blocks of a language."""
        return [code for marked, code in FENCE.findall(self.text) if marked == language]

    def links(self) -> Iterator[str]:
        """Where the page leads to."""
        yield from LINK.findall(self.prose)

    def anchors(self) -> set[str]:
        """The places in the page that a link can lead to."""
        return {anchor(title) for title in HEADING.findall(self.prose)}

    def code(self) -> set[str]:
        """What stands in the prose between backquotes."""
        return set(re.findall(r"`([^`\n]+)`", self.prose))


def anchor(title: str) -> str:
    """The name that a heading has in links."""
    kept = re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", title).strip().lower())
    return kept.replace(" ", "-")


def page(name: str) -> Page:
    """A page by its path; a generated one as it would be written now."""
    if name in GENERATED:
        return Page(name, GENERATED[name])
    return Page(name, (ROOT / name).read_text(encoding="utf-8"))


def pages() -> list[Page]:
    """Every page: the root's, those in docs/ and the examples'."""
    paths = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    names = {path.relative_to(ROOT).as_posix() for path in paths} | {name for name in GENERATED if name.endswith(".md")}
    return [page(name) for name in sorted(names)]
