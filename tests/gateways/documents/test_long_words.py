"""No word is too long for its place: codes, serials and addresses break, and are copied from the paper as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from pydantic import ValidationError

from gateways.documents.renderer import render
from projections.documents.content import Content
from tests.projections.documents import samples

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LONG = "SN0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMN"
NUMBERED = frozenset({"number", "unit", "price_unit", "reference"})
"""What the product keeps short: document numbers and units."""
PAPER = 595
POINT = 72 / 25.4


def texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts of a content stand."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        if isinstance(each, str):
            yield (*path, key)
        else:
            yield from texts(each, (*path, key))


def put(data: Any, path: tuple[Any, ...], text: str) -> None:
    """Say something else in a place."""
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = text


def with_long_words(content: Content) -> tuple[Content, int]:
    """The content with a long word wherever it may say anything, and in how many places."""
    data, count = json.loads(content.model_dump_json()), 0
    for path in list(texts(data)):
        if path[-1] in NUMBERED or str(path[-1]).endswith("_number") or path[0] in {"source", "bars"}:
            continue
        changed = json.loads(json.dumps(data))
        put(changed, path, LONG)
        try:
            content = type(content).model_validate(changed)
        except ValidationError:
            continue
        data, count = changed, count + 1
    return content, count


@pytest.mark.parametrize("kind", samples.ALL)
def test_a_long_word_stays_on_the_paper(kind: str) -> None:
    content, count = with_long_words(samples.ALL[kind])
    assert count > 3
    for page in pypdfium2.PdfDocument(render(content.kind, content, rendered_at=NOW).pdf):
        width, _ = page.get_size()
        margin = (17 if width > PAPER - 1 else 4) * POINT
        words = page.get_textpage()
        boxes = [words.get_charbox(i) for i in range(words.count_chars())]
        assert max(right for _, _, right, _ in boxes) < width - margin + 2
        assert min(left for left, _, _, _ in boxes) > margin - 2


def test_what_broke_is_copied_as_it_is() -> None:
    content, _ = with_long_words(samples.QUOTE)
    (first, *_) = pypdfium2.PdfDocument(render("quote", content, rendered_at=NOW).pdf)
    said = first.get_textpage().get_text_bounded()
    assert LONG in "".join(said.split())
    assert "\u200b" not in said
