"""Charts and the month's report over HTTP (grafici, rapporto mensile): made when asked for, not kept."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from aggregates.base import Refusal
from gateways.charts.drawing import svg
from gateways.charts.month import month_asked, report
from gateways.charts.named import CHARTS, Month, named
from gateways.charts.picture import png
from gateways.http.auth import check_role
from gateways.http.downloads import headers_of_file
from gateways.http.endpoints import Endpoint, Endpoints, guarded
from gateways.http.openapi_parts import COMPANY, READING, answer, refusals, with_roles
from gateways.http.requests import now
from gateways.wiring import Installation
from projections.catalog import WHO_SEES_FIGURES, WHO_SEES_MARGINS

CHART = "/v1/{company}/charts/{name}"
REPORT = "/v1/{company}/reports/monthly"
SVG, PNG, PDF = "image/svg+xml", "image/png", "application/pdf"


class MonthWrong(Refusal):
    """{month} is no month; write it as 2026-03."""

    status = 422


def mount(app: FastAPI, installation: Installation, endpoints: Endpoints) -> None:
    """Add the routes."""
    routes = _Charts(installation, endpoints)
    app.router.add_route(f"{CHART}.svg", routes.of(routes.drawing), methods=["GET"])
    app.router.add_route(f"{CHART}.png", routes.of(routes.picture), methods=["GET"])
    app.router.add_route(REPORT, routes.of(routes.month), methods=["GET"])


class _Charts:
    def __init__(self, installation: Installation, endpoints: Endpoints) -> None:
        self._installation = installation
        self._endpoints = endpoints

    def of(self, make: Any) -> Endpoint:
        """An endpoint that works in a thread."""

        async def answered(request: Request) -> Response:
            response: Response = await run_sync(make, request)
            return response

        return guarded(answered)

    def drawing(self, request: Request) -> Response:
        """GET: a chart as SVG."""
        return _file(f"{_name(request)}.svg", svg(self._chart(request)).encode(), SVG)

    def picture(self, request: Request) -> Response:
        """GET: a chart as PNG."""
        made = png(self._chart(request), self._installation.press.typeset)
        return _file(f"{_name(request)}.png", made, PNG)

    def month(self, request: Request) -> Response:
        """GET: the month's report."""
        house = self._endpoints.house(request)
        check_role(self._endpoints.caller(request, house), WHO_SEES_MARGINS)
        at = now()
        month, press = _month(request, at), self._installation.press
        with house.reader.snapshot() as reader:
            pdf = report(reader, house.company_id, month, at, press.typeset, self._installation.archive)
        return _file(f"rapporto-{month.first_on:%Y-%m}.pdf", pdf, PDF)

    def _chart(self, request: Request) -> Any:
        house = self._endpoints.house(request)
        caller = self._endpoints.caller(request, house)
        check_role(caller, WHO_SEES_FIGURES)
        chart = named(_name(request))
        check_role(caller, chart.roles)
        with house.reader.snapshot() as reader:
            return chart.make(reader, _month(request, now()))


def _file(name: str, made: bytes, media_type: str) -> Response:
    return Response(made, media_type=media_type, headers=headers_of_file(name, sha256(made).hexdigest()))


def _name(request: Request) -> str:
    return str(request.path_params["name"])


def _month(request: Request, at: datetime) -> Month:
    text = request.query_params.get("month", "")
    try:
        return month_asked(text, at)
    except ValueError as error:
        raise MonthWrong(month=text[:20]) from error


def describe() -> dict[str, dict[str, Any]]:
    """The OpenAPI paths of these routes."""
    month = {
        "name": "month",
        "in": "query",
        "description": "As 2026-03; left out, this month.",
        "schema": {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
    }
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "enum": list(CHARTS)}}

    def read(operation: str, tag: str, text: str, media: str, roles: frozenset[str], *more: Any) -> dict[str, Any]:
        return {
            "get": {
                "operationId": operation,
                "tags": [tag],
                "summary": text,
                "description": with_roles("Made when asked for, not kept; its words are Italian.", roles),
                "x-roles": sorted(roles),
                "parameters": [COMPANY, *more, month],
                "responses": {"200": answer("The file.", {"type": "string"}, media), **refusals(READING)},
            }
        }

    return {
        f"{CHART}.svg": read("chart_svg", "charts", "A chart as SVG.", SVG, WHO_SEES_FIGURES, name),
        f"{CHART}.png": read("chart_png", "charts", "A chart as PNG.", PNG, WHO_SEES_FIGURES, name),
        REPORT: read("monthly_report", "reports", "The manager's month as PDF.", PDF, WHO_SEES_MARGINS),
    }
