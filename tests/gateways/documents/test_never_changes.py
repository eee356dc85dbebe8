"""An issued document never changes by a byte, whatever happens to what it was made from (house rule 8, R7.2)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateways.documents.issuer import Issuer, archive_key, verify_documents
from tests.document_steps import (
    ADDRESS,
    CALL,
    DRAFTED,
    IDENTITY,
    MACHINE,
    NOTE,
    NOTE_ISSUED,
    PARTY,
    QUOTE,
    REPORT,
    SENT,
    SIGNED,
    reported,
)
from tests.dsl import Company, Do, do

TAX = {"vat_number": "IT12345670017", "recipient_code": "M5UXCR1"}
LATER = "2026-09-21T09:00"


def renamed(company: Company, n: int) -> Do:
    named: dict[str, Any] = {
        "name": f"Gilbo {n} S.r.l.",
        "role": "customer",
        "nature": "business",
        "tax": TAX,
        "address": ADDRESS,
    }
    return do("change-party-identity", at=LATER, party_id=PARTY, **named)


def company_renamed(company: Company, n: int) -> Do:
    identity = {**IDENTITY, "name": f"Service {n} Srl"}
    return do("change-company-identity", at=LATER, company_id=company.house.company_id, identity=identity)


def machine_described(_: Company, n: int) -> Do:
    return do("change-serial-item", at=LATER, serial_item_id=MACHINE, product=f"LT-90{n}", type="dishwasher")


def quote_revised(_: Company, n: int) -> Do:
    lines = [{"description": f"Altro {n}", "unit_price": "10.00"}]
    return do("revise-quote", at=LATER, quote_id=QUOTE, alternative="A", lines=lines)


def note_cancelled(_: Company, n: int) -> Do:
    return do("cancel-delivery-note", at=LATER, note_id=NOTE, reason=f"Errore {n}")


def reported_again(_: Company, n: int) -> Do:
    return do("report-work", at=LATER, call_id=CALL, report_id=REPORT, work_done=f"Anche altro {n}")


def texts_set(_: Company, n: int) -> Do:
    return do("set-document-texts", at=LATER, kind="quote", texts={"footer": [f"Nuovo piede {n}"]})


CHANGES = (renamed, company_renamed, machine_described, quote_revised, note_cancelled, reported_again, texts_set)


def archived(company: Company, issuer: Issuer, rows: list[dict[str, Any]]) -> dict[Any, tuple[str, str]]:
    """Of each document the hash of its bytes and of its content, as the archive has them now."""
    found = {}
    for row in rows:
        key = archive_key(company.house, row["kind"], row["record_id"], row["version"])
        card, data = issuer.archive.get(key)
        found[row["document_id"]] = (sha256(data).hexdigest(), card.content_sha256)
    return found


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 9)), min_size=2, max_size=6))
def test_whatever_is_told_later_leaves_every_byte(company: Company, issuer: Issuer, changes: list[Any]) -> None:
    if company.record(CALL) is None:
        reported(company).given(SIGNED, DRAFTED, SENT, NOTE_ISSUED)
        company.fold()
        issuer.tick(company.house)
    rows = company.ask("documents")["items"]
    before = archived(company, issuer, rows)
    assert len(before) >= 4
    accepted = 0
    for change, n in changes:
        accepted += company.given().when(change(company, n)).refusal is None
    company.fold()
    issuer.tick(company.house)
    company.fold()
    assert accepted or all(change is note_cancelled or change is quote_revised for change, _ in changes)
    assert archived(company, issuer, rows) == before
    assert {row["document_id"]: row["sha256"] for row in rows} == {key: told[0] for key, told in before.items()}
    assert verify_documents(company.house, issuer.archive) == []


def test_views_built_anew_issue_nothing_again(company: Company, issuer: Issuer) -> None:
    reported(company).given(SIGNED, NOTE_ISSUED)
    company.fold()
    assert issuer.tick(company.house) == 3
    company.fold()
    rows = company.ask("documents")["items"]
    for name in ("issued_documents", "document_search"):
        company.installation.registry.rebuild(name)
    company.fold()
    assert issuer.tick(company.house) == 0
    assert company.ask("documents")["items"] == rows
