"""Word templates over HTTP (modelli): uploaded and checked, looked at, taken back out; the Word files of documents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregates import roles
from aggregates.base import Act, require
from aggregates.document_template import TemplateUse
from aggregates.issued_document import IssuedKind
from gateways.documents.archive import NotArchived
from gateways.documents.issuer import archive_key
from gateways.documents.template_upload import TemplatePreviewAsked as TemplatePreviewAsked
from gateways.documents.template_upload import template_file, template_preview, upload
from gateways.documents.word_issuer import WORD
from gateways.documents.word_package import LARGEST
from gateways.documents.word_starter import starter
from gateways.http.auth import check_role
from gateways.http.documents import FileUnusable
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, READING, REF, WRITING, answer, refusals, with_roles
from gateways.http.problems import RecordNotFound
from gateways.http.requests import body_of, new_command_id, now, raw_body_of
from gateways.wiring import Installation
from projections.catalog import BY_NAME as VIEWS

READERS = VIEWS["document-template"].roles
WRITERS = roles.LEADERS
UPLOAD_PATH = "/v1/{company}/document-templates/upload"
STARTER_PATH = "/v1/{company}/document-templates/starter/{kind}"
FILE_PATH = "/v1/{company}/document-templates/{template_id}/versions/{version}/file"
PREVIEW_PATH = "/v1/{company}/document-templates/{template_id}/preview"
WORD_PATH = "/v1/{company}/documents/{document_id}/word"
Work = Callable[[Request], Response]


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the routes."""
    routes = _Routes(installation, endpoints)
    app.router.add_route(UPLOAD_PATH, routes.upload(), methods=["POST"])
    app.router.add_route(STARTER_PATH, routes.answered(routes.starter), methods=["GET"])
    app.router.add_route(FILE_PATH, routes.answered(routes.file), methods=["GET"])
    app.router.add_route(PREVIEW_PATH, routes.preview(), methods=["POST"])
    app.router.add_route(WORD_PATH, routes.answered(routes.word), methods=["GET"])


class _Routes:
    def __init__(self, installation: Installation, endpoints: Endpoints) -> None:
        self._installation = installation
        self._endpoints = endpoints

    def upload(self) -> Endpoint:
        """POST: a Word file becomes the template's next version; what is wrong in it is answered, with its place."""

        def kept(request: Request, data: bytes) -> Response:
            house = self._endpoints.house(request)
            caller = self._endpoints.caller(request, house)
            check_role(caller, WRITERS)
            asked = dict(request.query_params)
            why = asked.pop("why", None)
            use = TemplateUse.model_validate(asked)
            act = Act(by=f"user:{caller.user_id}", at=now(), why=why[:1000] if why else None)
            name = unquote(request.headers.get("x-file-name", ""))
            told = upload(house, self._installation.archive, name, data, use, act, new_command_id())
            return JSONResponse({**told, "template_id": str(told["template_id"])}, 201)

        async def answered(request: Request) -> Response:
            return await run_sync(kept, request, await raw_body_of(request, LARGEST))

        return guarded(answered)

    def preview(self) -> Endpoint:
        """POST: a version filled with made-up data or an issued document's, marked as a draft and not kept."""

        def made(request: Request, body: dict[str, Any]) -> Response:
            house = self._endpoints.house(request)
            check_role(self._endpoints.caller(request, house), READERS)
            asked = TemplatePreviewAsked.model_validate(body)
            template_id = _id(request, "template_id")
            data = template_preview(house, self._installation.archive, template_id, asked)
            return _download(data, "BOZZA.docx", "no-store")

        async def answered(request: Request) -> Response:
            return await run_sync(made, request, await body_of(request, 10_000))

        return guarded(answered)

    def answered(self, work: Work) -> Endpoint:
        """GET: what a method answers, in a thread."""

        async def answered(request: Request) -> Response:
            return await run_sync(work, request)

        return guarded(answered)

    def starter(self, request: Request) -> Response:
        """A template to begin with."""
        check_role(self._endpoints.caller(request, self._endpoints.house(request)), READERS)
        try:
            kind = IssuedKind(request.path_params["kind"])
        except ValueError as error:
            raise RecordNotFound from error
        return _download(starter(kind), f"modello-{kind}.docx", "no-store")

    def file(self, request: Request) -> Response:
        """A version as it was uploaded."""
        house = self._endpoints.house(request)
        check_role(self._endpoints.caller(request, house), READERS)
        number = request.path_params["version"]
        require(number.isdecimal() and len(number) < 7, RecordNotFound)
        known, data = template_file(house, self._installation.archive, _id(request, "template_id"), int(number))
        return _download(data, f"modello-{known.version}.docx", "private")

    def word(self, request: Request) -> Response:
        """The Word file of an issued document, exactly as it was recorded."""
        house = self._endpoints.house(request)
        check_role(self._endpoints.caller(request, house), VIEWS["document"].roles)
        sql = "select * from {word_copy} where document_id = %(id)s and state = 'made'"
        row = house.reader.row(sql, {"id": _id(request, "document_id")})
        if row is None:
            raise RecordNotFound
        key = archive_key(house, row["archive_kind"], row["record_id"], row["version"])
        try:
            _, data = self._installation.archive.get(key)
        except NotArchived as error:
            raise FileUnusable(name=row["file_name"]) from error
        require(hashlib.sha256(data).hexdigest() == row["sha256"], FileUnusable, name=row["file_name"])
        return _download(data, row["file_name"], "private", {"etag": f'"{row["sha256"]}"'})


def _id(request: Request, name: str) -> UUID:
    try:
        return UUID(request.path_params[name])
    except ValueError as error:
        raise RecordNotFound from error


def _download(data: bytes, name: str, caching: str, headers: dict[str, str] | None = None) -> Response:
    told = {
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": caching,
    }
    return Response(data, 200, {**told, **(headers or {})}, WORD)


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    name = {"name": "X-File-Name", "in": "header", "required": True, "schema": {"type": "string"}}
    kinds = {"type": "string", "enum": [each.value for each in IssuedKind]}
    kind = {"name": "kind", "in": "query", "required": True, "schema": kinds}
    optional = [
        {"name": each, "in": "query", "required": False, "schema": {"type": "string"}}
        for each in ("language", "customers", "why")
    ]
    sent = {WORD: {"schema": {"type": "string", "format": "binary"}}}
    told = {"type": "object", "required": ["template_id", "version", "sha256", "problems"]}
    body = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
    asked = {"content": {"application/json": {"schema": {"$ref": REF.format(model="TemplatePreviewAsked")}}}}
    return {
        UPLOAD_PATH: {
            "post": {
                **_told(
                    "upload-template", "Send a Word template; what is wrong in it is told with its place.", WRITERS
                ),
                "parameters": [COMPANY, name, kind, *optional],
                "requestBody": body,
                "responses": {"201": answer("Its version, and what is wrong in it.", told), **refusals(WRITING)},
            }
        },
        STARTER_PATH: {"get": _file("template-starter", "A Word template to begin with.", sent, ("kind",))},
        FILE_PATH: {"get": _file("template-file", "A version as it was sent.", sent, ("template_id", "version"))},
        PREVIEW_PATH: {
            "post": {
                **_file("preview-template", "A version filled, marked as a draft.", sent, ("template_id",)),
                "requestBody": asked,
                "responses": {"200": {"description": "The file.", "content": sent}, **refusals(WRITING)},
            }
        },
        WORD_PATH: {"get": _file("document-word", "The Word file of an issued document.", sent, ("document_id",))},
    }


def _told(operation: str, summary: str, allowed: frozenset[str]) -> dict[str, Any]:
    about = {"operationId": operation, "tags": ["document-templates"], "summary": summary}
    return {**about, "description": with_roles(summary, allowed), "x-roles": sorted(allowed)}


def _file(operation: str, summary: str, sent: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    places = [{"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in names]
    told = {"200": {"description": "The file.", "content": sent}, **refusals(READING)}
    return {**_told(operation, summary, READERS), "parameters": [COMPANY, *places], "responses": told}
