"""What people may ask about protocols (protocolli)."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from aggregates.base import Act
from aggregates.protocol import Operation, Protocol, ProtocolTerms, ProtocolVersion, protocol_id
from commands.base import Answer, Command, NotFound, Service

CODE = Field(min_length=1, max_length=60, examples=["maintenance-dishwasher"])


class DefineProtocol(Command):
    """Define a protocol, and in which cases its checklist opens by itself; or change the one with this code."""

    code: str = CODE
    terms: ProtocolTerms


class SetProtocolOperations(Command):
    """Set the operations of a protocol from a day on; checklists already opened keep theirs."""

    code: str = CODE
    from_on: date
    operations: tuple[Operation, ...] = Field(min_length=1)


def define_protocol(cmd: DefineProtocol, act: Act, service: Service) -> Answer:
    """Handles `DefineProtocol`."""
    known = service.find(Protocol, protocol_id(cmd.code))
    if known is None:
        known = Protocol.define(cmd.code, cmd.terms, act)
    known.change(cmd.terms, act)
    service.save(known)
    return {"protocol_id": known.id}


def set_protocol_operations(cmd: SetProtocolOperations, act: Act, service: Service) -> None:
    """Handles `SetProtocolOperations`."""
    protocol = protocol_of(service, cmd.code)
    protocol.set_operations(ProtocolVersion(from_on=cmd.from_on, operations=cmd.operations), act)
    service.save(protocol)


def protocol_of(service: Service, code: str) -> Protocol:
    """The protocol with a code. Raises `NotFound`."""
    found = service.find(Protocol, protocol_id(code))
    if found is None:
        raise NotFound(kind="Protocol", id=code)
    return found
