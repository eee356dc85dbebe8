"""Parties, their sites and contacts, as lists to search (anagrafiche)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.party import Party, PartyRole
from projections.base import Ask, Page, Reader, ReadModel, Rows, Table, on, page

PARTY = Table(
    "party",
    {
        "party_id": "uuid", "code": "text", "name": "text", "role": "text", "nature": "text", "vat_number": "text",
        "tax_code": "text", "town": "text", "province": "text", "sites": "integer",
        "active": "boolean", "price_list_code": "text", "overdue": "numeric", "oldest_due_on": "date",
        "customer_id": "uuid", "converted_on": "date",
    },
    ("party_id",),
    ("code", "lower(code)", "lower(name)", "vat_number", "customer_id where customer_id is not null",
     "party_id where role = 'prospect'"),
)  # fmt: skip
SITE = Table(
    "party_site",
    {
        "site_id": "uuid", "party_id": "uuid", "code": "text", "name": "text", "street": "text", "postcode": "text",
        "town": "text", "province": "text", "country": "text", "latitude": "double precision",
        "longitude": "double precision", "travel_km": "numeric", "area": "text", "calendar_code": "text",
        "notes": "text", "closed_on": "date",
    },
    ("site_id",),
    ("party_id",),
)  # fmt: skip
SITE_CHANGE = Table(
    "party_site_change",
    {"site_id": "uuid", "version": "integer", "changed_at": "timestamptz", "what": "text", "site": "jsonb"},
    ("site_id", "version"),
)
"""What was known of a site, change by change."""
CONTACT = Table(
    "party_contact",
    {
        "contact_id": "uuid", "party_id": "uuid", "name": "text", "phone": "text", "mobile": "text", "email": "text",
        "role": "text", "site_id": "uuid",
    },
    ("contact_id",),
    ("party_id",),
)  # fmt: skip


class Parties(ReadModel):
    """Who the company deals with (anagrafiche)."""

    NAME = "parties"
    TABLES = (PARTY, SITE, SITE_CHANGE, CONTACT)

    @on(Party.Registered)
    def registered(self, fact: Party.Registered, rows: Rows) -> None:
        """A party appears."""
        rows.put(PARTY, {"party_id": fact.stream_id, "code": fact.code, "sites": 0, "active": True, **_identity(fact)})

    @on(Party.IdentityChanged)
    def identity_changed(self, fact: Party.IdentityChanged, rows: Rows) -> None:
        """The list shows the party as it is now."""
        rows.patch(PARTY, fact.stream_id, **_identity(fact))

    @on(Party.SiteAdded)
    def site_added(self, fact: Party.SiteAdded, rows: Rows) -> None:
        """A place appears or changes."""
        site, known = fact.site, rows.get(SITE, fact.site.site_id)
        if known is None:
            party = rows.get(PARTY, fact.stream_id)
            rows.patch(PARTY, fact.stream_id, sites=(party["sites"] if party else 0) + 1)
        rows.put(
            SITE,
            {
                "party_id": fact.stream_id,
                **site.model_dump(exclude={"address"}),
                **site.address.model_dump(),
                "closed_on": known["closed_on"] if known else None,
            },
        )
        noted = rows.get(SITE_CHANGE, site.site_id, fact.originator_version)
        what = noted["what"] if noted else "changed" if known else "added"
        _note(fact, site.site_id, what, rows, site.model_dump(mode="json"))

    @on(Party.SiteClosed)
    def site_closed(self, fact: Party.SiteClosed, rows: Rows) -> None:
        """Nothing new goes to a place."""
        rows.patch(SITE, fact.site_id, closed_on=fact.closed_on)
        _note(fact, fact.site_id, "closed", rows, {"closed_on": fact.closed_on.isoformat()})

    @on(Party.SiteReopened)
    def site_reopened(self, fact: Party.SiteReopened, rows: Rows) -> None:
        """A place is in use again."""
        rows.patch(SITE, fact.site_id, closed_on=None)
        _note(fact, fact.site_id, "reopened", rows, {})

    @on(Party.ContactAdded)
    def contact_added(self, fact: Party.ContactAdded, rows: Rows) -> None:
        """A person appears or changes."""
        rows.put(CONTACT, {"party_id": fact.stream_id, **fact.contact.model_dump()})

    @on(Party.ContactRemoved)
    def contact_removed(self, fact: Party.ContactRemoved, rows: Rows) -> None:
        """A person is spoken to no more."""
        rows.drop(CONTACT, fact.contact_id)

    @on(Party.Converted)
    def converted(self, fact: Party.Converted, rows: Rows) -> None:
        """A prospect is a customer."""
        rows.patch(
            PARTY,
            fact.stream_id,
            role=PartyRole.CUSTOMER.value,
            converted_on=fact.converted_on,
            vat_number=fact.tax.vat_number,
            tax_code=fact.tax.tax_code,
            town=fact.address.town if fact.address else None,
            province=fact.address.province if fact.address else None,
        )

    @on(Party.CustomerLinked)
    def customer_linked(self, fact: Party.CustomerLinked, rows: Rows) -> None:
        """An end user belongs to a customer."""
        rows.patch(PARTY, fact.stream_id, customer_id=fact.customer_id)

    @on(Party.TermsSet)
    def terms_set(self, fact: Party.TermsSet, rows: Rows) -> None:
        """The party buys by another price list."""
        rows.patch(PARTY, fact.stream_id, price_list_code=fact.terms.price_list_code)

    @on(Party.ArrearsReported)
    def arrears_reported(self, fact: Party.ArrearsReported, rows: Rows) -> None:
        """What the party owes is known."""
        arrears = fact.arrears
        overdue, since = (arrears.overdue.amount, arrears.oldest_due_on) if arrears else (None, None)
        rows.patch(PARTY, fact.stream_id, overdue=overdue, oldest_due_on=since)

    @on(Party.Deactivated)
    def deactivated(self, fact: Party.Deactivated, rows: Rows) -> None:
        """Nothing new is made for the party."""
        rows.patch(PARTY, fact.stream_id, active=False)

    @on(Party.Reactivated)
    def reactivated(self, fact: Party.Reactivated, rows: Rows) -> None:
        """The company deals with the party again."""
        rows.patch(PARTY, fact.stream_id, active=True)


def _note(fact: Aggregate.Event, site_id: UUID, what: str, rows: Rows, site: dict[str, Any]) -> None:
    change = {"site_id": site_id, "version": fact.originator_version, "changed_at": fact.act.at}
    rows.put(SITE_CHANGE, {**change, "what": what, "site": site})


def party_by_code(reader: Reader, code: str) -> UUID | None:
    """See `Lookups.party_by_code`."""
    row = reader.row("select party_id from {party} where lower(code) = lower(%(code)s)", {"code": code.strip()})
    return row["party_id"] if row else None


def site_by_code(reader: Reader, party_id: UUID, code: str) -> UUID | None:
    """See `Lookups.site_by_code`."""
    row = reader.row(
        "select site_id from {party_site} where party_id = %(party_id)s and lower(code) = lower(%(code)s)",
        {"party_id": party_id, "code": code.strip()},
    )
    return row["site_id"] if row else None


def party_of_site(reader: Reader, site_id: UUID) -> UUID | None:
    """See `Lookups.party_of_site`."""
    row = reader.row("select party_id from {party_site} where site_id = %(site_id)s", {"site_id": site_id})
    return row["party_id"] if row else None


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
    code: str | None = None
    role: str | None = None
    customer_id: UUID | None = None
    """The customer that end users have their things through."""
    active: bool | None = None
    overdue: bool | None = None


def find_parties(reader: Reader, ask: FindParties) -> dict[str, Any]:
    """The parties that match, by name."""
    return page(
        reader,
        ask,
        """select * from {party}
            where (%(text)s::text is null
                   or concat_ws(' ', name, code, vat_number, tax_code) ilike '%%' || %(text)s || '%%')
              and (%(code)s::text is null or lower(code) = lower(%(code)s))
              and (%(role)s::text is null or role = %(role)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
              and (%(active)s::boolean is null or active = %(active)s)
              and (%(overdue)s::boolean is null or (overdue is not null) = %(overdue)s)""",
        order=("name", "party_id"),
    )


class PartySheet(Ask):
    """One party."""

    party_id: UUID


def party_sheet(reader: Reader, ask: PartySheet) -> dict[str, Any] | None:
    """The party with its terms (not its bank account, which the record shows to the office), sites and contacts."""
    params = {"party_id": ask.party_id}
    party = reader.row("select * from {party} where party_id = %(party_id)s", params)
    if party is None:
        return None
    party["sites"] = reader.rows("select * from {party_site} where party_id = %(party_id)s order by code", params)
    party["end_users"] = reader.rows(
        "select party_id, code, name, town from {party} where customer_id = %(party_id)s order by name limit 50", params
    )
    party["contacts"] = reader.rows("select * from {party_contact} where party_id = %(party_id)s order by name", params)
    known = reader.record(ask.party_id)
    party["terms"] = known.terms.model_dump(mode="json", exclude={"iban"}) if isinstance(known, Party) else None
    return party


class FindSites(Page):
    """The places of all parties, of one party, or of an area."""

    text: str | None = None
    party_id: UUID | None = None
    area: str | None = None
    is_open: bool | None = None


def find_sites(reader: Reader, ask: FindSites) -> dict[str, Any]:
    """The sites with the name of their party."""
    return page(
        reader,
        ask,
        """select s.site_id, s.party_id, p.code as party_code, p.name as party_name, s.code, s.name, s.street,
                  s.postcode, s.town, s.province, s.country, s.latitude, s.longitude, s.travel_km, s.area,
                  s.calendar_code, s.notes, s.closed_on
             from {party_site} s join {party} p using (party_id)
            where (%(text)s::text is null
                   or concat_ws(' ', s.code, s.name, s.street, s.town, p.name) ilike '%%' || %(text)s || '%%')
              and (%(party_id)s::uuid is null or s.party_id = %(party_id)s)
              and (%(area)s::text is null or s.area = %(area)s)
              and (%(is_open)s::boolean is null or %(is_open)s =
                   (s.closed_on is null or s.closed_on > (now() at time zone 'Europe/Rome')::date))""",
        order=("party_name", "name", "site_id"),
    )


class SiteSheet(Ask):
    """One site."""

    site_id: UUID


def site_sheet(reader: Reader, ask: SiteSheet) -> dict[str, Any] | None:
    """The site with its party, contacts, items counted, and what was known of it before."""
    params = ask.model_dump()
    site = reader.row(
        """select s.*, p.code as party_code, p.name as party_name from {party_site} s join {party} p using (party_id)
            where s.site_id = %(site_id)s""",
        params,
    )
    if site is None:
        return None
    site["contacts"] = reader.rows("select * from {party_contact} where site_id = %(site_id)s order by name", params)
    counted = reader.row("select count(*) as items from {serial_item} where site_id = %(site_id)s", params)
    site["items"] = counted["items"] if counted else 0
    site["changes"] = reader.rows(
        "select version, changed_at, what, site from {party_site_change} where site_id = %(site_id)s order by version",
        params,
    )
    return site
