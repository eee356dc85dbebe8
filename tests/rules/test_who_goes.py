"""Who goes to a planned service: those who can in their order, each once, or one reason why nobody can (MNT-1)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.rules.who_goes import MOST_OTHERS, Goer, in_turn

DAY = date(2026, 2, 28)
goers = st.lists(
    st.builds(
        Goer,
        technician_id=st.integers(1, 14).map(lambda n: UUID(int=n)),
        skills=st.sampled_from([(), ("GAS",), ("F-GAS", "GAS")]),
        is_free=st.booleans(),
    ),
    max_size=20,
)


@given(goers, st.sampled_from([None, "GAS", "F-GAS"]), st.sampled_from([None, "Forlì"]))
def test_who_goes_has_the_skill_and_the_time_and_stands_in_the_order_given(
    found: list[Goer], skill: str | None, area: str | None
) -> None:
    first = {goer.technician_id: goer for goer in reversed(found)}
    able = [key for key, goer in first.items() if (skill is None or skill in goer.skills) and goer.is_free]
    going, nobody = in_turn(found, skill, area, DAY)
    assert set(going) <= set(able)
    assert len(going) == min(len(able), MOST_OTHERS + 1)
    order = [goer.technician_id for goer in found]
    assert list(going) == sorted(set(going), key=order.index)
    assert (nobody is None) == bool(going)


def test_the_first_condition_that_nobody_meets_is_the_reason() -> None:
    gino, pina = Goer(UUID(int=1), ("GAS",), is_free=False), Goer(UUID(int=2))
    said = [
        in_turn([], None, None, DAY)[1],
        in_turn([], None, "Forlì", DAY)[1],
        in_turn([pina], "GAS", "Forlì", DAY)[1],
        in_turn([gino, pina], "GAS", "Forlì", DAY)[1],
    ]
    assert [each.code for each in said if each] == ["goes-no-area", "goes-nobody", "goes-no-skill", "goes-nobody-free"]
