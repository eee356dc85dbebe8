"""Priority by impact and urgency (R6.2)."""

from __future__ import annotations

import pytest

from aggregates.rules.priority import Level, PriorityMatrix

H, M, L = Level.HIGH, Level.MEDIUM, Level.LOW


@pytest.mark.parametrize(
    ("impact", "urgency", "priority"),
    [(H, H, H), (H, M, H), (H, L, M), (M, H, H), (M, M, M), (M, L, L), (L, H, M), (L, M, L), (L, L, L)],
)
def test_the_standard_matrix(impact: Level, urgency: Level, priority: Level) -> None:
    assert PriorityMatrix().priority(impact, urgency) is priority


def test_a_company_may_have_its_own_matrix() -> None:
    assert PriorityMatrix(low_impact=(H, M, L)).priority(L, H) is H
