"""Erasure (cancellazione dei dati personali): a person's request, what is decided, and what is gone (R10.4).

What nothing keeps goes at once; what the law keeps is restricted until its day, and then goes as well. To erase is to
destroy keys: the log keeps its facts and their proofs, only the words in them can never be read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.retention import GROUNDS, Ground, RetentionTerms, answer_by, kept_until
from aggregates.values import Keep, Value, rome_date

MOST_KEYS = 10_000


class SubjectKind(StrEnum):
    """Who may ask."""

    PARTY = "party"
    """A customer, end user or supplier, with its contacts, callers and signers."""
    PERSON = "person"
    """A contact, caller or signer, by their own id."""
    TECHNICIAN = "technician"
    USER = "user"


class StillNeeded(StrEnum):
    """What a person's data are still needed for."""

    UNPAID_DOCUMENTS = "unpaid_documents"
    OPEN_CALLS = "open_calls"
    RUNNING_CONTRACTS = "running_contracts"


class IdentityCheck(StrEnum):
    """How we knew that it was they who asked."""

    IN_PERSON = "in_person"
    KNOWN_ADDRESS = "known_address"
    SIGNED = "signed"
    REPRESENTATIVE = "representative"
    AUTHORITY = "authority"


class ErasureSubject(Value):
    """Whose data it is."""

    kind: SubjectKind
    id: UUID


class HeldKey(Value):
    """A key that something of the person lies under: why it is kept, and the day of the last entry under it."""

    key_id: UUID
    keep: Keep
    last_on: date


class HeldPapers(Value):
    """Why printed documents are kept, and the day of the last of them."""

    keep: Keep
    last_on: date


class ErasureScope(Value):
    """What is kept for one reason: its keys go, and its papers, on a day."""

    keep: Keep
    ground: Ground
    erase_on: date
    last_on: date
    keys: tuple[UUID, ...] = Field(max_length=MOST_KEYS)


class MendedTable(Value):
    """Rows of a view that no longer tell what they told."""

    table: str
    rows: int = Field(gt=0)


class ErasureRefused(Refusal):
    """This request was refused; ask anew if something has changed."""


class ErasureAlreadyDecided(Refusal):
    """It was decided on {on} what goes and what stays; that cannot be taken back."""


class ErasureNotDecided(Refusal):
    """Nobody has decided this request yet; decide it first."""


class NothingKnown(Refusal):
    """Nothing is known of this person, or it was already erased."""

    status = 404


class LegalHold(Refusal):
    """Their data are still needed: {because}. Settle this first; so long the law lets them stay (art. 17(3)(e))."""


class StillActive(Refusal):
    """They still work with us; deactivate the technician or user first."""


class ScopeNotDue(Refusal):
    """Nothing of this request is to be erased on {on}; the next day is {next_on}."""


class Erasure(Aggregate):
    """One person's request to be forgotten."""

    TOPIC = "erasure"

    class Asked(FirstEvent):
        """Somebody asked, and it was made sure who; the answer is due within a month."""

        TOPIC = "erasure.asked.v1"
        subject: ErasureSubject
        identity: IdentityCheck
        asked_on: date
        answer_by_on: date

    class Refused(Aggregate.Event):
        """It is not done, for a reason that the person is told."""

        TOPIC = "erasure.refused.v1"
        reason: str

    class Decided(Aggregate.Event):
        """What goes at once, and what stays until which day for which reason; until then it is restricted."""

        TOPIC = "erasure.decided.v1"
        subject: ErasureSubject
        scopes: tuple[ErasureScope, ...]
        decided_on: date

    class Released(Aggregate.Event):
        """The keys of a scope are to be destroyed and its files removed, from now on and for ever."""

        TOPIC = "erasure.released.v1"
        subject: ErasureSubject
        keep: Keep
        keys: tuple[UUID, ...]
        documents: tuple[UUID, ...] = ()
        files: tuple[str, ...] = ()
        """Uploaded ones, by their SHA-256."""
        released_on: date

    class CarriedOut(Aggregate.Event):
        """It was done: so many keys destroyed, files removed, rows of views mended; nothing of it can be read."""

        TOPIC = "erasure.carried-out.v1"
        subject: ErasureSubject
        keep: Keep
        keys: int
        documents: int
        files: int
        mended: tuple[MendedTable, ...]
        carried_out_on: date

    # Decide

    @classmethod
    def ask(
        cls, erasure_id: UUID, subject: ErasureSubject, identity: IdentityCheck, asked_on: date, act: Act
    ) -> Erasure:
        """Note a request and the day by which it is answered (art. 12(3) GDPR)."""
        said = {"subject": subject, "identity": identity, "asked_on": asked_on, "answer_by_on": answer_by(asked_on)}
        return cls.begin(cls.Asked, id=erasure_id, act=act, **said)

    def refuse(self, reason: str, act: Act) -> None:
        """Do nothing, for a reason; again it records nothing. Raises `ErasureAlreadyDecided`."""
        require(self.decided_on is None, ErasureAlreadyDecided, on=self.decided_on)
        if self.refused_because != reason:
            self.trigger_event(self.Refused, act=act, reason=reason)

    def decide(
        self,
        held: Sequence[HeldKey],
        terms: RetentionTerms,
        act: Act,
        *,
        papers: Sequence[HeldPapers] = (),
        warranty_until_on: date | None = None,
    ) -> None:
        """Say of everything that is held whether it goes or stays until which day; again it records nothing.

        Raises `ErasureRefused`, `NothingKnown`.
        """
        require(self.refused_because is None, ErasureRefused)
        if self.decided_on is not None:
            return
        require(bool(held), NothingKnown)
        on = rome_date(act.at)
        scopes = scopes_of(held, papers, terms, on, warranty_until_on)
        self.trigger_event(self.Decided, act=act, subject=self.subject, scopes=scopes, decided_on=on)

    def due(self, on: date) -> tuple[ErasureScope, ...]:
        """The scopes that may not be kept on a day and are not released yet. Raises `ErasureNotDecided`."""
        require(self.decided_on is not None, ErasureNotDecided)
        return tuple(one for one in self.scopes if one.erase_on <= on and one.keep not in self.released)

    def release(
        self, scope: ErasureScope, keys: Sequence[UUID], documents: Sequence[UUID], files: Sequence[str], act: Act
    ) -> None:
        """Have a due scope erased: the keys that it was decided for and those that came since."""
        on = rome_date(act.at)
        require(scope in self.due(on), ScopeNotDue, on=on, next_on=scope.erase_on)
        self.trigger_event(
            self.Released,
            act=act,
            subject=self.subject,
            keep=scope.keep,
            keys=tuple(sorted({*scope.keys, *keys})),
            documents=tuple(sorted(documents)),
            files=tuple(sorted(files)),
            released_on=on,
        )

    def confirm(self, keep: Keep, mended: Sequence[MendedTable], act: Act) -> None:
        """Note that a released scope is gone; again it records nothing. Raises `ErasureNotDecided`."""
        require(keep in self.released, ErasureNotDecided)
        if keep in self.carried_out:
            return
        keys, documents, files = self.released[keep]
        self.trigger_event(
            self.CarriedOut,
            act=act,
            subject=self.subject,
            keep=keep,
            keys=keys,
            documents=documents,
            files=files,
            mended=tuple(mended),
            carried_out_on=rome_date(act.at),
        )

    # Evolve

    @event(Asked)
    def __init__(self, subject: ErasureSubject, asked_on: date) -> None:
        self.subject, self.asked_on = subject, asked_on
        self.refused_because: str | None = None
        self.decided_on: date | None = None
        self.scopes: tuple[ErasureScope, ...] = ()
        self.released: dict[Keep, tuple[int, int, int]] = {}
        self.carried_out: set[Keep] = set()

    @event(Refused)
    def _refused(self, reason: str) -> None:
        self.refused_because = reason

    @event(Decided)
    def _decided(self, scopes: tuple[ErasureScope, ...], decided_on: date) -> None:
        self.scopes, self.decided_on = scopes, decided_on

    @event(Released)
    def _released(
        self, keep: Keep, keys: tuple[UUID, ...], documents: tuple[UUID, ...], files: tuple[str, ...]
    ) -> None:
        self.released[keep] = (len(keys), len(documents), len(files))

    @event(CarriedOut)
    def _carried_out(self, keep: Keep) -> None:
        self.carried_out.add(keep)


def scopes_of(
    held: Sequence[HeldKey],
    papers: Sequence[HeldPapers],
    terms: RetentionTerms,
    asked_on: date,
    warranty_until_on: date | None,
) -> tuple[ErasureScope, ...]:
    """What is held by the reason that keeps it; the last entry or paper of all under a reason counts for it."""
    known: tuple[HeldKey | HeldPapers, ...] = (*held, *papers)
    found = []
    for keep in sorted({one.keep for one in known}):
        last_on = max(one.last_on for one in known if one.keep is keep)
        until = kept_until(keep, last_on, terms, asked_on=asked_on, warranty_until_on=warranty_until_on)
        keys = tuple(sorted(one.key_id for one in held if one.keep is keep))
        ground = GROUNDS.get(keep, Ground.NO_GROUND)
        found.append(ErasureScope(keep=keep, ground=ground, erase_on=until, last_on=last_on, keys=keys))
    return tuple(found)
