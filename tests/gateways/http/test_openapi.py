"""The API's description: valid, complete, with examples that the commands themselves take."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import jsonschema_rs
import pytest
from pydantic import BaseModel
from schemathesis.specs.openapi.definitions import OPENAPI_31

from aggregates.rma_state import Outcome
from commands.base import Entry
from commands.catalog import CATALOG
from gateways.http.docs_page import render
from gateways.http.requests import ActAsked
from gateways.http.reserved import fields_of
from gateways.http.tables import is_list
from gateways.http.tags import TAGS
from projections.catalog import VIEWS
from tests.gateways.http.described import DOCUMENT

BY_ID: dict[str, Any] = {
    operation["operationId"]: operation for methods in DOCUMENT["paths"].values() for operation in methods.values()
}
HERE = "urn:libretto:api"
SCHEMAS = jsonschema_rs.Registry([(HERE, DOCUMENT)])
"""The description as a place that references lead to: read once, not again for every schema that is part of it."""
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def test_it_is_valid_openapi() -> None:
    jsonschema_rs.validator_for(OPENAPI_31).validate(DOCUMENT)
    broken = {**DOCUMENT, "info": {"title": "Libretto"}}
    assert not jsonschema_rs.validator_for(OPENAPI_31).is_valid(broken)


def parts(node: Any) -> Any:
    """Every object of the document."""
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from parts(part)
    elif isinstance(node, list):
        for part in node:
            yield from parts(part)


def test_every_reference_leads_somewhere() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    referred = {part["$ref"] for part in parts(DOCUMENT) if isinstance(part.get("$ref"), str)}
    shared = {f"#/components/parameters/{name}" for name in DOCUMENT["components"]["parameters"]}
    assert {f"#/components/schemas/{name}" for name in schemas} | shared == referred | shared
    assert shared <= referred
    assert not [name for name in schemas if f"#/components/schemas/{name}" not in referred]


def test_no_schema_hides_another() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["Outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert schemas["CommandOutcome"]["properties"].keys() >= {"position", "repeated"}


def test_every_schema_is_one() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}), name


def test_operations_have_names_of_their_own() -> None:
    assert len(BY_ID) == len(OPERATIONS)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_says_what_it_is(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"].endswith(".")
    assert operation["description"].strip()
    assert set(fields_of(path)) == {p["name"] for p in operation["parameters"] if p.get("in") == "path"}
    assert operation["responses"].keys() & {"200", "201"}
    assert operation.get("security") == [] or operation["responses"].keys() >= {"401", "403"}
    assert operation.get("security") == [] or "Roles: " in operation["description"]
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}


def test_tags_are_described_and_in_the_order_of_use() -> None:
    names = [tag["name"] for tag in DOCUMENT["tags"]]
    assert names == [name for name in TAGS if name in names]
    assert all(tag["description"] for tag in DOCUMENT["tags"])


def holds_for(schema: dict[str, Any], value: Any) -> None:
    """A value is as a schema of the description wants it."""
    assert schema.keys() == {"$ref"}, "to be looked up in the description"
    jsonschema_rs.validator_for({"$ref": HERE + schema["$ref"]}, registry=SCHEMAS).validate(value)


@pytest.mark.parametrize("which", ["short", "complete"])
@pytest.mark.parametrize("entry", CATALOG, ids=lambda entry: entry.name)
def test_the_examples_of_every_command_are_some(entry: Entry, which: str) -> None:
    """Read by the command itself, which also checks what a schema cannot say."""
    content = DOCUMENT["paths"][f"/v1/{{company}}{entry.path}"]["post"]["requestBody"]["content"]["application/json"]
    example = dict(content["examples"][which]["value"])
    holds_for(content["schema"], example)
    in_path = dict.fromkeys(fields_of(entry.path), "3f0c9a52-7d1e-4b7a-9f43-0c6f5f6f2a10")
    ActAsked.model_validate(example.pop("act", {}))
    read: BaseModel = entry.command.model_validate({**example, **in_path})
    assert read.model_fields_set >= {name for name, field in entry.command.model_fields.items() if field.is_required()}


def test_every_command_tells_of_the_act() -> None:
    for entry in CATALOG:
        schema = DOCUMENT["components"]["schemas"][entry.command.__name__]
        assert schema["properties"]["act"]["$ref"].endswith("/ActAsked")
        assert not set(fields_of(entry.path)) & schema["properties"].keys()
        assert schema["additionalProperties"] is False


def test_lists_are_described_as_lists() -> None:
    for view in VIEWS:
        data = DOCUMENT["paths"][f"/v1/{{company}}{view.path}"]["get"]["responses"]["200"]["content"]
        schema = data["application/json"]["schema"]["properties"]["data"]
        assert ("items" in schema.get("properties", {})) == is_list(view)
    assert {view.name for view in VIEWS if "after" in view.ask.model_fields and not is_list(view)} == {
        "price-list",
        "item-history",
        "item-work-history",
        "maintenance-due",
        "maintenance-to-follow",
    }, "records of which a part is paged, and what duties go through by id"


class Reader(HTMLParser):
    """Collects ids and links, and notices what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        if tag not in ("meta", "br", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_shows_every_operation_and_every_link_leads_somewhere() -> None:
    reader = Reader()
    page = render(DOCUMENT)
    reader.feed(page)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert BY_ID.keys() <= set(reader.ids)
    assert {link for link in reader.links if link.startswith("#")} <= {f"#{name}" for name in reader.ids}


def test_the_page_shows_text_as_text() -> None:
    document: dict[str, Any] = {
        "info": {"title": "<b>", "version": "1", "description": "a < b & c"},
        "tags": [],
        "paths": {},
        "components": {"schemas": {}},
    }
    assert "a &lt; b &amp; c" in render(document)
