"""The charts there are (grafici): each asks views of key figures and says in Italian what it shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from aggregates.base import Refusal, require
from aggregates.rules.key_figures import AGE_NAMES, FirstTime
from gateways.charts.drawing import Chart, Series
from projections.base import Reader
from projections.catalog import WHO_SEES_FIGURES, WHO_SEES_MARGINS
from projections.key_figure_calls import FirstTimeFix
from projections.key_figures import FailureIntervals, failure_intervals, first_time_fix
from projections.key_figures_money import (
    AgentMonth,
    ContractRanking,
    TechnicianMonth,
    agent_month,
    contract_ranking,
    every,
    month_of,
    technician_month,
)
from projections.key_figures_open import Attainment, Backlog, attainment, backlog
from projections.margins import Margins, margins

MONTHS = 13
MOST = 500
WORST = 10
HUNDRED = Decimal(100)
CLOCKS = {
    "response": "Presa in carico",
    "on-site": "Intervento",
    "restore": "Ripristino",
    "resolve": "Risoluzione",
}
RESULTS = {
    FirstTime.FIXED: "Risolte alla prima visita",
    FirstTime.MORE_VISITS: "Più visite",
    FirstTime.UNSOLVED: "Non risolte",
    FirstTime.REOPENED: "Riaperte",
    FirstTime.CAME_BACK: "Guasto ripetuto",
    FirstTime.TOO_EARLY: "Da valutare",
    FirstTime.NO_VISIT: "Senza visita",
    FirstTime.NO_FAULT: "Senza guasto",
}
BANDS = dict(zip(AGE_NAMES, ("fino a 1", "da 2 a 7", "da 8 a 30", "da 31 a 90", "oltre 90"), strict=True))


class NoSuchChart(Refusal):
    """There is no chart named {name}; choose one of {known}."""

    status = 404


class Month(NamedTuple):
    """What a chart is about: the last month, and the day up to which it can be known."""

    first_on: date
    today: date

    @property
    def last_on(self) -> date:
        """The last day of the month, or today where the month is not over."""
        return min(month_of(self.first_on)[1], max(self.today, self.first_on))

    @property
    def trend(self) -> list[date]:
        """The first days of 13 months, this one last."""
        months = [self.first_on]
        while len(months) < MONTHS:
            months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
        return months

    @property
    def names(self) -> tuple[str, ...]:
        """The 13 months in short."""
        return tuple(f"{month:%m/%y}" for month in self.trend)


def money_trend(reader: Reader, month: Month) -> Chart:
    """Revenue, cost and margin of 13 months."""
    asked = Margins(by="month", from_on=month.trend[0], to_on=month.last_on, limit=MOST)
    rows = {row["name"]: row for row in every(reader, margins, asked)}
    series = (("Ricavi", "revenue"), ("Costi", "cost"), ("Margine", "margin"))
    return Chart(
        "margin",
        "Ricavi, costi e margine per mese",
        "Ricavi di competenza e costi rilevati di tredici mesi, in euro senza IVA.",
        "bars",
        "euro senza IVA",
        month.names,
        tuple(Series(name, _of(rows, month, column)) for name, column in series),
    )


def first_time_trend(reader: Reader, month: Month) -> Chart:
    """The percentage of first-time fix of 13 months."""
    rows = _first_times(reader, month)
    return Chart(
        "first-time-fix",
        "Chiamate risolte alla prima visita",
        "Percentuale sulle chiamate chiuse nel mese e già valutabili.",
        "line",
        "% delle chiamate valutate",
        month.names,
        (Series("Risolte alla prima visita", _of(rows, month, "percent")),),
        HUNDRED,
    )


def first_time_results(reader: Reader, month: Month) -> Chart:
    """What became of the calls closed in 13 months."""
    rows = _first_times(reader, month)
    return Chart(
        "first-time-results",
        "Esito delle chiamate chiuse per mese",
        "Numero di chiamate correttive chiuse, per esito della prima visita.",
        "stacked",
        "chiamate",
        month.names,
        tuple(Series(name, _of(rows, month, result.value)) for result, name in RESULTS.items()),
    )


def _first_times(reader: Reader, month: Month) -> dict[Any, Any]:
    asked = FirstTimeFix(from_on=month.trend[0], to_on=month.last_on, limit=MOST)
    return {row["key"]: row for row in every(reader, first_time_fix, asked)}


def attainment_trend(reader: Reader, month: Month) -> Chart:
    """Clocks met of 13 months, one line for each kind of clock."""
    found = every(reader, attainment, Attainment(from_on=month.trend[0], to_on=month.last_on, limit=MOST))
    clocks = dict.fromkeys(row["clock"] for row in found)
    series = (
        Series(
            CLOCKS.get(clock, clock), _of({row["key"]: row for row in found if row["clock"] == clock}, month, "percent")
        )
        for clock in clocks
    )
    return Chart(
        "attainment",
        "Livelli di servizio rispettati",
        "Percentuale dei tempi rispettati su quelli decisi, per mese di apertura della chiamata.",
        "line",
        "% dei tempi decisi",
        month.names,
        tuple(series),
        HUNDRED,
    )


def backlog_ages(reader: Reader, month: Month) -> Chart:
    """Open calls at the end of the month by their age."""
    rows = every(reader, backlog, Backlog(by="priority", on=month.last_on, limit=MOST))
    columns = [f"days_{name.replace('-', '_').replace('+', '_and_more')}" for name in AGE_NAMES]
    counted = tuple(Decimal(sum(row[column] for row in rows)) for column in columns)
    return Chart(
        "backlog",
        f"Chiamate aperte al {month.last_on:%d/%m/%Y} per età",
        "Numero di chiamate ancora aperte, per giorni dall'apertura.",
        "bars",
        "chiamate, per giorni dall'apertura",
        tuple(BANDS.values()),
        (Series("Chiamate aperte", counted),),
    )


def workload_of_month(reader: Reader, month: Month) -> Chart:
    """Hours of technicians: available, planned, performed."""
    rows = every(reader, technician_month, TechnicianMonth(month=month.first_on, limit=MOST))
    columns = (("Disponibili", "capacity_minutes"), ("Pianificate", "planned_minutes"), ("Svolte", "performed_minutes"))
    return Chart(
        "workload",
        f"Ore dei tecnici in {month.first_on:%m/%Y}",
        "Ore disponibili, pianificate e svolte di ogni tecnico.",
        "bars",
        "ore",
        tuple(row["technician_name"] for row in rows),
        tuple(Series(name, tuple(_hours(row[column]) for row in rows)) for name, column in columns),
    )


def contracts_of_month(reader: Reader, month: Month) -> Chart:
    """The contracts with the worst margins of the month."""
    asked = ContractRanking(from_on=month.first_on, to_on=month.last_on, limit=WORST + 1)
    rows = [row for row in contract_ranking(reader, asked)["items"] if row["key"]][:WORST]
    return Chart(
        "contracts",
        f"Contratti con il margine più basso, {month.first_on:%m/%Y}",
        "Ricavi di competenza meno costi, in euro.",
        "bars",
        "euro senza IVA",
        tuple(row["name"] or "bozza" for row in rows),
        (Series("Margine", tuple(row["margin"] for row in rows)),),
    )


def failures_by_product(reader: Reader, month: Month) -> Chart:
    """Models that fail most often, over 13 months."""
    asked = FailureIntervals(by="product", from_on=month.trend[0], to_on=month.last_on, limit=WORST, sort="mean_days")
    rows = failure_intervals(reader, asked)["items"]
    return Chart(
        "failures",
        "Giorni tra un guasto e il successivo, per modello",
        "Media dei giorni di calendario in servizio tra due chiamate correttive sulla stessa macchina.",
        "bars",
        "giorni, media di tredici mesi",
        tuple(row["name"] or "senza modello" for row in rows),
        (Series("Giorni tra guasti", tuple(row["mean_days"] for row in rows)),),
    )


def agents_of_month(reader: Reader, month: Month) -> Chart:
    """What agents earned in the month."""
    rows = every(reader, agent_month, AgentMonth(month=month.first_on, limit=MOST))
    return Chart(
        "agents",
        f"Provvigioni degli agenti, {month.first_on:%m/%Y}",
        "Provvigione maturata nel mese, in euro.",
        "bars",
        "euro",
        tuple(row["code"] for row in rows),
        (Series("Provvigione", tuple(row["commission"] for row in rows)),),
    )


class Named(NamedTuple):
    """A chart of the catalogue."""

    make: Callable[[Reader, Month], Chart]
    roles: frozenset[str]


CHARTS: dict[str, Named] = {
    "agents": Named(agents_of_month, WHO_SEES_MARGINS),
    "attainment": Named(attainment_trend, WHO_SEES_FIGURES),
    "backlog": Named(backlog_ages, WHO_SEES_FIGURES),
    "contracts": Named(contracts_of_month, WHO_SEES_MARGINS),
    "failures": Named(failures_by_product, WHO_SEES_FIGURES),
    "first-time-fix": Named(first_time_trend, WHO_SEES_FIGURES),
    "first-time-results": Named(first_time_results, WHO_SEES_FIGURES),
    "margin": Named(money_trend, WHO_SEES_MARGINS),
    "workload": Named(workload_of_month, WHO_SEES_FIGURES),
}


def named(name: str) -> Named:
    """A chart by its name. Raises `NoSuchChart`."""
    require(name in CHARTS, NoSuchChart, name=name[:60], known=", ".join(CHARTS))
    return CHARTS[name]


def _of(rows: dict[Any, Any], month: Month, column: str) -> tuple[Decimal | None, ...]:
    found = (rows.get(f"{day:%Y-%m}") for day in month.trend)
    return tuple(None if row is None or row[column] is None else Decimal(row[column]) for row in found)


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))
