"""Signing link (collegamento per la firma): a report signed from afar, by a secret address and a one-time code.

The log keeps only hashes of both. The address tells which report; the code, sent by another way, tells that the right
person is reading it. A code holds ten minutes and five tries; after the fifth wrong one the link is locked for good.
"""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import Instant, Personal, Value
from aggregates.work_report import SHA256

CODE_HOLDS: Final = timedelta(minutes=10)
CONFIRMED_HOLDS: Final = timedelta(minutes=30)
MOST_TRIES: Final = 5


class AskedSigner(Value):
    """Who is asked to sign (firmatario); personal data under their own key."""

    signer_id: UUID
    name: Annotated[str, Personal("signer_id")] = Field(min_length=1, max_length=200, examples=["Anna Verdi"])
    email: Annotated[str | None, Personal("signer_id")] = Field(default=None, max_length=254)
    phone: Annotated[str | None, Personal("signer_id")] = Field(default=None, max_length=40)


class SignatureAsked(Value):
    """Which revision of which report is to be signed, and what exactly it says."""

    call_id: UUID
    report_id: UUID
    revision: int = Field(ge=0)
    document_sha256: str = Field(pattern=SHA256)


class LinkOver(Refusal):
    """This link can no longer be used ({state}); ask for a new one."""

    status = 410


class CodeMissing(Refusal):
    """No code was sent, or it has expired; ask for a new one."""


class NotConfirmed(Refusal):
    """Enter the code that was sent to you first."""

    status = 403


class LinkUsed(Refusal):
    """The report was already signed by this link."""

    status = 410


class SigningLink(Aggregate):
    """One person asked to sign one revision of one report."""

    TOPIC = "signing-link"

    class Asked(FirstEvent):
        """Somebody is asked to sign; whoever has the secret may see the report."""

        TOPIC = "signing-link.asked.v1"
        asked: SignatureAsked
        signer: AskedSigner
        secret_sha256: str
        expires_at: Instant

    class CodeMade(Aggregate.Event):
        """A one-time code is on its way; the one before no longer holds."""

        TOPIC = "signing-link.code-made.v1"
        code_sha256: str
        expires_at: Instant

    class CodeWrong(Aggregate.Event):
        """A wrong code was entered; the fifth locks the link."""

        TOPIC = "signing-link.code-wrong.v1"
        tries: int

    class Confirmed(Aggregate.Event):
        """The right code was entered: until then the report may be signed."""

        TOPIC = "signing-link.confirmed.v1"
        until: Instant

    class Used(Aggregate.Event):
        """The report was signed; the signature is on the call."""

        TOPIC = "signing-link.used.v1"
        user_agent: str | None

    class Revoked(Aggregate.Event):
        """The link was taken back."""

        TOPIC = "signing-link.revoked.v1"
        reason: str

    # Decide

    @classmethod
    def ask(
        cls,
        link_id: UUID,
        asked: SignatureAsked,
        signer: AskedSigner,
        secret_sha256: str,
        expires_at: Instant,
        act: Act,
    ) -> SigningLink:
        """Ask somebody to sign until an instant."""
        return cls.begin(
            cls.Asked,
            id=link_id,
            act=act,
            asked=asked,
            signer=signer,
            secret_sha256=secret_sha256,
            expires_at=expires_at,
        )

    def state(self, at: Instant) -> str:
        """Where the link stands: open, used, revoked, locked, expired."""
        if self.used:
            return "used"
        if self.revoked:
            return "revoked"
        if self.tries >= MOST_TRIES:
            return "locked"
        return "open" if at < self.expires_at else "expired"

    def check_open(self, at: Instant) -> None:
        """Raises `LinkUsed`, `LinkOver`."""
        state = self.state(at)
        require(state != "used", LinkUsed)
        require(state == "open", LinkOver, state=state)

    def make_code(self, code_sha256: str, act: Act) -> None:
        """Give the link a code that holds ten minutes. Wrong tries of codes before it count on."""
        self.check_open(act.at)
        self.trigger_event(self.CodeMade, act=act, code_sha256=code_sha256, expires_at=act.at + CODE_HOLDS)

    def try_code(self, code_sha256: str, act: Act) -> bool:
        """Whether it is the code; a wrong one is counted. A code counts once. Raises `CodeMissing`, `LinkOver`."""
        self.check_open(act.at)
        if self.code_sha256 is None or self.code_until is None or act.at >= self.code_until:
            raise CodeMissing
        if not compare_digest(self.code_sha256, code_sha256):
            self.trigger_event(self.CodeWrong, act=act, tries=self.tries + 1)
            return False
        self.trigger_event(self.Confirmed, act=act, until=act.at + CONFIRMED_HOLDS)
        return True

    def use(self, user_agent: str | None, act: Act) -> None:
        """Sign by it. Raises `LinkOver`, `LinkUsed`, `NotConfirmed`."""
        self.check_open(act.at)
        require(self.confirmed_until is not None and act.at < self.confirmed_until, NotConfirmed)
        self.trigger_event(self.Used, act=act, user_agent=user_agent)

    def revoke(self, reason: str, act: Act) -> None:
        """Take it back; once is enough. Raises `LinkUsed`."""
        require(not self.used, LinkUsed)
        if not self.revoked:
            self.trigger_event(self.Revoked, act=act, reason=reason)

    # Evolve

    @event(Asked)
    def __init__(self, asked: SignatureAsked, signer: AskedSigner, secret_sha256: str, expires_at: Instant) -> None:
        self.asked, self.signer, self.secret_sha256, self.expires_at = asked, signer, secret_sha256, expires_at
        self.code_sha256: str | None = None
        self.code_until: Instant | None = None
        self.confirmed_until: Instant | None = None
        self.tries = 0
        self.used = self.revoked = False

    @event(CodeMade)
    def _code_made(self, code_sha256: str, expires_at: Instant) -> None:
        self.code_sha256, self.code_until = code_sha256, expires_at

    @event(CodeWrong)
    def _code_wrong(self, tries: int) -> None:
        self.tries = tries

    @event(Confirmed)
    def _confirmed(self, until: Instant) -> None:
        self.confirmed_until, self.code_sha256 = until, None

    @event(Used)
    def _used(self) -> None:
        self.used = True

    @event(Revoked)
    def _revoked(self) -> None:
        self.revoked = True
