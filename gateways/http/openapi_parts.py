"""The parts of the API's description that are the same everywhere: headers, answers, refusals, the other routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateways.http.documents import PREVIEWERS, READERS

REF = "#/components/schemas/{model}"
IDEMPOTENCY = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "format": "uuid"},
    "description": "The command's id. The same id again answers the first answer and changes nothing.",
}  # fmt: skip
IF_MATCH = {
    "name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": '^(W/)?"?[0-9]{1,9}"?$'},
    "description": 'The version worked on, as in "3"; the command is refused if the record has changed since.',
}  # fmt: skip
COMPANY = {
    "name": "company", "in": "path", "required": True, "schema": {"type": "string"}, "example": "demo",
    "description": "The company's short name or id.",
}  # fmt: skip
DOCUMENT_ID = {
    "name": "document_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"},
    "description": "The issued document.",
}  # fmt: skip
FINDING = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": "string", "description": "With dots, as in `address.town`."},
        "code": {"type": "string", "description": "Stable; for programs."},
        "message": {"type": "string", "description": "For people."},
        "value": {"description": "What was given, where it is short and no secret."},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "values", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "detail": {"type": "string", "description": "For people, in Italian or English by Accept-Language."},
        "values": {"type": "object", "description": "What the rule looked at."},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": FINDING},
    },
    "example": {
        "type": "urn:libretto:problem:call-is-closed",
        "title": "Call is closed",
        "status": 409,
        "code": "call-is-closed",
        "detail": "La chiamata è chiusa: prima va riaperta.",
        "values": {},
        "instance": "/v1/demo/calls/3f0c9a52-7d1e-4b7a-9f43-0c6f5f6f2a10/close",
    },
}
OUTCOME = {
    "type": "object",
    "required": ["result", "position", "version", "command_id", "repeated"],
    "properties": {
        "result": {"type": "object", "description": "Ids and numbers of what the command made."},
        "position": {"type": "integer", "description": "Give it to queries as `min_position`."},
        "version": {"type": ["integer", "null"], "description": "The record's version, also in ETag."},
        "command_id": {"type": "string", "format": "uuid"},
        "repeated": {"type": "boolean", "description": "Whether the same command had been carried out before."},
    },
}
DONE_HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "The record's version."},
    "X-Position": {"schema": {"type": "string"}, "description": "The position of the last fact."},
    "Idempotency-Key": {"schema": {"type": "string", "format": "uuid"}, "description": "The command's id."},
}
REFUSALS = {
    "400": "The body is not JSON.",
    "401": "Not signed in.",
    "403": "The role is missing.",
    "404": "No such record or company.",
    "409": "A rule says no.",
    "412": "The record has changed.",
    "413": "The request is too large.",
    "422": "Some fields are missing or wrong.",
    "429": "Too many attempts; see Retry-After.",
    "500": "Our fault; the problem names the line in the log.",
    "503": "Busy or away; see Retry-After.",
}
READING = ("401", "403", "404", "409", "422", "500", "503")
WRITING = ("400", "401", "403", "404", "409", "412", "413", "422", "500", "503")


def refusals(statuses: Iterable[str]) -> dict[str, Any]:
    """The problems that an operation may answer."""
    schema = {"$ref": REF.format(model="Problem")}
    return {
        status: {"description": REFUSALS[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in statuses
    }


def answer(description: str, schema: Any, media: str = "application/json") -> dict[str, Any]:
    """An answer that is no problem."""
    return {"description": description, "content": {media: {"schema": schema}}}


def with_roles(text: str, roles: Iterable[str]) -> str:
    """A description that ends in who may ask."""
    return f"{text}\n\nRoles: {', '.join(sorted(roles))}."


def other_paths() -> dict[str, dict[str, Any]]:
    """The routes that are in no catalogue: signing in, files, health, figures and this description."""
    return {
        "/v1/{company}/sign-in": {"post": _sign_in()},
        "/v1/{company}/documents/{document_id}/file": {"get": _file("document-file", "The printed document.", "pdf")},
        "/v1/{company}/documents/{document_id}/xml": {"get": _file("document-xml", "The electronic invoice.", "xml")},
        "/v1/{company}/documents/preview": {"post": _preview()},
        "/healthz": {"get": _open("healthz", "Whether the process lives.", "application/json")},
        "/readyz": {
            "get": _open("readyz", "Whether read models are up to date; 503 if not.", "application/json", "503")
        },
        "/metrics": {"get": _open("metrics", "Figures for Prometheus.", "text/plain; version=0.0.4")},
        "/openapi.json": {"get": _open("openapi", "This description.", "application/json")},
        "/docs": {"get": _open("docs", "This description as a page.", "text/html; charset=utf-8")},
    }


def _sign_in() -> dict[str, Any]:
    token = {
        "type": "object",
        "required": ["token", "token_type"],
        "properties": {"token": {"type": "string"}, "token_type": {"const": "Bearer"}},
    }
    return {
        "operationId": "sign-in",
        "tags": ["sign-in"],
        "summary": "Get a token for an e-mail address and a password.",
        "description": "The token holds twelve hours. Programs use API keys instead.",
        "parameters": [COMPANY],
        "security": [],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": REF.format(model="SignIn")},
                    "example": {"email": "gino@example.it", "password": "a long password"},
                }
            },
        },
        "responses": {
            "200": answer("A token for the Authorization header.", token),
            **refusals(["400", "401", "404", "413", "422", "429", "500", "503"]),
        },
    }


def _file(name: str, summary: str, ending: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "tags": ["documents"],
        "summary": summary,
        "description": with_roles("Exactly as it was recorded; the ETag is its SHA-256.", READERS),
        "x-roles": sorted(READERS),
        "parameters": [COMPANY, DOCUMENT_ID],
        "responses": {"200": answer("The file.", {"type": "string"}, f"application/{ending}"), **refusals(READING)},
    }


def _preview() -> dict[str, Any]:
    allowed = frozenset().union(*PREVIEWERS.values())
    return {
        "operationId": "document-preview",
        "tags": ["documents"],
        "summary": "Print a quote or an invoice as a draft.",
        "description": with_roles("Nothing is recorded or kept.", allowed),
        "x-roles": sorted(allowed),
        "parameters": [COMPANY],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(model="PreviewAsked")}}},
        },
        "responses": {"200": answer("The draft.", {"type": "string"}, "application/pdf"), **refusals(WRITING)},
    }


def _open(name: str, summary: str, media: str, *more: str) -> dict[str, Any]:
    also = {status: {"description": "Not now.", "content": {media: {"schema": {}}}} for status in more}
    return {
        "operationId": name,
        "tags": ["operations"],
        "summary": summary,
        "description": "Open to everybody who can reach the server.",
        "parameters": [],
        "security": [],
        "responses": {"200": answer("The answer.", {}, media), **also, **refusals(["500"])},
    }


TAG_OF = {
    "call-counts": "calls",
    "service-clocks": "calls",
    "service-levels-due": "calls",
    "service-level-attainment": "calls",
    "activity-types": "calls",
    "sites": "parties",
    "renewals-due": "contracts",
    "expiring-contracts": "contracts",
    "hour-pool-revenue": "hour-pools",
    "hour-pools-due": "hour-pools",
    "renewal-preview": "contracts",
    "consumer-reminders-due": "contracts",
    "credits-due": "contracts",
    "arrears-blocks": "contracts",
    "uncovered-items": "contracts",
    "contract-serials-replaced": "contracts",
    "adjustment-preview": "prices-over-time",
    "adjustment-preview-totals": "prices-over-time",
    "adjustments": "prices-over-time",
    "provisional-adjustments": "prices-over-time",
    "index-series": "prices-over-time",
    "proposal-rules": "contract-proposals",
    "sales": "contract-proposals",
    "missing-readings": "serial-items",
    "coverage-check": "calls",
    "invoice-advances": "invoices",
    "invoice-alarms": "invoices",
    "invoice-checks": "invoices",
    "accruals": "closings",
    "billing-due": "invoices",
    "customers-due": "invoices",
    "open-items": "invoices",
    "due-ageing": "due-ledger",
    "due-dates": "due-ledger",
    "customer-payments": "due-ledger",
    "customers-in-arrears": "due-ledger",
    "late-interest": "due-ledger",
    "mandates": "collections",
    "due-for-collection": "collections",
    "job": "jobs",
    "commission-statements": "commission-agents",
    "exchange-outcomes": "exchange-receipts",
    "payment-reminders-due": "reminders",
    "number-registers": "company",
    "calendars": "company",
    "law-table": "company",
    "what-if": "contracts",
    "what-if-totals": "contracts",
    "what-if-calls": "calls",
    "publication": "events",
    "records": "history",
    "reservations": "stock",
    "warehouses": "stock",
    "article-by-code": "articles",
    "price": "price-lists",
    "prices": "price-lists",
    "documents-due": "documents",
    "service-clock": "calls",
    "device-conflicts": "devices",
    "work-reports": "calls",
    "my-day": "agenda",
    "daily-report": "agenda",
    "contractor-statement": "contractor-work",
    "candidates": "agenda",
    "nearest": "agenda",
    "position-bases": "positions",
    "positions-to-forget": "positions",
    "sign": "signing-links",
    "quote-answers": "quote-links",
}
"""Paths whose first word is no tag of its own."""
