"""The description of the public stream for machines: JSON Schemas of its events, and an AsyncAPI 3.0 document.

Both are made from the allow-list, so that they never say another thing than what is sent. `libretto docs` writes them
to `docs/schemas/`; `GET /v1/{company}/events/asyncapi` answers the document.
"""

from __future__ import annotations

import json
from inspect import cleandoc
from typing import Any

from aggregates.publication import EDITION
from gateways.public_mapping import LIST
from gateways.published import payloads, schemas

FOLDER = "schemas"
DOCUMENT = f"{FOLDER}/asyncapi.json"
ENVELOPE = {
    "type": "object",
    "required": [
        "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "sequence",
        "position", "epoch", "recordedat", "data",
    ],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid", "description": "The same however often the event comes."},
        "source": {"type": "string", "pattern": "^/companies/[0-9a-f-]{36}$"},
        "type": {"type": "string"},
        "subject": {"type": "string", "format": "uuid", "description": "The record that it is about."},
        "time": {"type": "string", "format": "date-time", "description": "When it happened."},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string", "description": "urn:libretto:schema: and the type."},
        "sequence": {
            "type": "integer",
            "minimum": 1,
            "description": "The place in the company's stream, without gaps; give it as `after` to go on behind it.",
        },
        "position": {"type": "integer", "minimum": 1, "description": "The place in the company's log."},
        "epoch": {"type": "string", "format": "uuid", "description": "Another one after a restore: begin anew at 1."},
        "recordedat": {"type": "string", "format": "date-time", "description": "When the log got it."},
        "correlationid": {"type": "string", "description": "The request that caused it."},
        "data": {"type": "object"},
    },
}  # fmt: skip


def schema_files() -> dict[str, str]:
    """File name under docs/ to text: one JSON Schema a type, and the AsyncAPI document."""
    files = {f"{FOLDER}/{name}.json": _text(schema) for name, schema in schemas().items()}
    return {**files, DOCUMENT: _text(asyncapi())}


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document of the stream: by Kafka, by pages over HTTP and as server-sent events."""
    names = [data.TYPE for data in payloads()]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Libretto public stream",
            "version": f"{EDITION}.0.0",
            "description": "What a company tells other programs, numbered without gaps, at least once and in order. "
            "The version counts editions of the list; a company says which one it publishes.",
        },
        "defaultContentType": "application/cloudevents+json",
        "servers": _servers(),
        "channels": {
            "kafka": {
                "address": "libretto.public.v1",
                "title": "Topic",
                "description": "The key is the company's id: a company stays in one partition and in order. The name "
                "is a setting; a topic with more partitions is a new topic beside the old one.",
                "servers": [{"$ref": "#/servers/kafka"}],
                "messages": _references(names),
            },
            "pages": _http("/v1/{company}/events", "Page by page, with a long poll.", names),
            "live": _http("/v1/{company}/events/stream", "Server-sent events; `Last-Event-ID` goes on.", names),
        },
        "operations": {
            f"read-{name}": {"action": "send", "channel": {"$ref": f"#/channels/{name}"}, "summary": summary}
            for name, summary in (
                ("kafka", "Libretto sends every event to Kafka."),
                ("pages", "Libretto answers the events after a sequence."),
                ("live", "Libretto sends events as they come."),
            )
        },
        "components": {
            "messages": {data.TYPE: _message(data.TYPE, cleandoc(data.__doc__ or "")) for data in payloads()},
            "schemas": {"cloudEvent": ENVELOPE, **{name: _inlined(each) for name, each in schemas().items()}},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token or API key of an accountant, auditor, manager or administrator.",
                },
            },
        },
    }


def editions_of(name: str) -> tuple[int, int | None]:
    """The edition since which a type is told, and the one from which on it is not; None when it still is."""
    rows = [row for row in LIST if name in {data.TYPE for data in row.data}]
    ends = [row.until for row in rows]
    return min(row.since for row in rows), None if None in ends else max(each for each in ends if each is not None)


def _servers() -> dict[str, Any]:
    return {
        "kafka": {"host": "{host}", "protocol": "kafka", "variables": {"host": {"default": "localhost:9092"}}},
        "http": {
            "host": "{host}",
            "protocol": "https",
            "variables": {"host": {"default": "localhost:8000"}},
            "security": [{"$ref": "#/components/securitySchemes/token"}],
        },
    }


def _http(address: str, what: str, names: list[str]) -> dict[str, Any]:
    return {
        "address": address,
        "description": what,
        "servers": [{"$ref": "#/servers/http"}],
        "parameters": {"company": {"description": "The company's short name or id."}},
        "messages": _references(names),
    }


def _references(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}


def _message(name: str, words: str) -> dict[str, Any]:
    since, until = editions_of(name)
    told = f"Told from edition {since} on." if until is None else f"Told from edition {since} to {until - 1}."
    return {
        "name": name,
        "title": name,
        "summary": words.splitlines()[0],
        "description": f"{words}\n\n{told}",
        "contentType": "application/cloudevents+json",
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}, "bindingVersion": "0.5.0"}},
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/cloudEvent"},
                {
                    "properties": {
                        "type": {"const": name},
                        "data": {"$ref": f"#/components/schemas/{name}"},
                    }
                },
            ]
        },
    }


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with its own parts in place: references would point into the whole document."""
    parts = schema.get("$defs", {})

    def put(value: Any) -> Any:
        if isinstance(value, list):
            return [put(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            named = put(parts[value["$ref"].rsplit("/", 1)[-1]])
            return {**named, **{key: put(each) for key, each in value.items() if key != "$ref"}}
        return {key: put(each) for key, each in value.items() if key not in ("$defs", "$id")}

    inlined: dict[str, Any] = put(schema)
    return inlined


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
