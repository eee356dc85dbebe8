"""Lists and records in Excel and on paper: totals of all pages, real types, no formulas, limits, nobody sees more."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, get_args
from uuid import UUID, uuid4

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from gateways.http import table_rows
from gateways.http.print_head import NAMED_BY
from gateways.http.reserved import fields_of
from gateways.http.sheets import blocks_of
from gateways.http.table_codes import CODES
from gateways.http.table_fields import FIELDS
from gateways.http.table_rows import Totals
from gateways.http.table_titles import COLUMNS
from gateways.http.table_words import _kinds, is_hidden, kinds_of, number, text
from gateways.http.tables import is_list
from projections.base import Page
from projections.catalog import READ_MODELS, VIEWS
from tests.contract_steps import C1, ROSSI, founded, signed
from tests.gateways.http.test_commands import problem
from tests.gateways.http.visitors import Visitor, visitor

NO_COLUMN = frozenset({"by", "sort", "group"})
"""Parameters that no column is called by."""
FORMS = ("csv", "xlsx", "pdf")
NEEDED = {"code": "FOI", "method": "riba", "at": "2026-01-01T09:00:00+01:00"}
CENTS = st.decimals("-1000000", "1000000", places=2)


def sheet(answer: Any) -> list[tuple[Any, ...]]:
    """The cells of a workbook's first sheet."""
    assert answer.status_code == 200, answer.text
    return list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))


def paper(answer: Any) -> str:
    """The words of a PDF."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    pages = pypdfium2.PdfDocument(answer.content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages)


def asked_of(view: Any) -> tuple[str, dict[str, Any]]:
    """An address of a view with what it needs, of records that are not there."""
    path = view.path
    params: dict[str, Any] = {}
    for name, field in view.ask.model_fields.items():
        value = "2026-01-01" if field.annotation is date else NEEDED.get(name, str(uuid4()))
        if name in fields_of(view.path):
            path = path.replace(f"{{{name}}}", value)
        elif field.is_required():
            params[name] = value
    return path, params


@pytest.fixture
def fees(manager: Visitor) -> Visitor:
    """Three fees that are due."""
    manager.company.given(founded(manager.company), ROSSI)
    for n, starts_on in enumerate(("2026-01-01", "2026-02-01", "2026-03-01")):
        signed(manager.company, starts_on=starts_on, contract_id=UUID(int=900 + n))
    return manager


def test_totals_are_those_of_all_pages_whichever_is_asked_for(fees: Visitor) -> None:
    whole = fees.get("/billing-due", on="2026-03-01").json()["data"]["items"]
    expected = {"rows": 3, "sums": [{"amount": str(sum(Decimal(row["amount"]) for row in whole))}]}
    first = fees.get("/billing-due", on="2026-03-01", limit=1, totals="true").json()["data"]
    rest = fees.get("/billing-due", on="2026-03-01", limit=2, totals="true", after=first["next"]).json()["data"]
    assert (first["totals"], rest["totals"]) == (expected, expected)
    assert (len(first["items"]), len(rest["items"])) == (1, 2)
    fewer = fees.get("/billing-due", on="2026-01-01", totals="true").json()["data"]["totals"]
    assert fewer == {"rows": 1, "sums": [{"amount": "1200.00"}]}
    assert "totals" not in fees.get("/billing-due", on="2026-03-01").json()["data"]


def test_the_workbook_has_real_values_a_header_that_stays_and_totals(fees: Visitor) -> None:
    answer = fees.get("/billing-due", on="2026-03-01", format="xlsx", headers={"accept-language": "it"})
    head, *rows = sheet(answer)
    amount, starts = head.index("Importo"), head.index("Dal")
    assert [row[amount] for row in rows] == [1200, 1098.08, 1006.03, None, 3304.11]
    assert rows[0][starts] == datetime(2026, 1, 1)
    assert "Totale" in rows[-1]
    assert [each for each in head[-3:] if each and each.endswith("id")], "ids stand at the end"
    page = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", f"A1:{get_column_letter(len(head))}4")
    assert page.cell(2, amount + 1).number_format == "#,##0.00"
    assert answer.headers["content-disposition"] == 'attachment; filename="billing-due.xlsx"'


def test_the_paper_says_company_filters_totals_and_who_printed_it(fees: Visitor) -> None:
    told = paper(
        fees.get("/billing-due", on="2026-03-01", customer_id=str(C1), format="pdf", headers={"accept-language": "it"})
    )
    for words in (
        "Da fatturare", "Service Srl", "Il giorno 01/03/2026", "Cliente Rossi", "1.200,00", "Totale", "3.304,11",
        "01/01/2026", "Gino Bianchi", "pagina 1 di", "3 righe",
    ):  # fmt: skip
        assert words in told, words
    assert str(C1) not in told


def test_a_text_is_never_a_formula(manager: Visitor) -> None:
    names = ['=HYPERLINK("http://x")', "+39 0543", "-1+1", "@x", "#N/A", "Rossi", "\x0bx"]
    for n, name in enumerate(names):
        manager.company.do("register-party", code=f"P{n}", name=name, role="prospect")
    answer = manager.get("/parties", format="xlsx", sort="code")
    page = load_workbook(BytesIO(answer.content)).worksheets[0]
    column = next(cell.column for cell in page[1] if cell.value == "Name")
    cells = [page.cell(n + 2, column) for n in range(len(names))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells[:6]] == names[:6]


def test_codes_and_truths_are_words_of_the_reader(manager: Visitor) -> None:
    manager.company.do("register-party", code="P1", name="Rossi", role="prospect")
    head, row = sheet(manager.get("/parties", format="xlsx", headers={"accept-language": "it"}))
    told = dict(zip(head, row, strict=True))
    assert (told["Ruolo"], told["Attivo"]) == ("lead", "sì")
    printed = paper(manager.get("/parties", format="pdf", headers={"accept-language": "it"}))
    assert "lead" in printed
    assert "prospect" not in printed


def test_csv_for_people(fees: Visitor) -> None:
    answer = fees.get("/billing-due", on="2026-01-01", format="csv", decimal="comma", headers={"accept-language": "it"})
    head, row = (line.split(";") for line in answer.content.decode("utf-8-sig").splitlines())
    told = dict(zip(head, row, strict=False))
    assert (told["Importo"], told["Dal"]) == ("1200,00", "01/01/2026")


def test_what_is_too_long_is_refused_with_what_to_do(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        manager.company.do("register-party", code=f"P{n}", name="Rossi", role="prospect")
    monkeypatch.setattr("gateways.http.tables.MOST", {"csv": None, "xlsx": 2, "pdf": 2})
    monkeypatch.setattr("gateways.http.table_rows.MOST_SUMMED", 2)
    problem(manager.get("/parties", format="xlsx"), 422, "list-too-long")
    problem(manager.get("/parties", format="pdf"), 422, "print-too-long")
    problem(manager.get("/parties", totals="true"), 422, "list-too-long")
    assert manager.get("/parties", format="csv").status_code == 200
    assert manager.get("/parties", format="pdf", limit=2).status_code == 200


def test_a_record_is_a_paper_a_workbook_and_lines(manager: Visitor, party_id: UUID) -> None:
    site: dict[str, Any] = {
        "code": "S1",
        "name": "Sede",
        "address": {"street": "Via Appia 1", "postcode": "47121", "town": "Forlì"},
    }
    manager.company.do("add-site", party_id=party_id, **site)
    path = f"/parties/{party_id}"
    told = paper(manager.get(path, format="pdf", headers={"accept-language": "it"}))
    assert "Rossi Gilbo" in told
    assert "Via Appia 1" in told
    assert str(party_id) not in told
    book = load_workbook(BytesIO(manager.get(path, format="xlsx").content))
    values = {value for page in book.worksheets for row in page.iter_rows(values_only=True) for value in row}
    assert {"Rossi Gilbo", "Sede", str(party_id)} <= values
    lines = manager.get(path, format="csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "field;value"
    assert "name;Rossi Gilbo" in lines


def test_records_that_are_not_there_are_so_in_every_form(manager: Visitor) -> None:
    everybody = visitor(manager.client, manager.company, *sorted({role for view in VIEWS for role in view.roles}))
    for view in (view for view in VIEWS if not is_list(view)):
        path, params = asked_of(view)
        plain = everybody.get(path, **params)
        for form in FORMS:
            formed = everybody.get(path, format=form, **params)
            assert formed.status_code == plain.status_code, (view.name, form, formed.text[:300])


def test_no_form_shows_what_json_does_not(manager: Visitor) -> None:
    """Each role's and each contractor's limits hold for every form of every view."""
    nobody = visitor(manager.client, manager.company, "contractor")
    for view in VIEWS:
        path, params = asked_of(view)
        plain = nobody.get(path, **params)
        for form in FORMS:
            formed = nobody.get(path, format=form, **params)
            assert formed.status_code == plain.status_code, (view.name, form, formed.text[:300])
            assert (formed.status_code == 200) is not (formed.headers["content-type"] == "application/problem+json")


def test_a_snapshot_does_not_see_what_comes_later(manager: Visitor) -> None:
    manager.company.do("register-party", code="P0", name="Rossi", role="prospect")
    manager.company.fold()
    with manager.company.house.reader.snapshot() as still:
        before = still.rows("select * from {party}")
        manager.company.do("register-party", code="P1", name="Bianchi", role="prospect")
        manager.company.fold()
        assert still.rows("select * from {party}") == before
    assert len(manager.company.house.reader.rows("select * from {party}")) == len(before) + 1


@given(st.lists(st.tuples(st.sampled_from(["EUR", "CHF", None]), CENTS, st.none() | CENTS), max_size=30))
def test_totals_are_the_sums_of_the_rows(rows: list[tuple[str | None, Decimal, Decimal | None]]) -> None:
    totals = Totals(("amount", "open"), "currency")
    for currency, amount, rest in rows:
        totals.add({"currency": currency, "amount": amount, "open": rest})
    assert totals.rows == len(rows)
    for currency in {row[0] for row in rows}:
        mine = [row for row in rows if row[0] == currency]
        assert totals.sums[currency]["amount"] == sum(row[1] for row in mine)
        assert totals.sums[currency]["open"] == sum(row[2] or 0 for row in mine)


@given(st.integers(0, 12), st.sampled_from([1, 2, 5]))
@settings(max_examples=20)
def test_the_total_does_not_depend_on_how_pages_are_cut(rows: int, at_once: int) -> None:
    def ask_page(asked: Page) -> dict[str, Any]:
        start = int(asked.after or 0)
        found = [{"n": Decimal(n)} for n in range(rows)][start : start + at_once]
        return {"items": found, "next": str(start + at_once) if start + at_once < rows else None}

    with table_rows.gathered(Page(), False, ask_page, Totals(("n",))) as kept:
        assert [row["n"] for row in kept] == list(range(rows))
        assert kept.totals.told()["sums"] == ([{"n": sum(range(rows))}] if rows else [])
    assert table_rows.summed(Page(limit=1), ask_page, Totals(("n",))).rows == rows


@pytest.mark.parametrize(
    ("value", "italian"),
    [
        (Decimal("1234.50"), "1.234,50"), (Decimal("-0.5"), "-0,5"), (12000, "12.000"), (True, "sì"), (None, ""),
        (date(2026, 3, 2), "02/03/2026"), ({"amount": "1200", "currency": "EUR"}, "1.200,00 EUR"), (["a", "b"], "a, b"),
    ],
)  # fmt: skip
def test_values_as_italians_write_them(value: Any, italian: str) -> None:
    assert text(value, "it") == italian


@given(CENTS)
def test_a_number_reads_back(value: Decimal) -> None:
    assert Decimal(number(value, "it").replace(".", "").replace(",", ".")) == value


def test_a_record_is_cut_into_fields_and_tables() -> None:
    lines = [{"code": "A", "amount": Decimal(1)}, {"code": "B", "amount": None}]
    data = {"name": "Rossi", "party_id": uuid4(), "lines": lines, "sites": {uuid4(): {"name": "Sede"}}, "empty": []}
    first, *rest = blocks_of(data, "Cliente", "en")
    assert (first.title, first.rows) == ("Cliente", [("name", "Rossi")])
    assert [(block.title, block.columns, len(block.rows)) for block in rest] == [
        ("Lines", ["code", "amount"], 2),
        ("Sites", ["name"], 1),
    ]


def test_tables_inside_rows_are_tables_that_say_whose_they_are() -> None:
    van, main = {"warehouse": "FUR1", "missing": 1}, {"warehouse": "MAG", "missing": 3}
    toner = {"article_id": uuid4(), "code": "TON", "description": "Toner", "places": [van, main]}
    drum = {"article_id": uuid4(), "code": "TAM", "description": "Tamburo", "places": []}
    suppliers = [
        {"supplier_id": uuid4(), "urgent": True, "supplier": "Alfa", "net": "27.40", "articles": [toner]},
        {"supplier_id": uuid4(), "urgent": False, "supplier": "Beta", "net": "0.00", "articles": [drum, toner]},
    ]
    first, articles, places = blocks_of(suppliers, "Proposals", "en")
    assert (first.columns, first.rows[0]) == (["urgent", "supplier", "net"], [True, "Alfa", "27.40"])
    assert (articles.title, articles.columns) == ("Proposals – Articles", ["supplier", "net", "code", "description"])
    assert articles.rows[1:] == [["Beta", "0.00", "TAM", "Tamburo"], ["Beta", "0.00", "TON", "Toner"]]
    assert places.columns == ["code", "description", "warehouse", "missing"]
    assert places.rows == [["TON", "Toner", "FUR1", 1], ["TON", "Toner", "MAG", 3]] * 2


def test_every_kind_of_code_is_known() -> None:
    assert {name for names in CODES.values() for name in names} <= _kinds().keys()


@pytest.mark.parametrize("view", [view for view in VIEWS if is_list(view)], ids=lambda view: view.name)
def test_what_a_list_declares_has_a_title(view: Any) -> None:
    declared = {*view.totals, *view.columns, *filter(None, [view.totals_per])}
    assert declared <= COLUMNS
    assert not {name for name in declared if name.endswith(("_percent", "_price", "percent"))}
    assert not any(is_hidden(name) for name in view.columns)


@pytest.mark.parametrize("model", READ_MODELS, ids=lambda model: model.NAME)
def test_every_column_of_a_read_model_has_a_title(model: Any) -> None:
    """What a table holds some list or sheet shows, today or tomorrow."""
    told = {column for table in model.TABLES for column in table.columns if not is_hidden(column)}
    assert told - COLUMNS - FIELDS == set(), "gateways/http/table_fields.py, then: make messages"


def test_whoever_a_filter_names_is_looked_up_where_they_are() -> None:
    tables = {table.name: set(table.columns) for model in READ_MODELS for table in model.TABLES}
    for column, sql in NAMED_BY.items():
        (table,) = re.findall(r"{(\w+)}", sql)
        assert {column.replace("customer_id", "party_id"), "name"} <= tables.get(table, set()), sql


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_code_that_a_view_filters_by_has_its_word(view: Any) -> None:
    """Filters name the codes of their columns: each is printed as a word."""
    for name, field in view.ask.model_fields.items():
        offered = [each for part in (field.annotation, *get_args(field.annotation)) for each in get_args(part)]
        codes = [each for each in offered if isinstance(each, str)]
        kinds = kinds_of(view, name)
        known = {member.value for kind in kinds for member in kind}
        assert not codes or name in NO_COLUMN or set(codes) <= known, (name, set(codes) - known)


def test_no_code_stands_on_an_italian_paper() -> None:
    """A sample of what lists show most: their words, not their codes."""
    views = {view.name: view for view in VIEWS}
    for name, column, code, italian in (
        ("due-ledger", "state", "overdue", "scaduta"), ("delivery-notes", "state", "invoiced", "fatturata"),
        ("sales-orders", "status", "placed", "confermato"), ("sales-orders", "fulfilment", "no_goods", "senza merce"),
        ("stock-movements", "kind", "moved_out", "trasferito in uscita"), ("rma-legs", "way", "waste", "rifiuto"),
        ("work-reports", "state", "to_sign", "da firmare"), ("mandates", "state", "revoked", "revocato"),
    ):  # fmt: skip
        assert text(code, "it", kinds_of(views[name], column)) == italian, (name, column)
