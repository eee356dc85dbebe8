"""The content of the printed history of an item (storia della matricola), as the lists had it when it was printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from aggregates.item_statuses import ItemStatuses, item_statuses_id
from aggregates.party import Party
from aggregates.serial_item import SerialItem, WarrantyKind
from projections.documents.content import Item, Source
from projections.documents.content_serial_history import HistoryEntry, HistoryWarranty, SerialHistoryContent
from projections.documents.identities import customer_of, own_letterhead, site_of
from projections.documents.records import ContentMissing, Records

KINDS = {
    "call": "Chiamata", "activity": "Attività", "part": "Ricambio montato", "reading": "Lettura",
    "meter": "Contatore sostituito", "warranty": "Garanzia", "move": "Spostamento", "status": "Stato",
    "parent": "Parte di", "replacement": "Sostituzione", "contract": "Contratto", "quote": "Offerta",
    "rma": "Rientro in riparazione", "document": "Documento",
}  # fmt: skip
WARRANTIES = {
    WarrantyKind.LEGAL: "Legale",
    WarrantyKind.MANUFACTURER: "Del costruttore",
    WarrantyKind.EXTENDED: "Estensione",
    WarrantyKind.REPAIR: "Sul lavoro eseguito",
    WarrantyKind.PART: "Sul ricambio",
}
WORDS = {
    "call": {
        "open": "aperta", "taken_in_charge": "presa in carico", "planned": "pianificata", "working": "in lavorazione",
        "worked": "eseguita", "reported": "rapportata", "closed": "chiusa", "cancelled": "annullata",
    },
    "reading": {"technician": "tecnico", "customer": "cliente", "agent": "rilevata in automatico", "estimate": "stima"},
    "quote": {
        "draft": "bozza", "sent": "inviata", "accepted": "accettata", "refused": "rifiutata", "expired": "scaduta",
    },
}  # fmt: skip
RETURNS = {
    "expected": "atteso", "missing": "mancante", "received": "ricevuto", "diagnosed": "diagnosticato",
    "at_supplier": "presso il fornitore", "decided": "deciso", "settled": "concluso", "returned": "restituito",
    "repaired": "riparato", "replaced": "sostituito", "not_repairable": "non riparabile",
    "no_fault_found": "nessun guasto riscontrato", "credited": "accreditato", "scrapped": "rottamato",
}  # fmt: skip
STATES = {
    "planned": "pianificata", "assigned": "assegnata", "arrived": "tecnico sul posto", "performed": "eseguita",
    "dropped": "tolta",
}  # fmt: skip


def serial_history(
    item: SerialItem,
    fact: SerialItem.HistoryAsked,
    entries: Iterable[Mapping[str, Any]],
    records: Records,
    *,
    company_id: UUID,
    source: Sequence[Source],
) -> SerialHistoryContent:
    """The history of one item. Raises `ContentMissing` for an owner that is not known."""
    place = item.place_on(fact.dated_on)
    party = records.find(Party, place.owner_id)
    if party is None:
        raise ContentMissing("The item's owner is not known.")
    site = party.sites.get(place.site_id) if place.site_id else None
    listed = records.find(ItemStatuses, item_statuses_id())
    statuses = {code: status.label for code, status in listed.on(fact.dated_on).items()} if listed else {}
    return SerialHistoryContent(
        issuer=own_letterhead(records, company_id),
        customer=customer_of(party, site.address if site else None),
        source=tuple(source),
        number=item.number or str(item.id)[:8],
        issued_on=fact.dated_on,
        item=Item(product=item.details.product, serial=item.number, location=place.location),
        manufacturer=item.manufacturer,
        installed_on=item.installed_on,
        site=site_of(site) if site else None,
        status=_status(item.status_on(fact.dated_on), statuses),
        from_on=fact.from_on,
        until_on=fact.until_on,
        warranties=tuple(
            HistoryWarranty(kind=WARRANTIES[each.kind], source=each.source, **each.period.model_dump())
            for each in sorted(item.warranties.values(), key=lambda each: (each.period.starts_on, each.kind))
        ),
        entries=tuple(_entry(row, statuses) for row in entries),
    )


def _status(code: str, statuses: Mapping[str, str]) -> str:
    """A status as the company calls it; one that stands in no list by its code."""
    return statuses.get(code) or {"active": "Attiva"}.get(code, code)


def _entry(row: Mapping[str, Any], statuses: Mapping[str, str]) -> HistoryEntry:
    kind, title, detail = row["kind"], row["title"] or "–", row["detail"] or None
    if kind == "warranty":
        title = WARRANTIES[WarrantyKind(title)]
        detail = f"fino al {detail}"
    elif kind == "contract":
        title, detail = f"In contratto {row['number'] or ''}".strip(), f"coperta fino al {detail}"
    elif kind == "activity" and detail:
        detail = ", ".join(STATES.get(word, word) for word in detail.split(", "))
    elif kind == "rma" and detail:
        detail = ", ".join(RETURNS.get(word, word) for word in detail.split(", "))
    elif kind == "document":
        detail = None
    elif kind == "status":
        title = _status(title, statuses)
    elif kind in WORDS and detail:
        detail = WORDS[kind].get(detail, detail)
    return HistoryEntry(
        happened_on=row["happened_on"], kind=KINDS.get(kind, kind), title=title, detail=detail, number=row["number"]
    )
