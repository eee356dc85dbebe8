"""The archive: documents found by what they say, what they are and what they are about (DOC-2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.attachment import FileUnknown
from aggregates.base import Act
from aggregates.filed_document import FiledDocument, FilingReasonMissing
from commands.attachment import STORE, StoreFile
from commands.base import NotFound
from commands.filed_document import READ, NoteDocumentText
from gateways.documents.issuer import Issuer, archive_key
from gateways.documents.text_reader import TextReader
from gateways.files import check_file, keep_file
from projections import document_search
from tests.document_steps import (
    ADDRESS,
    CALL,
    DRAFTED,
    MACHINE,
    NOTE_ISSUED,
    PARTY,
    QUOTE,
    REPORT,
    SENT,
    SIGNED,
    reported,
)
from tests.dsl import MORNING, Company, do

LETTER, DOCUMENT = "c" * 64, UUID(int=40)


@pytest.fixture
def firm(company: Company, issuer: Issuer) -> Company:
    """A signed report, a quote and a delivery note, all issued."""
    reported(company).given(SIGNED, DRAFTED, SENT, NOTE_ISSUED)
    company.fold()
    assert issuer.tick(company.house) == 4
    company.fold()
    return company


def kinds(firm: Company, **asked: Any) -> list[str]:
    """The kinds of the documents found, in their order."""
    return [row["kind"] for row in firm.ask("documents", **asked)["items"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("calcare", {"work_report"}),
        ("elettrovalvole dal calcare", {"work_report"}),
        ("stampante ZT-411", {"delivery_note"}),
        ("zt411", {"delivery_note"}),
        ("sn-10442", {"work_report", "quote"}),
        ("rossi gilbo", {"work_report", "quote", "delivery_note"}),
        ("riparazioni", {"quote"}),
        ("A/2026/0001", {"delivery_note"}),
        ("sn 778", {"delivery_note"}),
        ("2026/1 stampante", {"delivery_note"}),
        ("caldaia", set()),
        ("Service Srl", set()),
    ],
)
def test_words_find_documents(firm: Company, asked: str, found: set[str]) -> None:
    assert set(kinds(firm, text=asked)) == found


def test_the_paper_named_stands_before_those_that_name_it(firm: Company) -> None:
    number = next(row["number"] for row in firm.ask("documents", kind="delivery_note")["items"])
    firm.given(do("file-document", **filed(firm, title=f"Risposta a {number}", dated_on="2027-01-01")))
    assert kinds(firm, text=number) == ["delivery_note", "letter"]
    assert [row["relevance"] for row in firm.ask("documents", text=number)["items"]] == [3, 2]


def test_a_word_that_stands_in_very_many_finds_the_newest_first(firm: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    few = kinds(firm, text="rossi")
    monkeypatch.setattr(document_search, "FEW", 1)
    assert sorted(kinds(firm, text="rossi")) == sorted(few)
    dates = [row["dated_on"] for row in firm.ask("documents", text="rossi")["items"]]
    assert dates == sorted(dates, reverse=True)
    assert kinds(firm, text="rossi stampanti") == ["delivery_note"]


def test_pages_of_a_search_go_on_where_they_ended(firm: Company) -> None:
    first = firm.ask("documents", text="rossi", limit=3)
    rest = firm.ask("documents", text="rossi", limit=3, after=first["next"])
    assert len({row["document_id"] for row in (*first["items"], *rest["items"])}) == 4


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (CALL, {"work_report"}),
        (MACHINE, {"work_report", "quote"}),
        (QUOTE, {"quote"}),
        (PARTY, {"work_report", "quote", "delivery_note"}),
        (UUID(int=7), set()),
    ],
)
def test_a_record_has_its_documents_and_those_that_come_of_it(firm: Company, record: UUID, found: set[str]) -> None:
    assert set(kinds(firm, record=record)) == found


def test_documents_by_date_and_by_whom(firm: Company) -> None:
    assert kinds(firm, from_on="2100-01-01") == []
    assert len(kinds(firm, by="user:test")) == len(kinds(firm))
    assert kinds(firm, by="user:altra") == []
    assert kinds(firm, kind="quote", text="rossi", party_id=PARTY, origin="issued") == ["quote"]


def test_what_comes_of_a_call_is_found_under_it_and_its_machine(firm: Company, issuer: Issuer) -> None:
    lines = [{"description": "Gruppo pompa", "unit_price": "184.90"}]
    firm.given(do("quote-call", at="2026-09-10T15:00", call_id=CALL, quote_id=UUID(int=31), lines=lines))
    firm.given(do("send-quote", at="2026-09-10T16:00", quote_id=UUID(int=31), sent_to={"name": "Laura Bianchi"}))
    firm.fold()
    issuer.tick(firm.house)
    assert "quote" in kinds(firm, record=CALL)
    assert kinds(firm, record=MACHINE).count("quote") == 2


# On the call, in its machine's and customer's sheets


def test_a_document_issued_for_a_call_is_an_activity_performed_on_it_that_opens_it(firm: Company) -> None:
    sheet = firm.ask("call", call_id=CALL)
    reports = [row["document_id"] for row in firm.ask("documents", kind="work_report")["items"]]
    assert [row["document_id"] for row in sheet["documents"]] == reports[::-1]
    (first, _) = sheet["documents"]
    assert (first["state"], first["billable"], first["by"]) == ("performed", False, "user:test")
    assert firm.ask("document", document_id=first["document_id"])["title"] == first["title"]
    told = [
        entry["values"]["document_id"] for entry in sheet["history"] if entry["fact"] == "issued-document.issued.v1"
    ]
    assert told == reports[::-1]


def test_issuing_leaves_the_call_itself_alone(company: Company, issuer: Issuer) -> None:
    reported(company).given(SIGNED)
    company.fold()
    before = company.facts(CALL)
    assert issuer.tick(company.house) == 2
    company.fold()
    assert issuer.tick(company.house) == 0
    sheet = company.ask("call", call_id=CALL)
    assert len(sheet["documents"]) == 2
    assert len(company.facts(CALL)) == len(before) == sheet["version"]
    assert sheet["charges"] == []


# Beside the document: what its sources told since


def test_a_customer_called_otherwise_shows_on_every_paper_that_tells_the_old_name(firm: Company) -> None:
    assert {row["source_changed"] for row in firm.ask("documents", kind="delivery_note")["items"]} == {False}
    tax = {"vat_number": "IT12345670017", "recipient_code": "M5UXCR1"}
    named: dict[str, Any] = {
        "name": "Gilbo Rossi S.r.l.",
        "role": "customer",
        "nature": "business",
        "tax": tax,
        "address": ADDRESS,
    }
    firm.given(do("change-party-identity", party_id=PARTY, **named))
    rows = firm.ask("documents", kind="work_report")["items"]
    assert {row["source_changed"] for row in rows} == {True}
    sheet = firm.ask("document", document_id=rows[0]["document_id"])
    assert [(row["stream_id"], row["topic"]) for row in sheet["changes"]] == [(PARTY, "party.identity-changed.v1")]


def test_what_is_no_name_of_a_further_source_changes_no_paper(firm: Company) -> None:
    moved: dict[str, Any] = {"serial_item_id": MACHINE, "owner_id": PARTY, "from_on": "2026-09-20"}
    firm.given(do("move-serial-item", at="2026-09-20T10:00", **moved))
    assert {row["source_changed"] for row in firm.ask("documents", kind="work_report")["items"][:1]} == {False}


# Papers of others


def filed(firm: Company, **changed: Any) -> dict[str, Any]:
    """A letter whose file was uploaded."""
    stored = StoreFile(sha256=LETTER, bytes=321, media_type="application/pdf")
    firm.house.desk.execute(STORE, stored, Act(by="user:test", at=MORNING))
    letter = {"kind": "letter", "title": "Lettera di reclamo", "name": "lettera.pdf", "sha256": LETTER}
    return {**letter, "dated_on": "2026-09-12", "document_id": DOCUMENT, **changed}


def test_a_paper_of_somebody_else_stands_among_ours(firm: Company) -> None:
    records = [{"kind": "call", "id": CALL}, {"kind": "work_report", "id": REPORT, "call_id": CALL}]
    firm.given(do("file-document", **filed(firm, party_id=PARTY, number="77/A", records=records)))
    for asked in ({"text": "reclami"}, {"number": "77/A"}, {"text": "77a"}, {"record": CALL}, {"origin": "filed"}):
        assert "letter" in kinds(firm, **asked)
    sheet = firm.ask("document", document_id=DOCUMENT)
    assert (sheet["origin"], sheet["sha256"], sheet["source_changed"]) == ("filed", LETTER, False)
    assert set(sheet["records"]) == {CALL, REPORT, PARTY}


def test_what_was_never_uploaded_cannot_be_filed(firm: Company) -> None:
    firm.given().when(do("file-document", **{**filed(firm), "sha256": "d" * 64})).then_refused(FileUnknown)


def test_a_record_that_is_not_there_is_refused(firm: Company) -> None:
    nothing = [{"kind": "quote", "id": UUID(int=404)}]
    firm.given().when(do("file-document", **filed(firm, records=nothing))).then_refused(NotFound)


def test_a_paper_filed_by_mistake_is_withdrawn_with_a_reason_and_stays_provable(firm: Company) -> None:
    firm.given(do("file-document", **filed(firm)))
    away = do("withdraw-document", document_id=DOCUMENT, reason="Di un altro cliente")
    firm.given().when(away).then((FiledDocument.Withdrawn, {"reason": "Di un altro cliente"}))
    firm.given().when(away).then()
    assert kinds(firm, text="reclamo") == []
    assert kinds(firm, text="reclamo", withdrawn=True) == ["letter"]
    assert firm.ask("document", document_id=DOCUMENT)["withdrawn_because"] == "Di un altro cliente"


def test_withdrawing_needs_words(firm: Company) -> None:
    firm.given(do("file-document", **filed(firm)))
    firm.given().when(do("withdraw-document", document_id=DOCUMENT, reason="  ")).then_refused(FilingReasonMissing)


def test_what_a_paper_says_is_found_once_it_was_read(firm: Company) -> None:
    firm.given(do("file-document", **filed(firm)))
    told = NoteDocumentText(document_id=DOCUMENT, words="guarnizione difettosa")
    for _ in range(2):
        firm.house.desk.execute(READ, told, Act(by="system:documents", at=MORNING))
    assert kinds(firm, text="guarnizioni") == ["letter"]
    assert [type(r.fact) for r in firm.facts(DOCUMENT)].count(FiledDocument.TextRead) == 1


def test_the_worker_reads_a_pdf_once_and_a_broken_one_holds_nothing_up(firm: Company, issuer: Issuer) -> None:
    reader = TextReader(issuer.archive)
    note = firm.ask("documents", kind="delivery_note")["items"][0]
    _, pdf = issuer.archive.get(archive_key(firm.house, "delivery_note", note["record_id"], note["version"]))
    for n, data in enumerate((pdf, b"%PDF-1.7 broken", b"Perizia del carburatore")):
        name = "perizia.txt" if data.startswith(b"Per") else f"bolla{n}.pdf"
        file = check_file(name, data)
        keep_file(issuer.archive, firm.house.company_id, file, data, MORNING)
        stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=file.media_type)
        firm.house.desk.execute(STORE, stored, Act(by="user:test", at=MORNING))
        about = {"sha256": file.sha256, "name": name, "document_id": UUID(int=50 + n), "title": f"Carta {n}"}
        firm.given(do("file-document", **filed(firm, **about)))
    firm.fold()
    assert reader.tick(firm.house) == 3
    firm.fold()
    assert reader.tick(firm.house) == 0
    assert set(kinds(firm, text="stampante termica")) == {"delivery_note", "letter"}
    assert kinds(firm, text="carburatori") == ["letter"]
    assert vars(firm.facts(UUID(int=51))[-1].fact)["words"] is None
