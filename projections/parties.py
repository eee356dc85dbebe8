"""Parties, their sites and contacts, as lists to search (anagrafiche)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.party import Party
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

PARTY = Table(
    "party",
    {
        "party_id": "uuid", "code": "text", "name": "text", "role": "text", "nature": "text", "vat_number": "text",
        "tax_code": "text", "town": "text", "province": "text", "sites": "integer",
    },
    ("party_id",),
    ("code", "lower(name)", "vat_number"),
)  # fmt: skip
SITE = Table(
    "party_site",
    {
        "site_id": "uuid", "party_id": "uuid", "code": "text", "name": "text", "street": "text", "postcode": "text",
        "town": "text", "province": "text", "travel_km": "numeric", "area": "text",
    },
    ("site_id",),
    ("party_id",),
)  # fmt: skip
CONTACT = Table(
    "party_contact",
    {"contact_id": "uuid", "party_id": "uuid", "name": "text", "phone": "text", "email": "text", "role": "text"},
    ("contact_id",),
    ("party_id",),
)


class Parties(ReadModel):
    """Who the company deals with (anagrafiche)."""

    NAME = "parties"
    TABLES = (PARTY, SITE, CONTACT)

    @on(Party.Registered)
    def registered(self, fact: Party.Registered, rows: Rows) -> None:
        """A party appears."""
        rows.put(PARTY, {"party_id": fact.stream_id, "code": fact.code, "sites": 0, **_identity(fact)})

    @on(Party.IdentityChanged)
    def identity_changed(self, fact: Party.IdentityChanged, rows: Rows) -> None:
        """The list shows the party as it is now."""
        rows.patch(PARTY, fact.stream_id, **_identity(fact))

    @on(Party.SiteAdded)
    def site_added(self, fact: Party.SiteAdded, rows: Rows) -> None:
        """A place appears or changes."""
        site = fact.site
        if rows.get(SITE, site.site_id) is None:
            party = rows.get(PARTY, fact.stream_id)
            rows.patch(PARTY, fact.stream_id, sites=(party["sites"] if party else 0) + 1)
        rows.put(
            SITE,
            {
                "party_id": fact.stream_id,
                **site.model_dump(include={"site_id", "code", "name", "travel_km", "area"}),
                **site.address.model_dump(include={"street", "postcode", "town", "province"}),
            },
        )

    @on(Party.ContactAdded)
    def contact_added(self, fact: Party.ContactAdded, rows: Rows) -> None:
        """A person appears or changes."""
        rows.put(CONTACT, {"party_id": fact.stream_id, **fact.contact.model_dump()})


def _identity(fact: Party.Registered | Party.IdentityChanged) -> dict[str, Any]:
    return {
        "name": fact.name,
        "role": fact.role.value,
        "nature": fact.nature.value,
        "vat_number": fact.tax.vat_number,
        "tax_code": fact.tax.tax_code,
        "town": fact.address.town if fact.address else None,
        "province": fact.address.province if fact.address else None,
    }


class FindParties(Page):
    """Parties whose name, code, VAT number or tax code contain the words."""

    text: str | None = None
    role: str | None = None


def find_parties(reader: Reader, ask: FindParties) -> dict[str, Any]:
    """The parties that match, by name."""
    return page(
        reader,
        ask,
        """select * from {party}
            where (%(text)s::text is null
                   or concat_ws(' ', name, code, vat_number, tax_code) ilike '%%' || %(text)s || '%%')
              and (%(role)s::text is null or role = %(role)s)""",
        order=("name", "party_id"),
    )


class PartySheet(Ask):
    """One party."""

    party_id: UUID


def party_sheet(reader: Reader, ask: PartySheet) -> dict[str, Any] | None:
    """The party with its sites and contacts."""
    params = {"party_id": ask.party_id}
    party = reader.row("select * from {party} where party_id = %(party_id)s", params)
    if party is None:
        return None
    party["sites"] = reader.rows("select * from {party_site} where party_id = %(party_id)s order by code", params)
    party["contacts"] = reader.rows("select * from {party_contact} where party_id = %(party_id)s order by name", params)
    return party
