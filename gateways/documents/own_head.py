"""The company's own head (intestazione) on what is printed and not kept: printed lists, records, the month's report."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aggregates.company import Company
from gateways.documents.archive import Archive
from gateways.documents.dress import looking
from gateways.documents.logo import logo_of
from projections.base import Reader
from projections.documents.content import Letterhead
from projections.documents.identities import own_letterhead
from projections.documents.records import ContentMissing, KnownRecords


def own_head(reader: Reader, company_id: UUID, at: datetime, archive: Archive) -> Letterhead | None:
    """The letterhead as documents have it, with colour, motto and logo; None before the company has told its data."""
    try:
        plain = own_letterhead(KnownRecords(reader, at), company_id)
    except ContentMissing:
        return None
    company = reader.record(company_id, known_at=at)
    issuer = looking(plain, company.look) if isinstance(company, Company) else plain
    return issuer.model_copy(update={"logo": logo_of(issuer, archive, company_id)})
