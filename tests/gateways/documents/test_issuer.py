"""Issued documents, end to end: from commands to the PDF in the archive, once, whatever happens on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from aggregates.call import Call
from aggregates.issued_document import DocumentHold, IssuedDocument, IssuedKind, document_id
from gateways import einvoice
from gateways.documents.archive import Archive, ArchiveKey, Card, Deposit, open_archive
from gateways.documents.issuer import Issuer, archive_key, file_name
from gateways.documents.renderer import RenderingFailed, render
from tests.document_steps import (
    CALL,
    CUSTOMER,
    DRAFTED,
    MACHINE,
    NOTE,
    NOTE_ISSUED,
    PARTY,
    QUOTE,
    REPORT,
    SENT,
    SIGNED,
    founded,
    in_business,
    invoiced,
    reported,
)
from tests.dsl import Company, do
from tests.printing import words

SCHEMA = Path(__file__).parents[3].parent / "shared/data/fatturapa/Schema_del_file_xml_FatturaPA_v1.2.3.xsd"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(tmp_path / "archive")


@pytest.fixture
def issuer(archive: Archive) -> Issuer:
    return Issuer(archive, schema=SCHEMA if SCHEMA.exists() else None)


def tick(company: Company, issuer: Issuer) -> int:
    """One run of the worker over everything folded."""
    company.fold()
    return issuer.tick(company.house)


def issued(company: Company, **fields: Any) -> list[dict[str, Any]]:
    """The list of documents, oldest first."""
    found: list[dict[str, Any]] = company.ask("documents", **fields)["items"]
    return found[::-1]


def pdf(company: Company, archive: Archive, row: dict[str, Any]) -> bytes:
    """A document's bytes as the archive holds them, with the recorded hash."""
    card, data = archive.get(archive_key(company.house, row["kind"], row["record_id"], row["version"]))
    assert card.sha256 == row["sha256"] == hashlib.sha256(data).hexdigest()
    return data


def facts(company: Company, kind: type) -> list[Any]:
    """Every fact of a kind in the company's log."""
    return [r.fact for r in company.house.recorded_after(0) if isinstance(r.fact, kind)]


# Each kind, from commands to bytes


def test_a_work_report_is_printed_as_declared_and_again_as_signed(
    company: Company, issuer: Issuer, archive: Archive
) -> None:
    reported(company).given(SIGNED)
    assert tick(company, issuer) == 2
    declared, signed = issued(company)
    assert declared["title"] == "Rapporto di intervento RI-2026-0001 rev. 0"
    assert signed["title"] == "Rapporto di intervento RI-2026-0001 rev. 0 firmato"
    assert declared["record_id"] == signed["record_id"] == REPORT
    assert (declared["superseded"], signed["superseded"]) == (True, False)
    text = words(pdf(company, archive, signed))
    for told in (
        "Rossi Gilbo S.n.c.", "Magazzino di Villa Selva", "Lavastoviglie LT-900", "SN-10442", "A pagamento",
        "Non carica acqua, perde da sotto", "Elettrovalvola bloccata dal calcare", "Tre cicli senza perdite",
        "Elettrovalvola 3/4 pollice", "Gino Valli", "09:10", "10:40", "42,5", "Anna Verdi", "Service Srl",
    ):  # fmt: skip
        assert told in text
    assert "1:20" in text
    assert "Anna Verdi" not in words(pdf(company, archive, declared))


def test_a_report_nobody_signed_says_why(company: Company, issuer: Issuer, archive: Archive) -> None:
    absent = do("explain-absent-signature", call_id=CALL, report_id=REPORT, revision=0, reason="Nessuno presente")
    reported(company).given(absent)
    tick(company, issuer)
    assert "Nessuno presente" in words(pdf(company, archive, issued(company)[-1]))


def test_a_new_revision_is_a_new_document(company: Company, issuer: Issuer, archive: Archive) -> None:
    reported(company)
    said = "Sostituita anche la guarnizione"
    again = do("report-work", at="2026-09-10T08:00", call_id=CALL, report_id=REPORT, work_done=said)
    tick(company, issuer)
    company.given(again)
    assert tick(company, issuer) == 1
    first, second = issued(company)
    assert "guarnizione" not in words(pdf(company, archive, first))
    assert "guarnizione" in words(pdf(company, archive, second))
    assert second["title"].endswith("rev. 1")


def test_a_quote_is_printed_as_it_was_sent(company: Company, issuer: Issuer, archive: Archive) -> None:
    in_business(company).given(DRAFTED)
    assert tick(company, issuer) == 0
    company.given(SENT)
    assert tick(company, issuer) == 1
    (row,) = issued(company)
    assert row["title"] == f"Offerta {row['number']} rev. 0"
    text = words(pdf(company, archive, row))
    for told in (
        "Manodopera specializzata", "156,00", "157,17", "313,17", "68,90", "382,07", "09/10/2026", "Laura Bianchi",
        "Lavastoviglie LT-900", "SN-10442", "Riparazione lavastoviglie", "€ 35,00 oltre IVA",
    ):  # fmt: skip
        assert told in text


def test_each_revision_sent_is_a_document_and_alternatives_stand_side_by_side(company: Company, issuer: Issuer) -> None:
    other = [{"description": "Sostituzione della macchina", "unit_price": "2400.00"}]
    in_business(company).given(DRAFTED, SENT)
    company.given(do("add-quote-alternative", quote_id=QUOTE, alternative="B", lines=other))
    company.given(do("send-quote", at="2026-09-10T09:00", quote_id=QUOTE, alternative="B"))
    company.given(do("revise-quote", quote_id=QUOTE, alternative="B", lines=other * 2))
    company.given(do("send-quote", at="2026-09-11T09:00", quote_id=QUOTE, alternative="B"))
    assert tick(company, issuer) == 3
    first, second, third = issued(company)
    assert (first["part"], second["part"], third["part"]) == ("A", "B", "B")
    assert [row["superseded"] for row in (first, second, third)] == [False, True, False]
    assert third["title"].endswith("rev. 1 alternativa B")
    sheet = company.ask("document", document_id=second["document_id"])
    assert sheet["superseded_by"] == third["document_id"]


def test_a_delivery_note_names_goods_reason_and_carrier(company: Company, issuer: Issuer, archive: Archive) -> None:
    in_business(company).given(NOTE_ISSUED)
    assert tick(company, issuer) == 1
    (row,) = issued(company)
    assert (row["kind"], row["number"], row["record_id"]) == ("delivery_note", "A/2026/0001", NOTE)
    text = words(pdf(company, archive, row))
    for told in ("Vendita", "Stampante termica ZT-411", "SN-778", "Corriere Adriatico", "Magazzino di Villa Selva"):
        assert told in text


def test_s01s_invoice_is_printed_with_its_xml_inside(company: Company, issuer: Issuer, archive: Archive) -> None:
    invoice_id = invoiced(in_business(company))
    assert tick(company, issuer) == 1
    (row,) = issued(company)
    sheet = company.ask("document", document_id=row["document_id"])
    data = pdf(company, archive, row)
    text = words(data)
    for told in ("351,78", "77,39", "429,17", "2/2026", "16/09/2026", "31/10/2026", "IT60"):
        assert told in text
    (kept,) = sheet["attachments"]
    _, xml = archive.get(archive_key(company.house, "invoice_xml", invoice_id, row["version"]))
    assert hashlib.sha256(xml).hexdigest() == kept["sha256"]
    assert kept["name"].startswith("IT12345670017_")
    document = pypdfium2.PdfDocument(data)
    assert [document.get_attachment(n).get_name() for n in range(document.count_attachments())] == [kept["name"]]
    assert bytes(document.get_attachment(0).get_data()) == xml
    (read,) = einvoice.read(xml)
    assert str(read.total) == "429.17"
    assert sheet["problems"] == []


@pytest.mark.skipif(not SCHEMA.exists(), reason="the FatturaPA schema is not in ../shared/data/fatturapa")
def test_s01s_xml_is_valid_against_the_official_schema(company: Company, issuer: Issuer, archive: Archive) -> None:
    invoice_id = invoiced(in_business(company))
    tick(company, issuer)
    (row,) = issued(company)
    _, xml = archive.get(archive_key(company.house, "invoice_xml", invoice_id, row["version"]))
    assert einvoice.validate(xml, SCHEMA) == []


def test_a_credit_note_is_a_document_of_its_own_kind(company: Company, issuer: Issuer, archive: Archive) -> None:
    invoice_id = invoiced(in_business(company))
    company.do("credit-invoice", at="2026-09-20T09:00", invoice_id=invoice_id, reason="Importo errato")
    assert tick(company, issuer) == 2
    (note,) = issued(company, kind="credit_note")
    assert "Nota di credito" in words(pdf(company, archive, note))
    (invoice,) = issued(company, kind="invoice")
    assert invoice["source_changed"]
    names = [
        company.ask("document", document_id=row["document_id"])["attachments"][0]["name"] for row in (note, invoice)
    ]
    assert len(set(names)) == 2


def test_what_a_reader_would_miss_is_recorded_and_shown(company: Company, issuer: Issuer) -> None:
    """What the exchange system itself would refuse is never issued; this credit note names no invoice."""
    company.given(founded(company), *CUSTOMER)
    line = [{"description": "Conguaglio", "unit_price": "-12.00"}]
    invoice_id = company.do("propose-invoice", customer_id=PARTY, lines=line)["invoice_id"]
    company.do("issue-invoice", invoice_id=invoice_id)
    tick(company, issuer)
    (row,) = issued(company)
    sheet = company.ask("document", document_id=row["document_id"])
    assert (row["kind"], row["problems"]) == ("credit_note", 1)
    assert [problem["code"] for problem in sheet["problems"]] == ["LIB04"]


# Frozen inputs


def test_the_document_says_what_was_known_when_its_source_was_recorded(
    company: Company, issuer: Issuer, archive: Archive
) -> None:
    reported(company)
    moved = {"product": "Lavastoviglie rinominata", "type": "dishwasher"}
    company.given(do("change-serial-item", serial_item_id=MACHINE, **moved))
    tick(company, issuer)
    (row,) = issued(company)
    assert "Lavastoviglie LT-900" in words(pdf(company, archive, row))
    sheet = company.ask("document", document_id=row["document_id"])
    topics = {source["topic"]: source["version"] for source in sheet["sources"]}
    assert topics["serial-item"] == 1
    assert topics["call"] == row["version"]
    assert {"company", "party", "technician"} <= topics.keys()


def test_a_changed_source_is_told_and_nothing_is_printed_again(
    company: Company, issuer: Issuer, archive: Archive
) -> None:
    reported(company)
    tick(company, issuer)
    (row,) = issued(company)
    assert not row["source_changed"]
    before = pdf(company, archive, row)
    company.given(do("add-call-note", at="2026-09-10T09:00", call_id=CALL, text="Il cliente chiede copia"))
    sheet = company.ask("document", document_id=row["document_id"])
    assert sheet["source_changed"]
    assert [change["topic"] for change in sheet["changes"]] == [Call.NoteAdded.TOPIC]
    assert tick(company, issuer) == 0
    assert pdf(company, archive, row) == before


def test_a_change_between_the_source_and_its_document_is_told_too(company: Company, issuer: Issuer) -> None:
    reported(company).given(do("add-call-note", call_id=CALL, text="Prima della stampa"))
    tick(company, issuer)
    (row,) = issued(company)
    assert row["source_changed"]


# Once, whatever happens


class Killed(BaseException):
    """The process dies here."""


class DiesAfterPut:
    """An archive whose process is killed after so many files were written."""

    def __init__(self, archive: Archive, after: int) -> None:
        self.archive, self.left = archive, after

    def put(self, key: ArchiveKey, deposit: Deposit, **more: Any) -> Card:
        card = self.archive.put(key, deposit, **more)
        self.left -= 1
        if self.left == 0:
            raise Killed
        return card

    def get(self, key: ArchiveKey) -> tuple[Card, bytes]:
        return self.archive.get(key)

    def remove(self, key: ArchiveKey) -> bool:
        return self.archive.remove(key)

    def list(self, company: str, kind: str | None = None) -> Iterator[Card]:
        return self.archive.list(company, kind)

    def verify(self, company: str, expected: Any = None) -> Any:
        return self.archive.verify(company, expected)


@pytest.mark.parametrize("after", [1, 2])
def test_killed_between_archive_and_log_it_ends_in_one_document(
    company: Company, issuer: Issuer, archive: Archive, after: int
) -> None:
    invoice_id = invoiced(in_business(company))
    company.fold()
    with pytest.raises(Killed):
        Issuer(DiesAfterPut(archive, after)).tick(company.house)
    assert issued(company) == []
    assert tick(company, issuer) == 1
    (row,) = issued(company)
    assert row["record_id"] == invoice_id
    assert len(list(archive.list(str(company.house.company_id)))) == 2
    assert issuer.verify(company.house) == []
    pdf(company, archive, row)


def test_after_a_kill_the_file_in_the_archive_is_the_document_even_if_it_would_now_print_otherwise(
    company: Company, issuer: Issuer, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(company)
    company.fold()
    with pytest.raises(Killed):
        Issuer(DiesAfterPut(archive, 1)).tick(company.house)

    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("printed again")

    monkeypatch.setattr("gateways.documents.pictures.render", never)
    assert tick(company, issuer) == 1
    pdf(company, archive, issued(company)[0])


def test_two_workers_at_once_issue_one_document(company: Company, archive: Archive) -> None:
    reported(company)
    company.given(NOTE_ISSUED)
    company.fold()
    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(lambda _: Issuer(archive).tick(company.house), range(4)))
    assert done == 2
    assert len(facts(company, IssuedDocument.Issued)) == 2
    assert len(list(archive.list(str(company.house.company_id)))) == 2


def test_running_again_before_the_read_model_has_followed_changes_nothing(company: Company, issuer: Issuer) -> None:
    reported(company)
    assert tick(company, issuer) == 1
    assert issuer.tick(company.house) == 0
    assert len(facts(company, IssuedDocument.Issued)) == 1


def test_folding_again_changes_nothing(company: Company, issuer: Issuer) -> None:
    reported(company).given(SIGNED)
    tick(company, issuer)
    before = issued(company)
    company.fold()
    company.fold()
    assert issued(company) == before


# What cannot be made


def test_a_document_that_cannot_be_made_is_held_and_the_others_go_on(company: Company, issuer: Issuer) -> None:
    company.given(*CUSTOMER, NOTE_ISSUED)
    assert tick(company, issuer) == 0
    (held,) = company.ask("documents-due", state="held")["items"]
    assert "found the company first" in held["reason"]
    company.given(founded(company))
    goods = [{"description": "Cavo", "quantity": "1"}]
    company.given(do("issue-delivery-note", at="2026-09-11T10:00", recipient_id=PARTY, lines=goods))
    assert tick(company, issuer) == 1
    (still,) = company.ask("documents-due")["items"]
    assert still["document_id"] == held["document_id"]
    company.do("retry-document", document_id=held["document_id"])
    assert tick(company, issuer) == 1
    assert company.ask("documents-due")["items"] == []


def test_a_template_that_fails_holds_only_its_document(
    company: Company, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(company).given(NOTE_ISSUED)

    def fails(kind: Any, *rest: Any, **more: Any) -> Any:
        if kind == "work_report":
            raise RenderingFailed("work_report: line 12")
        return render(kind, *rest, **more)

    monkeypatch.setattr("gateways.documents.pictures.render", fails)
    assert tick(company, issuer) == 1
    (held,) = company.ask("documents-due")["items"]
    assert (held["kind"], held["reason"], held["attempts"]) == ("work_report", "work_report: line 12", 1)
    assert tick(company, issuer) == 0
    assert len(facts(company, DocumentHold.Held)) == 1
    company.do("retry-document", document_id=held["document_id"])
    assert tick(company, issuer) == 0
    assert company.ask("documents-due")["items"][0]["attempts"] == 2
    monkeypatch.undo()
    company.do("retry-document", document_id=held["document_id"])
    assert tick(company, issuer) == 1
    assert company.ask("documents-due")["items"] == []


def test_an_archive_that_does_not_answer_holds_nothing(company: Company, tmp_path: Path) -> None:
    reported(company)
    company.fold()

    class Away(DiesAfterPut):
        def get(self, key: ArchiveKey) -> tuple[Card, bytes]:
            raise OSError(f"no route to the archive for {key.path}")

    with pytest.raises(OSError, match="no route"):
        Issuer(Away(open_archive(tmp_path / "a"), 0)).tick(company.house)
    assert [row["state"] for row in company.ask("documents-due")["items"]] == ["due"]


# Verification and names


def test_verify_finds_a_file_that_was_altered_and_one_that_is_gone(
    company: Company, issuer: Issuer, tmp_path: Path
) -> None:
    reported(company).given(NOTE_ISSUED)
    tick(company, issuer)
    company.fold()
    assert issuer.verify(company.house) == []
    report, note = (next((tmp_path / "archive").rglob(f"{kind}/**/*.pdf")) for kind in ("work_report", "delivery_note"))
    report.write_bytes(report.read_bytes() + b"\n")
    note.unlink()
    assert sorted(finding.problem for finding in issuer.verify(company.house)) == ["altered", "missing"]


def test_a_document_is_found_by_kind_source_number_and_words(company: Company, issuer: Issuer) -> None:
    reported(company).given(NOTE_ISSUED)
    tick(company, issuer)
    assert [row["kind"] for row in issued(company, kind="work_report")] == ["work_report"]
    assert [row["kind"] for row in issued(company, source=CALL)] == ["work_report"]
    assert [row["kind"] for row in issued(company, source=NOTE)] == ["delivery_note"]
    assert [row["kind"] for row in issued(company, number="A/2026/0001")] == ["delivery_note"]
    assert len(issued(company, text="gilbo")) == 2
    assert issued(company, text="nobody") == []
    assert len(issued(company, limit=1)) == 1


def test_file_names_are_plain() -> None:
    assert file_name("Offerta OFF-2026-0031 rev. 1") == "Offerta-OFF-2026-0031-rev-1.pdf"


def test_documents_of_the_same_record_have_ids_of_their_own() -> None:
    assert document_id(IssuedKind.QUOTE, UUID(int=1), 1) != document_id(IssuedKind.QUOTE, UUID(int=1), 2)
