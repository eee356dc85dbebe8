"""How commands begin records that have a code (codici): one id for each code, and no code twice."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from aggregates.base import Act, Aggregate, require
from aggregates.natural_key import CodeTaken, KeyKind, NaturalKey, natural_id
from aggregates.values import Value
from commands.base import Command, IdTaken, Service

V = TypeVar("V", bound=Value)


def begin_id(service: Service, kind: KeyKind, *code: str, given: UUID | None, act: Act) -> UUID:
    """The id for a new record: the given one with the code bound to it, or the one made from the code.

    Raises `CodeTaken` and `IdTaken`.
    """
    natural = natural_id(kind, *code)
    require(service.find(Aggregate, natural) is None, CodeTaken, code=" ".join(code))
    if given is None or given == natural:
        return natural
    require(service.find(Aggregate, given) is None, IdTaken, id=str(given))
    service.save(NaturalKey.take(kind, code, given, act))
    return given


def id_of(service: Service, kind: KeyKind, *code: str) -> UUID | None:
    """The id of the record that a code stands for, straight from the log; None when the code is free."""
    found = service.find(Aggregate, natural_id(kind, *code))
    if isinstance(found, NaturalKey):
        return found.record_id
    return found.id if found else None


def part(kind: type[V], cmd: Command) -> V:
    """The value whose fields the command carries among its own."""
    return kind(**{name: getattr(cmd, name) for name in kind.model_fields})
