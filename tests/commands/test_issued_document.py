"""Issued documents: recorded once by the issuing duty, never replaced; held ones are tried again when somebody asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act
from aggregates.issued_document import (
    DocumentHold,
    DocumentNotHeld,
    DocumentReplaced,
    IssuedDocument,
    IssuedKind,
    document_id,
)
from commands.base import Command, Entry, NotFound
from commands.catalog import BY_NAME
from commands.issued_document import HOLD, NOBODY, RECORD, HoldDocument, RecordIssuedDocument
from tests.dsl import MORNING, Company, do

RECORDED = UUID("12121212-0000-0000-0000-000000000000")
SHA, OTHER_SHA = "a" * 64, "b" * 64
ORIGIN: dict[str, Any] = {"kind": "quote", "record_id": RECORDED, "version": 2}
DOCUMENT = document_id(IssuedKind.QUOTE, RECORDED, 2)


def carry_out(company: Company, entry: Entry, cmd: Command) -> list[Any]:
    """The duty's command under a new id; the facts it recorded."""
    before = company.house.log.position()
    company.house.desk.execute(entry, cmd, Act(by="system:documents", at=MORNING), uuid4())
    company.fold()
    return [recorded.fact for recorded in company.house.recorded_after(before)]


def record(company: Company, **changes: Any) -> list[Any]:
    data = {
        **ORIGIN,
        "number": "OFF-2026-0031",
        "title": "Offerta OFF-2026-0031 rev. 0",
        "dated_on": "2026-09-01",
        "sources": [{"stream_id": RECORDED, "version": 2, "topic": "quote"}],
        "template_version": "1-abc",
        "renderer": "typst",
        "content_sha256": SHA,
        "file": {"name": "o.pdf", "media_type": "application/pdf", "sha256": SHA, "archive_kind": "quote"},
    }
    return carry_out(company, RECORD, RecordIssuedDocument.model_validate(data | changes))


def hold(company: Company, reason: str = "Manca l'indirizzo") -> list[Any]:
    return carry_out(company, HOLD, HoldDocument(**ORIGIN, reason=reason))


def test_a_document_is_recorded_under_the_id_that_follows_from_its_source(company: Company) -> None:
    (fact,) = record(company)
    assert isinstance(fact, IssuedDocument.Issued)
    assert fact.stream_id == DOCUMENT
    assert company.ask("document", document_id=DOCUMENT)["number"] == "OFF-2026-0031"


def test_the_same_document_again_is_nothing_new(company: Company) -> None:
    record(company)
    assert record(company) == []


def test_an_issued_document_is_never_replaced(company: Company) -> None:
    record(company)
    with pytest.raises(DocumentReplaced):
        record(company, content_sha256=OTHER_SHA)


def test_an_issued_document_is_not_held(company: Company) -> None:
    record(company)
    assert hold(company) == []


def test_a_held_document_is_held_once_until_it_is_tried_again(company: Company) -> None:
    assert [type(fact) for fact in hold(company)] == [DocumentHold.Held]
    assert hold(company, "Manca anche il numero") == []
    again = do("retry-document", document_id=DOCUMENT)
    company.given().when(again).then((DocumentHold.Released, {"document_id": DOCUMENT}))
    assert [type(fact) for fact in hold(company)] == [DocumentHold.HeldAgain]


def test_what_is_not_held_cannot_be_tried_again(company: Company) -> None:
    company.given().when(do("retry-document", document_id=DOCUMENT)).then_refused(NotFound)
    hold(company)
    company.given(do("retry-document", document_id=DOCUMENT))
    company.given().when(do("retry-document", document_id=DOCUMENT)).then_refused(DocumentNotHeld)


def test_nobody_can_claim_by_hand_that_a_document_was_issued() -> None:
    assert not {RECORD.name, HOLD.name} & BY_NAME.keys()
    assert RECORD.roles == HOLD.roles == NOBODY == frozenset()
