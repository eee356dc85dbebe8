"""Price changes as lists, the preview of all contracts, indices as published; folded twice, the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from projections.adjustment_preview import ChangeIncomplete
from projections.adjustments import Adjustments
from projections.base import MemoryRows
from projections.index_series import PublishedIndices
from tests.commands.test_adjustment import DEC_2024, DEC_2025, contract, foi, loaded, renew
from tests.contract_steps import C4, IMMOBILIARE, K1, K2, ROSSI, draft, due, founded, signed, tick
from tests.dsl import Company, do
from tests.projections.folded import every_row

K3 = UUID("a3000000-0000-0000-0000-000000000003")
DAY = "2026-01-20"


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE, foi(DEC_2024, DEC_2025))
    return company


def preview(firm: Company, **asked: Any) -> list[dict[str, Any]]:
    return list(firm.ask("adjustment-preview", on=DAY, **asked)["items"])


def test_the_preview_is_what_is_then_made(firm: Company) -> None:
    contract(firm)
    contract(firm, K2, adjustment={"share_percent": "100", "precision": "ratio"})
    tried = firm.ask("adjustment-preview", on=DAY, way="index")
    assert [str(item["difference"]) for item in tried["items"]] == ["9.90", "12.98"]
    assert str(tried["totals"]["new"]) == "2422.88"
    assert "FOI 2024-12 120,2 → 2025-12 121,5" in tried["items"][0]["formula"]
    position = firm.house.log.position()
    ids = [item["contract_id"] for item in tried["items"]]
    made = firm.do("adjust-contracts", at=f"{DAY}T09:00", contract_ids=ids, change=tried["change"])
    assert firm.house.log.position() == position + 2
    assert [Decimal(each["new"]) for each in made["adjusted"]] == [item["new"] for item in tried["items"]]
    assert [item["code"] for item in preview(firm, way="index")] == ["unchanged", "unchanged"]


def test_terms_may_be_given_in_the_question(firm: Company) -> None:
    contract(firm)
    (item,) = preview(firm, way="index", share_percent="100", series="foi")
    assert str(item["new"]) == "1213.20"
    (item,) = preview(firm, way="percent", percent="-10", from_on="2026-03-01")
    assert (str(item["from_on"]), str(item["new"])) == ("2026-03-01", "1080.00")
    assert [str(line["new"]) for line in item["lines"]] == ["630.00", "300.00", "150.00"]


def test_what_cannot_be_adjusted_says_why_and_is_not_in_the_sums(firm: Company) -> None:
    contract(firm)
    contract(firm, K2, adjustment=None)
    contract(firm, K3, adjustment={"series": "NIC"})
    firm.execute(draft(UUID(int=9)))
    assert [item["code"] for item in preview(firm, way="index")] == [
        None,
        "adjustment-terms-missing",
        "index-not-known",
    ]
    totals = firm.ask("adjustment-preview-totals", on=DAY, way="index")
    assert (totals["contracts"], str(totals["difference"])) == (1, "9.90")
    assert totals["refused"] == {"adjustment-terms-missing": 1, "index-not-known": 1}
    with pytest.raises(ChangeIncomplete):
        preview(firm, way="percent")


def test_the_preview_is_paged_and_filtered(firm: Company) -> None:
    contract(firm)
    contract(firm, K2, customer_id=C4, kind="maintenance")
    assert [item["contract_id"] for item in preview(firm, way="index", customer_id=C4)] == [K2]
    assert [item["contract_id"] for item in preview(firm, way="index", kind="flat_fee")] == [K1]
    assert preview(firm, way="index", expires_by="2026-01-30") == []
    first = firm.ask("adjustment-preview", on=DAY, way="index", limit=1)
    second = firm.ask("adjustment-preview", on=DAY, way="index", limit=1, after=first["next"])
    assert [item["contract_id"] for page in (first, second) for item in page["items"]] == [K1, K2]


def test_made_changes_are_listed_with_their_reasons(firm: Company) -> None:
    contract(firm)
    firm.execute(renew())
    (row,) = firm.ask("adjustments", contract_id=K1)["items"]
    assert (str(row["old"]), str(row["new"]), row["way"]) == ("1200.00", "1209.90", "index")
    assert [each["month"] for each in row["index_rows"]] == ["2024-12", "2025-12"]
    assert row["customer"] == "Rossi Gilbo"
    assert firm.ask("adjustments", from_on="2026-02-02")["items"] == []


def test_the_duty_settles_what_waited_and_then_finds_nothing(firm: Company) -> None:
    contract(firm, adjustment={"series": "NIC"})
    firm.execute(renew())
    assert tick(firm, "settle-adjustments", "2026-02-02T06:00") == 0
    (row,) = firm.ask("provisional-adjustments")["items"]
    assert (row["is_ready"], row["series"]) == (False, ["NIC"])
    rows = [DEC_2024, DEC_2025]
    firm.execute(do("start-index-series", at="2026-03-01T09:00", code="NIC", name="NIC", rows=rows))
    assert tick(firm, "settle-adjustments", "2026-03-02T06:00") == 1
    assert tick(firm, "settle-adjustments", "2026-03-02T07:00") == 0
    assert [row["is_provisional"] for row in firm.ask("adjustments")["items"]] == [True, False]


def test_an_adjusted_fee_is_due_from_its_day(firm: Company) -> None:
    signed(firm, starts_on="2025-02-01", alignment="none", notice={"days": 0}, index_share_percent="100")
    firm.execute(renew())
    assert due(firm, "2026-02-01")[1:] == [("2026-02-01", "2027-01-31", "1213.20")]


def test_indices_are_listed_with_corrections(firm: Company) -> None:
    firm.execute(loaded({**DEC_2025, "month": "2026-01", "value": "121.9", "published_on": "2026-02-17"}))
    firm.do("correct-index-row", code="FOI", row={**DEC_2025, "value": "121.6"}, reason="Errata corrige")
    (series,) = firm.ask("index-series")["items"]
    assert (series["code"], series["last_month"], series["loaded"]) == ("FOI", "2026-01", 4)
    now = firm.ask("index-rows", code="foi", from_month="2025-01")["items"]
    assert [(row["month"], str(row["value"])) for row in now] == [("2025-12", "121.6"), ("2026-01", "121.9")]
    rows = firm.ask("index-rows", code="foi", from_month="2025-12", all_rows=True)["items"]
    assert [(str(row["value"]), row["is_current"]) for row in rows] == [
        ("121.5", False),
        ("121.6", True),
        ("121.9", True),
    ]


@pytest.mark.parametrize("model", [Adjustments, PublishedIndices])
def test_folded_again_from_the_beginning_it_is_the_same(firm: Company, model: Any) -> None:
    contract(firm, adjustment={"series": "NIC"})
    firm.execute(renew())
    firm.fold()
    again = MemoryRows()
    for recorded in firm.house.recorded_after(0):
        model().fold(recorded, again)
    for table in model.TABLES:
        kept = firm.house.reader.rows(f"select * from {{{table.name}}}")
        mine = [row for _, row in every_row([table], again)]
        plain = [{name: row[name] for name in table.columns} for row in kept]
        assert sorted(plain, key=lambda row: str(table.key_of(row))) == mine
        assert mine
