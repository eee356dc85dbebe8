"""What people may ask about technicians' positions (posizioni dei tecnici): lawful, in working time, kept for hours."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.position_sharing import BasisKind, PositionBasis, PositionSharing, position_sharing_id
from aggregates.technician import Technician
from aggregates.technician_position import Sighting, TechnicianPosition, technician_position_id
from aggregates.user import User
from aggregates.values import Instant, rome_date
from commands.base import Answer, Command, Service
from commands.words import Words


class NotYourself(Refusal):
    """Only the technician can do this, signed in as themselves."""

    status = 403


class RecordPositionBasis(Command):
    """Record what makes it lawful to know technicians' positions: a union agreement or an inspectorate permit."""

    basis_id: UUID | None = None
    technician_id: UUID | None = Field(default=None, description="Left out, for the whole company.")
    kind: BasisKind
    document: Words = Field(min_length=1, max_length=200, examples=["Accordo sindacale del 12/01/2026, prot. 88"])
    valid_from_on: date
    valid_to_on: date | None = None


class EndPositionBasis(Command):
    """Let a legal basis for positions end with a day; positions are refused afterwards."""

    basis_id: UUID
    technician_id: UUID | None = Field(default=None, description="As it was recorded.")
    last_on: date


class SharePosition(Command):
    """Say where a technician is now. It is kept for hours and then forgotten for good (R10.3).

    Coordinates take no part in telling a repeated request: a hash of them would outlive them.
    """

    UNCOMPARED: ClassVar[frozenset[str]] = frozenset({"latitude", "longitude", "accuracy_m"})

    technician_id: UUID
    latitude: float = Field(ge=-90, le=90, examples=[44.2226])
    longitude: float = Field(ge=-180, le=180, examples=[12.0408])
    accuracy_m: int | None = Field(default=None, ge=0, le=100_000, description="Metres.")


class StopSharingPosition(Command):
    """Share a technician's position no more; the last one disappears at once."""

    technician_id: UUID


class ResumeSharingPosition(Command):
    """Share a technician's position again, where a legal basis allows it."""

    technician_id: UUID


class ForgetPositions(Command):
    """Forget a technician's positions of a day: of every hour begun before an instant, for good."""

    technician_id: UUID
    on: date
    before: Instant


def record_position_basis(cmd: RecordPositionBasis, act: Act, service: Service) -> Answer:
    """Handles `RecordPositionBasis`."""
    if cmd.technician_id is not None:
        service.load(Technician, cmd.technician_id)
    sharing = _sharing(cmd.technician_id, act, service)
    basis_id = cmd.basis_id or service.new_id("basis")
    said = cmd.model_dump(include={"kind", "document", "valid_from_on", "valid_to_on"})
    sharing.record_basis(PositionBasis(basis_id=basis_id, **said), act)
    service.save(sharing)
    return {"basis_id": basis_id}


def end_position_basis(cmd: EndPositionBasis, act: Act, service: Service) -> None:
    """Handles `EndPositionBasis`. Raises `PositionBasisUnknown`, `BasisEndsTooEarly`."""
    sharing = service.load(PositionSharing, position_sharing_id(cmd.technician_id))
    sharing.end_basis(cmd.basis_id, cmd.last_on, act)
    service.save(sharing)


def share_position(cmd: SharePosition, act: Act, service: Service) -> None:
    """Handles `SharePosition`. Raises as `TechnicianPosition.share`, `TechnicianInactive`, `NotYourself`."""
    on, own = rome_date(act.at), position_sharing_id(cmd.technician_id)
    stream_id = technician_position_id(cmd.technician_id, on)
    service.preload(cmd.technician_id, own, position_sharing_id(None), stream_id)
    service.load(Technician, cmd.technician_id).profile(on)
    require_self(cmd.technician_id, act, service)
    sharing = service.find(PositionSharing, own)
    company = service.find(PositionSharing, position_sharing_id(None))
    day = service.find(TechnicianPosition, stream_id) or TechnicianPosition.begin_day(cmd.technician_id, on, act)
    day.share(
        Sighting(latitude=cmd.latitude, longitude=cmd.longitude, accuracy_m=cmd.accuracy_m),
        act,
        is_allowed=any(one.allows(on) for one in (sharing, company) if one),
        is_stopped=sharing is not None and sharing.is_stopped,
        is_working=service.lookups.is_working(cmd.technician_id, act.at),
    )
    service.save(day)


def stop_sharing_position(cmd: StopSharingPosition, act: Act, service: Service) -> None:
    """Handles `StopSharingPosition`."""
    service.load(Technician, cmd.technician_id)
    require_self(cmd.technician_id, act, service)
    sharing = _sharing(cmd.technician_id, act, service)
    sharing.stop(cmd.technician_id, act)
    service.save(sharing)


def resume_sharing_position(cmd: ResumeSharingPosition, act: Act, service: Service) -> None:
    """Handles `ResumeSharingPosition`."""
    require_self(cmd.technician_id, act, service)
    sharing = service.load(PositionSharing, position_sharing_id(cmd.technician_id))
    sharing.resume(cmd.technician_id, act)
    service.save(sharing)


def forget_positions(cmd: ForgetPositions, act: Act, service: Service) -> None:
    """Handles `ForgetPositions`."""
    day = service.load(TechnicianPosition, technician_position_id(cmd.technician_id, cmd.on))
    day.forget(cmd.before, act)
    service.save(day)


def require_self(technician_id: UUID, act: Act, service: Service) -> None:
    """Refuse a known user who is not this technician. Raises `NotYourself`."""
    user = acting_user(act, service)
    require(user is None or user.details.technician_id == technician_id, NotYourself)


def acting_user(act: Act, service: Service) -> User | None:
    """The user who acts; None for programs of ours."""
    _, _, named = act.by.partition("user:")
    try:
        return service.find(User, UUID(named))
    except ValueError:
        return None


def _sharing(technician_id: UUID | None, act: Act, service: Service) -> PositionSharing:
    known = service.find(PositionSharing, position_sharing_id(technician_id))
    return known or PositionSharing.start(technician_id, act)
