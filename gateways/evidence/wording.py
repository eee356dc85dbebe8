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
            yield f"{_title(name)}: {told}"


def _title(name: str) -> str:
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
