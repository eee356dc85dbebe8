"""The manager's month (rapporto mensile): figures, charts and tables on paper, each number that of its view.

All is read in one snapshot. The words are Italian, as on every printed document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal

from aggregates.base import Refusal
from aggregates.values import ROME, rome_date
from gateways.charts import named
from gateways.charts.drawing import Chart, svg
from gateways.charts.named import CLOCKS, MOST, Month
from gateways.documents.archive import Archive
from gateways.documents.glyphs import FONTS
from gateways.documents.own_head import own_head
from gateways.documents.renderer import TEMPLATES, Typeset, printable
from gateways.documents.typesetter import Job, TypesettingFailed
from projections.arrears import CustomersInArrears, customers_in_arrears
from projections.base import Reader, Row
from projections.key_figure_calls import FirstTimeFix
from projections.key_figures import RepairTimes, first_time_fix, repair_times
from projections.key_figures_money import (
    AgentMonth,
    ContractRanking,
    TechnicianMonth,
    agent_month,
    contract_ranking,
    every,
    technician_month,
)
from projections.key_figures_open import Attainment, Backlog, attainment, backlog

FEW = 8
NOTHING = Decimal("0.00")
LEFT, RIGHT = "left", "right"


class ReportUnprintable(Refusal):
    """The month's report cannot be printed: {reason}. Ask an administrator."""

    status = 422


class MonthNotBegun(Refusal):
    """The month {month} has not begun; ask for this one or an earlier one."""

    status = 422


class Figures(NamedTuple):
    """What the views answered for the month."""

    whole: Row
    contracts: list[Row]
    fixes: list[Row]
    repairs: list[Row]
    clocks: list[Row]
    open_calls: list[Row]
    hours: list[Row]
    arrears: list[Row]
    agents: list[Row]


def figures_of(reader: Reader, month: Month) -> Figures:
    """All numbers of the report. Raises `MonthNotBegun`."""
    if month.first_on > month.today:
        raise MonthNotBegun(month=f"{month.first_on:%Y-%m}")
    days: dict[str, Any] = {"from_on": month.first_on, "to_on": month.last_on, "limit": MOST}
    ranking = ContractRanking(**days)
    return Figures(
        whole=contract_ranking(reader, ranking)["whole"],
        contracts=[row for row in every(reader, contract_ranking, ranking) if row["key"]],
        fixes=first_time_fix(reader, FirstTimeFix(**days))["items"],
        repairs=repair_times(reader, RepairTimes(**days))["items"],
        clocks=attainment(reader, Attainment(**days))["items"],
        open_calls=every(reader, backlog, Backlog(on=month.last_on, limit=MOST)),
        hours=every(reader, technician_month, TechnicianMonth(month=month.first_on, limit=MOST)),
        arrears=every(reader, customers_in_arrears, CustomersInArrears(on=month.last_on, limit=MOST)),
        agents=every(reader, agent_month, AgentMonth(month=month.first_on, limit=MOST)),
    )


def report(reader: Reader, company_id: UUID, month: Month, now: datetime, by: Typeset, archive: Archive) -> bytes:
    """The report as PDF/A: the same for the same facts and moment. Raises `ReportUnprintable`, `MonthNotBegun`."""
    figures = figures_of(reader, month)
    issuer = own_head(reader, company_id, now, archive)
    name = format_date(month.first_on, "LLLL yyyy", locale="it")
    data = {
        "issuer": printable(issuer) if issuer else {},
        "title": f"Rapporto di {name}",
        "subtitle": _until(month),
        "printed": f"Stampato il {now.astimezone(ROME):%d/%m/%Y alle %H:%M}",
        "tiles": list(_tiles(figures)),
        "sections": [part._asdict() for part in _sections(reader, month, figures)],
    }
    job = Job(
        template=str(TEMPLATES / "charts" / "month.typ"),
        root=str(TEMPLATES),
        fonts=str(FONTS),
        inputs={"data": json.dumps(printable(data))},
        standard="a-2b",
        timestamp=int(now.timestamp()),
    )
    try:
        return by(job)
    except TypesettingFailed as error:
        raise ReportUnprintable(reason=str(error)) from error


def month_asked(text: str, now: datetime) -> Month:
    """`2026-03`, or this month where nothing is given. Raises `ValueError`."""
    today = rome_date(now)
    asked = datetime.strptime(text, "%Y-%m").replace(tzinfo=ROME).date() if text else today
    return Month(asked.replace(day=1), today)


class Part(NamedTuple):
    """A chapter: a title, what is counted, charts, a table."""

    title: str
    words: str
    charts: Sequence[str] = ()
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    note: str = ""


def _until(month: Month) -> str:
    if month.today > month.last_on:
        return f"Dal {month.first_on:%d/%m/%Y} al {month.last_on:%d/%m/%Y}"
    return f"Mese in corso: dal {month.first_on:%d/%m/%Y} al {month.last_on:%d/%m/%Y}"


def _tiles(found: Figures) -> Iterator[Sequence[str]]:
    whole = found.whole
    fix: Row = found.fixes[0] if found.fixes else {"percent": None, "judged": 0}
    met, judged = sum(row["met"] for row in found.clocks), sum(row["judged"] for row in found.clocks)
    yield "Ricavi di competenza", euro(whole["revenue"]), "euro senza IVA"
    yield "Costi", euro(whole["cost"]), f"{whole['unknown_costs']} atti senza costo noto"
    yield "Margine", euro(whole["margin"]), f"{percent(whole['percent'])} dei ricavi"
    yield "Risolte alla prima visita", percent(fix["percent"]), f"su {fix['judged']} chiamate valutate"
    yield "Tempi rispettati", f"{met} su {judged}", "di tutti i livelli di servizio decisi"
    yield "Chiamate aperte", str(sum(row["calls"] for row in found.open_calls)), "a fine periodo"


def _sections(reader: Reader, month: Month, found: Figures) -> Iterator[Part]:
    def drawn(*makers: Any) -> list[str]:
        charts: list[Chart] = [make(reader, month) for make in makers]
        return [svg(chart) for chart in charts]

    lost = [row for row in found.contracts if row["margin"] < 0]
    told = f"In pari o in utile: {len(found.contracts) - len(lost)}; in perdita: {len(lost)}."
    yield Part(
        "Ricavi e margine",
        "Ricavi di competenza del mese e costi del giorno in cui il lavoro è stato svolto.",
        drawn(named.money_trend),
    )
    yield Part(
        "Contratti",
        f"Margine del mese per contratto, dal più basso. {told}",
        drawn(named.contracts_of_month),
        ("Contratto", "Ricavi", "Costi", "Margine", "% dei ricavi"),
        [
            (
                row["name"] or "bozza",
                *(euro(row[name]) for name in ("revenue", "cost", "margin")),
                percent(row["percent"]),
            )
            for row in found.contracts[:FEW]
        ],
        _more(found.contracts),
    )
    yield Part(
        "Livelli di servizio",
        "Tempi rispettati sui decisi, delle chiamate aperte nel mese; sospesi e annullati sono a parte.",
        drawn(named.attainment_trend),
        ("Tempo", "Rispettati", "Mancati", "In corso", "Sospesi", "Annullati", "% rispettati"),
        [
            (str(CLOCKS.get(row["clock"], row["clock"])),
             *_counts(row, "met", "breached", "running", "paused", "cancelled"),
             percent(row["percent"])) for row in found.clocks
        ],
    )  # fmt: skip
    yield Part(
        "Prima visita e tempi di ripristino",
        "Correttive chiuse nel mese. Risolta alla prima visita: una sola visita, non riaperta, nessuna nuova chiamata "
        "sulla stessa macchina nei 30 giorni seguenti. Il ripristino va dall'apertura alla fine dell'ultimo lavoro.",
        drawn(named.first_time_results, named.first_time_trend),
        ("Chiamate chiuse", "Valutate", "Risolte", "Da valutare", "Ore medie al ripristino", "Ore medie di lavoro"),
        [
            (*_counts(fix, "calls", "judged", "first_visit", "too_early"), tenth(repair["mean_hours"]),
             tenth(repair["mean_work_hours"]))
            for fix, repair in zip(found.fixes, found.repairs, strict=True)
        ],
    )  # fmt: skip
    late = sorted(found.open_calls, key=lambda row: (-row["calls"], -row["oldest_days"], row["key"]))
    yield Part(
        "Arretrato",
        "Chiamate aperte a fine periodo, per età; sotto, i clienti che ne hanno di più.",
        drawn(named.backlog_ages),
        ("Cliente", "Aperte", "di cui programmate", "La più vecchia, giorni"),
        [(row["name"] or "senza cliente", *_counts(row, "calls", "maintenance", "oldest_days")) for row in late[:FEW]],
        _more(late),
    )
    yield Part(
        "Carico dei tecnici",
        "Ore di lavoro disponibili al netto delle assenze, ore pianificate e ore svolte con il viaggio.",
        drawn(named.workload_of_month),
        ("Tecnico", "Disponibili", "Pianificate", "Svolte", "% svolte"),
        [
            (row["technician_name"], *(hours(row[name]) for name in _MINUTES), percent(row["performed_percent"]))
            for row in found.hours
        ],
    )
    debts = sorted(found.arrears, key=lambda row: (-row["overdue"], str(row["customer_id"])))
    owed = sum((row["overdue"] for row in debts), NOTHING)
    yield Part(
        "Insoluti",
        f"Importi scaduti a fine periodo, secondo i pagamenti noti oggi: {euro(owed)} euro; clienti: {len(debts)}.",
        (),
        ("Cliente", "Scaduto", "Dal", "Giorni"),
        [
            (row["name"], euro(row["overdue"]), f"{row['oldest_due_on']:%d/%m/%Y}", str(row["days_late"]))
            for row in debts[:FEW]
        ],
        _more(debts),
    )
    yield Part(
        "Provvigioni",
        "Fatturato e ricavi di competenza di ogni agente nel mese, e la provvigione del suo estratto.",
        drawn(named.agents_of_month) if found.agents else (),
        ("Agente", "Fatturato", "Ricavi", "Provvigione", "Estratto"),
        [
            (row["code"], *(euro(row[name]) for name in ("invoiced", "earned", "commission")),
             "liquidato" if row["is_settled"] else "provvisorio") for row in found.agents
        ],
    )  # fmt: skip


_MINUTES = ("capacity_minutes", "planned_minutes", "performed_minutes")


def _counts(row: Row, *names: str) -> list[str]:
    return [str(row[name]) for name in names]


def _more(rows: Sequence[Row]) -> str:
    return f"Altri {len(rows) - FEW} non sono mostrati." if len(rows) > FEW else ""


def euro(amount: Decimal) -> str:
    """An amount as Italians write it."""
    return format_decimal(amount, format="#,##0.00", locale="it_IT")


def tenth(value: Decimal | None) -> str:
    """A number with one decimal; a dash where there is none."""
    return "–" if value is None else format_decimal(value, format="#,##0.0", locale="it_IT")


def percent(value: Decimal | None) -> str:
    """A percentage with one decimal; a dash where there is none."""
    return "–" if value is None else f"{tenth(value)} %"


def hours(minutes: int) -> str:
    """Minutes as hours and minutes."""
    return f"{minutes // 60}:{minutes % 60:02d}"
