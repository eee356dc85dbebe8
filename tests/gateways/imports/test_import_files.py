"""Files of any encoding, separator and workbook become the same grid (file)."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gateways.imports.encoding import decode
from gateways.imports.files import UnreadableFile, read_file, sniff_separator

TEXT = "Codice;Città;Nota\r\nC1;Forlì;Perché l'€ è così\r\nC2;Cesena;Già verificato – più volte\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_that_hold_the_whole_text(encoding: str) -> None:
    assert decode(TEXT.encode(encoding))[0] == TEXT


@pytest.mark.parametrize("encoding", ["latin-1", "cp850", "mac_roman", "iso8859-15"])
def test_older_encodings(encoding: str) -> None:
    text = TEXT.replace("€", "euro").replace("–", "-")
    assert decode(text.encode(encoding))[0] == text


def test_windows_text_with_undefined_bytes_is_still_read() -> None:
    assert decode(b"Nome\nCaff\xe8 \x81\n")[0] == "Nome\nCaffè \x81\n"


def test_the_same_bytes_always_read_the_same() -> None:
    data = "Müller;Łódź;Dvořák;Háček;Žižka".encode("cp1250")
    assert len({decode(data) for _ in range(5)}) == 1


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separators_are_found_out(tmp_path: Path, separator: str) -> None:
    rows = [["Codice", "Descrizione", "Prezzo"], ["A1", "Toner, nero; XL", "1.234,56"], ["A2", 'Monitor 24"', "89,90"]]
    text = StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    path = tmp_path / "articoli.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    (grid,) = read_file(path)
    assert [list(row.cells) for row in grid.rows] == rows


def test_decimal_commas_do_not_pass_for_separators() -> None:
    assert sniff_separator("Codice;Prezzo\nA;1,50\nB;2,75\nC;3,10\n") == ";"


def test_a_declared_separator_decides(tmp_path: Path) -> None:
    path = tmp_path / "clienti.csv"
    path.write_text("sep=|\nCodice|Nome;Cognome;Titolo\nC1|a;b;c\n", encoding="utf-8")
    (grid,) = read_file(path)
    assert [(row.number, row.cells) for row in grid.rows] == [
        (2, ("Codice", "Nome;Cognome;Titolo")),
        (3, ("C1", "a;b;c")),
    ]


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "clienti.csv"
    path.write_text('Codice;Note\nC1;"prima riga\nseconda riga"\n\n ; \nC2;fine\n', encoding="cp1252")
    (grid,) = read_file(path)
    assert [row.number for row in grid.rows] == [1, 2, 5]
    assert grid.rows[1].cells[1] == "prima riga\nseconda riga"


def test_quotes_that_never_close_are_one_clear_refusal(tmp_path: Path) -> None:
    path = tmp_path / "clienti.csv"
    path.write_text('Codice;Note\nC1;"mai chiuso\nC2;x\n', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="quotes"):
        read_file(path)


@pytest.mark.parametrize(
    ("name", "data"), [("clienti.csv", b"\n \n"), ("clienti.xlsx", b"PK not a workbook"), ("clienti.csv", b"")]
)
def test_files_without_content(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableFile):
        read_file(path)


def test_workbooks_give_typed_cells_and_one_grid_per_visible_sheet(tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Clienti"
    first.append([])
    first.append(["Codice", "Dal", "Importo"])
    first.append([12, datetime(2026, 9, 16), 1234.5])
    book.create_sheet("Sedi").append(["Codice"])
    hidden = book.create_sheet("Appunti")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Vuoto")
    path = tmp_path / "dati.xlsx"
    book.save(path)
    clients, sites = read_file(path)
    assert (clients.label, clients.names, sites.names) == ("dati.xlsx [Clienti]", ("Clienti", "dati"), ("Sedi",))
    assert [row.number for row in clients.rows] == [2, 3]
    code, day, amount = clients.rows[1].cells
    assert (str(day)[:10], amount, float(str(code))) == ("2026-09-16", 1234.5, 12.0)


CELL = st.text(st.sampled_from("abcàèìòù 0123456789,.;|'-\n\""), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from(["utf-8", "cp1252", "utf-16"]), st.sampled_from(";,\t|"))
def test_whatever_a_program_quotes_is_read_back(
    tmp_path: Path, rows: list[list[str]], encoding: str, separator: str
) -> None:
    text = StringIO()
    excel, others = (csv.writer(text, delimiter=separator, quoting=how) for how in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    (excel if separator == "\t" else others).writerows([["Codice", "Descrizione", "Città"], *rows])
    path = tmp_path / "articoli.txt"
    path.write_bytes(text.getvalue().encode(encoding))
    (grid,) = read_file(path)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [list(row.cells) for row in grid.rows[1:]] == kept


def test_a_cell_full_of_separators_does_not_hide_the_headers() -> None:
    assert sniff_separator("Codice\tDescrizione\tCittà\n|||\t|||\t0|||\n") == "\t"
    assert sniff_separator("Codice;Nota, breve;Prezzo;\nA;uno, due, tre, quattro;1,50;\nB;x;2,00\n") == ";"
