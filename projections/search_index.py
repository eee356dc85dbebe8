"""The search index (indice di ricerca): machines, customers, sites, contacts, contracts and calls, by their words.

Serial numbers, names and telephone numbers are found whole, in part, with accents or without, and mistyped. The words
are cut into grams by `aggregates.rules.search_words`; the database keeps an inverted index of them, which
`similar_entries` asks (see its migration for why).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.contract import Contract
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.rules.search_words import (
    as_written,
    but_one,
    grams,
    likeness,
    may_have,
    must_have,
    nearly,
    number_forms,
    opened,
    questions,
    words,
)
from aggregates.serial_item import ItemDetails, SerialItem
from projections.base import Reader, ReadModel, Row, Rows, Table, on

ENTRY = Table(
    "search_entry",
    {
        "entry_id": "uuid", "kind": "text", "party_id": "uuid", "site_id": "uuid", "label": "text", "detail": "text",
        "words": "text", "grams": "text",
    },
    ("entry_id",),
    ("party_id, kind", "using gin (marked_grams(company_id, grams)) with (gin_pending_list_limit = 64)"),
)  # fmt: skip
"""What waits to enter the inverted index is read through by every search, so little may wait (64 kB, not 4 MB)."""
ENOUGH, MOST = 1, 200
"""With fewer answers than this what was mistyped is looked for; so many are weighed."""
OF_A_FAULT = 160
"""So many letters of what is wrong with a machine are searched."""
FIRST = ("machine", "party", "site", "contact", "contract", "call")
"""Which kind comes first among equals."""
EVERYTHING = (*FIRST, "quote")
"""What the search of the office finds, too."""


class SearchIndex(ReadModel):
    """What people may name on the telephone, by its words."""

    NAME = "search-index"
    TABLES = (ENTRY,)

    @on(Party.Registered, Party.IdentityChanged)
    def party(self, fact: Party.Registered | Party.IdentityChanged, rows: Rows) -> None:
        """A customer, prospect, supplier or end user, and the sites that are known by its name."""
        known = rows.get(ENTRY, fact.stream_id)
        code = fact.code if isinstance(fact, Party.Registered) else (known or {}).get("detail")
        town = fact.address.town if fact.address else None
        told = words(" ".join(filter(None, (fact.name, code, town))))
        numbers = _numbers(fact.tax.vat_number, fact.tax.tax_code, code)
        _put(rows, fact.stream_id, "party", (*told, *numbers), party_id=fact.stream_id, label=fact.name, detail=code)
        if known is not None and known["label"] != fact.name:
            for site in rows.select(ENTRY, party_id=fact.stream_id, kind="site"):
                own = [word for word in site["words"].split() if word not in words(known["label"])]
                row = {key: site[key] for key in ("party_id", "site_id", "label", "detail")}
                _put(rows, site["entry_id"], "site", (*own, *words(site["label"]), *words(fact.name)), **row)

    @on(Party.SiteAdded)
    def site(self, fact: Party.SiteAdded, rows: Rows) -> None:
        """A place of a party, also found by the party's name."""
        site, party = fact.site, rows.get(ENTRY, fact.stream_id)
        address = site.address
        told = " ".join((site.name, site.code, address.town, address.street, party["label"] if party else ""))
        where = f"{address.street}, {address.town}"
        about = {"party_id": fact.stream_id, "site_id": site.site_id, "label": site.name, "detail": where}
        _put(rows, site.site_id, "site", words(told), **about)

    @on(Party.ContactAdded)
    def contact(self, fact: Party.ContactAdded, rows: Rows) -> None:
        """A person, found by name or telephone."""
        one = fact.contact
        told = (*words(one.name), *_numbers(one.phone, one.mobile), *words(one.email or ""))
        about = {"party_id": fact.stream_id, "site_id": one.site_id, "label": one.name}
        _put(rows, one.contact_id, "contact", told, **about, detail=one.phone or one.mobile)

    @on(SerialItem.Registered)
    def machine(self, fact: SerialItem.Registered, rows: Rows) -> None:
        """A machine, found by any part of its number."""
        place = {"party_id": fact.place.owner_id, "site_id": fact.place.site_id}
        _machine(rows, fact.stream_id, fact.number, fact.details, **place)

    @on(SerialItem.DetailsChanged)
    def machine_changed(self, fact: SerialItem.DetailsChanged, rows: Rows) -> None:
        """It is described otherwise."""
        known = rows.get(ENTRY, fact.stream_id)
        if known is not None:
            number = known["label"] if known["detail"] else None
            place = {"party_id": known["party_id"], "site_id": known["site_id"]}
            _machine(rows, fact.stream_id, number, fact.details, **place)

    @on(SerialItem.Moved)
    def machine_moved(self, fact: SerialItem.Moved, rows: Rows) -> None:
        """It is with the owner told last."""
        place = fact.move.place
        rows.patch(ENTRY, fact.stream_id, party_id=place.owner_id, site_id=place.site_id)

    @on(Contract.Drafted, Contract.HeaderChanged)
    def contract(self, fact: Contract.Drafted | Contract.HeaderChanged, rows: Rows) -> None:
        """A contract is somebody's; it is found when it has a number."""
        whose = {"party_id": fact.header.customer_id, "site_id": fact.header.site_id}
        if isinstance(fact, Contract.Drafted):
            _put(rows, fact.stream_id, "contract", (), **whose)
        else:
            rows.patch(ENTRY, fact.stream_id, **whose)

    @on(Contract.Signed)
    def contract_signed(self, fact: Contract.Signed, rows: Rows) -> None:
        """The contract is found by its number."""
        known = rows.get(ENTRY, fact.stream_id) or {}
        whose = {"party_id": known.get("party_id"), "site_id": known.get("site_id"), "label": fact.number}
        _put(rows, fact.stream_id, "contract", (*_numbers(fact.number), *words(fact.number)), **whose)

    @on(Call.Opened)
    def call(self, fact: Call.Opened, rows: Rows) -> None:
        """A call, found by who called, from which telephone, about what."""
        caller = fact.caller
        told = " ".join(filter(None, (caller.name if caller else None, fact.said, fact.fault[:OF_A_FAULT])))
        numbers = _numbers(caller.phone if caller else None, fact.customer_reference, fact.number)
        about = {"party_id": fact.party_id, "site_id": fact.site_id, "label": caller.name if caller else None}
        _put(rows, fact.stream_id, "call", (*numbers, *words(told)), **about, detail=fact.fault[:OF_A_FAULT])

    @on(Quote.Drafted)
    def quote(self, fact: Quote.Drafted, rows: Rows) -> None:
        """A quote, found by its number and whom it is for."""
        told = (*_numbers(fact.number), *words(f"{fact.customer.name} {fact.terms.subject or ''}"))
        about = {"party_id": fact.customer.party_id, "label": fact.number, "detail": fact.customer.name}
        _put(rows, fact.stream_id, "quote", told, **about)

    @on(Call.Identified)
    def identified(self, fact: Call.Identified, rows: Rows) -> None:
        """It is known whose call it is."""
        rows.patch(ENTRY, fact.stream_id, party_id=fact.party_id, site_id=fact.site_id)


def similar(reader: Reader, text: str, kinds: Sequence[str] = FIRST, limit: int = 20) -> list[Row]:
    """The entries most like what was typed, the best first, each with its `likeness` from 0 to 1."""
    asked = questions(text)
    if not asked:
        return []
    found = reader.rows(
        """select entry_id, kind, party_id, site_id, label, detail, words from {search_entry}
            where entry_id in (select similar_entries(
                      '{search_entry}', %(all)s, %(nearly)s, %(less)s, %(some)s, %(enough)s, %(most)s))
              and kind = any(%(kinds)s)""",
        {
            "all": [" ".join(must_have(one)) for one in asked],
            "nearly": [each for one in asked for each in nearly(one)],
            "less": [" ".join(must_have(less)) for one in asked for less in but_one(one)],
            "some": list(dict.fromkeys(gram for one in asked for gram in may_have(one))),
            "enough": ENOUGH,
            "most": MOST,
            "kinds": list(kinds),
        },
    )
    weighed = ({**row, "likeness": _likeness(asked, row["words"].split())} for row in found)
    return sorted((row for row in weighed if row["likeness"]), key=_rank)[:limit]


def _likeness(asked: Iterable[Sequence[str]], known: Sequence[str]) -> Any:
    return max(likeness(one, known) for one in asked)


def _rank(row: Row) -> tuple[Any, ...]:
    return -row["likeness"], EVERYTHING.index(row["kind"]), row["label"] or "", str(row["entry_id"])


def _machine(rows: Rows, item_id: UUID, number: str | None, details: ItemDetails, **about: Any) -> None:
    told = words(" ".join(filter(None, (number, details.product, details.article_code))))
    label, detail = (number, details.product) if number else (details.product, None)
    _put(rows, item_id, "machine", (*_numbers(number), *told), **about, label=label, detail=detail)


def _numbers(*texts: str | None) -> tuple[str, ...]:
    return tuple(form for text in texts if text for form in (*number_forms(text), *as_written(text)))


def _put(rows: Rows, entry_id: UUID, kind: str, told: Sequence[str], **about: Any) -> None:
    known = tuple(dict.fromkeys(told))
    row = {
        "entry_id": entry_id,
        "kind": kind,
        "words": " ".join(known),
        "grams": " ".join((*grams(known), *opened(known))),
    }
    rows.put(ENTRY, {**row, **about})
