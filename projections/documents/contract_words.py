"""Words that contracts and their proposals are printed with (parole del contratto): Italian, because the reader is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from aggregates.contract_clauses import Clause
from aggregates.contract_terms import BlockPolicy, ContractHeader, ContractKind, Covered
from aggregates.coverage import ServiceTerms, Targets
from aggregates.rules.periods import Notice, Timing
from projections.documents.content_contract import ServiceLevel

KINDS = {
    ContractKind.WARRANTY: "Estensione di garanzia",
    ContractKind.MAINTENANCE: "Manutenzione",
    ContractKind.FLAT_FEE: "Assistenza a forfait",
    ContractKind.ACTUALS: "Assistenza a consuntivo",
    ContractKind.HOUR_POOL: "Monte ore",
    ContractKind.HOURLY_RATES: "Assistenza a tariffa oraria",
    ContractKind.COST_PER_COPY: "Costo copia",
}
COVERED = {
    "labour": "manodopera", "overtime": "straordinario", "parts": "ricambi", "consumables": "materiale di consumo",
    "travel": "viaggio", "call_fee": "diritto di chiamata",
}  # fmt: skip
STEPS = {1: "mensile", 2: "bimestrale", 3: "trimestrale", 4: "quadrimestrale", 6: "semestrale", 12: "annuale"}
PRIORITIES = {"high": "Alta", "medium": "Media", "low": "Bassa"}


def covered(items: Covered) -> tuple[str, ...]:
    """The items of a call's cost that are paid by the fee."""
    return tuple(COVERED.get(name, name.replace("_", " ")) for name in Covered.model_fields if getattr(items, name))


def fee_terms(step_months: int, timing: Timing, offset_days: int) -> str:
    """How the fee is billed: `Canone trimestrale anticipato`."""
    when = "anticipato" if timing is Timing.ADVANCE else "posticipato"
    days = f", fatturato a {offset_days} giorni" if offset_days > 0 else ""
    return f"Canone {STEPS[step_months]} {when}{days}"


def months(count: int) -> str:
    """A number of months in words."""
    return "1 mese" if count == 1 else f"{count} mesi"


def notice_words(notice: Notice) -> str:
    """How long before the end notice must be received."""
    return f"{notice.days} giorni" if notice.days is not None else months(notice.months or 0)


def renewal(*, is_tacit: bool, term_months: int, notice: Notice) -> str:
    """What happens at the end of the term."""
    if not is_tacit:
        return "Senza rinnovo tacito: il contratto cessa alla scadenza"
    return f"Rinnovo tacito di {months(term_months)} in {months(term_months)}, preavviso {notice_words(notice)}"


def day(on: date) -> str:
    """A date as Italians write it."""
    return f"{on:%d/%m/%Y}"


def service_levels(service: ServiceTerms | None) -> tuple[ServiceLevel, ...]:
    """The promised times by priority; priorities without one are left out."""
    if service is None:
        return ()
    rows = (_level(words, getattr(service, name)) for name, words in PRIORITIES.items())
    return tuple(row for row in rows if row.response or row.on_site or row.restore or row.resolve)


def service_hours(service: ServiceTerms | None) -> str | None:
    """When service is owed."""
    if service is None:
        return None
    if service.calendar.always_open:
        return "Tutti i giorni, 24 ore su 24"
    return "Ore lavorative del calendario di servizio, festività escluse"


def _level(priority: str, targets: Targets) -> ServiceLevel:
    return ServiceLevel(
        priority=priority,
        response=_hours(targets.response_minutes),
        on_site=_hours(targets.on_site_minutes),
        restore=_hours(targets.restore_minutes),
        resolve=_hours(targets.resolve_minutes),
    )


def _hours(minutes: int | None) -> str | None:
    if minutes is None:
        return None
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def clauses(header: ContractHeader, ends_on: date, last_notice_on: date) -> Iterator[Clause]:
    """The usual clauses, as far as the terms say so; those that burden the customer need the second signature."""
    yield Clause(
        title="Oggetto",
        text="Il fornitore presta al cliente il servizio di assistenza sui beni elencati, per le voci di costo "
        "indicate per ciascuno. Quanto non indicato è a pagamento secondo le tariffe in vigore.",
    )
    yield Clause(
        title="Canone",
        text=f"{fee_terms(header.step_months, header.timing, header.offset_days)}, al netto di IVA. I beni aggiunti o "
        "tolti in corso di periodo sono addebitati in proporzione ai giorni di servizio.",
    )
    yield Clause(title="Durata", text=f"Il contratto dura fino al {day(ends_on)}.")
    if header.tacit_renewal:
        yield Clause(title="Rinnovo tacito e disdetta", text=_renewal(header, last_notice_on), is_onerous=True)
    if header.suspension_approved:
        yield Clause(title="Sospensione del servizio", text=_suspension(header), is_onerous=True)
    if header.index_share_percent is not None:
        yield Clause(
            title="Adeguamento del canone",
            text="A ogni rinnovo il canone è adeguato alla variazione dell'indice ISTAT FOI senza tabacchi nella "
            f"misura del {header.index_share_percent:f}%; non diminuisce.",
            is_onerous=not header.is_consumer,
        )


def _renewal(header: ContractHeader, last_notice_on: date) -> str:
    words = (
        f"Alla scadenza il contratto si rinnova tacitamente per {months(header.term_months)}, e così di seguito, salvo "
        f"disdetta ricevuta almeno {notice_words(header.notice)} prima: per la scadenza in corso entro il "
        f"{day(last_notice_on)}. La disdetta ricevuta dopo ha effetto sulla scadenza successiva."
    )
    if header.is_consumer:
        words += (
            " Il fornitore avvisa il consumatore trenta giorni prima della scadenza; in mancanza il consumatore può "
            "recedere in ogni momento senza spese fino alla scadenza successiva (art. 65-bis Cod. cons.)."
        )
    return words


def _suspension(header: ContractHeader) -> str:
    refused = header.block_policy is BlockPolicy.REFUSE
    effect = "le chiamate non sono accettate" if refused else "le chiamate sono accettate a pagamento"
    return (
        "In caso di mancato pagamento il fornitore può sospendere il servizio finché dura l'insoluto; durante la "
        f"sospensione {effect} e il canone resta dovuto."
    )
