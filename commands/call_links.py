"""What people may ask about links between calls (collegamenti): make them, undo them."""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_links import CallLink, LinkKind, call_link_id
from commands.base import Answer, Command, Service


class LinkCalls(Command):
    """Link a call to another one: related to it, caused by it, its repetition, or what follows it."""

    call_id: UUID
    other_id: UUID
    kind: LinkKind = LinkKind.RELATED


class UnlinkCalls(Command):
    """Undo a link between two calls."""

    call_id: UUID
    other_id: UUID
    kind: LinkKind = LinkKind.RELATED


def link_calls(cmd: LinkCalls, act: Act, service: Service) -> Answer:
    """Handles `LinkCalls`."""
    link_id = call_link_id(cmd.call_id, cmd.other_id, cmd.kind)
    service.preload(cmd.call_id, cmd.other_id, link_id)
    service.load(Call, cmd.call_id)
    service.load(Call, cmd.other_id)
    link = service.find(CallLink, link_id)
    if link is None:
        link = CallLink.link(cmd.call_id, cmd.other_id, cmd.kind, act)
    else:
        link.restore(act)
    service.save(link)
    return {"link_id": link_id}


def unlink_calls(cmd: UnlinkCalls, act: Act, service: Service) -> None:
    """Handles `UnlinkCalls`; calls that are not linked stay so."""
    link = service.find(CallLink, call_link_id(cmd.call_id, cmd.other_id, cmd.kind))
    if link is not None:
        link.remove(act)
        service.save(link)
