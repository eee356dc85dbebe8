"""The command line's language: Italian, or English with LIBRETTO_LANGUAGE=en."""

from __future__ import annotations

import os

from gateways.i18n import DEFAULT, LANGUAGES, translator


def _(message: str) -> str:
    """Message id to text."""
    asked = os.environ.get("LIBRETTO_LANGUAGE", DEFAULT)[:2].lower()
    return translator(asked if asked in LANGUAGES else DEFAULT)(message)
