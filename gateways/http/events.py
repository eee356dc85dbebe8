"""The public stream over HTTP (flusso pubblico): page by page, with a long poll, or as server-sent events.

A reader keeps the sequence of the last event it has dealt with, and the epoch: after a restore the stream begins anew
under another epoch, and whoever names the old one is told so instead of being left waiting.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import anyio
from anyio.to_thread import run_sync
from fastapi import FastAPI
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from aggregates import roles
from aggregates.base import Refusal, require
from gateways.asyncapi import asyncapi
from gateways.http.auth import check_role
from gateways.http.endpoints import Endpoints, guarded
from gateways.public_feed import PublicFeed
from gateways.published import schemas
from gateways.wiring import Installation
from projections.base import Ask

READERS = roles.LEADERS | {roles.ACCOUNTANT, roles.AUDITOR}
LOOK_S = 0.2
HEARTBEAT_S = 15.0
STREAM_S = 600.0
MOST_STREAMS = 64
PATH = "/v1/{company}/events"


class StreamBeganAnew(Refusal):
    """The stream of epoch {asked} is gone: the log was restored. Read from the start under epoch {current}."""


class TooManyReaders(Refusal):
    """{limit} readers already hold a stream open; try again later, or ask page by page."""

    status = 503


class EventsAsked(Ask):
    """The next public facts after a sequence."""

    after: int = Field(default=0, ge=0, description="Sequence of the last event dealt with; 0 for the start.")
    limit: int = Field(default=100, ge=1, le=1000)
    wait: float = Field(default=0, ge=0, le=30, description="Seconds to wait for an event when there is none.")
    epoch: UUID | None = Field(default=None, description="The epoch that `after` belongs to; 409 when it is over.")


class StreamAsked(Ask):
    """Public facts as they come. `Last-Event-ID` goes before `after`."""

    after: int = Field(default=0, ge=0)
    epoch: UUID | None = None


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:  # noqa: ARG001 - every mount takes it
    """Add the routes of the public stream to an application."""
    stream = EventRoutes(endpoints)
    for path, answer in {
        PATH: stream.page,
        f"{PATH}/stream": stream.follow,
        f"{PATH}/schemas": stream.schemas,
        f"{PATH}/asyncapi": stream.asyncapi,
    }.items():
        app.router.add_route(path, guarded(answer), methods=["GET"])


class EventRoutes:
    """The endpoints of the public stream."""

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._open = 0

    async def page(self, request: Request) -> Response:
        """`{items, next, head, epoch, company_id}`: give `next` as `after` to go on."""
        asked = EventsAsked.model_validate_strings(dict(request.query_params))
        feed = await run_sync(self._feed, request, asked.epoch)
        items = await run_sync(feed.after, asked.after, asked.limit)
        until = time.monotonic() + asked.wait
        while not items and time.monotonic() < until and not await request.is_disconnected():
            await anyio.sleep(LOOK_S)
            items = await run_sync(feed.after, asked.after, asked.limit)
        body = {
            "items": items,
            "next": items[-1]["sequence"] if items else asked.after,
            "head": await run_sync(feed.head),
            "epoch": str(feed.epoch),
            "company_id": str(feed.company_id),
        }
        return JSONResponse(body)

    async def follow(self, request: Request) -> Response:
        """Server-sent events: `id` is the sequence, `data` the CloudEvent. Ends after ten minutes; connect again."""
        asked = StreamAsked.model_validate_strings(dict(request.query_params))
        last = request.headers.get("last-event-id", "")
        after = int(last) if last.isdigit() else asked.after
        feed = await run_sync(self._feed, request, asked.epoch)
        require(self._open < MOST_STREAMS, TooManyReaders, limit=MOST_STREAMS)
        headers = {"x-accel-buffering": "no"}
        return StreamingResponse(self._events(feed, after), headers=headers, media_type="text/event-stream")

    async def schemas(self, request: Request) -> Response:
        """JSON Schema of every public type."""
        await run_sync(self._feed, request, None)
        return JSONResponse(schemas())

    async def asyncapi(self, request: Request) -> Response:
        """An AsyncAPI 3.0 document of the stream: channels, messages, schemas."""
        await run_sync(self._feed, request, None)
        return JSONResponse(asyncapi())

    async def _events(self, feed: PublicFeed, after: int) -> AsyncIterator[bytes]:
        self._open += 1
        try:
            yield b"retry: 2000\n\n"
            until = time.monotonic() + STREAM_S
            spoke = time.monotonic()
            while time.monotonic() < until:
                items = await run_sync(feed.after, after, 200)
                for event in items:
                    yield f"id: {event['sequence']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
                if items:
                    after, spoke = items[-1]["sequence"], time.monotonic()
                    continue
                if time.monotonic() - spoke >= HEARTBEAT_S:
                    spoke = time.monotonic()
                    yield b": alive\n\n"
                await anyio.sleep(LOOK_S)
        finally:
            self._open -= 1

    def _feed(self, request: Request, epoch: UUID | None) -> PublicFeed:
        house = self._endpoints.house(request)
        check_role(self._endpoints.caller(request, house), READERS)
        require(epoch in (None, house.epoch), StreamBeganAnew, asked=str(epoch), current=str(house.epoch))
        return PublicFeed(house.reader, house.company_id, house.epoch)


def describe() -> dict[str, dict[str, Any]]:
    """The OpenAPI paths of these routes."""
    page = {"type": "object", "required": ["items", "next", "head", "epoch", "company_id"]}
    return {
        PATH: _operation("events", EventsAsked, EventRoutes.page, "application/json", page),
        f"{PATH}/stream": _operation("event-stream", StreamAsked, EventRoutes.follow, "text/event-stream", {}),
        f"{PATH}/schemas": _operation("event-schemas", Ask, EventRoutes.schemas, "application/json", {}),
        f"{PATH}/asyncapi": _operation("event-asyncapi", Ask, EventRoutes.asyncapi, "application/json", {}),
    }


def _operation(name: str, ask: type[Ask], answer: Any, media: str, schema: dict[str, Any]) -> dict[str, Any]:
    company = {"name": "company", "in": "path", "required": True, "schema": {"type": "string"}}
    given = ask.model_json_schema().get("properties", {})
    return {
        "get": {
            "operationId": name,
            "tags": ["events"],
            "summary": (ask.__doc__ or "").splitlines()[0] if given else (answer.__doc__ or ""),
            "description": f"{answer.__doc__}\n\nRoles: {', '.join(sorted(READERS))}.",
            "parameters": [company, *({"name": key, "in": "query", "schema": part} for key, part in given.items())],
            "responses": {"200": {"description": "The answer.", "content": {media: {"schema": schema}}}},
        }
    }
