"""Takes commands: looks up the id, lets the handler decide, appends, tries again when overtaken."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from pydantic_core import to_jsonable_python

from aggregates.base import Act, Aggregate, Claim, Refusal, SlotTaken, require
from commands.base import (
    OVERTAKEN,
    Answer,
    Command,
    CommandIdReused,
    Entry,
    Ledger,
    MovedOn,
    RecordBusy,
    Service,
    VersionMismatch,
)
from commands.lookups import Lookups
from commands.remembered import CommandRecord, Earlier

PATIENCE_S = 15.0
"""How long a command that is overtaken again and again keeps trying."""


@dataclass(frozen=True)
class Outcome:
    """What a command answers: its result, the log's position to wait for, the version of its record."""

    result: dict[str, Any]
    position: int
    version: int | None
    repeated: bool = False


@dataclass(frozen=True)
class Request:
    """A command on its way."""

    entry: Entry
    cmd: Command
    act: Act
    id: UUID
    expected_version: int | None
    metadata: Mapping[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """What each fact carries beside its state: who gave the command, so that all they did is quickly found."""
        return {"by": self.act.by, **self.metadata}

    @property
    def stream_id(self) -> UUID | None:
        """The record that the command is about, where it names one."""
        return getattr(self.cmd, self.entry.stream) if self.entry.stream else None


class Desk:
    """Takes commands of one company: looks up the id, lets the handler decide, appends, tries again when overtaken."""

    def __init__(self, ledger: Ledger, lookups: Lookups) -> None:
        self.ledger = ledger
        self.lookups = lookups

    def execute(
        self,
        entry: Entry,
        cmd: Command,
        act: Act,
        command_id: UUID | None = None,
        *,
        expected_version: int | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Carry out one command exactly once; without an id it gets a new one, which nobody can have used before.

        Raises `Refusal` when a rule says no; nothing is stored then and the same id may be tried again.
        """
        request = Request(entry, cmd, act, command_id or uuid4(), expected_version, metadata or {})
        until, attempt = time.monotonic() + PATIENCE_S, 0
        while time.monotonic() < until:
            try:
                return self._attempt(request, unheard=command_id is None and attempt == 0)
            except Refusal:
                # A twin with the same id may have been stored meanwhile, and its facts be what the rule saw.
                twin = self._earlier(request, self.ledger.log.begin(request.id, None)[0])
                if twin is None:
                    raise
                return twin
            except OVERTAKEN:
                attempt += 1
                time.sleep(random.uniform(0, min(0.1, 0.001 * 2**attempt)))  # noqa: S311 - spreads retries, guards nothing
        raise RecordBusy

    def _attempt(self, request: Request, *, unheard: bool) -> Outcome:
        entry, stream_id = request.entry, request.stream_id
        earlier, stored = (None, ()) if unheard and stream_id is None else self.ledger.log.begin(request.id, stream_id)
        before = self._earlier(request, earlier)
        if before is not None:
            return before
        service = Service(self.ledger, self.lookups, request.id)
        if stream_id is not None:
            service.prefetched(stream_id, stored)
        current, expected = len(stored), request.expected_version
        require(expected in (None, current), VersionMismatch, current=current, expected=expected)
        result = to_jsonable_python(dict(_decide(request, service) or {}))
        version = _version(service.saved, stream_id, current)
        answer = {"result": result, "version": version}
        record = CommandRecord(request.id, entry.name, fingerprint(entry, request.cmd), answer, request.told)
        return Outcome(result, self._append(record, service), version)

    def _earlier(self, request: Request, earlier: Earlier | None) -> Outcome | None:
        if earlier is None:
            return None
        require(earlier.request_hash == fingerprint(request.entry, request.cmd), CommandIdReused)
        return Outcome(earlier.answer["result"], earlier.position, earlier.answer["version"], repeated=True)

    def _append(self, record: CommandRecord, service: Service) -> int:
        claims, releases = _claims(service.saved)
        service.claimed = claims
        try:
            guarded = {"claims": claims, "releases": releases, "rests": service.rests}
            positions = self.ledger.append(service.saved, command=record, **guarded)
        except SlotTaken as taken:
            raise (service.when_taken() if service.when_taken else taken) from None
        return positions[-1] if positions else self.ledger.log.position()


def _decide(request: Request, service: Service) -> Answer | None:
    """What the handler answers. A refusal counts only when all that it was decided on was so at one moment."""
    try:
        return request.entry.handler(request.cmd, request.act, service)
    except Refusal as refusal:
        if service.read_apart():
            raise MovedOn("a stream moved on while another one was read") from refusal
        raise


def fingerprint(entry: Entry, cmd: Command) -> bytes:
    """What tells one request from another that carries the same command id.

    Fields left at their defaults do not count: a later release may add some without making old ids look reused. Nor do
    fields of a command's `UNCOMPARED`, whose hash would say too much.
    """
    told = cmd.model_dump_json(exclude_defaults=True, exclude=getattr(cmd, "UNCOMPARED", None))
    return sha256(f"{entry.name} {told}".encode()).digest()


def _version(saved: Sequence[Aggregate], stream_id: UUID | None, loaded: int) -> int | None:
    for aggregate in saved:
        if stream_id is None or aggregate.id == stream_id:
            return aggregate.version
    return loaded or None


def _claims(saved: Iterable[Aggregate]) -> tuple[list[Claim], list[UUID]]:
    """What all facts together claim and release: of a claim made, moved and given back on the way, the last counts."""
    claims: dict[UUID, Claim] = {}
    releases: dict[UUID, None] = {}
    for aggregate in saved:
        for fact in aggregate.pending_events:
            assert isinstance(fact, Aggregate.Event)
            for claim_id in fact.releases():
                claims.pop(claim_id, None)
                releases[claim_id] = None
            claims.update((claim.claim_id, claim) for claim in fact.claims())
    return list(claims.values()), list(releases)
