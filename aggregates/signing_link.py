"""Signing link (collegamento per la firma): a report signed from afar, by a secret address and a one-time code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event
from aggregates.secret_link import SecretLink
from aggregates.values import Instant, Keep, Personal, Value
from aggregates.work_report import SHA256


class AskedSigner(Value):
    """Who is asked to sign (firmatario); personal data under their own key."""

    signer_id: UUID
    name: Annotated[str, Personal("signer_id", keep=Keep.SERVICE)] = Field(
        min_length=1, max_length=200, examples=["Anna Verdi"]
    )
    email: Annotated[str | None, Personal("signer_id", keep=Keep.SERVICE)] = Field(default=None, max_length=254)
    phone: Annotated[str | None, Personal("signer_id", keep=Keep.SERVICE)] = Field(default=None, max_length=40)


class SignatureAsked(Value):
    """Which revision of which report is to be signed, and what exactly it says."""

    call_id: UUID
    report_id: UUID
    revision: int = Field(ge=0)
    document_sha256: str = Field(pattern=SHA256)


class LinkUsed(Refusal):
    """The report was already signed by this link."""

    status = 410


class SigningLink(SecretLink, Aggregate):
    """One person asked to sign one revision of one report."""

    TOPIC = "signing-link"
    OVER: ClassVar[Mapping[str, type[Refusal]]] = {"used": LinkUsed}

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

    def use(self, user_agent: str | None, act: Act) -> None:
        """Sign by it. Raises `LinkOver`, `LinkUsed`, `NotConfirmed`."""
        self._check_confirmed(act.at)
        self.trigger_event(self.Used, act=act, user_agent=user_agent)

    # Evolve

    @event(Asked)
    def __init__(self, asked: SignatureAsked, signer: AskedSigner, secret_sha256: str, expires_at: Instant) -> None:
        self.asked, self.signer = asked, signer
        self._begin_link(secret_sha256, expires_at)

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
