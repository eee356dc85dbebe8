"""The command line's language: Italian, or English with LIBRETTO_LANGUAGE=en."""

from __future__ import annotations

import os

from gateways.i18n import DEFAULT, LANGUAGES, translator


def language() -> str:
    """The language asked for."""
    asked = os.environ.get("LIBRETTO_LANGUAGE", DEFAULT)[:2].lower()
    return asked if asked in LANGUAGES else DEFAULT


def _(message: str) -> str:
    """Message id to text."""
    return translator(language())(message)
