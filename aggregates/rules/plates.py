"""Registration plates (targhe): how they are written, so that one vehicle is never known twice.

Italian plates: cars and trailers since 1994 (AB123CD), motorcycles (AB12345), farm and work machines (AB123C), mopeds
(X1B2CD), and the older ones of a province (FO 123456, ROMA A12345). The letters I, O, Q and U are on none since 1994.
"""

from __future__ import annotations

import re

LETTER = "[A-HJ-NPR-TV-Z]"
ITALIAN = re.compile(
    rf"{LETTER}{{2}}\d{{3}}{LETTER}{{2}}"  # cars, trailers
    rf"|{LETTER}{{2}}\d{{5}}"  # motorcycles
    rf"|{LETTER}{{2}}\d{{3}}{LETTER}"  # farm and work machines
    rf"|X[0-9A-HJ-NPR-TV-Z]{{5}}"  # mopeds
    r"|(?:[A-Z]{2}|ROMA)(?:\d{6}|[A-Z]\d{5}|\d[A-Z]\d{4})"  # before 1994
)
FOREIGN = re.compile(r"(?=.*\d)[A-Z0-9ÄÖÜ]{2,12}")
BETWEEN = re.compile(r"[\s.\-/·*]")


def plate_of(country: str, text: str) -> str | None:
    """The plate in capitals without what stands between; None when no plate of the country looks so."""
    plain = BETWEEN.sub("", text).upper()
    pattern = ITALIAN if country == "IT" else FOREIGN
    return plain if pattern.fullmatch(plain) else None
