"""Answers as JSON: what a view tells, what a command did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic_core import to_json
from starlette.responses import Response

from commands.desk import Outcome
from gateways.i18n import DEFAULT
from gateways.spoken import spoken


def json_answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Anything that pydantic knows how to tell."""
    return Response(to_json(body, by_alias=True), status, headers, "application/json")


def done(outcome: Outcome, command_id: UUID, status: int, language: str = DEFAULT) -> Response:
    """What a command did, with its position and the record's version in headers."""
    headers = {"x-position": str(outcome.position), "idempotency-key": str(command_id)}
    if outcome.version is not None:
        headers["etag"] = f'"{outcome.version}"'
    answer = {
        "result": spoken(outcome.result, language, also_italian=True),
        "position": outcome.position,
        "version": outcome.version,
        "command_id": command_id,
        "repeated": outcome.repeated,
    }
    return json_answer(answer, status, headers)
