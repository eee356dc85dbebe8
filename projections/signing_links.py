"""Signing links (collegamenti per la firma): who was asked to sign what from afar, and how far it got."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.secret_link import MOST_TRIES
from aggregates.signing_link import SigningLink
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

LINK = Table(
    "signing_link",
    {
        "link_id": "uuid", "call_id": "uuid", "report_id": "uuid", "revision": "integer", "name": "text",
        "email": "text", "phone": "text", "secret_sha256": "text", "asked_at": "timestamptz",
        "expires_at": "timestamptz", "state": "text", "tries": "integer", "reason": "text", "used_at": "timestamptz",
    },
    ("link_id",),
    ("asked_at, link_id", "secret_sha256", "report_id"),
)  # fmt: skip


class SigningLinks(ReadModel):
    """Every link with its state; one that has only run out of time is still open here."""

    NAME = "signing_links"
    TABLES = (LINK,)

    @on(SigningLink.Asked)
    def asked(self, fact: SigningLink.Asked, rows: Rows) -> None:
        """Somebody is asked."""
        rows.put(
            LINK,
            {
                "link_id": fact.stream_id,
                **fact.asked.model_dump(exclude={"document_sha256"}),
                **fact.signer.model_dump(exclude={"signer_id"}),
                "secret_sha256": fact.secret_sha256,
                "asked_at": fact.act.at,
                "expires_at": fact.expires_at,
                "state": "open",
                "tries": 0,
            },
        )

    @on(SigningLink.CodeWrong)
    def code_wrong(self, fact: SigningLink.CodeWrong, rows: Rows) -> None:
        """One try less."""
        rows.patch(LINK, fact.stream_id, tries=fact.tries, state="locked" if fact.tries >= MOST_TRIES else "open")

    @on(SigningLink.Used)
    def used(self, fact: SigningLink.Used, rows: Rows) -> None:
        """It is signed."""
        rows.patch(LINK, fact.stream_id, state="used", used_at=fact.act.at)

    @on(SigningLink.Revoked)
    def revoked(self, fact: SigningLink.Revoked, rows: Rows) -> None:
        """It was taken back."""
        rows.patch(LINK, fact.stream_id, state="revoked", reason=fact.reason)


class FindSigningLinks(Page):
    """Signing links, the newest first: of a call or in one state."""

    call_id: UUID | None = None
    state: str | None = None


def find_signing_links(reader: Reader, ask: FindSigningLinks) -> dict[str, Any]:
    """Who was asked to sign, until when, and what came of it; never the secret or its hash."""
    return page(
        reader,
        ask,
        """select link_id, call_id, report_id, revision, name, email, phone, asked_at, expires_at, state, tries, reason,
                  used_at
             from {signing_link}
            where (%(call_id)s::uuid is null or call_id = %(call_id)s)
              and (%(state)s::text is null or state = %(state)s)""",
        order=("-asked_at", "-link_id"),
    )


def link_by_secret(reader: Reader, secret_sha256: str) -> UUID | None:
    """The link whose secret has this hash."""
    row = reader.row("select link_id from {signing_link} where secret_sha256 = %(hash)s", {"hash": secret_sha256})
    return row["link_id"] if row else None
