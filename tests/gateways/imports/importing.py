"""How the tests of the import work: a founded company, folders of files, what the log and the views hold afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregates.base import Act
from aggregates.values import ROME
from gateways.imports.importer import Report, import_folder
from tests.dsl import Company

EVE = datetime(2026, 8, 31, 20, tzinfo=ROME)
"""The evening before the company starts with Libretto."""
ADDRESS = {"street": "Via Ravegnana 210", "postcode": "47122", "town": "Forlì", "province": "FC"}

CUSTOMERS = """Codice;Ragione sociale;Tipo;P.IVA;Indirizzo;CAP;Città;Prov;Pagamento;Telefono
C1;Rossi Gilbo;azienda;12345670017;Via Emilia 1;47121;Forlì;FC;30/60 gg DF FM;0543 123456
C2;Officine Zoli;azienda;00488410010;Via Emilia 2;47121;Forlì;FC;rimessa diretta;
"""
SITES = """Cliente;Codice;Nome;Indirizzo;CAP;Città;Prov;Km
C1;01;Sede;Via Emilia 1;47121;Forlì;FC;18,5
"""
SERIALS = """Marca;Matricola;Modello;Tipo;Cliente;Destinazione;Data installazione;Garanzia;Scadenza garanzia;Contatori
Kopyra;K100;C250;fotocopiatrice;C1;01;16/09/2024;;;b/n|colore
Kopyra;K200;C360;fotocopiatrice;C2;;01/06/2026;produttore;31/05/2027;b/n
"""
CONTRACTS = """Numero;Cliente;Destinazione;Tipo contratto;Decorrenza;Scadenza;Periodicità;Canone;Fatturato fino al
CTR-1;C1;01;forfait;01/01/2026;31/12/2026;trimestrale;1.200,00;30/09/2026
CTR-2;C2;;forfait;01/03/2026;28/02/2027;mensile;600,00;31/08/2026
"""
LINES = """Contratto;Riga;Descrizione;Matricole;Manodopera
CTR-1;1;Assistenza fotocopiatrice;K100;sì
CTR-2;1;Assistenza fotocopiatrice;K200;sì
"""
READINGS = """Matricola;Contatore;Data;Lettura;Fatturata
K100;b/n;31/07/2026;12.000;sì
K100;b/n;28/08/2026;13.400;no
"""
NUMBERS = "Documento;Serie;Anno;Numero;Data\nfattura;;2026;812;31/08/2026\nchiamata;;2026;2204;\n"
OPEN_ITEMS = """Cliente;Tipo;Documento;Data documento;Scadenza;Importo;Residuo
C1;fattura;2026/700;15/07/2026;31/08/2026;1.000,00;400,00
C1;nota di credito;NC/3;20/07/2026;20/07/2026;50,00;50,00
"""
TECHNICIANS = """Codice;Nome;Competenze;Orario;Costo orario;Furgone
T01;Gino Casadei;fotocopiatori;lun-ven 08:30-12:30 14:00-18:00;24,50;FUR1
"""
CALLS = """Numero;Cliente;Destinazione;Matricola;Aperta il;Guasto;Priorità;Tecnico;Appuntamento dalle;Appuntamento alle
CH-2026-2200;C1;01;K100;20/08/2026 09:30;Carta inceppata;alta;T01;02/09/2026 09:00;02/09/2026 10:30
"""
ARTICLES = "Codice;Descrizione;Tipo;Matricole;Costo\nFUS;Fusore;ricambio;no;80\nORA;Ora di lavoro;servizio;no;\n"
STOCK = "Articolo;Magazzino;Giacenza;Minimo;Costo medio\nFUS;MAG;5;2;81,50\nFUS;FUR1;1;1;81,50\n"
PRICES = "Listino;Articolo;Prezzo;Valido dal\nBASE;FUS;140;01/01/2026\nBASE;ORA;52;01/01/2026\n"
RESERVATIONS = "Riferimento;Articolo;Magazzino;Quantità;Chiamata\nIC-2026-0091;FUS;MAG;2;CH-2026-2200\n"

ALL: Mapping[str, str] = {
    "clienti": CUSTOMERS, "destinazioni": SITES, "matricole": SERIALS, "contratti": CONTRACTS,
    "righe contratto": LINES, "letture": READINGS, "numeratori": NUMBERS, "partite aperte": OPEN_ITEMS,
    "tecnici": TECHNICIANS, "chiamate aperte": CALLS, "articoli": ARTICLES, "giacenze": STOCK, "listino": PRICES,
    "impegni": RESERVATIONS,
}  # fmt: skip


def found(company: Company, vat_number: str = "IT12345670017") -> Company:
    """The company, founded before the first import."""
    identity = {"name": "Assistenza Romagna S.r.l.", "vat_number": vat_number, "address": ADDRESS}
    company.do("found-company", company_id=company.house.company_id, identity=identity, at=EVE)
    return company


def write(folder: Path, files: Mapping[str, str] = ALL) -> Path:
    """The files as CSV in a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def take(company: Company, folder: Path, *, dry_run: bool = False, at: datetime = EVE) -> Report:
    """Import a folder, or try to."""
    act = Act(by="system:import", at=at)
    return import_folder(company.house, folder, dry_run=dry_run, act=act, settle=company.fold)


def new_facts(company: Company, position: int) -> list[str]:
    """The topics of what was recorded behind a position."""
    return [recorded.topic for recorded in company.house.recorded_after(position)]


def contract_named(company: Company, number: str) -> Any:
    """A contract by its number."""
    (row,) = [row for row in company.ask("contracts", limit=500)["items"] if row["number"] == number]
    return company.record(row["contract_id"])
