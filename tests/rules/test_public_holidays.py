"""National holidays and patron saints (R6.5), compared with the library's own data."""

from __future__ import annotations

from datetime import date

import holidays as library
import pytest

from aggregates.rules.public_holidays import _SAINTS, national_holidays, patron_saint, town_key

# Subdivision codes of the library for towns whose province has more than one saint, or none of its own.
TOWNS_AS_SUBDIVISIONS = {"forli": "Forli", "cesena": "Cesena", "barletta": "Barletta", "trani": "Trani"}
TOWNS_AS_SUBDIVISIONS |= {"pesaro": "Pesaro", "urbino": "Urbino"}


def test_2026_has_thirteen_national_holidays() -> None:
    days = [
        (1, 1),
        (1, 6),
        (4, 5),
        (4, 6),
        (4, 25),
        (5, 1),
        (6, 2),
        (8, 15),
        (10, 4),
        (11, 1),
        (12, 8),
        (12, 25),
        (12, 26),
    ]
    assert sorted(national_holidays("IT", 2026)) == [date(2026, *day) for day in days]


def test_saint_francis_is_a_holiday_from_2026() -> None:
    assert [date(year, 10, 4) in national_holidays("IT", year) for year in (2024, 2025, 2026, 2027)] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("monday", [date(2026, 4, 6), date(2027, 3, 29)])
def test_easter_monday(monday: date) -> None:
    assert national_holidays("IT", monday.year)[monday] == "Lunedì dell'Angelo"


def test_national_unity_and_the_other_moved_days_are_worked() -> None:
    for year in range(2012, 2051):
        ours = national_holidays("IT", year)
        theirs = library.country_holidays("IT", years=year, language="it_IT")
        more = {day: name for day, name in theirs.items() if day not in ours}
        assert set(more.values()) <= {"Giorno dell'unità nazionale"}
        assert set(ours) <= set(theirs)


@pytest.mark.parametrize(
    ("town", "day"),
    [
        ("Milano", (12, 7)),
        ("Milan", (12, 7)),
        ("Forlì", (2, 4)),
        ("FORLI'", (2, 4)),
        ("Forli", (2, 4)),
        ("Roma", (6, 29)),
        ("L’Aquila", (6, 10)),
        ("Reggio nell'Emilia", (11, 24)),
        ("Napoli", (9, 19)),
    ],
)
def test_patron_saints(town: str, day: tuple[int, int]) -> None:
    saint = patron_saint(town)
    assert saint is not None
    assert (saint.month, saint.day) == day


def test_a_town_nobody_wrote_down_has_no_saint() -> None:
    assert patron_saint("Bagnacavallo") is None


def test_patron_saints_agree_with_the_library() -> None:
    aliases = {
        town_key(name): code for name, code in library.country_holidays("IT").subdivisions_aliases.items()
    } | TOWNS_AS_SUBDIVISIONS
    checked = 0
    for town, saint in _SAINTS.items():
        code = aliases.get(town)
        if code is None:
            continue
        assert date(2027, saint.month, saint.day) in library.country_holidays("IT", subdiv=code, years=2027), town
        checked += 1
    assert checked > 90


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="no holidays"):
        national_holidays("XQ", 2026)
