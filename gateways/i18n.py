"""Texts in the reader's language (gettext): Italian unless English is asked for. Message ids are English."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("it", "en")
DEFAULT = "it"
Translate = Callable[[str], str]


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, read from its .po file: what translators edit is what runs."""
    source = files("gateways") / "locale" / language / "LC_MESSAGES" / "libretto.po"
    if not source.is_file():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language))
    return Translations(BytesIO(compiled.getvalue()))


def translator(language: str) -> Translate:
    """Message id to text."""
    return translations(language).gettext


def negotiate(accept_language: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110)."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        wishes.append((-_weight(weight), place, tag.strip().lower().split("-")[0]))
    return next((tag for weight, _, tag in sorted(wishes) if tag in LANGUAGES and weight < 0), DEFAULT)


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
