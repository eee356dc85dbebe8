"""The API's description, made from the catalogues: what is served is what is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from commands.base import Entry
from gateways.http.endpoints import Reserved, fields_of
from gateways.http.requests import ActAsked
from projections.base import View

REF = "#/components/schemas/{model}"
IDEMPOTENCY = {
    "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "format": "uuid"},
    "description": "The command's id. The same id again answers the first answer and changes nothing.",
}  # fmt: skip
IF_MATCH = {
    "name": "If-Match", "in": "header", "schema": {"type": "string"},
    "description": 'The version worked on, as in "3"; the command is refused if the record has changed since.',
}  # fmt: skip
COMPANY = {
    "name": "company", "in": "path", "required": True, "schema": {"type": "string"},
    "description": "The company's short name or id.",
}  # fmt: skip
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "detail": {"type": "string", "description": "For people, in Italian or English."},
        "values": {"type": "object"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
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
        "repeated": {"type": "boolean"},
    },
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
    "503": "Busy or away; try again.",
}


def describe(commands: Iterable[Entry], views: Iterable[View], version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    commands, views = list(commands), list(views)
    schemas = _schemas([entry.command for entry in commands] + [ActAsked])
    paths: dict[str, dict[str, Any]] = {}
    for entry in commands:
        schemas[entry.command.__name__] = _body(schemas[entry.command.__name__], fields_of(entry.path))
        paths.setdefault(f"/v1/{{company}}{entry.path}", {})["post"] = _command(entry)
    for view in views:
        paths.setdefault(f"/v1/{{company}}{view.path}", {})["get"] = _view(view, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Libretto", "version": version, "description": cleandoc(_ABOUT)},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM, "Outcome": OUTCOME},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


_ABOUT = """
    Commands are POSTs, views are GETs. A command answers the position of its last fact; give it to a view as
    `min_position` to read your own write. `act` in a command's body says when it happened in the world, and why.
"""


def _schemas(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    _, document = models_json_schema([(model, "validation") for model in dict.fromkeys(models)], ref_template=REF)
    return dict(document.get("$defs", {}))


def _body(schema: Mapping[str, Any], in_path: list[str]) -> dict[str, Any]:
    properties = {name: part for name, part in schema.get("properties", {}).items() if name not in in_path}
    properties["act"] = {"$ref": REF.format(model="ActAsked")}
    required = [name for name in schema.get("required", []) if name not in in_path]
    return {**schema, "properties": properties, **({"required": required} if required else {"required": []})}


def _command(entry: Entry) -> dict[str, Any]:
    answers = {"200" if "{" in entry.path else "201": _answer("Done.", "Outcome"), **_refusals()}
    return {
        "operationId": entry.name,
        "tags": [_tag(entry.path)],
        "summary": _first_line(entry.command),
        "description": f"{cleandoc(entry.command.__doc__ or '')}\n\nRoles: {', '.join(sorted(entry.roles))}.",
        "parameters": [COMPANY, *_path_parameters(entry.path, entry.command), IDEMPOTENCY, IF_MATCH],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": REF.format(model=entry.command.__name__)}}},
        },
        "responses": answers,
    }


def _view(view: View, schemas: dict[str, Any]) -> dict[str, Any]:
    own = view.ask.model_json_schema(ref_template=REF)
    schemas.update(own.pop("$defs", {}))
    common = Reserved.model_json_schema(ref_template=REF)
    in_path = fields_of(view.path)
    parameters = [COMPANY, *_path_parameters(view.path, view.ask)]
    for schema in (own, common):
        for name, part in schema.get("properties", {}).items():
            if name not in in_path and (schema is own or name not in own.get("properties", {})):
                required = name in schema.get("required", [])
                parameters.append({"name": name, "in": "query", "required": required, "schema": part})
    return {
        "operationId": f"view-{view.name}",
        "tags": [_tag(view.path)],
        "summary": _first_line(view.ask),
        "description": f"{cleandoc(view.query.__doc__ or '')}\n\nRoles: {', '.join(sorted(view.roles))}.",
        "parameters": parameters,
        "responses": {"200": _data(), **_refusals()},
    }


def _path_parameters(path: str, model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=REF)
    return [
        {"name": name, "in": "path", "required": True, "schema": schema["properties"][name]} for name in fields_of(path)
    ]


def _answer(description: str, model: str) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=model)}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _data() -> dict[str, Any]:
    schema = {"type": "object", "required": ["data", "stale"], "properties": {"data": {}, "stale": {"type": "boolean"}}}
    return {"description": "The answer.", "content": {"application/json": {"schema": schema}}}


def _refusals() -> dict[str, Any]:
    schema = {"$ref": REF.format(model="Problem")}
    return {
        status: {"description": text, "content": {"application/problem+json": {"schema": schema}}}
        for status, text in REFUSALS.items()
    }


def _tag(path: str) -> str:
    return path.split("/")[1]


def _first_line(model: type[BaseModel]) -> str:
    return cleandoc(model.__doc__ or "").splitlines()[0]
