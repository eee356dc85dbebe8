"""Issued documents over HTTP (documenti): their files, and drafts to look at before issuing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from aggregates import roles
from aggregates.base import Refusal, require
from gateways.documents.archive import NotArchived
from gateways.documents.issuer import archive_key, file_name
from gateways.documents.preview import PreviewAsked, preview
from gateways.files import read_file
from gateways.http.auth import check_role
from gateways.http.downloads import headers_of_file
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.problems import RecordNotFound
from gateways.http.requests import body_of, now
from gateways.wiring import House, Installation
from projections.catalog import BY_NAME as VIEWS
from projections.erasures import erased_document, erased_file

READERS = VIEWS["document"].roles
PREVIEWERS: Mapping[str, frozenset[str]] = {"quote": roles.SELLING, "invoice": roles.MONEY}
Place = tuple[str, str, str]
"""Of a file: its kind in the archive, its recorded hash, its name."""


class FileUnusable(Refusal):
    """The file {name} is missing from the archive or was altered there; ask an administrator to restore it."""

    status = 500


class FileErased(Refusal):
    """The file {name} was erased on {on}, because whoever it tells of had a right to it; its record and hash stay."""

    status = 410


def refuse_erased(row: Mapping[str, Any] | None, name: str) -> None:
    """Raises `FileErased` for a file that was erased (R10.4)."""
    if row is not None:
        raise FileErased(name=name[:200], on=str(row["erased_on"]))


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the routes that are no commands and no views."""
    files = _Files(installation, endpoints)
    document = "/v1/{company}/documents/{document_id}"
    app.router.add_route(f"{document}/file", files.file(_printed, "application/pdf"), methods=["GET"])
    app.router.add_route(f"{document}/xml", files.file(_xml, "application/xml"), methods=["GET"])
    app.router.add_route("/v1/{company}/documents/preview", files.preview(), methods=["POST"])


class _Files:
    def __init__(self, installation: Installation, endpoints: Endpoints) -> None:
        self._installation = installation
        self._endpoints = endpoints

    def file(self, place: Callable[[Mapping[str, Any]], Place], media_type: str) -> Endpoint:
        """GET: a file of an issued document, exactly as it was recorded."""

        async def answer(request: Request) -> Response:
            return await run_sync(self._file, request, place, media_type)

        return guarded(answer)

    def preview(self) -> Endpoint:
        """POST: a draft, printed and not kept."""

        async def answer(request: Request) -> Response:
            body = await body_of(request, 10_000)
            return await run_sync(self._preview, request, body)

        return guarded(answer)

    def _file(self, request: Request, place: Callable[[Mapping[str, Any]], Place], media_type: str) -> Response:
        house = self._endpoints.house(request)
        check_role(self._endpoints.caller(request, house), READERS)
        row = _row(house, request.path_params["document_id"])
        if row["origin"] == "filed" and place is _printed:
            return self._filed(house, row)
        kind, sha256, name = place(row)
        refuse_erased(erased_document(house.reader, row["document_id"]), name)
        try:
            _, data = self._installation.archive.get(archive_key(house, kind, row["record_id"], row["version"]))
        except NotArchived as error:
            raise FileUnusable(name=name) from error
        require(hashlib.sha256(data).hexdigest() == sha256, FileUnusable, name=name)
        return _download(data, media_type, name, {"etag": f'"{sha256}"'})

    def _filed(self, house: House, row: Mapping[str, Any]) -> Response:
        """A paper of somebody else is kept, never shown in the page: a browser runs nothing of it."""
        refuse_erased(erased_file(house.reader, row["sha256"]), row["file_name"])
        try:
            data = read_file(self._installation.archive, house.company_id, row["sha256"])
        except (NotArchived, ValueError) as error:
            raise FileUnusable(name=row["file_name"]) from error
        return Response(data, 200, headers_of_file(row["file_name"], row["sha256"]), media_type=row["media_type"])

    def _preview(self, request: Request, body: dict[str, Any]) -> Response:
        house = self._endpoints.house(request)
        caller = self._endpoints.caller(request, house)
        asked = PreviewAsked.model_validate(body)
        check_role(caller, PREVIEWERS[asked.kind])
        press, archive = self._installation.press.typeset, self._installation.archive
        draft = preview(house, asked, f"user:{caller.user_id}", now(), press, archive)
        return _download(draft.pdf, "application/pdf", file_name(draft.title), {"cache-control": "no-store"})


def _row(house: House, document_id: str) -> dict[str, Any]:
    try:
        known = UUID(document_id)
    except ValueError as error:
        raise RecordNotFound from error
    row = house.reader.row(
        """select d.document_id, d.origin, d.kind, d.record_id, d.version, d.sha256, d.file_name, d.media_type,
                  coalesce(i.attachments, '[]') as attachments
             from {document_entry} d left join {issued_document} i using (document_id)
            where d.document_id = %(id)s""",
        {"id": known},
    )
    if row is None:
        raise RecordNotFound
    return row


def _printed(row: Mapping[str, Any]) -> Place:
    return row["kind"], row["sha256"], row["file_name"]


def _xml(row: Mapping[str, Any]) -> Place:
    for kept in row["attachments"]:
        if kept["media_type"] == "application/xml":
            return kept["archive_kind"], kept["sha256"], kept["name"]
    raise RecordNotFound


def _download(data: bytes, media_type: str, name: str, headers: Mapping[str, str]) -> Response:
    """A file to look at or to keep; names are plain ASCII by how they are made."""
    shown = {"content-disposition": f'inline; filename="{name}"', "x-content-type-options": "nosniff"}
    return Response(data, 200, {**shown, **headers}, media_type)
