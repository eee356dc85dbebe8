"""A sieve (setaccio): remembers in little memory which values were put in; never forgets one, seldom imagines one."""

from __future__ import annotations

from collections.abc import Iterator

FIRST_BITS = 1 << 16
BITS_EACH = 12
MARKS = 4
_WORD = (1 << 64) - 1


class Sieve:
    """Holds hashes as marks in bit fields, each twice as large as the one before; about one miss in fifty is wrong."""

    def __init__(self) -> None:
        self._fields = [bytearray(FIRST_BITS // 8)]
        self._room = FIRST_BITS // BITS_EACH

    def add(self, value: object) -> None:
        """Put a value in."""
        if self._room == 0:
            self._fields.append(bytearray(len(self._fields[-1]) * 2))
            self._room = len(self._fields[-1]) * 8 // BITS_EACH
        self._room -= 1
        field = self._fields[-1]
        for at in _marks(hash(value), len(field) * 8):
            field[at >> 3] |= 1 << (at & 7)

    def __contains__(self, value: object) -> bool:
        """False: it was surely never put in. True: it probably was."""
        number = hash(value)
        return any(
            all(field[at >> 3] & 1 << (at & 7) for at in _marks(number, len(field) * 8)) for field in self._fields
        )


def _marks(number: int, bits: int) -> Iterator[int]:
    low, high = number & _WORD, (number * 0x9E3779B97F4A7C15 >> 20 & _WORD) | 1
    return ((low + n * high) % bits for n in range(MARKS))
