"""Texts and pictures of a quote as they are printed (blocchi): paragraphs, points, bold words, pictures (QUO-3).

The markup is small so that nothing a person types can break a document: what is not markup is printed as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field

from aggregates.quote_blocks import Block
from aggregates.values import Value
from projections.documents.content import Picture, Text

BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
POINT = "- "


class Run(Value):
    """Some words of one weight."""

    text: str
    bold: bool = False


class Paragraph(Value):
    """A paragraph, or one point of a list."""

    runs: tuple[Run, ...]
    is_point: bool = False


class DrawnBlock(Value):
    """Paragraphs, or a picture; `image` holds its bytes once they were fetched from the archive."""

    paragraphs: tuple[Paragraph, ...] = ()
    picture_sha256: str | None = None
    caption: Text | None = None
    width_percent: Annotated[int, Field(ge=10, le=100)] = 60
    image: Picture | None = None


def drawn_blocks(blocks: Iterable[Block]) -> tuple[DrawnBlock, ...]:
    """The blocks of a quote, ready to be printed but for the bytes of pictures."""
    return tuple(_drawn(block) for block in blocks)


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text: lines belong together until an empty one, a point stands by itself."""
    return tuple(Paragraph(runs=tuple(runs(words)), is_point=is_point) for words, is_point in _split(text))


def runs(words: str) -> Iterator[Run]:
    """The words of a paragraph, those between `**` in bold."""
    at = 0
    for found in BOLD.finditer(words):
        if found.start() > at:
            yield Run(text=words[at : found.start()])
        yield Run(text=found.group(1), bold=True)
        at = found.end()
    if at < len(words):
        yield Run(text=words[at:])


def _split(text: str) -> Iterator[tuple[str, bool]]:
    gathered: list[str] = []
    for line in (each.strip() for each in text.splitlines()):
        is_point = line.startswith(POINT)
        if gathered and (is_point or not line):
            yield " ".join(gathered), False
            gathered = []
        if is_point and line[len(POINT) :].strip():
            yield line[len(POINT) :].strip(), True
        elif line and not is_point:
            gathered.append(line)
    if gathered:
        yield " ".join(gathered), False


def _drawn(block: Block) -> DrawnBlock:
    if block.picture is None:
        return DrawnBlock(paragraphs=paragraphs(block.text or ""))
    shown = block.picture
    return DrawnBlock(
        picture_sha256=shown.sha256, caption=(shown.caption or "").strip() or None, width_percent=shown.width_percent
    )
