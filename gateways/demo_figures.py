"""What a manager asks at the end of the month (cifre del mese), answered by the views alone; words are Italian."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from aggregates.rules.periods import Timing
from aggregates.values import ROME
from gateways.demo_stage import Stage

STATES = {
    "open": "aperte", "taken_in_charge": "prese in carico", "planned": "pianificate", "working": "in corso",
    "worked": "lavorate, senza rapportino", "reported": "con rapportino, da chiudere", "closed": "chiuse",
    "cancelled": "annullate",
}  # fmt: skip
COVERAGES = {
    "contract": "in contratto", "warranty": "in garanzia", "chargeable": "a pagamento", "blocked": "cliente bloccato",
}  # fmt: skip
CLOCKS = {
    "response": "presa in carico", "on-site": "intervento", "restore": "ripristino", "resolve": "risoluzione",
}  # fmt: skip
QUOTES = {
    "draft": "bozze", "sent": "inviati, senza risposta", "accepted": "accettati", "declined": "rifiutati",
    "expired": "scaduti",
}  # fmt: skip
TIMINGS = {Timing.ADVANCE.value: "anticipato", Timing.ARREARS.value: "posticipato"}
VISITS = {"assigned": "in agenda", "arrived": "sul posto", "performed": "fatta"}
SHOWN = 8
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Section:
    """A titled table; numbers stand right where `right` names their columns."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    note: str = ""


def sections(stage: Stage, at: datetime) -> Iterator[Section]:
    """Everything worth knowing of the month that lies behind an instant."""
    today = at.astimezone(ROME).date()
    first = (today - timedelta(days=2)).replace(day=1)
    issued = stage.every("invoices", state="issued", from_on=first, to_on=today)
    yield _calls(stage)
    yield _service_levels(stage, first, today)
    yield _agenda(stage, today)
    yield _billed(stage, issued)
    yield _why(stage, issued)
    yield _stock(stage)
    yield _documents(stage, issued, first, today)
    yield _money(stage, issued, today)


def _calls(stage: Stage) -> Section:
    calls = stage.every("call-board")
    by_state = Counter(call["status"] for call in calls)
    rows = [(words, str(by_state[state])) for state, words in STATES.items() if by_state[state]]
    by_coverage = Counter(call["coverage"] for call in calls)
    paid = ", ".join(f"{words} {by_coverage[kind]}" for kind, words in COVERAGES.items() if by_coverage[kind])
    return Section("Chiamate", ("Stato", "Numero"), tuple(rows), frozenset({1}), f"In tutto {len(calls)}: {paid}.")


def _service_levels(stage: Stage, first: date, today: date) -> Section:
    found = {row["clock"]: row for row in stage.ask("service-level-attainment", from_on=first, to_on=today)["clocks"]}
    rows = []
    for clock, words in CLOCKS.items():
        row = found.get(clock)
        if row is not None:
            percent = f"{row['percent_in_time']} %".replace(".", ",") if row["percent_in_time"] else "-"
            rows.append((words, str(row["met"]), str(row["breached"]), str(row["running"]), percent))
    headers = ("Orologio", "Rispettati", "Mancati", "In corso", "In tempo")
    return Section("Livelli di servizio", headers, tuple(rows), frozenset({1, 2, 3, 4}))


def _agenda(stage: Stage, today: date) -> Section:
    monday = today - timedelta(days=today.weekday())
    visits = stage.ask("agenda", from_on=monday)["visits"]
    by_technician: dict[str, list[dict[str, Any]]] = {}
    for visit in visits:
        by_technician.setdefault(visit["technician_name"] or "-", []).append(visit)
    rows = []
    for name, theirs in sorted(by_technician.items()):
        states = Counter(visit["state"] for visit in theirs)
        hours = sum(int((visit["ends_at"] - visit["starts_at"]).total_seconds()) for visit in theirs) / 3600
        done = ", ".join(f"{words} {states[state]}" for state, words in VISITS.items() if states[state])
        rows.append((name, str(len(theirs)), f"{hours:.1f}".replace(".", ","), done))
    title = f"Agenda della settimana dal {monday:%d/%m/%Y}"
    return Section(title, ("Tecnico", "Visite", "Ore", "Come stanno"), tuple(rows), frozenset({1, 2}))


def _billed(stage: Stage, issued: list[dict[str, Any]]) -> Section:
    rows = []
    for day in sorted({row["issued_on"] for row in issued}):
        theirs = [row for row in issued if row["issued_on"] == day]
        sums = (sum((row[name] for row in theirs), ZERO) for name in ("taxable", "tax", "total"))
        rows.append((f"{day:%d/%m/%Y}", str(len(theirs)), *map(euro, sums)))
    held = stage.every("invoices", state="held")
    waiting = "; ".join(f"{row['customer']}: {row['held_reason']}" for row in held)
    note = f"In sospeso {len(held)} ({waiting})." if held else ""
    headers = ("Fatture del", "Numero", "Imponibile", "IVA", "Totale")
    return Section("Fatturato", headers, tuple(rows), frozenset({1, 2, 3, 4}), note)


def _why(stage: Stage, issued: list[dict[str, Any]]) -> Section:
    """Some lines with their reason: whole periods, parts of one, quotes."""
    chosen: dict[tuple[str, str], tuple[str, ...]] = {}
    for invoice in sorted(issued, key=lambda row: str(row["number"])):
        for line in stage.ask("invoice", invoice_id=invoice["invoice_id"])["lines"]:
            kind = (line["kind"], _manner(line["why"] or ""))
            if kind not in chosen and len(chosen) < SHOWN:
                why = stage.ask("why-line", invoice_id=invoice["invoice_id"], number=line["number"])
                chosen[kind] = (invoice["number"], line["description"], euro(line["amount"]), _reason(why))
    headers = ("Fattura", "Riga", "Importo", "Perché")
    return Section("Perché è stato fatturato", headers, tuple(chosen.values()), frozenset({2}))


def _manner(why: str) -> str:
    """What makes one line's reason unlike another's: the way of reckoning, without its numbers."""
    return "".join(letter for letter in why if not letter.isdigit())[:60]


def _reason(why: dict[str, Any]) -> str:
    contract, period = why["contract"], why["period"]
    if contract is None or period is None or why["key"] is None:
        return why["why"] or "Riga aggiunta a mano."
    terms = contract["fee_terms"] or {}
    days = (period["ends_on"] - period["starts_on"]).days + 1
    return (
        f"Contratto {contract['number']}, periodo {why['key']['number']} dal {period['starts_on']:%d/%m/%Y} "
        f"al {period['ends_on']:%d/%m/%Y} ({days} giorni), canone {TIMINGS.get(terms.get('timing', ''), 'dovuto')}, "
        f"dovuto il {why['billing_on']:%d/%m/%Y}."
    )


def _stock(stage: Stage) -> Section:
    short = [row for row in stage.every("stock", below_minimum=True) if row["proposal"] > 0]
    rows = [
        (row["code"], row["description"], *(quantity(row[name]) for name in ("on_hand", "reserved_firm", "minimum")),
         quantity(row["proposal"]))
        for row in short[:SHOWN]
    ]  # fmt: skip
    note = f"Articoli da ordinare: {len(short)}." if short else "Niente da ordinare."
    headers = ("Articolo", "Descrizione", "Giacenza", "Impegnato", "Scorta minima", "Da ordinare")
    return Section("Magazzino sotto scorta", headers, tuple(rows), frozenset({2, 3, 4, 5}), note)


def _documents(stage: Stage, issued: list[dict[str, Any]], first: date, today: date) -> Section:
    """How many of each, and their numbers from the first to the last."""
    quotes = [row for row in stage.every("quotes") if first <= row["dated_on"] <= today]
    orders = [row for row in stage.every("sales-orders") if first <= row["placed_on"] <= today]
    notes = [row for row in stage.every("delivery-notes") if first <= row["dated_on"] <= today]
    bought = [row for row in stage.every("purchase-orders") if row["number"]]
    rmas = [row for row in stage.every("rmas") if row["number"]]
    found = {
        "Fatture": [row["number"] for row in issued if row["kind"] == "invoice"],
        "Note di credito": [row["number"] for row in issued if row["kind"] == "credit_note"],
        "Preventivi": [row["number"] for row in quotes],
        "Impegni cliente": [row["number"] for row in orders],
        **{
            f"Documenti di trasporto {series}": [row["number"] for row in notes if row["number"].startswith(series)]
            for series in ("A", "R")
        },
        "Ordini a fornitore": [row["number"] for row in bought],
        "RMA": [row["number"] for row in rmas],
    }
    rows = [
        (words, str(len(numbers)), min(numbers, key=_order), max(numbers, key=_order))
        for words, numbers in found.items()
        if numbers
    ]
    answers = Counter(row["status"] for row in quotes)
    said = ", ".join(f"{words} {answers[status]}" for status, words in QUOTES.items() if answers[status])
    note = f"Preventivi: {said}." if said else ""
    return Section("Documenti", ("Tipo", "Quanti", "Dal numero", "Al numero"), tuple(rows), frozenset({1}), note)


def _order(number: str) -> tuple[int, ...]:
    digits = "".join(letter if letter.isdigit() else " " for letter in number)
    return tuple(int(part) for part in digits.split())


def _money(stage: Stage, issued: list[dict[str, Any]], today: date) -> Section:
    items = stage.every("open-items", on=today)
    overdue = [item for item in items if item["days_overdue"] > 0]
    contracts = stage.every("contracts")
    sums = {
        "Imponibile fatturato nel mese": sum((row["taxable"] for row in issued), ZERO),
        "IVA": sum((row["tax"] for row in issued), ZERO),
        "Totale fatturato": sum((row["total"] for row in issued), ZERO),
        "Incassato sulle fatture del mese": sum((row["paid"] or ZERO for row in issued), ZERO),
        "Ancora da incassare, in tutto": sum((item["open"] for item in items), ZERO),
        "di cui scaduto": sum((item["open"] for item in overdue), ZERO),
    }
    note = f"Contratti in archivio: {len(contracts)}; scadenze aperte: {len(items)}, scadute: {len(overdue)}."
    return Section("Denaro", ("", "Euro"), tuple((w, euro(s)) for w, s in sums.items()), frozenset({1}), note)


def euro(amount: Decimal) -> str:
    """An amount as Italians write it."""
    return f"{amount:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def quantity(number: Decimal) -> str:
    """A quantity without zeros that say nothing."""
    return format(number.normalize(), "f").replace(".", ",")
