"""The colours of the map and their order (MAP-1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from aggregates.rules.map_colour import MapColour, colour_of, end_of

NOW = datetime(2026, 12, 9, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SOON = timedelta(hours=4)


@pytest.mark.parametrize(
    ("due", "colour"),
    [
        (NOW - SECOND, MapColour.OVERDUE),
        (NOW, MapColour.DUE_SOON),
        (NOW + SOON, MapColour.DUE_SOON),
        (NOW + SOON + SECOND, MapColour.PLANNED),
    ],
)
def test_what_is_due_is_coloured_by_when(due: datetime, colour: MapColour) -> None:
    assert colour_of([due], NOW, 4) is colour
    assert colour_of([NOW + timedelta(days=9), due], NOW, 4) is colour


def test_the_first_reason_that_holds_gives_the_colour() -> None:
    """Against the list of reasons in their order, for every combination of them."""
    order = list(MapColour)[:-1]
    for holds in product((True, False), repeat=5):
        due = [NOW - SECOND] if holds[0] else []
        due += [NOW + SECOND] if holds[1] else []
        flags = {"owes": holds[2], "is_unconfirmed": holds[3], "is_unassigned": holds[4]}
        expected = next((colour for colour, is_so in zip(order, holds, strict=True) if is_so), MapColour.PLANNED)
        assert colour_of(due, NOW, 4, **flags) is expected


def test_what_may_be_done_on_a_day_is_late_the_day_after() -> None:
    last = end_of(date(2026, 12, 9))
    midnight = datetime(2026, 12, 9, 23, 0, tzinfo=UTC)
    assert colour_of([last], midnight - SECOND, 4) is MapColour.DUE_SOON
    assert colour_of([last], midnight, 4) is MapColour.OVERDUE
