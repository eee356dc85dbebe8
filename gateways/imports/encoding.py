"""Which characters a text file was written with (codifica dei caratteri).

Italian offices hand over UTF-8, Excel's "Unicode text" (UTF-16), Windows (cp1252) and, from older programs, DOS
(cp850) or Macintosh files. The answer depends on the bytes alone: the same file always reads the same.
"""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SINGLE_BYTE = ("cp1252", "latin-1", "cp850", "mac_roman")
"""In order of preference when two read the file equally well."""

ITALIAN = frozenset("àèéìíòóùúÀÈÉÌÒÙçÇñÑäöüßÄÖÜâêîôû’‘“”–€°ªº«»²³½\u00a0")
"""What stands beside plain ASCII in Italian business data; foreign names bring the umlauts and accents."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of the encoding it was read with.

    A byte order mark decides; then the zero bytes of UTF-16; then UTF-8 if the bytes are valid UTF-8; then the
    single-byte encoding that yields most Italian letters. `charset-normalizer` is asked only when none of those
    makes sense of the file, for example one from central Europe.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    name = _utf16(data) or "utf-8"
    try:
        return data.decode(name), name
    except UnicodeDecodeError:
        return _single_byte(data)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of western text is zero."""
    sample = data[:4000]
    half = len(sample) // 2
    if half == 0 or len(data) % 2:
        return None
    if sample[1::2].count(0) > 0.7 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _single_byte(data: bytes) -> tuple[str, str]:
    readings: list[tuple[int, str, str]] = []
    for name in SINGLE_BYTE:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        readings.append((sum(character in ITALIAN for character in text), name, text))
    score, name, text = max(readings, key=lambda reading: reading[0])
    strange = sum(ord(character) > 127 for character in text) - score
    if strange > score and (guess := from_bytes(data).best()) is not None:
        return str(guess), guess.encoding
    return text, name
