"""What a quote link shows (offerta): the revisions that still stand, as they were sent, with their printed papers."""

from __future__ import annotations

from typing import Any

from aggregates.base import Refusal
from aggregates.quote import Quote
from aggregates.quote_link import QuoteLink
from aggregates.quote_values import RevisionState, quote_totals
from aggregates.values import Instant
from gateways.wiring import House
from projections.quote_links import quote_document

LINE = ("line_id", "description", "quantity", "unit", "unit_price", "optional", "covered_reason")


class OfferReplaced(Refusal):
    """This offer was answered, or a newer one took its place; ask us for the new one."""

    status = 410


def offer(house: House, link: QuoteLink, quote: Quote, at: Instant) -> dict[str, Any]:
    """What can be answered at an instant. Raises `OfferReplaced` and the refusal of the link's state."""
    link.check_open(at)
    company = house.reader.row("select name from {company_profile}") or {}
    shown = [_shown(house, quote, one.alternative, one.revision) for one in link.offers]
    standing = [one for one in shown if one["state"] == RevisionState.SENT]
    if not standing:
        raise OfferReplaced
    return {
        "number": quote.number,
        "company": company.get("name") or house.slug,
        "customer": quote.customer.name,
        "subject": quote.terms.subject,
        "person": link.person.name,
        "expires_at": link.expires_at,
        "is_confirmed": link.confirmed_until is not None and at < link.confirmed_until,
        "can_mail_code": bool(link.person.email),
        "offers": standing,
    }


def _shown(house: House, quote: Quote, alternative: str, revision: int) -> dict[str, Any]:
    one = quote.revision(alternative, revision)
    totals = quote_totals(one.lines)
    found = quote_document(house.reader, quote.id, alternative, revision)
    return {
        "alternative": alternative,
        "revision": revision,
        "state": one.state,
        "valid_until": one.valid_until,
        "lines": [{**{name: getattr(line, name) for name in LINE}, "amount": line.amount} for line in one.lines],
        "net": totals.net,
        "tax": totals.tax,
        "total": totals.total,
        "document_sha256": found["sha256"] if found else None,
    }
