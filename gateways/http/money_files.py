"""Files of money over HTTP: the bank's batches out, bank statements and the exchange system's receipts in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from aggregates.base import Act, Refusal
from aggregates.collection import Collection
from commands.catalog import BY_NAME as COMMANDS
from gateways.collections.files import bank_file
from gateways.collections.payments import take_statement
from gateways.collections.statements import NotAStatement
from gateways.exchange_receipts import take_in
from gateways.http.auth import check_role
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, READING, WRITING, answer, refusals, with_roles
from gateways.http.problems import RecordNotFound
from gateways.http.requests import now, raw_body_of
from projections.catalog import BY_NAME as VIEWS

READERS = VIEWS["collection"].roles
CASHIERS = COMMANDS["record-customer-payment"].roles
CLERKS = COMMANDS["record-exchange-receipt"].roles
FILE_PATH = "/v1/{company}/collections/{collection_id}/file"
STATEMENT_PATH = "/v1/{company}/bank-statements"
RECEIPT_PATH = "/v1/{company}/exchange-receipts/file"
STATEMENT_LIMIT, RECEIPT_LIMIT = 20_000_000, 1_000_000


class StatementUnreadable(Refusal):
    """This is no bank statement that can be read ({detail}); send CAMT.053 or the CSV that the guide describes."""

    status = 422


class BankFileImpossible(Refusal):
    """The file of this batch cannot be written: {detail}. Cancel it, correct the data and prepare it anew."""

    status = 422


def mount(app: FastAPI, endpoints: Endpoints) -> None:
    """Add the routes."""
    app.router.add_route(FILE_PATH, _bank_file(endpoints), methods=["GET"])
    app.router.add_route(STATEMENT_PATH, _statement(endpoints), methods=["POST"])
    app.router.add_route(RECEIPT_PATH, _receipt(endpoints), methods=["POST"])


def _bank_file(endpoints: Endpoints) -> Endpoint:
    """GET: the file of a batch."""

    def made(request: Request) -> Response:
        house = endpoints.house(request)
        check_role(endpoints.caller(request, house), READERS)
        try:
            key = UUID(request.path_params["collection_id"])
        except ValueError as error:
            raise RecordNotFound from error
        batch = house.reader.record(key)
        if not isinstance(batch, Collection):
            raise RecordNotFound
        try:
            file = bank_file(batch)
        except ValueError as error:
            raise BankFileImpossible(detail=str(error)) from error
        headers = {"content-disposition": f'attachment; filename="{file.name}"', "x-content-type-options": "nosniff"}
        return Response(file.data, 200, headers, media_type=file.media_type)

    async def answered(request: Request) -> Response:
        return await run_sync(made, request)

    return guarded(answered)


def _statement(endpoints: Endpoints) -> Endpoint:
    """POST: a bank statement; with `?dry_run=true` nothing is recorded."""

    def taken(request: Request, data: bytes) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, CASHIERS)
        is_dry = request.query_params.get("dry_run") == "true"
        try:
            entries = take_statement(house, data, Act(by=f"user:{caller.user_id}", at=now()), dry_run=is_dry)
        except NotAStatement as error:
            raise StatementUnreadable(detail=str(error)) from error
        return JSONResponse({"dry_run": is_dry, "entries": [asdict(entry) for entry in entries]})

    async def answered(request: Request) -> Response:
        return await run_sync(taken, request, await raw_body_of(request, STATEMENT_LIMIT))

    return guarded(answered)


def _receipt(endpoints: Endpoints) -> Endpoint:
    """POST: a receipt of the exchange system."""

    def taken(request: Request, xml: bytes) -> Response:
        house = endpoints.house(request)
        caller = endpoints.caller(request, house)
        check_role(caller, CLERKS)
        name = request.query_params.get("name", "")[:100]
        (told,) = take_in(house, [(name, xml)], Act(by=f"user:{caller.user_id}", at=now()))
        return JSONResponse(asdict(told))

    async def answered(request: Request) -> Response:
        return await run_sync(taken, request, await raw_body_of(request, RECEIPT_LIMIT))

    return guarded(answered)


def describe() -> dict[str, dict[str, Any]]:
    """The routes as the API's description tells them."""
    batch = {"name": "collection_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    dry = {"name": "dry_run", "in": "query", "required": False, "schema": {"type": "boolean"}}
    name = {"name": "name", "in": "query", "required": False, "schema": {"type": "string"}}
    done = {"type": "object", "required": ["dry_run", "entries"]}
    return {
        FILE_PATH: {
            "get": {
                "operationId": "collection-file",
                "tags": ["collections"],
                "summary": "The file of a batch for the bank.",
                "description": with_roles("pain.008.001.02 for direct debits, CBI records for RiBa.", READERS),
                "x-roles": sorted(READERS),
                "parameters": [COMPANY, batch],
                "responses": {"200": _either(), **refusals(READING)},
            }
        },
        STATEMENT_PATH: {
            "post": _upload(
                "bank-statement",
                "Take in a bank statement: CAMT.053 or CSV.",
                "Each entry is matched and counted once; what is not certain is listed.",
                CASHIERS,
                [COMPANY, dry],
                done,
            )
        },
        RECEIPT_PATH: {
            "post": _upload(
                "exchange-receipt-file",
                "Take in a receipt of the exchange system.",
                "Its invoice is found by the name of the file that it tells of.",
                CLERKS,
                [COMPANY, name],
                {"type": "object", "required": ["status"]},
            )
        },
    }


def _either() -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    return {"description": "The file.", "content": {"application/xml": text, "text/plain": text}}


def _upload(
    name: str,
    summary: str,
    text: str,
    allowed: frozenset[str],
    parameters: list[dict[str, Any]],
    answered: dict[str, Any],
) -> dict[str, Any]:
    return {
        "operationId": name,
        "tags": ["collections"],
        "summary": summary,
        "description": with_roles(text, allowed),
        "x-roles": sorted(allowed),
        "parameters": parameters,
        "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}},
        "responses": {"200": answer("What became of it.", answered), **refusals(WRITING)},
    }
