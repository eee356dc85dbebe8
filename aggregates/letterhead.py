"""Letterhead (carta intestata): how the company's documents look beyond its legal data."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from aggregates.base import Refusal, require
from aggregates.rules.contrast import is_readable
from aggregates.values import Value

LOGO_TYPES = ("image/png", "image/jpeg")
LARGEST_LOGO = 1_000_000
"""Bytes."""
SHA256 = r"^[0-9a-f]{64}$"


class ShownData(StrEnum):
    """Data of the company that a document may leave out; what the law asks for is always there."""

    PHONE = "phone"
    EMAIL = "email"
    BANK = "bank"
    SHARE_CAPITAL = "share_capital"
    BUSINESS_REGISTER = "business_register"


class LetterheadLook(Value):
    """The company's letterhead; what is left out is printed as the house prints it."""

    logo_sha256: str | None = Field(default=None, pattern=SHA256, description="An uploaded PNG or JPEG of up to 1 MB.")
    accent: str | None = Field(
        default=None, pattern=r"^#[0-9a-f]{6}$", description="Colour of headings and totals.", examples=["#1d5566"]
    )
    motto: str | None = Field(default=None, min_length=1, max_length=120)
    website: str | None = Field(default=None, min_length=1, max_length=120, examples=["www.service.example"])
    certified_email: str | None = Field(default=None, min_length=3, max_length=120, examples=["service@pec.example"])
    footer: str | None = Field(default=None, min_length=1, max_length=300, description="A line below every page.")
    hidden: tuple[ShownData, ...] = Field(default=(), description="Data that is not printed.", examples=[["bank"]])


class LogoUnusable(Refusal):
    """The logo must be a PNG or JPEG picture of up to 1 MB; drawings (SVG) are not taken, export them as PNG."""

    status = 422


class ColourUnreadable(Refusal):
    """Text in the colour {colour} cannot be read on white paper; choose a darker one."""

    status = 422


class LogoUnknown(Refusal):
    """No file with the hash {sha256} was ever uploaded; upload the logo first."""

    status = 422


def check_look(look: LetterheadLook) -> None:
    """Raises `ColourUnreadable`."""
    if look.accent is not None:
        require(is_readable(look.accent), ColourUnreadable, colour=look.accent)


def check_logo(media_type: str, size: int) -> None:
    """Raises `LogoUnusable`; `size` in bytes."""
    require(media_type in LOGO_TYPES and size <= LARGEST_LOGO, LogoUnusable)
