"""Who sends an electronic invoice (soggetto trasmittente), and how the file is called (R9.10)."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from aggregates.values import Value

_CODE_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Sender(Value):
    """What the file says of the issuer beyond its letterhead, and who transmits it."""

    transmitter_id: str = Field(pattern=r"^[A-Z0-9]{1,28}$")
    transmitter_country: str = Field(default="IT", pattern=r"^[A-Z]{2}$")
    tax_regime: str = Field(default="RF01", pattern=r"^RF(0[124-9]|1[0-9]|20)$")
    register_office: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    register_number: str | None = None
    share_capital: Decimal | None = None
    sole_shareholder: bool | None = None
    in_liquidation: bool = False


def progressive_code(sequence: int) -> str:
    """The n-th file's five characters, 0-9 and A-Z (R9.10); raises `ValueError` outside 1 to 60,466,175."""
    if not 0 < sequence < 36**5:
        raise ValueError(f"{sequence} does not fit in five characters")
    code = ""
    while sequence:
        sequence, digit = divmod(sequence, 36)
        code = _CODE_DIGITS[digit] + code
    return code.rjust(5, "0")


def file_name(sender: Sender, progressive: str) -> str:
    """The name of the file, never used twice: `IT12345670017_00001.xml` (R9.10)."""
    if not (1 <= len(progressive) <= 5 and progressive.isascii() and progressive.isalnum()):
        raise ValueError(f"{progressive!r} is not one to five letters and digits")
    return f"{sender.transmitter_country}{sender.transmitter_id}_{progressive}.xml"
