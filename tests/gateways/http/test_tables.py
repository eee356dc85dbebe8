"""Lists as CSV: every list, all pages, plain values, nothing that a spreadsheet would carry out."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from aggregates.values import Money
from gateways.http.reserved import fields_of
from gateways.http.tables import CSV, JSON, is_list, preferred
from gateways.http.tables_csv import cell
from projections.catalog import VIEWS
from tests.contract_steps import C1, K1, ROSSI, founded, signed
from tests.gateways.http.test_commands import errors, problem
from tests.gateways.http.visitors import Visitor, visitor

LISTS = [view for view in VIEWS if is_list(view)]
NEEDED = {"code": "FOI", "method": "riba", "at": "2026-01-01T09:00:00+01:00"}


def read(answer: Any) -> list[dict[str, str]]:
    """The rows of a table."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith("\ufeff".encode())
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("view", LISTS, ids=lambda view: view.name)
def test_every_list_is_a_table_too(onlooker: Visitor, view: Any) -> None:
    """What is not a list, or lacks a parameter, would answer JSON or a problem."""
    everybody = visitor(onlooker.client, onlooker.company, *sorted(view.roles))
    path = view.path
    asked: dict[str, Any] = {}
    for name, field in view.ask.model_fields.items():
        value = "2026-01-01" if field.annotation is date else NEEDED.get(name, str(uuid4()))
        if name in fields_of(view.path):
            path = path.replace(f"{{{name}}}", value)
        elif field.is_required():
            asked[name] = value
    read(everybody.get(path, format="csv", **asked))
    read(everybody.get(path, headers={"accept": "text/csv"}, **asked))
    assert everybody.get(path, format="xlsx", **asked).content.startswith(b"PK")
    assert everybody.get(path, format="pdf", **asked).content.startswith(b"%PDF")
    totals = everybody.get(path, totals="true", **asked).json()["data"]["totals"]
    assert all(set(sums) == {*view.totals, *filter(None, [view.totals_per])} for sums in totals["sums"])


def test_all_pages_are_one_table(manager: Visitor) -> None:
    for number in range(7):
        manager.company.do("register-party", code=f"P{number}", name=f"Cliente; «{number}»", role="prospect")
    rows = read(manager.get("/parties", format="csv", sort="code"))
    assert [(row["code"], row["name"]) for row in rows] == [(f"P{n}", f"Cliente; «{n}»") for n in range(7)]
    first = manager.get("/parties", format="csv", limit=5, sort="code")
    rest = manager.get("/parties", format="csv", limit=5, sort="code", after=first.headers["x-next"])
    assert [row["code"] for answer in (first, rest) for row in read(answer)] == [f"P{n}" for n in range(7)]
    assert "x-next" not in rest.headers
    assert first.headers["content-disposition"] == 'attachment; filename="parties.csv"'


def test_more_than_a_page_at_once_is_read_to_its_end(manager: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateways.http.table_rows.AT_ONCE", 2)
    monkeypatch.setattr("gateways.http.table_rows.IN_MEMORY", 10)
    for number in range(5):
        manager.company.do("register-party", code=f"P{number}", name="Rossi", role="prospect")
    assert len(read(manager.get("/parties", format="csv"))) == 5


def test_values_are_for_machines(manager: Visitor) -> None:
    manager.company.given(founded(manager.company), ROSSI)
    signed(manager.company, starts_on="2026-01-01")
    (row,) = read(manager.get("/billing-due", format="csv", on="2026-01-01"))
    assert (row["contract_id"], row["starts_on"], row["amount"]) == (str(K1), "2026-01-01", "1200.00")
    (row,) = read(manager.get("/what-if", format="csv", on="2026-01-01", fee_percent="-10"))
    assert (row["customer_id"], row["difference"], row["unknown"]) == (str(C1), "-120.00", "[]")


def test_a_formula_is_only_a_text(manager: Visitor) -> None:
    for n, name in enumerate(('=HYPERLINK("http://x")', "+39 0543", "-1+1", "@x", "Rossi = C.", "\t=1")):
        manager.company.do("register-party", code=f"P{n}", name=name, role="prospect")
    names = [row["name"] for row in read(manager.get("/parties", format="csv", sort="code"))]
    assert names[:5] == ['\'=HYPERLINK("http://x")', "'+39 0543", "'-1+1", "'@x", "Rossi = C."]
    assert not any(name.lstrip().startswith(("=", "+", "-", "@")) for name in names)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""), (True, "true"), (Decimal("-1E+2"), "-100"), (Decimal("351.780"), "351.780"), (-3, "-3"),
        ("-4.00", "-4.00"), (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00Z"),
        (UUID(int=1), str(UUID(int=1))), ({"a": [Decimal("1.10")]}, '{"a":["1.10"]}'),
        (Money(amount=Decimal("1.10")), '{"amount":"1.10","currency":"EUR"}'),
    ],
)  # fmt: skip
def test_a_cell(value: Any, shown: str) -> None:
    assert cell(value) == shown


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    begins = cell(text).lstrip()[:1]
    is_number = text.lstrip("-").replace(".", "", 1).isdecimal()
    assert begins not in ("=", "+", "@", "-") or is_number


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON), ("*/*", JSON), ("text/csv", CSV), ("text/*", CSV), ("text/csv;q=0.5, application/json", JSON),
        ("text/csv, application/json;q=0.9", CSV), ("text/csv;q=x, */*;q=0.1", JSON), ("text/html, */*;q=0.8", JSON),
    ],
)  # fmt: skip
def test_which_answer_is_liked_best(accept: str, media: str) -> None:
    scope = {"type": "http", "headers": [(b"accept", accept.encode())]}
    assert preferred(Request(scope), JSON, CSV) == media


def test_what_is_wrong_is_a_problem_and_no_table(manager: Visitor) -> None:
    problem(manager.get("/parties", format="csv", sort="no_such_column"), 422, "sort-unknown")
    assert errors(manager.get("/parties", format="xls")) == {"format": "literal_error"}
    problem(manager.get(f"/parties/{uuid4()}", format="csv"), 404, "record-not-found")
    assert json.loads(manager.get("/parties", format="json").content)["data"]["items"] == []


def test_the_report_on_service_levels_is_a_table(manager: Visitor, party_id: UUID) -> None:
    """Percentages, counts and the group's name, as a spreadsheet takes them."""
    manager.company.do("open-call", at="2026-12-04T16:45", party_id=party_id, fault="Perde")
    asked: dict[str, Any] = {"from_on": "2026-12-01", "to_on": "2026-12-31", "by": "customer", "format": "csv"}
    answer = manager.get("/service-level-report", **asked)
    assert answer.headers["content-type"].startswith("text/csv")
    head, *rows = answer.text.lstrip("\ufeff").splitlines()
    assert {"key", "name", "clock", "met", "breached", "percent_in_time"} <= set(head.replace('"', "").split(";"))
    assert rows
    assert all("Rossi Gilbo" in row for row in rows)
