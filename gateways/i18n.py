"""Texts in the reader's language (gettext): Italian unless English is asked for. Message ids are English."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("it", "en")
DEFAULT = "it"
TOLD = "value"
"""The context of what validators say: values stand in these texts before they are translated."""
Translate = Callable[[str], str]


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, read from its .po file: what translators edit is what runs."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    return Translations(BytesIO(compiled.getvalue()))


@cache
def catalogue(language: str) -> Catalog:
    """The texts of a language as they stand in its .po file; none where there is no file."""
    source = files("gateways") / "locale" / language / "LC_MESSAGES" / "libretto.po"
    return read_po(BytesIO(source.read_bytes()), locale=language) if source.is_file() else Catalog(locale=language)


def translator(language: str) -> Translate:
    """Message id to text."""
    return translations(language).gettext


def told(text: str, language: str) -> str:
    """What a validator said, in the reader's language; values in it are found by the message id's placeholders."""
    exact = translations(language).pgettext(TOLD, text)
    if exact != text:
        return exact
    for pattern, template in _patterns(language):
        found = pattern.fullmatch(text)
        if found:
            return template.format_map(found.groupdict())
    return text


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (_pattern(str(message.id)), str(message.string))
        for message in catalogue(language)
        if message.context == TOLD and "{" in str(message.id) and message.string
    )


def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()
    pattern = ""
    for literal, name, _, _ in Formatter().parse(template):
        pattern += re.escape(literal)
        if name:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            seen.add(name)
    return re.compile(pattern, re.DOTALL)


def negotiate(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110)."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";")
        wishes.append((-_weight(weight), place, tag.strip().lower().split("-")[0]))
    return next((tag for weight, _, tag in sorted(wishes) if tag in LANGUAGES and weight < 0), DEFAULT)


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text.strip() else 1.0
    except ValueError:
        return 0.0
