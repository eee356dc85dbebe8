"""The first day: what was billed, promised, owed and called before goes on where it was (saldi iniziali)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aggregates.rules.payment_terms import net_days
from aggregates.values import ROME
from tests.dsl import Company
from tests.gateways.imports import importing
from tests.gateways.imports.importing import contract_named, found, new_facts, take, write

FIRST_DAY = datetime(2026, 9, 1, 9, tzinfo=ROME)
INVOICES = Path(__file__).parents[4] / "shared" / "data" / "fatturapa" / "invoices"
needs_invoices = pytest.mark.skipif(not INVOICES.is_dir(), reason="no sample invoices in ../shared/data/fatturapa")


@pytest.fixture
def firm(company: Company, tmp_path: Path) -> Company:
    assert take(found(company), write(tmp_path / "files")).problems == ()
    return company


def periods(company: Company) -> set[tuple[str, str, str]]:
    """Contract, first and last day of everything proposed or billed."""
    billed = set()
    for invoice in company.ask("invoices", limit=500)["items"]:
        for line in company.ask("invoice", invoice_id=invoice["invoice_id"])["lines"]:
            billed.add((line["contract_number"], str(line["starts_on"]), str(line["ends_on"])))
    return billed


def test_the_first_billing_run_bills_nothing_twice(firm: Company) -> None:
    answer = firm.do("propose-invoices", until="2026-09-01", at=FIRST_DAY)
    assert answer["parked"] == []
    assert periods(firm) == {("CTR-2", "2026-09-01", "2026-09-30")}


def test_the_next_run_goes_on_behind_what_the_old_program_had_billed(firm: Company) -> None:
    firm.do("propose-invoices", until="2026-10-01", at=datetime(2026, 10, 1, 9, tzinfo=ROME))
    assert periods(firm) == {
        ("CTR-1", "2026-10-01", "2026-12-31"),
        ("CTR-2", "2026-09-01", "2026-09-30"),
        ("CTR-2", "2026-10-01", "2026-10-31"),
    }


def test_invoices_are_numbered_behind_the_last_one_of_the_old_program(firm: Company) -> None:
    (proposed,) = firm.do("propose-invoices", until="2026-09-01", at=FIRST_DAY)["invoices"]
    assert firm.do("issue-invoice", invoice_id=proposed["invoice_id"], at=FIRST_DAY)["number"] == "2026/813"


def test_an_open_call_keeps_its_number_age_and_appointment(firm: Company) -> None:
    (call,) = firm.ask("call-board")["items"]
    assert (call["number"], call["status"], call["priority"]) == ("CH-2026-2200", "planned", "high")
    assert call["opened_at"] == datetime(2026, 8, 20, 9, 30, tzinfo=ROME)
    (visit,) = firm.ask("agenda", from_on="2026-09-02", to_on="2026-09-02")["visits"]
    assert visit["starts_at"] == datetime(2026, 9, 2, 9, tzinfo=ROME)
    (clock,) = firm.ask("sla-board", clock="response", call_id=call["call_id"], at=FIRST_DAY)["items"]
    assert clock["state"] == "breached"


def test_the_next_call_is_numbered_behind_the_last_one_of_the_old_program(firm: Company) -> None:
    firm.do("open-call", caller={"name": "Anna"}, fault="Non parte", at=FIRST_DAY)
    assert {row["number"] for row in firm.ask("call-board")["items"]} == {"CH-2026-2200", "CH-2026-2205"}


def test_open_items_wait_for_their_money(firm: Company) -> None:
    items = firm.ask("open-items", on="2026-09-05")["items"]
    assert [(item["number"], item["open"], item["days_overdue"]) for item in items] == [
        ("NC/3", Decimal("-50.00"), 47),
        ("2026/700", Decimal("400.00"), 5),
    ]
    owed = items[1]["invoice_id"]
    for _ in range(2):
        answer = firm.do(
            "record-payment", invoice_id=owed, payment_id="7b0a2f8e-6f0c-4b5e-9d3a-111111111111",
            amount={"amount": "150.00"}, at=FIRST_DAY,
        )  # fmt: skip
        assert answer["open"]["amount"] == "250.00"
    assert [str(item["open"]) for item in firm.ask("open-items")["items"]] == ["-50.00", "250.00"]
    firm.fold()
    assert [str(item["open"]) for item in firm.ask("open-items")["items"]] == ["-50.00", "250.00"]


def test_more_than_is_open_and_money_for_what_we_owe_are_refused(firm: Company) -> None:
    credit, owed = (item["invoice_id"] for item in firm.ask("open-items")["items"])
    with pytest.raises(Exception, match=r"400\.00 euro are open"):
        firm.do("record-payment", invoice_id=owed, amount={"amount": "400.01"}, at=FIRST_DAY)
    with pytest.raises(Exception, match="owed to the customer"):
        firm.do("record-payment", invoice_id=credit, amount={"amount": "10.00"}, at=FIRST_DAY)


def test_a_promise_to_a_call_is_kept_and_shown(firm: Company) -> None:
    (promise,) = firm.ask("reservations")["items"]
    assert (promise["record_number"], promise["quantity"], promise["firm"]) == ("CH-2026-2200", Decimal(2), True)
    (call,) = firm.ask("call-board")["items"]
    assert promise["record_id"] == call["call_id"]


def test_the_last_readings_are_there(firm: Company) -> None:
    (item,) = [row for row in firm.ask("installed-base")["items"] if row["number"] == "K100"]
    values = [row["value"] for row in firm.ask("readings", serial_item_id=item["serial_item_id"])["items"]]
    assert sorted(values) == [12_000, 13_400]


def test_terms_of_payment_become_due_dates(firm: Company) -> None:
    (party,) = firm.ask("parties", text="Rossi")["items"]
    terms: Any = firm.record(party["party_id"])
    assert terms.terms.payment_terms == net_days(30, 60, end_of_month=True)
    assert [contact.phone for contact in terms.contacts.values()] == ["0543123456"]


def test_a_site_is_reached_and_left(firm: Company) -> None:
    (party,) = firm.ask("parties", text="Rossi")["items"]
    record: Any = firm.record(party["party_id"])
    assert [site.travel_km for site in record.sites.values()] == [Decimal("37.0")]


def test_hour_pools_open_with_the_minutes_left(company: Company, tmp_path: Path) -> None:
    """7 h 30 min of 20 hours are left, and what was bought is not billed again."""
    pools = (
        "Contratto;Dal;Al;Ore;Ore residue;Prezzo;Minimo;Scatto;Prezzo eccedenza\n"
        "CTR-1;01/01/2026;31/12/2026;20;7:30;1.160,00;60;30;65,00\n"
    )
    folder = write(tmp_path / "files", {**importing.ALL, "monte ore": pools})
    report = take(found(company), folder)
    assert report.problems == ()
    assert "monte ore.csv" not in {warning.file for warning in report.warnings}
    (row,) = company.ask("hour-pools", on="2026-09-30")["items"]
    assert (row["balance_minutes"], row["bought_minutes"], row["contract_id"]) == (
        450,
        1200,
        contract_named(company, "CTR-1").id,
    )
    assert (row["earned"], row["deferred"]) == (Decimal("725.00"), Decimal("435.00"))
    terms = row["terms"]
    assert (terms["rules"]["minimum_minutes"], terms["overage_rate"]["amount"]) == (60, "65.00")
    assert "hour-pool" not in {due["kind"] for due in company.ask("billing-due", on="2026-12-31")["items"]}
    assert take(company, folder).taken == 0
    other = write(tmp_path / "more", {**importing.ALL, "monte ore": pools.replace("60;30", "30;15")})
    assert take(company, other).problems == ()
    assert company.record(row["pool_id"]).terms_on(date(2026, 9, 30)).rules.minimum_minutes == 30


def test_hour_pools_and_metered_lines_are_kept_and_told(company: Company, tmp_path: Path) -> None:
    lines = importing.LINES + "CTR-1;2;Assistenza da remoto;;no\n"
    metered = (
        "Contratto;Riga;Descrizione;Matricole;Contatore;Incluse;Prezzo eccedenza\nCTR-1;3;Copie;K100;b/n;3000;0,0085\n"
    )
    pools = "Contratto;Dal;Al;Ore;Ore residue;Prezzo\nCTR-1;01/01/2026;31/12/2026;20;7:30;1.160,00\n"
    files = {**importing.ALL, "righe contratto": lines, "righe contratti 2": metered, "monte ore": pools}
    report = take(found(company), write(tmp_path / "files", files))
    assert report.problems == ()
    kept = {line.description: (line.counter, line.included) for line in contract_named(company, "CTR-1").state.lines}
    assert "Copie (3000 incluse, eccedenza 0.0085 €)" in kept
    assert date(2026, 9, 30) == contract_named(company, "CTR-1").state.billed_through


def test_a_metered_line_is_billed_from_the_reading_billed_last(company: Company, tmp_path: Path) -> None:
    metered = (
        "Contratto;Riga;Descrizione;Matricole;Contatore;Incluse;Scaglioni\n"
        'CTR-1;3;Copie;K100;b/n;3000;"500: 0,02; 1000: 0,01; oltre: 0,0085"\n'
    )
    readings = importing.READINGS + "K100;b/n;30/09/2026;16.600;no\n"
    files = {**importing.ALL, "righe contratti 2": metered, "letture": readings}
    assert take(found(company), write(tmp_path / "files", files)).problems == ()
    contract = contract_named(company, "CTR-1")
    terms = next(line.meters for line in contract.state.lines if line.description.startswith("Copie"))
    assert terms is not None
    assert [(tier.up_to, str(tier.unit_price)) for tier in terms.counters[0].tiers] == [
        (500, "0.02"), (1500, "0.01"), (None, "0.0085"),
    ]  # fmt: skip
    assert terms.billed_through == date(2026, 7, 31)
    due = company.ask("billing-due", on="2026-10-01", contract_id=contract.id)["items"]
    # 12,000 to 16,600 in August and September, 61 of the quarter's 92 days: 1,989 are included, 332 at the first price
    copies = [(str(each["starts_on"]), str(each["amount"])) for each in due if each["kind"].startswith("meter")]
    assert copies == [("2026-08-01", "6.64"), ("2026-08-01", "6.63"), ("2026-08-01", "13.74")]


@needs_invoices
def test_electronic_invoices_bring_customers_articles_and_open_items(company: Company, tmp_path: Path) -> None:
    found(company, vat_number="IT05979361218")
    folder = tmp_path / "xml"
    folder.mkdir()
    for path in INVOICES.glob("*.xml"):
        (folder / path.name).write_bytes(path.read_bytes())
    report = take(company, folder)
    assert report.problems == ()
    passed_over = {warning.file for warning in report.warnings}
    assert "IT02780790107_11004.xml" in passed_over
    assert not any(name.startswith("IT05979361218") for name in passed_over)
    (party,) = company.ask("parties")["items"]
    assert (party["tax_code"], party["nature"]) == ("80213330584", "public_body")
    items = company.ask("open-items", on="2015-12-31")["items"]
    assert [(item["number"], str(item["open"])) for item in items] == [
        ("FT/2015/0008", "9.00"),
        ("FT/2015/0006", "27.00"),
        ("FT/2015/0006", "27.00"),
        ("FT/2015/0012", "9.00"),
    ]
    position = company.house.log.position()
    assert take(company, folder).taken == 0
    assert company.house.log.position() == position


MACHINE = """<?xml version="1.0" encoding="UTF-8"?>
<p:FatturaElettronica versione="FPR12" xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
<FatturaElettronicaHeader><DatiTrasmissione><CodiceDestinatario>M5UXCR1</CodiceDestinatario></DatiTrasmissione>
<CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>12345670017</IdCodice></IdFiscaleIVA>
<Anagrafica><Denominazione>Assistenza Romagna</Denominazione></Anagrafica></DatiAnagrafici></CedentePrestatore>
<CessionarioCommittente><DatiAnagrafici>
<IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{customer}</IdCodice></IdFiscaleIVA>
<Anagrafica><Denominazione>Officine Zoli</Denominazione></Anagrafica></DatiAnagrafici>
<Sede><Indirizzo>Via Emilia 2</Indirizzo><CAP>47121</CAP><Comune>Forlì</Comune><Provincia>FC</Provincia>
<Nazione>IT</Nazione></Sede></CessionarioCommittente></FatturaElettronicaHeader>
<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento><TipoDocumento>TD01</TipoDocumento><Divisa>EUR</Divisa>
<Data>2026-06-01</Data><Numero>2026/512</Numero></DatiGeneraliDocumento></DatiGenerali>
<DatiBeniServizi><DettaglioLinee><NumeroLinea>1</NumeroLinea>
<CodiceArticolo><CodiceTipo>INT</CodiceTipo><CodiceValore>C360</CodiceValore></CodiceArticolo>
<Descrizione>Fotocopiatrice C360, matricola K777</Descrizione><Quantita>1.00</Quantita>
<PrezzoUnitario>1000.00</PrezzoUnitario><PrezzoTotale>1000.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA>
</DettaglioLinee><DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>1000.00</ImponibileImporto>
<Imposta>220.00</Imposta></DatiRiepilogo></DatiBeniServizi></FatturaElettronicaBody></p:FatturaElettronica>
"""


def test_an_invoice_of_a_known_customer_brings_the_machine_it_names(company: Company, tmp_path: Path) -> None:
    folder = write(tmp_path / "files", {"clienti": importing.CUSTOMERS})
    (folder / "fattura.xml").write_text(MACHINE.format(customer="00488410010"), encoding="utf-8")
    assert take(found(company), folder).problems == ()
    assert {row["code"] for row in company.ask("parties")["items"]} == {"C1", "C2"}
    (machine,) = company.ask("installed-base")["items"]
    assert (machine["number"], machine["article_code"]) == ("K777", "C360")
    (item,) = company.ask("open-items")["items"]
    assert (item["number"], str(item["open"])) == ("2026/512", "1220.00")


def test_with_a_file_of_open_items_that_file_says_what_is_unpaid(company: Company, tmp_path: Path) -> None:
    files = {"clienti": importing.CUSTOMERS, "partite aperte": importing.OPEN_ITEMS}
    folder = write(tmp_path / "files", files)
    (folder / "fattura.xml").write_text(MACHINE.format(customer="00488410010"), encoding="utf-8")
    assert take(found(company), folder).problems == ()
    assert {row["number"] for row in company.ask("open-items")["items"]} == {"NC/3", "2026/700"}


def test_an_open_item_is_corrected_until_it_is_paid(firm: Company, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write(folder, {"partite aperte": importing.OPEN_ITEMS.replace("400,00", "300,00")})
    position = firm.house.log.position()
    assert take(firm, folder).problems == ()
    assert new_facts(firm, position) == ["open-item.corrected.v1"]
    owed = firm.ask("open-items")["items"][1]["invoice_id"]
    firm.do("record-payment", invoice_id=owed, amount={"amount": "100.00"}, at=FIRST_DAY)
    write(folder, {"partite aperte": importing.OPEN_ITEMS.replace("400,00", "250,00")})
    (problem,) = take(firm, folder).problems
    assert "already recorded" in problem.reason
