"""The API's description as the tests that are made from it share it: made once a process, never changed."""

from __future__ import annotations

from typing import Any

from commands.catalog import CATALOG
from gateways.http.openapi import describe
from projections.catalog import VIEWS

DOCUMENT: dict[str, Any] = describe(CATALOG, VIEWS, "1.2.3")
