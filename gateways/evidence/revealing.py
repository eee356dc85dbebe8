"""Personal words in evidence (dati personali in chiaro): value and salt while the person's key lives (R10.4).

Who has value and salt can check them against the digest that was stored; what was erased stays a cipher for everybody,
and the proof of its fact holds all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from gateways.codec import SUBJECT, SubjectKeys, digest, salt, unseal
from gateways.seals.leaves import SealedFact


class DigestWrong(ValueError):
    """A personal field does not have the digest that was stored with it; the log was altered: run libretto verify."""


def gather_keys(keys: SubjectKeys, facts: Iterable[SealedFact]) -> None:
    """Have the keys of all persons named at hand, in one question."""
    keys.gather({UUID(found.decode()) for fact in facts for found in SUBJECT.findall(fact.state)})


def revealed(keys: SubjectKeys, fact: SealedFact) -> list[dict[str, Any]]:
    """Every personal field of a fact. Raises `DigestWrong`, and `InvalidTag` for a cipher that was tampered with."""
    return [_entry(keys, fact, node) for node in _sealed(json.loads(fact.state))] if b'"sealed":' in fact.state else []


def _entry(keys: SubjectKeys, fact: SealedFact, node: Mapping[str, str]) -> dict[str, Any]:
    subject_id = UUID(node["subject"])
    told = {"at": node["at"], "subject": node["subject"]}
    key = keys.known(subject_id)
    if key is None:
        return {**told, "erased": True}
    bound = f"{fact.stream_id}|{fact.version}|{node['at']}".encode()
    value, field_salt = unseal(key, node, bound), salt(key, bound)
    if digest(field_salt, value) != node["digest"]:
        raise DigestWrong(f"fact {fact.position}: {node['at']}")
    return {**told, "value": value, "salt": field_salt.hex()}


def _sealed(node: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(node, dict) and "sealed" in node:
        yield node
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _sealed(part)
