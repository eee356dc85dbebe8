"""The contract, the proposal and the pre-invoice statement, from commands to the PDF in the archive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from aggregates.contract import Contract
from aggregates.contract_refusals import ContractNotSigned
from aggregates.invoice import Invoice, InvoiceIssued
from gateways.documents.archive import Archive, open_archive
from gateways.documents.issuer import Issuer, archive_key
from tests.contract_steps import C1, K1, ROSSI, draft, line, sign
from tests.document_steps import founded, in_business, proposed
from tests.dsl import Company, do
from tests.printing import words
from tests.sale_steps import accept, note, order, printers, rule, send
from tests.sale_steps import proposed as offered

FULL: dict[str, Any] = {
    "site_id": None,
    "title": "Assistenza stampanti e plotter",
    "step_months": 3,
    "timing": "advance",
    "alignment": "calendar",
    "starts_on": "2026-09-16",
    "suspension_approved": True,
    "index_share_percent": "75",
    "order_number": "OA-77",
    "cig": "Z1234567AB",
    "printable_notes": "Interventi solo al mattino.",
    "service": {"high": {"response_minutes": 120, "resolve_minutes": 510}},
}
COVERED = {"labour": True, "travel": True, "call_fee": True}
FORUM = {"title": "Foro competente", "text": "È competente il foro di Forlì.", "is_onerous": True}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(tmp_path / "archive")


def issued(company: Company, archive: Archive, kind: str) -> tuple[dict[str, Any], str]:
    """The last document of a kind and its text, after a run of the worker."""
    company.fold()
    Issuer(archive).tick(company.house)
    assert company.ask("documents-due")["items"] == []
    row = company.ask("documents", kind=kind)["items"][0]
    _, data = archive.get(archive_key(company.house, row["kind"], row["record_id"], row["version"]))
    if folder := os.environ.get("LIBRETTO_LOOK_AT"):
        (Path(folder) / f"{kind}-{row['title'].split()[0]}.pdf").write_bytes(data)
    return row, words(data)


def contracted(company: Company) -> Company:
    serials: dict[str, Any] = {
        "serials": ["SN-1", "SN-2"],
        "covered": COVERED,
        "fee": "800.00",
        "description": "Stampanti PR-1",
    }
    company.given(founded(company), ROSSI, draft(**FULL), line(**serials), sign())
    return company


def test_a_contract_is_printed_with_lines_fees_and_clauses(company: Company, archive: Archive) -> None:
    contracted(company).execute(do("print-contract", at="2026-09-10T11:00", contract_id=K1, clauses=[FORUM]))
    row, text = issued(company, archive, "contract")
    assert (row["title"], str(row["dated_on"]), row["source_changed"]) == ("Contratto 1/2026", "2026-09-10", False)
    for word in (
        "Contratto n. 1/2026", "stipulato il 10/09/2026", "Rossi Gilbo", "Assistenza stampanti e plotter", "16/09/2026",
        "31/12/2026", "Matricole SN-1, SN-2", "Comprende: manodopera, viaggio, diritto di chiamata", "800,00",
        "Canone trimestrale anticipato", "Bonifico, 30 giorni data documento", "ordine OA-77", "CIG Z1234567AB",
        "preavviso 60 giorni", "Alta 2 h – – 8 h 30 min", "Interventi solo al mattino", "Foro competente",
        "dal 16/09/2026 al 30/09/2026 16/09/2026 32,61", "dal 01/10/2026 al 31/12/2026 01/10/2026 200,00",
        "artt. 1341 e 1342", "4 (Rinnovo tacito e disdetta), 5 (Sospensione del servizio), 6 (Adeguamento del canone), "
        "7 (Foro competente)", "entro il 01/11/2026",
    ):  # fmt: skip
        assert word in text, word


def test_a_contract_is_printed_once_until_it_changes(company: Company, archive: Archive) -> None:
    asked = do("print-contract", at="2026-09-10T11:00", contract_id=K1)
    contracted(company).given().when(asked).then(Contract.DocumentAsked)
    company.given().when(asked).then_nothing()
    issued(company, archive, "contract")
    company.execute(line(line_id=C1, at="2026-10-01T09:00", description="Plotter"))
    row, _ = issued(company, archive, "contract")
    assert row["source_changed"] is True
    company.given().when(do("print-contract", at="2026-10-01T11:00", contract_id=K1)).then(Contract.DocumentAsked)
    row, text = issued(company, archive, "contract")
    assert "Plotter" in text
    assert row["source_changed"] is False


def test_a_renewed_contract_shows_the_fees_of_its_last_term(company: Company, archive: Archive) -> None:
    contracted(company).execute(do("renew-contract", at="2026-11-02T09:00", contract_id=K1))
    company.execute(do("print-contract", at="2026-11-02T11:00", contract_id=K1))
    _, text = issued(company, archive, "contract")
    assert "dal 01/01/2027 al 31/03/2027 01/01/2027 200,00" in text
    assert "dal 16/09/2026 al 30/09/2026" not in text


def test_billing_does_not_change_the_paper(company: Company, archive: Archive) -> None:
    contracted(company).execute(do("print-contract", at="2026-09-10T11:00", contract_id=K1))
    company.do("propose-invoices", at="2026-09-16T07:00", until="2026-09-16")
    row, _ = issued(company, archive, "contract")
    assert row["source_changed"] is False


def test_a_draft_is_not_printed(company: Company) -> None:
    asked = do("print-contract", contract_id=K1)
    company.given(founded(company), ROSSI, draft(), line()).when(asked).then_refused(ContractNotSigned)


def test_a_proposal_is_printed_as_it_was_sent(company: Company, archive: Archive) -> None:
    company.given(founded(company))
    proposal_id = offered(company, ROSSI, rule(), order("IC-1", "2026-03-02", printers("3")), note())
    company.execute(send(proposal_id))
    row, text = issued(company, archive, "contract_proposal")
    assert row["title"] == "Proposta di contratto PRO-2026-0001 rev. 0"
    for word in (
        "Rossi Gilbo", "c.a. Laura Bianchi", "ordine IC-1 del 02/03/2026", "12/04/2026", "Assistenza stampanti",
        "Matricole SN-1, SN-2, SN-3", "12/03/2026", "360,00", "12% l'anno del prezzo di vendita di € 3.000,00",
        "Comprende: manodopera, diritto di chiamata", "artt. 1341 e 1342",
    ):  # fmt: skip
        assert word in text, word
    contract_id = company.execute(accept(proposal_id)).result["contract_id"]
    company.execute(do("print-contract", at="2026-03-20T11:00", contract_id=contract_id))
    _, text = issued(company, archive, "contract")
    assert "Matricola SN-2" in text


def test_a_statement_shows_what_is_going_to_be_invoiced_and_why(company: Company, archive: Archive) -> None:
    invoice_id = proposed(in_business(company))
    asked = do("issue-statement", at="2026-09-16T09:00", invoice_id=invoice_id)
    assert company.given().when(asked).result == {"number": "PF-2026-0001"}
    company.given().when(asked).then_nothing()
    row, text = issued(company, archive, "pre_invoice")
    assert row["title"] == "Prospetto di pre-fattura PF-2026-0001"
    for word in (
        "351,78", "77,39", "429,17",
        "Perché: Canone del periodo n. 1 del contratto 2/2026: 107 giorni; da fatturare dal 16/09/2026.",
        "Periodo dal 16/09/2026 al 31/12/2026", "documento non fiscale", "non costituisce fattura",
        "31/10/2026",
    ):  # fmt: skip
        assert word in text, word


def test_an_issued_invoice_has_no_statement_any_more(company: Company) -> None:
    invoice_id = proposed(in_business(company))
    company.do("issue-invoice", at="2026-09-16T08:00", invoice_id=invoice_id, dated_on="2026-09-16")
    asked = do("issue-statement", at="2026-09-16T09:00", invoice_id=invoice_id)
    company.given().when(asked).then_refused(InvoiceIssued)
    assert not any(isinstance(r.fact, Invoice.StatementIssued) for r in company.facts(invoice_id))
