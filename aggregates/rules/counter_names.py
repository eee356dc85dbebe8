"""What meters are called on paper (nomi dei contatori): Italian for the usual ones, else the code as it was given."""

from __future__ import annotations

METERS = {
    "bw": "B/N",
    "colour": "Colore",
    "color": "Colore",
    "total": "Totale",
    "scans": "Scansioni",
    "hours": "Ore",
    "km": "Km",
    "cycles": "Cicli",
}
COUNTERS = METERS | {"bw": "Copie B/N", "colour": "Copie a colori", "color": "Copie a colori", "a3": "Copie A3"}


def meter_name(kind: str) -> str:
    """A meter as it stands before a reading: `B/N`."""
    return METERS.get(kind.lower(), kind.upper())


def counter_name(counter: str) -> str:
    """A counter as it stands on a line: `Copie B/N`."""
    return COUNTERS.get(counter.lower(), counter.upper())
