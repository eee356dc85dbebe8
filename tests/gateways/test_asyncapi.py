"""The description of the stream: valid AsyncAPI 3.0, every type in every channel, what is sent fits what is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from gateways.asyncapi import DOCUMENT, asyncapi, editions_of, schema_files
from gateways.catalogue_pages import pages
from gateways.published import payloads
from tests.dsl import Company, do

OFFICIAL = Path(__file__).with_name("asyncapi-3.0.0.schema.json.gz")
"""The AsyncAPI initiative's own schema of 3.0.0 (Apache 2.0), so that the test needs no network."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi()


def official() -> Any:
    return jsonschema_rs.validator_for(json.loads(gzip.decompress(OFFICIAL.read_bytes())))


def test_the_document_is_valid_by_the_official_schema(document: dict[str, Any]) -> None:
    assert [(str(error.instance_path), error.message[:200]) for error in official().iter_errors(document)] == []


def test_the_official_schema_would_notice(document: dict[str, Any]) -> None:
    broken = {**document, "operations": {"read": {"action": "receives"}}}
    assert not official().is_valid(broken)


def test_every_type_is_a_message_of_every_channel(document: dict[str, Any]) -> None:
    names = {data.TYPE for data in payloads()}
    assert set(document["components"]["messages"]) == names
    for channel in document["channels"].values():
        assert set(channel["messages"]) == names
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_reading_needs_a_token(document: dict[str, Any]) -> None:
    assert document["servers"]["http"]["security"] == [{"$ref": "#/components/securitySchemes/token"}]


def test_a_replaced_type_says_until_when_it_is_told(document: dict[str, Any]) -> None:
    assert editions_of("libretto.payment.recorded.v1") == (1, 3)
    assert editions_of("libretto.payment.recorded.v2") == (3, None)
    told = document["components"]["messages"]["libretto.payment.recorded.v1"]["description"]
    assert told.endswith("Told from edition 1 to 2.")


@pytest.mark.parametrize("data", payloads(), ids=lambda data: data.TYPE)
def test_each_example_fits_its_schema_in_the_document(document: dict[str, Any], data: Any) -> None:
    schema = document["components"]["schemas"][data.TYPE]
    assert not list(jsonschema_rs.validator_for(schema).iter_errors(data.EXAMPLE))
    assert not jsonschema_rs.is_valid(schema, {**data.EXAMPLE, "surprise": 1})


def test_libretto_docs_writes_a_file_for_each_type_and_the_document() -> None:
    files = schema_files()
    assert set(files) == {f"schemas/{data.TYPE}.json" for data in payloads()} | {DOCUMENT}
    assert files.items() <= pages().items()


def test_what_is_sent_fits_the_envelope(company: Company, document: dict[str, Any]) -> None:
    from gateways.public_feed import PublicFeed

    company.execute(do("register-party", code="C1", name="Rossi", role="prospect"))
    company.fold()
    house = company.house
    (event,) = PublicFeed(house.reader, house.company_id, house.epoch).after(0)
    message = document["components"]["messages"][event["type"]]
    whole = {**message["payload"], "components": document["components"]}
    assert not list(jsonschema_rs.validator_for(whole).iter_errors(event))
    assert not jsonschema_rs.is_valid(whole, {**event, "sequence": 0})
