"""Quote links (collegamenti ai preventivi): who was asked to answer which quote, and how far it got."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.quote_link import QuoteLink
from aggregates.secret_link import MOST_TRIES
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

LINK = Table(
    "quote_link",
    {
        "link_id": "uuid", "quote_id": "uuid", "quote_number": "text", "offers": "jsonb", "name": "text",
        "email": "text", "phone": "text", "secret_sha256": "text", "asked_at": "timestamptz",
        "expires_at": "timestamptz", "state": "text", "tries": "integer", "reason": "text", "answer": "text",
        "answered_at": "timestamptz",
    },
    ("link_id",),
    ("asked_at, link_id", "secret_sha256", "quote_id"),
)  # fmt: skip


class QuoteLinks(ReadModel):
    """Every link with its state; one that has only run out of time is still open here."""

    NAME = "quote_links"
    TABLES = (LINK,)

    @on(QuoteLink.Asked)
    def asked(self, fact: QuoteLink.Asked, rows: Rows) -> None:
        """Somebody is asked."""
        rows.put(
            LINK,
            {
                "link_id": fact.stream_id,
                "quote_id": fact.quote.id,
                "quote_number": fact.quote.number,
                "offers": [one.model_dump(mode="json") for one in fact.offers],
                **fact.person.model_dump(include={"name", "email", "phone"}),
                "secret_sha256": fact.secret_sha256,
                "asked_at": fact.act.at,
                "expires_at": fact.expires_at,
                "state": "open",
                "tries": 0,
            },
        )

    @on(QuoteLink.CodeWrong)
    def code_wrong(self, fact: QuoteLink.CodeWrong, rows: Rows) -> None:
        """One try less."""
        rows.patch(LINK, fact.stream_id, tries=fact.tries, state="locked" if fact.tries >= MOST_TRIES else "open")

    @on(QuoteLink.Used)
    def used(self, fact: QuoteLink.Used, rows: Rows) -> None:
        """It is answered."""
        rows.patch(LINK, fact.stream_id, state="used", answer=fact.answer.value, answered_at=fact.act.at)

    @on(QuoteLink.Revoked)
    def revoked(self, fact: QuoteLink.Revoked, rows: Rows) -> None:
        """It was taken back."""
        rows.patch(LINK, fact.stream_id, state="revoked", reason=fact.reason)


class FindQuoteLinks(Page):
    """Quote links, the newest first: of a quote or in one state."""

    quote_id: UUID | None = None
    state: str | None = None


def find_quote_links(reader: Reader, ask: FindQuoteLinks) -> dict[str, Any]:
    """Who was asked to answer, until when, and what came of it; never the secret or its hash."""
    return page(
        reader,
        ask,
        """select link_id, quote_id, quote_number, offers, name, email, phone, asked_at, expires_at, state, tries,
                  reason, answer, answered_at
             from {quote_link}
            where (%(quote_id)s::uuid is null or quote_id = %(quote_id)s)
              and (%(state)s::text is null or state = %(state)s)""",
        order=("-asked_at", "-link_id"),
    )


def quote_link_by_secret(reader: Reader, secret_sha256: str) -> UUID | None:
    """The link whose secret has this hash."""
    row = reader.row("select link_id from {quote_link} where secret_sha256 = %(hash)s", {"hash": secret_sha256})
    return row["link_id"] if row else None


def quote_document(reader: Reader, quote_id: UUID, alternative: str, revision: int) -> dict[str, Any] | None:
    """The printed document of a sent revision: its id, file name, version and SHA-256; None until it is printed."""
    return reader.row(
        """select d.document_id, d.file_name, d.version, d.sha256 from {quote_revision} r
             join {issued_document} d
               on d.record_id = r.quote_id and d.version = r.version and d.kind = 'quote' and d.part = r.alternative
            where r.quote_id = %(quote_id)s and r.alternative = %(alternative)s and r.revision = %(revision)s""",
        {"quote_id": quote_id, "alternative": alternative, "revision": revision},
    )
