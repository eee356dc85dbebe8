"""Charts and the manager's month: for whom, what they refuse, and that their numbers are those of the views."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from starlette.testclient import TestClient

from aggregates import roles
from gateways.charts.drawing import Chart, Series, svg
from gateways.charts.month import euro, figures_of, month_asked
from gateways.charts.named import CHARTS, Month
from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, visitor
from tests.projections.test_key_figures import busy
from tests.projections.test_margins import house, priced

__all__ = ["busy", "house", "priced"]
MARCH = Month(date(2026, 3, 1), date(2026, 9, 1))
SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawn: bytes | str) -> ElementTree.Element:
    return ElementTree.fromstring(drawn)  # noqa: S314 - drawn by ourselves


@pytest.fixture
def leader(busy: Company, client: TestClient) -> Visitor:
    return visitor(client, busy, roles.MANAGER)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(page.get_textpage().get_text_range() for page in document)


def test_every_chart_is_drawn_and_told(leader: Visitor) -> None:
    for name in CHARTS:
        answer = leader.get(f"/charts/{name}.svg", month="2026-03")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        root = parsed(answer.content)
        title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert told is not None
        assert title.text
        assert told.text
        assert not re.search(rb"href|url\(|<script|<style", answer.content)
        assert answer.content == leader.get(f"/charts/{name}.svg", month="2026-03").content
    picture = leader.get("/charts/margin.png", month="2026-03")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.content == leader.get("/charts/margin.png", month="2026-03").content


def test_what_is_no_chart_or_no_month_is_refused(leader: Visitor, busy: Company, client: TestClient) -> None:
    assert leader.get("/charts/nothing.svg").json()["code"] == "no-such-chart"
    for wrong in ("2026-13", "marzo", "2026-03-01", "0000-01"):
        assert leader.get("/charts/margin.svg", month=wrong).json()["code"] == "month-wrong"
    assert leader.get("/reports/monthly", month="2199-01").json()["code"] == "month-not-begun"
    gino = visitor(client, busy, roles.TECHNICIAN)
    auditor = visitor(client, busy, roles.AUDITOR)
    assert gino.get("/charts/backlog.svg").status_code == 403
    assert auditor.get("/charts/backlog.svg").status_code == 200
    assert auditor.get("/charts/margin.svg").status_code == 403
    assert auditor.get("/reports/monthly").status_code == 403


def test_the_months_report_says_what_the_views_say(leader: Visitor, busy: Company) -> None:
    answer = leader.get("/reports/monthly", month="2026-03")
    assert answer.headers["content-type"] == "application/pdf"
    text = text_of(answer.content)
    whole = busy.ask("margins", by="month", from_on="2026-03-01", to_on="2026-03-31")["whole"]
    assert whole["cost"] > 0
    for name in ("revenue", "cost", "margin"):
        assert euro(whole[name]).replace("-", "") in text.replace("\u2212", "-").replace("-", "")
    [fix] = busy.ask("first-time-fix", from_on="2026-03-01", to_on="2026-03-31")["items"]
    assert f"su {fix['judged']} chiamate valutate" in text
    figures = figures_of(busy.house.reader, MARCH)
    assert figures.whole == whole
    assert figures.fixes == [fix]
    assert sum(row["performed_minutes"] for row in figures.hours) == 4 * 90 + 2 * 60


def test_a_company_at_its_beginning_has_a_report(company: Company, client: TestClient) -> None:
    answer = visitor(client, company, roles.MANAGER).get("/reports/monthly", month="2026-03")
    assert "Nessun dato" in text_of(answer.content)


def test_months_are_read() -> None:
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    assert month_asked("", at) == Month(date(2026, 4, 1), date(2026, 4, 1))
    assert month_asked("2026-02", at).last_on == date(2026, 2, 28)
    trend = month_asked("2026-02", at).trend
    assert (trend[0], trend[-1], len(trend)) == (date(2025, 2, 1), date(2026, 2, 1), 13)


@pytest.mark.parametrize("kind", ["line", "bars", "stacked"])
def test_drawings_take_any_words_and_numbers(kind: Any) -> None:
    """Names are escaped; negative, missing and huge values stay inside the picture."""
    values = (Decimal("-1234567.89"), None, Decimal("0"), Decimal("98765432.10"))
    names = ("<script>", 'Rossi & "Figli"', "a\x00b", "x" * 300)
    drawn = svg(Chart("x", "T", "D", kind, "euro", names, (Series("Uno", values), Series("Due", values))))
    root = parsed(drawn)
    assert root.find(f".//{SVG}script") is None
    for rect in root.iter(f"{SVG}rect"):
        top = float(rect.get("y", "0"))
        assert 0 <= top <= top + float(rect.get("height", "0")) <= 320.1


def test_a_bar_is_as_high_as_its_value() -> None:
    values = tuple(map(Decimal, (10, 20, 40)))
    root = parsed(svg(Chart("x", "T", "D", "bars", "u", ("a", "b", "c"), (Series("S", values),))))
    heights = [float(rect.get("height", "0")) for rect in root.iter(f"{SVG}rect") if len(rect)]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert heights[2] == pytest.approx(4 * heights[0], abs=0.2)
