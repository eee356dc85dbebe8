"""Facts in words (fatti in parole): who did it, and what a fact says, field by field, without ids and secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from aggregates.base import Aggregate
from aggregates.invoice import Invoice
from aggregates.issued_document import IssuedDocument
from aggregates.values import ROME
from gateways.http.table_words import is_hidden, text, title
from projections.base import Reader
from projections.documents.field_words import WORDS
from projections.history import KERNEL, SECRET

ITALIAN = "it"
MOST = 700
"""Letters of a fact's detail; the JSON has all of it."""
ELSEWHERE = frozenset(
    {"coverage", "service", "words", "document", "sources", "template", "terms", "source", "treatment"}
)
"""What has a part of its own in the evidence, or says too much for a line."""
SYSTEM = "Programma"
TITLES = {
    "part": "Ricambio", "party": "Cliente", "customer": "Cliente", "owner": "Intestatario", "serial_item": "Matricola",
    "technician": "Tecnico", "move": "Spostamento", "percent": "%", "site": "Sede", "contract": "Contratto",
    "warranty": "Garanzia", "is_warranty": "In garanzia", "is_credit_note": "Nota di credito", "invoice": "Fattura",
    "call": "Chiamata", "used": "Impiegato", "held": "Coperto", "on": "Il", "fees": "Canoni", "lines": "Righe",
    "access": "Accessi", "acts_on": "Ha effetto il", "agent": "Agente", "allocation": "Abbinamento",
    "arrears": "Insoluti", "as_of": "Alla data", "because": "Perché", "block": "Blocco", "bytes": "Byte",
    "charged": "Addebitato", "checklist": "Lista di controllo", "correspondence": "Corrispondenza", "count": "Conta",
    "creditor": "Creditore", "customer_payment": "Incasso", "decision": "Decisione", "details": "Dati",
    "done_on": "Eseguito il", "draw": "Prelievo", "end_to_end": "Riferimento dell'incasso", "evidence": "Prova",
    "exchange": "Sistema di Interscambio", "expense_line": "Riga di spesa", "expired_on": "Scaduto il",
    "fate": "Destinazione", "fiscal_subject": "Destinatario dei documenti fiscali", "formula": "Formula",
    "freed": "Liberato", "from_invoice": "Dalla fattura", "from_warehouse": "Dal magazzino",
    "handed_in": "Consegnato", "handover": "Riconsegna", "hourly_rate": "Tariffa oraria", "how": "Come",
    "index_percent": "Variazione dell'indice, %", "inside_total": "Compreso nel totale",
    "is_chargeable": "A pagamento", "is_reopened": "Riaperto", "is_tacit": "Tacito", "issue": "Scarico",
    "kept": "Trattenuto", "lapse": "Perché non è partito", "latitude": "Latitudine", "letter": "Lettera",
    "line_number": "Numero di riga", "loaner": "Muletto", "longitude": "Longitudine",
    "main_contract": "Contratto principale", "mark": "Riferimento", "media_type": "Tipo di file",
    "merged": "Riunito", "movement": "Movimento", "new_serial": "Nuova matricola", "numbers": "Numeri", "of": "Di",
    "old_serial": "Vecchia matricola", "other": "Altra", "over_limit": "Oltre il limite", "over_months": "Su mesi",
    "parent": "Fa parte di", "picked_up_on": "Ritirato il", "plan": "Piano di manutenzione",
    "planned_line": "Riga prevista", "policy": "Regola", "pool": "Monte ore", "predecessor": "Al posto di",
    "previous_technician": "Tecnico precedente", "prices": "Prezzi", "priority_from": "Priorità decisa da",
    "promise": "Promesso per", "receipt": "Ricevuta", "refunded_on": "Rimborsato il", "remainders": "Resti",
    "reminder": "Sollecito", "removal": "Smontaggio", "repaid_minutes": "Minuti restituiti", "reservation": "Impegno",
    "retry_at": "Nuovo tentativo", "return": "Reso", "reversal": "Storno", "rma": "Reso", "settles": "Salda",
    "short": "Mancante", "short_by": "Mancano", "skipped_because": "Perché non fatto", "software": "Software",
    "sold": "Venduto", "source_line": "Riga di origine", "stock": "Magazzino",
    "subject_to_claim": "Salvo esito del reclamo", "successor": "Sostituito da", "swap": "Sostituzione",
    "term_number": "Periodo contrattuale", "use": "Utilizzo", "used_before": "Usato prima",
    "used_line": "Riga usata", "user_agent": "Programma usato", "visit": "Visita", "volume": "Volume",
    "was_from_on": "Era dal", "word": "Word", "work": "Lavoro", "file": "File", "km": "Km",
    "code_sha256": "Impronta del codice", "content_sha256": "Impronta del contenuto",
    "document_sha256": "Impronta del documento", "image_sha256": "Impronta dell'immagine",
    "photo_sha256": "Impronta della foto", "receipt_sha256": "Impronta della ricevuta",
    "secret_sha256": "Impronta del segreto", "sha256": "Impronta", "signature_sha256": "Impronta della firma",
    "template_sha256": "Impronta del modello",
    "id": "Codice", "abi": "ABI", "bic": "BIC", "cab": "CAB",
}  # fmt: skip
"""Titles of fields that no list shows."""


class Names:
    """What people and records are called."""

    def __init__(self, reader: Reader, numbers: Mapping[UUID, str]) -> None:
        self._users = {f"user:{row['user_id']}": row["name"] for row in _rows(reader, "user_id", "app_user")}
        self._records = {row["technician_id"]: row["name"] for row in _rows(reader, "technician_id", "technician")}
        self._records |= numbers

    def who(self, by: str) -> str:
        """Somebody who did something."""
        if by in self._users:
            return self._users[by] or by
        kind, _, _ = by.partition(":")
        return SYSTEM if kind == "system" else by

    def record(self, record_id: UUID) -> str | None:
        """A record that is known by a name or number."""
        return self._records.get(record_id)


def _rows(reader: Reader, key: str, table: str) -> list[dict[str, Any]]:
    return reader.rows(f"select {key}, name from {{{table}}}")  # noqa: S608 - own words only


def issued(fact: Aggregate.Event) -> str | None:
    """What a fact says that issues a paper: its title, or its number, day and total."""
    if isinstance(fact, IssuedDocument.Issued):
        return fact.document.title
    if isinstance(fact, Invoice.Issued):
        document = fact.document
        total = text(document.total, ITALIAN, places=2)
        return f"Numero {document.number} del {document.issued_on:%d/%m/%Y}; Totale: {total} {document.currency}"
    return None


def detail(fact: Aggregate.Event, names: Names) -> str | None:
    """What a fact says."""
    told = "; ".join(_fields(fact, names))
    return (told if len(told) <= MOST else f"{told[:MOST].rsplit(' ', 1)[0]} …") or None


def _fields(value: BaseModel, names: Names) -> Iterator[str]:
    for name in type(value).model_fields:
        if name in KERNEL or name in SECRET or name in ELSEWHERE:
            continue
        told = _told(getattr(value, name), name, names)
        if told:
            yield f"{field_title(name)}: {told}"


def field_title(name: str) -> str:
    """What a field of a fact is called in Italian; the field's own words where nothing names it."""
    own = name.removesuffix("_ids").removesuffix("_id")
    if own in TITLES:
        return TITLES[own]
    column = title(own, ITALIAN)
    found = WORDS.get(own, column) if column.lower() == own.replace("_", " ") else column
    return found[:1].upper() + found[1:]


def _told(value: Any, name: str, names: Names) -> str:
    if isinstance(value, UUID):
        return names.record(value) or ""
    if isinstance(value, BaseModel):
        plain = set(type(value).model_fields)
        return text(value, ITALIAN) if plain == {"amount", "currency"} else ", ".join(_fields(value, names))
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(filter(None, (_told(part, name, names) for part in value)))
    if isinstance(value, Mapping) or value is None or value is False or is_hidden(name, value):
        return ""
    if isinstance(value, Enum):
        return text(value, ITALIAN)
    if isinstance(value, datetime):
        return value.astimezone(ROME).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return text(value, ITALIAN).strip()
