"""Notice (avviso): what somebody is told of a happening, in frozen words, and what became of it (CAL-7).

A rule, an occasion and a recipient make one notice, whatever runs twice. Sending happens at least once: a message goes
out before it is recorded as sent, and a repeated one has the same Message-ID.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.issued_document import DocumentData
from aggregates.notice_terms import Happening, NoticeChannel, Whom
from aggregates.values import Instant, Personal, Value

NOTICES = UUID("a9c1d2b7-5f0e-5c44-8b1a-0d6e7f3a9c12")
MOST_ATTEMPTS = 8
FIRST_RETRY = timedelta(minutes=2)
"""Doubled after each attempt that failed for now."""
CLOCKS_APART = timedelta(hours=1)
"""How far another server's clock may be behind ours: a report from before that is about an earlier sending."""


class NoticeNotGivenUp(Refusal):
    """This notice was not given up; there is nothing to try again."""


class NoticeNotSent(Refusal):
    """This notice has not gone out yet; nothing of it can have come back."""


class NoticeState(StrEnum):
    """Where a notice stands."""

    DUE = "due"
    SENT = "sent"
    LAPSED = "lapsed"
    GIVEN_UP = "given_up"
    UNDELIVERED = "undelivered"


class Lapse(StrEnum):
    """Why a notice is not sent."""

    TOO_LATE = "too_late"
    NO_ADDRESS = "no_address"
    UNWANTED = "unwanted"


class Attached(Value):
    """An issued document that goes with the message, as it lies in the archive."""

    document_id: UUID
    name: str
    sha256: str
    archive_kind: str
    record_id: UUID
    version: int = Field(ge=1)

    @classmethod
    def of(cls, document: DocumentData) -> Attached:
        """An issued document as a message carries it."""
        file = document.file
        return cls(
            document_id=document.document_id,
            name=file.name,
            sha256=file.sha256,
            archive_kind=file.archive_kind,
            record_id=document.record_id,
            version=document.version,
        )


class Addressed(Value):
    """A recipient with the words for them, or the reason why nobody is written to."""

    whom: Whom | None = None
    person_id: UUID | None = None
    name: str | None = None
    address: str | None = None
    subject: str | None = None
    text: str | None = None
    lapse: Lapse | None = None


class Occasion(Value):
    """The happening that a notice is about; its key makes it once for each rule."""

    key: str = Field(min_length=1, max_length=200)
    happening: Happening
    happened_at: Instant
    call_id: UUID | None = Field(default=None, description="None for what is about no call.")
    cause_id: UUID = Field(description="The stream whose fact caused it.")
    customer_id: UUID | None = Field(default=None, description="The customer or supplier whom it is about.")


def notice_id(rule: str, key: str, person_id: UUID | None) -> UUID:
    """The id of what one person is told by a rule on an occasion."""
    return uuid5(NOTICES, f"{rule}/{key}/{person_id or 'nobody'}")


class Notice(Aggregate):
    """One person told one thing."""

    TOPIC = "notice"

    class Written(FirstEvent):
        """A happening is to be told in these words, or there is a reason why not."""

        TOPIC = "notice.written.v1"
        rule: str
        occasion: Occasion
        channel: NoticeChannel
        whom: Whom | None
        person_id: UUID | None
        name: Annotated[str | None, Personal("person_id")]
        address: Annotated[str | None, Personal("person_id")]
        subject: Annotated[str | None, Personal("person_id")]
        text: Annotated[str | None, Personal("person_id")]
        attached: tuple[Attached, ...] = ()
        due_at: Instant
        use_by_at: Instant
        lapse: Lapse | None = None

    class Sent(Aggregate.Event):
        """The mail server took the message."""

        TOPIC = "notice.sent.v1"
        message_id: str

    class Failed(Aggregate.Event):
        """The message did not go out this time."""

        TOPIC = "notice.failed.v1"
        person_id: UUID
        attempt: int
        reason: Annotated[str, Personal("person_id")]
        retry_at: Instant

    class GivenUp(Aggregate.Event):
        """The message will not go out unless somebody has it tried again."""

        TOPIC = "notice.given-up.v1"
        person_id: UUID
        attempt: int
        reason: Annotated[str, Personal("person_id")]

    class Undelivered(Aggregate.Event):
        """It went out, and came back: the address is wrong, the mailbox full, the number not in use."""

        TOPIC = "notice.undelivered.v1"
        person_id: UUID
        status: str | None = Field(default=None, description="As mail servers write it, such as 5.1.1 (RFC 3463).")
        reason: Annotated[str, Personal("person_id")]

    class Lapsed(Aggregate.Event):
        """It was not sent in time, and is of no use any more."""

        TOPIC = "notice.lapsed.v1"
        reason: Lapse

    class TriedAgain(Aggregate.Event):
        """Somebody put right what was in the way: it is due again, whatever its use-by was."""

        TOPIC = "notice.tried-again.v1"
        use_by_at: Instant

    # Decide

    @classmethod
    def write(
        cls,
        rule: str,
        occasion: Occasion,
        channel: NoticeChannel,
        to: Addressed,
        due_at: datetime,
        use_by_at: datetime,
        attached: tuple[Attached, ...],
        act: Act,
    ) -> Notice:
        """What one person is told; due after its use-by, it lapses at once."""
        is_late = max(act.at, due_at) > use_by_at
        lapse = to.lapse or (Lapse.TOO_LATE if is_late else None)
        the_id = notice_id(rule, occasion.key, to.person_id)
        told = {name: value for name, value in dict(to).items() if name != "lapse"}
        times = {"due_at": due_at, "use_by_at": use_by_at, "lapse": lapse}
        about = {"rule": rule, "occasion": occasion, "channel": channel, "attached": attached}
        return cls.begin(cls.Written, id=the_id, act=act, **about, **told, **times)

    def send(self, message_id: str, act: Act) -> None:
        """The message went out; once is enough."""
        if self.state is NoticeState.DUE:
            self.trigger_event(self.Sent, act=act, message_id=message_id)

    def fail(self, reason: str, *, for_good: bool, act: Act) -> None:
        """The message did not go out: try later, or give up when it never will or was tried often enough."""
        if self.state is not NoticeState.DUE or self.person_id is None:
            return
        attempt = self.attempts + 1
        said = {"person_id": self.person_id, "attempt": attempt, "reason": reason}
        if for_good or attempt >= MOST_ATTEMPTS:
            self.trigger_event(self.GivenUp, act=act, **said)
        else:
            self.trigger_event(self.Failed, act=act, **said, retry_at=act.at + FIRST_RETRY * 2 ** (attempt - 1))

    def come_back(self, reason: str, status: str | None, reported_at: datetime | None, act: Act) -> None:
        """It did not arrive, as somebody reports; a report about an earlier sending says nothing.

        Raises `NoticeNotSent`.
        """
        if self.state is NoticeState.UNDELIVERED:
            return
        if self.sent_at is None or self.person_id is None:
            raise NoticeNotSent
        if reported_at is not None and reported_at < self.sent_at - CLOCKS_APART:
            return
        require(self.state is NoticeState.SENT, NoticeNotSent)
        said = {"person_id": self.person_id, "status": status, "reason": reason}
        self.trigger_event(self.Undelivered, act=act, **said)

    def lapse(self, act: Act) -> None:
        """Its time is over; nothing before its use-by, nor when it went out."""
        if self.state is NoticeState.DUE and act.at > self.use_by_at:
            self.trigger_event(self.Lapsed, act=act, reason=Lapse.TOO_LATE)

    def try_again(self, act: Act) -> None:
        """Send it after all, within a day. Raises `NoticeNotGivenUp`."""
        require(self.state in (NoticeState.GIVEN_UP, NoticeState.UNDELIVERED), NoticeNotGivenUp)
        self.trigger_event(self.TriedAgain, act=act, use_by_at=act.at + timedelta(days=1))

    # Evolve

    @event(Written)
    def __init__(
        self,
        occasion: Occasion,
        channel: NoticeChannel,
        person_id: UUID | None,
        name: str | None,
        address: str | None,
        subject: str | None,
        text: str | None,
        attached: tuple[Attached, ...],
        due_at: datetime,
        use_by_at: datetime,
        lapse: Lapse | None,
    ) -> None:
        self.occasion, self.channel, self.person_id = occasion, channel, person_id
        self.name, self.address, self.subject, self.text = name, address, subject, text
        self.attached = attached
        self.due_at, self.use_by_at = due_at, use_by_at
        self.state = NoticeState.DUE if lapse is None else NoticeState.LAPSED
        self.attempts = 0
        self.sent_at: datetime | None = None

    @event(Sent)
    def _sent(self, act: Act) -> None:
        self.state, self.sent_at = NoticeState.SENT, act.at

    @event(Undelivered)
    def _undelivered(self) -> None:
        self.state = NoticeState.UNDELIVERED

    @event(Failed)
    def _failed(self, attempt: int, retry_at: datetime) -> None:
        self.attempts, self.due_at = attempt, retry_at

    @event(GivenUp)
    def _given_up(self, attempt: int) -> None:
        self.attempts, self.state = attempt, NoticeState.GIVEN_UP

    @event(Lapsed)
    def _lapsed(self) -> None:
        self.state = NoticeState.LAPSED

    @event(TriedAgain)
    def _tried_again(self, act: Act, use_by_at: datetime) -> None:
        self.state, self.attempts = NoticeState.DUE, 0
        self.due_at, self.use_by_at = act.at, use_by_at
