"""The company's logo (logo) on what is printed: from the archive for as long as the printing takes.

A document freezes the logo by its hash. A picture that cannot be drawn is left out: it must not hold up every document.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

import typst

from aggregates.letterhead import LARGEST_LOGO, LOGO_TYPES
from gateways.documents.archive import Archive, Deposit, NotArchived
from gateways.documents.renderer import canonical_sha256
from gateways.files import file_key, read_file
from gateways.logs import log
from projections.documents.content import Content, Letterhead, Picture

C = TypeVar("C", bound=Content)
MOST_PIXELS = 16_000_000


def with_logo(content: C, archive: Archive, company_id: UUID) -> C:
    """The content with the bytes of its logo, ready to be printed."""
    if content.issuer.logo_sha256 is None:
        return content
    logo = logo_of(content.issuer, archive, company_id)
    return content.model_copy(update={"issuer": content.issuer.model_copy(update={"logo": logo})})


def logo_of(issuer: Letterhead, archive: Archive, company_id: UUID) -> Picture | None:
    """The logo that a letterhead names; None where it names none, or one that cannot be drawn."""
    return _logo(archive, company_id, issuer.logo_sha256) if issuer.logo_sha256 else None


def without_logo(deposit: Deposit) -> Deposit:
    """What is kept of a printed document: its logo by hash alone."""
    issuer = deposit.content["issuer"]
    if issuer.get("logo_sha256") is None:
        return deposit
    content = {**deposit.content, "issuer": {**issuer, "logo": None}}
    return deposit.model_copy(update={"content": content, "content_sha256": canonical_sha256(content)})


def _logo(archive: Archive, company_id: UUID, sha256: str) -> Picture | None:
    try:
        card, _ = archive.get(file_key(company_id, sha256))
        data = read_file(archive, company_id, sha256)
    except (NotArchived, ValueError):
        log.warning("logo is not in the archive", sha256=sha256)
        return None
    if card.media_type not in LOGO_TYPES or len(data) > LARGEST_LOGO or not is_drawable(data):
        log.warning("logo cannot be drawn", sha256=sha256)
        return None
    return Picture.model_validate({"media_type": card.media_type, "data": data})


@lru_cache(maxsize=64)
def is_drawable(data: bytes) -> bool:
    """Whether a PNG or JPEG of a sound size can be drawn."""
    size = pixels(data)
    if size is None or not 0 < size <= MOST_PIXELS:
        return False
    written = ", ".join(str(byte) for byte in data)
    try:
        typst.compile(f"#image(bytes(({written},)), width: 1cm)".encode())
    except typst.TypstError:
        return False
    return True


def pixels(data: bytes) -> int | None:
    """How many pixels a PNG or JPEG claims to have; None when it claims nothing."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        wide, high = struct.unpack(">II", data[16:24])
        return int(wide * high)
    return _jpeg_pixels(data) if data.startswith(b"\xff\xd8") else None


def _jpeg_pixels(data: bytes) -> int | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(wide * high)
        at += 2 + length
    return None
