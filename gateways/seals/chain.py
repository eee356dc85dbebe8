"""The chain of seals (catena dei sigilli): what a seal says, its hash, and how it stands in a file.

A seal is the root over a block of facts and the hash of the seal before it, so that the last seal vouches for every
fact up to its own. Its hash is SHA-256 of a two byte followed by these lines, the last one without a line feed:

    libretto-seal-1
    <company id>
    <number>
    <first position>
    <last position>
    <root, hexadecimal>
    <hash of the seal before, hexadecimal; zeros before the first>
    <made at, UTC with microseconds>
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

FORM = "libretto-seal-1"
GENESIS = bytes(32)
"""Stands before the first seal."""


class NotASeal(ValueError):
    """This text is no seal as `libretto seals export` writes it."""


@dataclass(frozen=True)
class Seal:
    """One seal of a company; positions are included, bytes are SHA-256 hashes."""

    company_id: str
    number: int
    first: int
    last: int
    root: bytes
    previous: bytes
    made_at: str
    hash: bytes

    @property
    def size(self) -> int:
        """How many facts it covers."""
        return self.last - self.first + 1

    def own_hash(self) -> bytes:
        """The hash of what the seal says."""
        lines = (
            FORM,
            self.company_id,
            str(self.number),
            str(self.first),
            str(self.last),
            self.root.hex(),
            self.previous.hex(),
            self.made_at,
        )
        return sha256(b"\x02" + "\n".join(lines).encode()).digest()

    def follows(self, before: Seal | None) -> bool:
        """Whether this is the next seal after another (after none: the first)."""
        if before is None:
            return (self.number, self.first, self.previous) == (1, 1, GENESIS)
        return (self.number, self.first, self.previous) == (before.number + 1, before.last + 1, before.hash)

    def told(self) -> dict[str, Any]:
        """The seal as JSON, hashes in hexadecimal."""
        return {
            "form": FORM,
            "company_id": self.company_id,
            "number": self.number,
            "first_position": self.first,
            "last_position": self.last,
            "root": self.root.hex(),
            "previous": self.previous.hex(),
            "made_at": self.made_at,
            "hash": self.hash.hex(),
        }

    def line(self) -> str:
        """The seal as one line of a file."""
        return json.dumps(self.told(), separators=(",", ":"))

    @classmethod
    def read(cls, told: Mapping[str, Any] | str) -> Self:
        """A seal from its JSON. Raises `NotASeal`."""
        try:
            given = json.loads(told) if isinstance(told, str) else told
            if given["form"] != FORM:
                raise NotASeal(f"its form is {given['form']!r}, not {FORM!r}")
            return cls(
                str(given["company_id"]),
                int(given["number"]),
                int(given["first_position"]),
                int(given["last_position"]),
                bytes.fromhex(given["root"]),
                bytes.fromhex(given["previous"]),
                str(given["made_at"]),
                bytes.fromhex(given["hash"]),
            )
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise NotASeal(repr(error)) from error


def next_seal(company_id: str, before: Seal | None, root: bytes, size: int, made_at: datetime) -> Seal:
    """The seal of the next so many facts."""
    first = before.last + 1 if before else 1
    said = Seal(
        company_id,
        before.number + 1 if before else 1,
        first,
        first + size - 1,
        root,
        before.hash if before else GENESIS,
        instant(made_at),
        b"",
    )
    return Seal(**{**said.__dict__, "hash": said.own_hash()})


def instant(at: datetime) -> str:
    """An instant as seals write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
