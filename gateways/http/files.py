"""Files of records over HTTP (allegati): sent in one request, attached by a command, read where the record is seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregates import roles
from aggregates.base import Act, require
from commands.attachment import STORE, StoreFile
from gateways.documents.archive import NotArchived
from gateways.files import check_file, keep_file, read_file
from gateways.http.auth import Caller, check_role
from gateways.http.documents import FileUnusable, refuse_erased
from gateways.http.downloads import headers_of_file
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, READING, WRITING, answer, refusals, with_roles
from gateways.http.own_only import may_read_call
from gateways.http.problems import RecordNotFound
from gateways.http.requests import new_command_id, now, raw_body_of
from gateways.wiring import Installation
from projections.attachments import file_uses
from projections.catalog import BY_NAME as VIEWS
from projections.erasures import erased_file

FILES_PATH = "/v1/{company}/files"
FILE_PATH = "/v1/{company}/files/{sha256}"
SENDERS = roles.ALL
SEEN_WITH: Mapping[str, str] = {
    "call": "call",
    "activity": "call",
    "work_report": "call",
    "contract": "contract",
    "serial_item": "serial-item",
    "party": "party",
    "quote": "quote",
    "rma": "rma",
    "info_sheet": "info-sheets",
}
"""Whoever may see this view may read the files of such a record."""
HASH = re.compile(r"[0-9a-f]{64}")


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the routes."""
    app.router.add_route(FILES_PATH, _upload(installation, endpoints), methods=["POST"])
    app.router.add_route(FILE_PATH, _download(installation, endpoints), methods=["GET"])


def _upload(installation: Installation, endpoints: Endpoints) -> Endpoint:
    """POST: the bytes of one file; the same bytes again are the same file."""

    def kept(request: Request, data: bytes) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, SENDERS)
        file = check_file(unquote(request.headers.get("x-file-name", "")), data)
        moment = now()
        media_type = keep_file(installation.archive, house.company_id, file, data, moment)
        cmd = StoreFile(sha256=file.sha256, bytes=file.size, media_type=media_type)
        act = Act(by=f"user:{caller.user_id}", at=moment)
        outcome = house.desk.execute(STORE, cmd, act, new_command_id())
        return JSONResponse(dict(outcome.result), 201)

    async def answered(request: Request) -> Response:
        return await run_sync(kept, request, await raw_body_of(request, installation.settings.max_file_bytes))

    return guarded(answered)


def _download(installation: Installation, endpoints: Endpoints) -> Endpoint:
    """GET: the bytes, for those who may see a record that has them."""

    def found(request: Request) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, roles.ALL)
        sha256 = request.path_params["sha256"]
        require(HASH.fullmatch(sha256) is not None, RecordNotFound)
        uses = [
            use
            for use in file_uses(house.reader, sha256)
            if _may_see(caller, use["kind"]) and may_read_call(use["call_id"], caller, house)
        ]
        require(bool(uses), RecordNotFound)
        name = request.query_params.get("name") or uses[0]["name"]
        refuse_erased(erased_file(house.reader, sha256), name)
        try:
            data = read_file(installation.archive, house.company_id, sha256)
        except (NotArchived, ValueError) as error:
            raise FileUnusable(name=name[:200]) from error
        return Response(data, 200, headers_of_file(name, sha256), media_type=uses[0]["media_type"])

    async def answered(request: Request) -> Response:
        return await run_sync(found, request)

    return guarded(answered)


def _may_see(caller: Caller, kind: str) -> bool:
    return not caller.roles.isdisjoint(VIEWS[SEEN_WITH[kind]].roles)


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    given = {"name": "X-File-Name", "in": "header", "required": True, "schema": {"type": "string"}}
    sha256 = {"name": "sha256", "in": "path", "required": True, "schema": {"type": "string", "pattern": HASH.pattern}}
    name = {"name": "name", "in": "query", "required": False, "schema": {"type": "string"}}
    sent = {"application/octet-stream": {"schema": {"type": "string"}}}
    told = {"type": "object", "required": ["sha256", "bytes", "type"]}
    about = (
        "Attach it to records afterwards. PDF, photos, text, mail and office documents are taken, by what is in them."
    )
    return {
        FILES_PATH: {
            "post": {
                "operationId": "upload-file",
                "tags": ["attachments"],
                "summary": "Send a file; the same bytes again are the same file.",
                "description": with_roles(about, SENDERS),
                "x-roles": sorted(SENDERS),
                "parameters": [COMPANY, given],
                "requestBody": {"required": True, "content": sent},
                "responses": {"201": answer("Its hash, size and type.", told), **refusals(WRITING)},
            }
        },
        FILE_PATH: {
            "get": {
                "operationId": "file",
                "tags": ["attachments"],
                "summary": "A file that a record has which you may see.",
                "description": with_roles("As it was sent, to be kept, not shown.", roles.ALL),
                "x-roles": sorted(roles.ALL),
                "parameters": [COMPANY, sha256, name],
                "responses": {"200": {"description": "The file.", "content": sent}, **refusals(READING)},
            }
        },
    }
