"""What was reckoned from the facts (dichiarazioni derivate): clocks, coverage, lines; apart from the facts."""

from __future__ import annotations

from typing import Any

from gateways.evidence.finding import Subject
from gateways.evidence.gathering import Gathered
from projections.base import Reader


def derived(reader: Reader, about: Subject, gathered: Gathered) -> dict[str, Any]:
    """Statements about the case, each by the view that answers it."""
    return {}
