"""What a request says beside its fields: the command's id, the version worked on, when and why it was done."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from anyio import from_thread
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request

from aggregates.base import Refusal, require
from aggregates.values import Instant
from gateways.http.problems import BodyTooLarge, NotJson

EARLY = timedelta(minutes=5)
VERSION = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


class CommandIdWrong(Refusal):
    """The header Idempotency-Key must be a UUID; send a new one with each new command."""

    status = 422


class IfMatchWrong(Refusal):
    """The header If-Match must be the record's version as the ETag told it, such as "3"."""

    status = 422


class ActInFuture(Refusal):
    """`act.at` lies in the future; say when it happened, or leave it out."""

    status = 422


class ActAsked(BaseModel):
    """When it happened in the world (now, if left out) and why."""

    model_config = ConfigDict(extra="forbid")

    at: Instant | None = Field(
        default=None, description="Not in the future; an offset is needed.", examples=["2026-11-20T17:30:00+01:00"]
    )
    why: str | None = Field(default=None, max_length=1000, description="The reason, where somebody must give one.")

    def instant(self, now: datetime) -> datetime:
        """The act's instant. A device's clock may be a little ahead; more is refused."""
        require(self.at is None or self.at <= now + EARLY, ActInFuture)
        return self.at or now


async def raw_body_of(request: Request, limit: int) -> bytes:
    """The bytes of a request's body. Raises `BodyTooLarge` as soon as that is known."""
    told = request.headers.get("content-length", "")
    require(not told.isdecimal() or int(told[:20]) <= limit, BodyTooLarge, limit=limit)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        require(size <= limit, BodyTooLarge, limit=limit)
        chunks.append(chunk)
    return b"".join(chunks)


def read_json(raw: bytes) -> dict[str, Any]:
    """A JSON object; nothing is read as an empty one. Raises `NotJson`, also for what no other program could read."""
    if not raw:
        return {}
    try:
        body = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        raise NotJson from error
    require(isinstance(body, dict), NotJson)
    return dict(body)


async def body_of(request: Request, limit: int) -> dict[str, Any]:
    """The JSON object of a request. Raises `BodyTooLarge` and `NotJson`."""
    return read_json(await raw_body_of(request, limit))


def command_id_of(request: Request) -> UUID | None:
    """The command's id from `Idempotency-Key`, if any. Raises `CommandIdWrong`."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return None
    try:
        return UUID(given.strip().strip('"'))
    except ValueError as error:
        raise CommandIdWrong from error


def new_command_id() -> UUID:
    """An id for a command that came without one."""
    return uuid4()


def version_of(request: Request) -> int | None:
    """The version from `If-Match`, if any. Raises `IfMatchWrong`."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    found = VERSION.fullmatch(given.strip())
    if found is None:
        raise IfMatchWrong
    return int(found[1])


def now() -> datetime:
    """The gateway's clock."""
    return datetime.now(UTC)


def staying(request: Request) -> Callable[[], None]:
    """For long work in a request's thread: raises `ClientDisconnect` when nobody waits for the answer any more."""

    def stay() -> None:
        if from_thread.run(request.is_disconnected):
            raise ClientDisconnect

    return stay
