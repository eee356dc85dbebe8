"""How well a colour reads on white (contrasto): the ratio of WCAG 2.2, from 1 (none) to 21 (black on white)."""

from __future__ import annotations

LEAST = 4.5
"""What small text needs."""


def contrast_with_white(colour: str) -> float:
    """The ratio of a colour `#rrggbb` to white paper. No money here: the formula has a power of 2.4."""
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (_linear(part) for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def is_readable(colour: str) -> bool:
    """Whether text in this colour on white, and white text on it, can be read."""
    return contrast_with_white(colour) >= LEAST


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
