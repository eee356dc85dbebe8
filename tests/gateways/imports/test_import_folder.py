"""A folder of import files read as one: every problem at once, with file, row, column and reason (dry run)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aggregates.values import euro
from gateways.imports.batch import ImportBatch
from gateways.imports.folder import read_folder
from gateways.imports.manual import markdown
from gateways.imports.sheets.articles import ArticleRow, PriceRow
from gateways.imports.sheets.base import Key, Row
from gateways.imports.sheets.contracts import ContractRow
from gateways.imports.sheets.customers import CustomerKind, CustomerRow
from gateways.imports.sheets.kinds import KINDS
from gateways.imports.sheets.serial_items import Counter, MeterReadingRow, SerialItemRow
from gateways.imports.words import key_of

ROOT = Path(__file__).parents[3]

CUSTOMERS = """Codice cliente;RAGIONE SOCIALE;tipo;p. iva;codice fiscale;sdi;indirizzo;cap;Città;prov
C1;Rossi Gilbo;Azienda;12345670017;;M5UXCR1;Via Emilia 1;47121;Forlì;fc
C2;Rossi Mario;Privato;;RSSMRA80A01D704D;;Via Emilia 2;47121;Forlì;FC
"""
SERIALS = """Manufacturer,S/N,Model,Type,Customer,Install date,Meters
Kopyra,100,C250,copier,C1,2024-09-16,bw|colour
Moka,100,Duo,coffee machine,c1,2025-01-31,cycles
Kopyra,200,C360,copier,C2,2025-01-31,bw
"""


def read(folder: Path, **files: str) -> ImportBatch:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="cp1252")
    return read_folder(folder)


def places(batch: ImportBatch) -> list[tuple[str, int, str]]:
    return [(problem.file, problem.row, problem.column) for problem in batch.problems]


def test_italian_and_english_files_become_typed_rows(tmp_path: Path) -> None:
    batch = read(tmp_path, clienti=CUSTOMERS, serials=SERIALS)
    assert batch.problems == ()
    first, second = batch.of(CustomerRow)
    assert (first.file, first.number, first.row.vat_number, first.row.province) == (
        "clienti.csv",
        2,
        "IT12345670017",
        "FC",
    )
    assert second.row.kind is CustomerKind.CONSUMER
    machine = next(batch.of(SerialItemRow)).row
    assert (machine.counters, machine.installed_on) == ((Counter.BW, Counter.COLOUR), date(2024, 9, 16))
    assert batch.counts() == {"customers": 2, "serial_items": 3}


def test_rows_come_in_the_order_in_which_they_can_be_taken_in(tmp_path: Path) -> None:
    batch = read(tmp_path, **{"assets": SERIALS, "clienti": CUSTOMERS})
    assert [type(located.row) for located in batch.rows] == [CustomerRow] * 2 + [SerialItemRow] * 3


def test_a_serial_number_that_two_makers_share_must_be_qualified(tmp_path: Path) -> None:
    readings = (
        "Matricola;Contatore;Data;Lettura\n100;cicli;31/08/2026;5\nMoka:100;cicli;31/08/2026;5\n200;bn;31/08/2026;7\n"
    )
    batch = read(tmp_path, clienti=CUSTOMERS, serials=SERIALS, letture=readings)
    (problem,) = batch.problems
    assert str(problem) == (
        "letture.csv, row 2, Matricola: '100' names several records of serial_items: write kopyra:100 or moka:100"
    )


def test_the_language_of_the_headers_decides_what_a_point_means(tmp_path: Path) -> None:
    articles = "Codice;Descrizione;Tipo\nA;Toner;consumo\n"
    italian = "Listino;Articolo;Prezzo;Valido dal\nBASE;A;1.234;01/01/2026\n"
    english = "List,Article,Price,Valid from\nEXPORT,A,1.234,2026-01-01\n"
    batch = read(tmp_path, articoli=articles, listino=italian, prices=english)
    assert [located.row.unit_price for located in batch.of(PriceRow)] == [Decimal("1234"), Decimal("1.234")]
    assert [warning.column for warning in batch.warnings] == ["Prezzo", "Price"]


def test_titles_above_and_unknown_columns_beside_the_headers(tmp_path: Path) -> None:
    batch = read(tmp_path, articoli="Articoli al 31/08/2026\n\nCodice;Descrizione;Tipo;Colore\nA;Toner;consumo;blu\n")
    (article,) = batch.of(ArticleRow)
    assert (article.number, article.row.code) == (4, "A")
    assert [(w.row, w.column) for w in batch.warnings] == [(3, "Colore")]


def test_missing_columns_are_one_error_that_names_the_accepted_headers(tmp_path: Path) -> None:
    batch = read(
        tmp_path, articoli="Codice;Colore\nA;blu\nB;rosso\n", giacenze="Articolo;Magazzino;Giacenza\nA;MAG;3\n"
    )
    (problem,) = batch.problems
    assert (problem.file, problem.row, problem.column) == ("articoli.csv", 1, "")
    assert "'Descrizione' (or 'Description', 'Name')" in problem.reason
    assert "'Tipo articolo' (or 'Tipo'," in problem.reason


def test_two_columns_for_one_field_are_refused(tmp_path: Path) -> None:
    batch = read(tmp_path, articoli="Codice;Articolo;Descrizione;Tipo\nA;B;Toner;consumo\n")
    assert "mean the same" in batch.problems[0].reason


def test_all_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    wrong = CUSTOMERS + "C3;;Azienda;12345670018;;M5UXCR;Via Emilia 3;4712;Forlì;FCX\n"
    batch = read(tmp_path, clienti=wrong)
    assert places(batch) == [
        ("clienti.csv", 4, column) for column in ("RAGIONE SOCIALE", "cap", "p. iva", "prov", "sdi")
    ]
    assert len(list(batch.of(CustomerRow))) == 2


def test_records_the_company_already_has_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "matricole.csv").write_text("Marca;Matricola;Modello;Tipo;Cliente\nKopyra;1;C250;copiatrice;C7\n")
    asked: list[tuple[str, Key]] = []

    def known(kind: str, key: Key) -> bool:
        asked.append((kind, key))
        return True

    assert read_folder(tmp_path, known).problems == ()
    assert asked == [("customers", ("c7",))]
    assert len(read_folder(tmp_path).problems) == 1


def test_contract_rules(tmp_path: Path) -> None:
    contracts = """Contratto;Cliente;Tipo;Decorrenza;Scadenza;Periodicità;Canone;Tacito rinnovo;Preavviso;Fatturato al
1/2026;C1;forfait;16/09/2026;31/12/2026;annuale;1.200,00;sì;60;
2/2026;C1;forfait;16/09/2026;15/09/2026;annuale;1.200,00;sì;;15/09/2026
"""
    batch = read(tmp_path, clienti=CUSTOMERS, contratti=contracts)
    assert places(batch) == [("contratti.csv", 3, column) for column in ("Fatturato al", "Preavviso", "Scadenza")]
    (contract,) = batch.of(ContractRow)
    assert (contract.row.fee, contract.row.fee_period.months) == (euro(1200), 12)


def test_invoices_in_xml_are_set_apart_from_other_files(tmp_path: Path) -> None:
    invoice = '<p:FatturaElettronica xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"/>'
    (tmp_path / "IT12345670017_00001.xml").write_text(invoice)
    (tmp_path / "other.xml").write_text("<other/>")
    (tmp_path / "broken.xml").write_text("<oops")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    (tmp_path / "~$clienti.xlsx").write_bytes(b"")
    batch = read_folder(tmp_path)
    assert [path.name for path in batch.invoices] == ["IT12345670017_00001.xml"]
    assert [warning.file for warning in batch.warnings] == ["broken.xml", "other.xml", "photo.png"]


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        read_folder(Path("nowhere"))


def test_the_bad_examples_list_every_bad_row() -> None:
    batch = read_folder(ROOT / "examples/demo/bad")
    assert places(batch) == [
        ("clienti.csv", 5, "P.IVA"),
        ("clienti.csv", 5, "Prov."),
        ("clienti.csv", 6, "Codice SDI"),
        ("clienti.csv", 6, "Codice fiscale"),
        ("clienti.csv", 7, "CAP"),
        ("clienti.csv", 7, "Codice fiscale"),
        ("clienti.csv", 8, "Codice"),
        ("clienti.csv", 9, "Tipo cliente"),
        ("contratti.csv", 3, "Canone"),
        ("contratti.csv", 3, "Cliente"),
        ("contratti.csv", 4, "Fatturato fino al"),
        ("contratti.csv", 4, "Periodicità"),
        ("contratti.csv", 4, "Preavviso giorni"),
        ("letture.csv", 3, "Data lettura"),
        ("letture.csv", 4, "Lettura"),
        ("listino.csv", 1, ""),
        ("matricole.csv", 3, "Cliente"),
        ("matricole.csv", 4, "Data installazione"),
        ("matricole.csv", 5, "Contatori"),
        ("matricole.csv", 5, "Scadenza garanzia"),
        ("matricole.csv", 6, "Cliente"),
        ("numeratori.xlsx", 0, ""),
        ("righe contratto.csv", 3, "Counter"),
        ("righe contratto.csv", 4, "Numero contratto"),
        ("righe contratto.csv", 4, "Serial numbers"),
        ("righe contratto.csv", 5, "Line"),
    ]
    assert [located.row.value for located in batch.of(MeterReadingRow)] == [12345, 12999]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.SHEET.name)
def test_headers_of_a_kind_mean_one_field_each(kind: type[Row]) -> None:
    meanings: dict[str, str] = {}
    for field, column in kind.columns().items():
        for header in {key_of(title) for title in (*column.italian, *column.english, field)}:
            assert meanings.setdefault(header, field) == field
    assert set(kind.SHEET.key) <= set(kind.model_fields)


def test_names_of_files_mean_one_kind_each() -> None:
    names = [name for kind in KINDS for name in kind.SHEET.file_keys]
    assert len(names) == len(set(names))


def test_the_page_about_imports_is_the_one_made_from_the_models() -> None:
    """To write it anew: python -c "from gateways.imports.manual import markdown; print(markdown(), end='')"."""
    assert (ROOT / "docs/how-to/import.md").read_text(encoding="utf-8") == markdown()
