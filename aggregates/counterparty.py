"""Counterparty (intestatario): a party as a document names it, frozen when the document is made (R7.1, R8.1)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from aggregates.base import Refusal
from aggregates.party import Party, PartyNature
from aggregates.values import FISCAL, OWNER, Address, Keep, Personal, Value


class SiteUnknown(Refusal):
    """The party has no such site; add the site first, or leave it out."""

    status = 422


class AddressMissing(Refusal):
    """{party} has no address; add it, because the document must show it (R8.1)."""

    status = 422


class Destination(Value):
    """A place of the party as it was then."""

    site_id: UUID
    code: str
    name: Annotated[str, Personal(OWNER)]
    address: Annotated[Address, Personal(OWNER)]


class Counterparty(Value):
    """Who a document is for: later changes of the party do not reach it.

    Whoever holds one says under which key its words lie: `BookedParty` or `OfferedParty` (R10.4).
    """

    party_id: UUID
    code: str
    name: Annotated[str, Personal(OWNER)]
    nature: PartyNature
    vat_number: str | None
    tax_code: Annotated[str | None, Personal(OWNER, blank=True)]
    address: Annotated[Address | None, Personal(OWNER)]
    destination: Annotated[Destination | None, Personal(OWNER)] = None

    @classmethod
    def of(cls, party: Party, site_id: UUID | None = None, *, must_have_address: bool = False) -> Counterparty:
        """The party as it is now, with one of its sites. Raises `SiteUnknown`, `AddressMissing`."""
        site = party.sites.get(site_id) if site_id else None
        if site_id is not None and site is None:
            raise SiteUnknown
        if must_have_address and party.address is None and site is None:
            raise AddressMissing(party=party.name)
        return cls(
            party_id=party.id,
            code=party.code,
            name=party.name,
            nature=party.nature,
            vat_number=party.tax.vat_number,
            tax_code=party.tax.tax_code,
            address=party.address,
            destination=Destination(site_id=site.site_id, code=site.code, name=site.name, address=site.address)
            if site
            else None,
        )


BookedParty = Annotated[Counterparty, Personal(".party_id", part=FISCAL, keep=Keep.FISCAL)]
"""Of a paper that the law keeps: it outlives what else is known of the party."""
OfferedParty = Annotated[Counterparty, Personal(".party_id")]
"""Of an offer: it goes with what else is known of the party."""
