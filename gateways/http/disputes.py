"""Evidence for a dispute over HTTP (prova documentale): an archive that a third party can verify (AUD-2)."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from aggregates.evidence import About
from aggregates.values import Instant
from gateways.evidence.bundle import Asked, Evidence, write_evidence
from gateways.http.auth import check_role
from gateways.http.endpoints import Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, READING, refusals, with_roles
from gateways.http.problems import RecordNotFound
from gateways.http.requests import now
from projections.catalog import BY_NAME as VIEWS

READERS = VIEWS["evidence-taken"].roles
PATH = "/v1/{company}/disputes/{kind}/{record}"
ROUTE = "/v1/{company}/disputes/{kind}/{record:path}"
"""Numbers of invoices have slashes."""
HASH = "x-evidence-sha256"


class EvidenceAsked(BaseModel):
    """Parameters of the route."""

    model_config = ConfigDict(extra="forbid")

    known_at: Instant | None = None


def mount(app: FastAPI, endpoints: Endpoints) -> None:
    """Add the route."""

    async def answer(request: Request) -> Response:
        return await run_sync(_taken, request, endpoints)

    app.router.add_route(ROUTE, guarded(answer), methods=["GET"])


def _taken(request: Request, endpoints: Endpoints) -> Response:
    """The archive; it is gone from the server once it was sent."""
    house = endpoints.house(request)
    caller = endpoints.caller(request, house)
    check_role(caller, READERS)
    asked = EvidenceAsked.model_validate(dict(request.query_params))
    kind = request.path_params["kind"]
    if kind not in set(About):
        raise RecordNotFound
    wanted = Asked(About(kind), request.path_params["record"], f"user:{caller.user_id}", now(), asked.known_at)
    with NamedTemporaryFile(prefix="libretto-evidence-", suffix=".zip", delete=False) as target:
        file = Path(target.name)
        try:
            evidence = write_evidence(house, wanted, target)
        except BaseException:
            file.unlink()
            raise
    return FileResponse(file, headers=_headers(evidence), background=BackgroundTask(file.unlink))


def _headers(evidence: Evidence) -> dict[str, str]:
    return {
        "content-type": "application/zip",
        "content-disposition": f'attachment; filename="{evidence.name}.zip"',
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        HASH: evidence.manifest_sha256,
    }


def describe() -> dict[str, dict[str, Any]]:
    """The OpenAPI path of this route."""
    known = {"name": "known_at", "in": "query", "required": False, "schema": {"type": "string", "format": "date-time"}}
    kinds = {"type": "string", "enum": [about.value for about in About]}
    kind = {"name": "kind", "in": "path", "required": True, "schema": kinds}
    record = {
        "name": "record", "in": "path", "required": True, "schema": {"type": "string"},
        "description": "Its number as it is printed, or its id.",
    }  # fmt: skip
    text = "Facts, proofs, seals, documents, a paper for the judge, and the program that checks all of it."
    sha256 = {"schema": {"type": "string"}, "description": "Hash of manifest.json: tell it to whoever gets the file."}
    return {
        PATH: {
            "get": {
                "operationId": "evidence",
                "tags": ["disputes"],
                "summary": "Evidence that a third party can verify.",
                "description": with_roles(text, READERS),
                "x-roles": sorted(READERS),
                "parameters": [COMPANY, kind, record, known],
                "responses": {
                    "200": {
                        "description": "The archive.",
                        "headers": {"X-Evidence-Sha256": sha256},
                        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
                    },
                    **refusals(READING),
                },
            }
        }
    }
