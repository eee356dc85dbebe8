"""What routes of secret links share: no sign-in, small bodies, answers nobody keeps, and how the API tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from anyio.to_thread import run_sync
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from aggregates.base import Refusal
from gateways.http.auth import Caller, check_role
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.limits import check_values
from gateways.http.openapi_parts import REF, WRITING, answer, refusals
from gateways.http.problems import RecordNotFound
from gateways.http.requests import body_of
from gateways.link_secrets import code_hash
from gateways.wiring import House

MOST_BYTES = 20_000
M = TypeVar("M", bound=BaseModel)
Answers = Callable[[Request, Mapping[str, Any]], Response]
UUID_SCHEMA = {"type": "string", "format": "uuid"}
SECRET = {"name": "secret", "in": "path", "required": True, "schema": {"type": "string"}}


class CodeWrong(Refusal):
    """The code is wrong; {left} tries are left."""

    status = 403


class CodeEntered(BaseModel):
    """The code as the signer read it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[0-9]{6}$", examples=["042817"])


class SecretRoutes:
    """What the routes of every kind of link share: who may ask for an answer, and how a code is hashed."""

    ASKERS: ClassVar[frozenset[str]]
    CODE: ClassVar[str]
    """What its codes are for, so that a code of one kind of link is none of another."""

    def __init__(self, endpoints: Endpoints, pepper: bytes) -> None:
        self._endpoints, self._pepper = endpoints, pepper

    def _asker(self, request: Request) -> tuple[House, Caller]:
        house = self._endpoints.house(request)
        caller = self._endpoints.caller(request, house)
        check_role(caller, self.ASKERS)
        return house, caller

    def _code_hash(self, link_id: UUID, code: str) -> str:
        return code_hash(self._pepper, self.CODE, link_id, code)


def endpoint(answers: Answers) -> Endpoint:
    """A route that answers in a thread of its own; what goes wrong is a problem."""

    async def run(request: Request) -> Response:
        body = await body_of(request, MOST_BYTES) if request.method == "POST" else {}
        return await run_sync(answers, request, body)

    return guarded(run)


def read(model: type[M], body: Mapping[str, Any]) -> M:
    """The body as it must be. Raises what makes an invalid request."""
    found = model.model_validate(body)
    check_values(found)
    return found


def record_id(value: str) -> UUID:
    """An id in a path. Raises `RecordNotFound`."""
    try:
        return UUID(value)
    except ValueError as error:
        raise RecordNotFound from error


def plain(body: Any, status: int = 200) -> Response:
    """An answer that no cache keeps."""
    return Response(to_json(body), status, {"cache-control": "no-store"}, "application/json")


def in_path(name: str) -> dict[str, Any]:
    """An id in a path, for the API's description."""
    return {"name": name, "in": "path", "required": True, "schema": UUID_SCHEMA}


def operation(
    name: str, tag: str, summary: str, description: str, statuses: tuple[str, ...] = WRITING, *, makes: bool = False
) -> dict[str, Any]:
    """A route as the API's description tells it."""
    gone = {"410": {"description": "The link can no longer be used.", "content": GONE}}
    return {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        "description": description,
        "responses": {"201" if makes else "200": answer("Done.", {"type": "object"}), **gone, **refusals(statuses)},
    }


GONE = {"application/problem+json": {"schema": {"$ref": REF.format(model="Problem")}}}


def body_schema(model: type[BaseModel]) -> dict[str, Any]:
    """What a route takes."""
    schema = {"$ref": REF.format(model=model.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
