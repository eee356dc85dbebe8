"""Words that printed documents use for codes (parole): Italian, because the reader is."""

from __future__ import annotations

from aggregates.coverage import CoverageKind
from aggregates.issued_document import IssuedKind
from aggregates.party import PaymentMethod
from aggregates.rules.payment_terms import PaymentPart, PaymentTerms

TITLES = {
    IssuedKind.QUOTE: "Offerta",
    IssuedKind.DELIVERY_NOTE: "Documento di trasporto",
    IssuedKind.WORK_REPORT: "Rapporto di intervento",
    IssuedKind.INVOICE: "Fattura",
    IssuedKind.CREDIT_NOTE: "Nota di credito",
    IssuedKind.ADJUSTMENT_LETTER: "Adeguamento canone",
    IssuedKind.CONTRACT: "Contratto",
    IssuedKind.CONTRACT_PROPOSAL: "Proposta di contratto",
    IssuedKind.PRE_INVOICE: "Prospetto di pre-fattura",
    IssuedKind.METER_STATEMENT: "Prospetto letture",
    IssuedKind.CONSUMER_REMINDER: "Avviso di scadenza",
    IssuedKind.PAYMENT_REMINDER: "Sollecito",
    IssuedKind.SERIAL_HISTORY: "Storia della matricola",
    IssuedKind.WORKSHOP_RECEIPT: "Ricevuta di presa in carico",
    IssuedKind.PICK_LIST: "Lista di prelievo",
    IssuedKind.PURCHASE_ORDER: "Ordine a fornitore",
    IssuedKind.RMA_LABEL: "Etichette reso",
    IssuedKind.PICKUP_RECEIPT: "Buono di ritiro",
    IssuedKind.ERASURE_CERTIFICATE: "Certificato di cancellazione",
    IssuedKind.ACCOUNT_STATEMENT: "Estratto conto",
    IssuedKind.DAILY_REPORT: "Rapportino giornaliero",
}
METHODS = {
    PaymentMethod.TRANSFER: "Bonifico",
    PaymentMethod.RIBA: "Ricevuta bancaria",
    PaymentMethod.DIRECT_DEBIT: "Addebito diretto SEPA",
    PaymentMethod.CASH: "Contanti",
    PaymentMethod.CARD: "Carta",
    PaymentMethod.CHEQUE: "Assegno",
}
_COVERAGE = {
    CoverageKind.CHARGEABLE: "A pagamento",
    CoverageKind.WARRANTY: "In garanzia",
    CoverageKind.POOL: "Monte ore",
    CoverageKind.BLOCKED: "A pagamento, contratto sospeso",
}


def coverage(kind: CoverageKind, contract_number: str | None) -> str:
    """Who pays for a machine's work."""
    if kind is CoverageKind.CONTRACT:
        return f"Contratto {contract_number}" if contract_number else "Contratto"
    return _COVERAGE[kind]


def payment(terms: PaymentTerms, method: PaymentMethod) -> str:
    """How and when to pay: `Bonifico, 30/60 giorni fine mese`."""
    return f"{METHODS[method]}, {_when(terms.parts)}"


def _when(parts: tuple[PaymentPart, ...]) -> str:
    alike = {(part.months, part.end_of_month, part.extra_days) for part in parts}
    if len(parts) > 1 and len(alike) == 1 and parts[0].months == 0:
        return _after("/".join(str(part.days) for part in parts) + " giorni", parts[0])
    return " e ".join(_after(_length(part), part) for part in parts)


def _length(part: PaymentPart) -> str:
    months = f"{part.months} {'mese' if part.months == 1 else 'mesi'}" if part.months else ""
    days = f"{part.days} giorni" if part.days else ""
    return " e ".join(filter(None, (months, days)))


def _after(length: str, part: PaymentPart) -> str:
    if length:
        when = f"{length} fine mese" if part.end_of_month else f"{length} data documento"
    else:
        when = "fine mese" if part.end_of_month else "a vista"
    return when + (f" più {part.extra_days} giorni" if part.extra_days else "")
