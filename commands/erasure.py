"""What people may ask when somebody wants to be forgotten (cancellazione): noted, decided, refused, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, require
from aggregates.erasure import (
    Erasure,
    ErasureSubject,
    IdentityCheck,
    LegalHold,
    MendedTable,
    NothingKnown,
    ScopeNotDue,
    StillActive,
    SubjectKind,
)
from aggregates.party import Party
from aggregates.rules.retention import RetentionTerms
from aggregates.technician import Technician
from aggregates.user import User
from aggregates.values import Keep, rome_date
from commands.base import Answer, Command, Entry, Service
from commands.company import parameters
from commands.words import Words

OWN: Mapping[SubjectKind, type[Aggregate]] = {
    SubjectKind.PARTY: Party,
    SubjectKind.TECHNICIAN: Technician,
    SubjectKind.USER: User,
}


class AskErasure(Command):
    """Note that a person wants to be forgotten, and how it was made sure who they are (R10.4)."""

    erasure_id: UUID | None = None
    subject: ErasureSubject
    identity: IdentityCheck
    asked_on: date | None = Field(default=None, description="Today if left out; the answer is due a month later.")


class DecideErasure(Command):
    """Decide a request: what nothing keeps goes at once, the rest on its day (R10.4)."""

    erasure_id: UUID


class RefuseErasure(Command):
    """Refuse a request, with the reason that the person is told."""

    erasure_id: UUID
    reason: Words = Field(min_length=1, max_length=500, examples=["L'identità non è stata provata"])


class CarryOutErasure(Command):
    """Have everything of a request erased whose day has come."""

    erasure_id: UUID


class ConfirmErasure(Command):
    """Note that keys are destroyed, files removed and views mended."""

    erasure_id: UUID
    keep: Keep
    mended: tuple[MendedTable, ...] = ()


def ask_erasure(cmd: AskErasure, act: Act, service: Service) -> Answer:
    """Handles `AskErasure`. Raises `NotFound`, `NothingKnown`."""
    erasure_id = cmd.erasure_id or service.new_id("erasure")
    known = service.find(Erasure, erasure_id)
    if known is None:
        if cmd.subject.kind in OWN:
            service.load(OWN[cmd.subject.kind], cmd.subject.id)
        require(bool(service.lookups.held_keys(cmd.subject)), NothingKnown)
        asked_on = cmd.asked_on or rome_date(act.at)
        service.save(Erasure.ask(erasure_id, cmd.subject, cmd.identity, asked_on, act))
    return {"erasure_id": erasure_id}


def decide_erasure(cmd: DecideErasure, act: Act, service: Service) -> None:
    """Handles `DecideErasure`. Raises `LegalHold`, `StillActive`, `NothingKnown`, `ErasureRefused`."""
    erasure = service.load(Erasure, cmd.erasure_id)
    on = rome_date(act.at)
    _require_free(erasure.subject, on, service)
    held = service.lookups.held_keys(erasure.subject)
    papers = service.lookups.held_papers(erasure.subject)
    until = service.lookups.warranty_until(erasure.subject)
    terms = parameters(service, on).retention or RetentionTerms()
    erasure.decide(held, terms, act, papers=papers, warranty_until_on=until)
    service.save(erasure)


def refuse_erasure(cmd: RefuseErasure, act: Act, service: Service) -> None:
    """Handles `RefuseErasure`. Raises `ErasureAlreadyDecided`."""
    erasure = service.load(Erasure, cmd.erasure_id)
    erasure.refuse(cmd.reason, act)
    service.save(erasure)


def carry_out_erasure(cmd: CarryOutErasure, act: Act, service: Service) -> Answer:
    """Handles `CarryOutErasure`; nothing new is made for a party that was forgotten. Raises `ScopeNotDue`.

    When all is released already, it records nothing.
    """
    erasure = service.load(Erasure, cmd.erasure_id)
    on = rome_date(act.at)
    due = erasure.due(on)
    waiting = [one for one in erasure.scopes if one.keep not in erasure.released]
    if waiting and not due:
        raise ScopeNotDue(on=on, next_on=min(one.erase_on for one in waiting))
    held = service.lookups.held_keys(erasure.subject) if due else ()
    for scope in due:
        keys = {*scope.keys, *(one.key_id for one in held if one.keep is scope.keep)}
        documents, files = service.lookups.papers_of(erasure.subject, scope.keep, keys)
        erasure.release(scope, sorted(keys), documents, files, act)
    service.save(erasure)
    if due and erasure.subject.kind is SubjectKind.PARTY:
        party = service.load(Party, erasure.subject.id)
        party.deactivate(act)
        service.save(party)
    return {"released": [one.keep.value for one in due]}


def confirm_erasure(cmd: ConfirmErasure, act: Act, service: Service) -> None:
    """Handles `ConfirmErasure`; again it records nothing."""
    erasure = service.load(Erasure, cmd.erasure_id)
    erasure.confirm(cmd.keep, cmd.mended, act)
    service.save(erasure)


def _require_free(subject: ErasureSubject, on: date, service: Service) -> None:
    """Raises `LegalHold` while claims are open, `StillActive` while they work with us."""
    needed = service.lookups.needed_still(subject, on)
    require(not needed, LegalHold, because=dict(needed))
    if subject.kind is SubjectKind.TECHNICIAN:
        require(not service.load(Technician, subject.id).active, StillActive)
    elif subject.kind is SubjectKind.USER:
        require(not service.load(User, subject.id).active, StillActive)


NOBODY: frozenset[str] = frozenset()
CONFIRM = Entry("confirm-erasure", "/erasures/{erasure_id}/confirm", ConfirmErasure, confirm_erasure, NOBODY)
"""The eraser's own command, with a role for nobody."""
