"""What another's warehouse is told by (magazzino esterno): who keeps a warehouse, what was asked, what it says."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Refusal, require
from aggregates.values import Instant, Value


class Keeper(StrEnum):
    """Whose quantities hold in a warehouse: ours, or those of the company's other program."""

    LIBRETTO = "libretto"
    ERP = "erp"


class LinkState(StrEnum):
    """What the other program said when it was last asked."""

    UNKNOWN = "unknown"
    READY = "ready"
    NOT_ALLOWED = "not_allowed"
    UNREACHABLE = "unreachable"


class AskedKind(StrEnum):
    """What is asked of another's warehouse."""

    PROMISE = "promise"
    ISSUE = "issue"
    MOVE = "move"
    RECEIVE = "receive"
    RETURN = "return"
    COUNT = "count"


class RefusalState(StrEnum):
    """Where something that the other warehouse refused stands."""

    OPEN = "open"
    RETRY = "retry"
    ACCEPTED = "accepted"
    TAKEN = "taken"


class LevelReport(Value):
    """Where a level comes from that nobody of ours counted."""

    source: str = Field(max_length=200, examples=["erp.example.it"])
    as_of: Instant = Field(description="The instant at which the other program knew it so.")


class AddressNotUsable(Refusal):
    """The address {address} cannot be used: give https://host/path, without user, password, question or fragment."""

    status = 422


def message_id(stock_item_id: UUID, version: int, line: int = 0) -> UUID:
    """What one fact of a stock item asks of another's warehouse."""
    return uuid5(stock_item_id, f"inventory/{version}/{line}")


def usable_address(address: str) -> str:
    """An address without its last slash. Raises `AddressNotUsable`.

    Plain http is for programs on the same machine or network; the installation says whether it is let through at all.
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError as error:
        raise AddressNotUsable(address=address) from error
    plain = parts.username is None and not parts.query and not parts.fragment and port != 0
    clean = all(sign.isprintable() and not sign.isspace() for sign in address.strip())
    require(
        bool(parts.scheme in ("http", "https") and parts.hostname and plain and clean),
        AddressNotUsable,
        address=address,
    )
    return address.strip().rstrip("/")
