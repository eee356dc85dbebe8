"""Small pictures (miniature): of a photo as it was sent, ready to be printed.

Whatever a device adds to a photo, its place on earth first of all, stays in the original: what is printed is drawn anew
from the dots alone (R10.1: no GPS), turned upright as the camera says.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from projections.documents.content import Picture

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LARGEST_FILE = 25_000_000
"""Bytes of an original that is looked at."""
MOST_DOTS = 60_000_000
LONGEST = 720
"""Dots of the longer side: two hundred an inch where three stand in a row."""
QUALITY = 72


class NotDrawable(ValueError):
    """The picture cannot be printed; the message says why, in Italian, because it is printed instead."""


def thumbnail(data: bytes) -> Picture:
    """A JPEG of a photo, upright, at most `LONGEST` dots wide and high. Raises `NotDrawable`."""
    if len(data) > LARGEST_FILE:
        raise NotDrawable("il file è troppo grande")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as photo:
            return _drawn(photo)
    except UnidentifiedImageError as error:
        kind = "formato HEIC" if data[4:8] == b"ftyp" else "tipo di immagine"
        raise NotDrawable(f"il {kind} non si stampa") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        if isinstance(error, NotDrawable):
            raise
        raise NotDrawable("il file è danneggiato") from error


def _drawn(photo: Image.Image) -> Picture:
    wide, high = photo.size
    if wide * high > MOST_DOTS:
        raise NotDrawable(f"ha troppi punti ({wide} × {high})")
    photo.draft("RGB", (LONGEST, LONGEST))  # a JPEG is read at a fraction of its size
    upright = ImageOps.exif_transpose(photo)
    upright.thumbnail((LONGEST, LONGEST))
    page = Image.new("RGB", upright.size, "white")
    seen = upright.convert("RGBA")
    page.paste(seen, mask=seen)
    out = BytesIO()
    page.save(out, "JPEG", quality=QUALITY)
    return Picture(media_type="image/jpeg", data=out.getvalue())
