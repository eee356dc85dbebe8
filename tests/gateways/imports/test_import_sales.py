"""Sales from files: tables of orders and delivery notes, electronic invoices of ours read as sales."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aggregates.base import Act
from aggregates.values import ROME
from gateways.einvoice import read
from gateways.imports.importer import Report, import_folder
from gateways.imports.taking.sales import sale_of_invoice
from tests.dsl import Company, do
from tests.gateways.imports.importing import CUSTOMERS, found, write

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "fatturapa" / "invoices"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no sample invoices in ../shared/data/fatturapa")
NOON = datetime(2026, 3, 31, 12, tzinfo=ROME)
RULE = do(
    "set-proposal-rule",
    code="STAMPANTI",
    from_on="2010-01-01",
    articles="PR-*",
    offer={"title": "Assistenza", "fee": {"basis": "percent_of_price", "percent": "10"}},
)
ORDERS = """Cliente;Documento;Numero;Data;Riga;Articolo;Descrizione;Quantità;Prezzo;Sconto
C1;ordine;IC-1;02/03/2026;1;PR-1;Stampante PR-1;2;1.000,00;10
C1;ordine;IC-1;02/03/2026;2;TN-1;Toner;4;80,00;
C2;ordine;IC-2;03/03/2026;1;PR-1;Stampante PR-1;1;1.000,00;
"""
NOTES = """Cliente;Documento;Numero;Data;Articolo;Descrizione;Quantità;Matricole;Produttore;Numero ordine
C1;DDT;A/1;12/03/2026;PR-1;Stampante PR-1;2;SN-1|SN-2;Acme;IC-1
"""
XML = """<p:FatturaElettronica xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2" versione="FPR12">
<FatturaElettronicaHeader><DatiTrasmissione><CodiceDestinatario>M5UXCR1</CodiceDestinatario></DatiTrasmissione>
<CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{seller}</IdCodice></IdFiscaleIVA>
<Anagrafica><Denominazione>Assistenza Romagna S.r.l.</Denominazione></Anagrafica></DatiAnagrafici>
<Sede><Indirizzo>Via Ravegnana 210</Indirizzo><CAP>47122</CAP><Comune>Forlì</Comune></Sede></CedentePrestatore>
<CessionarioCommittente><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>07643520567</IdCodice>
</IdFiscaleIVA><Anagrafica><Denominazione>Bar Sport</Denominazione></Anagrafica></DatiAnagrafici>
<Sede><Indirizzo>Piazza Saffi 1</Indirizzo><CAP>47121</CAP><Comune>Forlì</Comune><Provincia>FC</Provincia></Sede>
</CessionarioCommittente></FatturaElettronicaHeader>
<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento><TipoDocumento>{kind}</TipoDocumento><Divisa>EUR</Divisa>
<Data>2026-03-31</Data><Numero>2026/45</Numero></DatiGeneraliDocumento>
<DatiOrdineAcquisto><IdDocumento>IC-9</IdDocumento></DatiOrdineAcquisto>
<DatiDDT><NumeroDDT>A/7</NumeroDDT><DataDDT>2026-03-12</DataDDT><RiferimentoNumeroLinea>1</RiferimentoNumeroLinea>
</DatiDDT></DatiGenerali>
<DatiBeniServizi>
<DettaglioLinee><NumeroLinea>1</NumeroLinea><CodiceArticolo><CodiceTipo>Interno</CodiceTipo>
<CodiceValore>PR-1</CodiceValore></CodiceArticolo><Descrizione>Stampante PR-1 matricola SN-77</Descrizione>
<Quantita>1.00</Quantita><PrezzoUnitario>1200.00</PrezzoUnitario><PrezzoTotale>1200.00</PrezzoTotale>
<AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
<DettaglioLinee><NumeroLinea>2</NumeroLinea><Descrizione>Installazione su matricola SN-99</Descrizione>
<Quantita>2.00</Quantita><UnitaMisura>ORE</UnitaMisura><PrezzoUnitario>50.00</PrezzoUnitario>
<PrezzoTotale>100.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
<DettaglioLinee><NumeroLinea>3</NumeroLinea><Descrizione>Abbuono</Descrizione><PrezzoUnitario>-10.00</PrezzoUnitario>
<PrezzoTotale>-10.00</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
<DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>1290.00</ImponibileImporto><Imposta>283.80</Imposta>
</DatiRiepilogo></DatiBeniServizi></FatturaElettronicaBody></p:FatturaElettronica>"""


def take(company: Company, folder: Path, **options: Any) -> Report:
    act = Act(by="system:import", at=NOON)
    return import_folder(
        company.house, folder, dry_run=False, act=act, settle=company.fold, invoices_as_sales=True, **options
    )


def offered(company: Company) -> list[tuple[str, str, str]]:
    """Customer, source and annual total of every proposal, by customer."""
    found = company.ask("contract-proposals")["items"]
    return sorted((row["customer"], row["source_number"], str(row["annual_total"])) for row in found)


def xml(folder: Path, *, seller: str = "12345670017", kind: str = "TD01") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{kind}.xml").write_text(XML.format(seller=seller, kind=kind), encoding="utf-8")
    return folder


def test_tables_of_orders_and_notes_are_sales(company: Company, tmp_path: Path) -> None:
    found(company)
    company.execute(RULE)
    folder = write(tmp_path / "files", {"clienti": CUSTOMERS, "vendite": ORDERS, "vendite 2": NOTES})
    assert take(company, folder).problems == ()
    assert offered(company) == [("Officine Zoli", "IC-2", "100.00"), ("Rossi Gilbo", "IC-1", "180.00")]
    items = company.ask("installed-base")["items"]
    assert sorted(item["number"] for item in items) == ["SN-1", "SN-2"]
    before = company.house.log.position()
    assert take(company, folder).taken == 0
    assert company.house.log.position() == before


def test_a_line_of_a_table_that_cannot_be_is_told(company: Company, tmp_path: Path) -> None:
    wrong = ORDERS + "C9;ordine;IC-3;03/03/2026;1;;;0;;\n"
    folder = write(tmp_path / "files", {"clienti": CUSTOMERS, "vendite": wrong})
    reasons = " ".join(str(problem) for problem in take(found(company), folder).problems)
    for words in ("C9", "a line needs an article or a description", "the quantity must be more than 0"):
        assert words in reasons


def test_an_invoice_of_ours_is_a_sale_with_its_order_notes_and_goods(company: Company, tmp_path: Path) -> None:
    """The customer is registered from it; the machine is delivered with the note of 12/03, and hours sell no goods."""
    found(company)
    company.execute(RULE)
    report = take(company, xml(tmp_path / "files"))
    assert (report.problems, report.warnings) == ((), ())
    assert offered(company) == [("Bar Sport", "2026/45", "120.00")]
    (item,) = company.ask("installed-base")["items"]
    assert item["number"] == "SN-77"
    (warranty,) = company.record(item["serial_item_id"]).warranties.values()
    assert (str(warranty.period.starts_on), str(warranty.period.ends_on)) == ("2026-03-12", "2027-03-12")
    (sale,) = company.ask("sales")["items"]
    assert (sale["lines"], str(sale["amount"])) == (2, "1300.00")
    assert company.ask("sale", sale_id=sale["sale_id"])["earlier"] == [
        {"kind": "order", "number": "IC-9"}, {"kind": "delivery-note", "number": "A/7"},
    ]  # fmt: skip
    before = company.house.log.position()
    take(company, tmp_path / "files")
    assert company.house.log.position() == before


@pytest.mark.parametrize(("options", "words"), [({"seller": "00488410010"}, "not of this company"),
                                                ({"kind": "TD04"}, "sells no goods")])  # fmt: skip
def test_what_is_no_sale_of_ours_is_passed_over(
    company: Company, tmp_path: Path, options: dict[str, str], words: str
) -> None:
    report = take(found(company), xml(tmp_path / "files", **options))
    assert words in " ".join(str(warning) for warning in report.warnings)
    assert company.ask("sales")["items"] == []


@needs_samples
@pytest.mark.parametrize("name", ["IT02780790107_11004", "IT02780790107_11005", "IT02780790107_11006"])
def test_sample_invoices_of_a_company_are_its_sales(company: Company, tmp_path: Path, name: str) -> None:
    found(company, vat_number="IT02780790107")
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / f"{name}.xml").write_bytes((SAMPLES / f"{name}.xml").read_bytes())
    assert take(company, folder).problems == ()
    (sale,) = company.ask("sales")["items"]
    (invoice,) = read((SAMPLES / f"{name}.xml").read_bytes())
    assert (sale["number"], sale["lines"]) == (invoice.number, len(sale_of_invoice(invoice)["lines"]))
    assert sale["customer"] == "AMMINISTRAZIONE BETA"
