"""The star tables over HTTP (scarico per analisti): one zip with all files and their manifest, at one position."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from aggregates import roles
from aggregates.base import Refusal, require
from gateways.export.folder import CURRENT, Asked, export, told
from gateways.export.writing import Format
from gateways.http.auth import check_role
from gateways.http.downloads import headers_of_file
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, READING, refusals, with_roles

READERS = roles.LEADERS | {roles.ACCOUNTANT}
PATH = "/v1/{company}/mart/export"
ZIP = "application/zip"
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip, so that the same rows give the same bytes."""


class UnknownFormat(Refusal):
    """There is no format called {format}; ask for parquet or csv."""

    status = 422


def mount(app: FastAPI, endpoints: Endpoints) -> None:
    """Add the route."""
    app.router.add_route(PATH, _export(endpoints), methods=["GET"])


def _export(endpoints: Endpoints) -> Endpoint:
    """GET: the zip; 304 where nothing has changed since the one whose tag is sent."""

    def made(request: Request) -> Response:
        house = endpoints.house(request)
        check_role(endpoints.caller(request, house), READERS)
        form = request.query_params.get("format", Format.PARQUET.value)
        require(form in set(Format), UnknownFormat, format=form)
        tables = tuple(name for name in request.query_params.get("tables", "").split(",") if name)
        aside = Path(tempfile.mkdtemp(prefix="libretto-export-"))
        try:
            outcome = export(house, aside / "files", Asked(Format(form), tables))
            tag = hashlib.sha256(told(outcome.manifest)).hexdigest()
            headers = headers_of_file(f"{house.slug}-{outcome.position}.zip", tag)
            if request.headers.get("if-none-match") == headers["etag"]:
                shutil.rmtree(aside)
                return Response(status_code=304, headers={"etag": headers["etag"]})
            file = _zipped(aside / "files" / CURRENT, aside / "export.zip")
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        return FileResponse(file, 200, headers, ZIP, BackgroundTask(shutil.rmtree, aside, ignore_errors=True))

    async def answered(request: Request) -> Response:
        return await run_sync(made, request)

    return guarded(answered)


def _zipped(root: Path, file: Path) -> Path:
    with zipfile.ZipFile(file, "w") as box:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            name = zipfile.ZipInfo(path.relative_to(root).as_posix(), BEGINNING)
            name.compress_type = zipfile.ZIP_STORED if path.suffix == ".parquet" else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, box.open(name, "w", force_zip64=True) as member:
                shutil.copyfileobj(source, member)
    return file


def describe() -> dict[str, dict[str, Any]]:
    """The route as the API's description tells it."""
    form = {"name": "format", "in": "query", "required": False, "schema": {"enum": [one.value for one in Format]}}
    tables = {"name": "tables", "in": "query", "required": False, "schema": {"type": "string"}}
    content = {ZIP: {"schema": {"type": "string", "format": "binary"}}}
    text = "Parquet or CSV files by table and month, with a manifest; `tables` names some, with commas between."
    return {
        PATH: {
            "get": {
                "operationId": "mart-export",
                "tags": ["mart"],
                "summary": "The star tables as files for analysts, in one zip.",
                "description": with_roles(text, READERS),
                "x-roles": sorted(READERS),
                "parameters": [COMPANY, form, tables],
                "responses": {"200": {"description": "The zip.", "content": content}, **refusals(READING)},
            }
        }
    }
