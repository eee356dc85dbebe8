"""The recipes of the page for analysts run as they stand there and say what the views say."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateways.export.folder import Asked, export
from gateways.http import exports
from gateways.http.auth import Doorkeeper
from gateways.http.endpoints import Endpoints
from gateways.wiring import Installation
from tests.contract_steps import K1
from tests.dsl import Company
from tests.gateways.export.figures import with_figures

PAGE = Path("docs/how-to/analyse.md").read_text("utf-8")
RECIPES = dict(re.findall(r"^##+ ([^\n]+)\n(?:(?!^##).)*?```sql\n(.*?)```", PAGE, re.M | re.S))


@pytest.fixture(scope="module")
def analysed(installation: Installation) -> Company:
    """A company with figures."""
    company = with_figures(installation)
    company.fold()
    return company


def test_recipes_say_what_the_views_say(analysed: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Margin, invoices, service levels, arrears, parts, contracts: each query of the page, against a view."""
    export(analysed.behind, tmp_path, Asked())
    monkeypatch.chdir(tmp_path)
    duck = duckdb.connect()
    recipes = dict(RECIPES)
    duck.execute(recipes.pop("Ask with DuckDB"))
    found: dict[str, list[dict[str, Any]]] = {}
    for title, sql in recipes.items():
        asked = duck.execute(sql)
        names = [column[0] for column in asked.description or ()]
        found[title] = [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
    assert len(found) == 8

    months = {row["key"]: (row["revenue"], row["cost"]) for row in analysed.ask("margins", by="month")["items"]}
    assert {f"{row['month']:%Y-%m}": (row["earned"], row["cost"]) for row in found["Margin by month"]} == {
        key[:7]: pair for key, pair in months.items()
    }
    invoices = analysed.ask("invoices", state="issued", limit=500)["items"]
    assert sum(row["taxable"] for row in found["Invoiced by month"]) == sum(row["taxable"] for row in invoices)
    assert sum(row["vat"] for row in found["Invoiced by month"]) == sum(row["tax"] for row in invoices)

    clocks = [row["result"] for row in analysed.ask("mart-service-clocks", limit=500)["items"]]
    kept = found["Service levels kept"]
    assert [sum(row[name] for row in kept) for name in ("met", "missed")] == [
        clocks.count("met"),
        clocks.count("missed"),
    ]
    arrears = analysed.ask("customers-in-arrears", on="2027-01-01")["items"]
    assert [row["overdue"] for row in found["Who owes most"]] == [row["overdue"] for row in arrears]
    assert arrears[0]["overdue"] > 0
    assert [(row["code"], row["quantity"], row["cost"]) for row in found["Parts that are used"]] == [
        ("FUS", Decimal(1), Decimal("58.10"))
    ]
    [contract] = found["What a contract earns"]
    [row] = [row for row in analysed.ask("margins", by="contract")["items"] if row["key"] == str(K1)]
    assert (contract["earned"], contract["margin"]) == (row["revenue"], row["margin"])
    quarters = found["Costs by quarter, and by day worked"]
    assert sum(row["cost"] for row in quarters) == sum(cost for _, cost in months.values()) > 0
    assert all(row["days_worked"] > 0 for row in quarters)
    assert [(row["began"], row["contracts"]) for row in found["How long contracts stay"]] == [(2026, 1)]


class Door(Doorkeeper):
    """Users are not looked up."""

    def _active(self, *_: Any) -> bool:
        return True


@pytest.mark.parametrize(
    ("role", "asked", "status"),
    [
        ("accountant", "format=csv&tables=mart_invoice_line,dim_customer", 200),
        ("manager", "format=xml", 422),
        ("manager", "tables=fact", 422),
        ("auditor", "", 403),
        ("billing", "", 403),
    ],
)
def test_the_zip_over_http(analysed: Company, role: str, asked: str, status: int) -> None:
    """Those who answer for the money get all files; again only when something has changed."""
    house = analysed.behind
    door = Door(analysed.installation.secret("token_key"))
    app = FastAPI()
    exports.mount(app, Endpoints(analysed.installation, door))
    token = door.token("u1", {str(house.company_id): frozenset({role})})
    client, headers = TestClient(app), {"authorization": f"Bearer {token}"}
    path = f"/v1/{house.slug}/mart/export?{asked}"
    answer = client.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        return
    again = client.get(path, headers={**headers, "if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers=headers).content == answer.content
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "mart_invoice_line/2026-01.csv" in names
    assert "manifest.json" in names
