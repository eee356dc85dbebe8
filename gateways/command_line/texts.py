"""The command line's language: Italian, or English with LIBRETTO_LANGUAGE=en."""

from __future__ import annotations

import os

from gateways.i18n import DEFAULT, LANGUAGES, translator

_asked = os.environ.get("LIBRETTO_LANGUAGE", DEFAULT)[:2].lower()
_ = translator(_asked if _asked in LANGUAGES else DEFAULT)
"""Message id to text, for help and messages; the options are read once, so the language is too."""
