"""Quote link (collegamento al preventivo): an offer answered from afar, by a secret address and a one-time code (R7.3).

One link shows all alternatives that were sent, and is good for one answer: one of them accepted, or all declined.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.record_ref import RecordRef
from aggregates.secret_link import SecretLink
from aggregates.values import Instant, PersonRef, Value

LINK_AND_CODE: Final = "link+code"
"""The channel of an answer that came by a link, confirmed by its code."""
MOST_CODES: Final = 10


class QuoteAnswer(StrEnum):
    """What the customer said."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class OfferShown(Value):
    """One revision that the link shows."""

    alternative: str
    revision: int = Field(ge=0)


class QuoteLinkUsed(Refusal):
    """This quote was already answered by this link; call us to talk about it."""

    status = 410


class QuoteLinkRevoked(Refusal):
    """This link was taken back; ask us for a new one."""

    status = 410


class QuoteLinkLocked(Refusal):
    """Too many wrong codes were entered and this link is locked; ask us for a new one."""

    status = 410


class QuoteLinkExpired(Refusal):
    """The last day of this offer has passed; ask us for a new one."""

    status = 410


class TooManyCodes(Refusal):
    """Too many codes were asked for; call us, we take your answer by phone."""

    status = 429


class OfferNotShown(Refusal):
    """This link does not show revision {revision} of alternative {alternative}; choose one that it shows."""

    status = 422


class QuoteLink(SecretLink, Aggregate):
    """One person asked to answer one quote."""

    TOPIC = "quote-link"
    OVER: ClassVar[Mapping[str, type[Refusal]]] = {
        "used": QuoteLinkUsed,
        "revoked": QuoteLinkRevoked,
        "locked": QuoteLinkLocked,
        "expired": QuoteLinkExpired,
    }

    class Asked(FirstEvent):
        """Somebody is asked to answer; whoever has the secret may see the offer."""

        TOPIC = "quote-link.asked.v1"
        quote: RecordRef
        offers: tuple[OfferShown, ...]
        person: PersonRef
        secret_sha256: str
        expires_at: Instant

    class CodeMade(Aggregate.Event):
        """A one-time code is on its way; the one before no longer holds."""

        TOPIC = "quote-link.code-made.v1"
        code_sha256: str
        expires_at: Instant

    class CodeWrong(Aggregate.Event):
        """A wrong code was entered; the fifth locks the link."""

        TOPIC = "quote-link.code-wrong.v1"
        tries: int

    class Confirmed(Aggregate.Event):
        """The right code was entered: until then the offer may be answered."""

        TOPIC = "quote-link.confirmed.v1"
        until: Instant

    class Used(Aggregate.Event):
        """The offer was answered; the answer is on the quote."""

        TOPIC = "quote-link.used.v1"
        answer: QuoteAnswer

    class Revoked(Aggregate.Event):
        """The link was taken back."""

        TOPIC = "quote-link.revoked.v1"
        reason: str

    # Decide

    @classmethod
    def ask(
        cls,
        link_id: UUID,
        quote: RecordRef,
        offers: tuple[OfferShown, ...],
        person: PersonRef,
        secret_sha256: str,
        expires_at: Instant,
        act: Act,
    ) -> QuoteLink:
        """Ask somebody to answer until an instant."""
        fields = {"quote": quote, "offers": offers, "person": person}
        return cls.begin(cls.Asked, id=link_id, act=act, secret_sha256=secret_sha256, expires_at=expires_at, **fields)

    def make_code(self, code_sha256: str, act: Act) -> None:
        """See `SecretLink`; ten codes are enough for anybody. Raises `TooManyCodes`."""
        self.check_open(act.at)
        require(self.codes < MOST_CODES, TooManyCodes)
        super().make_code(code_sha256, act)

    def check_shows(self, alternative: str, revision: int) -> None:
        """Raises `OfferNotShown`."""
        is_shown = OfferShown(alternative=alternative, revision=revision) in self.offers
        require(is_shown, OfferNotShown, alternative=alternative, revision=revision)

    def use(self, answer: QuoteAnswer, act: Act) -> None:
        """Answer by it, once. Raises the refusal of its state, `NotConfirmed`."""
        self._check_confirmed(act.at)
        self.trigger_event(self.Used, act=act, answer=answer)

    # Evolve

    @event(Asked)
    def __init__(
        self,
        quote: RecordRef,
        offers: tuple[OfferShown, ...],
        person: PersonRef,
        secret_sha256: str,
        expires_at: Instant,
    ) -> None:
        self.quote, self.offers, self.person = quote, offers, person
        self.codes = 0
        self._begin_link(secret_sha256, expires_at)

    @event(CodeMade)
    def _code_made(self, code_sha256: str, expires_at: Instant) -> None:
        self.code_sha256, self.code_until = code_sha256, expires_at
        self.codes += 1

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
