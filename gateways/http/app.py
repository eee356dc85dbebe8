"""The HTTP API: commands and views mounted from their catalogues, the public stream, health, figures, documentation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from typing import Any

from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from commands.catalog import CATALOG
from gateways.http import (
    calendar,
    charts,
    device_batch,
    disputes,
    documents,
    events,
    exports,
    files,
    inventory,
    money_files,
    proofs,
    quote_links,
    quote_links_doc,
    signing,
    templates,
    webhooks,
)
from gateways.http.addresses import Addresses
from gateways.http.auth import Doorkeeper
from gateways.http.docs_page import render
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.middleware import Observed
from gateways.http.openapi import describe
from gateways.http.pages import has_page
from gateways.http.problems import InternalError, MethodNotAllowed, NoSuchPage, problem
from gateways.logs import correlation_id
from gateways.metrics import exposition, show_backlogs
from gateways.wiring import Installation
from projections.catalog import VIEWS

THREADS = 80
READY_LAG_S = 60.0
OPEN_ROUTES = frozenset(
    {"/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/v1/{company}/sign-in", calendar.FEED_PATH}
    | signing.OPEN_PATHS
    | quote_links_doc.OPEN_PATHS
)
"""Addresses that ask for no role; a test compares them with what is mounted. A calendar's secret is its key."""


def create_app(installation: Installation) -> FastAPI:
    """The application of an installation."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        yield

    app = FastAPI(
        title="Libretto", openapi_url=None, redoc_url=None, docs_url=None, redirect_slashes=False, lifespan=lifespan
    )
    endpoints = Endpoints(installation, Doorkeeper(installation.secret("token_key")))
    for entry in CATALOG:
        _mount(app, "POST", f"/v1/{{company}}{entry.path}", endpoints.command(entry))
    for view in VIEWS:
        _mount(app, "GET", f"/v1/{{company}}{view.path}", endpoints.view(view))
        if has_page(view):
            _mount(app, "GET", f"/v1/{{company}}{view.path}.txt", endpoints.view(view, as_page=True))
    _mount(app, "POST", "/v1/{company}/sign-in", endpoints.sign_in())
    documents.mount(app, installation, endpoints)
    money_files.mount(app, endpoints)
    calendar.mount(app, installation, endpoints)
    charts.mount(app, installation, endpoints)
    files.mount(app, installation, endpoints)
    templates.mount(app, installation, endpoints)
    inventory.mount(app, installation, endpoints)
    device_batch.mount(app, endpoints)
    signing.mount(app, installation, endpoints)
    quote_links.mount(app, installation, endpoints)
    webhooks.mount(app, endpoints)
    events.mount(app, installation, endpoints)
    proofs.mount(app, endpoints)
    exports.mount(app, endpoints)
    disputes.mount(app, endpoints)
    _mount_operations(app, installation)
    app.router.middleware_stack = Addresses(app.router)
    app.add_middleware(Observed, routes={r.endpoint: r.path for r in app.routes if isinstance(r, Route)})
    if installation.settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=installation.settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type", "idempotency-key", "if-match", "x-correlation-id"],
            expose_headers=[
                "etag",
                "x-position",
                "x-next",
                "x-stale",
                "idempotency-key",
                "retry-after",
                "x-correlation-id",
            ],
        )
    app.add_exception_handler(HTTPException, _not_here)
    app.add_exception_handler(Exception, _unexpected)
    return app


def _mount(app: FastAPI, method: str, path: str, endpoint: Endpoint) -> None:
    app.router.add_route(path, endpoint, methods=[method])


@cache
def description() -> tuple[dict[str, Any], str]:
    """The API's description, as a document and as a page: the same for every installation of a process."""
    document = describe(CATALOG, VIEWS, version("libretto"))
    return document, render(document)


def _mount_operations(app: FastAPI, installation: Installation) -> None:
    document, docs_page = description()

    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        found = await run_sync(installation.backlogs)
        behind = max((one.seconds for one in found if one.status == "active"), default=0.0)
        parked = sum(one.parked for one in found)
        ok = behind <= READY_LAG_S
        body = {"status": "ready" if ok else "behind", "lag_seconds": round(behind, 3), "parked_facts": parked}
        return JSONResponse(body, 200 if ok else 503)

    async def figures(_: Request) -> Response:
        show_backlogs(await run_sync(installation.backlogs))
        return Response(exposition(), media_type="text/plain; version=0.0.4")

    async def openapi(_: Request) -> Response:
        return JSONResponse(document)

    async def docs(_: Request) -> Response:
        return Response(docs_page, media_type="text/html; charset=utf-8")

    for path, endpoint in {
        "/healthz": alive,
        "/readyz": ready,
        "/metrics": figures,
        "/openapi.json": openapi,
        "/docs": docs,
    }.items():
        _mount(app, "GET", path, guarded(endpoint))


async def _not_here(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status != 405:
        return problem(request, NoSuchPage())
    answer = problem(request, MethodNotAllowed())
    answer.headers["allow"] = ", ".join(sorted(_methods_at(request)))
    return answer


def _methods_at(request: Request) -> set[str]:
    return {
        method
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


async def _unexpected(request: Request, _: Exception) -> Response:
    return problem(request, InternalError(correlation_id=correlation_id.get()))
