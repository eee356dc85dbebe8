"""Views that are also pages of text (pagine di testo): asked for by their own address or by `Accept: text/plain`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from gateways.clock_page import clock_page
from gateways.line_page import line_page
from projections.base import View

PLAIN = "text/plain"
PAGES: Mapping[str, Callable[[Any, str], str]] = {"why-line": line_page, "service-clock": clock_page}
"""By view: how its answer is written in a language."""


def has_page(view: View) -> bool:
    """Whether a view is a page too; its address is the view's with `.txt` behind."""
    return view.name in PAGES


def page(view: View, answer: Any, language: str) -> Response:
    """The answer of a view as a page."""
    headers = {"content-language": language, "x-content-type-options": "nosniff"}
    return Response(PAGES[view.name](answer, language), 200, headers, f"{PLAIN}; charset=utf-8")
