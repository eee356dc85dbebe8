"""The API's description, made from the catalogues: what is served is what is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from inspect import cleandoc
from typing import Any, get_type_hints

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from commands.base import Entry
from gateways.documents.preview import PreviewAsked
from gateways.documents.template_upload import TemplatePreviewAsked
from gateways.http import calendar, device_queue, events, own_routes, quote_links_doc, secret_links, signing
from gateways.http.endpoints import SignIn, status_of
from gateways.http.examples import complete_example_of, example_of
from gateways.http.openapi_parts import (
    COMPANY,
    DONE_HEADERS,
    IDEMPOTENCY,
    IF_MATCH,
    OUTCOME,
    PROBLEM,
    READING,
    REF,
    TAG_OF,
    WRITING,
    answer,
    other_paths,
    refusals,
    with_roles,
)
from gateways.http.pages import PLAIN, has_page
from gateways.http.requests import ActAsked
from gateways.http.reserved import Reserved, fields_of, reserved_of
from gateways.http.tables import CSV, EXCEL, PDF, is_list
from gateways.http.tags import TAGS
from projections.base import View

ABOUT = """
    Commands are POSTs, views are GETs. A command answers the position of its last fact; give it to a view as
    `min_position` to read your own write. Every view also answers as of the past, for those who may read histories:
    `known_at` leaves out what was recorded after an instant, `true_at` what happened after it. Every command takes,
    beside its own fields, the field `act`: when it happened in the world (`at`, now if left out) and why (`why`).
    Errors are problem details (RFC 9457) with a stable `code`; their `detail` is Italian, or English with
    `Accept-Language: en`. Amounts and other decimals are texts.
"""


def describe(commands: Iterable[Entry], views: Iterable[View], version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    commands, views = list(commands), list(views)
    schemas = _schemas([*(entry.command for entry in commands), *(view.ask for view in views), *OWN])
    whole = dict(schemas)
    paths: dict[str, dict[str, Any]] = {}
    for entry in commands:
        name = entry.command.__name__
        schemas[name] = _body(whole[name], fields_of(entry.path))
        paths.setdefault(_path(entry.path), {})["post"] = _command(entry, schemas, whole)
    for view in views:
        paths.setdefault(_path(view.path), {})["get"] = _view(view, whole)
        if has_page(view):
            paths.setdefault(_path(f"{view.path}.txt"), {})["get"] = _page(view, whole)
        schemas.pop(view.ask.__name__, None)
    own = (
        other_paths(),
        *(module.describe() for module in own_routes.MODULES),
        _event_paths(),
    )
    for path, operations in (pair for paths_of_one in own for pair in paths_of_one.items()):
        paths.setdefault(path, {}).update(operations)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Libretto", "version": version, "description": " ".join(cleandoc(ABOUT).split())},
        "servers": [{"url": "/"}],
        "tags": _tags(paths),
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**schemas, "Problem": PROBLEM, "CommandOutcome": OUTCOME},
            "parameters": _past_parameters(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A token, or an API key of a program."}
            },
        },
        "security": [{"bearer": []}],
    }


OWN: tuple[type[BaseModel], ...] = (
    ActAsked,
    SignIn,
    PreviewAsked,
    device_queue.DeviceBatch,
    signing.SignatureWanted,
    secret_links.CodeEntered,
    quote_links_doc.AnswerWanted,
    quote_links_doc.QuoteAnswered,
    signing.SignedFromAfar,
    calendar.AddressAsked,
    TemplatePreviewAsked,
)


def _path(path: str) -> str:
    return f"/v1/{{company}}{path}"


def _schemas(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    _, document = models_json_schema([(model, "validation") for model in dict.fromkeys(models)], ref_template=REF)
    schemas: dict[str, Any] = _decimals_as_texts(document.get("$defs", {}))
    return schemas


def _decimals_as_texts(node: Any) -> Any:
    """Decimals are read from whole numbers too, but there is one way to write them: as a text."""
    if isinstance(node, list):
        return [_decimals_as_texts(part) for part in node]
    if not isinstance(node, dict):
        return node
    told = {name: _decimals_as_texts(part) for name, part in node.items()}
    kinds = told.get("anyOf", [])
    if [part.get("type") for part in kinds[:2]] == ["number", "string"]:
        told["anyOf"] = [DECIMAL, *kinds[2:]]
    return told


DECIMAL = {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,28})?$"}


def _body(schema: Mapping[str, Any], in_path: list[str]) -> dict[str, Any]:
    properties = {name: part for name, part in schema.get("properties", {}).items() if name not in in_path}
    properties["act"] = {
        "$ref": REF.format(model="ActAsked"),
        "description": "When it happened in the world, and why. Every command takes it.",
    }
    required = [name for name in schema.get("required", []) if name not in in_path]
    return {**schema, "properties": properties, "required": required}


def _command(entry: Entry, schemas: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    name = entry.command.__name__
    done = {**answer("Done.", {"$ref": REF.format(model="CommandOutcome")}), "headers": DONE_HEADERS}
    return {
        "operationId": entry.name,
        "tags": [_tag(entry.path)],
        "summary": _first_line(entry.command),
        "description": with_roles(cleandoc(entry.command.__doc__ or ""), entry.roles),
        "x-roles": sorted(entry.roles),
        "parameters": [COMPANY, *_path_parameters(entry.path, whole[name]), IDEMPOTENCY, IF_MATCH],
        "requestBody": {
            "required": bool(schemas[name]["required"]),
            "content": {
                "application/json": {
                    "schema": {"$ref": REF.format(model=name)},
                    "examples": {
                        "short": {"value": example_of(schemas[name], schemas)},
                        "complete": {"value": complete_example_of(schemas[name], schemas)},
                    },
                }
            },
        },
        "responses": {str(status_of(entry)): done, **refusals(WRITING)},
    }


def _view(view: View, schemas: Mapping[str, Any]) -> dict[str, Any]:
    in_path = fields_of(view.path)
    own = schemas[view.ask.__name__]
    common = _common(reserved_of(view))
    parameters = [COMPANY, *_path_parameters(view.path, own)]
    for schema in (own, common):
        for name, part in schema.get("properties", {}).items():
            if name in IN_THE_PAST:
                parameters.append({"$ref": f"#/components/parameters/{name}"})
            elif name not in in_path:
                parameters.append(_query_parameter(name, part, name in schema.get("required", [])))
    return {
        "operationId": f"view-{view.name}",
        "tags": [_tag(view.path)],
        "summary": _first_line(view.ask),
        "description": with_roles(cleandoc(view.query.__doc__ or ""), view.roles),
        "x-roles": sorted(view.roles),
        "parameters": parameters,
        "responses": {"200": _answer(view), **refusals(READING)},
    }


def _page(view: View, schemas: Mapping[str, Any]) -> dict[str, Any]:
    told = answer("The answer as a text, in Italian or English by Accept-Language.", {"type": "string"}, PLAIN)
    described = _view(view, schemas)
    responses = {**described["responses"], "200": told}
    return {**described, "operationId": f"page-{view.name}", "responses": responses}


def _answer(view: View) -> dict[str, Any]:
    told = answer("The answer.", _answered(view))
    if has_page(view):
        told["content"][PLAIN] = {"schema": {"type": "string"}}
    told["content"][CSV] = {"schema": {"type": "string"}}
    for media in (EXCEL, PDF):
        told["content"][media] = {"schema": {"type": "string", "format": "binary"}}
    return told


TOTALS = {
    "type": "object",
    "description": "With `totals=true`: how many rows all pages have, and the sums of their amounts.",
    "properties": {"rows": {"type": "integer"}, "sums": {"type": "array", "items": {"type": "object"}}},
}


PAST = {
    "type": "object",
    "description": "With `known_at` or `true_at`: the instants, the last position known then, and `left_out`: facts "
    "that could not be folded in the order of what happened.",
    "properties": {
        "known_at": {"type": ["string", "null"], "format": "date-time"},
        "true_at": {"type": ["string", "null"], "format": "date-time"},
        "position": {"type": "integer"},
        "left_out": {"type": "array", "items": {"type": "object"}},
    },
}


def _answered(view: View) -> dict[str, Any]:
    data: dict[str, Any] = {"type": "object"}
    returned = get_type_hints(view.query).get("return")
    if is_list(view):
        items = {"type": "array", "items": {"type": "object"}}
        cursor = {"type": ["string", "null"], "description": "Give it as `after` to go on; null at the end."}
        parts = {"items": items, "next": cursor, "totals": TOTALS}
        data = {"type": "object", "required": ["items", "next"], "properties": parts}
    elif str(returned).startswith("list"):
        data = {"type": "array", "items": {"type": "object"}}
    properties = {
        "data": data,
        "stale": {"type": "boolean", "description": "Whether `min_position` is not seen yet; ask again."},
    }
    properties["past"] = PAST
    if "as_of" in reserved_of(view).model_fields:
        properties["as_of"] = {"type": "string", "format": "date-time"}
    return {"type": "object", "required": ["data", "stale"], "properties": properties}


def _query_parameter(name: str, schema: Mapping[str, Any], required: bool) -> dict[str, Any]:
    described = {key: part for key, part in schema.items() if key not in ("description", "title")}
    parameter = {"name": name, "in": "query", "required": required, "schema": described}
    if "description" in schema:
        parameter["description"] = schema["description"]
    return parameter


@cache
def _common(reserved: type[Reserved]) -> dict[str, Any]:
    """The schema of what many views take beside their own fields; made once, for it is read hundreds of times."""
    return reserved.model_json_schema(ref_template=REF)


def _path_parameters(path: str, schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    properties = schema.get("properties", {})
    return [{"name": name, "in": "path", "required": True, "schema": properties[name]} for name in fields_of(path)]


IN_THE_PAST = ("known_at", "true_at")


def _past_parameters() -> dict[str, Any]:
    """Those of every view, described once."""
    properties = Reserved.model_json_schema(ref_template=REF)["properties"]
    return {name: _query_parameter(name, properties[name], required=False) for name in IN_THE_PAST}


def _event_paths() -> dict[str, dict[str, Any]]:
    paths = events.describe()
    for operations in paths.values():
        operations["get"]["x-roles"] = sorted(events.READERS)
        operations["get"]["responses"] |= refusals(READING)
    return paths


def _tags(paths: Mapping[str, Mapping[str, Any]]) -> list[dict[str, str]]:
    used = {operation["tags"][0] for operations in paths.values() for operation in operations.values()}
    names = [*TAGS, *sorted(used - TAGS.keys())]
    return [{"name": name, "description": TAGS.get(name, "")} for name in names if name in used]


def _tag(path: str) -> str:
    return TAG_OF.get(path.split("/")[1], path.split("/")[1])


def _first_line(model: type[BaseModel]) -> str:
    return cleandoc(model.__doc__ or "").splitlines()[0]
