"""Fields in texts and colours on paper: small pure rules."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.letterhead import ColourUnreadable, LetterheadLook, LogoUnusable, check_logo, check_look
from aggregates.rules.contrast import contrast_with_white, is_readable
from aggregates.rules.text_fields import FORMATS, filled, problems

KNOWN = {"number", "customer.name", "total"}
COLOURS = st.from_regex(r"\A#[0-9a-f]{6}\Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Senza campi.",
        "Offerta {{ number }} per {{customer.name}}.",
        "{{ total | euro }} {{ total|upper }}",
        "100 {",
    ],
)
def test_texts_that_name_known_fields_are_right(text: str) -> None:
    assert problems(text, KNOWN) == ()


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("{{ numero }}", "unknown-field", "numero"),
        ("{{ customer.nome }}", "unknown-field", "customer.nome"),
        ("{{ total | sum }}", "unknown-format", "sum"),
        ("{% for x in lines %}", "not-a-field", "{% for x in lines %}"),
        ("{{ ''.__class__ }}", "not-a-field", "{{ ''.__class__ }}"),
        ("{{ number() }}", "not-a-field", "{{ number() }}"),
        ("{{ number", "not-a-field", "{{"),
        ("number }}", "not-a-field", "}}"),
        ("{# nascosto #}", "not-a-field", "{# nascosto #}"),
    ],
)
def test_what_is_no_known_field_is_named(text: str, code: str, found: str) -> None:
    assert [(one.code, one.found) for one in problems(text, KNOWN)] == [(code, found)]


@given(st.lists(st.sampled_from(sorted(KNOWN)), max_size=5), st.text("{}%# ab", max_size=20))
def test_filled_once_and_never_again(paths: list[str], value: str) -> None:
    """What a value says is never read as a field, however it is written."""
    text = " - ".join(f"{{{{ {path} }}}}" for path in paths)
    assert filled(text, lambda *_: value) == " - ".join(value for _ in paths)


@given(st.text(max_size=60))
def test_a_text_without_problems_has_no_braces_left(text: str) -> None:
    if not problems(text, KNOWN):
        assert not re.search(r"\{\{|\{%|%\}|\}\}", filled(text, lambda *_: "x"))


def test_formats_are_those_that_can_be_shown() -> None:
    from gateways.documents.shown import _SHOWING
    from gateways.documents.word_language import SHOWING

    assert FORMATS == set(_SHOWING) == set(SHOWING)


# Colours


@pytest.mark.parametrize(("colour", "ratio"), [("#000000", 21), ("#ffffff", 1), ("#767676", 4.54)])
def test_contrast_is_that_of_wcag(colour: str, ratio: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(ratio, abs=0.01)


@given(COLOURS)
def test_darker_reads_no_worse(colour: str) -> None:
    """Every part halved, a colour stays readable; the ratio stays between 1 and 21."""
    parts = [int(colour[n : n + 2], 16) for n in (1, 3, 5)]
    darker = "#" + "".join(f"{part // 2:02x}" for part in parts)
    assert 1 <= contrast_with_white(colour) <= contrast_with_white(darker) <= 21.0001
    assert is_readable(darker) or not is_readable(colour)


def test_a_letterhead_refuses_what_cannot_be_read_or_drawn() -> None:
    check_look(LetterheadLook(accent="#1d5566"))
    with pytest.raises(ColourUnreadable):
        check_look(LetterheadLook(accent="#ffd700"))
    check_logo("image/png", 1_000_000)
    for media_type, size in (("image/svg+xml", 100), ("image/png", 1_000_001), ("application/pdf", 100)):
        with pytest.raises(LogoUnusable):
            check_logo(media_type, size)
