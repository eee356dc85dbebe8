#!/usr/bin/env python3
"""A small warehouse program with quantities of its own, that Libretto may be connected to.

It stands alone: FastAPI, granian and the standard library. It shows all of the protocol that another adapter's other
side has to speak; erp_warehouse.openapi.json is its description. Its quantities (erp_stock.py) are in one SQLite file.

    ERP_TOKEN=secret python -m examples.erp_warehouse warehouse.db --port 9090
    python -m examples.erp_warehouse --openapi > examples/erp_warehouse.openapi.json

Three rules make it safe to be told the same again: a movement's key is kept with what it asked; a refusal has no effect
and is not kept; of two revisions of a promise the higher one holds.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import os
import sys
from decimal import InvalidOperation
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse

from examples.erp_messages import Moved, OwnLevel, OwnSupply, Promised, Refused
from examples.erp_stock import Warehouse, now

Listed = Annotated[list[str], Query()]


def create_app(path: str, token: str) -> FastAPI:
    """The program over a file, for whoever has the token."""

    def known(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401)

    app = FastAPI(title="Warehouse protocol", version="1", dependencies=[Depends(known)])
    stock = Warehouse(path)
    accepted = {"status": "accepted"}

    @app.exception_handler(Refused)
    def _refused(_: Request, refusal: Refused) -> JSONResponse:
        told = {"status": "refused", "code": refusal.code, "sentence": refusal.sentence}
        return JSONResponse(told, refusal.status)

    @app.exception_handler(InvalidOperation)
    def _wrong(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"status": "refused", "code": "not-understood", "sentence": "A number is wrong."}, 422)

    @app.get("/v1/status")
    def status() -> dict[str, str]:
        """Who this is."""
        return {"name": "Example warehouse", "protocol": "1", "now": now()}

    @app.get("/v1/levels")
    def levels(
        article: Listed = [],  # noqa: B006 - FastAPI's way to say a list that may be left out
        warehouse: Listed = [],  # noqa: B006 - the same
        after: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
    ) -> dict[str, Any]:
        """What is there, by article and warehouse; `next` is the `after` of the following page."""
        return stock.levels(article, warehouse, after, limit)

    @app.get("/v1/supplies")
    def supplies(
        article: Listed = [],  # noqa: B006 - FastAPI's way to say a list that may be left out
        warehouse: Listed = [],  # noqa: B006 - the same
        after: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
    ) -> dict[str, Any]:
        """What is on order."""
        return stock.supplies(article, warehouse, after, limit)

    @app.put("/v1/reservations/{reservation_id}/{warehouse:path}")
    def promise(reservation_id: str, warehouse: str, told: Promised) -> dict[str, str]:
        """Reserve, change or release: the quantity that now holds. The higher revision of a stream holds."""
        if (told.reservation_id, told.warehouse) != (reservation_id, warehouse):
            raise Refused("key-wrong", "The body names another reservation than the address.", 422)
        stock.promise(told)
        return accepted

    @app.get("/v1/reservations/{reservation_id}/{warehouse:path}")
    def was_promised(reservation_id: str, warehouse: str, stream: str, revision: int) -> dict[str, str]:
        """Whether this revision, or a later one, holds."""
        if not stock.was_promised(reservation_id, warehouse, stream, revision):
            raise Refused("never-heard", "This revision was never heard of.", 404)
        return accepted

    @app.put("/v1/movements/{key}")
    def move(key: str, told: Moved) -> dict[str, str]:
        """Carry out a movement, once for its key."""
        if told.key != key:
            raise Refused("key-wrong", "The body has another key than the address.", 422)
        stock.move(told)
        return accepted

    @app.get("/v1/movements/{key}")
    def was_moved(key: str) -> dict[str, str]:
        """Whether a movement was carried out."""
        if not stock.was_moved(key):
            raise Refused("never-heard", "Nothing was done under this key.", 404)
        return accepted

    @app.put("/own/levels")
    def own_level(told: OwnLevel) -> dict[str, str]:
        """What its own people counted. Not part of the protocol."""
        stock.set_level(told)
        return accepted

    @app.put("/own/supplies")
    def own_supply(told: OwnSupply) -> dict[str, str]:
        """What its own people ordered. Not part of the protocol."""
        stock.set_supply(told)
        return accepted

    return app


def main(arguments: list[str]) -> None:
    """Serve until it is stopped, or print the description."""
    parser = argparse.ArgumentParser(description="A small warehouse program.")
    parser.add_argument("file", nargs="?", default=":memory:", help="the SQLite file")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9090)
    parser.add_argument("--openapi", action="store_true", help="print the description of the protocol")
    options = parser.parse_args(arguments)
    if options.openapi:
        json.dump(create_app(":memory:", "").openapi(), sys.stdout, indent=2, ensure_ascii=False)
        return
    token = os.environ.get("ERP_TOKEN")
    if not token:
        parser.error("set ERP_TOKEN to the secret that programs have to send")
    from granian.constants import Interfaces
    from granian.server.embed import Server

    app = create_app(options.file, token)
    server = Server(app, options.host, options.port, interface=Interfaces.ASGI, log_enabled=False)
    asyncio.run(server.serve())


if __name__ == "__main__":
    main(sys.argv[1:])
