"""What a request says beside its fields: the command's id, the version worked on, when and why it was done."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from aggregates.base import require
from aggregates.values import Instant
from gateways.http.problems import BodyTooLarge, HeaderWrong, NotJson

EARLY = timedelta(minutes=5)


class ActAsked(BaseModel):
    """When it happened in the world (now, if left out) and why."""

    model_config = ConfigDict(extra="forbid")

    at: Instant | None = Field(default=None, description="Not in the future; an offset is needed.")
    why: str | None = Field(default=None, max_length=1000)

    def instant(self, now: datetime) -> datetime:
        """The act's instant. A device's clock may be a little ahead; more is refused."""
        require(self.at is None or self.at <= now + EARLY, HeaderWrong, header="act.at", wanted="not in the future")
        return self.at or now


async def body_of(request: Request, limit: int) -> dict[str, Any]:
    """The JSON object of a request. Raises `BodyTooLarge` and `NotJson`."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        require(size <= limit, BodyTooLarge, limit=limit)
        chunks.append(chunk)
    raw = b"".join(chunks)
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise NotJson from error
    require(isinstance(body, dict), NotJson)
    return dict(body)


def command_id_of(request: Request) -> UUID:
    """The command's id from `Idempotency-Key`, or a new one."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return uuid4()
    try:
        return UUID(given.strip('"'))
    except ValueError as error:
        raise HeaderWrong(header="Idempotency-Key", wanted="a UUID") from error


def version_of(request: Request) -> int | None:
    """The version from `If-Match`, if any."""
    given = request.headers.get("if-match")
    if given is None or given == "*":
        return None
    text = given.strip().removeprefix("W/").strip('"')
    require(text.isdigit(), HeaderWrong, header="If-Match", wanted='a version such as "3"')
    return int(text)


def now() -> datetime:
    """The gateway's clock."""
    return datetime.now(UTC)
