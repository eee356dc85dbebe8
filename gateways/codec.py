"""Facts to bytes and back: JSON, newer versions of old facts, and personal data under each person's own key.

A personal field is stored as `{"at", "subject", "nonce", "sealed", "digest"}`: AES-GCM bound to its stream, version
and place, and a salted hash of the plaintext with which evidence can later reveal value and salt. The salt comes from
the subject's key, so that destroying the key takes it along (R10.4).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, StoredEvent
from eventsourcing.utils import resolve_topic

from aggregates.base import UPCASTERS, Aggregate, FirstEvent, Refusal, current
from aggregates.personal import Place, personal_fields, personal_places
from aggregates.values import ERASED
from commands.base import FactMapper

SUBJECT = re.compile(rb'"subject":"([0-9a-f-]{36})"')
"""The person named by a sealed field, as it is stored."""


class SubjectKeys(Protocol):
    """The keys of the persons a company knows: 32 bytes each, made when first asked for, gone once destroyed."""

    def key(self, subject_id: UUID) -> bytes:
        """The subject's key, made now if there is none. Raises `KeyDestroyed`."""

    def known(self, subject_id: UUID) -> bytes | None:
        """The subject's key, or None when it was destroyed or never made."""

    def gather(self, subject_ids: Iterable[UUID], *, make: bool = False) -> None:
        """Have the keys of many subjects at hand, made now where there is none if `make` says so."""


class KeyDestroyed(Refusal):
    """This person's data were erased; register them anew, under a new record, if they are to be known again.

    Nothing more is ever written under the key that was destroyed (R10.4).
    """

    status = 410


class UnknownTopic(Exception):
    """A stored fact names a topic that this version of the program does not know."""


class Codec(FactMapper):
    """The library's mapper, writing pydantic facts as JSON."""

    def __init__(self, keys: SubjectKeys) -> None:
        super().__init__(JSONTranscoder())
        self.keys = keys

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """One fact as the log stores it."""
        assert isinstance(domain_event, Aggregate.Event)
        is_personal = personal_fields(type(domain_event))
        return self._stored(domain_event, domain_event.model_dump(mode="json") if is_personal else None)

    def to_stored_events(self, facts: Iterable[Any]) -> list[StoredEvent]:
        """See `FactMapper.to_stored_events`; the keys of all persons named come at once."""
        listed: list[Aggregate.Event] = list(facts)
        dumped = {id(fact): fact.model_dump(mode="json") for fact in listed if personal_fields(type(fact))}
        if len(dumped) > 1:
            named = {place.subject_id for fact in listed for place in _places(fact, dumped.get(id(fact)))}
            self.keys.gather(named, make=True)
        return [self._stored(fact, dumped.get(id(fact))) for fact in listed]

    def prepare(self, stored: Iterable[StoredEvent]) -> None:
        """See `FactMapper.prepare`: the keys of all persons named."""
        self.prepare_states(one.state for one in stored)

    def prepare_states(self, states: Iterable[bytes]) -> None:
        """The same for facts that are known by their stored bytes alone."""
        named = {found for state in states for found in SUBJECT.findall(state)}
        if len(named) > 1:
            self.keys.gather({UUID(found.decode()) for found in named})

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """One stored fact as the current code knows it."""
        stream_id = stored_event.originator_id
        assert isinstance(stream_id, UUID)
        return self.read(stored_event.topic, bytes(stored_event.state), stream_id, stored_event.originator_version)

    def read(self, topic: str, state: bytes, stream_id: UUID, version: int) -> Aggregate.Event:
        """A fact from the log's columns. Raises `UnknownTopic` and pydantic's `ValidationError`."""
        if topic in UPCASTERS or b'"sealed":' in state:
            topic, data = current(topic, self._opened(json.loads(state), f"{stream_id}|{version}|"))
            fact = fact_class(topic).model_validate(data)
        else:
            fact = fact_class(topic).model_validate_json(state)
        fact.__dict__.update(originator_id=stream_id, originator_version=version, timestamp=fact.act.at)
        if isinstance(fact, FirstEvent):
            fact.__dict__["originator_topic"] = topic.split(".", 1)[0]
        return fact

    def _stored(self, fact: Aggregate.Event, personal: dict[str, Any] | None) -> StoredEvent:
        state = fact.model_dump_json().encode() if personal is None else self._sealed(fact, personal)
        return StoredEvent(fact.originator_id, fact.originator_version, type(fact).TOPIC, state)

    def _sealed(self, fact: Aggregate.Event, data: dict[str, Any]) -> bytes:
        for holder, name, at, subject_id, field in list(_places(fact, data)):
            bound = f"{fact.originator_id}|{fact.originator_version}|{at}".encode()
            text = json.dumps(holder[name]) if field.blank else holder[name]
            holder[name] = {"at": at, **seal(self.keys.key(subject_id), subject_id, text, bound)}
            if field.blank:
                holder[name]["blank"] = True
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()

    def _opened(self, node: Any, bound: str) -> Any:
        if isinstance(node, list):
            return [self._opened(item, bound) for item in node]
        if not isinstance(node, dict):
            return node
        if "sealed" in node:
            key = self.keys.known(UUID(node["subject"]))
            if key is None:
                return None if "blank" in node else ERASED
            text = unseal(key, node, (bound + node["at"]).encode())
            return json.loads(text) if "blank" in node else text
        return {name: self._opened(item, bound) for name, item in node.items()}


def _places(fact: Aggregate.Event, data: dict[str, Any] | None) -> Iterator[Place]:
    """The personal fields of a fact, dumped; none where it was not."""
    return iter(()) if data is None else personal_places(data, type(fact), fact.originator_id)


def seal(key: bytes, subject_id: UUID, text: str, bound: bytes) -> dict[str, str]:
    """A personal text as it is stored; `bound` ties it to its place in the log."""
    nonce = os.urandom(12)
    return {
        "subject": str(subject_id),
        "nonce": b64encode(nonce).decode(),
        "sealed": b64encode(AESGCM(key).encrypt(nonce, text.encode(), bound)).decode(),
        "digest": digest(salt(key, bound), text),
    }


def unseal(key: bytes, stored: Mapping[str, str], bound: bytes) -> str:
    """The text of a sealed field. Raises `cryptography.exceptions.InvalidTag` when it was tampered with."""
    return AESGCM(key).decrypt(b64decode(stored["nonce"]), b64decode(stored["sealed"]), bound).decode()


def salt(key: bytes, bound: bytes) -> bytes:
    """The salt of a field's digest; without the key nobody can compute it."""
    return hmac.new(key, b"salt|" + bound, hashlib.sha256).digest()


def digest(field_salt: bytes, text: str) -> str:
    """The hash that evidence compares when value and salt are revealed."""
    return hashlib.sha256(field_salt + text.encode()).hexdigest()


@cache
def fact_class(topic: str) -> type[Aggregate.Event]:
    """The class of a topic."""
    try:
        kind = resolve_topic(topic)
    except Exception as error:
        raise UnknownTopic(topic) from error
    if not issubclass(kind, Aggregate.Event):
        raise UnknownTopic(topic)
    return kind  # type: ignore[no-any-return] # the library's registry is untyped
