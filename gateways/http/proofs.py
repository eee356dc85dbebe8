"""Proofs over HTTP (prove di inclusione): that a fact stood in the log when its block was sealed."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregates import roles
from aggregates.base import Refusal
from gateways.http.auth import check_role
from gateways.http.endpoints import Endpoints, guarded
from gateways.http.openapi_parts import READING, refusals
from gateways.seals.proofs import FORM, NotSealed, prove

READERS = roles.LEADERS | {roles.AUDITOR}
PATH = "/v1/{company}/proofs/{position}"


class NoSuchFact(Refusal):
    """There is no fact at position {position}; the log ends at {head}."""

    status = 404


class FactNotSealed(Refusal):
    """The fact at position {position} is not sealed yet; ask again later, or let libretto seals make do it now."""


def mount(app: FastAPI, endpoints: Endpoints) -> None:
    """Add the route to an application."""
    app.router.add_route(PATH, guarded(ProofRoute(endpoints).prove), methods=["GET"])


class ProofRoute:
    """The endpoint."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints

    async def prove(self, request: Request) -> Response:
        """The fact as stored, its path to the root of its block, the seals up to the last one, their time-stamps."""
        return JSONResponse(await run_sync(self._proof, request))

    def _proof(self, request: Request) -> dict[str, Any]:
        house = self._endpoints.house(request)
        check_role(self._endpoints.caller(request, house), READERS)
        text = request.path_params["position"]
        position = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
        head = house.log.position()
        if not 1 <= position <= head:
            raise NoSuchFact(position=text, head=head)
        with house.database.company(house.company_id) as connection:
            try:
                return prove(connection, house, position)
            except NotSealed as error:
                raise FactNotSealed(position=position) from error


def describe() -> dict[str, dict[str, Any]]:
    """The OpenAPI path of this route."""
    answer = {
        "type": "object",
        "required": ["form", "fact", "leaf", "index", "path", "seals", "stamps"],
        "properties": {"form": {"const": FORM}},
    }
    parameters = [
        {"name": "company", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "position", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
    ]
    return {
        PATH: {
            "get": {
                "operationId": "proof",
                "tags": ["proofs"],
                "summary": "Proof that a fact is in the log.",
                "description": f"{ProofRoute.prove.__doc__}\n\nRoles: {', '.join(sorted(READERS))}.",
                "x-roles": sorted(READERS),
                "parameters": parameters,
                "responses": {
                    "200": {"description": "The proof.", "content": {"application/json": {"schema": answer}}},
                    **refusals(READING),
                },
            }
        }
    }
